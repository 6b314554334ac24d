"""A morning of an invented agency, with everything a digest can say: for the text kept and the pictures.

Claire and Malik follow files in Lyon; Nadia is away and Claire stands in for her. Everything is dated by
`NOW`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from cli.terminal.spelling import line_of
from notifications.digest.compiling import Compiler
from notifications.digest.model import Digest
from notifications.mail.mime import Mailbox
from notifications.model.happenings import Figures, Happening
from notifications.model.messages import (
    FailedMessage,
    MessageKind,
    MessageState,
    OutgoingMessage,
    StoredMessage,
)
from notifications.model.policy import ReminderPolicy
from notifications.model.preferences import Absence
from notifications.model.returns import Missed
from notifications.people.staff import Addressee, Staff
from notifications.rendering.composer import Composer
from notifications.schedule.planning import ESCALATION, Due, Planned, Planner
from tests.support import notifications
from tests.support.cases import varied
from tests.support.notifications import QUOTE, MemoryNotificationStore, drf, reply, target
from workflow.calendar.calendars import WorkingCalendar
from workflow.case.case import Deadline, EntryKind
from workflow.case.people import Agency, Directory, Person
from workflow.ports.stores import OpenDeadline

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 7, 30, tzinfo=PARIS).astimezone(UTC)
"""A Monday."""

PLANNER = Planner(ReminderPolicy(), {"lyon": WorkingCalendar("FR")}, {"lyon": PARIS})
DIRECTORY = Directory(
    {"lyon": Agency("lyon", "Agence de Lyon", "lyon@interim.example", "FR", PARIS)},
    {
        "claire": Person("claire", "Claire Vasseur", "claire@interim.example", "lyon", "paule"),
        "malik": Person("malik", "Malik Berthaud", "malik@interim.example", "lyon", "paule"),
        "nadia": Person("nadia", "Nadia Ferrand", "nadia@interim.example", "lyon", "paule"),
        "paule": Person("paule", "Paule Anselme", "paule@interim.example", "lyon"),
    },
)
CLAIRE = DIRECTORY.recipient("claire", "lyon")
LABELS = {
    "cipi": replace(
        notifications.LABELS["cipi"],
        actions={"deposer_drf": "Saisir la DRF", "accorder_drf": "Accord d’AKTO"},
        deadlines={"drf": "Saisir la DRF", "reponse_akto": "Réponse d’AKTO sur la DRF"},
    )
}
COMPOSER = Composer(
    Mailbox("Échéancier", "echeancier@interim.example"), PLANNER, LABELS, line_of, DIRECTORY
)

_STAFF = Staff.gathered(
    DIRECTORY, (), [Absence("nadia", date(2026, 11, 16), date(2026, 11, 28), "claire")]
)
_STEPS = (
    "Point de départ : début de la formation, jeudi 26 novembre 2026 à 09:00.",
    f"Règle : « {QUOTE} » (cipi.txt, l. 597-598).",
    "Décompte : 48 heures avant donnent le 24/11/2026 à 09:00 ; jours sautés : 21 et 22/11/2026.",
    "Résultat : limite prudente le vendredi 20 novembre 2026.",
)


def _row(number: int, deadline: Deadline, title: str, **changes: Any) -> OpenDeadline:
    values: dict[str, Any] = {
        "id": number,
        "ref": f"CIPI-2026-{number:04}",
        "title": title,
        "procedure": "cipi",
        "state": "preparation",
        "agency": "lyon",
        "owner": "claire",
        "reminded_until": datetime(2026, 10, 1, tzinfo=UTC),
        "next_reminder_at": None,
    }
    return OpenDeadline(deadline=deadline, **(values | changes))


def _limit(prudent: date, strict: datetime | None = None, **changes: Any) -> Deadline:
    return drf(opens_on=date(2026, 9, 26), prudent=prudent, strict=strict, **changes)


def _at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=PARIS)


def _rows() -> list[OpenDeadline]:
    near = [
        _row(41, _limit(date(2026, 11, 20), _at(24, 9)), "Cariste R489", stake=Decimal(3200)),
        _row(
            17, _limit(date(2026, 11, 16), _at(18, 9)), "Soudure TIG, atelier de Vaise",
            stake=Decimal(2100),
        ),
        _row(52, _limit(date(2026, 11, 23)), "Conduite de ligne", stake=Decimal(4650)),
        _row(
            38, target(prudent=date(2026, 11, 25)), "Agent de maintenance", owner="nadia",
        ),
        _row(
            60,
            _limit(date(2026, 11, 27), snoozed_until=date(2026, 11, 26)),
            "Préparateur de commandes",
            stake=Decimal(1480),
        ),
        _row(
            61, _limit(date(2026, 11, 26)), "Électricien tertiaire", owner="nadia",
            stake=Decimal(5900),
        ),
        _row(
            44,
            _limit(date(2027, 1, 15)),
            "Monteur en charpente",
            alerts=("Durée totale du CIPI : 120 h, sous le minimum de 140 h.",),
        ),
        _row(23, reply(expected_at=_at(18, 16), chase_on=date(2026, 11, 19),
                       awaited_since=date(2026, 11, 9)), "Nacelle PEMP", stake=Decimal(900)),
        _row(70, drf(opens_on=date(2026, 11, 26), prudent=date(2027, 1, 21), strict=None),
             "Maçon coffreur", stake=Decimal(3800)),
    ]  # fmt: skip
    waited = [
        _row(30, reply(expected_at=_at(27, 16), chase_on=date(2026, 12, 2),
                       awaited_since=date(2026, 11, 12)), "Frigoriste"),
        _row(12, reply(expected_at=_at(30, 16), chase_on=date(2026, 12, 3),
                       awaited_since=date(2026, 10, 28)), "Régleur sur presse"),
    ]  # fmt: skip
    days = [30, 31, 31, 32, 34, 34, 34, 37, 38, 38, 39, 41, 44, 45, 45, 48, 51]
    ahead = [
        _row(100 + n, target(prudent=date(2026, 11, 1) + timedelta(days=day - 1)), "Parcours")
        for n, day in enumerate(days)
    ]
    return near + waited + ahead


def _said(
    number: int, kind: EntryKind, at: datetime, by: str = "malik", **changes: Any
) -> Happening:
    row = next((one for one in _rows() if one.id == number), None)
    values: dict[str, Any] = {
        "title": row.title if row else "Carreleur",
        "owner": row.owner if row else "claire",
        "action": None,
        "is_open": True,
        "moved": (),
    }
    return Happening(
        ref=f"CIPI-2026-{number:04}",
        procedure="cipi",
        agency="lyon",
        at=at,
        by=by,
        kind=kind,
        state_to="preparation",
        **(values | changes),
    )


def digest() -> Digest:
    """Return the digest of Claire on that Monday."""
    store = MemoryNotificationStore(_rows())
    store.tell(
        _said(8, EntryKind.ACTION, _at(20, 11), action="accorder_drf", is_open=False),
        _said(61, EntryKind.ACTION, _at(20, 15), action="deposer_drf", moved=("reponse_akto",)),
        _said(52, EntryKind.TRANSFER, _at(20, 16), "paule"),
        _said(41, EntryKind.CORRECTION, _at(20, 17), "claire", moved=("drf",)),
    )
    store.counted = [
        Figures("personne:claire", date(2026, 11, 16), late=4, due=6, awaited=3, open_files=27),
        Figures("personne:claire", date(2026, 11, 20), late=3, due=5, awaited=3, open_files=28),
    ]
    compiled = Compiler(store, PLANNER, LABELS).digests([CLAIRE], NOW, _STAFF).digests[0]
    return replace(compiled, failures=(_failure(),))


def quiet() -> Digest:
    """Return the digest of Malik, who has nothing to do before Thursday."""
    malik = DIRECTORY.recipient("malik", "lyon")
    rows = [
        _row(81, _limit(date(2026, 11, 26)), "Grutier", owner="malik", stake=Decimal(3200)),
        *(
            _row(82 + n, target(prudent=date(2026, 12, 1 + n)), "Parcours", owner="malik")
            for n in range(8)
        ),
    ]
    return Compiler(MemoryNotificationStore(rows), PLANNER, LABELS).digests(
        [malik], NOW, Staff(DIRECTORY)
    ).digests[0]  # fmt: skip


def _failure() -> FailedMessage:
    return FailedMessage(
        1, MessageKind.REMINDER, "CIPI-2026-0029", "personne:claire", "claire@interim.example",
        "Demain : Saisir la DRF – CIPI-2026-0029", _at(20, 9),
        "Serveur de messagerie smtp.example:587 : boîte pleine (452).",
    )  # fmt: skip


def _due(row: OpenDeadline, offset: str, *, late: bool = False) -> Due:
    first = _at(23, 9) - timedelta(days=4 if late else 0)
    return Due(row, (Planned(first.astimezone(UTC), offset, "2026-11-24"),), late)


def reminder() -> OutgoingMessage:
    """Return a reminder that leaves two working days late, to whoever stands in."""
    first = _rows()[0]
    row = replace(first, owner="nadia", deadline=varied(first.deadline, steps=_STEPS))
    told = _STAFF.told("nadia", "lyon", NOW)
    return COMPOSER.reminder(CLAIRE, [_due(row, "strict-2", late=True)], _at(23, 9), told=told)


def notice() -> OutgoingMessage:
    """Return what tells the manager of a reminder of two files that came back."""
    missed = StoredMessage(
        12, MessageKind.REMINDER, MessageState.SENT, None, "personne:claire", "claire@interim.example",
        "2 dossiers à voir", "<12@interim.example>", _at(23, 9), 1, None, _at(23, 9), "250 OK",
    )  # fmt: skip
    groups = [[_due(row, "prudent-2")] for row in _rows()[:2]]
    told = Addressee(DIRECTORY.recipient("paule", "lyon"))
    return COMPOSER.notice(
        told,
        [Missed(missed, "est revenu sans être remis : « 550 5.1.1 Boîte inconnue ».")],
        groups,
        _at(23, 10),
    )


def group() -> OutgoingMessage:
    """Return one mail for five files, two of which are told to the manager."""
    paule = DIRECTORY.recipient("paule", "lyon")
    rows = _rows()
    offsets = (ESCALATION, "manque", "prudent-0", "prudent-2", "prudent-2")
    groups = [[_due(row, offset)] for row, offset in zip(rows[:5], offsets, strict=True)]
    return COMPOSER.group(paule, groups, _at(23, 9))
