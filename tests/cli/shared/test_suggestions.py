"""What to type next, and the path of a case, from the real rules."""

from __future__ import annotations

from datetime import UTC, date, datetime

from cli.shared.suggestions import next_steps
from cli.terminal.spelling import words_of
from display.case.case import stepper
from workflow.acts import transitions
from workflow.calendar.calendars import calendar
from workflow.case.act import Act
from workflow.case.case import Case, Outcome, Paper, PaperStatus
from workflow.counting.ways_of_counting import Context
from workflow.rulefiles.rulebook import load_rulebook

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
CIPI = load_rulebook().procedure("cipi")
FR = calendar("FR")
CONTEXT = Context(FR, FR, FR.territory.zone, dict.fromkeys(CIPI.settings, 5))


def opened() -> Case:
    """Return a case that was just opened."""
    case = Case(
        ref="X-1", procedure="cipi", edition="", territory="FR", agency="lyon", state="",
        opened_at=NOW, facts={"demarrage_formation": date(2026, 10, 5)},
    )  # fmt: skip
    return transitions.open_case(CIPI, case, CONTEXT, Act("claire", NOW)).after


def advanced(case: Case, action: str) -> Case:
    """Return a case after an action."""
    outcome: Outcome = transitions.apply(CIPI, case, action, {}, CONTEXT, Act("claire", NOW))
    return outcome.after


def suggested(case: Case, now: datetime = NOW) -> list[str]:
    """Return the commands suggested for a case."""
    offers = transitions.available(CIPI, case, CONTEXT, now)
    return [" ".join(words_of(one)) for one in next_steps(CIPI, case, offers)]


def test_the_action_that_meets_the_deadline_comes_first() -> None:
    """The next thing to do is what the most pressing deadline waits for."""
    assert suggested(opened()) == ["dossier avancer X-1 deposer_drf"]


def test_both_answers_of_the_funder_are_proposed() -> None:
    """A reply awaited proposes each answer that could come."""
    case = advanced(opened(), "deposer_drf")
    assert suggested(case) == [
        "dossier avancer X-1 accorder_drf",
        "dossier avancer X-1 refuser_drf",
    ]


def test_a_reply_without_a_date_is_awaited_too() -> None:
    """Once the contract is in, the funder's answers come before a fact that nobody waits for."""
    case = advanced(advanced(opened(), "deposer_drf"), "accorder_drf")
    received = Paper(PaperStatus.RECEIVED, NOW.date(), "claire")
    papers = {name: received for name, one in CIPI.documents.items() if not one.any_of}
    facts = {"debut_contrat": date(2026, 10, 5)}
    act = Act("claire", NOW)
    case = transitions.apply(CIPI, case, "deposer_contrat", facts, CONTEXT, act, papers).after
    assert suggested(case) == [
        "dossier avancer X-1 accorder_financement",
        "dossier avancer X-1 refuser_financement",
    ]


def test_what_is_missing_is_left_to_fill_in() -> None:
    """Missing facts and documents stand in the command, ready to be completed."""
    case = advanced(advanced(opened(), "deposer_drf"), "accorder_drf")
    (command, *_) = suggested(case)
    assert command.startswith("dossier avancer X-1 deposer_contrat --fait debut_contrat=JJ/MM/AAAA")
    assert "--piece contrat_type_signe" in command


def test_a_window_that_is_shut_proposes_another_start() -> None:
    """Going against a rule is never what is proposed."""
    late = datetime(2026, 10, 4, 8, 0, tzinfo=UTC)
    assert suggested(opened(), late) == [
        "dossier corriger X-1 --fait demarrage_formation=JJ/MM/AAAA"
    ]


def test_a_finished_case_proposes_nothing() -> None:
    """There is nothing to type once a case is closed or abandoned."""
    assert suggested(advanced(opened(), "abandonner")) == []


def test_the_path_goes_through_what_was_done_to_the_far_end() -> None:
    """States left behind are marked, and the way ahead leads to the closing, not to the giving up."""
    case = advanced(opened(), "deposer_drf")
    assert stepper(case, CIPI).plain == (
        "✓ Préparation → ● DRF déposée → ○ DRF accordée → ○ Contrat déposé → ○ Financement accordé "
        "→ ○ Présences saisies → ○ Clos"
    )
    assert stepper(advanced(case, "abandonner"), CIPI).plain.endswith("✓ DRF déposée → ● Abandonné")


def test_a_step_back_does_not_stay_on_the_path() -> None:
    """A case that came back to a state shows the way once."""
    refused = advanced(advanced(opened(), "deposer_drf"), "refuser_drf")
    back = advanced(refused, "reprendre")
    assert stepper(back, CIPI).plain.startswith("● Préparation → ○ DRF déposée")
    assert back.state == "preparation"
