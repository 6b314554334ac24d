"""What a form asks and what was typed in it, as values.

Used by every form of `tui.acts`, drawn by `tui.fields`. Judges nothing: the service does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from workflow.operations.operations import REMOVED
from workflow.operations.requests import Answer, Parameter, Shape
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.rules.procedure import Procedure
from workflow.wording.journal_text import name_words

FACT, SEEN, VERSION, FORCED = "fact-", "seen-", "version", "forced"
"""Start of the name, in a draft, of what was typed and of the value it was typed over; its other names."""
YES = "oui"
"""What a box that is ticked says."""
REMARKS = {"comment": "Commentaire", "reason": "Raison"}
"""What goes with every answer of a form, for whoever reads what was done; named so in a draft."""

TAKEN_BACK = "retiré"
"""What is said of an answer that was emptied."""
PAPER = "paper-"
"""Start of the name of a paper that may be received."""


class Look(StrEnum):
    """How a question is laid out."""

    ABOVE = "its label above it, and under it how it was read"
    BESIDE = "its label beside it"
    TICKED = "a box to tick"
    LINES = "its label above it, and room for a list"


class FormField(Struct, frozen=True, kw_only=True):
    """Something to ask.

    Args:
        spec: what it is, like a fact; without a label, what stands in its list says it.
        known: its value now, as it would be typed: left as it is, it is not sent, unless it is required.
        required: True when the act needs it.
        proposed: what stands in its field at first, where nothing is known.
        look: how it is laid out.
        hint: what stands in its field while it is empty; by default, a day as it may be typed.
        empty: what its list says while nothing is chosen; None when one of them always is.
        heading: what stands above it; empty for a line that is left, None for nothing.
        decides: True when other fields hang on its answer.
    """

    spec: FactSpec
    known: str = ""
    required: bool = False
    proposed: str = ""
    look: Look = Look.ABOVE
    hint: str = ""
    empty: str | None = "—"
    heading: str | None = None
    decides: bool = False
    tells: Parameter | None = None

    @property
    def key(self) -> str:
        """Its name, in a draft and on a screen."""
        return self.spec.id if self.spec.id in REMARKS else f"{FACT}{self.spec.id}"

    @property
    def first(self) -> str:
        """What stands in its field before anything is typed."""
        return self.known or self.proposed

    @property
    def ticked(self) -> bool:
        """True when it is a box."""
        boxed = self.spec.type is FactType.BOOLEAN and self.look is Look.BESIDE
        return boxed or self.look is Look.TICKED

    @property
    def chosen(self) -> bool:
        """True when its answer is one of a few, proposed or not."""
        return self.spec.type is FactType.CHOICE

    def within(self, draft: Mapping[str, str]) -> str | None:
        """Return what a draft holds of it, also one written before all names began alike."""
        return draft.get(self.key, draft.get(self.spec.id))

    def named(self, words: str) -> str:
        """Return an answer as it is read."""
        return self.spec.choices.get(words, words)


def asking(
    id_: str, label: str, type_: FactType = FactType.TEXT, *, unit: str = "", **told: Any
) -> FormField:
    """Return a question that is no fact of a procedure; `told` is what else a `FormField` says."""
    choices = told.pop("choices", {})
    return FormField(
        spec=FactSpec(id_, label, type_, future=True, unit=unit, choices=choices), **told
    )


def choosing(
    id_: str, label: str, choices: Mapping[str, str], chosen: str = "", **told: Any
) -> FormField:
    """Return a question answered by one of a few names, beside its label; arguments as `asking`."""
    told = {"look": Look.BESIDE, "proposed": chosen, **told}
    return asking(id_, label, FactType.CHOICE, choices=choices, **told)


COMMENT = asking("comment", "Commentaire pour le journal", hint="facultatif")
WHY_FORCED = asking(
    "comment",
    "Pourquoi passer outre (obligatoire, gardé au journal)",
    hint="la raison, en une phrase",
)


class TypedAnswers(Struct, frozen=True):
    """What somebody has typed in a form.

    Args:
        facts: answers by name of question, as typed; those that were left as they are do not stand here.
        comment: for the journal.
        forced: True to go against a window.
    """

    facts: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""
    forced: bool = False

    @property
    def given(self) -> dict[str, str]:
        """The answers, without those that were emptied."""
        return {name: value for name, value in self.facts.items() if value}

    @property
    def emptied(self) -> list[str]:
        """The names of what was emptied."""
        return [name for name, value in self.facts.items() if not value]

    def said(self, id_: str) -> str:
        """Return the answer to a question, empty when there is none."""
        return self.facts.get(id_, "")


def told_by(fields: Iterable[FormField], typed: TypedAnswers) -> dict[Parameter, Answer]:
    """Return what an operation is told by what was typed; an emptied fact is one to take back."""
    told: dict[Parameter, Answer] = {}
    several: dict[Parameter, list[str]] = {}
    named: dict[Parameter, dict[str, str]] = {}
    for one in fields:
        id_, tells = one.spec.id, one.tells
        words = typed.facts.get(id_)
        if tells is None or words is None:
            continue
        if tells.shape is Shape.NAMED:
            if words:
                named.setdefault(tells, {})[id_] = words
            else:
                several.setdefault(REMOVED, []).append(id_)
        elif tells.shape is Shape.MANY:
            several.setdefault(tells, []).extend([id_.removeprefix(PAPER)] if words else [])
        else:
            told[tells] = bool(words) if tells.shape is Shape.FLAG else words
    return {**told, **several, **named}


def read_again(
    draft: Mapping[str, str], fields: Iterable[FormField], procedure: Procedure | None = None
) -> Iterator[str]:
    """Yield what a draft holds, one line each; not what its form keeps for itself.

    Args:
        draft: what it holds.
        fields: what its form asks.
        procedure: names the facts and the papers that its form asks no more.
    """
    known = dict(procedure.facts) if procedure else {}
    specs = {**known, **{one.spec.id: one.spec for one in fields}}
    for name, words in draft.items():
        fact = name.removeprefix(FACT)
        spec = specs.get(fact)
        if name in REMARKS:
            yield f"{REMARKS[name]} : {words}"
        elif fact.startswith(PAPER) and procedure:
            yield f"Pièce reçue : {name_words(procedure, fact.removeprefix(PAPER))}"
        elif spec is not None:
            yield f"{spec.label} : {spec.choices.get(words, words) or 'vidé'}"
