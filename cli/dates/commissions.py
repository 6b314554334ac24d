"""`commissions`: the calendar of a funder; what a change does to the files is shown before it is saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct
from msgspec.structs import replace

from cli.asking import completion
from cli.asking.options import (
    DryRun,
    Funder,
    Json,
    Yes,
    existing_file,
    must_confirm,
    read_day,
    session_of,
)
from cli.shared.acting import DRY_RUN, keep, watched
from cli.wiring.session import Session
from workflow.deadlines.ways_of_counting import Sitting
from workflow.errors import InvalidInput, Refused
from workflow.text import french

if TYPE_CHECKING:
    from workflow.rules.procedure import Procedure
    from workflow.usecases.ports import CalendarEntry
    from workflow.usecases.recompute import CalendarChanges, PreparedChange


_NONE = "aucune"
_Procedure = Annotated[
    str,
    typer.Option(
        "--procedure",
        metavar="ID",
        help="Procédure (cif-cdd).",
        autocompletion=completion.procedures,
    ),
]
_Days = Annotated[list[str] | None, typer.Argument(metavar="DATE", help="Jour de la commission.")]
_Day = Annotated[str, typer.Argument(metavar="DATE", help="Jour de la commission notée.")]
_To = Annotated[str, typer.Argument(metavar="NOUVELLE", help="Nouveau jour.")]
_Cutoff = Annotated[
    str | None,
    typer.Option("--cloture", metavar="DATE", help="Dernier jour de dépôt pour cette commission."),
]
_Label = Annotated[
    str, typer.Option("--libelle", metavar="TEXTE", help="Nom de la commission, si elle en a un.")
]
_File = Annotated[Path, typer.Argument(metavar="FICHIER", help="Calendrier, .toml ou .ics.")]


def show(
    ctx: typer.Context,
    funder: Funder = None,
    procedure: _Procedure = "cif-cdd",
    as_json: Json = False,
) -> None:
    """Show the sessions of a funder."""
    from cli.dates import commissions_view as views

    session = session_of(ctx)
    ruled = _ruled(session, procedure, funder)
    entries = session.container.changes().calendar(procedure, ruled.funder or "")
    if as_json:
        session.output.json(views.calendar_json(procedure, ruled.funder or "", entries))
        return
    session.output.say(f"{ruled.funder_label}, {ruled.name}")
    if not entries:
        session.output.say("Aucune commission n’est notée.")
        words = ("commissions", "ajouter", "--financeur", ruled.funder or "", "JJ/MM/AAAA")
        session.output.suggest("Pour en noter :", session.typed(*words))
        return
    session.output.show(views.table(entries, session.places.directory, session.today()))


def add(
    ctx: typer.Context,
    days: _Days = None,
    funder: Funder = None,
    procedure: _Procedure = "cif-cdd",
    cutoff: _Cutoff = None,
    label: _Label = "",
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Add sessions."""
    desk = _Calendars.open(ctx, procedure, funder, yes=yes, dry_run=dry_run, as_json=as_json)
    if not days:
        raise InvalidInput("Quel jour ? Écrivez par exemple : commissions ajouter 12/07/2018 …")
    if cutoff is not None and len(days) > 1:
        raise InvalidInput(
            "--cloture vaut pour une seule commission : ajoutez-les une à une, ou par un fichier."
        )
    closing = read_day(desk.session, "--cloture", cutoff) if cutoff is not None else None
    words = desk.label(label)
    entries = [(Sitting(read_day(desk.session, "DATE", day), closing), words) for day in days]
    desk.keep(desk.changes.add(desk.procedure.id, desk.funder, entries, by=desk.session.acting))


