"""The machine: which actions each state allows, why one is refused, and what each act does to a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.support import core
from tests.support.cases import told
from tests.support.core import (
    ABANDONNER,
    ACCORDER_DRF,
    ACCORDER_FINANCEMENT,
    CLOTURER,
    CONTRACT_DOCUMENTS,
    DAY,
    DEMANDER_SURCOUT,
    DEPOSER_CONTRAT,
    DEPOSER_DRF,
    INTERROMPRE,
    PATHS,
    REFUSER_DRF,
    REFUSER_FINANCEMENT,
    SAISIR_PRESENCES,
    START,
    Step,
    act,
    case_in,
    cipi,
    context,
    do,
    follow,
    new_case,
    noon,
    now_in,
    opened,
    paris,
    plain,
)
from tests.support.depth import received
from tests.support.memory import MemoryCaseStore
from workflow.acts import corrections, transitions
from workflow.calendar.calendars import Closure
from workflow.case.case import Case, EntryKind, FactValue, Outcome, Paper, PaperStatus
from workflow.errors import ActionRefused, NotFound, Refused
from workflow.wording.journal_text import change_text

FORCE = "on peut passer outre, en disant pourquoi"
COMMENT = "dites pourquoi passer outre"

GRAPH: Mapping[str, Mapping[str, str]] = {
    "preparation": {"deposer_drf": "drf_deposee", "abandonner": "abandonne"},
    "drf_deposee": {
        "accorder_drf": "drf_accordee",
        "refuser_drf": "drf_refusee",
        "abandonner": "abandonne",
    },
    "drf_refusee": {"reprendre": "preparation", "abandonner": "abandonne"},
    "drf_accordee": {"deposer_contrat": "contrat_depose", "abandonner": "abandonne"},
    "contrat_depose": {
        "accorder_financement": "financement_accorde",
        "refuser_financement": "financement_refuse",
        "interrompre": "interrompu",
        "abandonner": "abandonne",
    },
    "financement_refuse": {"reprendre": "drf_accordee", "abandonner": "abandonne"},
    "financement_accorde": {
        "saisir_presences": "presences_saisies",
        "interrompre": "interrompu",
        "abandonner": "abandonne",
    },
    "interrompu": {
        "reprendre": "financement_accorde",
        "saisir_presences": "presences_saisies",
        "abandonner": "abandonne",
    },
    "presences_saisies": {
        "demander_surcout": "surcout_demande",
        "rembourser": "rembourse",
        "cloturer": "clos",
    },
    "surcout_demande": {"rembourser": "rembourse", "cloturer": "clos"},
    "rembourse": {"cloturer": "clos"},
    "clos": {},
    "abandonne": {},
}
"""From each state, the exact set of actions and where each leads (from an interruption after funding)."""

SOME_DAY: Mapping[str, FactValue] = SAISIR_PRESENCES.facts
"""What attendance asks: the end of the training, and hours."""
EVERY_FACT: Mapping[str, FactValue] = {
    "debut_contrat": date(2026, 9, 7),
    "fin_formation": date(2026, 10, 30),
    "documents_remis_le": date(2026, 12, 1),
    "heures_formation_realisees": Decimal(105),
    "heures_mission_realisees": Decimal(70),
}


def read_back(**facts: FactValue) -> Case:
    """Return a case just opened, as a store gives it back."""
    store = MemoryCaseStore(core.rulebook())
    store.save(transitions.open_case(cipi(), new_case(**facts), context(), act(core.OPENED_AT)))
    return store.load(new_case().ref)


def perform(
    case: Case,
    action: str,
    at: datetime,
    facts: Mapping[str, FactValue] | None = None,
    documents: tuple[str, ...] = (),
    *,
    comment: str = "",
    forced: bool = False,
) -> Outcome:
    """Do any action at a moment."""
    return transitions.apply(
        cipi(),
        case,
        action,
        facts or {},
        context(),
        act(at, comment=comment, forced=forced),
        dict.fromkeys(documents, received(at.date())),
    )


def reasons(
    case: Case,
    action: str,
    at: datetime,
    facts: Mapping[str, FactValue] | None = None,
    *,
    comment: str = "",
    forced: bool = False,
) -> list[str]:
    """Return the reasons that refuse an action, with plain spaces."""
    with pytest.raises(ActionRefused) as refusal:
        perform(case, action, at, facts, comment=comment, forced=forced)
    return [plain(str(reason)) for reason in refusal.value.reasons]


def correct(
    case: Case, at: datetime, *, comment: str = "", forced: bool = False, **facts: FactValue
) -> Outcome:
    """Correct facts of a case."""
    return corrections.correct(
        cipi(),
        case,
        corrections.Correction(facts),
        context(),
        act(at, comment=comment, forced=forced),
    )


def correction_reasons(case: Case, at: datetime, **facts: FactValue) -> list[str]:
    """Return the reasons that refuse a correction, with plain spaces."""
    with pytest.raises(ActionRefused) as refusal:
        corrections.correct(cipi(), case, corrections.Correction(facts), context(), act(at))
    return [plain(str(reason)) for reason in refusal.value.reasons]


# --- The graph -------------------------------------------------------------------------------------------


def test_every_state_has_its_row() -> None:
    """The table of these tests covers every state of the procedure."""
    assert set(GRAPH) == set(cipi().states) == set(PATHS)


@pytest.mark.parametrize("state", GRAPH)
def test_a_state_offers_exactly_its_actions(state: str) -> None:
    """Each state offers its own actions, each with where it leads, and no other."""
    offers = transitions.available(cipi(), case_in(state), context(), now_in(state))
    assert {offer.action: offer.target for offer in offers} == GRAPH[state]


@pytest.mark.parametrize(
    ("state", "action"),
    [(state, action) for state in GRAPH for action in cipi().actions if action not in GRAPH[state]],
)
def test_an_action_of_another_state_is_refused(state: str, action: str) -> None:
    """An action that the state does not allow is refused with the state and what it does allow."""
    possible = [
        f"« {one.label} » ({id_})" for id_, one in cipi().actions.items() if id_ in GRAPH[state]
    ]
    advice = f"actions possibles : {', '.join(possible)}" if possible else "le dossier est terminé"
    label = cipi().states[state].label
    found = reasons(case_in(state), action, now_in(state), EVERY_FACT)
    assert found == [f"impossible à l’étape « {label} » ({advice})"]


@pytest.mark.parametrize(
    ("state", "action"), [(state, action) for state in GRAPH for action in GRAPH[state]]
)
def test_an_action_leads_where_it_says(state: str, action: str) -> None:
    """With all it asks for, each action of each state leads to the state announced."""
    documents = cipi().actions[action].documents
    moments = {
        "deposer_drf": paris(7, 9),
        "saisir_presences": paris(11, 20),
        "cloturer": paris(1, 11, year=2027),
    }
    now = moments.get(action, now_in(state))
    asked = (*cipi().actions[action].needs, *(one.fact for one in cipi().actions[action].evidence))
    facts = {name: EVERY_FACT[name] for name in asked if name in EVERY_FACT}
    outcome = perform(case_in(state), action, now, facts, documents)
    assert (outcome.after.state, outcome.entry.state_from) == (GRAPH[state][action], state)


def test_an_unknown_action_is_refused_with_the_nearest() -> None:
    """A misspelt action is refused with the nearest one of the procedure."""
    with pytest.raises(NotFound) as refusal:
        perform(case_in("preparation"), "deposer_dfr", now_in("preparation"))
    assert refusal.value.message == (
        "Action de la procédure « cipi » : « deposer_dfr » n’existe pas (le plus proche : « deposer_drf »)."
    )


@pytest.mark.parametrize("state", GRAPH)
def test_an_action_without_reason_can_be_done(state: str) -> None:
    """What is offered without a reason is done at once; what has reasons is refused with the same ones."""
    now = now_in(state)
    for offer in transitions.available(cipi(), case_in(state), context(), now):
        if offer.reasons:
            found = reasons(case_in(state), offer.action, now)
            assert [reason for reason in found if reason != FORCE] == list(
                map(plain, map(str, offer.reasons))
            )
        else:
            assert perform(case_in(state), offer.action, now).after.state == offer.target


# --- Guards ----------------------------------------------------------------------------------------------


def test_missing_facts_and_documents_are_all_told() -> None:
    """A refusal gives every reason at once: each missing fact and document, with what to type."""
    assert reasons(case_in("drf_accordee"), "deposer_contrat", paris(7, 20)) == [
        "il manque « Premier jour du contrat »",
        ("il manque la pièce « Informations relatives au salarié, saisies au portail »"),
        "il manque la pièce « Contrat type édité et signé »",
        "il manque la pièce « Convention de formation externe »",
        "il manque la pièce « Programme de formation externe »",
    ]


def test_an_offer_names_what_is_missing() -> None:
    """An offer lists the missing facts and documents by their ids, for a form to ask."""
    offers = transitions.available(cipi(), case_in("drf_accordee"), context(), paris(7, 20))
    [offer] = [offer for offer in offers if offer.action == "deposer_contrat"]
    assert (offer.missing_facts, offer.missing_documents) == (
        ("debut_contrat",),
        CONTRACT_DOCUMENTS,
    )


def test_one_of_several_documents_is_asked_for() -> None:
    """A requirement that several documents satisfy names them all."""
    case = case_in("financement_accorde")
    found = reasons(case, "saisir_presences", paris(11, 20), SOME_DAY)
    assert found == [
        ("il manque la pièce « Certificat de réalisation ou feuilles d’émargement »"),
        ("il manque la pièce « Contrat de mission signé (mission obligatoire) »"),
    ]


@pytest.mark.parametrize(
    "proof", ["certificat_realisation", "feuilles_emargement", "preuve_presence"]
)
def test_any_of_several_documents_satisfies(proof: str) -> None:
    """The certificate, the signed sheets, or the requirement itself each satisfy the requirement."""
    documents = (proof, "contrat_mission_signe")
    case = case_in("financement_accorde")
    outcome = perform(case, "saisir_presences", paris(11, 20), SOME_DAY, documents)
    assert outcome.after.state == "presences_saisies"


def test_documents_received_before_count() -> None:
    """A document received earlier need not be given again with the action."""
    case = replace(
        case_in("drf_accordee"),
        documents=dict.fromkeys(CONTRACT_DOCUMENTS, received(date(2026, 7, 16))),
    )
    outcome = perform(case, "deposer_contrat", paris(7, 20), {"debut_contrat": date(2026, 9, 7)})
    changed = {change.name for change in outcome.entry.changes}
    assert (outcome.after.state, changed) == (
        "contrat_depose",
        {"contrat_depose_le", "debut_contrat"},
    )


def test_a_document_given_again_keeps_its_first_day() -> None:
    """A document received earlier and given again with an action keeps the day it first came."""
    early = dict.fromkeys(CONTRACT_DOCUMENTS, received(date(2026, 7, 16)))
    case = replace(case_in("drf_accordee"), documents=early)
    assert do(case, DEPOSER_CONTRAT).after.documents == early


def test_attendance_after_an_interruption_needs_the_funding() -> None:
    """From an interruption before the funding was granted, attendance asks for the funding date."""
    case = follow(case_in("contrat_depose"), Step("interrompre", paris(7, 24)))
    found = reasons(case, "saisir_presences", paris(11, 20), SOME_DAY)
    assert found[0] == "il manque « Accord de financement »"


def test_a_window_not_open_yet_refuses() -> None:
    """Filing before the window opens is refused with the opening and how to go against it."""
    assert reasons(case_in("preparation"), "deposer_drf", paris(7, 7, 23, 59)) == [
        "trop tôt : la fenêtre « Saisir la DRF » n’ouvre que le 08/07/2026",
        FORCE,
    ]


def test_a_window_closed_refuses() -> None:
    """Filing after the strict limit is refused with the limit and how to go against it."""
    assert reasons(case_in("preparation"), "deposer_drf", paris(9, 6, 9, 1)) == [
        "trop tard : la fenêtre « Saisir la DRF » a fermé le 06/09/2026 à 09:00",
        FORCE,
    ]


@pytest.mark.parametrize("at", [paris(7, 8, 0), paris(9, 4), paris(9, 6, 9)])
def test_a_window_open_lets_pass(at: datetime) -> None:
    """From the first minute of the opening to the very instant of the limit, filing is accepted."""
    outcome = perform(case_in("preparation"), "deposer_drf", at)
    assert (outcome.after.state, outcome.entry.forced, outcome.warnings) == (
        "drf_deposee",
        False,
        (),
    )


HOUR = (
    "heure à préciser : la fenêtre « Saisir la DRF » ferme le 06/09/2026 à 09:00, la date seule ne dit pas "
    "si l’étape a été faite avant ; notez-la avec son heure, comme « 06/09/2026 09:00 »"
)


@pytest.mark.parametrize(
    ("on", "found"),
    [
        (date(2026, 9, 5), []),
        (paris(9, 6, 8, 59), []),
        (date(2026, 9, 6), [HOUR, FORCE]),
        (date(2026, 9, 7), ["trop tard : la fenêtre « Saisir la DRF » a fermé le 06/09/2026 à 09:00", FORCE]),
    ],
)  # fmt: skip
def test_the_hour_is_asked_on_the_day_of_a_limit_that_has_one(on: date, found: list[str]) -> None:
    """A day alone passes before the day of the limit, not after; on that day only the hour tells."""
    case = case_in("preparation")
    for at in paris(9, 7), paris(9, 20):
        facts: dict[str, FactValue] = {"drf_deposee_le": on}
        if found:
            assert reasons(case, "deposer_drf", at, facts) == found
        else:
            assert perform(case, "deposer_drf", at, facts).after.state == "drf_deposee"


def test_a_day_alone_is_after_a_limit_at_its_first_instant() -> None:
    """Training without an hour starts at midnight: its limit ends the day before, and no hour is asked."""
    case = opened(demarrage_formation=date(2026, 9, 8))
    late = "trop tard : la fenêtre « Saisir la DRF » a fermé le 05/09/2026 à 24:00"
    found = reasons(case, "deposer_drf", paris(9, 6), {"drf_deposee_le": date(2026, 9, 6)})
    assert found == [late, FORCE]
    kept = perform(case, "deposer_drf", paris(9, 6), {"drf_deposee_le": date(2026, 9, 5)})
    assert not kept.entry.forced


def test_the_hour_is_asked_when_a_correction_loses_it() -> None:
    """A deposit corrected to the day of its limit, without an hour, is asked its hour too."""
    case = follow(case_in("preparation"), Step("deposer_drf", paris(9, 4)))
    found = correction_reasons(case, paris(9, 7), drf_deposee_le=date(2026, 9, 6))
    assert found == [HOUR, FORCE]


@pytest.mark.parametrize(("on", "passes"), [(date(2026, 9, 14), True), (date(2026, 9, 15), False)])
def test_61_days_bound_the_contract(on: date, passes: bool) -> None:
    """The contract can be filed on the 61st day after the agreement, not on the 62nd."""
    case = case_in("drf_accordee")
    facts = {"debut_contrat": date(2026, 9, 7), "contrat_depose_le": on}
    try:
        outcome = perform(case, "deposer_contrat", noon(on), facts, CONTRACT_DOCUMENTS)
    except ActionRefused as refusal:
        found: tuple[str, ...] = tuple(map(str, refusal.reasons))
    else:
        found = (outcome.after.state,)
    late = "trop tard : la fenêtre « Déposer le contrat et ses pièces » a fermé le 14/09/2026"
    assert found == (("contrat_depose",) if passes else (late, FORCE))


def test_a_window_is_forced_with_a_comment_and_marked() -> None:
    """Filing outside the window passes when forced with a comment, and the journal keeps all of it."""
    outcome = perform(
        case_in("preparation"),
        "deposer_drf",
        paris(7, 6),
        forced=True,
        comment="Accord de Mme Roux au téléphone",
    )
    assert (outcome.entry.forced, outcome.entry.comment, outcome.warnings) == (
        True,
        "Accord de Mme Roux au téléphone",
        ("trop tôt : la fenêtre « Saisir la DRF » n’ouvre que le 08/07/2026",),
    )


@pytest.mark.parametrize("comment", ["", "   "])
def test_forcing_asks_for_a_comment(comment: str) -> None:
    """Going against a window without saying why is refused, the window's reason still told."""
    case = case_in("preparation")
    assert reasons(case, "deposer_drf", paris(7, 6), forced=True, comment=comment) == [
        "trop tôt : la fenêtre « Saisir la DRF » n’ouvre que le 08/07/2026",
        COMMENT,
    ]


