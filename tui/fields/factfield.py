"""A fact to type: its label, a field or a list of choices, and below it what is wrong or how it was read.

Used by the forms. Given the facts and the calendar it is read with; asks the office nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Label, Static

from display.layout import text
from notifications.schedule.viewpoint import Looking
from tui.acts.acts import hint, is_day
from tui.acts.drafts import lasting
from tui.fields.choices import Choices
from tui.fields.line import Line
from workflow.case.case import civil
from workflow.deadlines.odd_days import odd
from workflow.errors import InvalidInput, Refused
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.text import french
from workflow.wording.fact_text import read_fact

_YES_NO = {"oui": "oui", "non": "non"}
_CHANGED = "changé entre-temps"


class FactField(Vertical):
    """Asks for a fact.

    Args:
        spec: the fact.
        looking: gives the day and the calendar that shorthands count from; they may change.
        known: its value now, as it would be typed.
    """

    def __init__(self, spec: FactSpec, looking: Callable[[], Looking], known: str = "") -> None:
        super().__init__()
        self.spec = spec
        self.known = known
        self._looking = looking
        self._noted: tuple[str, str] | None = None

    def compose(self) -> ComposeResult:
        """Yield the label, the field and the line under it."""
        spec = self.spec
        unit = f" ({spec.unit})" if spec.unit and f"({spec.unit})" not in spec.label else ""
        yield Label(f"{spec.label}{unit}")
        if choices := self._choices:
            yield Choices(choices, self.known, id=f"fact-{spec.id}")
        else:
            today = self._looking().today
            placeholder = hint(spec, today) if is_day(spec) else ""
            yield Line(
                self.known,
                placeholder=placeholder,
                id=f"fact-{spec.id}",
                compact=True,
                # A date is replaced, words are amended: a stray key must not take them away.
                select_on_focus=spec.type is not FactType.TEXT,
            )
        yield Static(classes="said")

    @property
    def _choices(self) -> dict[str, str]:
        if self.spec.type is FactType.BOOLEAN:
            return _YES_NO
        return dict(self.spec.choices)

    @property
    def typed(self) -> str:
        """What stands in the field."""
        if self._choices:
            return self.query_one(Choices).chosen
        return self.query_one(Input).value.strip()

    def put(self, words: str) -> None:
        """Put a value in the field."""
        if self._choices:
            self.query_one(Choices).choose(words)
        else:
            self.query_one(Input).value = words

    @property
    def words(self) -> str:
        """What was typed, its shorthand written out; as typed when it cannot be read."""
        if not is_day(self.spec):
            return self.typed
        looking = self._looking()
        return lasting(self.typed, looking.today, looking.planner.calendar(looking.agency))

    def taken_up(self, was: str, now: str) -> None:
        """Say from now on, unless the field holds it, what the file says where a draft was put back.

        Args:
            was: what the file said when the draft was typed.
            now: what it says now.
        """
        self._noted = was, now

    def check(self) -> bool:
        """Say under the field what is wrong with it, or which day was typed and whether it is odd."""
        if not self.typed:
            self.say("")
            return True
        looking = self._looking()
        try:
            zone = looking.planner.zone(looking.agency)
            value = read_fact(self.spec, self.typed, zone, looking.present)
        except (InvalidInput, Refused) as error:
            told = error.message
            # What was typed stands right above.
            if told.startswith(self.spec.id):
                told = told.removeprefix(f"{self.spec.id} = « {self.typed} »").partition(" : ")[2]
            self.say(told, wrong=True)
            return False
        # What stands there since before is known to whoever reads it.
        day = value if isinstance(value, date) and self.typed != self.known else None
        self.say(*self._read_as(day, looking) if day else ())
        return True

    def _read_as(self, value: date, looking: Looking) -> Iterator[str]:
        yield f"= {french.long_moment(value)}"
        if why := odd(civil(value), looking.planner.calendar(looking.agency)):
            yield f"! {why} : vérifiez"

    def say(self, *lines: str, wrong: bool = False) -> None:
        """Say something under the field; what begins with « ! » stands out."""
        said, noted = self.query_one(".said", Static), self._said_noted()
        told = [line for line in (noted, *lines) if line]
        said.update(Text("\n").join(self._drawn(line) for line in told))
        said.display = bool(told)
        said.set_class(wrong or noted.startswith(_CHANGED), "late")

    def _drawn(self, line: str) -> Text:
        return text(line, "soon") if line.startswith("! ") else Text(line)

    def _said_noted(self) -> str:
        if self._noted is None or self.words == self._noted[1]:
            return ""
        was, now = (self.spec.choices.get(one, one) for one in self._noted)
        if was != now:
            return f"{_CHANGED} : {was or 'rien'} → {now or 'rien'}"
        return f"était {now}" if now else ""
