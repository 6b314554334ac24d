"""`exporter`: a list, all of them, or whole files to be taken back, in a file for a spreadsheet.

Reads files one at a time; writes nothing but the file that was asked for, whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from cli.asking.invocation import Invocation
from cli.case.read import check_names
from notifications.model.messages import MessageQuery, StoredMessage
from workflow.case.case import Case
from workflow.errors import InvalidInput
from workflow.operations import operations
from workflow.ports.stores import CaseLine, CaseQuery
from workflow.text import french

if TYPE_CHECKING:
    from display.export.tables import JoinedTables, ListTable

_AT_ONCE = 500
_EVERYTHING, _WHOLE = "agence", "reprise"
_TITLES = {_EVERYTHING: "toutes les listes", _WHOLE: "dossiers entiers"}
_OF_MAILS = (
    operations.PROCEDURE,
    operations.STATE,
    operations.TEXT,
    operations.ALL,
    operations.GROUP,
)
"""Filters that say nothing of a mail."""


def export(asked: Invocation) -> None:
    """Write a list in a file."""
    from cli.shared.write_file import writing
    from display.export.exports import LISTS, grid_of
    from display.export.holdings import COMING_BACK
    from display.export.parties import PARTY_LISTS
    from display.export.spreadsheet import write_tables
    from display.export.tables import Imprint

    session, told, name = asked.session, asked.request, asked.about() or ""
    path, over = asked.path(operations.FILE), told.flag(operations.OVERWRITTEN)
    path = _checked(asked, name, path)
    if name in PARTY_LISTS:
        from cli.parties.export import export_parties

        export_parties(asked, name, path)
        return
    source = _Source(asked)
    names = list(LISTS) if name == _EVERYTHING else [name]
    person = session.places.directory.people.get(session.acting)
    imprint = Imprint(
        title=f"Échéancier – {_TITLES.get(name) or LISTS[name].name}",
        kept=source.words,
        by=person.name if person else session.acting,
        at=session.clock().astimezone(source.zone(person.agency if person else "")),
        more=COMING_BACK if name == _WHOLE else (),
    )
    listed: Iterator[ListTable] = (grid_of(one, source.sources()) for one in names)
    if name == _EVERYTHING:
        from cli.parties.export import tables_around

        listed = chain(listed, tables_around(asked, source.sources().cases()))
    grids: Iterator[ListTable | JoinedTables] = _whole(source) if name == _WHOLE else listed
    with writing(path, replace=over) as aside:
        counts = write_tables(aside, path.suffix.lower(), grids, imprint)
    session.wrote(f"« {path} »")
    _tell(asked, str(path), source, counts, imprint)


def _checked(asked: Invocation, name: str, path: Path | None) -> Path:
    """Return where a list is written; raises `InvalidInput` for a list, a file or a filter that cannot be."""
    from display.export.exports import LISTS
    from display.export.parties import PARTY_LISTS
    from display.export.spreadsheet import CSV, ENDINGS

    if name not in {*LISTS, *PARTY_LISTS, *_TITLES}:
        known = french.listing((*LISTS, *PARTY_LISTS, *_TITLES))
        raise InvalidInput(f"Liste « {name} » : donnez l’une de {known}.")
    if path is None or path.suffix.lower() not in ENDINGS:
        raise InvalidInput("--sortie : donnez le nom d’un fichier en .xlsx ou en .csv.")
    if name in _TITLES and path.suffix.lower() == CSV:
        raise InvalidInput(
            "Plusieurs tables ne tiennent pas dans un .csv : donnez un nom en .xlsx."
        )
    if name == "courriels" and asked.asks(*_OF_MAILS):
        raise InvalidInput("Les courriels se filtrent par --dossier, --personne et --agence.")
    return path


def _whole(source: _Source) -> Iterator[JoinedTables]:
    from display.export.holdings import whole_tables

    return iter((whole_tables(source.sources(), source.facts()),))


def _tell(asked: Invocation, path: str, source: _Source, counts: dict[str, int], by: Any) -> None:
    session = asked.session
    if asked.as_json:
        answer = {"file": path, "rows": counts, "filter": by.kept, "by": by.by, "at": by.at}
        session.output.json({**answer, "files": source.total})
        return
    rows = ", ".join(f"{name} : {french.count(n, 'ligne', 'lignes')}" for name, n in counts.items())
    session.output.say(f"« {path} » écrit ({by.kept}). {rows}.")


class _Source:
    """What an export reads, at the filter that was asked.

    Raises:
        InvalidInput, NotFound: a filter that names nothing.
    """

    def __init__(self, asked: Invocation) -> None:
        told = asked.request
        self._session = asked.session
        self._cases = asked.session.container.cases
        self._ref = told.given(operations.CASE)
        agency, owner = asked.filters()
        self._query = CaseQuery(
            procedure=told.given(operations.PROCEDURE),
            state=told.given(operations.STATE),
            agency=agency,
            owner=owner,
            cohort=asked.group(),
            text=told.given(operations.TEXT),
            closed=told.flag(operations.ALL),
            limit=_AT_ONCE,
        )
        check_names(asked.session, self._query)
        if self._ref is not None:
            self._ref = self._cases.load(self._ref)[0].ref
            self._query = CaseQuery(text=self._ref, closed=True, limit=_AT_ONCE)
        self.zone = lru_cache(self._zone)
        self.words = self._words()
        found = 1 if self._ref else self._cases.store.find(replace(self._query, limit=1)).total
        self.total = found

    def sources(self) -> Any:
        """Return where the rows of each list come from."""
        from display.export.exports import Sources

        container = self._session.container
        return Sources(
            lines=self._lines,
            cases=self._loaded,
            journal=self._cases.store.journal,
            accounts=lambda case: container.inquiries.worth(case)[1],
            mails=self._mails,
            rulebook=container.rulebook,
            directory=self._session.places.directory,
            zone=self.zone,
        )

    def facts(self) -> frozenset[str]:
        """Return the ids of the facts that some file has."""
        return self._cases.store.fact_names()

    def _lines(self) -> Iterator[CaseLine]:
        return self._session.output.track(self._pages(), "Export des dossiers", self.total)

    def _pages(self) -> Iterator[CaseLine]:
        after = None
        while page := self._cases.store.find(replace(self._query, after=after)).lines:
            yield from (line for line in page if self._ref in {None, line.ref})
            after = page[-1].ref

    def _loaded(self) -> Iterator[Case]:
        refs = [self._ref] if self._ref else (line.ref for line in self._lines())
        # The restricted part stays behind, whatever a table may come to read.
        return (replace(self._cases.store.load(ref), eligibility=None) for ref in refs)

    def _mails(self) -> Iterator[StoredMessage]:
        whose = self._query.owner and f"personne:{self._query.owner}"
        whose = whose or (self._query.agency and f"agence:{self._query.agency}")
        query = MessageQuery(ref=self._ref, recipient=whose or None, limit=_AT_ONCE)
        while page := self._session.container.notifications.messages(query):
            yield from page
            query = replace(query, before=page[-1].id)

    def _zone(self, agency: str) -> ZoneInfo:
        return self._session.looking(agency).planner.zone(agency)

    def _words(self) -> str:
        query, directory = self._query, self._session.places.directory
        if self._ref:
            return f"dossier {self._ref}"
        said = [
            "dossiers en cours et finis" if query.closed else "dossiers en cours",
            query.procedure and f"procédure {query.procedure}",
            query.state and f"état {query.state}",
            query.agency and directory.agency(query.agency).name,
            query.owner and f"suivis par {directory.person(query.owner).name}",
            query.cohort and f"groupe « {query.cohort} »",
            query.text and f"« {query.text} »",
        ]
        return ", ".join(one for one in said if one)