def test_forcing_what_needs_no_force_is_not_marked() -> None:
    """An act forced although its window is open is not marked as forced."""
    outcome = perform(case_in("preparation"), "deposer_drf", paris(7, 9), forced=True, comment="x")
    assert outcome.entry.forced is False


def test_forcing_does_not_give_a_missing_document() -> None:
    """Force goes against a window only: what is missing is still missing."""
    found = reasons(
        case_in("drf_accordee"), "deposer_contrat", paris(9, 20), forced=True, comment="urgent"
    )
    assert len(found) == 5
    assert all(reason.startswith("il manque ") for reason in found)


def test_a_step_in_the_future_is_refused() -> None:
    """A step dated after the present is refused: what happened cannot lie ahead."""
    facts = {"drf_deposee_le": paris(7, 10, 10, 1)}
    found = reasons(case_in("preparation"), "deposer_drf", paris(7, 10, 10), facts)
    assert found == ["« Saisie de la DRF » est dans le futur (10/07/2026 à 10:01)"]


def test_today_is_not_the_future() -> None:
    """A day without hour is accepted on that very day, from its first minute, on the agency's clock."""
    facts = {"drf_accordee_le": date(2026, 7, 15)}
    outcome = perform(case_in("drf_deposee"), "accorder_drf", paris(7, 15, 0), facts)
    assert outcome.after.facts["drf_accordee_le"] == date(2026, 7, 15)


