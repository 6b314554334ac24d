"""The use cases: what the command line and the terminal interface ask for, in the words of the trade.

Each method reads the clock once, loads, asks the machine, and returns an `Outcome` that is not yet
written: show it, then `save` it, or drop it (that is what `--essai` does). Knows the store and the
directory through their ports only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from workflow import machine
from workflow.calendars import Closure
from workflow.case import Case, Entry, Offer, Outcome
from workflow.contexts import context_for
from workflow.errors import InvalidInput, StaleCase, unknown
from workflow.facts import RawFact, read_facts
from workflow.limits import Context
from workflow.outcomes import Act
from workflow.people import Directory
from workflow.ports import CasePage, CaseQuery, CaseStore, Clock, OpenDeadline
from workflow.procedure import Procedure
from workflow.rulebook import Rulebook

_MAX_TITLE = 120
_MAX_COMMENT = 2000
_REF_ALPHABET = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./")
_MAX_REF = 40


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with what can be done next."""

    case: Case
    procedure: Procedure
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class CaseService:
    """Everything staff do to cases.

    Args:
        rulebook: the rules.
        store: where cases are kept.
        directory: agencies and people.
        closures: days off of an agency, by its id.
        settings: configured delays.
        clock: the present.
    """

    rulebook: Rulebook
    store: CaseStore
    directory: Directory
    closures: Callable[[str], tuple[Closure, ...]]
    settings: Mapping[str, int]
    clock: Clock

    def open(
        self,
        procedure_id: str,
        facts: Mapping[str, RawFact],
        *,
        by: str,
        agency: str,
        owner: str | None = None,
        territory: str | None = None,
        title: str = "",
        funder: str | None = None,
        ref: str | None = None,
        forced: bool = False,
        comment: str = "",
    ) -> Outcome:
        """Prepare a new case.

        Raises:
            NotFound: unknown procedure, fact, agency, person or territory.
            InvalidInput: a value that cannot be read.
            ActionRefused: the start is impossible and not forced.
        """
        now = self.clock()
        procedure = self.rulebook.procedure(procedure_id)
        if funder is not None:
            raise InvalidInput(
                f"La procédure « {procedure.id} » n’a qu’un financeur ({procedure.funder_label}) ; "
                "retirez « --financeur »."
            )
        house = self.directory.agency(agency)
        place = territory or house.territory
        context = context_for(procedure, place, self.closures(agency), self.settings)
        case = Case(
            ref=_checked_ref(ref) if ref else self.store.next_ref(procedure.prefix, now.year),
            procedure=procedure.id,
            edition="",
            territory=place,
            agency=house.id,
            state="",
            opened_at=now,
            title=_checked_text("libellé", title, _MAX_TITLE),
            owner=self.directory.person(owner).id if owner else None,
            facts=read_facts(procedure, facts, context.zone),
        )
        return machine.open_case(procedure, case, context, _act(by, now, comment, forced))

    def advance(
        self,
        ref: str,
        action: str,
        facts: Mapping[str, RawFact],
        *,
        by: str,
        documents: Iterable[str] = (),
        comment: str = "",
        forced: bool = False,
        version: int | None = None,
    ) -> Outcome:
        """Prepare an action on a case.

        Args:
            ref: the case.
            action: what is done.
            facts: what it records, as typed.
            by: who acts.
            documents: documents received with it.
            comment: kept in the journal.
            forced: go against the window of the action.
            version: version the person saw; a case that moved on since is refused.

        Raises:
            NotFound: unknown case, action, fact or document.
            InvalidInput: a value that cannot be read.
            ActionRefused: with every reason.
            StaleCase: somebody else was first.
        """
        now = self.clock()
        case, procedure, context = self._load(ref, version)
        for name in documents:
            if name not in procedure.documents:
                raise unknown(
                    f"Pièce de la procédure « {procedure.id} »", name, procedure.documents
                )
        return machine.apply(
            procedure,
            case,
            action,
            read_facts(procedure, facts, context.zone),
            context,
            _act(by, now, comment, forced),
            dict.fromkeys(documents, context.day(now)),
        )

    def correct(
        self,
        ref: str,
        facts: Mapping[str, RawFact],
        *,
        by: str,
        comment: str = "",
        forced: bool = False,
        version: int | None = None,
    ) -> Outcome:
        """Prepare a correction of facts; raises like `advance`."""
        now = self.clock()
        case, procedure, context = self._load(ref, version)
        typed = read_facts(procedure, facts, context.zone)
        return machine.correct(procedure, case, typed, context, _act(by, now, comment, forced))

    def undo(self, ref: str, *, by: str, comment: str = "", version: int | None = None) -> Outcome:
        """Prepare the undoing of the last step; raises like `advance`."""
        now = self.clock()
        case, procedure, context = self._load(ref, version)
        return machine.undo(procedure, case, context, _act(by, now, comment))

    def documents(
        self,
        ref: str,
        *,
        by: str,
        received: Iterable[str] = (),
        removed: Iterable[str] = (),
        comment: str = "",
        version: int | None = None,
    ) -> Outcome:
        """Prepare the noting of documents received, or no longer so; raises like `advance`."""
        now = self.clock()
        case, procedure, context = self._load(ref, version)
        return machine.record_documents(
            procedure,
            case,
            dict.fromkeys(received, context.day(now)),
            frozenset(removed),
            context,
            _act(by, now, comment),
        )

    def transfer(
        self,
        ref: str,
        *,
        by: str,
        owner: str | None = None,
        agency: str | None = None,
        comment: str = "",
        version: int | None = None,
    ) -> Outcome:
        """Prepare a hand-over to a person, an agency or both; a person brings the agency's calendar.

        Raises:
            NotFound: unknown case, person or agency.
            Refused: nothing to change.
            StaleCase: somebody else was first.
        """
        now = self.clock()
        case, procedure, _ = self._load(ref, version)
        house = self.directory.agency(agency or case.agency)
        person = self.directory.person(owner).id if owner else case.owner
        place = house.territory if agency else case.territory
        context = context_for(procedure, place, self.closures(house.id), self.settings)
        return machine.transfer(procedure, case, person, house.id, context, _act(by, now, comment))

    def save(self, outcome: Outcome) -> None:
        """Write an outcome whole, or raise `StaleCase`, `Conflict` or `OutOfReach` with nothing written."""
        self.store.save(outcome)

    def view(self, ref: str) -> CaseView:
        """Return a case with every action of its state and the reasons that refuse it now."""
        case, procedure, context = self._load(ref, None)
        offers = machine.available(procedure, case, context, self.clock())
        return CaseView(case, procedure, offers)

    def journal(self, ref: str) -> tuple[Entry, ...]:
        """Return every entry of a case, oldest first."""
        return self.store.journal(ref)

    def find(self, query: CaseQuery) -> CasePage:
        """Return a page of cases."""
        return self.store.find(query)

    def open_deadlines(
        self,
        *,
        until: date | None = None,
        agency: str | None = None,
        owner: str | None = None,
        overdue_on: date | None = None,
        limit: int | None = None,
    ) -> Iterator[OpenDeadline]:
        """Yield the deadlines to act on, most urgent first."""
        return self.store.open_deadlines(
            until=until, agency=agency, owner=owner, overdue_on=overdue_on, limit=limit
        )

    def context(self, case: Case) -> Context:
        """Return the calendars, clock and delays of a case."""
        procedure = self.rulebook.procedure(case.procedure)
        return context_for(procedure, case.territory, self.closures(case.agency), self.settings)

    def _load(self, ref: str, version: int | None) -> tuple[Case, Procedure, Context]:
        case = self.store.load(ref)
        if version is not None and version != case.version:
            raise self._stale(case, version)
        return case, self.rulebook.procedure(case.procedure), self.context(case)

    def _stale(self, case: Case, version: int) -> StaleCase:
        since = [entry for entry in self.store.journal(case.ref) if entry.seq > version]
        return stale_case(case.ref, since)


