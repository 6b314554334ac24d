"""Why a mail comes: late and by how much, put off, escalated, missed, for somebody away, for many files."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from notifications.model.messages import OutgoingMessage
from notifications.people.staff import Addressee
from notifications.rendering.reasons import lateness
from notifications.schedule.planning import Due, Planned
from tests.support.notifications import (
    body,
    both,
    drf,
    make_composer,
    make_directory,
    make_planner,
    paris,
    read,
    row,
    target,
    words,
)
from workflow.case.people import Recipient
from workflow.errors import InvalidInput

PLANNER = make_planner()
COMPOSER = make_composer(PLANNER)
DIRECTORY = make_directory()
ZOE = DIRECTORY.recipient("zoe", "dijon")
LEA = DIRECTORY.recipient("lea", "dijon")
FRIDAY = paris(date(2026, 9, 4))


@pytest.mark.parametrize(
    ("now", "late"),
    [
        (FRIDAY + timedelta(minutes=59), "59 min"),
        (FRIDAY + timedelta(hours=3, minutes=20), "3 h"),
        (paris(date(2026, 9, 5)), "1 jour"),
        (paris(date(2026, 9, 7), 8), "1 jour ouvré"),
        (paris(date(2026, 9, 8)), "2 jours ouvrés"),
    ],
)
def test_lateness_is_counted_as_the_agency_works(now: datetime, late: str) -> None:
    """Hours within a day, working days beyond, plain days over a weekend."""
    assert lateness(FRIDAY, now, "dijon", PLANNER).replace("\u00a0", " ") == late


def due(
    offset: str, *, owner: str | None = "zoe", ref: str = "CIPI-2026-0042", **changes: object
) -> Due:
    """Return one reminder of Friday about a file."""
    planned = (Planned(FRIDAY, offset, "2026-09-06"),)
    line = row(deadline=drf(**changes), owner=owner, ref=ref, stake=Decimal(3200))
    return Due(line, planned)


def mail(one: Due, reader: Recipient = ZOE, told: Addressee | None = None) -> OutgoingMessage:
    """Return the mail of one reminder."""
    return COMPOSER.reminder(reader, [one], FRIDAY, told=told)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            mail(due("escalade"), LEA),
            (
                "Vous recevez ce message comme responsable : la limite est proche et rien n’est "
                "noté. Zoé Müller suit ce dossier ; voyez ensemble qui agit."
            ),
        ),
        (
            mail(due("manque"), LEA),
            "comme responsable : la limite est passée et rien n’est noté. Zoé Müller suit ce dossier",
        ),
        (mail(due("manque")), "Si l’acte a été fait à temps, notez-le à sa vraie date"),
        (
            mail(due("report", snoozed_until=date(2026, 9, 4))),
            "avaient été reportés au vendredi 4 septembre 2026",
        ),
        (
            mail(due("prudent-2"), LEA, Addressee(LEA, ZOE, date(2026, 9, 11))),
            "Vous recevez ce message en l’absence de Zoé Müller (jusqu’au 11/09/2026).",
        ),
        (mail(due("prudent-2")), "3 200 € en jeu"),
    ],
)
def test_an_unusual_mail_says_why_it_comes(message: OutgoingMessage, said: str) -> None:
    """Escalated, missed, put off, for somebody away: text and HTML say so."""
    for version in both(message):
        assert said in version


def test_an_ordinary_mail_gives_no_reason() -> None:
    """One's own reminder, on time, does not explain itself."""
    for version in both(mail(due("prudent-2"))):
        assert "Vous recevez" not in version


def test_the_absent_are_kept_in_the_trail() -> None:
    """The message says for whom it was written; to the person themselves, for nobody."""
    assert (
        mail(due("prudent-2"), LEA, Addressee(LEA, ZOE, date(2026, 9, 11))).on_behalf_of == ZOE.id
    )
    assert mail(due("prudent-2"), ZOE, Addressee(ZOE)).on_behalf_of is None


def group(*dues: Due, told: Addressee | None = None) -> OutgoingMessage:
    """Return one mail about several files, for Léa."""
    return COMPOSER.group(LEA, [[one] for one in dues], FRIDAY, told=told)


MANY = tuple(due("prudent-2", ref=f"CIPI-2026-{n:04}", owner="lea") for n in range(1, 5))