def test_a_planned_date_may_lie_in_the_future() -> None:
    """A planned date recorded with a step may lie ahead."""
    outcome = do(case_in("drf_accordee"), DEPOSER_CONTRAT)
    assert outcome.after.facts["debut_contrat"] == date(2026, 9, 7)
    assert outcome.entry.at < paris(9, 7)


def test_a_step_before_the_previous_one_is_refused() -> None:
    """A step dated before the one that came before it is refused with that one and its date."""
    facts = {"drf_accordee_le": date(2026, 7, 9)}
    assert reasons(case_in("drf_deposee"), "accorder_drf", paris(7, 15), facts) == [
        "la date est antérieure à l’étape précédente (« Saisir la DRF », 10/07/2026 à 10:00)"
    ]


def test_a_step_on_the_same_day_is_accepted() -> None:
    """An answer dated on the day of the deposit is accepted: its hour is unknown."""
    facts = {"drf_accordee_le": date(2026, 7, 10)}
    outcome = perform(case_in("drf_deposee"), "accorder_drf", paris(7, 15), facts)
    assert outcome.after.state == "drf_accordee"


# --- Recording late --------------------------------------------------------------------------------------


def test_a_step_recorded_late_keeps_its_real_date() -> None:
    """A step recorded weeks later with its real date counts from that date; the journal keeps both."""
    facts = {"drf_accordee_le": date(2026, 7, 15)}
    outcome = perform(case_in("drf_deposee"), "accorder_drf", paris(8, 20), facts)
    contract = outcome.after.deadlines["contrat"]
    assert contract.dates.strict == date(2026, 9, 14)
    assert (outcome.entry.on, outcome.entry.at) == (date(2026, 7, 15), paris(8, 20).astimezone(UTC))


def test_a_deposit_recorded_late_is_judged_on_its_real_date() -> None:
    """A deposit made in the window and recorded after it closed needs no force."""
    facts = {"drf_deposee_le": paris(9, 3, 10)}
    outcome = perform(case_in("preparation"), "deposer_drf", paris(9, 10), facts)
    assert (outcome.after.state, outcome.entry.forced) == ("drf_deposee", False)


def test_a_step_nobody_dated_is_dated_now() -> None:
    """A step without a date takes the present: with its hour when the fact keeps one, the day otherwise."""
    at = datetime(2026, 7, 9, 22, 30, tzinfo=UTC)
    first = perform(case_in("preparation"), "deposer_drf", at)
    second = perform(first.after, "accorder_drf", at + timedelta(minutes=1))
    assert first.after.facts["drf_deposee_le"] == paris(7, 10, 0, 30)
    assert second.after.facts["drf_accordee_le"] == date(2026, 7, 10)


