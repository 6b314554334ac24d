"""The field of a question: its label, what one types or chooses in, and below it how that was read.

Used by `tui.fields.answers`. Given the question and the calendar it is read with; asks the office nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input, Label, Static, TextArea

from display.drawing.layout import text
from notifications.schedule.viewpoint import Looking
from tui.acts.acts import is_day
from tui.acts.asked import YES, FormField, Look
from tui.acts.drafts import lasting
from tui.fields.choices import Choices
from tui.fields.line import Line
from tui.fields.names import Names
from tui.fields.tick import Tick
from workflow.case.case import civil
from workflow.counting.odd_days import odd
from workflow.errors import InvalidInput, Refused
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.text import french
from workflow.wording.fact_text import read_fact

_YES_NO = {YES: "oui", "non": "non"}
_CHANGED = "changé entre-temps"


class AnswerField(Vertical):
    """Asks a question.

    Args:
        asked: the question.
        looking: gives the day and the calendar that shorthands count from; they may change.
        suggesting: gives what completes the answer to a question, None where nothing does.
    """

    def __init__(
        self,
        asked: FormField,
        looking: Callable[[], Looking],
        suggesting: Callable[[FactSpec], Names | None],
    ) -> None:
        super().__init__(classes="field" if asked.look is Look.BESIDE else None)
        self.set_class(asked.heading == "", "-apart")
        self.asked = asked
        self._looking, self._suggesting = looking, suggesting
        self._noted: tuple[str, str] | None = None

    def compose(self) -> ComposeResult:
        """Yield the label, the field and the line under it."""
        asked = self.asked
        if asked.heading:
            yield Label(asked.heading, classes="theme")
        if asked.spec.label and asked.look is not Look.TICKED:
            yield Label(_labelled(asked), classes="label")
        yield self._box()
        if asked.look is Look.ABOVE:
            yield Static(classes="said")

    def _box(self) -> Widget:
        asked, spec = self.asked, self.asked.spec
        if asked.ticked:
            return Tick(asked.hint or spec.label, asked.first == YES, id=asked.key, compact=True)
        if asked.look is Look.LINES:
            from tui.fields.lines import LinesBox

            return LinesBox(asked.first, id=asked.key, compact=True, tab_behavior="focus")
        if _listed(asked):
            return Choices(_choices(asked), asked.first, prompt=asked.empty, id=asked.key)
        return Line(
            asked.first,
            placeholder=asked.hint or self._day_hint(),
            id=asked.key,
            compact=True,
            suggester=self._suggesting(spec),
            # A date is replaced, words are amended: a stray key must not take them away.
            select_on_focus=spec.type is not FactType.TEXT,
        )

    def _day_hint(self) -> str:
        """Return how a day is typed; nothing for what is none."""
        if not is_day(self.asked.spec):
            return ""
        today = french.short_day(self._looking().today)
        if self.asked.spec.type is FactType.INSTANT:
            return f"{today} 09:00, 8/9 9h, lundi 9h…"
        return f"{today}, 8/9, {'+61j' if self.asked.look is Look.ABOVE else '+3j'}, lundi…"

    # --- What is typed -----------------------------------------------------------------------------

    @property
    def box(self) -> Widget:
        """What one types or chooses in."""
        return self.query_one(f"#{self.asked.key}")

    @property
    def typed(self) -> str:
        """What stands in the field."""
        box = self.box
        if isinstance(box, Choices):
            return box.chosen
        if isinstance(box, Tick):
            return YES if box.value else ""
        if isinstance(box, TextArea):
            return box.text.strip()
        assert isinstance(box, Input), "a question has no other field"  # noqa: S101
        return box.value.strip()

    def put(self, words: str) -> bool:
        """Put an answer in the field; tell whether it takes it: a list may no longer offer a choice."""
        box = self.box
        if isinstance(box, Choices):
            box.choose(words)
            return box.chosen == words
        if isinstance(box, Tick):
            box.value = words == YES
        elif isinstance(box, TextArea):
            box.text = words
        elif isinstance(box, Input):
            box.value = words
        return True

    @property
    def words(self) -> str:
        """What was typed, its shorthand written out; as typed when it cannot be read."""
        if not is_day(self.asked.spec):
            return self.typed
        looking = self._looking()
        return lasting(self.typed, looking.today, looking.planner.calendar(looking.agency))

    # --- Another question --------------------------------------------------------------------------

    def takes(self, asked: FormField) -> bool:
        """Tell whether another question may be asked in the same field."""
        mine = self.asked
        alike = (mine.look, mine.ticked, mine.heading) == (asked.look, asked.ticked, asked.heading)
        return alike and _listed(mine) == _listed(asked)

    def ask(self, asked: FormField) -> None:
        """Ask another question; what is typed stays, unless it is none of the new choices."""
        was, self.asked = self.asked, asked
        for label in self.query(".label").results(Label):
            label.update(_labelled(asked))
        box = self.box
        if isinstance(box, Choices) and _choices(asked) != _choices(was):
            choices = _choices(asked)
            box.offer(choices, box.chosen if box.chosen in choices else asked.first)
        elif isinstance(box, Input):
            box.placeholder = asked.hint or self._day_hint()
            box.suggester = self._suggesting(asked.spec)

    # --- How it was read ---------------------------------------------------------------------------

    def taken_up(self, was: str, now: str) -> None:
        """Say from now on, unless the field holds it, what the file says where a draft was put back.

        Args:
            was: what the file said when the draft was typed.
            now: what it says now.
        """
        self._noted = was, now

    def check(self) -> str:
        """Return what is wrong with it, if anything is; say under it which day it is."""
        asked = self.asked
        # Words that are no fact are judged by whoever takes them.
        words = asked.spec.type is FactType.TEXT and asked.look in {Look.BESIDE, Look.LINES}
        if not self.typed or asked.ticked or words:
            self.say()
            return ""
        looking = self._looking()
        try:
            zone = looking.planner.zone(looking.agency)
            value = read_fact(asked.spec, self.typed, zone, looking.present)
        except (InvalidInput, Refused) as error:
            return self._wrong(error.message)
        # What stands there since before is known to whoever reads it.
        day = value if isinstance(value, date) and self.typed != asked.first else None
        self.say(*self._read_as(day, looking) if day else ())
        return ""

    def _wrong(self, told: str) -> str:
        """Say what is wrong under the field, and return it."""
        told = told.removeprefix(f"{self.asked.spec.id} = ")
        # What was typed stands right above.
        self.say(told.removeprefix(f"« {self.typed} » : "), wrong=True)
        return told

    def _read_as(self, value: date, looking: Looking) -> Iterator[str]:
        yield f"= {french.long_moment(value)}"
        if why := odd(civil(value), looking.planner.calendar(looking.agency)):
            yield f"! {why} : vérifiez"

    def say(self, *lines: str, wrong: bool = False) -> None:
        """Say something under the field; what begins with « ! » stands out."""
        for said in self.query(".said").results(Static):
            noted = self._said_noted()
            told = [line for line in (noted, *lines) if line]
            said.update(Text("\n").join(_drawn(line) for line in told))
            said.display = bool(told)
            said.set_class(wrong or noted.startswith(_CHANGED), "late")

    def _said_noted(self) -> str:
        if self._noted is None or self.words == self._noted[1]:
            return ""
        was, now = (self.asked.named(one) for one in self._noted)
        if was != now:
            return f"{_CHANGED} : {was or 'rien'} → {now or 'rien'}"
        return f"était {now}" if now else ""


def _labelled(asked: FormField) -> str:
    spec = asked.spec
    unit = f" ({spec.unit})" if spec.unit and f"({spec.unit})" not in spec.label else ""
    return f"{spec.label}{unit}"


def _listed(asked: FormField) -> bool:
    return asked.spec.type in {FactType.BOOLEAN, FactType.CHOICE} and not asked.ticked


def _choices(asked: FormField) -> dict[str, str]:
    return _YES_NO if asked.spec.type is FactType.BOOLEAN else dict(asked.spec.choices)


def _drawn(line: str) -> Text:
    return text(line, "soon") if line.startswith("! ") else Text(line)
