"""Commands about eligibility, checks and money, each beside its view. Never a date."""
