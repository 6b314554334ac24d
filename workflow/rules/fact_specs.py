"""The words every rule is made of: where it is written, and what a person types as a fact.

Used by `workflow.rules.procedure`, `workflow.rules.checks` and `workflow.rules.funding`, which say what a
rule file holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from msgspec import Struct, field

from workflow.structures.written import IfAbsent, Requiring
from workflow.text import french


class Source(Struct, frozen=True):
    """Where a rule is written, word for word, and when somebody last looked."""

    document: str
    lines: str
    quote: str
    checked_on: date | None = None

    @property
    def place(self) -> str:
        """Return « cipi.txt, l. 98-99 », « Code du travail, art. R. 6323-10, I », or a document alone."""
        if self.lines[:1].isdigit():
            return f"{self.document}, l.{french.NBSP}{self.lines}"
        return ", ".join(part for part in (self.document, self.lines) if part not in {"", "page"})

    def __str__(self) -> str:
        return f"« {self.quote} » ({self.place})"


Checked = Annotated[Source, Requiring(frozenset({"checked_on"}))]
"""A source that dates and verdicts depend on: it says when it was last checked."""


Amount = Annotated[Decimal, IfAbsent('donnez un montant entre guillemets, comme "17.00"')]
"""Euros, written as text so that none passes through binary floating point."""


class Period(Struct, frozen=True):
    """What holds over some days, both ends included; a date named elsewhere says which."""

    valid_from: date | None = None
    """First day, None for no beginning."""
    valid_until: date | None = None
    """Last day, None for no end."""

    def covers(self, day: date) -> bool:
        """Tell whether a day belongs to it."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


class FactType(StrEnum):
    """How the value of a fact is read and stored."""

    DATE = "date"
    INSTANT = "instant"
    """A date with an hour; without one, 00:00 (domain convention K9)."""
    INTEGER = "entier"
    BOOLEAN = "booleen"
    TEXT = "texte"
    NUMBER = "nombre"
    """An amount, a number of hours: at most two decimals, never binary floating point."""
    CHOICE = "choix"
    """One of the values that the rule file lists."""
    REFERENCE = "reference"
    """A number that somebody else gave the file."""
    SIRET = "siret"
    NDA = "nda"
    """The number of a training organisation's declaration of activity."""
    PHONE = "telephone"
    MAIL = "courriel"

    @property
    def finds(self) -> bool:
        """True for a number by which a file is looked for."""
        return self in {FactType.REFERENCE, FactType.SIRET, FactType.NDA}


DATED = frozenset({FactType.DATE, FactType.INSTANT})
"""The types that dates are counted from."""
NUMERIC = frozenset({FactType.INTEGER, FactType.NUMBER})
"""The types that are measured, and that may have a unit."""


class DatedAmount(Struct, frozen=True):
    """What a text fixes for everybody over a period, both ends included."""

    amount: Amount
    source: Checked
    first: date = field(name="from")
    last: date | None = field(default=None, name="until")
    """None for one that holds until the next."""


class FactSpec(Struct, frozen=True):
    """A fact that a person types."""

    id: str
    label: str
    type: FactType
    future: bool = False
    """True for a planned date; False for something that happened, which cannot be in the future."""
    unit: str = ""
    """Unit of a number: `h`, `€`, `€/h`, `%`; empty for a bare number."""
    choices: Mapping[str, str] = field(default_factory=dict)
    """For a choice: the label of each value."""
    derived: str | None = None
    """`mission.realisees` and the like: read from the ledger of hours, never typed once it has such lines."""
    company: str | None = None
    """Name of the setting of the company that stands in when the case does not say otherwise."""
    party: str | None = None
    """What a party of the file tells of it when it is chosen: `organisme.siret` (`workflow.case.parties`)."""
    values: tuple[DatedAmount, ...] = ()
    """What stands in, by date, for a number that nobody typed; nothing does outside these periods."""
    counts: str | None = None
    """Action whose times in the journal stand in for a number that nobody typed …"""
    within: int | None = None
    """… over so many months that end with the latest of them."""
    help: str = ""
    """What the word means, for who has to note it."""
    dated_by: str | None = None
    """Fact whose date decides between them."""
    followed_by: str | None = None
    """Doubt whose answer stands in from the day after the last of them."""

    def amount_on(self, day: date) -> DatedAmount | None:
        """Return what stands in on a day, or None when no text that was read covers it."""
        begun = [one for one in self.values if one.first <= day]
        last = begun[-1] if begun else None
        return last if last and (last.last is None or day <= last.last) else None