def test_a_step_nobody_dated_keeps_no_fraction_of_a_second() -> None:
    """The present, taken as the date of a step, is kept to the second, as a person would write it."""
    at = datetime(2026, 7, 10, 8, 0, 7, 123_456, tzinfo=UTC)
    deposit = perform(case_in("preparation"), "deposer_drf", at).after.facts["drf_deposee_le"]
    assert isinstance(deposit, datetime)
    assert deposit.microsecond == 0


# --- Opening ---------------------------------------------------------------------------------------------


def test_a_case_opens_in_its_first_state() -> None:
    """A case opens in preparation, at version 1, with its window and its edition, and one journal entry."""
    outcome = transitions.open_case(cipi(), new_case(), context(), act(core.OPENED_AT))
    after, entry = outcome.after, outcome.entry
    assert (after.state, after.edition, after.version) == ("preparation", "cipi-mon-espace-akto", 1)
    assert (list(after.deadlines), [d.id for d in outcome.opened]) == (["drf"], ["drf"])
    assert (outcome.before, outcome.moved, outcome.closed, after.history) == (None, (), (), ())
    assert (entry.seq, entry.kind, entry.state_from, entry.state_to, entry.action) == (
        1,
        EntryKind.OPENING,
        None,
        "preparation",
        None,
    )


def test_the_opening_entry_keeps_what_was_typed() -> None:
    """The opening entry tells each fact and each date, from nothing to its value, who and when."""
    entry = transitions.open_case(cipi(), new_case(), context(), act(core.OPENED_AT)).entry
    assert told(entry) == (("demarrage_formation", None, "2026-09-08T09:00:00+02:00"),)
    [dates] = entry.dates
    name, old, new = change_text(dates)
    assert (name, old, plain(new or "")) == (
        "drf",
        None,
        "ouvre 08/07/2026, prudente 03/09/2026, stricte 06/09/2026 à 09:00",
    )
    assert (entry.by, entry.at) == ("m.durand", core.OPENED_AT.astimezone(UTC))


def test_a_case_cannot_open_without_its_start() -> None:
    """Opening without the reference date is refused with what to type."""
    with pytest.raises(ActionRefused) as refusal:
        transitions.open_case(
            cipi(), new_case(debut_contrat=date(2026, 9, 7)), context(), act(core.OPENED_AT)
        )
    assert refusal.value.message == (
        "Ouvrir le dossier : il manque « Début de la formation (première heure en organisme externe) »."
    )


def test_a_fact_of_the_past_cannot_be_in_the_future_at_opening() -> None:
    """A case opened with something that has not happened yet is refused."""
    case = new_case(demarrage_formation=START, drf_accordee_le=date(2026, 7, 2))
    with pytest.raises(ActionRefused) as refusal:
        transitions.open_case(cipi(), case, context(), act(core.OPENED_AT))
    assert [plain(str(reason)) for reason in refusal.value.reasons] == [
        "« Accord sur la DRF (décision affichée au portail) » est dans le futur (02/07/2026)"
    ]


def refused_opening(at: datetime, *, closed: tuple[Closure, ...] = ()) -> ActionRefused:
    """Return the refusal of an opening."""
    with pytest.raises(ActionRefused) as refusal:
        transitions.open_case(cipi(), new_case(), context("FR", closed), act(at))
    return refusal.value


def test_a_start_whose_window_is_over_is_refused_with_the_first_that_works() -> None:
    """A start too close or past is refused when it is typed, with the first start that would work."""
    refusal = refused_opening(paris(9, 10))
    assert [plain(str(reason)) for reason in refusal.reasons] == [
        (
            "Fenêtre déjà fermée : « Saisir la DRF » n’était possible que jusqu’au 06/09/2026 à 09:00. "
            "Premier départ encore possible : lundi 14 septembre 2026 ; "
            "en gardant la marge : mardi 15 septembre 2026."
        ),
        FORCE,
    ]


def test_a_window_that_closes_before_it_opens_is_refused() -> None:
    """A start whose window the agency's closures make impossible is refused, with one that works."""
    closed = (Closure(date(2026, 7, 1), date(2026, 9, 10), "Fermeture d’été"),)
    first, force = map(str, refused_opening(core.OPENED_AT, closed=closed).reasons)
    assert plain(first).startswith(
        "Fenêtre impossible : « Saisir la DRF » fermerait le 26/06/2026, avant d’ouvrir le 08/07/2026. "
        "Premier départ encore possible : "
    )
    assert force == FORCE


@pytest.mark.parametrize("forced", [False, True])
def test_a_refusal_is_a_well_formed_sentence(forced: bool) -> None:
    """A refused opening reads as French: no full stop before a semicolon, one at the end."""
    with pytest.raises(ActionRefused) as refusal:
        transitions.open_case(cipi(), new_case(), context(), act(paris(9, 10), forced=forced))
    assert (". ;" in refusal.value.message, refusal.value.message[-2:] != "..") == (False, True)
    assert refusal.value.message.endswith(".")


def test_an_impossible_start_is_forced_with_a_comment() -> None:
    """A start that is over can be recorded all the same, forced and with a comment, and is marked."""
    outcome = transitions.open_case(
        cipi(),
        new_case(),
        context(),
        act(paris(9, 10), forced=True, comment="Reprise d’un dossier"),
    )
    assert (outcome.after.state, outcome.entry.forced) == ("preparation", True)
    assert "Fenêtre déjà fermée" in outcome.warnings[-1]


def test_a_consumed_margin_is_a_warning_only() -> None:
    """A start whose prudent date is over but whose limit is not opens with a warning, not forced."""
    outcome = transitions.open_case(cipi(), new_case(), context(), act(paris(9, 4)))
    assert plain(outcome.warnings[-1]).startswith(
        "Marge consommée : « Saisir la DRF » était à faire prudemment "
    )
    assert (outcome.entry.forced, len(outcome.warnings)) == (False, 2)


def test_a_consumed_margin_does_not_call_the_start_impossible() -> None:
    """While the limit still stands, the other start offered is not called the first still possible."""
    outcome = transitions.open_case(cipi(), new_case(), context(), act(paris(9, 4)))
    assert "Premier départ encore possible" not in outcome.warnings[-1]


def test_the_notes_of_the_edition_are_told_at_opening() -> None:
    """What is uncertain in the edition that applies is said when the case is opened."""
    outcome = transitions.open_case(cipi(), new_case(), context(), act(core.OPENED_AT))
    assert outcome.warnings == cipi().edition("cipi-mon-espace-akto").notes


# --- Editions --------------------------------------------------------------------------------------------

OLD_START, NEW_START = paris(12, 22, 9, year=2025), paris(1, 12, 9)
IN_2025 = paris(12, 1, year=2025)


