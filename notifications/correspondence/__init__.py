"""Letters to people outside: models, what they may say, drafts. Never sent, never anything restricted."""
