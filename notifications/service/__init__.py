"""The process that beats: it runs rounds, digests and relay, and is watched. Never what is said."""
