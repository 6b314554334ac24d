"""Doubts of the rules: each warns until the house has had it confirmed, then gives way to the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from workflow.counting.context import context_for
from workflow.deadlines.compute import compute
from workflow.rulefiles.rulebook import house_rulebook, load_rulebook
from workflow.rules.checks import CheckVerdict
from workflow.rules.doubts import Confirmation
from workflow.rules.fact_specs import FactType
from workflow.rules.procedure import Procedure

TODAY = date(2026, 12, 3)


def confirmed(id_: str, value: str = "oui", until: date | None = None) -> Confirmation:
    """Return what an adviser answered two days ago."""
    at = datetime(2026, 12, 1, 10, tzinfo=UTC)
    return Confirmation(id_, value, date(2026, 12, 1), until, "courriel d’AKTO", "claire", at)


def house(*noted: Confirmation, today: date = TODAY) -> Mapping[str, Procedure]:
    """Return the rules as a house holds them."""
    return house_rulebook({one.doubt: one for one in noted}, today).procedures


def contract(procedure: Procedure, start: date) -> tuple[date, tuple[str, ...], str]:
    """Return the limit of a contract agreed to on 2 March 2026, its warnings, and the rule's count."""
    edition = procedure.edition_on(start)
    assert edition is not None
    facts = {"demarrage_formation": start, "drf_accordee_le": date(2026, 3, 2)}
    spec = procedure.deadlines["contrat"]
    found = compute(procedure, edition, spec, facts, context_for(procedure, "FR", (), {}))
    assert found is not None
    assert isinstance(found.dates.strict, date)
    return found.dates.strict, found.explanation.warnings, found.explanation.binding


def test_a_confirmed_number_takes_the_place_of_the_rule_s() -> None:
    """45 days instead of 61, for the edition that was in doubt alone, and the explanation says by whom."""
    cipi = house(confirmed("delai-contrat", "45"))["cipi"]
    new, told, counted = contract(cipi, date(2026, 3, 16))
    assert (new, counted[:2]) == (date(2026, 4, 16), "45")
    words = "Jours calendaires pour déposer le contrat, après l’accord sur la DRF, 45\u00a0jours"
    assert told == (f"Confirmé le 01/12/2026 : {words} (courriel d’AKTO).",)
    assert contract(cipi, date(2025, 12, 1))[0] == date(2026, 5, 2)


def test_another_number_leaves_nothing_of_the_words_to_be_read() -> None:
    """The readings of « 48 heures » go with them, and stay when the number is confirmed as it was."""
    for value, kept in (("72", False), ("48", True)):
        rules = house(confirmed("limite-drf", value))["cipi"].deadlines["drf"].rules
        (new,) = (one for one in rules if one.editions == {"cipi-mon-espace-akto"})
        assert bool(new.readings) is kept


def test_an_expired_confirmation_counts_no_longer_and_says_so() -> None:
    """The day after its last, the rule has its own number again, and the warning is back."""
    noted = confirmed("delai-contrat", "45", until=date(2026, 12, 31))
    assert contract(house(noted, today=date(2026, 12, 31))["cipi"], date(2026, 3, 16))[0].month == 4
    limit, told, _ = contract(house(noted, today=date(2027, 1, 1))["cipi"], date(2026, 3, 16))
    assert limit == date(2026, 5, 2)
    assert "n’ont pas été republiés" in told[0]
    assert told[1].startswith(
        "Ne compte plus, à faire confirmer de nouveau : confirmé le 01/12/2026"
    )


def test_a_confirmation_withdrawn_is_none() -> None:
    """Taken back, it leaves the rules as their files say them."""
    gone = Confirmation(
        "delai-contrat", "45", TODAY, None, "", "claire", datetime(2026, 12, 2, tzinfo=UTC), True
    )
    assert house(gone) == load_rulebook().procedures


def test_the_rate_of_a_year_is_added_once_it_is_confirmed() -> None:
    """The rate of 2026 holds from the day after the last one known, until the answer ends."""
    noted = confirmed("forfait-classique-2026", "18.50", until=date(2026, 12, 31))
    funding = house(noted)["cipi"].funding
    assert funding is not None
    rate = next(one for one in funding.rates if one.id == "forfait-classique-2026")
    assert (rate.amount, rate.valid_from, rate.valid_until, rate.doubt) == (
        Decimal("18.50"),
        date(2026, 1, 1),
        date(2026, 12, 31),
        None,
    )
    before = next(one for one in funding.rates if one.id == "classique-2025")
    assert not any("n’a pas été trouvé" in note for note in before.notes)


