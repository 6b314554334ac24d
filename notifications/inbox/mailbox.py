"""One look into the return mailbox: what is new since the last one, read, and how far it went.

Called by `cli.wiring.returning` for the service, the command and `diagnostic`. A look ends by itself,
whatever the server does; what it has read until then counts, and the next one goes on from there. Writes
nothing, neither there nor in the base.
"""

from __future__ import annotations

import imaplib
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from imap_tools.errors import ImapToolsError

from notifications.inbox.client import FloodedError, LateError, SignInError, opened
from notifications.inbox.refusals import why
from notifications.inbox.settings import ImapSettings
from notifications.model.looks import MailboxLook, MailboxPlace
from notifications.model.returns import Return, ReturnKind
from notifications.returns.reading import read_report
from notifications.signin.refusal import TokenRefused
from workflow.errors import OutOfReach

FIRST: Final = timedelta(days=30)
"""How far back the first look goes: what bounced before is no news to anybody."""
MOST: Final = 500
"""Messages of a look, at most: the next one goes on."""

_UNREADABLE: Final = (
    OSError,
    ValueError,
    imaplib.IMAP4.error,
    ImapToolsError,
    FloodedError,
    LateError,
    SignInError,
)
_WITHHELD: Final = "Le serveur annonce ce message et ne le donne pas."
_ENDLESS: Final = "Ce message est trop long pour être lu."


def look(
    settings: ImapSettings, place: MailboxPlace | None, now: datetime, *, stuck: bool = False
) -> MailboxLook:
    """Return what is new in the mailbox; never raises.

    Args:
        settings: the mailbox.
        place: how far it was read; None when it never was.
        now: the present (aware).
        stuck: True when looks have long failed: a first message that cannot be read is left behind.
    """
    found = MailboxLook(place)
    token = None
    try:
        token = _token(settings)
        try:
            _read(settings, token, found, now, stuck=stuck)
        except SignInError:
            if token is None:
                raise
            # Taken back before its end: another is asked for, once.
            token = _token(settings, spent=token)
            _read(settings, token, found, now, stuck=stuck)
    except TokenRefused as error:
        found.failure = error.why
    except _UNREADABLE as error:
        # What is slow and goes on is no failure.
        found.more = isinstance(error, LateError) and bool(found.heard)
        found.failure = "" if found.more else why(error, settings, token)
    return found


def _token(settings: ImapSettings, spent: str | None = None) -> str | None:
    return settings.tokens.give(spent) if settings.tokens is not None else None


def _read(
    settings: ImapSettings, token: str | None, found: MailboxLook, now: datetime, *, stuck: bool
) -> None:
    with opened(settings, token) as box:
        validity, last = box.examine()
        if found.place is None or found.place.validity != validity:
            uids = box.since((now - FIRST).date())
            found.place = MailboxPlace(validity, uids[0] - 1 if uids else last)
        else:
            uids = box.after(found.place.uid)
        for uid in uids[:MOST]:
            try:
                content = box.head(uid)
            except _UNREADABLE as error:
                endless = isinstance(error, FloodedError)
                if endless or (stuck and not found.heard):
                    words = _ENDLESS if endless else _WITHHELD
                    found.hear(uid, [_unread(settings, validity, uid, words)])
                raise
            if content is None:
                found.hear(uid, [_unread(settings, validity, uid, _WITHHELD)])
            else:
                found.hear(uid, read_report(content))
        found.more = len(uids) > MOST


def _unread(settings: ImapSettings, validity: int, uid: int, words: str) -> Return:
    """Return what is noted of a message that was not read: a person looks."""
    told = f"{settings.name}/{validity}/{uid}"
    return Return(ReturnKind.UNCLEAR, None, None, "", words, sha256(told.encode()).hexdigest())


def check(settings: ImapSettings) -> None:
    """Open the mailbox and its folder, and read nothing.

    Raises:
        OutOfReach: when that is not possible, with why.
    """
    token = None
    try:
        token = _token(settings)
        with opened(settings, token) as box:
            box.examine()
    except TokenRefused as error:
        raise OutOfReach(error.why) from error
    except _UNREADABLE as error:
        raise OutOfReach(why(error, settings, token)) from error
