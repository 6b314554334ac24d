"""Answers that a program gives for a person: absences, and what only looks like one.

Used by `notifications.returns.reading`. RFC 3834, and what mail programs did before it. Never says more than
« absent »: why somebody is away is not ours to keep.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from notifications.model.returns import ReturnKind
from notifications.returns.incoming import Incoming, addresses_in
from notifications.returns.phrases import either
from notifications.returns.senders import AWAY_SUBJECT, is_automatic, is_server
from notifications.returns.statements import UNDECIDED, Statement

_AWAY: Final = either(
    "absent",
    "absence",
    "en congé",
    "en vacances",
    "en déplacement",
    "en formation",
    "de retour",
    "mon retour",
    "indisponible",
    "out of office",
    "out of the office",
    "on leave",
    "on vacation",
    "on holiday",
    "annual leave",
    "am away",
    "be away",
    "will return",
    "will be back",
)
_ELSEWHERE: Final = either(
    # Whoever left for good is not away.
    "n'est plus",
    "ne suis plus",
    "ne travaille plus",
    "ne fait plus partie",
    "ne fais plus partie",
    "a quitté",
    "ai quitté",
    "no longer",
    "has left",
    "have left",
    # Whoever must be asked first has not received anything.
    "captcha",
    "mailinblack",
    "vous authentifier",
    "être authentifié",
    "valider votre adresse",
    "confirmer votre adresse",
    "en attente de validation",
    "whitelist",
    "liste blanche",
    "verify your address",
    "verify that you",
    "confirm that you",
    "confirm your email",
    "quarantaine",
    "quarantine",
)


def absences(report: Incoming) -> Iterator[Statement]:
    """Yield who is away by an automatic answer; undecided for any other, nothing when a person wrote."""
    if not is_automatic(report) or is_server(report):
        return
    writers = addresses_in(report.header("From"))
    subject, said = report.subject(), report.said()
    away = AWAY_SUBJECT.match(subject) or _AWAY.search(subject) or _AWAY.search(said)
    elsewhere = _ELSEWHERE.search(subject) or _ELSEWHERE.search(said)
    if not away or elsewhere or len(writers) != 1:
        yield UNDECIDED
    else:
        yield Statement(ReturnKind.ABSENCE, writers[0])
