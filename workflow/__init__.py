"""The domain: procedures, calendars, deadlines and the machine that advances a case.

Pure: no database, no network, no clock. Everything else imports this package; it imports nobody.
"""
