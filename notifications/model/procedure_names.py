"""What a mail calls things: the procedure, and the acts that meet a deadline.

Made once from the procedures by `cli.wiring.container`, read by the digest and the mails. Holds only names:
the wording of a rule travels with its deadline, and nothing here loads a rule file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct, field

from workflow.operations import operations
from workflow.operations.requests import Answer, Operation, Parameter, Request
from workflow.rules.deadline_rules import DeadlineSpec
from workflow.rules.fact_specs import FactSpec
from workflow.rules.procedure import Procedure

Typed = Callable[[Request], str]
"""Gives the line that asks for something: the words of a command are the command line's."""


class NextAct(Struct, frozen=True):
    """What meets a deadline: the words to show, and what is asked of a case."""

    label: str
    operation: Operation
    action: str | None = None
    told: Mapping[Parameter, Answer] = {}

    def on(self, ref: str) -> Request:
        """Return what is asked of a case."""
        return Request(self.operation, (ref, self.action) if self.action else (ref,), self.told)


class ProcedureLabels(Struct, frozen=True):
    """Names used when speaking of a procedure.

    Attributes:
        name: what staff call it (« CIPI »).
        acts: what meets each deadline, by deadline id: acts, or a fact to note.
        actions: what each action is called, by its id.
        deadlines: what each deadline is called, by its id.
    """

    name: str
    acts: Mapping[str, tuple[NextAct, ...]] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)
    deadlines: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, procedure: Procedure) -> ProcedureLabels:
        """Return the names of a procedure that has been read."""
        return cls(
            name=procedure.name,
            acts={spec.id: _acts(procedure, spec) for spec in procedure.deadlines.values()},
            actions={action.id: action.label for action in procedure.actions.values()},
            deadlines={spec.id: spec.label for spec in procedure.deadlines.values()},
        )


def _acts(procedure: Procedure, spec: DeadlineSpec) -> tuple[NextAct, ...]:
    """Return what proves a deadline: the steps that do, or else what is to be noted."""
    if acts := procedure.proving(spec):
        return tuple(NextAct(action.label, operations.ADVANCE, action.id) for action in acts)
    names = dict.fromkeys(filter(None, (spec.met_by_fact, *(one.fact for one in spec.evidence))))
    return tuple(_note(procedure.facts[name]) for name in names)


def _note(fact: FactSpec) -> NextAct:
    """Return how a fact is noted: in the ledger when it has one."""
    if fact.derived:
        return NextAct(fact.label, operations.NOTE_HOURS)
    told = {operations.FACTS: {fact.id: "AAAA-MM-JJ"}}
    return NextAct(fact.label, operations.CORRECT, told=told)


Labels = Mapping[str, ProcedureLabels]
"""Names of every procedure, by its id."""


def labels_of(procedures: Mapping[str, Procedure]) -> Labels:
    """Return the names of every procedure."""
    return {id_: ProcedureLabels.of(procedure) for id_, procedure in procedures.items()}


def named(labels: Labels, procedure: str) -> ProcedureLabels:
    """Return the names of a procedure; one that is no longer known keeps its id as its name."""
    return labels.get(procedure) or ProcedureLabels(procedure)
