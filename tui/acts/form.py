"""What is asked together, as a value: its questions, and how they change with what is answered.

Every form derives from `Form`: those that do something from `tui.acts.actform`, the filter of the list from
it alone. Drawn by `tui.fields`, kept as a draft by `tui.forms`.
"""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from msgspec import Struct, StructMeta

from notifications.schedule.viewpoint import Looking
from tui.acts.asked import FormField, read_again
from tui.frame.office import Office
from workflow.rules.procedure import Procedure


class _AbstractStruct(StructMeta, ABCMeta):
    """Makes structs that may leave methods to those that derive from them."""


class Form(Struct, frozen=True, metaclass=_AbstractStruct):
    """What is asked together.

    Args:
        title: its heading.
        fields: what it asks.
    """

    title: str
    fields: tuple[FormField, ...] = ()

    remark: ClassVar[FormField | None] = None
    """What goes with every answer, for whoever reads what was done; not every form asks it."""
    button: ClassVar[str] = "Enregistrer"
    """What its key does, in a word."""
    follows: ClassVar[bool] = False
    """True when the keys go on in what an answer brings, in the field of `starts_at`."""

    @property
    def starts_at(self) -> str:
        """The question to begin with; the first one when it is empty."""
        return ""

    @property
    @abstractmethod
    def draft(self) -> str:
        """The name of its draft: what is done, and to whom or what."""

    @property
    def version(self) -> str:
        """The version of what it is filled in over; empty when there is none."""
        return ""

    def looking(self, office: Office) -> Looking:
        """Return the day and the calendar that shorthands count from."""
        return office.looking(office.agency or "")

    def procedures(self, office: Office) -> Iterable[Procedure]:
        """Return the procedures whose restricted words enter no draft."""
        return office.services.rulebook.procedures.values()

    def after(self, id_: str, words: str) -> Form:  # noqa: ARG002 - for those whose questions hang on answers
        """Return the same form as it asks once a question that decides has another answer."""
        return self

    def resumed(self, draft: Mapping[str, str]) -> Form:
        """Return the same form as it asks with the answers of a draft."""
        form, done = self, set[str]()
        while asked := next(
            (one for one in form.fields if one.decides and one.key not in done), None
        ):
            done.add(asked.key)
            words = asked.within(draft)
            if words is not None and words in asked.spec.choices:
                form = form.after(asked.spec.id, words)
        return form

    def read_again(self, draft: Mapping[str, str]) -> Iterator[str]:
        """Yield what a draft of this form holds, one line each."""
        yield from read_again(draft, self.fields)
