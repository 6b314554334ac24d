"""What a person types as a fact: what is understood, and the sentence that answers what is not."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.cases.parts import fact_type
from tests.support.core import PARIS, cipi, paris
from workflow.calendar.calendars import calendar
from workflow.case.case import FactValue
from workflow.errors import InvalidInput, NotFound
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.text import french
from workflow.wording.codec import fact_text, fact_value
from workflow.wording.date_text import Today
from workflow.wording.fact_text import RawFact, as_typed, fact_words, read_fact, read_facts
from workflow.wording.fact_types import MANNERS
from workflow.wording.ledger_text import read_period

CAYENNE = ZoneInfo("America/Cayenne")


def spec(type_: FactType) -> FactSpec:
    """Return a fact of a type, called « fait »."""
    return FactSpec("fait", "Fait", type_, future=True)


@pytest.mark.parametrize("type_", FactType)
def test_every_type_is_written_read_and_stored(type_: FactType) -> None:
    """Whatever its type, a value is read from its example, and told, typed and stored as the same one."""
    manner = MANNERS[type_]
    choices = {manner.example: "Premier"} if type_ is FactType.CHOICE else {}
    fact = FactSpec("fait", "Fait", type_, future=True, choices=choices)
    value = read_fact(fact, manner.example, PARIS)
    again = [fact_words(value, PARIS, fact), as_typed(value, PARIS, fact)]
    assert [read_fact(fact, words, PARIS) for words in again] == [value, value]
    back = fact_value(fact_text(value), type_)
    assert (back, type(back)) == (value, type(value))
    assert fact_value(fact_text(value), fact_type(value)) == value
    assert all((manner.holds, manner.blank, manner.advice))


INSTANTS = {
    "2026-09-08T09:00": paris(9, 8, 9),
    "2026-09-08T09:00:00": paris(9, 8, 9),
    "2026-09-08 09:00": paris(9, 8, 9),
    "08/09/2026 09:00": paris(9, 8, 9),
    "8/9/2026 9:00": paris(9, 8, 9),
    "08.09.2026 9h": paris(9, 8, 9),
    "08/09/2026 à 9h30": paris(9, 8, 9, 30),
    "08/09/2026 9H30": paris(9, 8, 9, 30),
    "  08/09/2026   09:00  ": paris(9, 8, 9),
    "2026-09-08T07:00Z": paris(9, 8, 9),
    "2026-09-08T09:00+02:00": paris(9, 8, 9),
    "2026-09-08T11:00:00+04:00": paris(9, 8, 9),
    "2026-09-08 00:00": paris(9, 8, 0),
    "2026-09-08 23:59": paris(9, 8, 23, 59),
    "08/09/2026": date(2026, 9, 8),
    "2026-09-08": date(2026, 9, 8),
    "29/02/2028": date(2028, 2, 29),
    "01/01/1950": date(1950, 1, 1),
    "31/12/2099": date(2099, 12, 31),
    # As the program shows them.
    "mardi 8 septembre 2026": date(2026, 9, 8),
    "mardi\u00a08\u00a0septembre\u00a02026 à\u00a009:00": paris(9, 8, 9),
    "jeudi 26 novembre 2026 à 24:00": paris(11, 27, 0),
    "26/11/2026 à 24:00": paris(11, 27, 0),
    "minuit, au soir du jeudi 26 novembre 2026": paris(11, 27, 0),
    "1er sept. 2026": date(2026, 9, 1),
    "le 08/09/2026": date(2026, 9, 8),
    "mar. 08/09/2026": date(2026, 9, 8),
    "08/09/2026 9 h 30": paris(9, 8, 9, 30),
    "08/09/2026 à 9 heures": paris(9, 8, 9),
    "08/09/2026\u202f9\u202fh\u202f30": paris(9, 8, 9, 30),
    "8 septembre 2026, 9h": paris(9, 8, 9),
    "08-09-2026": date(2026, 9, 8),
    "08 / 09 / 2026": date(2026, 9, 8),
}


@pytest.mark.parametrize(("text", "expected"), INSTANTS.items())
def test_an_instant_is_read_as_people_write_it(text: str, expected: date) -> None:
    """A date with or without its hour is read, French or ISO, on the agency's clock."""
    assert read_fact(spec(FactType.INSTANT), text, PARIS) == expected


def test_an_hour_is_meant_on_the_agency_clock() -> None:
    """The same words give another instant at an agency that lives by another clock."""
    read = read_fact(spec(FactType.INSTANT), "08/09/2026 09:00", CAYENNE)
    assert read == datetime(2026, 9, 8, 12, tzinfo=UTC)


