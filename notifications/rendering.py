"""Turns what there is to say into messages: subject, text and HTML from one triple of templates.

Called by the sweep (`Composer.reminder`), the morning (`Composer.digest`) and `echeancier synthese`
(`digest_text`, `digest_html`). A variable missing from a template is an error, never a blank. Sends
nothing, stores nothing, and says of a case only its reference, its title, its dates and
what does not conform.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from notifications.alerts import in_short, notice, verdict_command
from notifications.digest import Digest
from notifications.gathering import LOOKAHEAD_DAYS
from notifications.labels import Labels, named
from notifications.mail import Letter, Mailbox, flat, lay_out, message_id, one_line
from notifications.planning import Due, Planner
from notifications.ports import MessageKind, OutgoingMessage
from notifications.standing import Status
from notifications.views import deadline_view
from workflow import french
from workflow.people import Recipient

SHOWN_LINES = 60
"""Lines of a section that a digest shows; the rest is counted, and listed by the program."""

_PRESSING = tuple(Status)

# Spaces that French typography keeps with their sign: narrow before ; ! ?, full before : and in « ».
_SPACES = (
    (re.compile(r" (?=[;!?])"), "\u202f"),
    (re.compile(r" (?=[:»])"), french.NBSP),
    (re.compile(r"(?<=«) "), french.NBSP),
)


def typeset(text: str) -> str:
    """Return a French text with the spaces that must not break made unbreakable."""
    for pattern, space in _SPACES:
        text = pattern.sub(space, text)
    return text


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("templates", ""),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html.j2",)),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["flat"] = flat
    environment.filters["in_short"] = in_short
    environment.filters["capital"] = lambda text: text[:1].upper() + text[1:]
    environment.globals["verdict_command"] = verdict_command
    environment.globals["french"] = {
        "long_day": french.long_day,
        "long_moment": french.long_moment,
        "short_day": french.short_day,
        "weekday_day": french.weekday_day,
        "moment": french.moment,
        "count": french.count,
    }
    return environment


def render(name: str, context: Mapping[str, object]) -> str:
    """Return a template filled in, typeset for French readers.

    Raises:
        jinja2.UndefinedError: when the template names something the context lacks.
    """
    return typeset(_environment().get_template(name).render(context))


class Composer:
    """Writes reminders and digests.

    Args:
        sender: the address that writes; its domain signs every Message-ID.
        planner: working days and zones of the agencies.
        labels: names of the procedures, their portals and their acts.
        program: what staff type to start the program.
    """

    def __init__(
        self, sender: Mailbox, planner: Planner, labels: Labels, *, program: str = "echeancier"
    ) -> None:
        self.sender = sender
        self._planner = planner
        self._labels = labels
        self._program = program

    def reminder(self, recipient: Recipient, dues: Sequence[Due], now: datetime) -> OutgoingMessage:
        """Return the one mail that says everything due about a case.

        Args:
            recipient: who is told.
            dues: what is due, all of the same case.
            now: the instant of writing (aware).

        Raises:
            InvalidInput: when a name, an address or the title could break a header.
            NotFound: when the agency of the case is unknown.
        """
        row = dues[0].row
        labels = named(self._labels, row.procedure)
        views = [deadline_view(due, now, self._planner, labels) for due in dues]
        context = {
            "ref": row.ref,
            "title": one_line(row.title, f"le titre du dossier {flat(row.ref)}"),
            "procedure": labels.name,
            "wrong": notice(row.alerts, self._program, row.ref),
            "items": sorted(views, key=lambda view: _PRESSING.index(view.status)),
            "program": self._program,
        }
        key = _reminder_key(row.ref, recipient.id, dues)
        return self._message(MessageKind.REMINDER, key, recipient, context, now, ref=row.ref)

    def digest(self, digest: Digest, now: datetime) -> OutgoingMessage:
        """Return the mail of a digest.

        Raises:
            InvalidInput: when the recipient's name or address could break a header.
        """
        context = self._digest_context(digest)
        return self._message(MessageKind.DIGEST, digest.key, digest.recipient, context, now)

    def digest_text(self, digest: Digest) -> str:
        """Return a digest as plain text."""
        return render("synthese.txt.j2", self._digest_context(digest))

    def digest_html(self, digest: Digest) -> str:
        """Return a digest as a page."""
        return render("synthese.html.j2", self._digest_context(digest))

    def _digest_context(self, digest: Digest) -> dict[str, object]:
        return {
            "digest": digest,
            "shown": SHOWN_LINES,
            "lookahead": LOOKAHEAD_DAYS,
            "program": self._program,
            "all_dates": f"{self._program} echeances",
            # No list shows files to correct: the digest itself, in the terminal, is never cut.
            "all_files": f"{self._program} synthese --{digest.recipient.id.replace(':', ' ')}",
        }

    def _message(
        self,
        kind: MessageKind,
        key: str,
        recipient: Recipient,
        context: Mapping[str, object],
        now: datetime,
        *,
        ref: str | None = None,
    ) -> OutgoingMessage:
        to = Mailbox(recipient.name, recipient.email)
        subject = flat(render(f"{kind}.subject.j2", context))
        letter = Letter(
            key=key,
            sender=self.sender,
            to=to,
            subject=subject,
            text=render(f"{kind}.txt.j2", context),
            html=render(f"{kind}.html.j2", context),
            at=now.astimezone(recipient.zone),
            ref=ref,
        )
        return OutgoingMessage(
            key=key,
            kind=kind,
            recipient=recipient.id,
            address=to.route,
            subject=subject,
            message_id=message_id(key, self.sender.domain),
            content=lay_out(letter),
            created_at=now,
            ref=ref,
        )


def _reminder_key(ref: str, recipient: str, dues: Sequence[Due]) -> str:
    """Return the key of a mail: the same reminders make the same mail, whoever writes it."""
    told = sorted(
        f"{reminder.rule}|{reminder.value}|{reminder.offset}"
        for due in dues
        for reminder in due.reminders(recipient)
    )
    return f"rappel:{ref}:{recipient}:{sha256(chr(10).join(told).encode()).hexdigest()[:16]}"
