"""Commands about one file: open, read, change, each beside its view. Never a list of people or mails."""