def test_a_grouped_mail_has_a_line_for_each_file() -> None:
    """Each file stands once, with its reason and what to type; no case is the mail's own."""
    message = group(*MANY, due("escalade", ref="CIPI-2026-0009"))
    assert words(message.subject).startswith("5 dossiers à voir – ")
    assert message.ref is None
    assert read(message.content)["References"] is None
    for version in both(message):
        for number in (1, 2, 3, 4, 9):
            assert version.count(f"echeancier dossier voir CIPI-2026-{number:04}") == 1
        assert version.count("Zoé Müller suit ce dossier") == 1
        assert "16 000 € en jeu" in version


def test_a_grouped_mail_begins_with_what_costs_most() -> None:
    """The dearest file comes first, in the subject too."""
    dear = replace(MANY[3], row=replace(MANY[3].row, stake=Decimal(90_000)))
    message = group(*MANY[:3], dear)
    assert "CIPI-2026-0004" in message.subject
    for version in both(message):
        assert version.index("CIPI-2026-0004") < version.index("CIPI-2026-0001")


@pytest.mark.parametrize("number", [31, 250, 3_000])
def test_a_mail_about_very_many_files_is_never_cut(number: int) -> None:
    """The most consequent are shown, the next named, the rest counted; Gmail cuts nothing."""
    long = "&" * 120
    files = [due("escalade", ref=f"CIPI-2026-{n:04}") for n in range(1, number + 1)]
    files = [replace(one, row=replace(one.row, title=long), late=True) for one in files]
    files[-1] = replace(files[-1], row=replace(files[-1].row, stake=Decimal(90_000)))
    message = group(*files)
    assert len(body(message.content, "html").encode()) < 100_000
    assert message.subject.startswith(f"{number}")
    others = "1 autre dossier" if number == 31 else f"{number - 30} autres dossiers"
    for version in both(message):
        assert version.count("echeancier dossier voir ") == 30
        assert version.index(f"CIPI-2026-{number:04}") < version.index("CIPI-2026-0001")
        assert f"… et {others}, moins pressants : CIPI-2026-0030" in version
        assert "echeancier echeances" in version
        named = {f"CIPI-2026-{n:04}" for n in range(1, number + 1)} & set(
            version.replace(",", " ").replace(". ", " ").split()
        )
        assert len(named) == min(number, 1_030)


def test_a_grouped_mail_is_the_same_whoever_writes_it() -> None:
    """The order of the files changes neither key nor Message-ID; another file does."""
    assert group(*MANY).message_id == group(*reversed(MANY)).message_id
    assert group(*MANY).message_id != group(*MANY[:3]).message_id


def test_a_grouped_mail_for_somebody_away_says_so_once() -> None:
    """Whoever stands in reads for whom, once for the whole mail."""
    message = group(*MANY, told=Addressee(LEA, ZOE, date(2026, 9, 11)))
    assert message.on_behalf_of == ZOE.id
    for version in both(message):
        assert version.count("Vous recevez ce message en l’absence de Zoé Müller") == 1


def test_other_dates_of_a_file_are_counted() -> None:
    """A file with two dates due shows the most consequent, and counts the other."""
    other = Due(row(2, target(), ref="CIPI-2026-0001"), MANY[0].planned)
    for version in both(
        COMPOSER.group(LEA, [[other, MANY[0]], *([one] for one in MANY[1:])], FRIDAY)
    ):
        assert version.count("Et 1 autre échéance de ce dossier.") == 1


def test_a_grouped_mail_refuses_a_forged_title() -> None:
    """A title that could forge a line is refused, as in a mail of its own."""
    odd = replace(MANY[0], row=replace(MANY[0].row, title="A\nCc: tous"))
    with pytest.raises(InvalidInput, match="saut de ligne"):
        group(odd, *MANY[1:])


def test_a_substitute_is_not_taken_for_the_manager() -> None:
    """In a mail for many files too, a limit missed is told to whoever stands in as to its follower."""
    missed = due("manque", ref="CIPI-2026-0009")
    for version in both(group(missed, told=Addressee(LEA, ZOE, date(2026, 9, 11)))):
        assert "comme responsable" not in version
        assert "Si l’acte a été fait à temps" in version
