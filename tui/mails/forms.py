"""What a person decides about a mail: for whom it leaves again, or why it never will.

Opened by the screen of mails. Each act is kept with the mail: who, when, why.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from rich.console import RenderableType

from display.drawing.layout import line
from notifications.mail.decisions import kept_reason, redirection
from notifications.mail.mime import Mailbox
from notifications.model.messages import StoredMessage
from tui.acts.actform import ActForm, Prepared, Watch
from tui.acts.asked import FormField, Look, TypedAnswers, asking, choosing
from tui.fields.choices import by_name
from tui.frame.office import Office
from workflow.case.people import Person
from workflow.operations import operations
from workflow.operations.requests import Request

_PERSON, _ADDRESS = "person", "address"


class RedirectForm(ActForm, frozen=True, kw_only=True):
    """Sends a mail to somebody else.

    Args:
        message: the mail.
    """

    message: StoredMessage

    idle: ClassVar[str] = "choisissez une personne, ou écrivez une adresse."
    advice: ClassVar[str] = "Choisissez une personne, ou écrivez une adresse."
    button: ClassVar[str] = "Rediriger"

    @property
    def draft(self) -> str:
        """The name of its draft."""
        return f"courriel-{self.message.id}-rediriger"

    def idles(self, typed: TypedAnswers) -> bool:
        """Tell whether nobody is chosen, and no address written."""
        return not typed.given

    def work_out(self, office: Office, typed: TypedAnswers, watch: Watch) -> Prepared:  # noqa: ARG002 - no file to look at
        """Return where it would go."""
        person = office.directory.people.get(typed.said(_PERSON))
        to = Mailbox(person.name, person.email) if person else Mailbox("", typed.said(_ADDRESS))
        answers = {operations.TO: typed.said(_PERSON) or to.address}

        def draw() -> Iterator[RenderableType]:
            yield line("Repartira vers ", (to.address, "strong"), " au prochain passage.")
            if person is None:
                told = "cette adresse n’est à personne de l’équipe."
                yield line(("À savoir : ", "soon"), told)

        return Prepared(
            request=Request(operations.REDIRECT_MAIL, (str(self.message.id),), answers),
            draw=draw,
            save=partial(self._redirect, office, person or to.address),
            writes=f"courriel {self.message.id}",
            said=lambda _: f"Redirigé vers {to.address}",
        )

    def _redirect(self, office: Office, to: Person | str) -> None:
        me, store = office.directory.people.get(office.acting), office.services.notifications
        by = Mailbox(me.name, me.email) if me else office.sender()
        again = redirection(store, self.message.id, to, by, office.now)
        again.write(store, office.acting, office.now)


class DropForm(ActForm, frozen=True, kw_only=True):
    """Gives a mail up: asks why, then for another key.

    Args:
        message: the mail.
    """

    message: StoredMessage

    idle: ClassVar[str] = "dites pourquoi ce courriel ne partira pas."
    advice: ClassVar[str] = "Pourquoi ? L’équipe lira la raison."
    button: ClassVar[str] = "Continuer"
    remark: ClassVar[FormField | None] = asking(
        "reason", "Raison", look=Look.BESIDE, hint="gardée avec le courriel"
    )

    @property
    def draft(self) -> str:
        """The name of its draft."""
        return f"courriel-{self.message.id}-abandonner"

    def idles(self, typed: TypedAnswers) -> bool:
        """Tell whether the reason is missing."""
        return not typed.comment

    def work_out(self, office: Office, typed: TypedAnswers, watch: Watch) -> Prepared:  # noqa: ARG002 - no file to look at
        """Check the reason."""
        message, reason = self.message, typed.comment
        procedures = office.services.rulebook.procedures.values()
        kept_reason(reason, office.acting, procedures, office.now)
        answers = {operations.REASON: reason}
        return Prepared(
            request=Request(operations.DROP_MAIL, (str(message.id),), answers),
            draw=lambda: [line("« ", (message.subject, "strong"), " » ne partira pas.")],
            save=lambda: office.services.notifications.drop(
                message.id, office.acting, office.now, reason
            ),
            writes=f"courriel {message.id}",
            said=lambda _: "Abandonné",
            question=f"Abandonner le courriel {message.id} ?",
        )


def redirecting(message: StoredMessage, office: Office) -> RedirectForm:
    """Return the form that asks for whom a mail is to be sent instead."""
    names = by_name(office.directory.people)
    fields = (
        choosing(_PERSON, "À", names, empty="une personne"),
        asking(_ADDRESS, "Ou à", look=Look.BESIDE, hint="une autre adresse"),
    )
    return RedirectForm(f"Rediriger le courriel {message.id}", fields, message=message)


def dropping(message: StoredMessage) -> DropForm:
    """Return the form that asks why a mail is given up."""
    return DropForm(f"Abandonner le courriel {message.id}", message=message)
