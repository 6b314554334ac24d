"""Commands about dates: deadlines, plans, commissions, calendars, each beside its view. Never a rule."""
