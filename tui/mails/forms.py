"""What a person decides about a mail: for whom it leaves again, or why it never will.

Opened by the screen of mails. Each act is kept with the mail: who, when, why.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.widget import Widget

from display.layout import line, text
from notifications.mail.mime import Mailbox, redirected
from notifications.model.messages import StoredMessage
from tui.fields.choices import Choices, by_name
from tui.fields.line import Line
from tui.forms.confirm import ConfirmScreen
from tui.forms.form import Form
from tui.mails.mailbox import kept_reason
from workflow.errors import EcheancierError
from workflow.usecases import operations
from workflow.usecases.requests import Request


class RedirectForm(Form[bool]):
    """Sends a mail to somebody else.

    Args:
        message: the mail.
    """

    missing = "choisissez une personne, ou écrivez une adresse."

    def __init__(self, message: StoredMessage) -> None:
        super().__init__(f"Rediriger le courriel {message.id}", "Rediriger")
        self._message = message

    @property
    def draft(self) -> str:
        """The name of its draft."""
        return f"courriel-{self._message.id}-rediriger"

    def fields(self) -> Iterator[tuple[str, Widget]]:
        """Yield a person, or an address."""
        names = by_name(self.office.directory.people)
        yield "À", Choices(names, prompt="une personne", id="person")
        yield "Ou à", Line(placeholder="une autre adresse", id="address", compact=True)

    def consider(self) -> None:
        """Say where it would go."""
        try:
            to = self._to()
        except EcheancierError as error:
            self.refuse(error)
            return
        if to is None:
            self.tell(text("Choisissez une personne, ou écrivez une adresse.", "muted"))
            return
        lines = [line("Repartira vers ", (to.address, "strong"), " au prochain passage.")]
        if not self.chosen("person"):
            lines.append(
                line(("À savoir : ", "soon"), "cette adresse n’est à personne de l’équipe.")
            )
        self.tell(*lines, ready=True)

    def _to(self) -> Mailbox | None:
        person = self.office.directory.people.get(self.chosen("person"))
        if person is not None:
            return Mailbox(person.name, person.email)
        address = self.words("address")
        return Mailbox("", address) if address else None

    def confirm(self) -> None:
        """Put it back in the queue."""
        if (to := self._to()) is not None:
            self.ask(
                partial(self._redirect, to),
                self._done,
                group="act",
                refused=self.refuse,
                writes=f"courriel {self._message.id}",
            )

    def _redirect(self, to: Mailbox) -> Mailbox:
        office, message = self.office, self._message
        me, now = office.directory.people.get(office.acting), office.now
        by = Mailbox(me.name, me.email) if me else office.sender()
        _, content, _ = office.services.notifications.message(message.id)
        person = self.chosen("person")
        recipient = f"personne:{person}" if person else message.recipient
        again = redirected(content, to=to, by=by, at=now)
        office.services.notifications.redirect(
            message.id, office.acting, now, recipient, to.address, again
        )
        return to

    def _done(self, to: Mailbox) -> None:
        answers = {operations.TO: self.chosen("person") or to.address}
        request = Request(operations.REDIRECT_MAIL, (str(self._message.id),), answers)
        self.desk.acted(f"Redirigé vers {to.address}", request)
        self.done(True)


class DropForm(Form[bool]):
    """Gives a mail up: asks why, then for another key.

    Args:
        message: the mail.
    """

    missing = "dites pourquoi ce courriel ne partira pas."

    def __init__(self, message: StoredMessage) -> None:
        super().__init__(f"Abandonner le courriel {message.id}", "Continuer")
        self._message = message

    @property
    def draft(self) -> str:
        """The name of its draft."""
        return f"courriel-{self._message.id}-abandonner"

    def fields(self) -> Iterator[tuple[str, Widget]]:
        """Yield the reason."""
        yield "Raison", Line(placeholder="gardée avec le courriel", id="reason", compact=True)

    def consider(self) -> None:
        """Check the reason."""
        typed = self.words("reason")
        if not typed:
            self.tell(text("Pourquoi ? L’équipe lira la raison.", "muted"))
            return
        office = self.office
        procedures = list(office.services.rulebook.procedures.values())
        try:
            kept_reason(typed, office.acting, procedures, office.now)
        except EcheancierError as error:
            self.refuse(error)
            return
        subject = self._message.subject
        self.tell(line("« ", (subject, "strong"), " » ne partira pas."), ready=True)

    def confirm(self) -> None:
        """Ask for another key."""
        self.desk.push(
            ConfirmScreen(
                f"Abandonner le courriel {self._message.id} ?",
                f"{self._message.subject}\nNe partira pas ; la raison est gardée avec lui.",
                self.office.typed(self._request),
            ),
            self._drop,
        )

    @property
    def _request(self) -> Request:
        reason = {operations.REASON: self.words("reason")}
        return Request(operations.DROP_MAIL, (str(self._message.id),), reason)

    def _drop(self, _: bool) -> None:
        office, words = self.office, self.words("reason")
        self.ask(
            lambda: office.services.notifications.drop(
                self._message.id, office.acting, office.now, words
            ),
            self._done,
            group="act",
            writes=f"courriel {self._message.id}",
            refused=self.refuse,
        )

    def _done(self, _: None) -> None:
        self.desk.acted("Abandonné", self._request)
        self.done(True)
