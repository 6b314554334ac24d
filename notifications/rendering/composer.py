"""Turns what there is to say into messages: subject, text and HTML from one triple of templates.

Called by the rounds (`Composer.reminder`, `Composer.group`, `Composer.digest`) and by `echeancier synthese`
(`digest_text`, `digest_html`). A variable missing from a template is an error, never a blank. Sends
nothing, stores nothing, and says of a case only its reference, its title, its dates, what they are worth,
what does not conform and who did what. One method for each mail, hence its length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from jinja2 import Environment
from msgspec.structs import replace

from notifications.digest.gathering import LOOKAHEAD_DAYS
from notifications.digest.model import Digest
from notifications.digest.stakes import at_stake
from notifications.mail.mime import Attachment, Letter, Mailbox, flat, lay_out, message_id, one_line
from notifications.model.messages import (
    MessageKind,
    MessageState,
    OutgoingMessage,
    StoredMessage,
)
from notifications.model.procedure_names import Labels, Typed, named
from notifications.model.returns import Missed
from notifications.people.staff import Addressee, person_of
from notifications.rendering.alerts import in_short, notice
from notifications.rendering.grouping import file_views
from notifications.rendering.reasons import of_absence, of_file, of_many, of_returns
from notifications.rendering.replies import sorted_by, who_answers
from notifications.rendering.templates import environment
from notifications.rendering.views import deadline_view
from notifications.schedule.planning import Due, Planner
from notifications.schedule.standing import Status
from workflow.case.people import Directory, Recipient
from workflow.operations import operations
from workflow.operations.requests import Request
from workflow.ports.stores import OpenDeadline
from workflow.text import french

SHOWN_LINES = 10
"""Lines of a section that a mail shows; the rest is counted, and listed by the program. Mail readers
cut a long message, and people stop reading before."""

SHOWN_BRIEFLY = 6
"""The same, of what only surrounds the dates: changes and replies awaited."""

_PRESSING = tuple(Status)


def paragraph(text: str, indent: str = "", first: str | None = None) -> str:
    """Return a text as one line, whatever its length: each mail reader folds it where its pane ends.

    Args:
        text: what to lay out.
        indent: what the line begins with.
        first: what it begins with instead.
    """
    return (indent if first is None else first) + french.typeset(flat(text))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    found = environment()
    found.filters |= {"flat": flat, "paragraph": paragraph, "in_short": in_short}
    found.globals["french"] = {
        "long_day": french.long_day,
        "long_end": french.long_end,
        "short_day": french.short_day,
        "weekday_day": french.weekday_day,
        "count": french.count,
    }
    return found


def render(name: str, context: Mapping[str, object]) -> str:
    """Return a template filled in, typeset for French readers.

    Raises:
        jinja2.UndefinedError: when the template names something the context lacks.
    """
    return french.typeset(_environment().get_template(name).render(context))


class Composer:
    """Writes reminders and digests.

    Args:
        sender: the address that writes; its domain signs every Message-ID.
        planner: working days and zones of the agencies.
        labels: names of the procedures, their portals and their acts.
        directory: names of those who follow the files.
        typed: gives the line to type for a request.
        contact: address to write to for fewer digests; empty names none.
        era: tells how many times what was told was taken back.
    """

    def __init__(
        self,
        sender: Mailbox,
        planner: Planner,
        labels: Labels,
        typed: Typed,
        directory: Directory | None = None,
        *,
        contact: str = "",
        era: Callable[[], int] = lambda: 0,
    ) -> None:
        self.sender = sender
        self._contact = contact
        self._era = era
        self._directory = directory or Directory()
        self._planner = planner
        self._labels = labels
        self._typed = typed

    def reminder(
        self,
        recipient: Recipient,
        dues: Sequence[Due],
        now: datetime,
        *,
        told: Addressee | None = None,
    ) -> OutgoingMessage:
        """Return the one mail that says everything due about a case.

        Args:
            recipient: who is told.
            dues: what is due, all of the same case.
            now: the instant of writing (aware).
            told: for whom, when the recipient stands in for somebody.

        Raises:
            InvalidInput: when a name, an address or the title could break a header.
            NotFound: when the agency of the case is unknown.
        """
        row = dues[0].row
        labels = named(self._labels, row.procedure)
        views = [deadline_view(due, now, self._planner, labels) for due in dues]
        context = {
            "ref": row.ref,
            "title": _title(row),
            "procedure": labels.name,
            "reasons": (*of_file(recipient, dues, told, self._directory), *of_absence(told)),
            "wrong": notice(row.alerts, self._verdict(row.ref)),
            "items": sorted(views, key=lambda view: _PRESSING.index(view.status)),
            "typed": self._typed,
            "whole": self._typed(Request(operations.SHOW, (row.ref,))),
        }
        key = f"rappel:{row.ref}:{recipient.id}:{_digits(recipient.id, dues)}"
        letter = self._letter("rappel", key, recipient, context, now, [row], told)
        letter = replace(letter, ref=row.ref)
        return self._message(MessageKind.REMINDER, letter, recipient, now, told)

    def group(
        self,
        recipient: Recipient,
        groups: Sequence[Sequence[Due]],
        now: datetime,
        *,
        told: Addressee | None = None,
        ceiling: int | None = None,
    ) -> OutgoingMessage:
        """Return the one mail that says what is due about several cases, a line for each of the first.

        Args:
            recipient: who is told.
            groups: what is due, case by case; none is empty.
            now: the instant of writing (aware).
            told: for whom, when the recipient stands in for somebody.
            ceiling: mails of a day that the recipient has had already, None for fewer.

        Raises:
            InvalidInput: when a name, an address or a title could break a header.
            NotFound: when the agency of a case is unknown.
        """
        rows = [dues[0].row for dues in groups]
        context = {
            **self._files_context(
                groups, now, lambda dues: of_file(recipient, dues, told, self._directory)
            ),
            **of_many(groups, ceiling),
            "reasons": of_absence(told),
        }
        key = f"rappels:{recipient.id}:{_digits(recipient.id, [due for g in groups for due in g])}"
        letter = self._letter("rappels", key, recipient, context, now, rows, told)
        return self._message(MessageKind.REMINDER, letter, recipient, now, told)

    def notice(
        self,
        told: Addressee,
        missed: Sequence[Missed],
        groups: Sequence[Sequence[Due]],
        now: datetime,
        *,
        ceiling: int | None = None,
        after: str = "",
    ) -> OutgoingMessage:
        """Return the mail that tells somebody else of mails that did not arrive.

        Args:
            told: who reads it, and for whom.
            missed: the mails, the last that came back last; sent again, each is told of again.
            groups: what they were about, case by case; none is empty.
            now: the instant of writing (aware).
            ceiling: mails of a day that the reader has had already, None for fewer.
            after: Message-ID of the notice that it replaces, which told of all but the last.

        Raises:
            InvalidInput: when a name, an address or a title could break a header.
            NotFound: when the agency of a case is unknown.
        """
        context = {
            **self._files_context(groups, now, lambda _dues: ()),
            **of_returns(missed, self._directory, ceiling),
            "order": self._typed(_again([one.message for one in missed])),
        }
        context["reasons"] = (*of_absence(told), *context["reasons"])
        recipient, rows = told.recipient, [dues[0].row for dues in groups]
        last = missed[-1].message
        said = [after, f"{last.id}|{last.address}|{last.ended_at}"]
        key = f"{MessageKind.NOTICE}:{recipient.id}:{_digest(said)}"
        letter = self._letter("avis", key, recipient, context, now, rows, told)
        ref = rows[0].ref if len(rows) == 1 else None
        return self._message(MessageKind.NOTICE, replace(letter, ref=ref), recipient, now, told)

    def _files_context(
        self,
        groups: Sequence[Sequence[Due]],
        now: datetime,
        reasons: Callable[[Sequence[Due]], Sequence[str]],
    ) -> dict[str, object]:
        """Return what a mail about several cases lays out, their titles checked."""
        for dues in groups:
            _title(dues[0].row)
        return {
            "files": file_views(
                groups, now, self._planner, self._labels, reasons=reasons, typed=self._typed
            ),
            "all_dates": self._all_dates(),
            "at_stake": at_stake((dues[0].row.stake, dues[0].row.estimated) for dues in groups),
        }

    def digest(
        self, digest: Digest, now: datetime, calendar: bytes | None = None
    ) -> OutgoingMessage:
        """Return the mail of a digest.

        Args:
            digest: what it says.
            now: the instant of writing (aware).
            calendar: the dates of the day as an iCalendar file, to be attached.

        Raises:
            InvalidInput: when the recipient's name or address could break a header.
        """
        context = self._digest_context(digest)
        letter = self._letter("synthese", digest.key, digest.recipient, context, now)
        # A reminder of a legal date is no list that somebody leaves: only a digest says whom to ask.
        letter = replace(letter, contact=self._contact)
        if calendar is not None:
            name = f"echeances-{digest.day.isoformat()}.ics"
            letter = replace(letter, attached=Attachment(name, calendar))
        return self._message(MessageKind.DIGEST, letter, digest.recipient, now)

    def digest_text(self, digest: Digest) -> str:
        """Return a digest as plain text."""
        return render("synthese.txt.j2", self._digest_context(digest))

    def digest_html(self, digest: Digest) -> str:
        """Return a digest as a page."""
        return render("synthese.html.j2", self._digest_context(digest))

    def _digest_context(self, digest: Digest) -> dict[str, object]:
        kind, _, id_ = digest.recipient.id.partition(":")
        whose = operations.PERSON if kind == "personne" else operations.AGENCY
        back = bool(digest.failures) and all(one.undelivered for one in digest.failures)
        state = MessageState.UNDELIVERED if back else MessageState.FAILED
        failed = {operations.STATE: state.value}
        return {
            "digest": digest,
            "shown": SHOWN_LINES,
            "briefly": SHOWN_BRIEFLY,
            "lookahead": LOOKAHEAD_DAYS,
            "verdict": self._verdict,
            "all_dates": self._all_dates(),
            "all_failures": self._typed(Request(operations.MAILS, (), failed)),
            "all_changes": self._typed(Request(operations.DIGEST)),
            # No list shows files to correct: the digest itself, in the terminal, is never cut.
            "all_files": self._typed(Request(operations.DIGEST, (), {whose: id_})),
        }

    def _all_dates(self) -> str:
        return self._typed(Request(operations.DEADLINES))

    def _verdict(self, ref: str) -> str:
        return self._typed(Request(operations.CHECK, (ref,)))

    def _letter(
        self,
        template: str,
        key: str,
        recipient: Recipient,
        context: Mapping[str, object],
        now: datetime,
        rows: Sequence[OpenDeadline] = (),
        told: Addressee | None = None,
    ) -> Letter:
        return Letter(
            key=key,
            sender=self.sender,
            to=Mailbox(recipient.name, recipient.email),
            subject=flat(render(f"{template}.subject.j2", context)),
            text=render(f"{template}.txt.j2", context),
            html=render(f"{template}.html.j2", context),
            at=now.astimezone(recipient.zone),
            reply_to=who_answers(rows, recipient, told, self._directory),
            sorted_by=sorted_by(rows, template, recipient),
            era=self._era(),
        )

    def _message(
        self,
        kind: MessageKind,
        letter: Letter,
        recipient: Recipient,
        now: datetime,
        told: Addressee | None = None,
    ) -> OutgoingMessage:
        return OutgoingMessage(
            key=letter.key,
            kind=kind,
            recipient=recipient.id,
            address=letter.to.route,
            subject=letter.subject,
            message_id=message_id(letter.key, self.sender.domain, letter.era),
            content=lay_out(letter),
            created_at=now,
            ref=letter.ref,
            on_behalf_of=told.absent.id if told is not None and told.absent is not None else None,
        )


def _again(missed: Sequence[StoredMessage]) -> Request:
    """Return what sends a mail again to its reader, at the address that the configuration has by then.

    Of several, what shows those that can be sent again.
    """
    if len(missed) > 1:
        return Request(operations.MAILS, (), {operations.STATE: MessageState.UNDELIVERED.value})
    person, number = person_of(missed[0].recipient), (str(missed[0].id),)
    if not person:
        return Request(operations.RETRY_MAILS, number)
    return Request(operations.REDIRECT_MAIL, number, {operations.TO: person})


def _title(row: OpenDeadline) -> str:
    return one_line(row.title, f"le titre du dossier {flat(row.ref)}")


def _digits(recipient: str, dues: Iterable[Due]) -> str:
    """Return what tells a mail from another: the same reminders make the same, whoever writes it."""
    told = sorted(
        f"{reminder.ref}|{reminder.rule}|{reminder.value}|{reminder.offset}"
        for due in dues
        for reminder in due.reminders(recipient)
    )
    return _digest(told)


def _digest(lines: Sequence[str]) -> str:
    return sha256(chr(10).join(lines).encode()).hexdigest()[:16]
