"""Bytes, addresses and servers: how a message leaves. Never what it says."""
