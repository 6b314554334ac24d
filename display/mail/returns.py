"""What comes back of a mail, in words: what a report says, and what became of it."""

from __future__ import annotations

from notifications.model.returns import Fate, ReturnKind

KINDS = {
    ReturnKind.UNDELIVERED: ("non remis", "late"),
    ReturnKind.DELAYED: ("retardé", "awaited"),
    ReturnKind.RELAYED: ("transmis", "ok"),
    ReturnKind.COMPLAINT: ("indésirable", "soon"),
    ReturnKind.ABSENCE: ("absence", "muted"),
    ReturnKind.UNCLEAR: ("pas clair", "soon"),
}
"""What a report says, in a word, and how it is drawn."""

FATES = {
    Fate.NOTED: ("noté", "notés"),
    Fate.UNCLEAR: ("à regarder", "à regarder"),
    Fate.KNOWN: ("déjà noté", "déjà notés"),
    Fate.FOREIGN: ("d’aucun de nos courriels", "d’aucun de nos courriels"),
    Fate.EARLY: ("à relire", "à relire"),
}
"""What became of one, and of several, in the order in which they are counted."""
