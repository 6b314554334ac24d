"""The list staff work through, page by page, and its first page by the driver alone. Never a write."""
