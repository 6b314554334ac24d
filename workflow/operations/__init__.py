"""What people can do, each operation declared once. Never how it is done, asked or shown."""
