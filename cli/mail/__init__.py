"""Commands about mails, preferences and absences, each beside its view. Never how a mail leaves."""
