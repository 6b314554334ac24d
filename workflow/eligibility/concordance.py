"""What the papers of a file say, fact by fact, and which of them is the first to say otherwise.

Used by `workflow.eligibility.evaluate` and by the faces, which show it as a table. The file itself speaks
last: papers are compared with one another first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import Struct

from workflow.case.case import FactValue, Paper
from workflow.counting.ways_of_counting import Context
from workflow.rules.concordance import Concordance
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.rules.procedure import Procedure
from workflow.text.folding import fold
from workflow.wording.codec import kept_value
from workflow.wording.fact_text import fact_words

FILE = "dossier"
"""Stands for the file among the papers that say a fact."""


class Said(Struct, frozen=True):
    """A fact, and who says what of it.

    Args:
        spec: the fact.
        said: what each says, by id of paper, then `FILE`; who says nothing is not there.
        differs: who is the first to say otherwise; None when all agree.
    """

    spec: FactSpec
    said: Mapping[str, FactValue]
    differs: str | None

    @property
    def compared(self) -> bool:
        """True when two at least say something."""
        return len(self.said) > 1


class Comparison(Struct, frozen=True):
    """The facts that papers may say, in the order of the rules.

    Args:
        rules: which papers say what.
        facts: who says what of each.
        context: the clock on which an instant falls on a day.
    """

    rules: Concordance
    facts: tuple[Said, ...]
    context: Context

    @property
    def called(self) -> Mapping[str, str]:
        """How each paper is called, and the file, with its article."""
        return {**self.rules.papers, FILE: self.rules.file}

    def words(self, one: Said, who: str) -> str:
        """Return what somebody says of a fact, as people read it; a day is shown as it is compared."""
        value = one.said[who]
        if isinstance(value, date):
            value = self.context.day(value)
        return fact_words(value, self.context.zone, one.spec)

    def sentence(self, one: Said) -> str:
        """Return whether those who say a fact agree, in the words of the rules."""
        said = {who: self.words(one, who) for who in one.said}
        if one.spec.type is FactType.TEXT:
            said = {who: f"« {words} »" for who, words in said.items()}
        first = next(iter(said))
        if one.differs is None:
            return self.rules.agree.format(valeur=said[first])
        name = self.called[first]
        return self.rules.differ.format(
            un=name[:1].upper() + name[1:],
            valeur=said[first],
            autre=self.called[one.differs],
            ecart=said[one.differs],
        )


def comparison(
    procedure: Procedure,
    papers: Mapping[str, Paper],
    known: Mapping[str, FactValue],
    context: Context,
) -> Comparison | None:
    """Return what papers say, or None for a procedure that compares none.

    Args:
        procedure: says which papers say what.
        papers: the papers of the file, as noted.
        known: what the file says.
        context: the clock on which an instant falls on a day.
    """
    rules = procedure.concordance
    if rules is None:
        return None
    specs = (procedure.facts[name] for name in rules.facts)
    facts = (_compared(spec, dict(_said(rules, spec, papers, known)), context) for spec in specs)
    return Comparison(rules, tuple(facts), context)


def _said(
    rules: Concordance,
    spec: FactSpec,
    papers: Mapping[str, Paper],
    known: Mapping[str, FactValue],
) -> Iterator[tuple[str, FactValue]]:
    for paper in rules.papers:
        if (
            paper in rules.facts[spec.id].papers
            and paper in papers
            and spec.id in papers[paper].says
        ):
            yield paper, kept_value(papers[paper].says[spec.id], spec.type)
    if spec.id in known:
        yield FILE, known[spec.id]


def _compared(spec: FactSpec, said: Mapping[str, FactValue], context: Context) -> Said:
    meant = {who: _meant(spec, value, context) for who, value in said.items()}
    first = next(iter(meant.values()), None)
    return Said(spec, said, next((who for who, value in meant.items() if value != first), None))


def _meant(spec: FactSpec, value: FactValue, context: Context) -> object:
    """Return a value as it is compared: a day without its hour, words without case, accents or spaces."""
    if isinstance(value, date):
        return context.day(value)
    if spec.type is FactType.TEXT:
        return "".join(fold(str(value)).split())
    return value
