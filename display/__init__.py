"""What the command line and the interface draw alike, on Rich: values become lines. Never asks or saves."""
