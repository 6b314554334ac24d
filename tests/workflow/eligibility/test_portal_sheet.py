"""The portal sheet of a step: values in the portal's order, what is missing, papers, limits, concerns."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.support.core import NBSP, START, paris, plain
from tests.support.depth import (
    DEPART,
    Desk,
    depth,
    depth_case,
    depth_context,
    line,
    received,
    with_facts,
)
from workflow.case.case import Case, FactValue, Paper, PaperStatus, WorkKind
from workflow.eligibility.evaluate import control
from workflow.eligibility.financing import quote
from workflow.eligibility.portal_sheet import COMPUTED, Field, Sheet, portal_sheet
from workflow.errors import NotFound, Refused
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.rules.sheets import SheetField, SheetSpec
from workflow.wording.fact_text import fact_words

TODAY = date(2026, 1, 7)
LABELS = [
    "Votre référence",
    "Libellé",
    "Agence",
    "Premier jour",
    "Parcours",
    "Durée",
    "Programme",
    "Salariés",
    "À l’essai",
    "Forfait",
    "Prise en charge",
]


def sheet(case: Case, *fields: SheetField, headcount: int | None = 30) -> Sheet:
    """Return the sheet of the sending of a case, with other fields when some are given."""
    procedure = depth()
    if fields:
        procedure = replace(procedure, sheets={"envoyer": SheetSpec(fields)})
    context = depth_context() if headcount is None else depth_context(headcount=headcount)
    report = control(procedure, case, context)
    money = quote(procedure, case, context, TODAY)
    action = procedure.actions["envoyer"]
    return portal_sheet(procedure, case, action, context, report, money, "Agence de Lyon")


def field(case: Case, label: str) -> Field:
    """Return a value of the sheet of a case."""
    [found] = [one for one in sheet(case).fields if one.label == label]
    return found


def test_values_stand_in_the_order_of_the_portal() -> None:
    """The fields of a sheet are those of the rule file, in its order, known or not."""
    assert [one.label for one in sheet(depth_case()).fields] == LABELS
    full = depth_case(heures_prevues=Decimal(70), programme="court", essai=True)
    assert [one.label for one in sheet(full).fields] == LABELS


def test_values_are_ready_to_copy() -> None:
    """Each value is told as people read it, and as a portal accepts it: no unit, a comma, no odd space."""
    case = depth_case(heures_prevues=Decimal("1234.50"), programme="court", essai=False)
    assert [(one.value, one.copy) for one in sheet(case).fields] == [
        ("ESSAI-2026-0001", "ESSAI-2026-0001"),
        ("Durand", "Durand"),
        ("Agence de Lyon", "Agence de Lyon"),
        ("02/03/2026", "02/03/2026"),
        ("Parcours court", "Parcours court"),
        (f"1{NBSP}234,5{NBSP}h", "1234,50"),
        ("Parcours court", "Parcours court"),
        (f"30{NBSP}salariés", "30"),
        ("non", "non"),
        (f"17,00{NBSP}€/h", "17,00"),
        (f"20{NBSP}986,50{NBSP}€", "20986,50"),
    ]


def test_what_is_missing_is_named() -> None:
    """A fact that is not known has no value; a sum that cannot be made says what it lacks."""
    missing = field(depth_case(), "Durée")
    assert (missing.value, missing.copy, missing.missing) == (None, "", "heures_prevues")
    assert field(depth_case(), "Forfait").hint == "il manque « Programme » (programme)"
    assert field(replace(depth_case(), title=""), "Libellé").value is None


def test_a_sheet_is_ready_once_nothing_is_missing() -> None:
    """A sheet is ready when every value is known and every paper in hand, and not before."""
    day = date(2026, 1, 6)
    facts = depth_case(heures_prevues=Decimal(70), programme="court", essai=False)
    papers = {"formulaire": received(day), "attestation": received(day)}
    assert sheet(replace(facts, documents=papers)).ready
    assert not sheet(facts).ready
    assert not sheet(replace(depth_case(), documents=papers)).ready
    assert not sheet(replace(facts, documents=papers), headcount=None).ready


def test_a_doubtful_amount_is_marked() -> None:
    """An amount that nobody has confirmed is marked to verify; a certain one is not."""
    doubtful = field(depth_case(heures_prevues=Decimal(70), programme="long"), "Forfait")
    certain = field(depth_case(heures_prevues=Decimal(70), programme="court"), "Forfait")
    assert (doubtful.doubtful, doubtful.note) == (True, "à vérifier")
    assert (certain.doubtful, certain.note) == (False, "")


def test_a_note_of_the_rules_is_kept() -> None:
    """The note that a rule file gives to a value stands beside it, doubtful or not."""
    assert field(depth_case(), "Premier jour").note == "Celui du contrat."
    noted = SheetField("Forfait", "@forfait_horaire", "Hors taxes.")
    [found] = sheet(depth_case(programme="long"), noted).fields
    assert (found.note, found.doubtful) == ("Hors taxes.", True)


@pytest.mark.parametrize("name", sorted(COMPUTED))
def test_every_computed_value_can_be_typed(name: str) -> None:
    """Each value that no fact holds is found once what it is made of is known."""
    hours = line(1, WorkKind.TRAINING, DEPART, done=7)
    case = with_facts(
        replace(depth_case(), hours=(hours,)),
        programme="court",
        heures_prevues=Decimal(70),
        cout_pedagogique=Decimal(15),
        salaire=Decimal(18),
    )
    [found] = sheet(case, SheetField("Valeur", name)).fields
    assert found.value
    assert NBSP not in found.copy


# --- What checks say -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("controle:C-2|C-3", "Parcours rare : à vérifier."),
        ("controle:C-3|C-2", "Parcours rare : à vérifier."),
        ("controle:C-1|C-3", "Il manque « Heures de formation » (heures_prevues)."),
        ("controle:C-3|C-1", "Parcours rare : à vérifier."),
        ("controle:C-2", None),
    ],
)
def test_a_value_may_be_what_a_check_says(value: str, expected: str | None) -> None:
    """A value said by checks is the sentence of the first of them that speaks, none when all are silent."""
    [found] = sheet(depth_case(programme="rare"), SheetField("Type", value)).fields
    assert (found.value, found.copy) == (expected, expected or "")


def test_concerns_are_what_fails_then_what_is_to_confirm() -> None:
    """A sheet ends with what does not conform, then with what is to confirm, and nothing that conforms."""
    case = depth_case(heures_prevues=Decimal(3), programme="rare")
    found = [(one.id, one.verdict.value) for one in sheet(case).concerns]
    assert found == [("C-1", "non_conforme"), ("E", "a_confirmer"), ("C-3", "a_confirmer")]


# --- Papers and limits -----------------------------------------------------------------------------------

DAY = date(2026, 1, 6)


@pytest.mark.parametrize(
    ("papers", "ready"),
    [
        ({}, [False, False]),
        ({"formulaire": received(DAY)}, [True, False]),
        ({"attestation": received(DAY)}, [False, True]),
        ({"feuilles": received(DAY), "formulaire": received(DAY)}, [True, True]),
        ({"feuilles": Paper(PaperStatus.REQUESTED, DAY, "m.durand")}, [False, False]),
        ({"feuilles": Paper(PaperStatus.TO_OBTAIN, DAY, "m.durand")}, [False, False]),
        ({"feuilles": Paper(PaperStatus.CHECKED, DAY, "m.durand")}, [False, True]),
        ({"formulaire": Paper(PaperStatus.SENT, DAY, "m.durand")}, [True, False]),
        (
            {
                "feuilles": Paper(PaperStatus.REQUESTED, DAY, "m.durand"),
                "attestation": received(DAY),
            },
            [False, True],
        ),
    ],
)
def test_an_attachment_is_ready_once_one_paper_is_in_hand(
    papers: dict[str, Paper], ready: list[bool]
) -> None:
    """A paper received, checked or sent satisfies what asks for it, alone or as one of several."""
    found = sheet(replace(depth_case(), documents=papers)).attachments
    assert [one.label for one in found] == ["Formulaire", "Attestation ou feuilles"]
    assert [one.ready for one in found] == ready


def test_an_attachment_tells_each_paper_that_satisfies_it() -> None:
    """Of several papers that would do, each is named with what is known of it."""
    paper = received(DAY, kept_at="classeur 3")
    [alone, either] = sheet(replace(depth_case(), documents={"feuilles": paper})).attachments
    assert alone.papers == (("Formulaire", None),)
    assert either.papers == (("Attestation", None), ("Feuilles", paper))


@pytest.mark.parametrize(
    ("depart", "portal"),
    [(date(2026, 2, 28), "Ancien portail"), (date(2026, 4, 1), "Nouveau portail")],
)
def test_a_sheet_has_its_limits_and_its_portal(depart: date, portal: str) -> None:
    """A sheet gives the deadlines that the step meets, and the portal of the day to act."""
    found = sheet(depth_case(depart=depart))
    assert [one.id for one in found.deadlines] == ["envoi"]
    assert found.portal == portal


def test_the_sheet_of_the_step_at_hand_is_found() -> None:
    """Without an action, the sheet is that of the step at hand; elsewhere, the refusal lists the sheets."""
    desk = Desk()
    ref = desk.open()
    found = desk.inquiries.sheet(ref)
    assert (found.action.id, found.fields[2].value) == ("envoyer", "Agence de Lyon")
    assert desk.inquiries.sheet(ref, "envoyer") == found
    with pytest.raises(NotFound, match="envoi"):
        desk.inquiries.sheet(ref, "envoi")
    with pytest.raises(Refused, match=r"Clore : rien ne se saisit .* \(fiches : envoyer\)"):
        desk.inquiries.sheet(ref, "clore")


def test_a_step_without_a_sheet_says_so() -> None:
    """At a step where nothing is typed in the portal, the refusal names the step and the sheets."""
    desk = Desk()
    ref = desk.open()
    papers = ["formulaire", "feuilles"]
    desk.saved(desk.cases.advance(ref, "envoyer", {}, by="m.durand", documents=papers))
    with pytest.raises(Refused, match=r"rien à saisir au portail à l’étape « Envoyé »"):
        desk.inquiries.sheet(ref)


# --- Facts in words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "value", "words"),
    [
        (FactSpec("x", "X", FactType.BOOLEAN, True), True, "oui"),
        (FactSpec("x", "X", FactType.INSTANT, True), START, "08/09/2026 à 09:00"),
        (FactSpec("x", "X", FactType.INSTANT, True), paris(9, 8), "08/09/2026 à 12:00"),
        (FactSpec("x", "X", FactType.DATE, True), DEPART, "02/03/2026"),
        (FactSpec("x", "X", FactType.NUMBER, True, "€"), Decimal("1234.5"), "1 234,50 €"),
        (FactSpec("x", "X", FactType.NUMBER, True), Decimal("0.50"), "0,5"),
        (FactSpec("x", "X", FactType.INTEGER, True, "mois"), 12, "12 mois"),
        (FactSpec("x", "X", FactType.INTEGER, True, "salarié"), 1, "1 salarié"),
        (FactSpec("x", "X", FactType.CHOICE, True, choices={"a": "Un"}), "a", "Un"),
        (FactSpec("x", "X", FactType.CHOICE, True, choices={"a": "Un"}), "b", "b"),
        (FactSpec("x", "X", FactType.TEXT, True), "Greta", "Greta"),
    ],
)
def test_a_fact_is_told_in_words(spec: FactSpec, value: FactValue, words: str) -> None:
    """A fact is told with its unit or the label of its choice, dates as people write them."""
    assert plain(fact_words(value, depth_context().zone, spec)) == words
