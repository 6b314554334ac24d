"""What several papers of a file say of it and must say alike, as a rule file lists it.

Read from a rule file, compared by `workflow.eligibility.concordance`, judged by
`workflow.eligibility.evaluate`.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from workflow.rules.fact_specs import Checked


class SaidFact(Struct, frozen=True):
    """A fact that papers say.

    Args:
        id: the fact.
        called: its name at the head of a line, shorter than its label.
        papers: those that say it.
    """

    id: str
    called: str
    papers: tuple[str, ...]


class Concordance(Struct, frozen=True):
    """Which papers say which facts, and what is said when two of them differ.

    Args:
        id: start of the id of what is said; each fact has its own.
        label: what the comparison is called.
        theme: where its verdicts stand among the others.
        source: who asks for it.
        file: how the file itself is called among those that say a fact.
        agree: sentence, with `{valeur}`.
        differ: sentence, with `{un}`, `{valeur}`, `{autre}` and `{ecart}`.
        papers: how each paper is called, with its article, in the order in which they are compared.
        facts: what they say, by fact.
    """

    id: str
    label: str
    theme: str
    source: Checked
    file: str
    agree: str
    differ: str
    papers: Mapping[str, str]
    facts: Mapping[str, SaidFact]

    def facts_of(self, paper: str) -> tuple[str, ...]:
        """Return the facts that a paper says."""
        return tuple(one.id for one in self.facts.values() if paper in one.papers)
