"""What is noted on a case between two steps: papers, hours, eligibility, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support.cases import told
from tests.support.core import DAY, act, paris, plain
from tests.support.depth import BY, depth, depth_case, depth_context, line, received, with_facts
from workflow.acts import corrections, transitions
from workflow.acts.notes import record_documents, record_eligibility, record_hours
from workflow.case.case import (
    Alert,
    Case,
    Closing,
    Eligibility,
    EntryKind,
    FactValue,
    HoursLine,
    Outcome,
    Paper,
    PaperStatus,
    WorkKind,
)
from workflow.case.known_facts import known_values
from workflow.deadlines.compute import live
from workflow.errors import ActionRefused, NotFound, Reason, ReasonCode, Refused
from workflow.rules.procedure import Procedure

NOW = paris(1, 7)
TODAY = date(2026, 1, 7)
CONTRACT = date(2026, 1, 5)


def note(case: Case, papers: Mapping[str, Paper], *removed: str) -> Outcome:
    """Note papers."""
    return record_documents(depth(), case, papers, frozenset(removed), depth_context(), act(NOW))


def log(case: Case, *lines: HoursLine, at: datetime = NOW) -> Outcome:
    """Note a whole ledger of hours."""
    return record_hours(depth(), case, lines, depth_context(), act(at))


def paper(status: PaperStatus, day: date = TODAY, kept_at: str = "") -> Paper:
    """Return a paper noted by whoever acts."""
    return Paper(status, day, BY, kept_at)


# --- Papers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", PaperStatus)
def test_each_status_is_kept_and_told(status: PaperStatus) -> None:
    """A paper keeps its status, its day, who noted it and its place; the journal tells it in a few words."""
    outcome = note(depth_case(), {"formulaire": paper(status, kept_at="classeur 3")})
    assert outcome.after.documents == {"formulaire": Paper(status, TODAY, BY, "classeur 3")}
    assert (outcome.entry.kind, told(outcome.entry)) == (
        EntryKind.DOCUMENT,
        (("formulaire", None, f"{status.value} 2026-01-07, classeur 3"),),
    )
    assert (outcome.opened, outcome.moved, outcome.closed) == ((), (), ())


def test_a_paper_comes_further() -> None:
    """A paper asked for, then received, leaves both in the journal, and the other papers as they were."""
    asked = note(
        depth_case(), {"formulaire": paper(PaperStatus.REQUESTED), "feuilles": received(TODAY)}
    )
    outcome = note(asked.after, {"formulaire": paper(PaperStatus.RECEIVED)})
    assert told(outcome.entry) == (("formulaire", "demande 2026-01-07", "recu 2026-01-07"),)
    assert outcome.after.documents["feuilles"] == received(TODAY)


def test_a_later_day_of_the_same_status_is_a_change() -> None:
    """A wrong day is set right: the same status on another day is a change that the journal keeps."""
    early = note(depth_case(), {"formulaire": received(date(2026, 1, 6))}).after
    assert told(note(early, {"formulaire": received(TODAY)}).entry) == (
        ("formulaire", "recu 2026-01-06", "recu 2026-01-07"),
    )


def test_a_status_in_the_future_is_refused() -> None:
    """A status dated of tomorrow on the agency's clock is refused with the label; today is accepted."""
    with pytest.raises(ActionRefused) as refusal:
        note(depth_case(), {"formulaire": received(TODAY + DAY), "feuilles": received(TODAY)})
    assert refusal.value.message == (
        "Noter des pièces : « Formulaire » est dans le futur (08/01/2026)."
    )
    assert note(depth_case(), {"formulaire": received(TODAY)}).after.version == 2


def test_a_paper_is_taken_back() -> None:
    """A paper noted by mistake is taken back; what is noted already, or never was, changes nothing."""
    case = note(depth_case(), {"formulaire": received(TODAY)}).after
    outcome = note(case, {}, "formulaire")
    assert (outcome.after.documents, told(outcome.entry)) == (
        {},
        (("formulaire", "recu 2026-01-07", None),),
    )
    for papers, removed in (({}, ["feuilles"]), ({"formulaire": received(TODAY)}, [])):
        with pytest.raises(Refused) as refusal:
            note(case, papers, *removed)
        assert refusal.value.message == (
            "Dossier ESSAI-2026-0001 : rien à changer, les pièces sont déjà dans cet état."
        )


