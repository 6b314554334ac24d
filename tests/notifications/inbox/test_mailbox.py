"""Looks into the return mailbox: of a real server, and of those that hang, lie, flood or cut."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from notifications.inbox import mailbox
from notifications.inbox.mailbox import look
from notifications.inbox.settings import ImapSettings
from notifications.mail.network import Security
from notifications.model.looks import Heard, MailboxPlace
from notifications.model.returns import ReturnKind
from notifications.signin.grants import ClientCredentials
from notifications.signin.tokens import Tokens
from tests.support.imap import PASSWORD, USER, inbox
from tests.support.notifications import SetClock
from tests.support.scripted_imap import DRIPS, SILENT, scripted_imap
from tests.support.scripted_smtp import HANGS_UP, HOST
from tests.support.smtp import make_certificates, nobody
from tests.support.token_server import giving

NOW = datetime(2026, 8, 27, 8, tzinfo=UTC)
NEW = b"Subject: Bonjour\r\n\r\nJe passe demain.\r\n"
THREE = {4: NEW, 6: NEW, 9: NEW}


def settings(port: int, **changes: Any) -> ImapSettings:
    """Return the mailbox of a server in clear that answers soon or never."""
    values: dict[str, Any] = {"password": PASSWORD, "answer_timeout": 30.0, "look_timeout": 60.0}
    return ImapSettings(HOST, port, USER, Security.NONE, **(values | changes))


def kinds(heard: Heard) -> set[ReturnKind]:
    """Return what a message says."""
    return {one.kind for one in heard.returns}


@pytest.mark.parametrize("security", Security)
def test_what_is_new_is_read_and_nothing_is_changed_there(security: Security) -> None:
    """The last thirty days first, then what came since; a mailbox that numbers anew is read anew."""
    both = make_certificates()
    server = None if security is Security.NONE else both.server
    with inbox(server, from_the_start=security is Security.TLS) as box:
        way = ImapSettings(
            "localhost", box.port, USER, security, password=PASSWORD, tls=both.client
        )
        box.put(NEW, NOW - timedelta(days=31))
        box.put(NEW, NOW - timedelta(days=29))
        first = look(way, None, NOW)
        assert (len(first.heard), first.failure, first.more) == (1, "", False)
        assert look(way, first.place, NOW).heard == []
        box.put(b"", NOW)
        box.put(b"\0\xff" * 3_000_000, NOW - timedelta(days=99))
        second = look(way, first.place, NOW)
        assert (len(second.heard), second.failure) == (2, "")
        assert all(kinds(one) == {ReturnKind.UNCLEAR} for one in second.heard)
        box.renumber()
        assert len(look(way, second.place, NOW).heard) == 2
        assert box.flags() == [frozenset()] * 4


def test_a_mailbox_is_refused_with_what_to_correct() -> None:
    """Password, account, folder, encryption and name, each in a sentence that repeats no secret."""
    with inbox() as box:
        refusals = {
            "username et ECHEANCIER_IMAP_PASSWORD": settings(box.port, password="faux s3cr3t"),
            "folder": settings(box.port, folder="Été"),
            "le chiffrement choisi et le port": ImapSettings(HOST, box.port, USER),
            "security et port": ImapSettings(HOST, box.port, USER, Security.STARTTLS),
            "connexion refusée": settings(nobody()),
        }
        for words, way in refusals.items():
            found = look(way, None, NOW)
            assert words in found.failure
            assert found.failure.startswith(f"Boîte de retour 127.0.0.1:{way.port} : ")
            assert (found.place, found.heard) == (None, [])
            assert "s3cr3t" not in found.failure


READ = MailboxPlace(7, 3)


@pytest.mark.parametrize(
    ("answers", "uid", "messages", "words"),
    [
        ({}, 9, 3, ""),
        ({"banner": b"220 mx.test ESMTP"}, 3, 0, "sa réponse ne se comprend pas"),
        ({"banner": b"* BYE [UNAVAILABLE] later"}, 3, 0, "il ne peut pas répondre maintenant (« * BYE ["),
        ({"banner": SILENT}, 3, 0, "pas de réponse en 0.5 s"),
        ({"banner": DRIPS}, 3, 0, "il est trop lent pour être lu"),
        ({"authenticate": b"{tag} NO [EXPIRED] old"}, 3, 0, "le mot de passe a expiré (« [EXPIRED] old »)"),
        ({"authenticate": b"{tag} NO [UNAVAILABLE] x"}, 3, 0, "il ne peut pas répondre maintenant"),
        ({"authenticate": HANGS_UP}, 3, 0, "connexion coupée"),
        ({"examine": b"{tag} OK done"}, 3, 0, "sa réponse ne se comprend pas"),
        ({"examine": b"* OK [UIDVALIDITY \xff] x\r\n{tag} OK done"}, 3, 0, "ne se comprend pas"),
        ({"examine": b"{tag} NO [NONEXISTENT] no"}, 3, 0, "corrigez [mail.returns] folder"),
        ({"search": b"* SEARCH one two\r\n{tag} OK done"}, 3, 0, "ne se comprend pas"),
        ({"search": b"* SEARCH 6 6 6 4 2\r\n{tag} OK done"}, 6, 2, ""),
        ({"search": b"{tag} OK done"}, 3, 0, ""),
        ({"search": DRIPS}, 3, 0, "trop lent"),
        ({"fetch:6": DRIPS}, 4, 1, ""),
        ({"fetch:4": DRIPS}, 3, 0, "trop lent"),
        ({"search": b"* X" * 2_000_000}, 3, 0, "n’en finit pas"),
        ({"search": SILENT}, 3, 0, "pas de réponse en 0.5 s"),
        ({"fetch:6": b"{tag} OK done"}, 9, 3, ""),
        ({"fetch:6": b"* 1 FETCH (UID 4 BODY[] {2}\r\nab)\r\n{tag} OK done"}, 9, 3, ""),
        ({"fetch:6": b"* 1 FETCH (BODY[] {2}\r\nab UID 6)\r\n{tag} OK done"}, 9, 3, ""),
        ({"fetch:6": b"* 1 FETCH (UID 6 BODY[] {99999999999}\r\nab"}, 6, 2, "n’en finit pas"),
        ({"fetch:6": b"* 1 FETCH (UID 6 BODY[] {20}\r\nab"}, 4, 1, "pas de réponse en 0.5 s"),
        ({"fetch:6": HANGS_UP}, 4, 1, "connexion coupée"),
        ({"fetch:6": b"\xff\0\xfe"}, 4, 1, "ne se comprend pas"),
        ({"fetch:6": b"{tag} NO [SERVERBUG] s3cr3t \xc3\xa9"}, 4, 1, "il est en panne (« [SERVERBUG]"),
        ({"fetch:6": b"* BYE bye"}, 4, 1, "sa réponse ne se comprend pas"),
        ({"logout": SILENT}, 9, 3, ""),
        ({"logout": HANGS_UP}, 9, 3, ""),
    ],
)  # fmt: skip
def test_whatever_a_server_does_nothing_is_lost(
    answers: dict[str, bytes], uid: int, messages: int, words: str
) -> None:
    """What was read counts, what was not is said, and the next look goes on from there."""
    # As long as a slow machine takes, but where the server never answers, or never ends.
    answered = 0.5 if "0.5 s" in words or SILENT in answers.values() else 30.0
    ended = 1.0 if DRIPS in answers.values() else 60.0
    with scripted_imap(answers, THREE) as server:
        way = settings(server.port, answer_timeout=answered, look_timeout=ended)
        found = look(way, READ, NOW)
        assert (found.place, len(found.heard)) == (MailboxPlace(7, uid), messages)
        assert words in found.failure
        assert bool(words) == bool(found.failure)
        assert found.more is (uid == 4 and not words)
        assert PASSWORD not in found.failure
        assert all(kinds(one) == {ReturnKind.UNCLEAR} for one in found.heard)
        assert not any("SELECT" in said or "STORE" in said for said in server.said)
        server.answers.clear()
        assert look(settings(server.port), found.place, NOW).place == MailboxPlace(7, 9)


@pytest.mark.parametrize("answer", [HANGS_UP, b"{tag} NO never", SILENT])
def test_a_message_that_stops_every_look_is_left_behind_in_the_end(answer: bytes) -> None:
    """As long as looks have not failed for a day it is tried again; then a person is to look at it."""
    with scripted_imap({"fetch:6": answer}, THREE) as server:
        way = settings(server.port, answer_timeout=0.5 if answer == SILENT else 30.0)
        found = look(way, READ, NOW, stuck=True)
        assert found.place == MailboxPlace(7, 4)
        assert look(way, found.place, NOW).place == found.place
        left = look(way, found.place, NOW, stuck=True)
        assert (left.place, kinds(*left.heard)) == (MailboxPlace(7, 6), {ReturnKind.UNCLEAR})
        assert left.failure
        assert look(way, left.place, NOW).place == MailboxPlace(7, 9)


def test_a_hundred_thousand_messages_are_read_bit_by_bit() -> None:
    """One look reads so many and no more, and says that the next one has something to read."""
    with scripted_imap(messages=dict.fromkeys(range(1, 100_001), b"")) as server:
        found = look(settings(server.port), MailboxPlace(7, 99_000), NOW)
        assert (len(found.heard), found.more) == (mailbox.MOST, True)
        found = look(settings(server.port), found.place, NOW)
        assert (len(found.heard), found.more) == (mailbox.MOST, False)


@pytest.mark.parametrize(
    ("good", "asked", "words"), [("jeton-1", 1, ""), ("jeton-2", 2, ""), ("", 2, "IMAP.A")]
)
def test_a_token_opens_the_mailbox(good: str, asked: int, words: str) -> None:
    """One that is refused is asked for anew, once; refused again, the sentence repeats neither."""
    with giving() as giver, scripted_imap(messages=THREE) as server:
        server.opens_to = lambda name, token: (name, token) == (USER, good)
        grant = ClientCredentials(f"{giver.base}/token", "appli", "s3cr3t", "imap")
        way = settings(server.port, tokens=Tokens(grant, 5, SetClock(NOW)))
        found = look(way, READ, NOW)
        assert len(giver.asked) == asked
        assert words in found.failure
        assert len(found.heard) == (0 if words else 3)
        assert "jeton-" not in found.failure
        assert USER not in found.failure