@pytest.mark.parametrize(
    ("start", "edition"),
    [
        (OLD_START, "cipi-faftt"),
        (paris(1, 1, 9), "cipi-faftt"),
        (paris(1, 2, 0), "cipi-mon-espace-akto"),
        (NEW_START, "cipi-mon-espace-akto"),
    ],
)
def test_the_edition_of_the_start_is_pinned(start: datetime, edition: str) -> None:
    """The edition in force on the first day of training is pinned to the case."""
    assert opened(IN_2025, demarrage_formation=start).edition == edition


def test_a_corrected_start_pins_the_edition_again() -> None:
    """A start corrected into another edition pins that one, and tells its notes."""
    case = opened(IN_2025, demarrage_formation=OLD_START)
    outcome = correct(case, IN_2025 + DAY, demarrage_formation=NEW_START)
    notes = cipi().edition("cipi-mon-espace-akto").notes
    assert (outcome.after.edition, outcome.warnings) == ("cipi-mon-espace-akto", notes)


def test_another_correction_keeps_the_edition() -> None:
    """A correction that leaves the start alone leaves the pinned edition alone."""
    case = opened(IN_2025, demarrage_formation=OLD_START)
    outcome = correct(case, IN_2025 + DAY, fin_formation=date(2026, 6, 30))
    assert (outcome.after.edition, outcome.warnings) == ("cipi-faftt", ())


def test_a_start_changed_by_a_step_pins_the_edition_too() -> None:
    """A start given anew along with a step pins the edition of the new start."""
    case = opened(IN_2025, demarrage_formation=OLD_START)
    outcome = perform(case, "deposer_drf", IN_2025 + DAY, {"demarrage_formation": NEW_START})
    assert outcome.after.edition == "cipi-mon-espace-akto"


# --- Corrections -----------------------------------------------------------------------------------------


def test_a_correction_moves_deadlines_and_tells_both_dates() -> None:
    """A corrected start moves its window; outcome and journal keep the old and the new dates."""
    outcome = correct(case_in("preparation"), paris(7, 2), demarrage_formation=paris(9, 15, 9))
    [move] = outcome.moved
    assert (move.old.dates.prudent, move.new.dates.prudent) == (date(2026, 9, 3), date(2026, 9, 10))
    assert told(outcome.entry) == (
        ("demarrage_formation", "2026-09-08T09:00:00+02:00", "2026-09-15T09:00:00+02:00"),
    )
    [dates] = outcome.entry.dates
    _, old, new = change_text(dates)
    assert (plain(old or ""), plain(new or "")) == (
        "ouvre 08/07/2026, prudente 03/09/2026, stricte 06/09/2026 à 09:00",
        "ouvre 15/07/2026, prudente 10/09/2026, stricte 13/09/2026 à 09:00",
    )
    assert (outcome.entry.kind, outcome.after.state, outcome.after.version) == (
        EntryKind.CORRECTION,
        "preparation",
        2,
    )


def test_a_correction_without_effect_on_dates_moves_nothing() -> None:
    """A correction that no deadline counts from changes the fact and nothing else."""
    outcome = correct(case_in("preparation"), paris(7, 2), fin_formation=date(2026, 10, 30))
    assert (outcome.opened, outcome.moved, outcome.closed, outcome.entry.dates) == ((), (), (), ())


def test_a_correction_can_open_a_deadline() -> None:
    """A fact learnt later opens the deadlines that count from it."""
    outcome = correct(case_in("drf_accordee"), paris(7, 17), debut_contrat=date(2026, 9, 7))
    assert [deadline.id for deadline in outcome.opened] == ["realisation", "mission"]
    assert [change.old for change in outcome.entry.dates] == [None, None]


def test_a_correction_can_meet_a_deadline() -> None:
    """A fact that meets a deadline closes it as met, on its own date."""
    outcome = correct(case_in("financement_accorde"), paris(10, 1), debut_mission=date(2026, 9, 14))
    [closing] = outcome.closed
    assert (closing.deadline.id, closing.met, closing.on, closing.late) == (
        "mission",
        True,
        date(2026, 9, 14),
        False,
    )


def test_a_mission_begun_too_late_is_late() -> None:
    """A mission begun after the last day that leaves time for its hours meets its deadline late."""
    case = case_in("financement_accorde")
    strict = case.deadlines["mission"].dates.strict
    assert isinstance(strict, date)
    outcome = correct(case, noon(strict) + DAY, debut_mission=strict + DAY)
    assert [(c.deadline.id, c.met, c.late) for c in outcome.closed] == [("mission", True, True)]


def test_a_correction_that_changes_nothing_is_refused() -> None:
    """Correcting a fact to the value it has is refused: nothing is written for nothing."""
    found = correction_reasons(case_in("preparation"), paris(7, 2), demarrage_formation=START)
    assert found == ["les valeurs données sont déjà celles du dossier"]


def test_the_same_instant_in_another_writing_changes_nothing() -> None:
    """A case read back from a store, whose instants carry a bare offset, is corrected to itself by nobody."""
    stored = read_back()
    found = correction_reasons(stored, paris(7, 2), demarrage_formation=START)
    assert found == ["les valeurs données sont déjà celles du dossier"]


def test_a_correction_in_the_future_is_refused() -> None:
    """A past step cannot be corrected to a day that has not come."""
    found = correction_reasons(
        case_in("drf_accordee"), paris(7, 16), drf_accordee_le=date(2026, 7, 17)
    )
    assert found == [
        "« Accord sur la DRF (décision affichée au portail) » est dans le futur (17/07/2026)"
    ]


def test_a_correction_that_breaks_the_order_of_steps_is_refused() -> None:
    """A step cannot be corrected to before the one before it, nor after the one after it."""
    case = case_in("contrat_depose")
    early = correction_reasons(case, paris(8, 1), drf_accordee_le=date(2026, 7, 9))
    late = correction_reasons(case, paris(8, 1), drf_accordee_le=date(2026, 7, 21))
    assert (early, late) == (
        [
            (
                "« Noter l’accord sur la DRF » (09/07/2026) passerait avant « Saisir la DRF » "
                "(10/07/2026 à 10:00)"
            )
        ],
        [
            (
                "« Déposer le contrat et ses pièces » (20/07/2026) passerait avant "
                "« Noter l’accord sur la DRF » (21/07/2026)"
            )
        ],
    )


def test_a_correction_that_puts_a_step_outside_its_window_asks_for_force() -> None:
    """A deposit corrected to before its window is refused, unless forced with a comment."""
    case, early = case_in("drf_deposee"), paris(7, 6, 10)
    assert correction_reasons(case, paris(7, 11), drf_deposee_le=early) == [
        "trop tôt : la fenêtre « Saisir la DRF » n’ouvre que le 08/07/2026",
        FORCE,
    ]
    outcome = correct(
        case, paris(7, 11), drf_deposee_le=early, forced=True, comment="vu au portail"
    )
    assert (outcome.entry.forced, outcome.after.facts["drf_deposee_le"]) == (True, early)


