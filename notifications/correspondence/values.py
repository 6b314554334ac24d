"""What a letter may say: a closed list of names, and the value of each for a file. Nothing else is reachable.

Used by `notifications.correspondence.writing` to fill a model in, and to check one. A file comes here without
its restricted part; of its facts, only those that its rules list for letters are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Final

from msgspec import Struct

from notifications.correspondence.filled import BLANK
from workflow.acts.guards import not_in_hand
from workflow.case.case import Case, FactValue
from workflow.case.known_facts import known_of
from workflow.case.parties import Interlocutor
from workflow.case.people import Recipient
from workflow.counting.ways_of_counting import Context
from workflow.deadlines.progress import step_dates
from workflow.eligibility.financing import quote
from workflow.rules.letters import LetterSpec
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.wording.fact_text import fact_words


class Blank(str):
    """A value that the file does not know: said in a letter as what is missing, and false in a condition."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False


class Listed(tuple[str, ...]):
    """Several values, that a model goes through one by one; read at once, « a, b et c »."""

    __slots__ = ()

    def __str__(self) -> str:
        return french.listing(self)


Value = str | Listed


class LetterFile(Struct, frozen=True):
    """A file, as one of its letters sees it.

    Args:
        case: without its restricted part.
        procedure: its rules.
        letter: which letter.
        context: its calendars, clock and company.
        follower: the person who follows it, or its agency.
        agency: name of its agency.
        today: the day of the letter.
        written: the days on which the letter was written before.
        outside: whom one writes to at the party that it goes to, where one is known.
    """

    case: Case
    procedure: Procedure
    letter: LetterSpec
    context: Context
    follower: Recipient
    agency: str
    today: date
    written: tuple[date, ...]
    outside: Interlocutor | None = None

    def fact(self, name: str) -> FactValue | None:
        """Return a fact of the file, or what its lines or the company say."""
        return known_of(self.procedure, self.case, self.context.company).get(name)

    def said(self, fact: str) -> str | None:
        """Return a fact in words, None when it is not known."""
        value = self.fact(fact)
        if isinstance(value, datetime):
            return french.long_moment(value.astimezone(self.context.zone))
        if isinstance(value, date):
            return french.long_day(value)
        spec = self.procedure.facts.get(fact)
        return None if value is None else fact_words(value, self.context.zone, spec)


class LetterName(Struct, frozen=True):
    """A name that models use.

    Args:
        words: what it stands for, in French, as in « [à compléter : …] ».
        read: gives its value for a file; None when the file does not know it.
        several: True for several values.
    """

    words: str
    read: Callable[[LetterFile], str | None] = lambda _: None
    several: bool = False


def _signature(file: LetterFile) -> str:
    """Return who follows the file, where, and the address at which to answer, a line each."""
    lines = (file.follower.name, file.agency, file.follower.email)
    return "\n".join(dict.fromkeys(lines))


def _person(file: LetterFile) -> str | None:
    """Return the name in « Alice Martin, cariste », what follows being for the agency; else the title."""
    title = file.case.title
    name, _, _ = title.partition(",")
    return (name if " " in name.strip() else title) or None


def _contact(file: LetterFile) -> str | None:
    rules = file.procedure.letters
    to = rules.correspondents[file.letter.to] if rules else None
    said = file.said(to.name) if to and to.name else None
    return said or (file.outside.name if file.outside else None)


def _last_step(file: LetterFile) -> str | None:
    dates = step_dates(file.procedure, file.case)
    on = dates[file.case.history[-1].seq] if file.case.history else None
    return None if on is None else french.long_day(file.context.day(on))


def _extra_cost(file: LetterFile) -> str | None:
    found = quote(file.procedure, file.case, file.context, file.today)
    extra = found.amount("surcout") if found else None
    return None if extra is None or extra.value is None else french.measured(extra.value, "€")


def _before(file: LetterFile) -> str:
    return french.listing(f"le {french.short_day(day)}" for day in file.written if day < file.today)


NAMES: Final[Mapping[str, LetterName]] = {
    "reference": LetterName("référence du dossier", lambda file: file.case.ref),
    "personne": LetterName("nom de la personne", _person),
    "de_personne": LetterName("« de » et le nom de la personne : « d’Alice »"),
    "procedure": LetterName("nom du dispositif", lambda file: file.procedure.label),
    "sigle": LetterName("sigle du dispositif", lambda file: file.procedure.name),
    "financeur": LetterName("nom du financeur", lambda file: file.procedure.funder_label),
    "agence": LetterName("nom de l’agence", lambda file: file.agency),
    "signature": LetterName("qui suit le dossier, son agence et son adresse", _signature),
    "jour": LetterName("jour de la lettre", lambda file: french.long_day(file.today)),
    "correspondant": LetterName("nom de la personne à qui l’on écrit", _contact),
    "depuis": LetterName("jour de la dernière étape du dossier", _last_step),
    "surcout": LetterName("montant du surcoût", _extra_cost),
    "pieces": LetterName("pièces que la lettre demande et qui manquent", several=True),
    "deja": LetterName("jours où cette lettre a déjà été écrite ; rien la première fois", _before),
}
"""What is known of every file, whatever its rules."""


def names_of(procedures: Iterable[Procedure]) -> Mapping[str, LetterName]:
    """Return every name that a model may use, those of the facts that rules list included."""
    found = dict(NAMES)
    for rules in (one.letters for one in procedures):
        for name, one in rules.facts.items() if rules else ():
            found.setdefault(name, LetterName(one.words))
    return found


def values(file: LetterFile, names: Mapping[str, LetterName]) -> Mapping[str, Value]:
    """Return the value of every name for a file; what it does not know is a blank that says so."""
    facts = file.procedure.letters.facts if file.procedure.letters else {}
    missing = not_in_hand(file.procedure, file.letter.papers, file.case.documents)
    found: dict[str, Value] = {}
    for name, one in names.items():
        fact = facts.get(name)
        said = file.said(fact.fact) if fact else one.read(file)
        found[name] = _blank(fact.words if fact else one.words) if said is None else said
    person = found["personne"]
    found["de_personne"] = french.of(str(person)) if person else Blank(f"de {person}")
    found["pieces"] = Listed(file.letter.papers[paper] for paper in missing)
    return found


def samples(names: Mapping[str, LetterName], *, known: bool) -> Mapping[str, Value]:
    """Return a value for every name, to try a model with: all of them known, or none."""
    return {
        name: Listed((one.words,) if known else ())
        if one.several
        else (one.words if known else _blank(one.words))
        for name, one in names.items()
    }


def _blank(words: str) -> Blank:
    return Blank(BLANK.format(words))
