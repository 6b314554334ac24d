"""`commissions`: the calendar of a funder; what a change does to the files is shown before it is saved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cli.asking.invocation import Invocation, existing_file
from cli.shared.acting import DRY_RUN, keep, watched
from workflow.counting.ways_of_counting import Sitting
from workflow.errors import InvalidInput, Refused
from workflow.operations import operations
from workflow.operations.requests import Request
from workflow.text import french
from workflow.usecases.preparing import NO_CUTOFF, prepare_change

if TYPE_CHECKING:
    from workflow.ports.stores import CalendarEntry
    from workflow.rules.procedure import Procedure
    from workflow.usecases.recompute import CalendarChanges, PreparedChange


def show(asked: Invocation) -> None:
    """Show the sessions of a funder."""
    from cli.dates import commissions_view as views

    session, changes = asked.session, asked.session.container.changes()
    ruled = _ruled(asked, changes)
    entries = changes.calendar(ruled.id, ruled.funder or "")
    if asked.as_json:
        session.output.json(views.calendar_json(ruled.id, ruled.funder or "", entries))
        return
    session.output.say(f"{ruled.funder_label}, {ruled.name}")
    if not entries:
        session.output.say("Aucune commission n’est notée.")
        add = Request(operations.ADD_SESSIONS, ("JJ/MM/AAAA",), {operations.FUNDER: ruled.funder})
        session.suggest("Pour en noter :", add)
        return
    session.output.show(views.table(entries, session.places.directory, session.today()))


def add(asked: Invocation) -> None:
    """Add sessions."""
    desk = _Calendars.open(asked)
    if not asked.request.about:
        raise InvalidInput("Quel jour ? Écrivez par exemple : commissions ajouter 12/07/2018 …")
    if asked.asks(operations.CUTOFF) and len(asked.request.about) > 1:
        raise InvalidInput(
            "--cloture vaut pour une seule commission : ajoutez-les une à une, ou par un fichier."
        )
    desk.prepare(asked.dated(operations.CUTOFF), asked.about_days())


def move(asked: Invocation) -> None:
    """Move a session."""
    desk, cutoff = _Calendars.open(asked), asked.request.given(operations.CUTOFF)
    noted, to = asked.about_days()
    was = next((one.session for one in desk.entries() if one.session.day == noted), None)
    if was is not None and was.cutoff is not None and cutoff is None:
        raise InvalidInput(
            f"La commission du {french.short_day(was.day)} avait une clôture, le "
            f"{french.short_day(was.cutoff)} : ajoutez --cloture avec la nouvelle, ou "
            f"--cloture {NO_CUTOFF}."
        )
    closing = None if cutoff in {None, "", NO_CUTOFF} else asked.day(operations.CUTOFF)
    if was == Sitting(to, closing):
        raise Refused("Rien à changer : la commission est déjà notée ainsi.")
    written = NO_CUTOFF if closing is None else french.short_day(closing)
    desk.prepare(asked.telling({operations.CUTOFF: written}), (noted, to))


def cancel(asked: Invocation) -> None:
    """Cancel a session."""
    _Calendars.open(asked).prepare(asked, asked.about_days())


def take(asked: Invocation) -> None:
    """Add the sessions of a file; those noted already, or over, are left out and said to be."""
    from cli.dates.calendarfiles import read_calendar
    from workflow.calendar.calendars import territory

    desk, file = _Calendars.open(asked), Path(asked.ref)
    zone = territory(desk.procedure.funder_territory).zone
    found = read_calendar(existing_file("FICHIER", file), zone)
    today = asked.session.clock().astimezone(zone).date()
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
            asked.session.output.say(f"{french.count(count, one, many)} : laissées de côté.")
    prepared = desk.changes.add(desk.procedure.id, desk.funder, fresh, by=asked.session.acting)
    desk.keep(replace(prepared, warnings=(*found.remarks, *prepared.warnings)))


class _Calendars(Struct, frozen=True):
    """What every change of a calendar needs."""

    asked: Invocation
    procedure: Procedure
    changes: CalendarChanges
    asks: bool

    @classmethod
    def open(cls, asked: Invocation) -> _Calendars:
        """Return it once the funder is known, and once somebody can confirm."""
        asks = asked.must_confirm()
        changes = asked.session.container.changes(watched(asked.session, "Dossiers examinés"))
        return cls(asked, _ruled(asked, changes), changes, asks)

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

    def prepare(self, told: Invocation, days: Iterable[date]) -> None:
        """Do what is asked of these days, in the calendar of the funder."""
        request = told.telling({operations.PROCEDURE: self.procedure.id}).request
        request = replace(request, about=tuple(map(french.short_day, days)))
        self.keep(prepare_change(self.changes, request, by=told.session.acting))

    def keep(self, prepared: PreparedChange) -> None:
        """Show what changes and the files it touches, then save it all if it is wanted."""
        from cli.dates import commissions_view
        from cli.shared import touched_view

        asked, output = self.asked, self.asked.session.output
        output.warn_each(prepared.unreadable)
        if not asked.as_json and prepared.calendar:
            output.show(f"Calendrier : {self.procedure.funder_label}")
            output.show(*(f"  {one}" for one in commissions_view.change_lines(prepared.calendar)))
            for words in prepared.warnings:
                output.warn(words)
        saved = False
        if not asked.dry_run:
            saved = keep(asked, self.changes, prepared, asks=self.asks)
        elif not asked.as_json:
            output.show(*touched_view.touched(prepared.outcomes, asked.session.looking))
            output.say(touched_view.counted(prepared.outcomes), DRY_RUN)
        if asked.as_json:
            output.json(commissions_view.change_json(prepared, self.changes.cases, saved=saved))


def _ruled(asked: Invocation, changes: CalendarChanges) -> Procedure:
    """Return a procedure as its funder rules it: the one that is named, or the only one with sessions.

    Raises:
        NotFound, InvalidInput: no such procedure or funder; one that has no commission.
    """
    from workflow.counting.context import ruled_by

    told, known = asked.request, changes.procedures()
    named = told.given(operations.PROCEDURE)
    if named is None and len(known) != 1:
        raise InvalidInput(f"Quelle procédure ? Ajoutez --procedure ({', '.join(known)}).")
    procedure = asked.session.container.rulebook.procedure(named or known[0])
    ruled = ruled_by(procedure, told.given(operations.FUNDER))
    if ruled.funder is None:
        raise InvalidInput(
            f"{ruled.funder_label} ({ruled.name}) n’a pas de commission : il n’y a pas de calendrier "
            "à tenir."
        )
    return ruled