def move(
    ctx: typer.Context,
    day: _Day,
    to: _To,
    funder: Funder = None,
    procedure: _Procedure = "cif-cdd",
    cutoff: _Cutoff = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Move a session."""
    desk = _Calendars.open(ctx, procedure, funder, yes=yes, dry_run=dry_run, as_json=as_json)
    known = {entry.session.day: entry.session for entry in desk.entries()}
    was = known.get(read_day(desk.session, "DATE", day))
    if was is not None and was.cutoff is not None and cutoff is None:
        raise InvalidInput(
            f"La commission du {french.short_day(was.day)} avait une clôture, le "
            f"{french.short_day(was.cutoff)} : ajoutez --cloture avec la nouvelle, ou "
            f"--cloture {_NONE}."
        )
    closing = (
        read_day(desk.session, "--cloture", cutoff)
        if cutoff not in {None, _NONE} and cutoff
        else None
    )
    moved = Sitting(read_day(desk.session, "NOUVELLE", to), closing)
    if was == moved:
        raise Refused("Rien à changer : la commission est déjà notée ainsi.")
    prepared = desk.changes.move(
        desk.procedure.id,
        desk.funder,
        read_day(desk.session, "DATE", day),
        moved,
        by=desk.session.acting,
    )
    desk.keep(prepared)


def cancel(
    ctx: typer.Context,
    day: _Day,
    funder: Funder = None,
    procedure: _Procedure = "cif-cdd",
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Cancel a session."""
    desk = _Calendars.open(ctx, procedure, funder, yes=yes, dry_run=dry_run, as_json=as_json)
    gone = read_day(desk.session, "DATE", day)
    desk.keep(desk.changes.cancel(desk.procedure.id, desk.funder, gone, by=desk.session.acting))


def take(
    ctx: typer.Context,
    file: _File,
    funder: Funder = None,
    procedure: _Procedure = "cif-cdd",
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Add the sessions of a file; those noted already, or over, are left out and said to be."""
    from cli.dates.calendarfiles import read_calendar
    from workflow.calendar.calendars import territory

    desk = _Calendars.open(ctx, procedure, funder, yes=yes, dry_run=dry_run, as_json=as_json)
    zone = territory(desk.procedure.funder_territory).zone
    found = read_calendar(existing_file("FICHIER", file), zone)
    today = desk.session.clock().astimezone(zone).date()
    ended = desk.procedure.edition_on(today) is None
    noted = {entry.session for entry in desk.entries()}
    coming = [row for row in found.rows if ended or row[0].day >= today]
    fresh = [(one, desk.label(label)) for one, label in coming if one not in noted]
    if not coming:
        raise InvalidInput(
            f"{file} : toutes ses commissions sont passées ; demandez le calendrier à venir."
        )
    if not fresh:
        raise Refused(f"{file} : toutes ses commissions sont déjà notées, rien à changer.")
    for count, one, many in (
        (len(found.rows) - len(coming), "commission passée", "commissions passées"),
        (len(coming) - len(fresh), "commission déjà notée", "commissions déjà notées"),
    ):
        if count:
            desk.session.output.say(f"{french.count(count, one, many)} : laissées de côté.")
    prepared = desk.changes.add(desk.procedure.id, desk.funder, fresh, by=desk.session.acting)
    desk.keep(replace(prepared, warnings=(*found.remarks, *prepared.warnings)))


class _Calendars(Struct, frozen=True):
    """What every change of a calendar needs."""

    session: Session
    procedure: Procedure
    changes: CalendarChanges
    asks: bool
    dry_run: bool
    as_json: bool

    @classmethod
    def open(
        cls,
        ctx: typer.Context,
        procedure: str,
        funder: str | None,
        *,
        yes: bool,
        dry_run: bool,
        as_json: bool,
    ) -> _Calendars:
        """Return it once the funder is known, and once somebody can confirm."""
        session = session_of(ctx)
        asks = must_confirm(session, yes=yes, dry_run=dry_run, as_json=as_json)
        ruled = _ruled(session, procedure, funder)
        changes = session.container.changes(watched(session, "Dossiers examinés"))
        return cls(session, ruled, changes, asks, dry_run, as_json)

    @property
    def funder(self) -> str:
        """Return the id of the funder."""
        return self.procedure.funder or ""

    def entries(self) -> tuple[CalendarEntry, ...]:
        """Return the sessions noted."""
        return self.changes.calendar(self.procedure.id, self.funder)

    def label(self, typed: str) -> str:
        """Return the label of a session, or refuse it."""
        from workflow.wording.act_text import checked_title

        return checked_title(self.procedure, typed)

    def keep(self, prepared: PreparedChange) -> None:
        """Show what changes and the files it touches, then save it all if it is wanted."""
        from cli.dates import commissions_view
        from cli.shared import touched_view

        output = self.session.output
        output.warn_each(prepared.unreadable)
        if not self.as_json and prepared.calendar:
            output.show(f"Calendrier : {self.procedure.funder_label}")
            output.show(*(f"  {one}" for one in commissions_view.change_lines(prepared.calendar)))
            for words in prepared.warnings:
                output.warn(words)
        saved = False
        if not self.dry_run:
            saved = keep(self.session, self.changes, prepared, asks=self.asks, as_json=self.as_json)
        elif not self.as_json:
            output.show(*touched_view.touched(prepared.outcomes, self.session.looking))
            output.say(touched_view.counted(prepared.outcomes), DRY_RUN)
        if self.as_json:
            output.json(commissions_view.change_json(prepared, saved=saved))


def _ruled(session: Session, procedure: str, funder: str | None) -> Procedure:
    """Return a procedure as its funder rules it.

    Raises:
        NotFound, InvalidInput: no such procedure or funder; one that has no commission.
    """
    from workflow.deadlines.context import ruled_by

    ruled = ruled_by(session.container.rulebook.procedure(procedure), funder)
    if ruled.funder is None:
        raise InvalidInput(
            f"{ruled.funder_label} ({ruled.name}) n’a pas de commission : il n’y a pas de calendrier "
            "à tenir."
        )
    return ruled
