"""What is said and how it leaves: reminders, digest, wording, mail, calendars, and the service that beats.

Each room has one part of the work. Knows `workflow`; never the database, the command line or the screens.
"""
