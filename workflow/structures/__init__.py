"""Plain trees read into Structs, every problem kept. Never what a key means: that is said by its Struct."""
