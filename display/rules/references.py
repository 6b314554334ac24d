"""What a rule file says beside its rules, in words: whom to ask, which page to open, what a word means.

Used by `regles voir` and by the help of a file in the interface, which draw it each in its own way. Never a
person: institutions alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.rules.procedure import DocumentSpec, Procedure
from workflow.text import french


def reference_words(procedure: Procedure) -> Iterator[tuple[str, str, str]]:
    """Yield each thing under its title, with its name (which may be empty) and what is said of it."""
    for contact in procedure.contacts:
        yield "Contacts", contact.label, contact.told
    for link in procedure.links:
        yield "Liens", link.label, link.url
    if domain := procedure.domain:
        for sector in domain.sectors:
            yield "Domaine", "", f"• {sector}"
        if domain.note:
            yield "Domaine", "", domain.note
    if meetings := procedure.meetings:
        days = french.listing(french.short_day(day) for day in meetings.days)
        yield "Séances que la source donne", "", f"{days} ({meetings.source.place})"
    for fact in procedure.facts.values():
        if fact.help:
            yield "Lexique", fact.label, fact.help


def document_words(document: DocumentSpec) -> Iterator[str]:
    """Yield where a paper is found, then what it must hold."""
    if document.online:
        yield f"En ligne : {document.online}"
    for item in document.items:
        yield f"☐ {item}"
