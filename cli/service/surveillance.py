"""`diagnostic --surveillance`: one line for a monitoring program, in the shape that Nagios made common.

Called by `cli.service.diagnostic`. Reads the database; calls no mail server, writes nothing, and never
names a case, a person or an address.
"""

from __future__ import annotations

from collections.abc import Iterator

from cli.service.checkup import CheckupFinding, Level, vital
from cli.wiring.session import Session
from notifications.model.health import SILENT_AFTER, STUCK_AFTER, past_beats
from workflow.errors import EcheancierError

_FINE = "le service bat et les courriels partent"


def survey(session: Session) -> tuple[bool, str]:
    """Tell whether all is well, and say it in one line: « OK - … | battement=12s;;600;0 »."""
    try:
        # First of all: without it nothing says which database to look for.
        _ = session.configuration
        wrong = list(_wrong(list(vital(session))))
        figures = "" if any(one.level is Level.BROKEN for one in wrong) else _figures(session)
    except EcheancierError as error:
        return False, _line("ALERTE", session.doing.hinted(error.message), "")
    words = " ; ".join(f"{one.name} : {one.words}" for one in wrong)
    words = session.doing.hinted(words) or _FINE
    return not wrong, _line("ALERTE" if wrong else "OK", words, figures)


def _wrong(found: list[CheckupFinding]) -> Iterator[CheckupFinding]:
    """Yield what deserves to wake somebody: of several services, one that beats is enough."""
    beats = any(one.name == "Service" and one.level is Level.OK for one in found)
    for one in found:
        if one.level is not Level.OK and not (one.name == "Service" and beats):
            yield one


def _figures(session: Session) -> str:
    """Return performance data: `label=value;warning;critical;minimum`."""
    now, store = session.clock(), session.container.notifications
    counts = store.counts()
    found = []
    for beat in past_beats(store, now)[:1]:
        age = max(int((now - beat.at).total_seconds()), 0)
        found.append(f"battement={age}s;;{int(SILENT_AFTER.total_seconds())};0")
    oldest = counts.oldest_waiting
    waited = max(int((now - oldest).total_seconds()), 0) if oldest is not None else 0
    found.append(f"attente={counts.waiting};;;0")
    found.append(f"plus_ancien={waited}s;;{int(STUCK_AFTER.total_seconds())};0")
    found.append(f"echecs={counts.failed};;0;0")
    found.append(f"non_remis={counts.undelivered};;0;0")
    return " ".join(found)


def _line(state: str, words: str, figures: str) -> str:
    # What follows a bar is figures: no path may hold one.
    text = f"{state} - {' '.join(words.split()).replace('|', '/')}"
    return f"{text} | {figures}" if figures else text
