"""Groupes: each training session with its people, who stands where, who differs.

Opened from the first screen. Reads; its forms are in `tui.cohorts.forms` and `tui.opening.group`, steps go
through `tui.lists.bulk_screen`. One screen with all its keys, hence its length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import ClassVar

from msgspec import Struct
from rich.console import Group
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.widgets import Static

from display.case import cohort as views
from display.drawing.layout import text
from display.export.tables import Exported
from tui.acts.actform import ActForm
from tui.acts.acts import reasons_of
from tui.case.screen import CaseScreen
from tui.cohorts.forms import joining, moving
from tui.drawing.paint import fitted
from tui.forms.act import ActScreen
from tui.forms.confirm import ConfirmScreen
from tui.frame.keybar import KeyBar
from tui.frame.keys import bind, first_key
from tui.frame.masthead import Masthead
from tui.frame.office import Office
from tui.lists.bulk_screen import BulkScreen
from tui.lists.listing import Listing
from tui.lists.marking import MarkableFiles
from tui.lists.sections import Cells, Row, Section
from tui.lists.worktable import Lines
from tui.opening.form import opening
from tui.opening.group import grouped
from tui.opening.screen import NewScreen
from workflow.cohorts.cohort import Cohort, CohortMember
from workflow.cohorts.lines import CohortAct, MemberLine, MemberResult
from workflow.operations import operations
from workflow.operations.requests import Request
from workflow.ports.stores import CohortLine
from workflow.text import french

_COUNT, _DAY, _REF = 12, 12, 16


class GroupRow(Struct, frozen=True):
    """A group, as a line of the list."""

    ref: str
    version: int
    line: CohortLine


class MemberRow(Struct, frozen=True):
    """A file of a group, as a line of the list."""

    ref: str
    version: int
    member: CohortMember
    own: str
    """What it says otherwise than most, in French."""


class CohortsScreen(Listing):
    """Training sessions, and the people of one of them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("group.new"),
        bind("group.correct"),
        bind("group.advance"),
        bind("group.join"),
        bind("group.leave"),
    ]

    _cohort: Cohort | None = None

    def compose(self) -> ComposeResult:
        """Yield the groups on the left, the people of one of them on the right."""
        yield Masthead("Groupes")
        with Container(id="body"):
            with Vertical(id="groups"):
                yield Lines[GroupRow](self._draw_group, id="sessions")
                yield Static(id="nothing")
            with Vertical(id="people"):
                yield Static(id="who")
                yield Lines[MemberRow](self._draw_person, id="work")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the groups."""
        self.sessions.focus()
        self.refresh_data()

    @property
    def sessions(self) -> Lines[GroupRow]:
        """The groups."""
        return self.query_one("#sessions", Lines)

    @property
    def work(self) -> Lines[MemberRow]:
        """The people of one of them."""
        return self.query_one("#work", Lines)

    # --- Reading -----------------------------------------------------------------------------------

    def refresh_data(self) -> None:
        """Read the groups again, the cursor where it was."""
        self.ask(partial(_listed, self.office), self._list, group="groups")

    def _list(self, found: Sequence[CohortLine]) -> None:
        rows = [GroupRow(one.name, hash(one), one) for one in found]
        parts = (("open", "En cours"), ("over", "Finis"))
        split = {
            "open": [r for r in rows if r.line.open],
            "over": [r for r in rows if not r.line.open],
        }
        self.sessions.show(
            [
                Section(id_, title, len(split[id_]), _held(split[id_]))
                for id_, title in parts
                if split[id_]
            ]
        )
        self.set_class(not rows, "-empty")
        if not rows:
            self._cohort = None
            new, put = (first_key(one, self.office.keys) for one in ("group.new", "group.join"))
            self.query_one("#nothing", Static).update(
                f"Aucun groupe.\n\n{new}  ouvrir une session et ses dossiers, d’une liste de noms"
                f"\n{put}  réunir des dossiers déjà ouverts"
            )

    @on(Lines.Selected, "#sessions")
    def _select(self, event: Lines.Selected) -> None:
        row = event.row
        if isinstance(row, GroupRow):
            self.ask(partial(_read, self.office, row.ref), self._show, group="selected")

    def _show(self, found: tuple[Cohort, list[MemberRow]]) -> None:
        cohort, rows = found
        same = self._cohort is not None and self._cohort.name == cohort.name
        self._cohort = cohort
        self.work.show([Section("people", "", len(rows), _held(rows), known=rows)], keep=same)
        common = Group(
            text(cohort.name, "strong"),
            text(views.standing(cohort), "muted"),
            *views.common(cohort, self.office.looking, named=False),
        )
        self.query_one("#who", Static).update(common)

    @property
    def exported(self) -> Exported | None:
        """Nothing: a list of files is exported from the first screen."""
        return None

    # --- Drawing -----------------------------------------------------------------------------------

    def _draw_group(self, row: GroupRow, width: int) -> Cells:
        told, rest = row.line, max(width - 3 - _COUNT - _DAY, 12)
        count = french.count(told.files, "dossier", "dossiers")
        day = french.short_day(told.act_on) if told.act_on else ""
        return [
            (fitted(told.name, rest), "strong" if told.open else "muted"),
            (fitted(count, _COUNT), ""),
            (fitted(day, _DAY), "muted"),
        ]

    def _draw_person(self, row: MemberRow, width: int) -> Cells:
        member, title = row.member, max(width - 2 - _REF, 12)
        state = member.procedure.states[member.case.state].label
        said, style = (row.own, "soon") if row.own else (state, "muted")
        name = title * 2 // 5 if title > 2 * _REF else title
        return [
            ("≠ " if row.own else "  ", "soon"),
            (fitted(row.ref, _REF), "muted"),
            (
                fitted(member.case.title or "sans libellé", name),
                "muted" if member.final else "strong",
            ),
            (fitted(f" {said}", title - name), style),
        ]

    # --- Acts --------------------------------------------------------------------------------------

    @on(Lines.Opened, "#sessions")
    def _open_group(self) -> None:
        if self._cohort is not None:
            self.add_class("-people")
            self.work.focus()

    @on(Lines.Opened, "#work")
    def _open_file(self, event: Lines.Opened) -> None:
        self.desk.push(CaseScreen(event.row.ref))

    def action_back(self) -> None:
        """Leave the people of a group, then the groups."""
        if self.work.has_focus:
            self.remove_class("-people")
            self.sessions.focus()
        else:
            super().action_back()

    def action_new(self) -> None:
        """Open a file for each person of a list."""
        if self.may_write():
            self.desk.push(NewScreen(self.office, form=grouped(opening(self.office))))

    def action_correct(self) -> None:
        """Move the dates of the group selected."""
        if self._cohort is not None and self.may_write():
            self._fill(moving(self._cohort, self.office))

    def action_advance(self) -> None:
        """Do something in each open file of the group selected."""
        if self._cohort is not None and self.may_write():
            refs = tuple(one.case.ref for one in self._cohort.open)
            if refs:
                name = self._cohort.name
                self.desk.push(BulkScreen(self.office, refs, cohort=name), self._acted)
            else:
                self.notify("Tous ses dossiers sont finis.", severity="warning")

    def action_join(self) -> None:
        """Put files in a group: those that are marked on the first screen, to begin with."""
        first = self.app.screen_stack[0].query(MarkableFiles)
        marked = [ref for table in first for ref in table.marked]
        if self.may_write():
            self._fill(joining(self._cohort.name if self._cohort else "", marked))

    def action_leave(self) -> None:
        """Take the file selected out of its group, once another key says so."""
        row, cohort = self.work.current, self._cohort
        if row is None or cohort is None or not self.may_write():
            return
        request = Request(operations.LEAVE_COHORT, (cohort.name, row.ref))
        about = f"{row.member.case.title or row.ref} : son dossier reste comme il est."
        question = f"Retirer {row.ref} du groupe ?"
        self.desk.push(
            ConfirmScreen(question, about, self.office.typed(request)),
            lambda _: self.ask(
                partial(_leave, self.office, cohort.name, row.ref),
                partial(self._left, request),
                group="act",
                writes=row.ref,
            ),
        )

    def _left(self, request: Request, lines: Sequence[MemberLine]) -> None:
        wrong = [one.error for one in lines if one.error]
        if wrong:
            self.notify(" ; ".join(reasons_of(wrong[0])), severity="warning")
        elif lines[0].result is MemberResult.DONE:
            self.desk.acted(f"Retiré du groupe : {request.about[1]}", request)
        self.desk.refresh_data()

    def _fill(self, form: ActForm) -> None:
        self.desk.push(ActScreen(form), self._acted)

    def _acted(self, _: object) -> None:
        self.desk.refresh_data()


def _held(rows: Sequence[Row]) -> Callable[[int, int], Sequence[Row]]:
    return lambda offset, limit: rows[offset : offset + limit]


def _told(own: Iterable[tuple[str, str]]) -> str:
    """Return what a file says otherwise, values first: labels are long."""
    return " ; ".join(f"{words}, {label}" for label, words in own)


def _listed(office: Office) -> tuple[CohortLine, ...]:
    """Return the groups; in a thread, where the database may first be opened."""
    return office.services.cohorts.listed()


def _read(office: Office, name: str) -> tuple[Cohort, list[MemberRow]]:
    """Return a group, and each of its files as a line; in a thread."""
    cohorts = office.services.cohorts
    cohort = cohorts.cohort(name)
    return cohort, [
        MemberRow(
            one.case.ref,
            one.case.version,
            one,
            _told(() if one.final else cohorts.own(cohort, one, one.own)),
        )
        for one in cohort.members
    ]


def _leave(office: Office, name: str, ref: str) -> list[MemberLine]:
    """Take a file out of its group; in a thread."""
    cohorts = office.services.cohorts
    return list(cohorts.save(cohorts.leave(name, (ref,), CohortAct(office.acting))))
