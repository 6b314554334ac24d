"""`importer`: a table of the agency's own, read again row by row, then entered as files.

Shows first what every row would do, and asks; a second reading writes, some files at a time, each of them
whole. Stopped at any moment, the same command goes on: rows that are in are unchanged.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cli.asking.invocation import Invocation, existing_file
from cli.config.identity import agency_of
from cli.shared.acting import DRY_RUN
from cli.terminal.exits import ExitCode
from workflow.errors import InvalidInput
from workflow.imports.columns import Place
from workflow.operations import operations
from workflow.spreadsheets.reading import content_of, read_table
from workflow.takeover.importing import Importing
from workflow.takeover.rereading import ImportedRow, ImportRequest, RowResult
from workflow.text import french

if TYPE_CHECKING:
    from display.case.importing import Reread


def take(asked: Invocation) -> ExitCode:
    """Enter the files of a table."""
    from cli.case import importing_view as views

    session, told = asked.session, asked.request
    asks = asked.must_confirm()
    if path := asked.path(operations.REJECTS):
        _check_rejects(path, replace=told.flag(operations.OVERWRITTEN))
    importing = session.container.importing
    wanted = _request(asked, importing)
    # The good rows of a table go in without a question: there is nothing to read again first.
    straight = asked.confirmed and told.flag(operations.GOOD_ONLY)
    reread = _saved(asked, importing, wanted) if straight else _reread(asked, importing, wanted)
    if not asked.as_json:
        session.output.show(*views.preview(reread, session.container.rulebook))
    if path is not None:
        _write_rejects(asked, reread, path)
    whole = told.flag(operations.GOOD_ONLY) or not reread.wrong
    writes = bool(whole and not asked.dry_run and _changing(reread))
    if writes and asks:
        from cli.asking.questions import confirm

        writes = confirm(session, "Enregistrer")
    if not asked.dry_run and (model := told.given(operations.MODEL)):
        importing.keep(wanted, model)
    if writes and not straight:
        reread = _saved(asked, importing, wanted)
    if asked.as_json:
        session.output.json(views.reread_json(reread, saved=writes))
    else:
        _conclude(asked, reread, whole=whole, saved=writes)
    return ExitCode.REFUSED if reread.wrong else ExitCode.DONE


def _check_rejects(path: Path, *, replace: bool) -> None:
    """Refuse a workbook that could not be written, before anything else is; raises like `check_place`."""
    from cli.shared.write_file import check_place

    if path.suffix.lower() != ".xlsx":
        raise InvalidInput("--refuses : donnez le nom d’un fichier en .xlsx.")
    check_place(path, replace=replace)


def _request(asked: Invocation, importing: Importing) -> ImportRequest:
    session, told = asked.session, asked.request
    settings, by = session.configuration.settings, session.acting
    agency = agency_of(by, told.given(operations.AGENCY), settings)
    owner = told.given(operations.FOLLOWED_BY) or (by if by in settings.people else None)
    if owner is not None:
        session.places.directory.person(owner)
    procedure = told.given(operations.PROCEDURE)
    content, name = _content(asked)
    # As they were exported: nobody says what a column is.
    told_otherwise = asked.asks(operations.SHEET, operations.COLUMNS, operations.MODEL)
    if not told_otherwise and (whole := importing.whole(content, name)) is not None:
        return ImportRequest(*whole[:2], None, by, agency, owner, whole[2])
    sheet = told.given(operations.SHEET)
    table = read_table(content, name, sheet=sheet, known=importing.headings(procedure))
    columns = importing.recognise(
        table,
        procedure,
        agency,
        told=told.named(operations.COLUMNS),
        ignored=told.many(operations.IGNORED),
        model=told.given(operations.MODEL),
    )
    if procedure is None and not any(Place.PROCEDURE in one.names for one in columns):
        ids = french.listing(session.container.rulebook.procedures)
        raise InvalidInput(
            f"De quelle procédure sont ces dossiers ? Ajoutez --procedure ({ids}), ou une colonne "
            "« Procédure »."
        )
    return ImportRequest(table, columns, procedure, by, agency, owner)


def _content(asked: Invocation) -> tuple[bytes, str]:
    """Return the bytes and the name of a table; raises `InvalidInput`, `OutOfReach`."""
    path = existing_file("FICHIER", Path(asked.request.about[0]))
    return content_of(path), path.name


def _reread(asked: Invocation, importing: Importing, wanted: ImportRequest) -> Reread:
    from display.case.importing import Reread

    total = len(wanted.table.rows)
    rows = asked.session.output.track(importing.rows(wanted), "Relecture du tableau", total)
    # What a row would write is worked out again then: all of them together would fill the memory.
    return Reread(wanted, tuple(replace(row, outcomes=(), told={}) for row in rows))


def _changing(reread: Reread) -> bool:
    return any(row.result in {RowResult.CREATED, RowResult.UPDATED} for row in reread.rows)


def _saved(asked: Invocation, importing: Importing, wanted: ImportRequest) -> Reread:
    from display.case.importing import Reread

    session, done = asked.session, list[ImportedRow]()
    rows = importing.save(wanted)
    try:
        for row in session.output.track(
            rows, "Enregistrement des dossiers", len(wanted.table.rows)
        ):
            done.append(replace(row, outcomes=(), told={}))
    finally:
        # Should the rest fail, what is in is in, and the same command goes on from there.
        if entered := sum(row.result in {RowResult.CREATED, RowResult.UPDATED} for row in done):
            session.wrote(french.count(entered, "dossier", "dossiers"))
    return Reread(wanted, tuple(done))


def _write_rejects(asked: Invocation, reread: Reread, path: Path) -> None:
    from cli.shared.write_file import writing
    from display.export.refused_rows import write_refused

    session, wanted = asked.session, reread.asked
    if not reread.wrong:
        return
    procedures = tuple(session.container.rulebook.procedures.values())
    at = session.clock().astimezone(session.places.directory.agency(wanted.agency).zone)
    with writing(path, replace=asked.request.flag(operations.OVERWRITTEN)) as aside:
        write_refused(aside, reread, procedures, wanted.by, at)
    session.wrote(f"« {path} »")


def _conclude(asked: Invocation, reread: Reread, *, whole: bool, saved: bool) -> None:
    session = asked.session
    if saved:
        counts = reread.counts
        session.output.say(
            f"Enregistré : {french.count(counts[RowResult.CREATED], 'dossier créé', 'dossiers créés')}, "
            f"{french.count(counts[RowResult.UPDATED], 'modifié', 'modifiés')}."
        )
    elif asked.dry_run:
        session.output.say(DRY_RUN)
    elif not whole:
        session.output.say(
            "Rien n’a été enregistré : corrigez ces lignes, ou ajoutez --bonnes pour entrer les autres."
        )
    else:
        session.output.say("Rien n’a été enregistré.")