def test_a_start_corrected_after_the_deposit_is_judged_on_the_deposit() -> None:
    """Once the DRF is filed, a new start that leaves the filing outside its window asks for force."""
    case = case_in("drf_deposee")
    found = correction_reasons(case, paris(7, 11), demarrage_formation=paris(12, 1, 9))
    assert found == ["trop tôt : la fenêtre « Saisir la DRF » n’ouvre que le 01/10/2026", FORCE]


def test_a_forced_step_does_not_haunt_later_corrections() -> None:
    """A step once recorded outside its window, on purpose, lets other facts be corrected freely."""
    forced = perform(
        case_in("preparation"), "deposer_drf", paris(7, 6), forced=True, comment="vu au portail"
    ).after
    outcome = correct(forced, paris(7, 9), debut_contrat=date(2026, 9, 7))
    assert outcome.entry.forced is False


def test_a_start_corrected_to_an_impossible_one_is_refused() -> None:
    """A start corrected to tomorrow is refused like one typed at opening, with the first that works."""
    found = correction_reasons(
        case_in("preparation"), paris(7, 17), demarrage_formation=paris(7, 18, 9)
    )
    assert found == [
        (
            "Fenêtre déjà fermée : « Saisir la DRF » n’était possible que jusqu’au 16/07/2026 à 09:00. "
            "Premier départ encore possible : lundi 20 juillet 2026 ; "
            "en gardant la marge : mercredi 22 juillet 2026."
        ),
        FORCE,
    ]


def test_dates_given_with_a_step_keep_the_order_of_steps() -> None:
    """A step cannot bring along a new date of an earlier step that would put them out of order."""
    facts = {
        "debut_contrat": date(2026, 9, 7),
        "contrat_depose_le": date(2026, 7, 20),
        "drf_accordee_le": date(2026, 7, 25),
    }
    with pytest.raises(ActionRefused) as refusal:
        perform(case_in("drf_accordee"), "deposer_contrat", paris(7, 28), facts, CONTRACT_DOCUMENTS)
    assert "antérieure à l’étape précédente" in refusal.value.message


# --- Undoing ---------------------------------------------------------------------------------------------

LAST_STEPS = [(state, path[-1]) for state, path in PATHS.items() if path]


@pytest.mark.parametrize(("state", "step"), LAST_STEPS, ids=[state for state, _ in LAST_STEPS])
def test_undoing_a_step_gives_the_case_back(state: str, step: Step) -> None:
    """Undoing gives back state, facts, history and deadlines; documents received stay received."""
    before = follow(opened(), *PATHS[state][:-1])
    after = case_in(state)
    undone = transitions.undo(cipi(), after, context(), act(step.at + DAY)).after
    assert replace(undone, version=before.version, documents=before.documents) == before
    assert (undone.version, undone.documents) == (after.version + 1, after.documents)


def test_undoing_names_the_papers_that_stay() -> None:
    """Papers received with the step stay in hand, and it is said; those received before are not named."""
    granted, step = case_in("drf_accordee"), PATHS["contrat_depose"][-1]
    first, *others = step.documents
    early = Paper(PaperStatus.RECEIVED, date(2026, 7, 1), "p.martin")
    asked = replace(early, status=PaperStatus.REQUESTED)
    held = replace(granted, documents={first: early, others[0]: asked})
    filed = follow(held, step)
    undone = transitions.undo(cipi(), filed, context(), act(step.at + DAY))
    [warning] = undone.warnings
    assert undone.after.facts == granted.facts
    labels = {name: cipi().documents[name].label for name in step.documents}
    assert [labels[name] in warning for name in (first, *others)] == [False, *[True] * len(others)]
    assert not transitions.undo(cipi(), granted, context(), act(paris(7, 16))).warnings


def test_undoing_tells_what_comes_back_and_what_goes() -> None:
    """Undoing an agreement brings the awaited reply back, drops the 61 days, and the journal says so."""
    outcome = transitions.undo(cipi(), case_in("drf_accordee"), context(), act(paris(7, 16)))
    assert [deadline.id for deadline in outcome.opened] == ["reponse_akto"]
    assert [(c.deadline.id, c.met, c.on, c.late) for c in outcome.closed] == [
        ("contrat", False, date(2026, 7, 16), False)
    ]
    assert [(change.name, change.old is None) for change in outcome.entry.dates] == [
        ("contrat", False),
        ("reponse_akto", True),
    ]


def test_undoing_is_an_event_like_any_other() -> None:
    """An undo has its own entry, that names the one it takes back and the facts that go."""
    entry = transitions.undo(
        cipi(), case_in("drf_accordee"), context(), act(paris(7, 16), comment="erreur de dossier")
    ).entry
    assert (entry.kind, entry.seq, entry.undoes, entry.comment) == (
        EntryKind.UNDO,
        4,
        3,
        "erreur de dossier",
    )
    assert (entry.state_from, entry.state_to) == ("drf_accordee", "drf_deposee")
    assert told(entry) == (("drf_accordee_le", "2026-07-15", None),)


def test_undoing_restores_the_fact_of_an_earlier_round() -> None:
    """Undoing a second deposit gives back the date of the first one."""
    resumed = follow(case_in("drf_refusee"), Step("reprendre", paris(7, 16)))
    again = perform(resumed, "deposer_drf", paris(7, 17, 10)).after
    undone = transitions.undo(cipi(), again, context(), act(paris(7, 18))).after
    assert undone.facts["drf_deposee_le"] == paris(7, 10, 10)


def test_undoing_keeps_corrections_of_other_facts() -> None:
    """A correction made after the step, of a fact that the step did not record, survives the undo."""
    corrected = correct(
        case_in("drf_deposee"), paris(7, 11), fin_formation=date(2026, 10, 30)
    ).after
    undone = transitions.undo(cipi(), corrected, context(), act(paris(7, 12))).after
    assert (undone.state, undone.facts["fin_formation"]) == ("preparation", date(2026, 10, 30))


def test_a_case_without_steps_has_nothing_to_undo() -> None:
    """Undoing a case that was only opened is refused."""
    with pytest.raises(Refused) as refusal:
        transitions.undo(cipi(), case_in("preparation"), context(), act(paris(7, 2)))
    assert refusal.value.message == "Dossier CIPI-2026-0001 : aucune étape à annuler."


# --- Resuming --------------------------------------------------------------------------------------------

INTERRUPTED_EARLY = (*PATHS["contrat_depose"], Step("interrompre", paris(7, 24)))


@pytest.mark.parametrize(
    ("path", "target", "awaited"),
    [
        (PATHS["drf_refusee"], "preparation", ["drf"]),
        (PATHS["financement_refuse"], "drf_accordee", ["contrat", "realisation", "mission"]),
        (PATHS["interrompu"], "financement_accorde", ["realisation", "mission"]),
        (INTERRUPTED_EARLY, "contrat_depose", ["realisation", "mission", "reponse_financement"]),
    ],
    ids=["refused DRF", "refused funding", "interrupted after funding", "interrupted before"],
)
def test_a_case_resumes_where_it_can_go_on(
    path: tuple[Step, ...], target: str, awaited: list[str]
) -> None:
    """A refusal resumes at the step to do again, an interruption where it came from, with its deadlines."""
    case = follow(opened(), *path)
    outcome = perform(case, "reprendre", path[-1].at + DAY)
    assert (outcome.after.state, list(outcome.after.deadlines)) == (target, awaited)


