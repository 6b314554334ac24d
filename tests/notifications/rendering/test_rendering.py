"""The mails as they are read: what both versions say, what neither may say, and how French is set."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import jinja2
import pytest
from msgspec.structs import replace

from cli.terminal.spelling import line_of
from notifications.digest.model import Digest
from notifications.model.messages import FailedMessage, MessageKind, OutgoingMessage
from notifications.model.procedure_names import ProcedureLabels, labels_of
from notifications.rendering.composer import SHOWN_LINES, render
from notifications.schedule.planning import Due
from tests.support.notifications import (
    STEPS,
    body,
    both,
    digest_for,
    drf,
    make_composer,
    make_directory,
    make_planner,
    paris,
    read,
    reply,
    row,
    target,
    words,
)
from workflow.case.case import Deadline
from workflow.errors import InvalidInput
from workflow.ports.stores import OpenDeadline
from workflow.rulefiles.rulebook import load_rulebook
from workflow.rules.fact_specs import Source

PLANNER = make_planner()
COMPOSER = make_composer(PLANNER)
DIRECTORY = make_directory()
ZOE = DIRECTORY.recipient("zoe", "dijon")
NOW = paris(date(2026, 9, 1))
FOLDER = Path(__file__).parents[3] / "templates"
TEMPLATES = [
    path
    for path in sorted(FOLDER.glob("*.j2"))
    if path.name.partition(".")[0] in {"base", "partials", *MessageKind}
]


def due(deadline: Deadline, now: datetime = NOW, **changes: object) -> Due:
    """Return the last reminder of a deadline that has come at an instant."""
    line = row(deadline=deadline)
    come = PLANNER.between(deadline, "dijon", line.reminded_until, now)
    return Due(line, come[-1:], **changes)  # type: ignore[arg-type]


def reminder(*dues: Due, now: datetime = NOW) -> OutgoingMessage:
    """Return the mail of some reminders."""
    return COMPOSER.reminder(ZOE, dues, now)


def digest_of(*rows: OpenDeadline, now: datetime = NOW, failures: list[FailedMessage]) -> Digest:
    """Return Zoé's digest."""
    return digest_for(ZOE, now, rows, failures=failures)


@pytest.mark.parametrize(
    "fragment",
    [
        "Dans 2 jours ouvrés",
        "Saisir la DRF",
        "CIPI-2026-0042",
        "Parcours cariste – été",
        "jeudi 3 septembre 2026",
        "dimanche 6 septembre 2026 à 09:00",
        "mercredi 8 juillet 2026",
        "Comment la date est calculée",
        *(f"{number}. {step}" for number, step in enumerate(STEPS, 1)),
        "La démarche se fait dans « Mon Espace AKTO ».",
        "echeancier dossier avancer CIPI-2026-0042 deposer_drf",
        "echeancier dossier voir CIPI-2026-0042",
        "Limite prudente : la date à viser.",
    ],
)
def test_a_reminder_says_it_in_text_and_in_html(fragment: str) -> None:
    """Date, limits, explanation and the line to type stand in both versions."""
    for version in both(reminder(due(drf()))):
        assert fragment in version


def test_the_subject_says_the_most_pressing_first() -> None:
    """The subject holds the time left, the act and the reference, and no name of a person."""
    subject = words(reminder(due(drf())).subject)
    assert subject == "Dans 2 jours ouvrés : Saisir la DRF – CIPI-2026-0042"


def test_two_deadlines_of_a_case_share_a_mail() -> None:
    """The most pressing comes first, and the subject counts the others."""
    late = paris(date(2026, 9, 4))
    message = reminder(due(reply(), late), due(drf(), late), now=late)
    assert words(message.subject) == (
        "Limite prudente dépassée depuis hier : Saisir la DRF – CIPI-2026-0042 "
        "(et 1 autre échéance)"
    )
    for version in both(message):
        assert version.index("Saisir la DRF") < version.index("Réponse d’AKTO sur la DRF")
        assert "À relancer depuis 3 jours ouvrés" in version


def test_a_target_says_that_no_text_gives_its_date() -> None:
    """An internal target is never taken for the law."""
    now = paris(date(2026, 9, 3))
    for version in both(reminder(due(target(), now), now=now)):
        assert "objectif interne, aucune date légale" in version
        assert "limite stricte :" not in version.lower().replace("limite stricte : la", "")
        assert "corriger CIPI-2026-0042 --fait documents_remis_le=AAAA-MM-JJ" in version


