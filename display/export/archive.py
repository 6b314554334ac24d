"""A file as one ZIP: what is typed in the portal, its journal, the files of its papers, the mails about it.

Used by `dossier archive` and by the screen of a file. Its restricted part never goes along; names are ASCII,
and the same each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from io import StringIO
from pathlib import Path, PurePath
from typing import Final, Protocol
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from msgspec import Struct
from msgspec.structs import replace
from rich.console import Console, RenderableType

from display.case.journal import entries
from display.ledger import ledger
from notifications.model.messages import MessageQuery
from notifications.model.ports import NotificationStore
from notifications.schedule.viewpoint import Looking
from workflow.case.case import Case, Paper, civil
from workflow.case.people import Directory
from workflow.eligibility.portal_sheet import Sheet
from workflow.errors import Refused
from workflow.rules.procedure import DocumentSpec
from workflow.text import french
from workflow.usecases.cases import CaseService, CaseView
from workflow.usecases.reads import Inquiries

_WIDTH: Final = 100
_AT_ONCE: Final = 500
_OWNER_ALONE: Final = 0o600 << 16
"""Where a ZIP keeps who may read a part of it."""


class ArchiveServices(Protocol):
    """What is read of a file."""

    @property
    def cases(self) -> CaseService:
        """The use cases on files, which know the folder of their files."""

    @property
    def inquiries(self) -> Inquiries:
        """What gives the portal sheet."""

    @property
    def notifications(self) -> NotificationStore:
        """The mails."""


class ArchiveMaker(Struct, frozen=True):
    """Who makes an archive, and what of.

    Args:
        services: what is read.
        looking: from when and where a file is looked at.
        directory: names people and agencies.
        printed: lays a portal sheet out as a page to print.
        by: name of who makes it.
    """

    services: ArchiveServices
    looking: Callable[[Case], Looking]
    directory: Directory
    printed: Callable[[Sheet], str]
    by: str


def archive_name(ref: str) -> str:
    """Return what the archive of a file is called."""
    return f"{ref.replace('/', '-')}.zip"


def write_archive(place: Path, ref: str, maker: ArchiveMaker) -> list[str]:
    """Write the archive of a file at a place; return the names of its parts, in their order.

    Raises:
        NotFound: no such file.
        OutOfReach: the database does not answer, or the file of a paper is missing or was changed.
        OSError: the disk refuses.
    """
    view = maker.services.cases.view(ref)
    looking = maker.looking(view.case)
    made = looking.now.astimezone(looking.planner.zone(looking.agency))
    parts = dict(_parts(view, looking, maker))
    read_me = "".join(f"{line}\n" for line in _read_me(view, made, list(parts), maker.by))
    with ZipFile(place, "w", ZIP_DEFLATED) as archive:
        for name, content in {"lisez-moi.txt": read_me.encode(), **parts}.items():
            told = ZipInfo(name, (made.year, made.month, made.day, made.hour, made.minute, 0))
            told.external_attr, told.compress_type = _OWNER_ALONE, ZIP_DEFLATED
            archive.writestr(told, content)
        return archive.namelist()


def _parts(view: CaseView, looking: Looking, maker: ArchiveMaker) -> Iterator[tuple[str, bytes]]:
    """Yield each part but the first, by its name."""
    services, case = maker.services, view.case
    try:
        page = maker.printed(services.inquiries.sheet(case.ref))
    except Refused:
        # Nothing is typed in a portal at this step.
        page = ""
    if page:
        yield "fiche.html", page.encode()
    journal = services.cases.store.journal(case.ref)
    told = entries(journal, view.procedure, looking, maker.directory)
    yield "journal.txt", "".join(map(_as_text, told)).encode()
    kept = ((one.id, paper.file) for one, paper in _papers(view) if paper and paper.file)
    for rank, (name, file) in enumerate(kept, 1):
        content = services.cases.papers.place_of(file).read_bytes()
        yield f"pieces/{rank:02}-{name}{PurePath(file.name).suffix}", content
    yield from _mails(case.ref, looking, services.notifications)


def _mails(ref: str, looking: Looking, store: NotificationStore) -> Iterator[tuple[str, bytes]]:
    """Yield the mails about a file as they left, or would, oldest first."""
    query, found = MessageQuery(ref=ref, limit=_AT_ONCE), []
    while page := store.messages(query):
        found += page
        query = replace(query, before=page[-1].id)
    for one in reversed(found):
        day = civil(looking.local(one.created_at))
        yield f"courriels/{day}-{one.kind}-{one.id}.eml", store.message(one.id)[1]


def _papers(view: CaseView) -> Iterator[tuple[DocumentSpec, Paper | None]]:
    for spec in ledger.papers(view.case, view.procedure):
        yield spec, view.case.documents.get(spec.id)


def _read_me(view: CaseView, made: datetime, parts: list[str], by: str) -> Iterator[str]:
    """Yield what an archive is, what is in it, and where the papers are that have no file."""
    case, procedure = view.case, view.procedure
    yield f"Dossier {case.ref}  {case.title}".rstrip()
    yield f"{procedure.label}, {procedure.states[case.state].label}"
    yield f"Archive faite le {french.moment(made)} par {by}."
    yield "La partie restreinte du dossier n’y est pas."
    yield "\nCe qu’elle contient\n"
    yield from (f"  {name}" for name in parts)
    yield "\nPièces\n"
    for spec, paper in _papers(view):
        beside = (words for words, _ in ledger.beside(paper, made.date())) if paper else ()
        yield " ; ".join((f"  {spec.label} : {ledger.progress(paper).plain}", *beside))


def _as_text(what: RenderableType) -> str:
    """Return what a terminal without colours would show."""
    page = StringIO()
    Console(file=page, width=_WIDTH, color_system=None).print(what)
    return "".join(f"{line.rstrip()}\n" for line in page.getvalue().splitlines())
