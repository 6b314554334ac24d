"""What is done at once to the people of one training session; never a rule, never a screen."""