def test_an_opening_is_announced_as_good_news() -> None:
    """On the day its window opens, a deadline far ahead says so."""
    now = paris(date(2026, 7, 8))
    message = reminder(due(drf(), now), now=now)
    assert words(message.subject).startswith("La fenêtre s’ouvre aujourd’hui : Saisir la DRF")


def test_a_late_reminder_says_when_it_should_have_left() -> None:
    """After a stop, the mail does not pretend to be on time, and says by how much it is not."""
    for version in both(reminder(due(drf(), late=True), now=NOW + timedelta(hours=3, minutes=20))):
        assert (
            "Ce rappel aurait dû partir le mardi 1er septembre 2026 à 09:00 ; il part avec 3 h de "
            "retard."
        ) in version


def test_reminders_that_piled_up_are_counted() -> None:
    """One mail for several missed reminders says how many, and since when."""
    come = PLANNER.between(drf(), "dijon", paris(date(2026, 8, 24)), NOW)
    for version in both(reminder(Due(row(), come, late=True))):
        assert (
            "Ce message réunit 3 rappels : le premier aurait dû partir le "
            "mardi 25 août 2026 à 09:00 ; il part avec 5 jours ouvrés de retard."
        ) in version


def test_a_mail_at_night_says_why() -> None:
    """Sent out of hours, a reminder gives its reason."""
    night = paris(date(2026, 9, 4), 20)
    opening = PLANNER.next_opening(night, "dijon")
    for version in both(reminder(due(drf(), night, opening=opening), now=night)):
        assert (
            "Ce message part en dehors des heures de travail : la limite tombe avant la prochaine "
            "ouverture, lundi 7 septembre 2026 à 09:00."
        ) in version


def test_a_missed_limit_is_said_without_detour() -> None:
    """Past the strict limit, the mail says so and asks what can still be done."""
    after = paris(date(2026, 9, 8))
    for version in both(reminder(due(drf(), after), now=after)):
        assert "Limite stricte dépassée depuis 2 jours ouvrés" in version
        assert "La dernière date est passée" in version


def test_a_window_not_yet_open_is_said() -> None:
    """A reminder before the opening says that nothing can be filed yet."""
    now = paris(date(2026, 8, 14))
    for version in both(reminder(due(drf(opens_on=date(2026, 8, 17)), now), now=now)):
        assert "La fenêtre ne s’ouvre que le lundi 17 août 2026" in version


def test_an_impossible_window_is_pointed_at() -> None:
    """A window that closes before it opens calls for other dates."""
    for version in both(reminder(due(drf(opens_on=date(2026, 9, 5))))):
        assert "La fenêtre se ferme avant de s’ouvrir" in version


def test_warnings_and_options_are_passed_on() -> None:
    """What the rule warns of, and the other sessions, stand in both versions."""
    told = drf(warnings=("Le silence ne vaut pas accord.",), options=("commission du 12/06/2026",))
    for version in both(reminder(due(told))):
        assert "À savoir" in version
        assert "Le silence ne vaut pas accord." in version
        assert "Autres possibilités" in version
        assert "commission du 12/06/2026" in version


def test_the_source_is_quoted_once() -> None:
    """A rule quoted by the explanation is not quoted again; otherwise its source is added."""
    elsewhere = drf(source=Source("akto.fr", "page", "Mon Espace AKTO ouvre", date(2026, 1, 2)))
    for version in both(reminder(due(drf()))):
        assert version.count("Au plus tôt 2 mois et au plus tard 48 heures") == 1
    for version in both(reminder(due(elsewhere))):
        assert "« Mon Espace AKTO ouvre »" in version
        assert "akto.fr" in version
        assert "akto.fr, page" not in version
        assert "vérifiée le 02/01/2026" in version


def test_nothing_else_of_the_case_comes_through() -> None:
    """State, owner, ids and the recipient's own name stay out of the body."""
    message = reminder(Due(row(state="etat_secret"), PLANNER.planned(drf(), "dijon")[:1]))
    for version in both(message):
        for hidden in ("etat_secret", "personne:", "Zoé", "zoe", "dijon", "@"):
            assert hidden not in version