@pytest.mark.parametrize("procedure", ["cipi", "ptp"])
def test_a_smic_that_is_confirmed_stands_in_after_the_last_one_read(procedure: str) -> None:
    """Noted once for the house, it holds from the first of January until its last day, everywhere."""
    noted = confirmed("smic-2027", "12.25", until=date(2027, 12, 31))
    smic = house(noted)[procedure].facts["smic_horaire"]
    days = [date(2026, 12, 31), date(2027, 1, 1), date(2027, 12, 31), date(2028, 1, 1)]
    found = [smic.amount_on(day) for day in days]
    assert [one and one.amount for one in found] == [
        Decimal("12.02"),
        *[Decimal("12.25")] * 2,
        None,
    ]


@pytest.mark.parametrize(
    ("id_", "value"),
    [("delai-contrat", "oui"), ("delai-contrat", "9999999"), ("effectif-onze", "45")],
)
def test_an_answer_that_a_doubt_can_no_longer_have_is_none(id_: str, value: str) -> None:
    """What was noted of a doubt that another edition of the rules asks otherwise counts no more."""
    assert house(confirmed(id_, value)) == load_rulebook().procedures


@pytest.mark.parametrize(("answer", "left"), [("oui", None), ("non", "baisse-classique")])
def test_a_rate_of_the_past_is_sure_once_it_is_confirmed(answer: str, left: str | None) -> None:
    """The warning goes with any answer; the amount is sure only when it is the right one."""
    funding = house(confirmed("baisse-classique", answer))["cipi"].funding
    assert funding is not None
    rate = next(one for one in funding.rates if one.id == "classique-baisse-2021")
    assert (rate.doubt, rate.amount) == (left, Decimal(14))
    assert [note[:22] for note in rate.notes[1:]] == ["Confirmé le 01/12/2026"]


@pytest.mark.parametrize(
    ("answer", "verdict"), [("oui", CheckVerdict.CONFORMING), ("non", CheckVerdict.FAILING)]
)
def test_a_verdict_to_confirm_becomes_the_answer(answer: str, verdict: CheckVerdict) -> None:
    """Eleven employees are conforming or not once AKTO has said so, in a sentence that says it."""
    cipi = house(confirmed("effectif-onze", answer))["cipi"]
    (found,) = (one for one in cipi.checks if one.id == "CIPI-E11-a")
    band = found.bands[1]
    assert (band.verdict, "AKTO" in band.say) == (verdict, True)
    assert any(note.startswith("Confirmé le 01/12/2026") for note in found.notes)


def test_a_check_measures_with_the_number_that_is_confirmed() -> None:
    """Ten months instead of twelve, and beyond them nothing is left to confirm."""
    cdpi = house(confirmed("cdpi-douze-mois", "10"))["cdpi"]
    (found,) = (one for one in cdpi.checks if one.id == "CDPI-D2-a")
    assert found.measure is not None
    assert found.measure.months == 10
    assert found.bands[-1].verdict is CheckVerdict.FAILING
    assert "secondaire" not in "".join((found.bands[-1].say, *found.notes))


def test_a_proof_is_to_be_confirmed_until_it_is() -> None:
    """What the State's list names is offered as such, and no more « à faire confirmer » once it is."""
    for noted, pending in (((), True), ((confirmed("preuve-deld"),), False)):
        rules = house(*noted)["cipi"].eligibility
        assert rules is not None
        proof = rules.grounds["deld"].proofs["justificatif"]
        assert (proof.label.endswith("à faire confirmer"), proof.doubt is not None) == (
            pending,
            pending,
        )
        assert "IAE" in proof.label


def every_doubt() -> Iterator[object]:
    """Yield each doubt of each procedure."""
    for procedure in load_rulebook().procedures.values():
        for doubt in procedure.doubts.values():
            yield pytest.param(procedure.id, doubt.id, id=f"{procedure.id} {doubt.id}")


@pytest.mark.parametrize(("procedure", "id_"), [*every_doubt()])
def test_every_doubt_changes_something_once_it_is_confirmed(procedure: str, id_: str) -> None:
    """Whatever is declared doubtful has its warning go, or its verdict or number change."""
    before = load_rulebook().procedures[procedure]
    doubt = before.doubts[id_]
    value = "oui" if doubt.type is FactType.BOOLEAN else "7"
    after = house(confirmed(id_, value))[procedure]
    assert after != before
    assert (doubt.warning in repr(before)) or not doubt.warning
