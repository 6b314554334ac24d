"""Fixtures that every test may ask for."""

from hypothesis import settings

pytest_plugins = ["tests.support.databases"]

# No test judges time: a machine that is busy is not a fault.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
