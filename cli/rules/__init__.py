"""Commands about what the rules say: read, prove, compare, try. Never a file that is kept."""
