"""The process that beats: round, digests, relay, watch. Never what is said."""
