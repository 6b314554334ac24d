"""The use cases that note something between two steps: hours, contracts, money, eligibility.

Beside `workflow.usecases.cases`, and like it: each method reads the clock once, loads, and returns an
`Outcome` that is not yet written; `CaseService.save` writes it. What concerns eligibility is never repeated
in a message: an error says where to look, not what was typed. One method for each thing noted, hence its
length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct

from workflow.acts import notes
from workflow.case.case import (
    Case,
    Eligibility,
    FactValue,
    HoursLine,
    Outcome,
    Subject,
)
from workflow.case.money import MoneyLine
from workflow.errors import InvalidInput, NotFound, Refused
from workflow.rules.checks import EligibilityRules, Ground
from workflow.rules.fact_specs import FactSpec
from workflow.rules.procedure import Procedure
from workflow.rules.seniority import Contract
from workflow.usecases.cases import CaseService
from workflow.wording.act_text import act_of, checked_restricted_pointer
from workflow.wording.date_text import Today
from workflow.wording.fact_text import read_fact
from workflow.wording.ledger_text import (
    TypedContract,
    TypedHours,
    TypedMoney,
    read_contract,
    read_line,
    read_money,
)

L = TypeVar("L", HoursLine, Contract, MoneyLine)
W = TypeVar("W")


class TypedEligibility(Struct, frozen=True):
    """The restricted part as typed; None leaves what was there.

    Args:
        ground: id of the ground; another one starts its answers afresh.
        answers: by question.
        proof: id of the proof.
        seen_on: day on which it was seen.
        valid_until: day until which it is worth something.
        kept_at: where it is kept.
    """

    ground: str | None = None
    answers: Mapping[str, str] | None = None
    proof: str | None = None
    seen_on: str | None = None
    valid_until: str | None = None
    kept_at: str | None = None


class Recording(Struct, frozen=True):
    """Everything staff note on a case between two steps."""

    cases: CaseService

    def hours(
        self,
        ref: str,
        typed: Sequence[tuple[int | None, TypedHours]],
        *,
        by: str,
        removed: Iterable[int] = (),
        comment: str = "",
        version: int | None = None,
    ) -> Outcome:
        """Prepare lines of the ledger: added (no number), changed (a number), taken away.

        Raises:
            NotFound: a line the case does not have.
            InvalidInput, Refused, StaleCase: nothing was written.
        """
        now = self.cases.clock()
        case, procedure, context = self.cases.load(ref, version)
        zone, today = context.zone, context.today(now)
        lines = self._lines(
            case,
            Subject.HOURS,
            case.hours,
            typed,
            removed,
            lambda number, was, words: read_line(number, was, words, zone, today),
        )
        act = act_of(procedure, by, now, comment)
        return notes.record_hours(procedure, case, lines, context, act)

    def contracts(
        self,
        ref: str,
        typed: Sequence[tuple[int | None, TypedContract]],
        *,
        by: str,
        removed: Iterable[int] = (),
        comment: str = "",
        version: int | None = None,
    ) -> Outcome:
        """Prepare contracts of the person's history: added (no number), changed, taken away.

        Raises:
            NotFound: a contract the case does not have, a type or employer nobody knows.
            InvalidInput, Refused, StaleCase: nothing was written.
        """
        now = self.cases.clock()
        case, procedure, context = self.cases.load(ref, version)
        rules = procedure.seniority
        if rules is None:
            raise Refused(f"{procedure.funder_label} : aucune règle d’ancienneté connue.")
        zone, today = context.zone, context.today(now)
        lines = self._lines(
            case,
            Subject.CONTRACT,
            case.contracts,
            typed,
            removed,
            lambda number, was, words: read_contract(rules, number, was, words, zone, today),
        )
        act = act_of(procedure, by, now, comment)
        return notes.record_contracts(procedure, case, lines, context, act)

    def money(
        self,
        ref: str,
        typed: Sequence[tuple[int | None, TypedMoney]],
        *,
        by: str,
        removed: Iterable[int] = (),
        comment: str = "",
        forced: bool = False,
        version: int | None = None,
    ) -> Outcome:
        """Prepare claims and payments: added (no number), changed (a number), taken away.

        Raises:
            NotFound: a line the case does not have, a payer that the procedure does not have.
            InvalidInput, Refused, StaleCase: nothing was written.
        """
        now = self.cases.clock()
        case, procedure, context = self.cases.load(ref, version)
        if not procedure.payers:
            raise Refused(f"{procedure.name} : aucun argent ne passe par l’agence.")
        zone, today = context.zone, context.today(now)
        lines = self._lines(
            case,
            Subject.MONEY,
            case.money,
            typed,
            removed,
            lambda number, was, words: read_money(procedure, number, was, words, zone, today),
        )
        act = act_of(procedure, by, now, comment, forced=forced)
        return notes.record_money(procedure, case, lines, context, act)

    def eligibility(
        self,
        ref: str,
        typed: TypedEligibility,
        *,
        by: str,
        comment: str = "",
        version: int | None = None,
    ) -> Outcome:
        """Prepare the restricted part of a case.

        Raises:
            InvalidInput: something that cannot be read; the message does not repeat it.
            Refused: a procedure that asks nothing of the person, or nothing to change.
            StaleCase: somebody else was first.
        """
        now = self.cases.clock()
        case, procedure, context = self.cases.load(ref, version)
        rules = _rules(procedure)
        zone, today = context.zone, context.today(now)
        noted = _eligibility(rules, case.eligibility, typed, zone, today)
        dates = {rules.proof_seen: typed.seen_on, rules.proof_until: typed.valid_until}
        facts: dict[str, FactValue] = {
            name: _proof_day(procedure.facts[name], text, zone, today)
            for name, text in dates.items()
            if text is not None
        }
        act = act_of(procedure, by, now, comment)
        return notes.record_eligibility(procedure, case, noted, facts, context, act)

    def _lines(
        self,
        case: Case,
        about: Subject,
        known: Iterable[L],
        typed: Sequence[tuple[int | None, W]],
        removed: Iterable[int],
        read: Callable[[int, L | None, W], L],
    ) -> tuple[L, ...]:
        """Return the lines of a kind as they become: added (no number), changed (a number), taken away."""
        lines = {line.number: line for line in known}
        free = self._next_number(case, about, lines)
        gone: tuple[int, ...] = tuple(removed)
        for named in (*gone, *(number for number, _ in typed if number is not None)):
            if named not in lines:
                raise _no_line(case, about, named, lines)
        both = [number for number, _ in typed if number in gone]
        if both:
            raise InvalidInput(
                f"Ligne {both[0]} : retirez-la ou changez-la, pas les deux à la fois."
            )
        for named in gone:
            lines.pop(named, None)
        for number, words in typed:
            at = free if number is None else number
            free += number is None
            lines[at] = read(at, lines.get(at), words)
        return tuple(lines.values())

    def _next_number(self, case: Case, about: Subject, lines: Iterable[int]) -> int:
        """Return a number that no line of this kind has ever borne in the case."""
        journal = self.cases.store.journal(case.ref) if case.version > 1 else ()
        changes = (change for entry in journal for change in entry.changes)
        used = (int(change.name) for change in changes if change.about is about)
        return max((*lines, *used), default=0) + 1


_LINES = {
    Subject.HOURS: ("ligne d’heures", "lignes", "aucune"),
    Subject.CONTRACT: ("contrat", "contrats", "aucun"),
    Subject.MONEY: ("ligne d’argent", "lignes", "aucune"),
}
"""What a line of each kind is called, several of them, and none."""


def _no_line(case: Case, about: Subject, number: int, known: Iterable[int]) -> NotFound:
    one, several, none = _LINES[about]
    listed = ", ".join(map(str, known)) or none
    return NotFound(f"pas de {one} {number} ({several} : {listed}).", case=case.ref)


def _rules(procedure: Procedure) -> EligibilityRules:
    if procedure.eligibility is None:
        raise Refused(f"La procédure « {procedure.id} » ne demande rien sur la personne.")
    return procedure.eligibility


def _eligibility(
    rules: EligibilityRules,
    was: Eligibility | None,
    typed: TypedEligibility,
    zone: ZoneInfo,
    today: Today,
) -> Eligibility:
    ground_id = typed.ground or (was.ground if was else None)
    if ground_id is None or ground_id not in rules.grounds:
        raise InvalidInput(
            "Éligibilité : choisissez l’un des publics de la procédure ; lancez la commande sans "
            "option pour les voir."
        )
    ground = rules.grounds[ground_id]
    kept = was if was is not None and was.ground == ground_id else Eligibility(ground_id)
    proof = kept.proof if typed.proof is None else typed.proof
    if proof and proof not in ground.proofs:
        raise InvalidInput(_UNREADABLE.format(what="la preuve choisie n’est pas de ce public"))
    return Eligibility(
        ground_id,
        {**kept.answers, **_answers(ground, typed.answers or {}, zone, today)},
        proof,
        kept.kept_at if typed.kept_at is None else checked_restricted_pointer(typed.kept_at),
    )


_UNREADABLE = (
    "Éligibilité : {what} ; lancez la commande sans option, elle pose les questions une à une."
)


def _proof_day(spec: FactSpec, text: str, zone: ZoneInfo, today: Today) -> FactValue:
    """Read a date of the proof; what was typed instead may say more, and is not repeated."""
    try:
        return read_fact(spec, text, zone, today)
    except (InvalidInput, Refused):
        what = f"« {spec.label} » ne se lit pas, écrivez une date comme 08/09/2026"
        raise InvalidInput(_UNREADABLE.format(what=what)) from None


def _answers(
    ground: Ground, typed: Mapping[str, str], zone: ZoneInfo, today: Today
) -> dict[str, FactValue]:
    """Read the answers to the questions of a ground; an error repeats neither."""
    answers: dict[str, FactValue] = {}
    for number, (name, text) in enumerate(typed.items(), 1):
        if name not in ground.questions:
            raise InvalidInput(
                _UNREADABLE.format(what=f"la question {number} n’est pas de ce public")
            )
        try:
            answers[name] = read_fact(ground.questions[name], text, zone, today)
        except (InvalidInput, Refused):
            raise InvalidInput(
                _UNREADABLE.format(what=f"la réponse {number} ne se lit pas")
            ) from None
    return answers