@pytest.mark.parametrize(
    ("papers", "removed"), [({"formulair": received(TODAY)}, ()), ({}, ("formulair",))]
)
def test_an_unknown_paper_is_refused(papers: Mapping[str, Paper], removed: tuple[str, ...]) -> None:
    """A paper that the procedure does not have is refused with the nearest."""
    nearest = "Pièce de la procédure « essai » : « formulair » n’existe pas .* « formulaire »"
    with pytest.raises(NotFound, match=f"^{nearest}"):
        note(depth_case(), papers, *removed)


def send(case: Case, papers: Mapping[str, Paper] | None = None) -> Outcome:
    """Send a case."""
    return transitions.apply(depth(), case, "envoyer", {}, depth_context(), act(NOW), papers)


@pytest.mark.parametrize("status", PaperStatus)
def test_a_step_waits_for_papers_in_hand(status: PaperStatus) -> None:
    """A paper to obtain or asked for does not satisfy a step; received, checked or sent, it does."""
    case = note(depth_case(), {"formulaire": paper(status), "attestation": paper(status)}).after
    if status in {PaperStatus.RECEIVED, PaperStatus.CHECKED, PaperStatus.SENT}:
        assert send(case).after.state == "envoye"
        return
    with pytest.raises(ActionRefused) as refusal:
        send(case)
    assert refusal.value.reasons == (
        Reason(
            ReasonCode.MISSING_PAPER, "il manque la pièce « Formulaire »", {"papers": "formulaire"}
        ),
        Reason(
            ReasonCode.MISSING_PAPER,
            "il manque la pièce « Attestation ou feuilles »",
            {"papers": "attestation ou feuilles"},
        ),
    )


def test_a_paper_given_with_a_step_replaces_one_asked_for() -> None:
    """A paper asked for earlier and given with the step is received; one already checked stays checked."""
    case = note(
        depth_case(),
        {"formulaire": paper(PaperStatus.REQUESTED), "feuilles": paper(PaperStatus.CHECKED)},
    ).after
    given = dict.fromkeys(("formulaire", "feuilles"), received(TODAY))
    after = send(case, given).after
    assert {name: one.status for name, one in after.documents.items()} == {
        "formulaire": PaperStatus.RECEIVED,
        "feuilles": PaperStatus.CHECKED,
    }


def test_papers_taken_back_block_the_step_again() -> None:
    """A paper taken back is missing again for the step."""
    papers = {"formulaire": received(TODAY), "feuilles": received(TODAY)}
    case = note(note(depth_case(), papers).after, {}, "feuilles").after
    with pytest.raises(ActionRefused, match="Attestation ou feuilles"):
        send(case)


# --- Hours -----------------------------------------------------------------------------------------------

MISSION = line(1, WorkKind.MISSION, date(2026, 1, 6), done=7, place="Usine")


def test_hours_are_kept_in_order_with_their_entry() -> None:
    """Lines are kept by number; the journal tells each that was added, in an entry of its own."""
    second = line(2, WorkKind.TRAINING, date(2026, 2, 2), date(2026, 2, 6), planned=35)
    outcome = log(depth_case(), second, MISSION)
    assert outcome.after.hours == (MISSION, second)
    assert outcome.entry.kind is EntryKind.HOURS
    assert [(name, old, plain(new or "")) for name, old, new in told(outcome.entry)] == [
        ("heures.1", None, "mission le 06/01/2026, 7 h faites, Usine"),
        ("heures.2", None, "formation du 02/02/2026 au 06/02/2026, 35 h prévues"),
    ]


def test_lines_changed_and_taken_away_are_told() -> None:
    """A line changed has its old and new words, one taken away its old ones, the others are not told."""
    training = line(2, WorkKind.TRAINING, date(2026, 2, 2), planned=7)
    case = log(depth_case(), MISSION, training).after
    changed = log(case, replace(MISSION, done=Decimal("7.5")), training)
    assert [(name, plain(new or "")) for name, _, new in told(changed.entry)] == [
        ("heures.1", "mission le 06/01/2026, 7,5 h faites, Usine")
    ]
    [(name, _, new)] = told(log(case, MISSION).entry)
    assert (name, new) == ("heures.2", None)


def test_nothing_to_change_is_refused() -> None:
    """The same ledger, in any order, is refused: nothing is written for nothing."""
    training = line(2, WorkKind.TRAINING, date(2026, 2, 2), planned=7)
    case = log(depth_case(), MISSION, training).after
    with pytest.raises(Refused, match="rien à changer, le relevé d’heures"):
        log(case, training, MISSION)