def test_an_instant_keeps_the_agency_clock() -> None:
    """An instant typed with another offset is kept on the agency's clock, for the day it is there."""
    read = read_fact(spec(FactType.INSTANT), "2026-09-08T23:30:00-03:00", PARIS)
    assert (read, getattr(read, "tzinfo", None)) == (paris(9, 9, 4, 30), PARIS)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("08/09/2026", date(2026, 9, 8)),
        ("08/09/2026 09:00", date(2026, 9, 8)),
        (date(2026, 9, 8), date(2026, 9, 8)),
        (datetime(2026, 9, 8, 9), date(2026, 9, 8)),  # noqa: DTZ001 - what TOML gives
        ("2026-09-08T23:30:00-03:00", date(2026, 9, 9)),
    ],
)
def test_a_date_is_a_civil_day(raw: RawFact, expected: date) -> None:
    """A fact that is a day keeps no hour, and is the day of the agency's clock."""
    assert read_fact(spec(FactType.DATE), raw, PARIS) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (date(2026, 9, 8), date(2026, 9, 8)),
        (datetime(2026, 9, 8, 9), paris(9, 8, 9)),  # noqa: DTZ001 - what TOML gives
        (datetime(2026, 9, 8, 7, tzinfo=UTC), paris(9, 8, 9)),
        (datetime(2026, 9, 8, 11, tzinfo=timezone(timedelta(hours=4))), paris(9, 8, 9)),
    ],
)
def test_an_instant_comes_typed_from_a_toml_file(raw: RawFact, expected: date) -> None:
    """A TOML date, local time or time with offset is read as the same text would be."""
    assert read_fact(spec(FactType.INSTANT), raw, PARIS) == expected


@pytest.mark.parametrize(
    ("type_", "raw", "expected"),
    [
        (FactType.INTEGER, "70", 70),
        (FactType.INTEGER, " 0 ", 0),
        (FactType.INTEGER, 12, 12),
        (FactType.BOOLEAN, "oui", True),
        (FactType.BOOLEAN, "Oui", True),
        (FactType.BOOLEAN, "non", False),
        (FactType.BOOLEAN, "0", False),
        (FactType.BOOLEAN, True, True),
        (FactType.TEXT, "  Durand, cariste  ", "Durand, cariste"),
        (FactType.TEXT, "x" * 500, "x" * 500),
        (FactType.TEXT, "« 70\u00a0heures »", "« 70\u00a0heures »"),
    ],
)
def test_other_facts_are_read(type_: FactType, raw: RawFact, expected: FactValue) -> None:
    """Whole numbers, yes or no, and texts are read; French non-breaking spaces belong to a text."""
    assert read_fact(spec(type_), raw, PARIS) == expected


NO_SUCH_DAY = "cette date n’existe pas ; vérifiez le jour et le mois"
WRITE_A_DATE = "écrivez une date comme 08/09/2026 ou 2026-09-08, avec ou sans heure (09:00)"
NO_SUCH_HOUR = (
    "cette heure n’existe pas ; écrivez une heure de 00:00 à 23:59, ou 24:00 pour la fin du jour"
)
WRITE_AN_HOUR = "écrivez l’heure comme 09:00, après une espace"
WRITE_AN_OFFSET = "écrivez l’instant comme 2026-09-08T09:00+02:00"
YEARS = "l’année doit être entre 1950 et 2099"
REFUSED = {
    "31/02/2026": NO_SUCH_DAY,
    "2026-13-01": NO_SUCH_DAY,
    "29/02/2027": NO_SUCH_DAY,
    "00/09/2026": NO_SUCH_DAY,
    "2026-09-31T09:00": NO_SUCH_DAY,
    "8/9/26": WRITE_A_DATE,
    "demain": WRITE_A_DATE,
    "09/2026": WRITE_A_DATE,
    "20260908": WRITE_A_DATE,
    "31/12/1949": YEARS,
    "2100-01-01": YEARS,
    "0001-01-01": YEARS,
    "31/12/2099 24:00": YEARS,
    "1950-01-01T00:30+14:00": YEARS,
    "08/09/2026 25:00": NO_SUCH_HOUR,
    "08/09/2026 24:01": NO_SUCH_HOUR,
    "08/09/2026 09:60": NO_SUCH_HOUR,
    "08/09/2026 matin": WRITE_AN_HOUR,
    "08/09/2026T": WRITE_AN_HOUR,
    "08/09/20261": WRITE_AN_HOUR,
    "08/09/2026 9": WRITE_AN_HOUR,
    "08/09/2026 09h:30": WRITE_AN_HOUR,
    "2026-09-08Z": WRITE_AN_HOUR,
    "08/09/2026 minuit": "écrivez 00:00 pour le début de ce jour, 24:00 pour sa fin",
    "lundi 08/09/2026": (
        "le mardi\u00a08\u00a0septembre\u00a02026 n’est pas un lundi ; corrigez le jour ou la date"
    ),
    "2026-09-08 09:00+99:99": WRITE_AN_OFFSET,
    "29/03/2026 02:30": "cette heure n’existe pas : les horloges avancent cette nuit-là",
}


