"""The screens, one module each: what is shown, and what each key asks of the office."""
