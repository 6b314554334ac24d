"""The first line of every screen: where one is, where one may go, who is there, and the day."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual.widget import Widget

from tui.frame.desk import desk_of
from tui.frame.keys import KEYS, first_key
from workflow.text import french

PLACES = ("today", "calendar", "team", "mails")
"""The main screens, in the order of their keys."""


class Masthead(Widget):
    """A title on the left, the person and the day on the right; the day alone when it is narrow.

    On a main screen, the title is one of all of them, each with its key; a click goes there too.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *("masthead--name", "masthead--place"),
        *("masthead--aside", "masthead--trouble"),
    }
    _NARROW = 96

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def say(self, place: str) -> None:
        """Change the title."""
        self.place = place
        self.refresh()

    def render(self) -> Table:
        """Return the line."""
        office = desk_of(self).office
        narrow = self.size.width < self._NARROW
        day = french.short_day(office.today) if narrow else french.long_day(office.today)
        aside = [day] if narrow else [office.person, day]
        if office.read_only:
            aside = [f"lecture  {day[:5]}"] if narrow else ["lecture seule", *aside]
        trouble = self._trouble()
        if trouble:
            # Who is there is known; that nothing leaves is not.
            aside = [french.short_day(office.today)[: 5 if narrow else None]]
        grid = Table.grid(expand=True, padding=(0, 1))
        grid.add_column(no_wrap=True, ratio=1)
        grid.add_column(no_wrap=True, justify="right")
        left = Text("Échéancier", self.get_component_rich_style("masthead--name"))
        left.append_text(self._places() if self._is_place else self._title())
        told = Text("  ·  ".join(aside), self.get_component_rich_style("masthead--aside"))
        if trouble:
            words = trouble[-1] if narrow else trouble[0]
            told = Text.assemble(
                (words, self.get_component_rich_style("masthead--trouble")), "  ", told
            )
        grid.add_row(left, told)
        return grid

    def _trouble(self) -> tuple[str, ...]:
        """Return what keeps mails from leaving, at length and in a word; nothing when they leave."""
        desk = desk_of(self)
        office, health = desk.office, desk.health
        if health is None:
            return ()
        if health.silent_since is not None:
            since = health.silent_since.astimezone(office.zone)
            day = french.short_day(since)[:5]
            when = f"{since:%H:%M}" if since.date() == office.today else f"le {day}"
            return f"✗ rappels arrêtés depuis {when}", "✗ rappels"
        if health.held:
            return "✗ envois retenus, à confirmer", "✗ envois"
        if health.stuck:
            return "! courriels à voir", "! courriels"
        return ("! retours non lus", "! retours") if health.unread else ()

    @property
    def _is_place(self) -> bool:
        return any(KEYS[f"place.{id_}"].label == self.place for id_ in PLACES)

    def _title(self) -> Text:
        return Text.assemble(
            ("  ›  ", self.get_component_rich_style("masthead--aside")),
            (self.place, self.get_component_rich_style("masthead--place")),
        )

    def _places(self) -> Text:
        """Return the main screens, the one that is shown standing out."""
        changed, line = desk_of(self).office.keys, Text()
        for id_ in PLACES:
            label = KEYS[f"place.{id_}"].label
            here = label == self.place
            key = first_key(f"place.{id_}", changed)
            go = Style() if here else Style.from_meta({"@click": f"app.place('{id_}')"})
            name, aside = "masthead--name", "masthead--aside"
            line.append(
                f"  {key}{chr(160)}", self.get_component_rich_style(name if here else aside)
            )
            style = self.get_component_rich_style("masthead--place" if here else aside)
            line.append(label, style + go)
        return line