def test_a_title_is_escaped_in_html_only() -> None:
    """Markup typed in a title is shown, never run."""
    message = COMPOSER.reminder(
        ZOE, [replace(due(drf()), row=row(title="<b>R&D</b> 'x'"))], NOW
    )  # fmt: skip
    assert "&lt;b&gt;R&amp;D&lt;/b&gt; &#39;x&#39;" in body(message.content, "html")
    assert "<b>R&D</b> 'x'" in body(message.content, "plain")


def test_a_title_with_a_line_break_is_refused() -> None:
    """A title that could forge a line of the mail is refused in one sentence."""
    odd = replace(due(drf()), row=row(title="Parcours\nCc: tous"))
    with pytest.raises(InvalidInput, match="titre du dossier CIPI-2026-0042 contient un saut"):
        COMPOSER.reminder(ZOE, [odd], NOW)


def test_the_same_reminders_make_the_same_mail() -> None:
    """Two sweeps that compose the same thing give one key, one Message-ID, the same bytes."""
    first, second = reminder(due(drf())), reminder(due(drf()))
    assert first == second
    assert first.key.startswith("rappel:CIPI-2026-0042:personne:zoe:")
    assert first.message_id == read(first.content)["Message-ID"]
    other = reminder(due(drf(), paris(date(2026, 9, 2))))
    assert other.message_id != first.message_id


def test_an_unknown_procedure_keeps_its_id() -> None:
    """A case whose rule file has gone is still announced."""
    message = COMPOSER.reminder(ZOE, [replace(due(drf()), row=row(procedure="ancienne"))], NOW)
    assert "ancienne" in body(message.content, "plain")


def test_real_procedures_give_their_acts() -> None:
    """The labels of a rule file name the acts that meet each deadline, in the order of the file."""
    labels: ProcedureLabels = labels_of({"cipi": load_rulebook().procedure("cipi")})["cipi"]
    assert labels.name == "CIPI"
    commands = [line_of(act.on("X")) for act in labels.acts["reponse_akto"]]
    assert commands == [
        "echeancier dossier avancer X accorder_drf",
        "echeancier dossier avancer X refuser_drf",
    ]
    assert line_of(labels.acts["remise_documents"][0].on("X")) == (
        "echeancier dossier corriger X --fait documents_remis_le=AAAA-MM-JJ"
    )


def test_a_template_never_prints_a_blank_for_a_missing_name() -> None:
    """A variable that nobody gave is an error, not an empty line in somebody's mail."""
    with pytest.raises(jinja2.UndefinedError):
        render("rappel.txt.j2", {"ref": "X"})


def test_templates_come_in_triples() -> None:
    """Each kind of mail has its subject, its text and its HTML."""
    names = {path.name for path in TEMPLATES}
    for kind in MessageKind:
        assert {f"{kind}.subject.j2", f"{kind}.txt.j2", f"{kind}.html.j2"} <= names


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_rule_and_no_private_word(path: Path) -> None:
    """Delays, funders and special-category words never stand in a template."""
    source = path.read_text(encoding="utf-8").lower()
    for word in (
        "akto", "drf", "48", "61", "commission", "handicap", "rqth", "inapt", "santé", "rsa",
        "asile", "minima",
    ):  # fmt: skip
        assert not re.search(rf"\b{word}", source), word


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_use_french_apostrophes(path: Path) -> None:
    """No letter is followed by a typewriter apostrophe, but in the name of a font."""
    source = re.sub(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}", "", path.read_text(encoding="utf-8"))
    assert not re.search(r"[a-zà-ÿ]'[a-zà-ÿ]", source, flags=re.IGNORECASE)


def test_no_breakable_space_is_left_before_a_sign() -> None:
    """A whole mail, text and HTML, leaves no sign alone at the start of a line."""
    message = reminder(due(drf(), late=True))
    shown = re.sub(r"<style>.*?</style>", "", body(message.content, "html"), flags=re.DOTALL)
    for version in (body(message.content, "plain"), shown):
        assert not re.search(r" [:;!?»]|« ", version)


def test_the_html_fits_a_phone() -> None:
    """Six hundred pixels at most, adapted to small screens and dark mode, without any image."""
    html = body(reminder(due(drf())).content, "html")
    for needed in ("max-width:600px", "@media (max-width:520px)", "prefers-color-scheme:dark"):
        assert needed in html
    assert "<img" not in html
    assert "http" not in html


