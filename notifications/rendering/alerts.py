"""How what does not conform in a file is said in few words: two sentences, then how many others.

Used by the mails, the digest and its view in the terminal, so that all cut at the same place. The
sentences are the file's own (`Case.alerts`), copied, never rephrased.
"""

from __future__ import annotations

from collections.abc import Sequence

from workflow.text import french

SHOWN = 2
"""Sentences told of a file; the rest is counted, and shown by the verdict."""


def in_short(alerts: Sequence[str]) -> tuple[str, ...]:
    """Return the first sentences, then « et 3 autres » when there are more."""
    others = _others(alerts)
    return (*alerts[:SHOWN], f"et {others}") if others else tuple(alerts)


def notice(alerts: Sequence[str], verdict: str) -> str:
    """Return the one line of a reminder about a file that does not conform, or "" when it does.

    Args:
        alerts: its sentences.
        verdict: the line to type for the whole verdict.
    """
    if not alerts:
        return ""
    others = _others(alerts)
    told = " ".join((*alerts[:SHOWN], f"Et {others}.") if others else alerts)
    return f"Ce dossier ne tient pas encore : {told} ({verdict})"


def _others(alerts: Sequence[str]) -> str:
    """Return « 3 autres », or "" when every sentence is told."""
    count = len(alerts) - SHOWN
    return french.count(count, "autre", "autres") if count > 0 else ""
