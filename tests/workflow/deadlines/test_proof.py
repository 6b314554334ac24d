"""« Tenue » means proved: by the fact that says it, in time, in every procedure, whatever happens."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.corpus.rows import Rows, done, plain
from tests.support.core import DAY, act, ended, paris
from tests.support.depth import received
from workflow.acts import corrections, notes
from workflow.acts import transitions as machine
from workflow.case.case import Case, FactValue, HoursLine, Outcome, WorkKind
from workflow.case.known_facts import known_values
from workflow.deadlines.verdicts import unproved, verdicts
from workflow.errors import ActionRefused, Reason, ReasonCode

CIPI, CDPI, PTP = Rows("cipi"), Rows("cdpi"), Rows("ptp")
FORCE = "on peut passer outre, en disant pourquoi"
PAPERS = ("certificat_realisation", "contrat_mission_signe")
TRAINED = done(WorkKind.TRAINING, date(2026, 9, 8), date(2026, 10, 30), "175")
WORKED = done(WorkKind.MISSION, date(2026, 11, 2), date(2026, 11, 16), "70", 2)
FUNDED = {
    "debut_contrat": "07/09/2026",
    "fin_formation": "30/10/2026",
    "financement_accorde_le": "03/08/2026",
    "heures_formation": "175",
}
ATTENDED, NOTED = paris(11, 20), paris(11, 25)
HELD = "Réaliser la formation et les missions"


def funded(rows: Rows, *hours: HoursLine, **typed: str) -> Case:
    """Return a case whose funding is granted, with the deadlines that it awaits."""
    facts = {**FUNDED, **typed}
    case = rows.case(*hours, state="financement_accorde", papers=PAPERS, **facts)
    return replace(case, deadlines=rows.deadlines(case))


def attend(rows: Rows, case: Case, at: datetime = ATTENDED, *, forced: bool = False) -> Outcome:
    """Enter attendance."""
    comment = "parcours interrompu" if forced else ""
    who = act(at, forced=forced, comment=comment)
    return machine.apply(rows.procedure, case, "saisir_presences", {}, rows.context, who)


def note(rows: Rows, case: Case, at: datetime = NOTED, **facts: FactValue) -> Outcome:
    """Note facts by a correction."""
    correction = corrections.Correction(facts)
    return corrections.correct(rows.procedure, case, correction, rows.context, act(at))


def ends(outcome: Outcome) -> dict[str, str]:
    """Return how each deadline of an outcome ended."""
    return {closing.deadline.id: ended(closing) for closing in outcome.closed}


def missing(outcome: Outcome, id_: str) -> list[str]:
    """Return what is missing to prove a deadline that an outcome ends."""
    [closing] = [one for one in outcome.closed if one.deadline.id == id_]
    return [plain(one) for one in closing.missing]


# --- What a step stands on ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [CIPI, CDPI], ids=lambda rows: rows.procedure_id)
def test_attendance_waits_for_the_end_of_the_training(rows: Rows) -> None:
    """Attendance is refused before the training has ended, and possible from its last day on."""
    case = funded(rows, TRAINED, WORKED)
    with pytest.raises(ActionRefused) as refusal:
        attend(rows, case, paris(10, 29))
    late = "trop tôt : « Fin de la formation » est le 30/10/2026"
    assert list(map(str, refusal.value.reasons)) == [late, FORCE]
    assert attend(rows, case, paris(10, 30)).after.state == "presences_saisies"
    [offer] = [
        offer
        for offer in machine.available(rows.procedure, case, rows.context, paris(10, 29))
        if offer.action == "saisir_presences"
    ]
    assert offer.reasons == (Reason(ReasonCode.WINDOW, late),)


@pytest.mark.parametrize("rows", [CIPI, CDPI], ids=lambda rows: rows.procedure_id)
@pytest.mark.parametrize("hours", [(), (TRAINED,), (WORKED,)], ids=["none", "trained", "worked"])
def test_attendance_without_hours_is_refused(rows: Rows, hours: tuple[HoursLine, ...]) -> None:
    """Attendance asks for hours of training and of mission; against it, a person may go with a reason."""
    case = funded(rows, *hours)
    with pytest.raises(ActionRefused) as refusal:
        attend(rows, case)
    kinds = {WorkKind.TRAINING: "formation", WorkKind.MISSION: "mission"}
    absent = [name for kind, name in kinds.items() if kind not in {one.kind for one in hours}]
    assert [str(one) for one in refusal.value.reasons] == [
        *(f"« Heures de {name} réalisées » : aucune n’est notée" for name in absent),
        FORCE,
    ]
    outcome = attend(rows, case, forced=True)
    assert (outcome.entry.forced, outcome.entry.comment) == (True, "parcours interrompu")


def test_an_end_corrected_to_after_the_attendance_is_refused() -> None:
    """Once attendance is entered, the end of the training cannot move past it without a reason."""
    after = attend(CIPI, funded(CIPI, TRAINED, WORKED)).after
    with pytest.raises(ActionRefused, match="trop tôt : « Fin de la formation » est le 30/11/2026"):
        note(CIPI, after, fin_formation=date(2026, 11, 30))


# --- What proves each deadline ---------------------------------------------------------------------------


def test_a_step_alone_proves_no_mission() -> None:
    """Attendance forced with nothing noted meets neither the mission nor the whole, which say what lacks."""
    outcome = attend(CIPI, funded(CIPI), forced=True)
    found = ends(outcome)
    assert (found["mission"], found["realisation"]) == ("non vérifiée", "non vérifiée")
    hours = "« Heures de mission réalisées » (heures_mission_realisees) : 0 h sur 70 h"
    assert missing(outcome, "mission") == [hours]
    assert missing(outcome, "realisation") == [
        "« Dernier jour du parcours, formation et missions comprises » (fin_parcours)",
        "« Heures de formation réalisées » (heures_formation_realisees) : 0 h sur 70 h",
        hours,
    ]


def test_a_beginning_is_no_end() -> None:
    """A mission begun with half of its hours is not proved once attendance is entered."""
    half = replace(WORKED, done=Decimal("35.5"))
    case = funded(CIPI, TRAINED, half, debut_mission="02/11/2026")
    outcome = attend(CIPI, case)
    assert missing(outcome, "mission") == [
        "« Heures de mission réalisées » (heures_mission_realisees) : 35,5 h sur 70 h"
    ]


@pytest.mark.parametrize(
    ("on", "expected"),
    [(date(2026, 11, 16), "tenue"), (date(2027, 3, 7), "tenue"), (date(2027, 3, 8), "manquée")],
)
def test_what_is_noted_later_decides(on: date, expected: str) -> None:
    """The missing fact, noted after the step, makes the deadline met, or missed, by its own date."""
    after = attend(CIPI, funded(CIPI, TRAINED, WORKED)).after
    outcome = note(CIPI, after, paris(4, 1, year=2027), fin_parcours=on)
    # Six months from 7 September end on 7 March.
    assert ends(outcome) == {"realisation": expected}
    assert [one.on for one in outcome.closed] == [on]


def test_what_is_taken_back_is_missing_again() -> None:
    """A proof noted by mistake and removed leaves its deadline unproved again; the journal keeps both."""
    after = attend(CIPI, funded(CIPI, TRAINED, WORKED)).after
    proved = note(CIPI, after, fin_parcours=date(2026, 11, 16)).after
    removed = corrections.Correction(removed=frozenset({"fin_parcours"}))
    outcome = corrections.correct(CIPI.procedure, proved, removed, CIPI.context, act(paris(11, 26)))
    assert ends(outcome) == {"realisation": "non vérifiée"}


def test_hours_taken_from_the_ledger_are_missing_again() -> None:
    """A line of mission removed from the ledger after the attendance leaves the mission unproved."""
    after = attend(CIPI, funded(CIPI, TRAINED, WORKED, debut_mission="02/11/2026")).after
    outcome = notes.record_hours(
        CIPI.procedure, after, (TRAINED,), CIPI.context, act(paris(11, 26))
    )
    assert ends(outcome)["mission"] == "non vérifiée"


def test_a_date_corrected_after_the_step_is_judged_anew() -> None:
    """A deposit in time, corrected to after the limit on purpose, is no longer met in time."""
    case = CIPI.case()
    case = replace(case, deadlines=CIPI.deadlines(case))
    filed = machine.apply(
        CIPI.procedure, case, "deposer_drf", {}, CIPI.context, act(paris(9, 4))
    ).after
    correction = corrections.Correction({"drf_deposee_le": paris(9, 6, 10)})
    outcome = corrections.correct(
        CIPI.procedure, filed, correction, CIPI.context, act(paris(9, 8), forced=True, comment="vu")
    )
    assert ends(outcome) == {"drf": "manquée"}


def test_a_deposit_without_its_hour_proves_nothing_on_the_last_day() -> None:
    """A deposit forced with the day alone, on the day of the limit, waits for its hour."""
    case = CIPI.case()
    case = replace(case, deadlines=CIPI.deadlines(case))
    outcome = machine.apply(
        CIPI.procedure,
        case,
        "deposer_drf",
        {"drf_deposee_le": date(2026, 9, 6)},
        CIPI.context,
        act(paris(9, 8), forced=True, comment="heure inconnue"),
    )
    assert missing(outcome, "drf") == ["l’heure de « Saisie de la DRF » (drf_deposee_le)"]
    told = note(CIPI, outcome.after, drf_deposee_le=paris(9, 6, 8))
    assert ends(told)["drf"] == "tenue"


def test_a_proof_of_eligibility_out_of_date_is_not_renewed_by_a_contract() -> None:
    """A contract filed with a proof that ends before it leaves the renewal unproved; a newer one meets it."""
    facts = {"debut_contrat": "07/09/2026", "preuve_valable_jusquau": "01/09/2026"}
    case = CIPI.case(state="drf_accordee", papers=("infos_salarie",), **facts)
    case = replace(case, deadlines=CIPI.deadlines(case))
    assert "preuve_eligibilite" in case.deadlines
    papers = dict.fromkeys(
        CIPI.procedure.actions["deposer_contrat"].documents, received(date(2026, 7, 1))
    )
    outcome = machine.apply(
        CIPI.procedure, case, "deposer_contrat", {}, CIPI.context, act(paris(8, 3)), papers
    )
    assert missing(outcome, "preuve_eligibilite") == [
        (
            "« Preuve d’éligibilité valable jusqu’au » (preuve_valable_jusquau) : une date qui ne tombe "
            "pas avant « Premier jour du contrat »"
        )
    ]
    renewed = note(CIPI, case, paris(8, 3), preuve_valable_jusquau=date(2026, 9, 7))
    assert ends(renewed) == {"preuve_eligibilite": "tenue"}


def test_the_right_to_return_is_not_told_by_a_closing() -> None:
    """A PTP closed without the information of the employee leaves that limit unproved."""
    typed = {"demarrage_formation": "07/09/2026", "fin_formation": "31/05/2027"}
    case = PTP.case(state="formation", **typed)
    case = replace(case, deadlines=PTP.deadlines(case))
    outcome = machine.apply(
        PTP.procedure, case, "cloturer", {}, PTP.context, act(paris(6, 1, year=2027))
    )
    assert missing(outcome, "notification_retour") == [
        "« Information du salarié sur son droit au retour » (retour_notifie_le)"
    ]
    late = note(PTP, outcome.after, paris(6, 2, year=2027), retour_notifie_le=date(2027, 3, 1))
    assert ends(late) == {"notification_retour": "manquée"}


@pytest.mark.parametrize("rows", [CIPI, CDPI], ids=lambda rows: rows.procedure_id)
def test_papers_handed_over_are_proved_by_their_own_day(rows: Rows) -> None:
    """Handing the documents over is met on the day it was done, long before the file is closed."""
    case = funded(rows, TRAINED, WORKED)
    [closing] = note(rows, case, documents_remis_le=date(2026, 11, 20)).closed
    assert (closing.deadline.id, ended(closing), closing.on) == (
        "remise_documents",
        "tenue",
        date(2026, 11, 20),
    )


def test_a_limit_that_counts_from_nothing_is_neither_met_nor_missed() -> None:
    """A limit missed is dropped once the fact that it counts from is taken back, and missed again with it."""
    case = PTP.case(state="accorde", demarrage_formation="06/09/2027", fin_contrat="29/01/2027")
    case = replace(case, deadlines=PTP.deadlines(case))
    now = act(paris(9, 7, year=2027))
    entered = machine.apply(PTP.procedure, case, "entrer_formation", {}, PTP.context, now)
    assert ends(entered) == {"demarrage_max": "manquée"}
    removed = corrections.Correction(removed=frozenset({"fin_contrat"}))
    dropped = corrections.correct(PTP.procedure, entered.after, removed, PTP.context, now)
    assert ends(dropped) == {"demarrage_max": "levée"}
    noted = note(PTP, dropped.after, paris(9, 8, year=2027), fin_contrat=date(2027, 1, 29))
    assert ends(noted) == {"demarrage_max": "manquée"}


def test_a_case_that_ends_says_what_it_leaves_unproved() -> None:
    """Closing is possible without a proof that will never come, and says which deadlines it leaves so."""
    after = attend(CIPI, funded(CIPI, TRAINED, WORKED)).after
    facts: dict[str, FactValue] = {"documents_remis_le": date(2026, 11, 20)}
    ended = machine.apply(CIPI.procedure, after, "cloturer", facts, CIPI.context, act(NOTED))
    assert ended.warnings == (
        (
            f"« {HELD} » reste non vérifiée : il manque « Dernier jour du parcours, formation et missions "
            "comprises » (fin_parcours)."
        ),
    )


def test_what_is_unproved_is_told_with_the_case() -> None:
    """Whoever looks at the case sees what is unproved, with its dates and what is missing."""
    after = attend(CIPI, funded(CIPI, TRAINED, WORKED)).after
    [deadline] = unproved(CIPI.procedure, after, CIPI.context)
    assert (deadline.label, deadline.dates.prudent) == (HELD, date(2027, 3, 5))
    assert deadline.missing == (
        "« Dernier jour du parcours, formation et missions comprises » (fin_parcours)",
    )


def test_a_deposit_before_the_opening_proves_nothing() -> None:
    """A DRF filed on purpose before its window opens is not held for met; a date in the window is."""
    case = CIPI.case()
    case = replace(case, deadlines=CIPI.deadlines(case))
    early = machine.apply(
        CIPI.procedure,
        case,
        "deposer_drf",
        {"drf_deposee_le": paris(7, 7, 23)},
        CIPI.context,
        act(paris(7, 8), forced=True, comment="ouverture anticipée"),
    )
    assert missing(early, "drf") == [
        "« Saisie de la DRF » (drf_deposee_le) : une date à partir du 08/07/2026, jour de l’ouverture"
    ]
    opened = note(CIPI, early.after, paris(7, 9), drf_deposee_le=paris(7, 8, 0))
    assert ends(opened)["drf"] == "tenue"


@pytest.mark.parametrize(
    ("fact", "label"),
    [
        ("fin_formation", "Fin de la formation"),
        ("formation", "Dernier jour des heures de formation réalisées"),
        ("mission", "Dernier jour des heures de mission réalisées"),
    ],
)
@pytest.mark.parametrize("rows", [CIPI, CDPI], ids=lambda rows: rows.procedure_id)
def test_a_path_ends_with_the_last_of_its_parts(rows: Rows, fact: str, label: str) -> None:
    """A last day of the path before the training ends, or before hours worked, does not prove the whole."""
    last = {"fin_formation": date(2026, 10, 30), "formation": date(2026, 10, 30)}.get(
        fact, date(2026, 11, 16)
    )
    trained = TRAINED if fact != "fin_formation" else replace(TRAINED, last=date(2026, 10, 1))
    ended = {"fin_formation": "30/10/2026" if fact == "fin_formation" else "01/10/2026"}
    worked = WORKED if fact == "mission" else replace(WORKED, first=date(2026, 9, 14))
    worked = worked if fact == "mission" else replace(worked, last=date(2026, 9, 25))
    left = HoursLine(3, WorkKind.MISSION, date(2026, 12, 1), date(2026, 12, 4), Decimal(28))
    after = attend(rows, funded(rows, trained, worked, left, **ended)).after
    early = note(rows, after, fin_parcours=last - DAY)
    assert missing(early, "realisation") == [
        (
            "« Dernier jour du parcours, formation et missions comprises » (fin_parcours) : une date qui "
            f"ne tombe pas avant « {label} »"
        )
    ]
    # Hours that were planned and never done hold nothing back.
    assert ends(note(rows, after, fin_parcours=last)) == {"realisation": "tenue"}


@pytest.mark.parametrize(
    ("rows", "first", "last", "expected"),
    [
        # Six months from 7 September end on Sunday 7 March; 70 hours, ten days, begin on 22 February.
        (CIPI, date(2027, 2, 22), date(2027, 3, 8), "tenue"),
        (CIPI, date(2027, 2, 23), date(2027, 3, 7), "tenue"),
        (CIPI, date(2027, 2, 23), date(2027, 3, 8), "manquée"),
        (CIPI, date(2027, 3, 8), date(2027, 3, 19), "manquée"),
        # Three months from 30 October end on Saturday 30 January; a third of 175 hours, nine days, begins
        # on Tuesday 19 January.
        (CDPI, date(2027, 1, 19), date(2027, 2, 1), "tenue"),
        (CDPI, date(2027, 1, 20), date(2027, 1, 30), "tenue"),
        (CDPI, date(2027, 1, 20), date(2027, 2, 1), "manquée"),
    ],
)
@pytest.mark.parametrize("noted", [False, True], ids=["ledger", "noted"])
def test_a_beginning_is_judged_by_what_room_it_left(
    rows: Rows, first: date, last: date, expected: str, *, noted: bool
) -> None:
    """Hours count when worked in their period, or begun on a day that left room for them."""
    case = funded(rows, TRAINED)
    if noted:
        case = note(rows, case, paris(6, 1, year=2027), debut_mission=first).after
    worked = done(WorkKind.MISSION, first, last, "70", 2)
    now = act(paris(6, 1, year=2027))
    outcome = notes.record_hours(rows.procedure, case, (TRAINED, worked), rows.context, now)
    known = known_values(rows.procedure, outcome.after.facts, outcome.after.hours)
    found = verdicts(rows.procedure, outcome.after, known, rows.context)["mission"]
    assert (found.missing, found.late, found.on) == ((), expected == "manquée", first)


def test_a_mission_follows_its_training() -> None:
    """The mission that a CDPI owes after its training cannot begin before the training ends."""
    case = funded(CDPI, TRAINED)
    with pytest.raises(ActionRefused, match="passerait avant « Fin de la formation »"):
        note(CDPI, case, debut_mission=date(2026, 10, 29))
    assert ends(note(CDPI, case, debut_mission=date(2026, 10, 30))) == {"mission": "tenue"}


def test_what_is_awaited_again_is_not_told_unproved() -> None:
    """A DRF filed before its window and refused is awaited again: the first deposit is no longer judged."""
    case = CIPI.case()
    case = replace(case, deadlines=CIPI.deadlines(case))
    for action, day, forced in (("deposer_drf", 7, True), ("refuser_drf", 9, False)):
        who = act(paris(7, day), forced=forced, comment="au plus tôt" if forced else "")
        case = machine.apply(CIPI.procedure, case, action, {}, CIPI.context, who).after
    assert [one.id for one in unproved(CIPI.procedure, case, CIPI.context)] == ["drf"]
    again = machine.apply(
        CIPI.procedure, case, "reprendre", {}, CIPI.context, act(paris(7, 10))
    ).after
    assert (unproved(CIPI.procedure, again, CIPI.context), set(again.deadlines)) == ((), {"drf"})