def stale_case(ref: str, since: Iterable[Entry]) -> StaleCase:
    """Build the refusal of a write to a case that moved on, with what was written meanwhile."""
    changes = [
        f"{entry.at:%d/%m/%Y %H:%M} UTC, {entry.by} : {entry.action or entry.kind.value}"
        for entry in since
    ]
    told = f" ({' ; '.join(changes)})" if changes else ""
    return StaleCase(
        f"Dossier {ref} : il a changé depuis que vous l’avez lu{told}. Rien n’a été enregistré ; "
        "relisez-le, puis refaites votre saisie.",
        ref,
        changes,
    )


def _act(by: str, now: datetime, comment: str, forced: bool = False) -> Act:
    return Act(by, now, _checked_text("commentaire", comment, _MAX_COMMENT), forced)


def _checked_text(name: str, text: str, limit: int) -> str:
    """Return a text without surrounding spaces, or refuse it."""
    clean = text.strip()
    if len(clean) > limit:
        raise InvalidInput(f"Le {name} est trop long ({len(clean)} signes) ; {limit} au plus.")
    if not clean.replace("\n", "").isprintable():
        raise InvalidInput(f"Le {name} contient des caractères invisibles ; réécrivez-le.")
    if name == "libellé" and "\n" in clean:
        raise InvalidInput("Le libellé tient sur une ligne ; retirez le saut de ligne.")
    return clean


def _checked_ref(ref: str) -> str:
    if not ref or len(ref) > _MAX_REF or set(ref) - _REF_ALPHABET:
        raise InvalidInput(
            f"Référence « {ref[:_MAX_REF]} » : {_MAX_REF} signes au plus, lettres sans accent, "
            "chiffres et - _ . / seulement."
        )
    return ref
