"""What the tests of the core share: a calendar worked out naively, cases at every state, a house.

The naive computations go from one day to the next and borrow nothing from `workflow`: they are the
second opinion. Cases are made by the machine itself, along the path that `PATHS` gives to each state.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from tests.support.memory import MemoryCaseStore
from workflow.acts import transitions
from workflow.calendar.calendars import Closure
from workflow.case.act import Act
from workflow.case.case import (
    Case,
    Closing,
    Deadline,
    FactValue,
    Outcome,
    Paper,
    PaperStatus,
)
from workflow.case.people import Agency, Directory, Person
from workflow.counting.context import context_for
from workflow.counting.ways_of_counting import Context
from workflow.papers.folder import PaperFolder
from workflow.rulefiles.rulebook import Rulebook, load_rulebook
from workflow.rules.procedure import Procedure
from workflow.usecases.cases import CaseService
from workflow.usecases.noting import Recording
from workflow.usecases.reads import Inquiries

PARIS = ZoneInfo("Europe/Paris")
NBSP = "\u00a0"
DAY = timedelta(days=1)

SETTINGS: Mapping[str, int] = {
    "heures_par_jour": 7,
    "presences_jours_ouvres": 5,
    "surcout_jours_ouvres": 10,
    "relance_paiement_jours_ouvres": 20,
    "remise_documents_jours_ouvres": 3,
    "renouvellement_preuve_jours_ouvres": 20,
}

TERRITORIES: Mapping[str, str] = {
    "FR": "Europe/Paris",
    "FR-57": "Europe/Paris",
    "FR-6AE": "Europe/Paris",
    "FR-971": "America/Guadeloupe",
    "FR-972": "America/Martinique",
    "FR-973": "America/Cayenne",
    "FR-974": "Indian/Reunion",
    "FR-975": "America/Miquelon",
    "FR-976": "Indian/Mayotte",
    "FR-977": "America/St_Barthelemy",
    "FR-978": "America/Marigot",
}

NO_FR57 = (
    "Territoire : « FR57 » n’existe pas ; prenez FR (France métropolitaine), FR-57 (Moselle), FR-6AE "
    "(Alsace), FR-971 (Guadeloupe), FR-972 (Martinique), FR-973 (Guyane), FR-974 (La Réunion), FR-975 "
    "(Saint-Pierre-et-Miquelon), FR-976 (Mayotte), FR-977 (Saint-Barthélemy) et FR-978 (Saint-Martin)."
)
"""What is said of a territory that does not exist."""

# --- Naive calendar ------------------------------------------------------------------------------

_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_EXTRA: Mapping[str, tuple[tuple[int, int], ...]] = {
    "FR-57": ((12, 26),),
    "FR-6AE": ((12, 26),),
    "FR-971": ((5, 27),),
    "FR-972": ((5, 22),),
    "FR-973": ((6, 10),),
    "FR-974": ((12, 20),),
    "FR-976": ((4, 27),),
    "FR-977": ((10, 9),),
    "FR-978": ((5, 28),),
}
_SCHOELCHER: frozenset[str] = frozenset({"FR-971", "FR-972", "FR-978"})
"""Where 21 July is kept by custom."""
_FROM_EASTER: Mapping[str, tuple[int, ...]] = {
    # Good Friday.
    "FR-57": (-2,),
    "FR-6AE": (-2,),
}
_BY_CUSTOM: Mapping[str, tuple[int, ...]] = {
    # Mid-Lent and Good Friday.
    "FR-971": (-24, -2)
}


def easter(year: int) -> date:
    """Return Easter Sunday (Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    leap = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * leap) // 451
    month, day = divmod(h + leap - 7 * m + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=2_000)
def public_holidays(year: int, code: str = "FR") -> frozenset[date]:
    """Return the legal holidays of a year, as the law stands since 2018."""
    fixed = (*_FIXED, *_EXTRA.get(code, ()))
    moving = (1, 39, 50, *_FROM_EASTER.get(code, ()))
    return frozenset(
        {date(year, month, day) for month, day in fixed}
        | {easter(year) + offset * DAY for offset in moving}
    )


@lru_cache(maxsize=2_000)
def customary_holidays(year: int, code: str = "FR") -> frozenset[date]:
    """Return the days of a year that custom alone makes holidays."""
    fixed = {date(year, 7, 21)} if code in _SCHOELCHER else set()
    return frozenset(fixed | {easter(year) + offset * DAY for offset in _BY_CUSTOM.get(code, ())})


