"""How a file that does not conform is spoken of: in a reminder, in the digest, in the terminal."""

from __future__ import annotations

import io
from datetime import date

import pytest
from msgspec.structs import replace

from cli.service.digest_view import shown
from cli.terminal.output import Output
from notifications.digest.model import Digest
from notifications.model.messages import OutgoingMessage
from notifications.rendering.alerts import in_short, notice
from notifications.rendering.composer import SHOWN_LINES
from notifications.schedule.planning import Due
from tests.support.notifications import (
    ALERTS,
    body,
    both,
    digest_for,
    drf,
    make_composer,
    make_directory,
    make_planner,
    paris,
    row,
    target,
    words,
)
from workflow.case.case import Deadline
from workflow.ports.stores import OpenDeadline

PLANNER = make_planner()
COMPOSER = make_composer(PLANNER)
DIRECTORY = make_directory()
ZOE = DIRECTORY.recipient("zoe", "dijon")
NOW = paris(date(2026, 9, 1))


def due(deadline: Deadline, alerts: tuple[str, ...] = ()) -> Due:
    """Return the last reminder of a deadline that has come, in a file that may not conform."""
    line = row(deadline=deadline, alerts=alerts)
    return Due(line, PLANNER.between(deadline, "dijon", line.reminded_until, NOW)[-1:])


def reminder(*dues: Due) -> OutgoingMessage:
    """Return the mail of some reminders."""
    return COMPOSER.reminder(ZOE, dues, NOW)


def digest_of(*rows: OpenDeadline) -> Digest:
    """Return Zoé's digest."""
    return digest_for(ZOE, NOW, rows)


def test_nothing_is_said_of_a_file_that_conforms() -> None:
    """Without a sentence there is neither a notice nor a count."""
    assert notice((), "") == ""
    assert in_short(()) == ()


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, ALERTS[0]),
        (2, f"{ALERTS[0]} {ALERTS[1]}"),
        (3, f"{ALERTS[0]} {ALERTS[1]} Et 1 autre."),
        (4, f"{ALERTS[0]} {ALERTS[1]} Et 2 autres."),
    ],
)
def test_a_reminder_says_that_the_file_does_not_hold(count: int, said: str) -> None:
    """Two sentences at most, then how many others, and the line to type; once for the whole mail."""
    message = reminder(
        *(due(one, ALERTS[:count]) for one in (drf(), target(prudent=date(2026, 9, 2))))
    )
    notice = f"Ce dossier ne tient pas encore : {said}"
    for version in both(message):
        assert version.count(f"{notice} (echeancier dossier controler CIPI-2026-0042)") == 1


def test_a_reminder_of_a_file_that_conforms_says_nothing_of_it() -> None:
    """No notice, and no command for a verdict that has nothing to show."""
    for version in both(reminder(due(drf()))):
        assert "ne tient pas" not in version
        assert "controler" not in version


def test_what_does_not_conform_is_escaped_in_html_only() -> None:
    """Markup that staff typed in a fact is shown in both mails, never run; a line stays a line."""
    odd = row(alerts=("Organisme : <i>R&D</i>\nconnu.",))
    mails = (
        COMPOSER.reminder(ZOE, [replace(due(drf()), row=odd)], NOW),
        COMPOSER.digest(digest_of(odd), NOW),
    )
    for message in mails:
        assert "&lt;i&gt;R&amp;D&lt;/i&gt; connu." in body(message.content, "html")
        assert "<i>R&D</i> connu." in body(message.content, "plain")
        assert "<i>" not in body(message.content, "html")


def test_a_digest_says_which_files_to_correct() -> None:
    """Reference, title, window, date, two sentences and the line to type stand in both versions."""
    wide = drf(opens_on=date(2026, 8, 3), prudent=date(2026, 11, 2), strict=None)
    message = COMPOSER.digest(digest_of(row(deadline=wide, alerts=ALERTS)), NOW)
    assert words(message.subject) == "1 dossier à corriger – mardi 1er septembre 2026"
    for version in both(message):
        place = 0
        for fragment in (
            "1 dossier à corriger", "Dossiers à corriger", "CIPI-2026-0042 · Parcours cariste – été",
            "Saisir la DRF – limite prudente : lundi 2 novembre 2026", *ALERTS[:2], "et 2 autres",
            "echeancier dossier controler CIPI-2026-0042",
        ):  # fmt: skip
            place = version.index(fragment, place)
        assert ALERTS[2] not in version


@pytest.mark.parametrize(
    ("count", "rest"), [(1, ""), (2, ""), (3, "et 1 autre"), (4, "et 2 autres")]
)
def test_what_is_left_out_of_a_file_is_counted(count: int, rest: str) -> None:
    """Beyond two sentences, one other or several; with two at most, nothing is counted."""
    digest = digest_of(row(alerts=ALERTS[:count]))
    for version in both(COMPOSER.digest(digest, NOW)):
        between = version[version.index(ALERTS[min(count, 2) - 1]) :]
        assert rest in between
        assert ("autre" in between) == bool(rest)


def test_a_target_among_files_to_correct_is_never_taken_for_the_law() -> None:
    """An internal target says so once on its line; with a strict date, by its mark."""
    strict = target(strict=date(2026, 9, 8))
    for deadline, said in (
        (target(), "les documents – objectif interne : vendredi 4 septembre 2026"),
        (strict, "objectif interne"),
    ):
        digest = digest_of(row(deadline=deadline, alerts=ALERTS[:1]))
        for version in both(COMPOSER.digest(digest, NOW)):
            assert said in version[version.index("Dossiers à corriger") :].partition(ALERTS[0])[0]


@pytest.mark.parametrize(
    ("owner", "command"), [("zoe", "synthese --personne zoe"), (None, "synthese --agence dijon")]
)
def test_too_many_files_to_correct_are_listed_by_the_digest_itself(
    owner: str | None, command: str
) -> None:
    """The command given lists them all: the digest in the terminal, of the very same reader."""
    lines = [
        row(n, ref=f"CIPI-2026-{n:04}", owner=owner, alerts=ALERTS[:1])
        for n in range(1, SHOWN_LINES + 4)
    ]
    reader = DIRECTORY.recipient(owner, "dijon")
    digest = digest_for(
        reader, NOW, lines
    )  # fmt: skip
    for version in both(COMPOSER.digest(digest, NOW)):
        assert f"… et 3 autres : echeancier {command}" in version


def test_the_terminal_says_which_files_to_correct() -> None:
    """The screen names the file, its window, two sentences, the count and the line to type."""
    out = io.StringIO()
    digest = digest_of(row(1, alerts=ALERTS), row(2, target(), ref="B", alerts=ALERTS[:1]))
    Output(out, io.StringIO()).show(*shown(digest))
    said = words(out.getvalue())
    part = said[said.index("Dossiers à corriger (2)") : said.index("Dans les sept jours")]
    for fragment in ("CIPI-2026-0042", "Saisir la DRF, limite prudente", "et 2 autres"):
        assert fragment in part
    assert part.count("objectif interne") == 1
    assert "(interne)" not in part
    assert part.count("echeancier dossier controler") == 2