@pytest.mark.parametrize(("text", "advice"), REFUSED.items())
def test_a_date_that_cannot_be_read_is_refused_in_one_sentence(text: str, advice: str) -> None:
    """A date that does not exist or cannot be understood is refused with what to write, never adjusted."""
    with pytest.raises(InvalidInput) as refusal:
        read_fact(spec(FactType.INSTANT), text, PARIS)
    assert refusal.value.message == f"fait = « {text} » : {advice}."


@pytest.mark.parametrize("type_", FactType)
@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_an_empty_value_is_refused(type_: FactType, text: str) -> None:
    """A fact without a value is refused, whatever its type."""
    with pytest.raises(InvalidInput) as refusal:
        read_fact(spec(type_), text, PARIS)
    expected = "fait : valeur vide ; donnez une valeur après le signe égal."
    assert refusal.value.message == expected


@pytest.mark.parametrize("text", ["x" * 501, "a\x00b", "a\x1b[31mb", "a\nb", "a\u202eb"])
def test_a_text_that_could_mislead_is_refused(text: str) -> None:
    """A text too long, or with control or direction characters, is refused."""
    with pytest.raises(InvalidInput) as refusal:
        read_fact(spec(FactType.TEXT), text, PARIS)
    assert refusal.value.message.startswith("« fait » ")
    assert text not in refusal.value.message


@pytest.mark.parametrize("text", ["70,5", "soixante-dix", "1e3", "1" * 10])
def test_a_number_that_is_not_whole_is_refused(text: str) -> None:
    """A whole number is asked for; anything else is refused with an example."""
    with pytest.raises(InvalidInput) as refusal:
        read_fact(spec(FactType.INTEGER), text, PARIS)
    expected = f"fait = « {text} » : écrivez un nombre entier, par exemple 70."
    assert refusal.value.message == expected


def test_a_yes_or_no_is_asked_for() -> None:
    """A boolean that is neither yes nor no is refused."""
    with pytest.raises(InvalidInput) as refusal:
        read_fact(spec(FactType.BOOLEAN), "peut-être", PARIS)
    assert refusal.value.message == "fait = « peut-être » : écrivez « oui » ou « non »."


def test_an_unknown_fact_is_refused_with_the_nearest() -> None:
    """A misspelt fact is refused with the nearest name of the procedure."""
    with pytest.raises(NotFound) as refusal:
        read_facts(cipi(), {"demarage_formation": "08/09/2026"}, PARIS)
    assert refusal.value.message == (
        "Fait de la procédure « cipi » : « demarage_formation » n’existe pas "
        "(le plus proche : « demarrage_formation »)."
    )


def test_facts_are_read_by_their_types() -> None:
    """Several facts are read at once, each by the type that the procedure gives it."""
    raw = {"demarrage_formation": "08/09/2026 09:00", "debut_contrat": "07/09/2026 08:00"}
    assert read_facts(cipi(), raw, PARIS) == {
        "demarrage_formation": paris(9, 8, 9),
        "debut_contrat": date(2026, 9, 7),
    }


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (FactType.DATE, date(2026, 9, 8)),
        (FactType.INSTANT, paris(9, 8, 9)),
        (FactType.INSTANT, paris(10, 25, 1, 59)),
        (FactType.INSTANT, date(2026, 9, 8)),
        (FactType.INTEGER, 70),
        (FactType.BOOLEAN, True),
        (FactType.BOOLEAN, False),
        (FactType.TEXT, "oui"),
    ],
)
def test_a_fact_survives_storage(type_: FactType, value: FactValue) -> None:
    """A fact written as text and read back is the same value, of the same type."""
    back = fact_value(fact_text(value), type_)
    assert (back, type(back)) == (value, type(value))


@pytest.mark.parametrize("fold", [0, 1])
def test_an_hour_lived_twice_survives_storage(fold: int) -> None:
    """Each of the two 02:30 of the autumn night comes back as the same point in time."""
    instant = datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=fold)
    back = fact_value(fact_text(instant), FactType.INSTANT)
    assert isinstance(back, datetime)
    assert back.timestamp() == instant.timestamp()