def test_what_no_timetable_holds_is_refused() -> None:
    """Hours that cannot be are refused with every reason, and nothing else."""
    twice = line(2, WorkKind.MISSION, date(2026, 1, 6), done=18, place="USINE")
    with pytest.raises(ActionRefused) as refusal:
        log(depth_case(), MISSION, twice)
    assert [plain(str(reason)) for reason in refusal.value.reasons] == [
        "25 h le 06/01/2026, alors qu’un jour n’en a que 24 (lignes 1 et 2)",
        "les lignes 1 et 2 disent deux fois les mêmes jours (mission, le 06/01/2026)",
    ]


@pytest.mark.parametrize(
    ("last", "done", "accepted"),
    [(TODAY, 7, True), (TODAY + DAY, 7, False), (TODAY + DAY, 0, True), (TODAY + DAY, None, True)],
)
def test_hours_done_cannot_end_in_the_future(last: date, done: int | None, accepted: bool) -> None:
    """Hours are done up to today; those of days to come can only be planned."""
    one = line(1, WorkKind.MISSION, date(2026, 1, 6), last, planned=14, done=done)
    if accepted:
        assert log(depth_case(), one).after.hours == (one,)
        return
    with pytest.raises(ActionRefused, match=r"la ligne 1 dit faites des heures.*08/01/2026"):
        log(depth_case(), one)


def test_a_mission_on_a_day_of_training_is_told() -> None:
    """A mission that falls on days of training is written all the same, with a warning said once."""
    training = line(2, WorkKind.TRAINING, date(2026, 1, 5), date(2026, 1, 7), planned=21)
    outcome = log(depth_case(), training, replace(MISSION, done=Decimal(7)))
    assert [plain(text) for text in outcome.warnings] == [
        "Jours : 1 jour de formation avec une mission."
    ]
    again = log(outcome.after, training, replace(MISSION, done=Decimal(6)))
    assert again.warnings == ()
    assert log(depth_case(), MISSION).warnings == ()


def derived(case: Case) -> Mapping[str, FactValue]:
    """Return everything that is known of a case."""
    return known_values(depth(), case.facts, case.hours)


def test_what_the_ledger_says_is_not_typed() -> None:
    """Once the ledger has missions, their hours and first day are neither corrected nor given with a step."""
    case = log(depth_case(), MISSION).after
    for name, value in (("heures_mission", Decimal(70)), ("debut_mission", CONTRACT)):
        with pytest.raises(ActionRefused) as refusal:
            correct(case, **{name: value})
        assert ReasonCode.FROM_LEDGER in {one.code for one in refusal.value.reasons}
        with pytest.raises(ActionRefused) as refusal:
            transitions.apply(depth(), case, "envoyer", {name: value}, depth_context(), act(NOW))
        assert ReasonCode.FROM_LEDGER in {one.code for one in refusal.value.reasons}
    assert derived(correct(case, heures_prevues=Decimal(70)))["heures_mission"] == 7


def test_what_the_ledger_does_not_say_is_typed() -> None:
    """Without a mission in the ledger, their hours may be typed; the ledger then comes before them."""
    training = line(2, WorkKind.TRAINING, date(2026, 1, 5), planned=7)
    case = correct(log(depth_case(), training).after, heures_mission=Decimal(40))
    assert derived(case)["heures_mission"] == 40
    assert derived(log(case, training, MISSION).after)["heures_mission"] == 7


def correct(case: Case, **facts: FactValue) -> Case:
    """Return a case once corrected."""
    return corrections.correct(
        depth(), case, corrections.Correction(facts), depth_context(), act(NOW)
    ).after


def asking(name: str) -> Procedure:
    """Return the small procedure, whose sending asks for one more fact and no paper."""
    procedure = depth()
    action = replace(procedure.actions["envoyer"], documents=(), needs=(name,))
    return replace(procedure, actions={**procedure.actions, "envoyer": action})


@pytest.mark.parametrize("name", ["heures_mission", "debut_mission", "effectif"])
def test_a_step_is_given_what_is_known_without_being_typed(name: str) -> None:
    """A fact that the ledger or the company gives is not asked again of the person who does the step."""
    procedure, case = asking(name), log(depth_case(), MISSION).after
    context = depth_context(headcount=12)
    [offer] = transitions.available(procedure, case, context, NOW)
    assert (offer.missing_facts, offer.reasons) == ((), ())
    after = transitions.apply(procedure, case, "envoyer", {}, context, act(NOW)).after
    assert (after.state, name in after.facts) == ("envoye", False)
    with pytest.raises(ActionRefused) as refusal:
        transitions.apply(procedure, depth_case(), "envoyer", {}, depth_context(), act(NOW))
    missing = [one.data for one in refusal.value.reasons if one.code is ReasonCode.MISSING_FACT]
    assert missing == [{"fact": name}]


