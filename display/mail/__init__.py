"""Mails, what came back of them, letters and absences, in words. Never writes or sends one."""
