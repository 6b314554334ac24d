"""Équipe: who has what to do, who is away and who stands in, and whom files are handed to.

Opened by `tui.app`. Absences and transfers go through forms (`tui.team.absence`, `tui.lists.bulk_screen`);
this screen reads. One screen with all its keys, hence its length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import ClassVar

from msgspec.structs import replace
from rich.console import Group, RenderableType
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.widgets import Static

from display.drawing.layout import line, text
from display.export.tables import Exported
from notifications.model.preferences import Absence
from tui.case.actsbar import ActsBar
from tui.case.screen import CaseScreen
from tui.drawing.paint import fitted
from tui.drawing.urgency import GROUPS, row_urgency
from tui.forms.act import ActScreen
from tui.forms.confirm import ConfirmScreen
from tui.frame.keybar import KeyBar
from tui.frame.keys import KEYS, bind
from tui.frame.masthead import Masthead
from tui.lists.bulk_screen import BulkScreen
from tui.lists.bulk_work import TRANSFER
from tui.lists.listing import Listing
from tui.lists.marking import MarkableFiles
from tui.lists.sections import Cells, Section
from tui.lists.worktable import Lines
from tui.months.day_load import standing_bar
from tui.team.absence import noting_absence
from tui.team.members import Member, Team, query_of, teams
from workflow.operations import operations
from workflow.operations.requests import Request
from workflow.text import french
from workflow.worklist.worklist import WorkGroup, WorkRow

_NUMBER, _AWAY, _STRIP = 8, 11, 25
_REF = 15


class TeamScreen(Listing):
    """Who does what."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("team.absence"),
        bind("team.cancel"),
        bind("team.transfer"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._most = 0
        self._member: Member | None = None

    def compose(self) -> ComposeResult:
        """Yield the people on the left, the files of one of them on the right."""
        yield Masthead(KEYS["place.team"].label)
        with Container(id="body"):
            with Vertical(id="people"):
                yield Static(id="heads")
                yield Lines[Member](self._draw, id="members")
            with Vertical(id="files"):
                yield Static(id="who")
                yield MarkableFiles(self._draw_file, id="work")
                yield Static("Aucun dossier en cours.", id="nothing")
        yield ActsBar(id="acts")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read everybody."""
        self.members.focus()
        self.refresh_data()

    @property
    def members(self) -> Lines[Member]:
        """The people."""
        return self.query_one("#members", Lines)

    @property
    def work(self) -> MarkableFiles:
        """The files of one of them."""
        return self.query_one(MarkableFiles)

    # --- Reading -----------------------------------------------------------------------------------

    def refresh_data(self) -> None:
        """Read everybody again, the cursor where it was."""
        self.ask(partial(teams, self.office), self._show, group="team")

    def _show(self, found: Sequence[Team]) -> None:
        self._most = max(
            (count for team in found for one in team.members for count in one.days.values()),
            default=0,
        )
        self.members.show(
            [
                Section(team.agency.id, team.agency.name, len(team.members), _held(team.members))
                for team in found
            ]
        )

    def on_resize(self) -> None:
        """Lay the heads out again, once the columns are."""
        self.call_after_refresh(self._head)

    def _head(self) -> None:
        """Put the heads over their columns."""
        width = self._name_width(self.members.size.width - 3)
        heads = (fitted("", width + 2), *(f"{word:>{_NUMBER}}" for word in _HEADS))
        away = f"  {fitted('Absence', _AWAY)}"
        self.query_one("#heads", Static).update(text(f"{''.join(heads)}{away}4 semaines", "muted"))

    @staticmethod
    def _name_width(width: int) -> int:
        return max(width - 3 * _NUMBER - 2 - _AWAY - _STRIP, 12)

    def _draw(self, row: Member, width: int) -> Cells:
        return [
            (fitted(row.name, self._name_width(width)), "strong" if row.is_person else "muted"),
            (f"{row.files:>{_NUMBER}}", ""),
            (f"{f'✗ {row.late}' if row.late else '·':>{_NUMBER}}", "late" if row.late else "muted"),
            (f"{row.week or '·':>{_NUMBER}}", "soon" if row.week else "muted"),
            (f"  {fitted(_absence(row), _AWAY)}", "awaited"),
            (self._strip(row), "ok"),
        ]

    def _strip(self, row: Member) -> str:
        """Return the coming four weeks, one character a working day, weeks apart."""
        bars, last = "", 0
        for rank, (day, count) in enumerate(row.days.items()):
            apart = " " if rank and day.weekday() < last else ""
            bars += apart + standing_bar(count, self._most)
            last = day.weekday()
        return bars

    def _draw_file(self, row: WorkRow, width: int) -> Cells:
        urgency = row_urgency(row, self.office.looking(row.agency))
        title = max(width - 3 - _REF, 8)
        act = title * 3 // 5 if title > 2 * _REF else 0
        return [
            (f"{urgency.sign:<2} ", urgency.style),
            (fitted(row.ref, _REF), "muted"),
            (fitted(row.title or "sans libellé", title - act), "strong"),
            (fitted(row.label, act), ""),
        ]

    # --- The person selected -----------------------------------------------------------------------

    @on(Lines.Selected, "#members")
    def _select(self, event: Lines.Selected) -> None:
        member = event.row
        if not isinstance(member, Member):
            return
        same = self._member is not None and self._member.ref == member.ref
        self._member = member
        self.query_one("#who", Static).update(Group(*self._who(member)))
        query = query_of(self.office, member.ref, member.agency)

        def reader(group: WorkGroup, offset: int, limit: int) -> Sequence[WorkRow]:
            return self.office.services.worklist.page(
                replace(query, group=group, offset=offset, limit=limit)
            )

        self.work.show(
            [
                Section(group.value, GROUPS[group], count, partial(reader, group))
                for group, count in member.counts.items()
            ],
            keep=same,
        )
        if not same:
            self.work.marked.clear()
        self.set_class(not member.files, "-empty")
        self._tell_acts(member)

    @property
    def exported(self) -> Exported | None:
        """The files of the person selected."""
        if self._member is None or not self.work.total:
            return None
        return Exported("dossiers", f"suivis par {self._member.name}", self.work.every_row)

    def _who(self, member: Member) -> Iterator[RenderableType]:
        total = french.count(sum(member.days.values()), "date", "dates")
        files = french.count(member.files, "dossier", "dossiers")
        yield text(member.name, "strong")
        yield text(f"{files}, {total} en 4 semaines", "muted")
        told = member.told
        if told is not None and told.absent is not None:
            yield line(
                ("Absence en cours : ", "awaited"), f"{told.recipient.name} reçoit les rappels."
            )
        for absence in member.absences:
            yield line(("⌂ ", "awaited"), self._period(absence))

    def _period(self, absence: Absence) -> str:
        days = french.period(absence.first, absence.last)
        person = self.office.directory.people.get(absence.substitute or "")
        return f"{days}, remplacement assuré par {person.name}" if person else days

    def _tell_acts(self, member: Member) -> None:
        nobody = "" if member.is_person else "ces dossiers ne sont à personne"
        acts: Mapping[str, str] = {
            "team.absence": nobody,
            "team.cancel": nobody or ("" if member.absences else "aucune absence notée"),
            "team.transfer": "" if member.files else "aucun dossier à confier",
        }
        self.query_one(ActsBar).show(acts)

    @on(Lines.Opened, "#members")
    def _open_person(self) -> None:
        if self._member is not None and self._member.files:
            self.add_class("-files")
            self.work.focus()

    @on(Lines.Opened, "#work")
    def _open_file(self, event: Lines.Opened) -> None:
        self.desk.push(CaseScreen(event.row.ref))

    def action_back(self) -> None:
        """Leave the files of a person, then the team."""
        if self.work.has_focus:
            self.remove_class("-files")
            self.members.focus()
        else:
            super().action_back()

    # --- Acts --------------------------------------------------------------------------------------

    def action_absence(self) -> None:
        """Note that somebody will be away."""
        member = self._member
        if member is not None and self.may_write():
            person = member.ref if member.is_person else self.office.acting
            self.desk.push(ActScreen(noting_absence(person, self.office)), self._acted)

    def action_cancel(self) -> None:
        """Take the first absence of the person back, once another key says so."""
        member = self._member
        if member is None or not self.may_write():
            return
        if not member.absences:
            self.notify("Aucune absence notée pour cette ligne.", severity="warning")
            return
        absence = member.absences[0]
        self.desk.push(
            ConfirmScreen(
                f"Annuler l’absence {french.of(member.name)} ?",
                f"{self._period(absence)}\n{member.name} recevra les rappels de ses dossiers.",
                self.office.typed(_cancelling(absence)),
            ),
            lambda _: self._cancel(absence),
        )

    def _cancel(self, absence: Absence) -> None:
        office = self.office
        self.ask(
            lambda: office.services.notifications.cancel_absence(
                absence.number, office.acting, office.now
            ),
            self._cancelled,
            group="act",
            writes=f"l’absence {absence.number}",
        )

    def _cancelled(self, absence: Absence) -> None:
        self.desk.acted("Absence annulée", _cancelling(absence))
        self.desk.refresh_data()

    def action_transfer(self) -> None:
        """Hand over the files marked, the one selected, or all those of the person."""
        member = self._member
        if member is None or not self.may_write():
            return
        if not self.work.has_focus:
            query = query_of(self.office, member.ref, member.agency)
            self.ask(
                partial(self.office.services.worklist.refs, query), self._transfer, group="act"
            )
        elif self.work.marked:
            self._transfer(list(self.work.marked))
        elif self.work.current is not None:
            self._transfer([self.work.current.ref])

    def _transfer(self, refs: Sequence[str]) -> None:
        if refs:
            self.desk.push(BulkScreen(self.office, tuple(refs), TRANSFER), self._acted)
        else:
            self.notify("Aucun dossier à confier.", severity="warning")

    def _acted(self, _: object) -> None:
        self.work.marked.clear()
        self.desk.refresh_data()


_HEADS = ("Dossiers", "Retard", "7 jours")


def _cancelling(absence: Absence) -> Request:
    return Request(operations.CANCEL_ABSENCE, (str(absence.number),))


def _absence(row: Member) -> str:
    """Return until when somebody is away, or from when they will be."""
    if row.away is not None:
        return f"→ {french.short_day(row.away)[:5]}"
    return f"dès {french.short_day(row.leaves)[:5]}" if row.leaves is not None else ""


def _held(members: tuple[Member, ...]) -> Callable[[int, int], Sequence[Member]]:
    return lambda offset, limit: members[offset : offset + limit]
