"""What rule files say beside their rules, and what they leave in doubt. Never reads or judges one."""
