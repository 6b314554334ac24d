"""What is said and how it leaves: reminders, digest, rendering, outbox relay, transports, scheduler.

Knows `workflow`; never the database, the command line or the screens.
"""
