"""What a file is worth: rates by date, exact amounts to the cent, supports, allowances and accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import fields, replace

from tests.support.core import plain
from tests.support.depth import DEPART, depth, depth_case, depth_context, line, with_facts
from workflow.case.case import FactValue, HoursLine, WorkKind
from workflow.eligibility.accounts import Balance, balance, stake
from workflow.eligibility.financing import Amount, Quote, quote
from workflow.text import french

TODAY = date(2026, 1, 7)
CENT = Decimal("0.01")

SHEET: Mapping[str, Any] = {
    "programme": "court",
    "cout_pedagogique": Decimal("15.00"),
    "salaire": Decimal("18.00"),
    "frais": Decimal("3.00"),
}
"""The example of the sheet: 15 € of teaching, 18 € of pay and 3 € of costs, at a rate of 17 €."""

EUROS = st.decimals(min_value=0, max_value=99_999_999, places=2)
HOURS = st.decimals(min_value="0.01", max_value=2_000, places=2)


def quoted(
    *hours: HoursLine, today: date = TODAY, headcount: int = 30, **facts: FactValue
) -> Quote:
    """Return the quote of a case that has some facts."""
    case = with_facts(replace(depth_case(), hours=hours), **facts)
    found = quote(depth(), case, depth_context(headcount=headcount), today)
    assert found is not None
    return found


def amount(found: Quote, id_: str) -> Amount:
    """Return a line of a quote, which must be there."""
    one = found.amount(id_)
    assert one is not None, id_
    return one


# --- The example of the sheet ----------------------------------------------------------------------------


def test_the_example_of_the_sheet() -> None:
    """15 € of teaching, 18 € of pay and 3 € of costs cost 36 € an hour; the rate of 17 € leaves 19 €."""
    found = quoted(**SHEET, heures_prevues=Decimal(70))
    assert {one.id: one.value for one in found.amounts} == {
        "forfait_horaire": Decimal("17.00"),
        "heures_prises_en_charge": Decimal(70),
        "prise_en_charge": Decimal("1190.00"),
        "cout_horaire": Decimal("36.00"),
        "surcout_horaire": Decimal("19.00"),
        "surcout": Decimal("1330.00"),
        "financement_petite": Decimal("931.00"),
        "financement_fonds": None,
    }
    assert str(amount(found, "surcout_horaire").value) == "19.00"


def test_each_amount_tells_how_it_was_obtained() -> None:
    """Each line says its computation in French, so that a person can do it again."""
    found = quoted(**SHEET, heures_prevues=Decimal(70), heures_bilan=Decimal("3.5"))
    assert {one.id: plain(one.how) for one in found.amounts} == {
        "forfait_horaire": "Forfait court 2026, à la date du 02/03/2026",
        "heures_prises_en_charge": "70 h + 3,5 h",
        "prise_en_charge": "73,5 h × 17,00 €/h, arrondi au centime",
        "cout_horaire": "15,00 €/h + 18,00 €/h + 3,00 €/h",
        "surcout_horaire": "36,00 €/h − 17,00 €/h",
        "surcout": "19,00 €/h × 73,5 h, arrondi au centime",
        "financement_petite": "70 % de 1 396,50 €",
        "financement_fonds": "à hauteur de ce qui est disponible",
    }


def test_a_rate_that_covers_everything_leaves_nothing() -> None:
    """An hour that costs less than its rate leaves no extra cost, never less than nothing."""
    found = quoted(programme="court", cout_pedagogique=Decimal(9), salaire=Decimal(7))
    extra = amount(found, "surcout_horaire")
    assert (extra.value, plain(extra.how)) == (
        Decimal("0.00"),
        "16,00 €/h − 17,00 €/h : le forfait couvre tout",
    )


def test_hours_done_are_worth_what_was_attended() -> None:
    """Once the ledger has training, what was attended is valued apart, at the same rate."""
    hours = (
        line(1, WorkKind.TRAINING, DEPART, planned=35, done="28.5"),
        line(2, WorkKind.MISSION, date(2026, 4, 1), done=7),
        line(3, WorkKind.ASSESSMENT, date(2026, 4, 2), done=3),
    )
    found = quoted(*hours, **SHEET, heures_prevues=Decimal(35))
    assert amount(found, "prise_en_charge_realisee").value == Decimal("31.5") * 17
    assert amount(found, "prise_en_charge").value == Decimal(35) * 17


def test_a_procedure_that_pays_nothing_has_no_quote() -> None:
    """Without amounts in its rules, a procedure gives no quote."""
    procedure = replace(depth(), funding=None)
    assert quote(procedure, depth_case(), depth_context(), TODAY) is None


# --- What is not known -----------------------------------------------------------------------------------


def test_nothing_known_is_told_line_by_line() -> None:
    """Before anything is typed, no line has a value, none is certain, and each says what is missing."""
    found = quoted()
    assert [(one.value, one.certain) for one in found.amounts] == [(None, False)] * 8
    assert {one.id: plain(one.how) for one in found.amounts} == {
        "forfait_horaire": "il manque « Programme » (programme)",
        "heures_prises_en_charge": "il manque « Heures de formation » (heures_prevues)",
        "prise_en_charge": "il manque le forfait ou les heures",
        "cout_horaire": (
            "il manque « Coût pédagogique » (cout_pedagogique) et « Salaire » (salaire)"
        ),
        "surcout_horaire": "il manque le coût de l’heure ou le forfait",
        "surcout": "il manque le surcoût de l’heure ou les heures",
        "financement_petite": "surcoût inconnu",
        "financement_fonds": "surcoût inconnu",
    }


def test_a_programme_without_a_rate_has_no_value() -> None:
    """A programme that no rate is known for says so with the date, and values nothing."""
    found = quoted(**{**SHEET, "programme": "rare"}, heures_prevues=Decimal(70))
    rate = amount(found, "forfait_horaire")
    assert (rate.value, rate.certain, rate.how) == (
        None,
        False,
        "aucun forfait connu au 02/03/2026",
    )
    assert amount(found, "prise_en_charge").value is None
    assert amount(found, "cout_horaire").value == Decimal("36.00")


def test_the_day_of_reading_stands_in_for_a_date_that_is_not_known() -> None:
    """While the date that chooses the rate is unknown, the day of reading does, and the quote says so."""
    case = replace(depth_case(), facts=dict(SHEET))
    found = quote(depth(), case, depth_context(), date(2025, 12, 31))
    assert found is not None
    assert (found.on, found.dated_by_fact) == (date(2025, 12, 31), False)
    assert amount(found, "forfait_horaire").value == Decimal("15.00")
    assert quoted(**SHEET, today=date(2025, 12, 31)).dated_by_fact is True


# --- Rates by date ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("programme", "day", "euros", "certain"),
    [
        ("court", date(2024, 12, 31), None, False),
        ("court", date(2025, 1, 1), "15.00", True),
        ("court", date(2025, 12, 31), "15.00", True),
        ("court", date(2026, 1, 1), "17.00", True),
        ("court", date(2026, 6, 30), "17.00", True),
        ("court", date(2026, 7, 1), "17.00", False),
        ("court", date(2031, 7, 1), "17.00", False),
        ("long", date(2025, 12, 31), None, False),
        ("long", date(2026, 1, 1), "12.35", False),
    ],
)
def test_the_rate_is_that_of_the_day(
    programme: str, day: date, euros: str | None, certain: bool
) -> None:
    """Each day has the rate of its period, ends included; past the last one, it stands but is not certain."""
    found = quoted(**{**SHEET, "programme": programme}, depart=day, heures_prevues=Decimal(10))
    rate = amount(found, "forfait_horaire")
    assert (rate.value, rate.certain) == (euros and Decimal(euros), certain)
    for id_ in ("prise_en_charge", "surcout_horaire", "surcout"):
        assert (amount(found, id_).value is None, amount(found, id_).certain) == (
            euros is None,
            certain,
        )


def test_a_rate_past_its_last_day_says_so() -> None:
    """A rate used beyond its last day is called the last one known, with that day, to be verified."""
    found = quoted(programme="court", depart=date(2026, 7, 1))
    assert amount(found, "forfait_horaire").how == (
        "Forfait court 2026, dernier forfait connu, valable jusqu’au 30/06/2026 : à vérifier"
    )


def test_a_doubtful_rate_bears_its_note() -> None:
    """A rate that its source leaves in doubt bears the note that says why."""
    assert amount(quoted(programme="long"), "forfait_horaire").notes == (
        "Montant relevé en 2026.",
        "Montant à vérifier.",
    )


# --- Supports and allowances -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "headcount", "expected"),
    [
        (date(2026, 1, 31), 49, False),
        (date(2026, 2, 1), 49, True),
        (date(2026, 8, 31), 49, True),
        (date(2026, 9, 1), 49, False),
        (date(2026, 2, 1), 50, False),
        (date(2026, 2, 1), 1, True),
    ],
)
def test_a_support_has_its_dates_and_its_size(day: date, headcount: int, expected: bool) -> None:
    """A support exists between its dates, ends included, for companies under its headcount."""
    found = quoted(**SHEET, depart=day, headcount=headcount, heures_prevues=Decimal(10))
    assert (found.amount("financement_petite") is not None) is expected


def test_a_headcount_of_the_case_comes_before_that_of_the_company() -> None:
    """A case that says how many people the company employs is believed before the configuration."""
    assert quoted(**SHEET, headcount=10, effectif=50).amount("financement_petite") is None
    assert quoted(**SHEET, headcount=50, effectif=10).amount("financement_petite") is not None


def test_without_a_headcount_a_support_that_depends_on_it_is_left_out() -> None:
    """A support for small companies is not promised to one of a size that nobody has said."""
    case = with_facts(depth_case(), **SHEET)
    found = quote(depth(), case, depth_context(), TODAY)
    assert found is not None
    assert found.amount("financement_petite") is None


def test_a_support_without_a_share_promises_nothing() -> None:
    """A support whose source gives no share has no value, and says what it depends on."""
    procedure = depth()
    assert procedure.funding is not None
    free = [replace(one, headcount_below=None) for one in procedure.funding.supports]
    funding = replace(procedure.funding, supports=(replace(free[0], share=None), free[1]))
    case = with_facts(depth_case(), **SHEET, heures_prevues=Decimal(70))
    found = quote(replace(procedure, funding=funding), case, depth_context(), TODAY)
    assert found is not None
    one = amount(found, "financement_petite")
    assert (one.value, one.certain, one.how) == (None, False, "à hauteur de ce qui est disponible")


def test_a_share_of_what_is_not_certain_is_not_certain() -> None:
    """What a support pays of an extra cost that nobody has confirmed is not confirmed either."""
    past = quoted(**SHEET, depart=date(2026, 7, 1), heures_prevues=Decimal(70))
    today = quoted(**SHEET, heures_prevues=Decimal(70))
    assert [amount(one, "financement_petite").certain for one in (past, today)] == [False, True]


@pytest.mark.parametrize(
    ("hours", "euros", "how"),
    [
        ("39", "585.00", "39 h × 15,00 €/h"),
        ("40", "600.00", "40 h × 15,00 €/h"),
        ("41", "600.00", "40 h × 15,00 €/h (41 h demandées, 40 h au plus)"),
        ("0.5", "7.50", "0,5 h × 15,00 €/h"),
    ],
)
def test_the_hours_of_a_tutor_are_paid_up_to_a_number(hours: str, euros: str, how: str) -> None:
    """Hours of a tutor are paid one by one up to the most, and what goes beyond is told."""
    one = amount(quoted(heures_tuteur=Decimal(hours)), "tuteur")
    assert (one.value, plain(one.how)) == (Decimal(euros), how)
    assert quoted().amount("tuteur") is None


# --- Exactness -------------------------------------------------------------------------------------------


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6))
def test_cents_are_rounded_half_up(exact: Decimal) -> None:
    """An amount is rounded to the nearest cent, and away from zero when just between."""
    assert french.cents(exact) == exact.quantize(CENT, ROUND_HALF_UP)
    assert french.cents(Fraction(exact)) == french.cents(exact)


@given(EUROS, HOURS)
def test_an_amount_is_a_product_rounded_once(rate: Decimal, hours: Decimal) -> None:
    """Hours at a rate give the exact product, rounded half up to the cent, once."""
    procedure = depth()
    assert procedure.funding is not None
    rates = tuple(replace(one, amount=rate) for one in procedure.funding.rates)
    paid = replace(procedure, funding=replace(procedure.funding, rates=rates))
    case = with_facts(depth_case(), programme="court", heures_prevues=hours)
    found = quote(paid, case, depth_context(), TODAY)
    assert found is not None
    assert amount(found, "prise_en_charge").value == (rate * hours).quantize(CENT, ROUND_HALF_UP)


def test_half_a_cent_goes_up() -> None:
    """12,35 € for half an hour is 6,175 €, hence 6,18 €, and the line says that it was rounded."""
    one = amount(quoted(programme="long", heures_prevues=Decimal("0.5")), "prise_en_charge")
    assert one.value == Decimal("6.18")
    assert one.how.endswith("arrondi au centime")


def everything_in(thing: object) -> Iterator[object]:
    """Yield a value and everything that it is made of."""
    yield thing
    if isinstance(thing, Struct):
        for one in fields(thing):
            yield from everything_in(getattr(thing, one.name))
    elif isinstance(thing, tuple | list):
        for part in thing:
            yield from everything_in(part)


@given(HOURS, HOURS, EUROS, EUROS, st.sampled_from(["court", "long", "rare"]))
def test_no_amount_ever_passes_through_binary_floating_point(
    hours: Decimal, tutored: Decimal, cost: Decimal, pay: Decimal, programme: str
) -> None:
    """Nothing in a quote is a float, and every amount of euros has exactly two decimals."""
    found = quoted(
        programme=programme,
        heures_prevues=hours,
        heures_tuteur=tutored,
        cout_pedagogique=cost,
        salaire=pay,
    )
    parts = list(everything_in(found))
    assert [part for part in parts if isinstance(part, float)] == []
    euros = [one.value for one in found.amounts if one.unit == "€" and one.value is not None]
    assert [one for one in euros if one.as_tuple().exponent != -2] == []


# --- Accounts --------------------------------------------------------------------------------------------


def test_the_accounts_are_those_of_the_facts() -> None:
    """Each account is the fact that the rules name, to the cent; what nobody noted stays unknown."""
    facts: dict[str, FactValue] = {
        "demande_euros": Decimal("100.5"),
        "accorde_euros": 80,
        "paye_euros": Decimal("30.25"),
    }
    found = balance(depth().accounts, facts, {})
    assert found == Balance(Decimal("100.50"), Decimal("80.00"), None, Decimal("30.25"))
    assert (found.remaining, str(found.asked)) == (Decimal("49.75"), "100.50")


def test_what_remains_needs_an_agreement() -> None:
    """Nothing remains to be paid while nothing is agreed; once agreed, all of it until some is paid."""
    assert Balance(asked=Decimal(5), paid=Decimal(3)).remaining is None
    assert Balance(agreed=Decimal("5.00")).remaining == Decimal("5.00")
    assert Balance(agreed=Decimal(5), paid=Decimal(7)).remaining == Decimal(-2)


@pytest.mark.parametrize(
    ("facts", "lost"),
    [
        ({}, None),
        ({"programme": "court", "heures_prevues": Decimal(100)}, Decimal("1700.00")),
        ({"demande_euros": Decimal("1500.00")}, Decimal("1500.00")),
        ({"demande_euros": Decimal(1500), "accorde_euros": Decimal(1200)}, Decimal("1200.00")),
        ({"accorde_euros": Decimal(1200), "paye_euros": Decimal(200)}, Decimal("1000.00")),
        ({"accorde_euros": Decimal(1200), "paye_euros": Decimal(1300)}, Decimal("0.00")),
    ],
)
def test_what_a_missed_date_would_lose(
    facts: Mapping[str, FactValue], lost: Decimal | None
) -> None:
    """What is agreed and unpaid; failing that what was asked, then what the rate promises."""
    assert stake(depth(), depth_case(), facts, depth_context(), TODAY) == lost