# --- Deadlines that follow hours -------------------------------------------------------------------------


def worked(hours: str, case: Case | None = None) -> Outcome:
    """Note a mission that was done over some days of January, read at the end of the month."""
    one = line(1, WorkKind.MISSION, date(2026, 1, 6), date(2026, 1, 20), done=hours)
    before = case or depth_case(debut_contrat=CONTRACT)
    return log(before, one, at=paris(1, 30))


def last_start(case: Case) -> date:
    """Return the strict last start of the mission of a case."""
    found = case.deadlines["mission"].dates.strict
    assert isinstance(found, date)
    return found


def test_hours_done_leave_more_time() -> None:
    """Hours done move the last start of what is left, and the outcome tells both dates."""
    case = depth_case(debut_contrat=CONTRACT)
    outcome = worked("35")
    [move] = [one for one in outcome.moved if one.new.id == "mission"]
    assert (move.old.dates.strict, move.new.dates.strict) == (
        last_start(case),
        last_start(outcome.after),
    )
    assert (last_start(case), last_start(outcome.after)) == (date(2026, 6, 22), date(2026, 6, 29))
    assert [change.name for change in outcome.entry.dates] == ["mission"]


@given(st.integers(1, 6999), st.integers(0, 6998))
def test_the_last_start_never_comes_sooner_as_hours_come_in(one: int, less: int) -> None:
    """The more hours are done, the later what is left can begin, up to the last hundredth."""
    more, fewer = max(one, less + 1), min(one, less + 1)
    cases = [worked(str(Decimal(cents) / 100)).after for cents in (fewer, more)]
    assert last_start(cases[0]) <= last_start(cases[1])


def test_the_deadline_is_met_at_70_hours_and_not_before() -> None:
    """At 69,99 h the deadline stands; at 70 h it is met, on the first day of the mission, by the hours."""
    short = worked("69.99")
    assert ("mission" in short.after.deadlines, short.closed) == (True, ())
    outcome = worked("70", short.after)
    [closing] = outcome.closed
    assert (closing.deadline.id, closing.met, closing.late) == ("mission", True, False)
    assert "mission" not in outcome.after.deadlines
    assert worked("70.01").closed[0].met is True


def test_hours_all_done_meet_a_deadline_that_no_fact_dates() -> None:
    """A share of hours that is all done is met on the day it is noted, though no fact says when."""
    case = depth_case(debut_contrat=CONTRACT, heures_prevues=Decimal(30))
    training = line(1, WorkKind.TRAINING, date(2026, 1, 6), date(2026, 1, 7), done="9.99")
    short = log(case, training)
    assert short.closed == ()
    [closing] = log(short.after, replace(training, done=Decimal(10))).closed
    assert closing == Closing(short.after.deadlines["tiers"], met=True, on=TODAY)


def test_hours_taken_away_bring_the_deadline_back() -> None:
    """A mission noted by mistake, once taken away, leaves its deadline awaited as before."""
    met = worked("70")
    training = line(2, WorkKind.TRAINING, date(2026, 1, 5), planned=7)
    outcome = log(met.after, training, at=paris(1, 30))
    assert [one.id for one in outcome.opened] == ["mission"]
    assert last_start(outcome.after) == last_start(depth_case(debut_contrat=CONTRACT))


def test_a_mission_planned_does_not_meet_its_deadline() -> None:
    """A mission that the ledger only plans has a first day, but none of its hours is done."""
    planned = line(1, WorkKind.MISSION, date(2026, 2, 2), date(2026, 2, 13), planned=70)
    outcome = log(depth_case(debut_contrat=CONTRACT), planned)
    assert ("mission" in outcome.after.deadlines, outcome.closed) == (True, ())