FAILED = FailedMessage(
    1,
    MessageKind.REMINDER,
    "CIPI-2026-0009",
    "personne:zoe",
    "zoe@interim.example",
    "Demain\u00a0: Saisir la DRF – CIPI-2026-0009",
    NOW,
    "Serveur de messagerie smtp.example:587 : le destinataire est refusé (550).",
)


def test_a_digest_says_it_in_text_and_in_html() -> None:
    """Every section, line, date and failure stands in both versions."""
    digest = digest_of(
        row(1, drf(prudent=date(2026, 8, 28)), ref="CIPI-2026-0001"),
        row(2, drf(prudent=date(2026, 9, 1)), ref="CIPI-2026-0002"),
        row(3, target(), ref="CIPI-2026-0003", title="Parcours\nsoudeur"),
        row(4, reply(), ref="CIPI-2026-0004"),
        row(5, drf(opens_on=date(2026, 9, 2), prudent=date(2026, 11, 2), strict=None)),
        failures=[FAILED],
    )
    message = COMPOSER.digest(digest, NOW)
    assert words(message.subject) == (
        "1 en retard, 1 aujourd’hui, 1 dans les sept jours – mardi 1er septembre 2026"
    )
    for version in both(message):
        for fragment in (
            "Mardi 1er septembre 2026", "En retard", "Limite prudente dépassée depuis 2 jours",
            "Aujourd’hui", "Dans les sept jours", "objectif interne", "Parcours soudeur",
            "Réponses à relancer", "À relancer aujourd’hui", "Fenêtres qui s’ouvrent",
            "La fenêtre s’ouvre demain", "Limite prudente : lundi 2 novembre 2026",
            "Messages non remis", "le destinataire est refusé (550)",
        ):  # fmt: skip
            assert fragment in version, fragment


def test_a_long_section_is_cut_and_counted() -> None:
    """Beyond what a person reads, lines are counted and the command to list them is given."""
    lines = [row(n, ref=f"CIPI-2026-{n:04}") for n in range(1, SHOWN_LINES + 4)]
    digest = digest_of(*lines, now=paris(date(2026, 9, 3), 7, 30), failures=[])
    for version in both(COMPOSER.digest(digest, NOW)):
        assert f"CIPI-2026-{SHOWN_LINES:04}" in version
        assert f"CIPI-2026-{SHOWN_LINES + 1:04}" not in version
        assert "… et 3 autres : echeancier echeances" in version


def test_an_empty_digest_names_the_next_date() -> None:
    """Nothing to do is said in one line, with the next date to come."""
    digest = digest_of(row(), now=paris(date(2026, 8, 3), 7, 30), failures=[])
    message = COMPOSER.digest(digest, NOW)
    assert words(message.subject) == "Rien avant jeudi 3 septembre 2026"
    text = words(body(message.content, "plain"))
    assert text.startswith(
        "Lundi 3 août 2026 Rien avant jeudi 3 septembre 2026 : Saisir la DRF (CIPI-2026-0042)."
    )


def test_a_digest_without_any_date_says_how_far_it_looked() -> None:
    """With nothing ahead either, the mail says so."""
    message = COMPOSER.digest(digest_of(failures=[]), NOW)
    assert words(message.subject) == "Rien à signaler ce mardi 1er septembre 2026"
    for version in both(message):
        assert "Rien à signaler : aucune échéance dans les 60 jours à venir." in version


def test_a_digest_that_tells_of_failures_does_not_say_that_all_is_well() -> None:
    """Mails that did not leave are something to say, even on a day without any date."""
    for version in both(COMPOSER.digest(digest_of(failures=[FAILED]), NOW)):
        assert "Rien à signaler" not in version
        assert "Aucune échéance dans les 60 jours à venir." in version


def test_a_digest_can_be_shown_without_being_sent() -> None:
    """The command line prints the very text and page that would be sent."""
    digest = digest_of(row(), now=paris(date(2026, 9, 3), 7, 30), failures=[])
    message = COMPOSER.digest(digest, NOW)
    plain = body(message.content, "plain").splitlines()
    assert COMPOSER.digest_text(digest).splitlines() == plain
    assert words(COMPOSER.digest_html(digest)) == words(body(message.content, "html"))
    assert message.key == "synthese:personne:zoe:2026-09-03"