TODAY = Today(date(2026, 9, 16), calendar())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("demain", date(2026, 9, 17)),
        ("+61j", date(2026, 11, 16)),
        ("+10jo", date(2026, 9, 30)),
        ("lundi 9h", paris(9, 21, 9)),
        ("8 septembre", date(2026, 9, 8)),
        ("8/9/26", date(2026, 9, 8)),
        ("8/9 à 9 h 30", paris(9, 8, 9, 30)),
        ("demain 24:00", paris(9, 18, 0)),
    ],
)
def test_a_date_counted_from_today_is_read(text: str, expected: date) -> None:
    """What is short for a date is read wherever there is a present, and nowhere else."""
    assert read_fact(spec(FactType.INSTANT), text, PARIS, TODAY) == expected
    with pytest.raises(InvalidInput, match="écrivez une date comme"):
        read_fact(spec(FactType.INSTANT), text, PARIS)


def test_the_end_of_a_day_is_that_day() -> None:
    """A fact that is a day takes « 24:00 » for the day that it ends."""
    assert read_fact(spec(FactType.DATE), "26/11/2026 à 24:00", PARIS) == date(2026, 11, 26)


def unit(type_: FactType, name: str) -> FactSpec:
    """Return a fact that is counted in a unit."""
    return FactSpec("fait", "Fait", type_, future=True, unit=name)


@pytest.mark.parametrize(
    ("typed", "name", "expected"),
    [
        ("42 salariés", "salarié", 42),
        ("1 salarié", "salarié", 1),
        ("42 SALARIES", "salarié", 42),
        ("1 000", "", 1000),
        ("1\u202f000 salariés", "salarié", 1000),
        ("6 mois", "mois", 6),
        ("120 jours", "jour", 120),
        ("3 étoiles", "étoile", 3),
    ],
)
def test_a_whole_number_may_have_its_unit(typed: str, name: str, expected: int) -> None:
    """A whole number is read with the spaces and the unit that it is shown with."""
    assert read_fact(unit(FactType.INTEGER, name), typed, PARIS) == expected


@pytest.mark.parametrize(
    ("typed", "name", "expected"),
    [
        ("35h30", "h", "35.5"),
        ("35 h 30", "h", "35.5"),
        ("35:30", "h", "35.5"),
        ("35 heures", "h", "35"),
        ("73,5 h", "h", "73.5"),
        ("45 min", "h", "0.75"),
        ("7h12", "h", "7.2"),
        ("1 234,56 €", "€", "1234.56"),
        ("1.234,56", "€", "1234.56"),
        ("1234.5 euros", "€", "1234.5"),
        ("15,20 €/h", "€/h", "15.2"),
        ("30 %", "%", "30"),
        ("30%", "%", "30"),
        ("3 semaines", "semaine", "3"),
    ],
)
def test_a_number_may_have_its_unit(typed: str, name: str, expected: str) -> None:
    """Amounts, hours and shares are read with the spaces and the unit that they are shown with."""
    assert read_fact(unit(FactType.NUMBER, name), typed, PARIS) == Decimal(expected)


@pytest.mark.parametrize(
    ("typed", "name", "advice"),
    [
        (
            "7h20",
            "h",
            "20 minutes ne font pas un nombre exact de centièmes d’heure ; écrivez 7,33 ou 7,34",
        ),
        ("7h75", "h", "une heure a 60 minutes ; vérifiez-les"),
        ("6 semaines", "mois", "comptez en mois"),
        ("35 jours", "h", "comptez en h"),
        ("1.234", "€", "écrivez un nombre avec deux décimales au plus, par exemple 1 234,50"),
        ("−5", "€", "écrivez un nombre sans signe : aucun n’est négatif"),
        ("123456789", "€", "ce nombre est trop grand : 8 chiffres avant la virgule au plus"),
        ("12 34", "€", "écrivez un nombre avec deux décimales au plus"),
        ("1 2 3", "", "écrivez un nombre avec deux décimales au plus"),
        ("٣", "", "écrivez un nombre avec deux décimales au plus"),
    ],
)
def test_a_number_that_means_two_things_is_refused(typed: str, name: str, advice: str) -> None:
    """What has no exact value, another unit or two readings is refused with how to write it."""
    with pytest.raises(InvalidInput) as refusal:
        read_fact(unit(FactType.NUMBER, name), typed, PARIS)
    assert refusal.value.message.startswith(f"fait = « {typed} » : {advice}")


