"""What the funder answered of what the rules leave in doubt: the form that notes it, once for the house.

Opened by the first screen. Its list says where each point stands; below it, the question to ask and what was
noted of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from msgspec.structs import replace
from rich.console import RenderableType

from display.drawing.layout import line, text
from display.rules.confirmations import history, noted_words, state_piece
from tui.acts.actform import ActForm, Prepared, Watch
from tui.acts.asked import FormField, Look, TypedAnswers, asking, choosing
from tui.frame.office import Office
from workflow.operations import operations
from workflow.operations.requests import Request
from workflow.rules.fact_specs import FactType
from workflow.text import french
from workflow.usecases.confirming import KnownDoubt
from workflow.wording.date_text import day_typed

_WHICH, _VALUE, _ON, _UNTIL, _ANSWER, _BACK = (
    "point",
    "valeur",
    "le",
    "jusque",
    "reponse",
    "retirer",
)


class ConfirmForm(ActForm, frozen=True, kw_only=True):
    """Notes an answer.

    Args:
        doubts: what can be confirmed.
        which: id of the one that is.
    """

    doubts: tuple[KnownDoubt, ...]
    which: str

    idle: ClassVar[str] = "dites de qui vient la réponse, et où elle est."
    follows: ClassVar[bool] = True

    @property
    def draft(self) -> str:
        """The name of its draft."""
        return "confirmer"

    @property
    def starts_at(self) -> str:
        """Which point."""
        return _WHICH

    @property
    def _doubt(self) -> KnownDoubt:
        return next(one for one in self.doubts if one.doubt.id == self.which)

    def after(self, id_: str, words: str) -> ConfirmForm:
        """Return the form of another point."""
        return _asking(replace(self, which=words)) if id_ == _WHICH and words else self

    def idles(self, typed: TypedAnswers) -> bool:
        """Tell whether nobody's answer is typed."""
        return not typed.said(_ANSWER) and not typed.said(_BACK)

    def waiting(self, office: Office) -> Iterable[RenderableType]:
        """Yield what to ask, and what was noted."""
        one = self._doubt
        yield line(state_piece(one), f" · {', '.join(one.procedures)}")
        yield text(one.doubt.question)
        yield from history(one, office.directory)

    def work_out(self, office: Office, typed: TypedAnswers, watch: Watch) -> Prepared:  # noqa: ARG002 - no file
        """Return what it would note; raises like its use case."""
        confirming = office.services.confirming
        days = {
            parameter: french.short_day(day_typed(said, office.today, office.calendar))
            for parameter, said in (
                (operations.ON, typed.said(_ON)),
                (operations.UNTIL, typed.said(_UNTIL)),
            )
            if said
        }
        told = {
            operations.VALUE: typed.said(_VALUE),
            operations.ANSWER: typed.said(_ANSWER),
            **days,
        }
        back = {operations.WITHDRAWN: True} if typed.said(_BACK) else None
        request = Request(operations.CONFIRM_RULE, (self.which,), back or told)
        noted = confirming.prepare(request, by=office.acting)

        def draw() -> Iterator[RenderableType]:
            yield line("= ", (noted_words(self._doubt.doubt, noted), "strong"))

        return Prepared(
            request=request,
            draw=draw,
            save=lambda: confirming.save(noted),
            writes=f"le point « {self.which} »",
            said=lambda _: "Noté pour la maison",
        )


def confirming_rules(office: Office) -> ConfirmForm:
    """Return the form, at the first point that waits."""
    doubts = office.services.confirming.doubts()
    first = next((one for one in doubts if one.held is None), doubts[0])
    form = ConfirmForm("Confirmer une règle", doubts=doubts, which=first.doubt.id)
    return _asking(form)


def _asking(form: ConfirmForm) -> ConfirmForm:
    named = {one.doubt.id: f"{one.doubt.label} ({state_piece(one)[0]})" for one in form.doubts}
    one = form._doubt
    which = replace(choosing(_WHICH, "Point", named, form.which), empty=None, decides=True)
    boolean = one.doubt.type is FactType.BOOLEAN
    value = (
        choosing(_VALUE, "Réponse", {"oui": "oui", "non": "non"}, "oui", empty=None)
        if boolean
        else asking(_VALUE, "Valeur", look=Look.BESIDE, hint=one.doubt.unit)
    )
    fields: tuple[FormField, ...] = (
        which,
        value,
        asking(_ON, "Répondu le", FactType.DATE, look=Look.BESIDE, hint="aujourd’hui"),
        asking(
            _UNTIL, "Vaut jusqu’au", FactType.DATE, look=Look.BESIDE, hint="jusqu’à nouvel ordre"
        ),
        asking(_ANSWER, "Réponse de", look=Look.BESIDE, hint="courriel du conseiller…"),
    )
    if one.held is not None:
        back = asking(_BACK, "Retirer", FactType.BOOLEAN, look=Look.BESIDE, hint="la confirmation")
        fields = (*fields, back)
    return replace(form, fields=fields)
