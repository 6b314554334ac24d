"""The calendar: the dates of a month or a year by day, and the files of a day. Never a form."""
