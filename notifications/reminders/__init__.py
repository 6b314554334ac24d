"""The round that finds what is due and puts it in the outbox. Never the way out."""