def test_a_choice_may_be_typed_as_it_is_shown() -> None:
    """The label of a choice is read as its value, whatever its accents and capitals."""
    choice = FactSpec("fait", "Fait", FactType.CHOICE, True, choices={"nuit": "De nuit été"})
    assert read_fact(choice, "de nuit ete", PARIS) == read_fact(choice, "nuit", PARIS) == "nuit"


DAYS = st.dates(date(1950, 1, 1), date(2099, 12, 30))
MINUTES = st.times().map(lambda one: one.replace(second=0, microsecond=0))
CENTS = st.integers(0, 10**10 - 1).map(lambda one: Decimal(one).scaleb(-2))
UNITS = ("", "h", "€", "€/h", "%", "mois", "jour", "semaine", "salarié", "étoile")


@given(DAYS)
def test_every_day_shown_is_read_as_it_is(day: date) -> None:
    """Every way in which the program shows a day is read as that day, with or without a present."""
    shown = (
        french.short_day(day),
        french.weekday_day(day),
        french.long_day(day),
        french.moment(day),
        french.long_moment(day),
        french.end(day),
        french.long_end(day),
        french.period(day, day),
        f"{day.day} {french.month(day.month)} {day.year}",
        f"{day.day} {french.short_month(day.month)} {day.year}",
        day.isoformat(),
    )
    for words in shown:
        for type_ in (FactType.DATE, FactType.INSTANT):
            assert read_fact(spec(type_), words, PARIS) == day
            assert read_fact(spec(type_), words, PARIS, TODAY) == day


@given(DAYS, MINUTES)
def test_every_hour_shown_is_read_as_it_is(day: date, hour: time) -> None:
    """Every way in which the program shows an instant is read as that instant, midnight included."""
    instant = max(datetime.combine(day, hour, CAYENNE), datetime(1950, 1, 1, 0, 1, tzinfo=CAYENNE))
    for show in (french.moment, french.long_moment, french.end, french.long_end):
        assert read_fact(spec(FactType.INSTANT), show(instant), CAYENNE) == instant
    assert fact_words(instant, CAYENNE) == french.moment(instant)


@pytest.mark.parametrize(
    ("type_", "value", "typed"),
    [
        (FactType.INSTANT, paris(9, 8, 9), "08/09/2026 09:00"),
        (FactType.INSTANT, date(2026, 9, 8), "08/09/2026"),
        (FactType.NUMBER, Decimal("1234.56"), "1 234,56"),
        (FactType.BOOLEAN, True, "oui"),
        (FactType.TEXT, "Fenwick à Lyon, 12\u00a0rue", "Fenwick à Lyon, 12\u00a0rue"),
    ],
)
def test_a_value_is_given_back_as_somebody_would_type_it(
    type_: FactType, value: FactValue, typed: str
) -> None:
    """A form shows each value as it would be typed, and text as it was, whatever its words."""
    assert as_typed(value, PARIS, spec(type_)) == typed
    assert read_fact(spec(type_), typed, PARIS) == value


@given(DAYS, DAYS)
def test_every_period_shown_is_read_as_it_is(first: date, last: date) -> None:
    """A period is read as it is shown, and with the signs that people put between two days."""
    first, last = min(first, last), max(first, last)
    ends = [(show(first), show(last)) for show in (french.short_day, french.long_day)]
    shown = [french.period(first, last)]
    shown += [
        f"{one}{sign}{two}" for one, two in ends for sign in (" - ", "..", " → ", " au ", " – ")
    ]
    for words in shown:
        assert read_period(words, PARIS) == (first, last)


@given(CENTS, st.sampled_from(UNITS))
def test_every_number_shown_is_read_as_it_is(value: Decimal, name: str) -> None:
    """A number is read as it is shown, with its unit and its spaces."""
    shown = french.measured(value, name)
    assert read_fact(unit(FactType.NUMBER, name), shown, PARIS) == value
    if value == int(value) and "€" not in name:
        assert read_fact(unit(FactType.INTEGER, name), shown, PARIS) == int(value)


@given(st.integers(0, 9_999), st.integers(0, 19))
def test_hours_and_minutes_are_read_exactly(hours: int, thirds: int) -> None:
    """Hours and minutes that make whole hundredths are read as these."""
    minutes = thirds * 3
    expected = Decimal(hours) + Decimal(minutes * 100 // 60).scaleb(-2)
    for words in (f"{hours}h{minutes:02}", f"{hours} h {minutes:02}", f"{hours}:{minutes:02}"):
        assert read_fact(unit(FactType.NUMBER, "h"), words, PARIS) == expected
