"""What tests share: databases, cases, schedules. Never collected, imported by name."""
