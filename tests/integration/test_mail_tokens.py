"""Mails that leave by tokens: a real mail server, a real token server, and whatever either may refuse."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from notifications.mail.network import Security
from notifications.mail.relay import Relay
from notifications.mail.settlement import RelayReport
from notifications.signin.grants import ClientCredentials
from notifications.signin.tokens import Tokens
from notifications.smtp.transports import SmtpSettings, SmtpTransport
from tests.support.notifications import (
    SENDER,
    MemoryNotificationStore,
    SetClock,
    make_message,
)
from tests.support.programs import PATIENCE, begun
from tests.support.smtp import HOST, Running, serving
from tests.support.token_server import Reply, TokenServer, giving

NOW = make_message().created_at
MAILBOX = "rappels@interim.example"
COUNT = 6
REFUSED = "535 5.7.3 Authentication unsuccessful"


@pytest.fixture
def giver() -> Iterator[TokenServer]:
    """Return a token server."""
    with giving() as told:
        yield told


@pytest.fixture
def server(giver: TokenServer) -> Iterator[Running]:
    """Return a mail server that one mailbox alone opens, to the last token that was given."""
    with serving(auth_require_tls=False) as running:
        running.behaviour.open_to = lambda mailbox, token: (
            None if mailbox == MAILBOX and token == giver.given[-1] else REFUSED
        )
        yield running


def a_store() -> MemoryNotificationStore:
    """Return an outbox with messages that wait."""
    store = MemoryNotificationStore()
    for number in range(COUNT):
        store.enqueue(make_message(f"rappel:{number}"))
    return store


def settings(server: Running, giver: TokenServer, clock: SetClock, **changes: Any) -> SmtpSettings:
    """Return a mail server opened by tokens."""
    grant = ClientCredentials(f"{giver.base}/token", "appli", "s3cr3t", "smtp")
    values: dict[str, Any] = {"username": MAILBOX, "tokens": Tokens(grant, 10, clock)} | changes
    return SmtpSettings(HOST, server.port, SENDER.address, Security.NONE, **values)


def run(store: MemoryNotificationStore, way: SmtpSettings, clock: SetClock) -> RelayReport:
    """Send what waits over two connections."""
    return Relay(
        store, lambda: SmtpTransport(way), clock, worker="hote:1", connections=2
    ).run_once()


def test_one_token_opens_every_connection(server: Running, giver: TokenServer) -> None:
    """Round after round, connection after connection, nobody asks again for what is at hand."""
    clock = SetClock(NOW)
    way = settings(server, giver, clock, per_connection=2)
    for _ in range(2):
        assert run(a_store(), way, clock).sent == COUNT
    assert server.connections == 6
    assert giver.given == ["jeton-1"]


def test_a_token_taken_back_is_renewed_once(server: Running, giver: TokenServer) -> None:
    """A server that no longer takes the token at hand gets another, and no message knows of it."""
    clock, store = SetClock(NOW), a_store()
    way = settings(server, giver, clock)
    assert way.tokens is not None
    way.tokens.give()
    giver.given.append("un autre")
    report = run(store, way, clock)
    assert (report.sent, report.deferred, report.errors) == (COUNT, 0, [])
    assert len(giver.asked) == 2


def test_a_mailbox_that_stays_closed_holds_its_messages(
    server: Running, giver: TokenServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Two tokens are asked for, no more; each message waits with the reason, which repeats no secret."""
    caplog.set_level(0)
    clock, store = SetClock(NOW), a_store()
    server.behaviour.open_to = lambda mailbox, token: f"535 5.7.3 No: {mailbox} {token}"
    report = run(store, settings(server, giver, clock), clock)
    assert (report.sent, report.deferred, report.failed) == (0, COUNT, 0)
    assert giver.given == ["jeton-1", "jeton-2"]
    (why,) = report.errors
    assert "le jeton n’ouvre pas cette boîte (« 535 5.7.3 No: … … ») ; vérifiez son adresse" in why
    ours = [one.getMessage() for one in caplog.records if not one.name.startswith("mail.")]
    assert not any(kept in one for one in ours for kept in ("jeton-", "s3cr3t", MAILBOX))


def test_a_token_that_ends_on_the_way_loses_nothing(server: Running, giver: TokenServer) -> None:
    """Between two connections it ends, and nobody gives another: what left is marked, the rest waits."""
    clock, store = SetClock(NOW, step=timedelta(seconds=20)), a_store()
    giver.lives = 60
    way = settings(server, giver, clock, per_connection=1)
    portal = Reply("<p>Portail</p>", 200, {"Content-Type": "text/html"})
    giver.replies = [giver.reply(), *[portal] * 9]
    report = run(store, way, clock)
    assert 0 < report.sent == len(server.accepted) < COUNT
    assert (report.failed, store.counts().sent, store.counts().waiting) == (
        0,
        report.sent,
        COUNT - report.sent,
    )
    assert "n’est pas celle d’un serveur de jetons" in report.errors[0]
    giver.replies, clock.step = [], timedelta(0)
    clock.now += timedelta(hours=1)
    assert run(store, way, clock).sent == COUNT - report.sent
    assert len({content for _, content in server.accepted}) == len(server.accepted) == COUNT


def test_a_mail_server_without_tokens_is_a_setting(giver: TokenServer) -> None:
    """A server that does not know XOAUTH2 holds the messages with what to correct."""
    clock, store = SetClock(NOW), a_store()
    with serving() as plain:
        report = run(store, settings(plain, giver, clock), clock)
    assert report.deferred == COUNT
    assert "l’authentification demandés" in report.errors[0]


KILLED = """
import sys
from tests.integration.test_mail_tokens import *

giver = TokenServer(port=int(sys.argv[2]))
clock = SetClock(NOW)
run(a_store(), settings(Running(int(sys.argv[1]), None, None), giver, clock), clock)
"""


def test_killed_while_it_waits_for_a_token_nothing_is_lost(
    server: Running, giver: TokenServer
) -> None:
    """Another takes what was claimed once the lease has ended, with a token of its own: each leaves once."""
    giver.replies = [Reply()]
    with begun("-c", KILLED, str(server.port), str(giver.port)) as process:
        assert giver.heard.wait(PATIENCE)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    # The outbox as the dead process left it: claimed, not marked.
    store, clock = a_store(), SetClock(NOW)
    store.claim(NOW, COUNT, timedelta(minutes=10), "hote:0")
    way = settings(server, giver, clock)
    assert run(store, way, clock).sent == 0
    clock.now += timedelta(minutes=10)
    assert run(store, way, clock).sent == COUNT
    assert len(server.accepted) == COUNT
