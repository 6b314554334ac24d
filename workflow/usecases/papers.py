"""The use cases of papers: how far each has come, where it is, the file that is kept with it.

Beside `workflow.usecases.noting`, and like it. What shows why a person is eligible is never copied, and
never named in a refusal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import PurePath

from msgspec import Struct, field
from msgspec.structs import replace

from workflow.acts import notes
from workflow.case.case import Case, Outcome, Paper, PaperStatus
from workflow.case.kept_file import BroughtFile, KeptFile
from workflow.counting.odd_days import odd_days
from workflow.errors import Refused
from workflow.papers.folder import PaperFolder
from workflow.rules.procedure import Procedure
from workflow.usecases.cases import CaseService
from workflow.wording.act_text import act_of, checked_path, checked_pointer, reveals
from workflow.wording.fact_text import RawFact
from workflow.wording.ledger_text import read_day

_NEVER_COPIED = (
    "Une pièce qui montre pourquoi la personne est éligible n’est jamais copiée : notez seulement où elle "
    "est conservée, dans la partie restreinte (dossier eligibilite)."
)


class TypedPapers(Struct, frozen=True):
    """What is noted of papers, as typed.

    Args:
        marks: papers by the status they reach.
        kept_at: by paper, where it is kept; alone, it changes nothing else.
        files: by paper, the path of the file to keep with it; empty for none. What has one is here.
        expires: by paper, the last day on which it is worth something; empty for none.
        removed: papers noted by mistake.
        on: day of the statuses; today when nobody says.
    """

    marks: Mapping[PaperStatus, Iterable[str]]
    kept_at: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    expires: Mapping[str, RawFact] = field(default_factory=dict)
    removed: Iterable[str] = ()
    on: RawFact | None = None


def note_papers(
    cases: CaseService,
    ref: str,
    typed: TypedPapers,
    *,
    by: str,
    comment: str = "",
    version: int | None = None,
) -> Outcome:
    """Prepare the noting of how far papers have come, and of what is beside.

    Raises NotFound, InvalidInput, Refused, OutOfReach, StaleCase: nothing was written.
    """
    now = cases.clock()
    case, procedure, context = cases.load(ref, version)
    today = context.today(now)
    day = today.day if typed.on is None else read_day(typed.on, context.zone, today)
    brought = dict(_brought(cases.papers, procedure, typed.files))
    beside = _Beside(
        {name: checked_pointer(procedure, text) for name, text in typed.kept_at.items()},
        {
            name: read_day(text, context.zone, today) if text else None
            for name, text in typed.expires.items()
        },
        {name: one.kept if one else None for name, one in brought.items()},
    )
    papers = {
        name: _noted(case, name, Paper(status, day, by), dated=typed.on is not None)
        for status, names in typed.marks.items()
        for name in names
    }
    here = Paper(PaperStatus.RECEIVED, day, by)
    for name in beside.names:
        papers[name] = beside.put(name, papers.get(name) or case.documents.get(name) or here, here)
    act, gone = act_of(procedure, by, now, comment), frozenset(typed.removed)
    found = notes.record_documents(procedure, case, papers, gone, context, act)
    dated = [("La date des pièces", day)] if typed.on is not None else ()
    warnings = (*found.warnings, *odd_days(dated, context.staff))
    return replace(found, warnings=warnings, brought=tuple(filter(None, brought.values())))


class _Beside(Struct, frozen=True):
    """What is said of papers beside how far they have come, by paper."""

    places: Mapping[str, str]
    ends: Mapping[str, date | None]
    files: Mapping[str, KeptFile | None]

    @property
    def names(self) -> Iterable[str]:
        return dict.fromkeys((*self.places, *self.ends, *self.files))

    def put(self, name: str, known: Paper, here: Paper) -> Paper:
        """Return a paper as it becomes; one that is given a file is here."""
        arrives = self.files.get(name) and not known.status.in_hand
        return replace(
            _moved(known, here) if arrives else known,
            kept_at=self.places.get(name, known.kept_at),
            expires_on=self.ends.get(name, known.expires_on),
            file=self.files.get(name, known.file),
        )


def _brought(
    folder: PaperFolder, procedure: Procedure, files: Mapping[str, str]
) -> Iterator[tuple[str, BroughtFile | None]]:
    """Yield each file as it would be kept, None for one that is taken away; raises like `note_papers`."""
    rules = procedure.eligibility
    proofs = {proof for one in rules.grounds.values() for proof in one.proofs} if rules else set()
    for name, typed in files.items():
        if name in proofs:
            raise Refused(_NEVER_COPIED)
        path = checked_path(typed)
        if reveals(procedure, PurePath(path).name):
            raise Refused(_NEVER_COPIED)
        yield name, folder.look(path) if path else None


def _noted(case: Case, name: str, paper: Paper, *, dated: bool) -> Paper:
    """Return a paper as it becomes: all else that is known stays; so does its day when its status does."""
    was = case.documents.get(name)
    if was is None or (was.status is paper.status and not dated):
        return was or paper
    return _moved(was, paper)


def _moved(was: Paper, now: Paper) -> Paper:
    return replace(was, status=now.status, on=now.on, by=now.by)