def test_a_resumed_case_can_have_its_start_put_off() -> None:
    """After a refused DRF is resumed, the start can be put off: the old deposit is no longer judged."""
    resumed = follow(case_in("drf_refusee"), Step("reprendre", paris(7, 16)))
    outcome = correct(resumed, paris(7, 17), demarrage_formation=paris(12, 1, 9))
    assert (outcome.after.deadlines["drf"].dates.opens_on, outcome.entry.forced) == (
        date(2026, 10, 1),
        False,
    )


def test_a_resumed_case_has_its_new_start_checked() -> None:
    """After a refused DRF is resumed, a start too close is refused: a new deposit is awaited."""
    resumed = follow(case_in("drf_refusee"), Step("reprendre", paris(7, 16)))
    found = correction_reasons(resumed, paris(7, 17), demarrage_formation=paris(7, 18, 9))
    assert found[0].startswith("Fenêtre déjà fermée : « Saisir la DRF »")


def test_a_resumed_case_goes_through_the_steps_again() -> None:
    """After a refused DRF, the second deposit counts its own reply, and the first stays in the history."""
    resumed = follow(case_in("drf_refusee"), Step("reprendre", paris(7, 16)))
    again = perform(resumed, "deposer_drf", paris(7, 17, 10)).after
    assert again.deadlines["reponse_akto"].dates.expected_at == paris(7, 21, 10)
    assert [step.action for step in again.history] == [
        "deposer_drf",
        "refuser_drf",
        "reprendre",
        "deposer_drf",
    ]


def test_the_second_round_of_a_step_keeps_the_date_of_the_first() -> None:
    """With a step done twice, correcting its fact judges the second one: the first keeps its own date."""
    resumed = follow(case_in("drf_refusee"), Step("reprendre", paris(7, 16)))
    again = perform(resumed, "deposer_drf", paris(7, 20, 10)).after
    outcome = correct(again, paris(7, 21), drf_deposee_le=paris(7, 17, 10))
    assert outcome.after.history[0].on == paris(7, 10, 10)
    found = correction_reasons(again, paris(7, 21), drf_deposee_le=paris(7, 15, 10))
    assert found == [
        "« Saisir la DRF » (15/07/2026 à 10:00) passerait avant « Reprendre le dossier » (16/07/2026)"
    ]


def test_an_interruption_twice_returns_each_time() -> None:
    """A case interrupted before and after its funding returns each time to where it was."""
    case = follow(
        opened(),
        *INTERRUPTED_EARLY,
        Step("reprendre", paris(7, 27)),
        ACCORDER_FINANCEMENT,
        INTERROMPRE,
        Step("reprendre", paris(9, 23)),
    )
    assert case.state == "financement_accorde"


# --- What an outcome tells -------------------------------------------------------------------------------

SECOND = "reponse_financement"
"""The agreement to pay, which no text dates."""


@pytest.mark.parametrize(
    ("state", "step", "opened_", "closed"),
    [
        ("preparation", DEPOSER_DRF, ["reponse_akto"], {"drf": True}),
        ("preparation", ABANDONNER, [], {"drf": False}),
        ("drf_deposee", ACCORDER_DRF, ["contrat"], {"reponse_akto": True}),
        ("drf_deposee", REFUSER_DRF, ["decision_drf"], {"reponse_akto": True}),
        ("drf_accordee", DEPOSER_CONTRAT, ["realisation", "mission", SECOND], {"contrat": True}),
        ("contrat_depose", ACCORDER_FINANCEMENT, [], {SECOND: True}),
        (
            "contrat_depose",
            REFUSER_FINANCEMENT,
            ["decision_financement"],
            {"realisation": False, "mission": False, SECOND: True},
        ),
        ("financement_accorde", INTERROMPRE, ["decision_interruption"], {}),
        (
            "financement_accorde",
            SAISIR_PRESENCES,
            ["surcout", "remise_documents", "controle_presences"],
            {"realisation": True, "mission": True},
        ),
        (
            "presences_saisies",
            DEMANDER_SURCOUT,
            ["remboursement"],
            {"surcout": True, "controle_presences": True},
        ),
        (
            "presences_saisies",
            CLOTURER,
            [],
            {"surcout": False, "remise_documents": True, "controle_presences": True},
        ),
    ],
    ids=lambda value: value.action if isinstance(value, Step) else None,
)
def test_an_outcome_tells_what_opens_and_what_closes(
    state: str, step: Step, opened_: list[str], closed: dict[str, bool]
) -> None:
    """Each act of an ordinary case tells the deadlines that open, those it meets and those it drops."""
    outcome = do(case_in(state), step)
    assert [deadline.id for deadline in outcome.opened] == opened_
    assert {closing.deadline.id: closing.met for closing in outcome.closed} == closed
    assert outcome.moved == ()


def test_a_deadline_met_in_time_is_not_late() -> None:
    """A deposit at the very instant of the limit meets its deadline in time, on its own day."""
    [closing] = perform(case_in("preparation"), "deposer_drf", paris(9, 6, 9)).closed
    assert (closing.met, closing.on, closing.late) == (True, date(2026, 9, 6), False)


def test_a_deadline_met_after_its_limit_is_late() -> None:
    """A deposit forced one minute after the limit meets its deadline late."""
    outcome = perform(
        case_in("preparation"), "deposer_drf", paris(9, 6, 9, 1), forced=True, comment="panne"
    )
    assert [(closing.met, closing.late) for closing in outcome.closed] == [(True, True)]


def test_a_step_recorded_late_meets_its_deadline_in_time() -> None:
    """A deposit made in time and recorded after the limit is not late."""
    facts = {"drf_deposee_le": paris(9, 5, 10)}
    [closing] = perform(case_in("preparation"), "deposer_drf", paris(9, 20), facts).closed
    assert (closing.on, closing.late) == (date(2026, 9, 5), False)


def test_attendance_entered_in_time_does_not_make_the_mission_late() -> None:
    """A mission is judged on when it began: attendance entered afterwards does not make it late."""
    case = case_in("financement_accorde")
    facts = {**SOME_DAY, "debut_mission": date(2026, 9, 14)}
    step = replace(SAISIR_PRESENCES, at=paris(3, 5, year=2027), facts=facts)
    late = {closing.deadline.id: closing.late for closing in do(case, step).closed}
    assert late["mission"] is False


def test_a_deadline_dropped_says_when() -> None:
    """A deadline dropped because the case is given up is not met, not late, and dated of the act."""
    [closing] = do(case_in("preparation"), ABANDONNER).closed
    assert (closing.met, closing.on, closing.late) == (False, date(2026, 7, 6), False)


