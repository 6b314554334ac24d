"""Options, completions and questions: how a command is asked. Never what it does."""