def test_a_deadline_dropped_by_a_step_is_not_met_by_hours_half_done() -> None:
    """A deadline that a state no longer awaits while hours are missing is dropped, not met."""
    procedure = depth()
    spec = replace(
        procedure.deadlines["mission"], states=frozenset({"prepare"}), met_by=frozenset()
    )
    narrow = replace(procedure, deadlines={**procedure.deadlines, "mission": spec})
    case = worked("35").after
    papers = {"formulaire": received(TODAY), "feuilles": received(TODAY)}
    outcome = transitions.apply(
        narrow, case, "envoyer", {}, depth_context(), act(paris(1, 30)), papers
    )
    found = {one.deadline.id: one.met for one in outcome.closed}
    assert found == {"envoi": True, "mission": False}


def test_the_deadlines_kept_are_those_computed_anew() -> None:
    """After hours are noted, the deadlines of the case are those of everything that is known of it."""
    case = worked("35", depth_case(debut_contrat=CONTRACT, heures_prevues=Decimal(70))).after
    fresh = live(depth(), depth().editions[0], case.state, derived(case), depth_context())
    assert case.deadlines == fresh
    assert set(fresh) == {"envoi", "mission", "tiers"}


# --- Eligibility -----------------------------------------------------------------------------------------

NOTED = Eligibility("alpha", {"mois_inscrits": 4321}, "carte", "coffre 12")
SEEN: Mapping[str, FactValue] = {"preuve_vue_le": TODAY, "preuve_jusqu_au": date(2026, 2, 20)}


def entitle(
    case: Case, noted: Eligibility, facts: Mapping[str, FactValue] | None = None
) -> Outcome:
    """Note why a person is eligible."""
    return record_eligibility(depth(), case, noted, facts or {}, depth_context(), act(NOW))


def test_the_journal_says_that_eligibility_was_noted_and_not_what() -> None:
    """The entry has its kind, who and when, the public dates of the proof, and nothing restricted."""
    outcome = entitle(depth_case(), NOTED, SEEN)
    assert outcome.after.eligibility == NOTED
    entry = outcome.entry
    assert (entry.kind, entry.by, entry.action, entry.comment) == (
        EntryKind.ELIGIBILITY,
        BY,
        None,
        "",
    )
    assert told(entry) == (
        ("preuve_vue_le", None, "2026-01-07"),
        ("preuve_jusqu_au", None, "2026-02-20"),
    )
    shown = repr(entry) + repr(outcome.warnings)
    hidden = ("alpha", "mois_inscrits", "4321", "carte", "coffre")
    assert [word for word in hidden if word in shown] == []


def test_eligibility_alone_leaves_an_entry_without_changes() -> None:
    """An answer that changes leaves an entry that names no field, and a version of its own."""
    case = entitle(depth_case(), NOTED, SEEN).after
    outcome = entitle(case, replace(NOTED, answers={"mois_inscrits": 3}))
    assert (outcome.entry.changes, outcome.after.version) == ((), case.version + 1)
    assert outcome.after.alerts == (Alert("Éligibilité", "Pas établi."),)


def test_the_same_eligibility_is_refused() -> None:
    """Noting what is already noted is refused in words that hold none of it."""
    case = entitle(depth_case(), NOTED, SEEN).after
    with pytest.raises(Refused) as refusal:
        entitle(case, NOTED, SEEN)
    assert refusal.value.message == (
        "Dossier ESSAI-2026-0001 : rien à changer, l’éligibilité est déjà notée ainsi."
    )


def test_a_proof_cannot_be_seen_in_the_future() -> None:
    """A proof is seen up to today; the day until which it is valid may come later."""
    with pytest.raises(ActionRefused, match="« Preuve vue » est dans le futur"):
        entitle(depth_case(), NOTED, {"preuve_vue_le": TODAY + DAY})


def test_a_proof_that_expires_before_the_start_is_to_renew() -> None:
    """A proof valid until a day before the start opens the deadline to renew it, closed by a longer one."""
    outcome = entitle(depth_case(), NOTED, SEEN)
    assert [one.id for one in outcome.opened] == ["renouvellement"]
    renewed = entitle(outcome.after, NOTED, {"preuve_jusqu_au": date(2026, 9, 30)})
    [closing] = renewed.closed
    assert (closing.deadline.id, closing.met) == ("renouvellement", False)


def test_hours_keep_the_restricted_part_and_the_papers() -> None:
    """Whatever is noted leaves the rest of the case as it was."""
    case = note(entitle(depth_case(), NOTED, SEEN).after, {"formulaire": received(TODAY)}).after
    after = log(with_facts(case), MISSION).after
    assert (after.eligibility, after.documents) == (NOTED, {"formulaire": received(TODAY)})
    assert after.history == case.history == ()
