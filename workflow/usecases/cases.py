"""The use cases: what the command line and the terminal interface ask for, in the words of the trade.

Each method reads the clock once, loads, asks the machine, and returns an `Outcome` that is not yet written:
show it, then `save` it, or drop it (that is what `--essai` does). Knows the store and the directory through
their ports only. One method for each thing asked of a file, hence its length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import replace

from workflow.acts import corrections, transitions
from workflow.acts.corrections import Correction
from workflow.calendar.calendars import Closure
from workflow.case.case import Case, Deadline, FactValue, Outcome, Paper, PaperStatus
from workflow.case.known_facts import known_of
from workflow.case.offer import Offer
from workflow.case.parties import Party, PartyKind, facts_from, pointing_to
from workflow.case.people import Directory
from workflow.counting.context import context_for, ruled_by
from workflow.counting.ways_of_counting import Context, Sitting
from workflow.deadlines.compute import retold
from workflow.deadlines.verdicts import unproved
from workflow.errors import (
    EcheancierError,
    InvalidInput,
    StaleCase,
    TakenReference,
    one_named,
    unknown,
)
from workflow.papers.folder import PaperFolder
from workflow.ports.stores import CaseStore, Clock
from workflow.rulefiles.rulebook import Rulebook
from workflow.rules.procedure import Procedure
from workflow.text import french
from workflow.wording.act_text import act_of, checked_ref, checked_title
from workflow.wording.fact_text import RawFact, read_facts
from workflow.wording.journal_text import told

_CHANGES_TOLD = 3
"""Changes made meanwhile that a conflict tells, the latest first …"""

_VALUES_TOLD = 2
"""… and values told of each."""


class CaseView(Struct, frozen=True):
    """A case with what can be done next."""

    case: Case
    procedure: Procedure
    offers: tuple[Offer, ...]
    unproved: tuple[Deadline, ...] = ()
    """Deadlines that a later step ended and nothing proves, with what is missing."""


class CaseService(Struct, frozen=True):
    """Everything staff do to cases.

    Args:
        rulebook: the rules.
        store: where cases are kept.
        directory: agencies and people.
        closures: days off of an agency, by its id.
        settings: configured delays.
        clock: the present.
        papers: where the files of papers are.
        company: what the configuration says of the company.
    """

    rulebook: Rulebook
    store: CaseStore
    directory: Directory
    closures: Callable[[str], tuple[Closure, ...]]
    settings: Mapping[str, int]
    clock: Clock
    papers: PaperFolder
    company: Mapping[str, FactValue] = field(default_factory=dict)

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
        historical: bool = False,
        comment: str = "",
    ) -> Outcome:
        """Prepare a new case; `historical` is one of a scheme that has ended.

        Raises NotFound, InvalidInput, ActionRefused: a name, a value or a start that cannot be.
        """
        now, known = self.clock(), self.directory.agency(agency)
        procedure = ruled_by(self.rulebook.procedure(procedure_id), funder)
        context = self.place(procedure, territory or known.territory, agency)
        act = act_of(procedure, by, now, comment, forced=forced)
        case = Case(
            ref=checked_ref(ref) if ref else self.store.next_ref(procedure.prefix, now.year),
            procedure=procedure.id,
            edition="",
            territory=context.staff.territory.code,
            agency=known.id,
            state="",
            opened_at=now,
            title=checked_title(procedure, title),
            funder=funder,
            owner=self.directory.person(owner).id if owner else None,
            facts=self.read(procedure, facts, context, now),
        )
        outcome = transitions.open_case(procedure, case, context, act, historical=historical)
        return replace(outcome, numbered=ref is None)

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

        Facts are as typed; `documents` are received with it; `version` is the one the person saw.

        Raises:
            NotFound: unknown case, action, fact or document.
            InvalidInput: a value that cannot be read.
            ActionRefused: with every reason.
            StaleCase: somebody else was first.
        """
        now, documents = self.clock(), tuple(documents)
        case, procedure, context = self.load(ref, version)
        for name in documents:
            one_named(f"Pièce de la procédure « {procedure.id} »", name, procedure.documents)
        return transitions.apply(
            procedure,
            case,
            action,
            self.read(procedure, facts, context, now),
            context,
            act_of(procedure, by, now, comment, forced=forced),
            dict.fromkeys(documents, Paper(PaperStatus.RECEIVED, context.day(now), by)),
        )

    def correct(
        self,
        ref: str,
        facts: Mapping[str, RawFact],
        *,
        by: str,
        removed: Iterable[str] = (),
        title: str | None = None,
        comment: str = "",
        forced: bool = False,
        version: int | None = None,
        parties: Iterable[Party] = (),
    ) -> Outcome:
        """Prepare a correction: facts given anew, facts taken back, title, parties; raises like `advance`.

        What `parties` tell stands in for facts that are not given; a party is taken back by its kind.
        """
        now, parties = self.clock(), tuple(parties)
        case, procedure, context = self.load(ref, version)
        pointed = {kind.value: kind.attribute for kind in PartyKind if kind.of(case) is not None}
        gone, told = frozenset(removed), facts_from(procedure.facts.values(), parties)
        known = self.read(procedure, {**told, **facts}, context, now)
        correction = _correction(procedure, case, known, gone - pointed.keys(), title)
        pointing: dict[str, int | None] = {pointed[kind]: None for kind in gone & pointed.keys()}
        pointing |= pointing_to(parties)
        correction = replace(correction, parties=pointing)
        return corrections.correct(
            procedure, case, correction, context, act_of(procedure, by, now, comment, forced=forced)
        )

    def suppose(
        self,
        ref: str,
        facts: Mapping[str, RawFact],
        *,
        removed: Iterable[str] = (),
        version: int | None = None,
    ) -> Case:
        """Return a case as it would be with other facts, steps to come included; nothing is written.

        Raises:
            InvalidInput, NotFound: facts that cannot be read, unknown facts or case.
            ActionRefused: a start on which no rules apply.
            StaleCase: somebody else was first.
        """
        now = self.clock()
        case, procedure, context = self.load(ref, version)
        known = self.read(procedure, facts, context, now)
        correction = _correction(procedure, case, known, removed)
        return corrections.suppose(procedure, case, correction, context)

    def undo(self, ref: str, *, by: str, comment: str = "", version: int | None = None) -> Outcome:
        """Prepare the undoing of the last step; raises like `advance`."""
        now = self.clock()
        case, procedure, context = self.load(ref, version)
        return transitions.undo(procedure, case, context, act_of(procedure, by, now, comment))

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
        case, procedure, _ = self.load(ref, version)
        known = self.directory.agency(agency or case.agency)
        person = self.directory.person(owner).id if owner else case.owner
        place = known.territory if agency else case.territory
        context = self.place(procedure, place, known.id)
        return transitions.transfer(
            procedure, case, person, known.id, context, act_of(procedure, by, now, comment)
        )

    def save(self, outcome: Outcome) -> Outcome:
        """Write an outcome whole, and return it as written.

        A reference that was allotted, and that somebody took meanwhile, gives way to the next one. The files
        that it brings are copied first: never a paper without its file.

        Raises:
            Conflict: a file is no longer what was looked at.
            StaleCase: somebody else was first; nothing was written.
            TakenReference: the reference that the person chose is taken.
            OutOfReach: the database cannot be written.
        """
        for brought in outcome.brought:
            self.papers.keep(brought)
        try:
            self.store.save(outcome)
        except StaleCase:
            if outcome.before is None:
                raise
            raise self._stale(outcome.before, outcome.before.version) from None
        except TakenReference:
            if not outcome.numbered:
                raise
            return self.save(self._renumbered(outcome))
        for brought in outcome.brought:
            self.papers.noted(brought)
        return outcome

    def _renumbered(self, outcome: Outcome) -> Outcome:
        case = outcome.after
        prefix = self.rulebook.of(case).prefix
        ref = self.store.next_ref(prefix, case.opened_at.year)
        return replace(outcome, after=replace(case, ref=ref))

    def view(self, ref: str) -> CaseView:
        """Return a case with every action of its state and the reasons that refuse it now."""
        case, procedure, context = self.load(ref, None)
        offers = transitions.available(procedure, case, context, self.clock())
        unsure = self.retold(case, unproved(procedure, case, context))
        # Who looks at a case does not look at its restricted part.
        return CaseView(replace(self.told(case), eligibility=None), procedure, offers, unsure)

    def told(self, case: Case) -> Case:
        """Return a case whose deadlines are told as the rules tell them now."""
        now = self.retold(case, case.deadlines.values())
        return replace(case, deadlines={one.id: one for one in now})

    def retold(self, case: Case, deadlines: Iterable[Deadline]) -> tuple[Deadline, ...]:
        """Return deadlines of a case as the rules tell them now, as long as they give their dates."""
        procedure, context = self.rulebook.of(case), self.context(case)
        known, edition = known_of(procedure, case, context.company), procedure.edition(case.edition)
        return tuple(retold(procedure, edition, one, known, context) for one in deadlines)

    def retold_of(self, ref: str, deadline: Deadline) -> Deadline:
        """Return a deadline of a list as the rules tell it now, or as it is when its file cannot be read."""
        try:
            return self.retold(self.store.load(ref), (deadline,))[0]
        except EcheancierError:
            return deadline

    def context(self, case: Case) -> Context:
        """Return the calendars, clock, sessions and delays of a case."""
        return self.place(self.rulebook.of(case), case.territory, case.agency)

    def place(self, procedure: Procedure, territory: str, agency: str) -> Context:
        """Return the calendars, clock, sessions and delays of an agency, with the holidays of a territory."""
        known = self.directory.agencies.get(agency)
        return context_for(
            procedure,
            territory,
            self.closures(agency),
            self.settings,
            self.company,
            self.sessions(procedure),
            known.zone if known else None,
        )

    def read(
        self, procedure: Procedure, facts: Mapping[str, RawFact], context: Context, now: datetime
    ) -> dict[str, FactValue]:
        """Return facts as typed, read; raises like `read_facts`."""
        return read_facts(procedure, facts, context.zone, context.today(now))

    def sessions(self, procedure: Procedure) -> tuple[Sitting, ...]:
        """Return the known sessions of the funder that rules a procedure."""
        if procedure.funder is None:
            return ()
        entries = self.store.sessions(procedure.id, procedure.funder)
        return tuple(entry.session for entry in entries)

    def load(self, ref: str, version: int | None = None) -> tuple[Case, Procedure, Context]:
        """Return a case, restricted part included, with its procedure and what computing it needs.

        Raises:
            NotFound: no such case.
            StaleCase: somebody has written since `version`.
        """
        case = self.store.load(ref)
        if version is not None and version > case.version:
            raise InvalidInput(
                f"Version {version} : le dossier {ref} en est à la version {case.version} ; relisez-le."
            )
        if version is not None and version < case.version:
            raise self._stale(case, version)
        return case, self.rulebook.of(case), self.context(case)

    def _stale(self, case: Case, version: int) -> StaleCase:
        whose = self.rulebook.of(case), self.directory, self.context(case).zone
        entries = [entry for entry in self.store.journal(case.ref) if entry.seq > version]
        latest = (told(entry, *whose, most=_VALUES_TOLD) for entry in reversed(entries))
        return StaleCase(
            f"Dossier {case.ref} : il a changé depuis que vous l’avez lu "
            f"({french.first(latest, _CHANGES_TOLD, ' ; ')}). Rien n’a été enregistré ; relisez-le, puis "
            "refaites votre saisie.",
            case.ref,
            [told(entry, *whose) for entry in entries],
        )


def _correction(
    procedure: Procedure,
    case: Case,
    facts: Mapping[str, FactValue],
    removed: Iterable[str],
    title: str | None = None,
) -> Correction:
    """Return what is to be corrected; raises `NotFound`, `InvalidInput`."""
    gone = frozenset(removed)
    for name in sorted(gone - case.facts.keys()):
        raise unknown(f"Fait du dossier {case.ref}", name, case.facts)
    return Correction(
        facts,
        gone,
        None if title is None else checked_title(procedure, title),
    )