class NaiveCalendar(Struct, frozen=True):
    """Working days found one by one; `careful` takes customary holidays away too."""

    code: str = "FR"
    closed: tuple[tuple[date, date], ...] = ()
    careful: bool = False

    def is_working(self, day: date) -> bool:
        """Tell whether a day is worked."""
        return (
            day.weekday() < 5
            and day not in public_holidays(day.year, self.code)
            and not (self.careful and day in customary_holidays(day.year, self.code))
            and not any(first <= day <= last for first, last in self.closed)
        )

    def walk(self, day: date, n: int, step: timedelta = DAY) -> date:
        """Return the n-th working day met when leaving a day, itself not counted."""
        while n:
            day += step
            n -= self.is_working(day)
        return day

    def last_up_to(self, day: date) -> date:
        """Return the last working day up to a day, included."""
        while not self.is_working(day):
            day -= DAY
        return day

    def careful_last(self, day: date) -> date:
        """Return the last day up to a day that neither the law nor custom takes away."""
        return NaiveCalendar(self.code, self.closed, careful=True).last_up_to(day)

    def first_from(self, day: date) -> date:
        """Return the first working day from a day on, included."""
        while not self.is_working(day):
            day += DAY
        return day


METROPOLE = NaiveCalendar("FR")


def months_later(day: date, months: int) -> date:
    """Return the same day of the month, months later, found by going back from an impossible day."""
    total = day.year * 12 + day.month - 1 + months
    for quantieme in range(day.day, 0, -1):
        try:
            return date(total // 12, total % 12 + 1, quantieme)
        except ValueError:
            continue
    raise AssertionError("a month has a first day")


def naive_opening(start: date, months: int = 2) -> date:
    """Return the first day from which the start is not more than some months away, tried one by one."""
    day = start - timedelta(days=31 * (months + 1))
    while months_later(day, months) < start:
        day += DAY
    return day


def naive_strict_hours(start: datetime, hours: int = 48) -> datetime:
    """Return the earlier of the elapsed and the wall-clock reading, both in UTC seconds."""
    assert start.tzinfo is not None
    wall = datetime.combine(start.date() - timedelta(hours=hours), start.time(), start.tzinfo)
    instant = min(start.timestamp() - 3600 * hours, wall.timestamp())
    return datetime.fromtimestamp(instant, start.tzinfo)


def naive_prudent_before(start: date, calendar: NaiveCalendar) -> date:
    """Return the day that leaves three working days before a start."""
    return calendar.walk(start, 3, -DAY)


def naive_reply(deposit: datetime, funder: NaiveCalendar = METROPOLE, hours: int = 48) -> datetime:
    """Return when the hours have run on a clock that stops on days not worked, one midnight at a time."""
    left, now = timedelta(hours=hours), deposit.replace(tzinfo=None)
    while left:
        midnight = datetime.combine(now.date() + DAY, time.min)
        run = min(left, midnight - now) if funder.is_working(now.date()) else timedelta()
        now = now + run if run else midnight
        left -= run
    return now.replace(tzinfo=deposit.tzinfo)


def naive_chase(
    deposit: date, staff: NaiveCalendar, funder: NaiveCalendar = METROPOLE, hours: int = 48
) -> date:
    """Return the day to chase a reply, a day of the funder begun counting whole."""
    day = deposit
    while hours > 0:
        day = funder.walk(day, 1)
        hours -= 24
    return staff.first_from(day + DAY)


def naive_last_start(end: date, hours: int, per_day: int, calendar: NaiveCalendar) -> date:
    """Return the last day on which hours of work can begin and end by a day, working them backwards."""
    day = calendar.last_up_to(end)
    while hours > per_day:
        hours -= per_day
        day = calendar.last_up_to(day - DAY)
    return day


# --- Procedure, context, acts --------------------------------------------------------------------


def rulebook() -> Rulebook:
    """Return the rules shipped with the program."""
    return load_rulebook()


def cipi() -> Procedure:
    """Return the CIPI procedure."""
    return rulebook().procedure("cipi")


def context(territory: str = "FR", closures: tuple[Closure, ...] = ()) -> Context:
    """Return the calendars, clock and delays of the tests."""
    return context_for(cipi(), territory, closures, SETTINGS)


def paris(month: int, day: int, hour: int = 12, minute: int = 0, year: int = 2026) -> datetime:
    """Return an instant of the Paris clock, in 2026 unless said otherwise."""
    return datetime(year, month, day, hour, minute, tzinfo=PARIS)


def act(at: datetime, *, comment: str = "", forced: bool = False, by: str = "m.durand") -> Act:
    """Return who acts and when."""
    return Act(by, at.astimezone(UTC), comment, forced)


START = paris(9, 8, 9)
"""Tuesday 8 September 2026, 09:00: the window opens on 8 July and closes on Sunday 6 September."""

OPENED_AT = paris(7, 1)


def new_case(**facts: FactValue) -> Case:
    """Return a case not yet opened."""
    return Case(
        ref="CIPI-2026-0001",
        procedure="cipi",
        edition="",
        territory="FR",
        agency="lyon",
        state="",
        opened_at=OPENED_AT.astimezone(UTC),
        facts=facts or {"demarrage_formation": START},
    )


def opened(at: datetime = OPENED_AT, **facts: FactValue) -> Case:
    """Return a case just opened."""
    return transitions.open_case(cipi(), new_case(**facts), context(), act(at)).after


class Step(Struct, frozen=True):
    """An action of an ordinary case: when, what it records and what comes with it."""

    action: str
    at: datetime
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    documents: tuple[str, ...] = ()


CONTRACT_DOCUMENTS = (
    "infos_salarie",
    "contrat_type_signe",
    "convention_formation",
    "programme_formation",
)
DEPOSER_DRF = Step("deposer_drf", paris(7, 10, 10))
REFUSER_DRF = Step("refuser_drf", paris(7, 15))
ACCORDER_DRF = Step("accorder_drf", paris(7, 15))
DEPOSER_CONTRAT = Step(
    "deposer_contrat", paris(7, 20), {"debut_contrat": date(2026, 9, 7)}, CONTRACT_DOCUMENTS
)
ACCORDER_FINANCEMENT = Step("accorder_financement", paris(8, 3))
REFUSER_FINANCEMENT = Step("refuser_financement", paris(8, 3))
INTERROMPRE = Step("interrompre", paris(9, 21))
SAISIR_PRESENCES = Step(
    "saisir_presences",
    paris(11, 20),
    {
        "fin_formation": date(2026, 10, 30),
        "fin_parcours": date(2026, 11, 13),
        "heures_formation_realisees": Decimal(105),
        "heures_mission_realisees": Decimal(70),
    },
    ("certificat_realisation", "contrat_mission_signe"),
)
DEMANDER_SURCOUT = Step("demander_surcout", paris(12, 1), {}, ("facture_organisme",))
REMBOURSER = Step("rembourser", paris(12, 8))
CLOTURER = Step("cloturer", paris(12, 15), {"documents_remis_le": date(2026, 12, 10)})
ABANDONNER = Step("abandonner", paris(7, 6))

_TO_CONTRACT = (DEPOSER_DRF, ACCORDER_DRF, DEPOSER_CONTRAT)
_TO_PRESENCES = (*_TO_CONTRACT, ACCORDER_FINANCEMENT, SAISIR_PRESENCES)
PATHS: Mapping[str, tuple[Step, ...]] = {
    "preparation": (),
    "drf_deposee": (DEPOSER_DRF,),
    "drf_refusee": (DEPOSER_DRF, REFUSER_DRF),
    "drf_accordee": (DEPOSER_DRF, ACCORDER_DRF),
    "contrat_depose": _TO_CONTRACT,
    "financement_refuse": (*_TO_CONTRACT, REFUSER_FINANCEMENT),
    "financement_accorde": (*_TO_CONTRACT, ACCORDER_FINANCEMENT),
    "interrompu": (*_TO_CONTRACT, ACCORDER_FINANCEMENT, INTERROMPRE),
    "presences_saisies": _TO_PRESENCES,
    "surcout_demande": (*_TO_PRESENCES, DEMANDER_SURCOUT),
    "rembourse": (*_TO_PRESENCES, DEMANDER_SURCOUT, REMBOURSER),
    "clos": (*_TO_PRESENCES, CLOTURER),
    "abandonne": (ABANDONNER,),
}
"""A way to each state of the CIPI, as an ordinary case goes."""


def do(case: Case, step: Step, **changes: FactValue) -> Outcome:
    """Do a step of an ordinary case, with some of its facts changed."""
    return transitions.apply(
        cipi(),
        case,
        step.action,
        {**step.facts, **changes},
        context(),
        act(step.at),
        dict.fromkeys(step.documents, Paper(PaperStatus.RECEIVED, step.at.date(), "m.durand")),
    )


def follow(case: Case, *steps: Step) -> Case:
    """Return a case after some steps."""
    for step in steps:
        case = do(case, step).after
    return case


@lru_cache(maxsize=32)
def case_in(state: str) -> Case:
    """Return an ordinary case that has reached a state."""
    case = follow(opened(), *PATHS[state])
    assert case.state == state
    return case


def now_in(state: str) -> datetime:
    """Return a moment, the day after the last step of an ordinary case, at noon."""
    return (PATHS[state][-1].at if PATHS[state] else OPENED_AT) + DAY


# --- People and a store --------------------------------------------------------------------------

DIRECTORY = Directory(
    agencies={
        "lyon": Agency("lyon", "Agence de Lyon", "lyon@ett.example", "FR", PARIS),
        "metz": Agency("metz", "Agence de Metz", "metz@ett.example", "FR-57", PARIS),
        "pointe-a-pitre": Agency(
            "pointe-a-pitre",
            "Agence de Pointe-à-Pitre",
            "pap@ett.example",
            "FR-971",
            ZoneInfo("America/Guadeloupe"),
        ),
    },
    people={
        "m.durand": Person("m.durand", "Marie Durand", "m.durand@ett.example", "lyon"),
        "p.martin": Person("p.martin", "Paul Martin", "p.martin@ett.example", "metz"),
    },
)


class MovableClock(Struct):
    """A clock that tests move, and that counts how often it is read."""

    now: datetime
    reads: int = 0

    def __call__(self) -> datetime:
        """Return the present instant."""
        self.reads += 1
        return self.now.astimezone(UTC)


class Workbench(Struct, dict=True):
    """The use cases of the program, over a database in memory and a clock that tests move."""

    clock: MovableClock = field(default_factory=lambda: MovableClock(OPENED_AT))
    rules: Rulebook = field(default_factory=rulebook)
    settings: Mapping[str, int] = field(default_factory=lambda: SETTINGS)
    closed: dict[str, tuple[Closure, ...]] = field(default_factory=dict)
    company: Mapping[str, FactValue] = field(default_factory=dict)
    papers: PaperFolder = PaperFolder(Path("pieces"), 1)

    @cached_property
    def store(self) -> MemoryCaseStore:
        """Where its cases are."""
        return MemoryCaseStore(self.rules)

    @property
    def cases(self) -> CaseService:
        """Return what drives cases."""
        return CaseService(
            rulebook=self.rules,
            store=self.store,
            directory=DIRECTORY,
            closures=lambda agency: self.closed.get(agency, ()),
            settings=self.settings,
            clock=self.clock,
            papers=self.papers,
            company=self.company,
        )

    @property
    def recording(self) -> Recording:
        """Return what notes things between two steps."""
        return Recording(self.cases)

    @property
    def inquiries(self) -> Inquiries:
        """Return what looks things up."""
        return Inquiries(self.cases)

    def saved(self, outcome: Outcome) -> Outcome:
        """Save an outcome and return it."""
        return self.cases.save(outcome)


def ended(closing: Closing) -> str:
    """Return how a deadline ended, in a word."""
    if closing.missing:
        return "non vérifiée"
    return ("manquée" if closing.late else "tenue") if closing.met else "levée"


def plain(text: str) -> str:
    """Return a text with plain spaces."""
    return text.replace(NBSP, " ")


def told(deadline: Deadline) -> dict[str, str]:
    """Return the lines that explain a date by their heads (« Décompte », « Résultat »…)."""
    return {line.partition(" : ")[0]: line for line in map(plain, deadline.explanation.steps)}


def noon(day: date) -> datetime:
    """Return noon of a day on the Paris clock."""
    return datetime.combine(day, time(12), PARIS)


# --- A small rule file, valid, for tests to spoil ------------------------------------------------

RULES = Path(__file__).parent / "rules"
SMALL_RULES = (RULES / "mini.toml").read_text(encoding="utf-8")


def spoilt(*edits: tuple[str, str]) -> str:
    """Return the small rule file with some passages replaced, each of which must be there."""
    text = SMALL_RULES
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text
