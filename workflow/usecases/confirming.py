"""The use cases of a doubt of the rules: what still waits, and what the house was answered.

Called by both faces. Like the others, it prepares what `save` writes, and writes nothing before; a
confirmation is about a rule, never about a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from workflow.calendar.calendars import territory
from workflow.consistency.bands import shut_window
from workflow.errors import Conflict, InvalidInput, Refused, unknown
from workflow.operations import operations
from workflow.operations.requests import Request
from workflow.ports.stores import Clock
from workflow.rulefiles.rulebook import house_rulebook, load_rulebook
from workflow.rules.doubts import MOST, YES, Confirmation, Doubt, DoubtState, can_be, standing
from workflow.rules.fact_specs import FactType
from workflow.text import french
from workflow.wording.act_text import checked_words
from workflow.wording.codec import fact_text
from workflow.wording.fact_text import read_fact
from workflow.wording.ledger_text import read_day

_ZONE = territory("FR").zone
"""A rule holds for every agency: its days are those of the funder."""
_MAX_ANSWER = 200


class ConfirmationStore(Protocol):
    """Where confirmations are kept; nothing is ever changed there."""

    def confirmations(self) -> tuple[Confirmation, ...]:
        """Return all that was noted, oldest first."""

    def add_confirmation(self, confirmation: Confirmation) -> None:
        """Write one, or raise `OutOfReach`."""


class KnownDoubt(Struct, frozen=True):
    """A doubt, and what was noted of it.

    Args:
        doubt: the doubt.
        procedures: ids of the procedures whose rules rest on it.
        history: what was noted, oldest first.
        state: where it stands today.
    """

    doubt: Doubt
    procedures: tuple[str, ...]
    history: tuple[Confirmation, ...]
    state: DoubtState

    @property
    def held(self) -> Confirmation | None:
        """The last answer, unless it was taken back."""
        last = self.history[-1] if self.history else None
        return None if last is None or last.withdrawn else last


def latest(confirmations: Iterable[Confirmation]) -> Mapping[str, Confirmation]:
    """Return the last that was noted of each doubt, by its id."""
    return {one.doubt: one for one in confirmations}


def known_doubts(confirmations: Iterable[Confirmation], today: date) -> tuple[KnownDoubt, ...]:
    """Return every doubt of the rules, in their order, as it stands on a day."""
    noted = tuple(confirmations)
    doubts: dict[str, Doubt] = {}
    procedures: dict[str, list[str]] = {}
    for procedure in load_rulebook().procedures.values():
        for id_, doubt in procedure.doubts.items():
            doubts.setdefault(id_, doubt)
            procedures.setdefault(id_, []).append(procedure.id)
    found = []
    for id_, doubt in doubts.items():
        history = tuple(one for one in noted if one.doubt == id_)
        state = standing(doubt, history[-1] if history else None, today)
        found.append(KnownDoubt(doubt, tuple(procedures[id_]), history, state))
    return tuple(found)


class Confirming(Struct, frozen=True):
    """Confirms what the rules leave in doubt.

    Args:
        store: where confirmations are.
        clock: the present.
        changed: called once the rules of the house are others.
    """

    store: ConfirmationStore
    clock: Clock
    changed: Callable[[], None] = lambda: None

    def today(self) -> date:
        """Return the day on which confirmations count."""
        return self.clock().astimezone(_ZONE).date()

    def doubts(self) -> tuple[KnownDoubt, ...]:
        """Return every doubt of the rules, as it stands."""
        return known_doubts(self.store.confirmations(), self.today())

    def find(self, id_: str) -> KnownDoubt:
        """Return a doubt, or raise `NotFound`."""
        known = {one.doubt.id: one for one in self.doubts()}
        if id_ not in known:
            raise unknown("Point à confirmer", id_, known)
        return known[id_]

    def prepare(self, request: Request, *, by: str) -> Confirmation:
        """Return what an answer would note, its days written in full; nothing is written.

        Raises:
            NotFound: a doubt that the rules do not have.
            InvalidInput: a value, a day or an answer that cannot be.
            Refused: nothing to take back, or nothing to change.
        """
        one = self.find(request.about[0])
        if request.flag(operations.WITHDRAWN):
            if one.held is None:
                raise Refused(f"« {one.doubt.label} » n’est pas confirmé : rien à retirer.")
            taken_back = replace(one.held, by=by, at=self.clock(), withdrawn=True)
            self._check_windows(one, taken_back)
            return taken_back
        noted = Confirmation(
            one.doubt.id,
            self._value(one.doubt, request.text(operations.VALUE)),
            self._answered_on(one.doubt, request.text(operations.ON)),
            self._until(one.doubt, request.text(operations.UNTIL)),
            self._answer(one, request.text(operations.ANSWER)),
            by,
            self.clock(),
        )
        same = one.held and replace(one.held, by=noted.by, at=noted.at)
        if noted == same:
            raise Refused(f"« {one.doubt.label} » est déjà confirmé ainsi : rien à changer.")
        self._check_windows(one, noted)
        return noted

    def _check_windows(self, one: KnownDoubt, noted: Confirmation) -> None:
        """Refuse an answer, or its withdrawal, with which a window would close before it opens."""
        held = {**latest(self.store.confirmations()), noted.doubt: noted}
        book = house_rulebook(held, self.today())
        for spec in (s for id_ in one.procedures for s in book.procedures[id_].deadlines.values()):
            if any(True for rule in spec.rules for _ in shut_window(rule, spec.id)):
                raise InvalidInput(
                    f"« {one.doubt.label} » : la fenêtre « {spec.label} » fermerait alors avant d’ouvrir ; "
                    "vérifiez les délais confirmés."
                )

    def save(self, confirmation: Confirmation) -> KnownDoubt:
        """Write a confirmation, and return its doubt as it then stands.

        Raises:
            Conflict: somebody has noted another since it was prepared.
            OutOfReach: the base does not answer.
        """
        one = self.find(confirmation.doubt)
        if one.history and one.history[-1].at > confirmation.at:
            raise Conflict(
                f"« {one.doubt.label} » : une autre réponse a été notée pendant votre saisie, rien n’a été "
                "enregistré ; relisez-la, puis refaites votre saisie."
            )
        self.store.add_confirmation(confirmation)
        self.changed()
        return self.find(confirmation.doubt)

    def _value(self, doubt: Doubt, typed: str) -> str:
        if not typed and doubt.type is FactType.BOOLEAN:
            return YES
        if not typed:
            raise InvalidInput(f"« {doubt.label} » : il manque la valeur. {doubt.question}")
        value = read_fact(doubt.asked, typed, _ZONE)
        if doubt.type is not FactType.BOOLEAN and Decimal(fact_text(value)) <= 0:
            raise InvalidInput(
                f"« {doubt.label} » : {typed} ne peut pas être ; donnez plus de zéro."
            )
        if not can_be(doubt, fact_text(value)):
            most = french.measured(Decimal(MOST[doubt.unit]), doubt.unit)
            raise InvalidInput(f"« {doubt.label} » : {typed}, c’est trop ; donnez au plus {most}.")
        return fact_text(value)

    def _answered_on(self, doubt: Doubt, typed: str) -> date:
        day = read_day(typed, _ZONE) if typed else self.today()
        if day > self.today():
            raise InvalidInput(
                f"« {doubt.label} » : une réponse du {french.short_day(day)} est dans le futur ; "
                "corrigez sa date."
            )
        return day

    def _until(self, doubt: Doubt, typed: str) -> date | None:
        day = read_day(typed, _ZONE) if typed else None
        if day is not None and day < self.today():
            raise InvalidInput(
                f"« {doubt.label} » : valable jusqu’au {french.short_day(day)}, la confirmation ne "
                "compterait déjà plus ; donnez un jour à venir."
            )
        return day

    def _answer(self, one: KnownDoubt, typed: str) -> str:
        words, rules = typed, load_rulebook().procedures
        # It is told beside the dates of every file, in mails too: it says nothing of a person.
        for id_ in one.procedures:
            words = checked_words(rules[id_], "la réponse", typed, _MAX_ANSWER)
        if not words:
            raise InvalidInput(
                f"« {one.doubt.label} » : dites de qui vient la réponse et où elle est, par exemple "
                "« courriel du conseiller, 3 décembre »."
            )
        return words
