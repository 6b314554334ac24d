"""Commands about the service, the digest and the check-up, each beside its view.

Never what a beat does.
"""