def test_the_journal_entry_of_a_step_is_complete() -> None:
    """The entry of a step tells who, when, the real date, both states, facts, documents and dates."""
    outcome = do(case_in("drf_accordee"), DEPOSER_CONTRAT)
    entry = outcome.entry
    assert (entry.seq, entry.kind, entry.by, entry.action) == (
        4,
        EntryKind.ACTION,
        "m.durand",
        "deposer_contrat",
    )
    assert (entry.at, entry.on) == (paris(7, 20).astimezone(UTC), date(2026, 7, 20))
    assert (entry.state_from, entry.state_to) == ("drf_accordee", "contrat_depose")
    assert {name: (old, new) for name, old, new in told(entry)} == {
        "contrat_depose_le": (None, "2026-07-20"),
        "debut_contrat": (None, "2026-09-07"),
        **dict.fromkeys(CONTRACT_DOCUMENTS, (None, "recu 2026-07-20")),
    }
    assert {name: (old, new) for name, old, new in map(change_text, entry.dates)} == {
        "contrat": ("prudente 14/09/2026, stricte 14/09/2026", None),
        "realisation": (None, "prudente 05/03/2027, stricte 07/03/2027"),
        "mission": (None, "prudente 22/02/2027, stricte 22/02/2027"),
        "reponse_financement": (None, "attendue 03/08/2026, relance 04/08/2026"),
    }
    assert (entry.forced, entry.undoes, entry.comment) == (False, None, "")


def test_the_outcome_holds_the_case_before_and_after() -> None:
    """An outcome holds the case as it was, untouched, and as it is, one version on, its history longer."""
    before = case_in("drf_deposee")
    kept = replace(before, facts=dict(before.facts), deadlines=dict(before.deadlines))
    outcome = do(before, ACCORDER_DRF)
    assert outcome.before is before
    assert before == kept
    assert (outcome.after.version, outcome.after.history) == (
        before.version + 1,
        (*before.history, outcome.entry),
    )


def test_a_limit_in_the_hour_lived_twice_does_not_move_by_itself() -> None:
    """A case whose limit falls in the hour lived twice in autumn, read back from a store, moves nothing."""
    case = read_back(demarrage_formation=paris(10, 27, 2, 30))
    outcome = correct(case, paris(7, 2), fin_formation=date(2026, 12, 18))
    assert (outcome.moved, outcome.entry.dates) == ((), ())


# --- Transfers -----------------------------------------------------------------------------


def transfer(case: Case, owner: str | None, agency: str, territory: str = "FR") -> Outcome:
    """Hand a case over."""
    return transitions.transfer(cipi(), case, owner, agency, context(territory), act(paris(7, 2)))


def test_a_case_is_handed_over() -> None:
    """A hand-over changes owner and agency, in an entry of its own that keeps both old values."""
    outcome = transfer(case_in("preparation"), "p.martin", "metz")
    assert (outcome.after.owner, outcome.after.agency) == ("p.martin", "metz")
    assert outcome.entry.kind is EntryKind.TRANSFER
    assert told(outcome.entry) == (
        ("owner", None, "p.martin"),
        ("agency", "lyon", "metz"),
    )


def test_a_hand_over_counts_on_the_calendar_of_the_new_agency() -> None:
    """A case handed over to Moselle has its days counted there, and the move is told."""
    case = opened(paris(3, 2), demarrage_formation=paris(4, 7, 9))
    outcome = transfer(case, None, "metz", "FR-57")
    [move] = outcome.moved
    assert (outcome.after.territory, move.old.dates.prudent, move.new.dates.prudent) == (
        "FR-57",
        date(2026, 4, 1),
        date(2026, 3, 31),
    )


def test_a_hand_over_keeps_the_change_of_territory() -> None:
    """The journal keeps the old and the new territory: the dates moved because of it."""
    outcome = transfer(case_in("preparation"), None, "metz", "FR-57")
    assert ("territory", "FR", "FR-57") in told(outcome.entry)


def test_a_hand_over_to_the_same_is_refused() -> None:
    """Handing a case over to those who have it is refused."""
    with pytest.raises(Refused) as refusal:
        transfer(case_in("preparation"), None, "lyon")
    assert refusal.value.message == "Dossier CIPI-2026-0001 : il est déjà attribué ainsi."


# --- Taking back and renaming --------------------------------------------------------------------------


def test_a_fact_taken_back_brings_its_deadline_back() -> None:
    """A mission noted by mistake, once taken back, leaves its deadline awaited as before."""
    case = case_in("drf_accordee")
    contract = correct(case, paris(7, 28), debut_contrat=date(2026, 9, 7)).after
    begun = correct(contract, paris(9, 15), debut_mission=date(2026, 9, 14)).after
    assert "mission" not in begun.deadlines
    removed = corrections.Correction(removed=frozenset({"debut_mission"}))
    outcome = corrections.correct(cipi(), begun, removed, context(), act(paris(9, 15)))
    assert [deadline.id for deadline in outcome.opened] == ["mission"]
    assert told(outcome.entry) == (("debut_mission", "2026-09-14", None),)


@pytest.mark.parametrize("name", ["demarrage_formation", "drf_deposee_le"])
def test_a_fact_that_a_step_stands_on_stays(name: str) -> None:
    """The start, and the date of a step already done, can be corrected but not taken back."""
    removed = corrections.Correction(removed=frozenset({name}))
    with pytest.raises(ActionRefused, match="ne peut pas être retiré"):
        corrections.correct(cipi(), case_in("drf_accordee"), removed, context(), act(paris(7, 28)))


def test_a_case_can_be_renamed() -> None:
    """A title is corrected like a fact: the journal keeps the old one."""
    case = case_in("preparation")
    renamed = corrections.Correction(title="Sacha Morvan")
    outcome = corrections.correct(cipi(), case, renamed, context(), act(paris(7, 10)))
    assert outcome.after.title == "Sacha Morvan"
    assert told(outcome.entry) == (("title", case.title, "Sacha Morvan"),)


# --- What cannot have happened ----------------------------------------------------------------------------


def test_a_training_cannot_end_before_it_starts() -> None:
    """An end of training typed before its start is refused, with both dates."""
    with pytest.raises(ActionRefused, match="passerait avant"):
        correct(case_in("drf_accordee"), paris(7, 28), fin_formation=date(2020, 1, 1))


def test_a_training_may_end_the_day_it_starts() -> None:
    """An end of training on the day of its start is accepted."""
    case = correct(case_in("drf_accordee"), paris(7, 28), fin_formation=START.date()).after
    assert case.facts["fin_formation"] == START.date()


def test_a_step_is_not_done_by_a_correction() -> None:
    """The date of a step that was not done is refused, with the action that does it."""
    with pytest.raises(ActionRefused, match="date une étape qui n’est pas faite"):
        correct(case_in("preparation"), paris(7, 28), drf_accordee_le=date(2026, 7, 20))
