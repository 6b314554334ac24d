"""Whatever a mail server answers, on both databases: the message is marked, the others leave, none twice."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from db.mail.store import SqlNotificationStore
from db.schema.mail_tables import outbox_event
from notifications.mail.network import Security
from notifications.mail.relay import Relay
from notifications.mail.settlement import RelayReport
from notifications.model.messages import MessageQuery, MessageState, StoredMessage
from notifications.model.ports import NotificationStore
from notifications.smtp.transports import SmtpSettings, SmtpTransport
from tests.support.databases import rows
from tests.support.notifications import MemoryNotificationStore, SetClock, make_message
from tests.support.scripted_smtp import HANGS_UP, HOST, IN_TURN, POLITE, Script, scripted
from workflow.text.folding import is_clean

NOW = make_message().created_at
_Store = TypeVar("_Store", bound=NotificationStore)
READERS = ("zoe", "max", "lea")

ODD_WORDS = {
    "latin-1": b"Message accept\xe9, bo\xeete ferm\xe9e",
    "nul": b"ok id=\0abc",
    "controls": b"ok \x1b]52;c;aGVsbG8=\x07 \x9b31m \x7f",
    "bidi": "ok \u202e\u2066 \u200b".encode(),
    "separators": "ok \u2028\u2029\x85\x0b\x0c".encode(),
    "half a letter": b"ok \xf0\x9f\x98",
    "surrogates": b"ok \xed\xa0\x80\xed\xb2\x80",
    "long": b"ok " + b"z" * 7000,
    "nothing": b"",
}
ODD_ANSWERS = {
    "no code": b"bonjour",
    "letters": b"2x0 ok",
    "a negative code": b"-12 ok",
    "no such code": b"999 ok",
    "two digits": b"25 ok",
    "not an answer": b"\xff\xfe\0\r\n\r\n\0",
    "endless": b"x" * 3_000_000,
    "endless lines": b"250-ok\r\n" * 200_000,
    "hangs up": HANGS_UP,
}


@pytest.fixture
def store(notification_store: SqlNotificationStore) -> SqlNotificationStore:
    """Return an outbox with a message for each reader."""
    return fill(notification_store)


def fill(store: _Store) -> _Store:
    """Put a message for each reader in an outbox."""
    for name in READERS:
        store.enqueue(make_message(name, address=f"{name}@interim.example"))
    return store


def a_relay(
    store: NotificationStore, script: Script, clock: SetClock, *, login: bool = False
) -> Relay:
    """Return a relay towards a scripted server."""
    settings = SmtpSettings(HOST, script.port, "echeancier@interim.example", Security.NONE)
    if login:
        settings = replace(settings, username="u", password="p4ssw0rd")
    return Relay(store, lambda: SmtpTransport(settings), clock, worker="hote:1")


def a_round(store: SqlNotificationStore, script: Script) -> RelayReport:
    """Run a relay once."""
    return a_relay(store, script, SetClock(NOW)).run_once()


def by_state(store: SqlNotificationStore, state: MessageState) -> list[StoredMessage]:
    """Return the messages that stand somewhere."""
    return store.messages(MessageQuery(state=state))


@pytest.mark.parametrize("words", ODD_WORDS.values(), ids=ODD_WORDS)
def test_accepted_in_odd_words_is_accepted(store: SqlNotificationStore, words: bytes) -> None:
    """Any bytes after « 250 »: each message leaves once, is marked, and its answer can be shown."""
    with scripted({"end": b"250 2.6.0 " + words}) as script:
        assert a_round(store, script).sent == len(READERS)
        assert a_round(store, script).sent == 0
    assert len(script.received) == len(set(script.received)) == len(READERS)
    for message in by_state(store, MessageState.SENT):
        assert message.answer.startswith("250 2.6.0")
        assert is_clean(message.answer)
        assert len(message.answer) < 400


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("mail", b"251 ok"),
        ("rcpt", b"252 Cannot VRFY user, but will accept message"),
        ("end", b"200 ok"),
        ("end", b"251 forwarded"),
        ("end", b"299 "),
    ],
)
def test_the_first_digit_decides_what_is_accepted(
    store: SqlNotificationStore, step: str, answer: bytes
) -> None:
    """Another code than 250 that begins by 2 accepts too: each message leaves once."""
    with scripted({step: answer}) as script:
        assert a_round(store, script).sent == len(READERS)
        assert a_round(store, script).sent == 0
    assert len(script.received) == len(READERS)


def test_an_answer_to_something_else_leaves_the_message_in_doubt(
    store: SqlNotificationStore,
) -> None:
    """What neither takes nor refuses the whole message is no reason to send it for two days."""
    clock = SetClock(NOW)
    with scripted({"end": b"354 go on"}) as script:
        for _ in range(9):
            a_relay(store, script, clock).run_once()
            clock.now += timedelta(hours=2)
    assert {one.answer[:40] for one in by_state(store, MessageState.FAILED)} == {
        "Le serveur a reçu ce message 3 fois sans"
    }
    assert len(by_state(store, MessageState.FAILED)) == len(READERS)


@pytest.mark.parametrize("words", ODD_WORDS.values(), ids=ODD_WORDS)
def test_refused_in_odd_words_is_refused(store: SqlNotificationStore, words: bytes) -> None:
    """Any bytes in a refusal: each is noted and quoted, and the other message leaves in the same round."""
    refusing = {"rcpt:max": b"550 5.1.1 " + words, "rcpt:lea": b"451 4.3.0 " + words}
    with scripted(refusing) as script:
        assert a_round(store, script).sent == 1
    ended = {MessageState.FAILED: "« 550 5.1.1", MessageState.WAITING: "« 451 4.3.0"}
    for state, quoted in ended.items():
        (message,) = by_state(store, state)
        assert quoted in message.answer
        assert is_clean(message.answer)


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("banner", b"554 "),
        ("ehlo", b"550 "),
        ("auth", b"535 5.7.8 "),
        ("mail", b"451 "),
        ("mail", b"550 5.7.60 "),
        ("data", b"451 "),
        ("end", b"451 "),
    ],
)
def test_nobody_let_in_in_odd_words_is_told(
    store: SqlNotificationStore, step: str, code: bytes
) -> None:
    """At any other step too: every message waits with the reason, and leaves once the server is well."""
    odd, clock = code + ODD_WORDS["latin-1"] + ODD_WORDS["nul"], SetClock(NOW)
    with scripted({step: odd, "helo": odd}) as script:
        report = a_relay(store, script, clock, login=True).run_once()
        assert (report.sent, report.deferred) == (0, 3)
        assert all(is_clean(reason) for reason in report.errors)
        for message in by_state(store, MessageState.WAITING):
            assert code.decode().strip() in message.answer
        script.answers |= {step: POLITE[step], "helo": POLITE["helo"]}
        clock.now += timedelta(minutes=2)
        assert a_relay(store, script, clock, login=True).run_once().sent == 3


@pytest.mark.parametrize("answer", ODD_ANSWERS.values(), ids=ODD_ANSWERS)
@pytest.mark.parametrize("step", ["banner", "ehlo", "auth", "mail", "rcpt", "data", "end", "rset"])
@pytest.mark.parametrize("offered", [{}, IN_TURN], ids=["together", "in turn"])
def test_what_is_no_answer_costs_a_delay(
    step: str, answer: bytes, offered: dict[str, bytes]
) -> None:
    """No code, an odd one, megabytes, or a line cut, at any step: nothing is lost, failed or left held."""
    store = fill(MemoryNotificationStore())
    odd = offered | ({step: answer, "helo": answer} if step == "ehlo" else {step: answer})
    if step == "rset":
        odd["rcpt:max"] = b"451 4.2.1 later"
    with scripted(odd) as script:
        report = a_relay(store, script, SetClock(NOW), login=True).run_once()
    assert report.failed == 0
    assert report.sent + report.deferred == 3
    assert report.released == 0
    waiting = [sheet for sheet in store.outbox.values() if sheet.waiting]
    assert all(sheet.last_error and is_clean(sheet.last_error) for sheet in waiting)
    assert len(script.received) == len(set(script.received))


def test_an_answer_that_the_database_does_not_take_is_noted_in_other_words(
    store: SqlNotificationStore, engine: Engine
) -> None:
    """Even if such words came through, the message is marked: it leaves once, and so do the others."""

    class Odd(SmtpTransport):
        async def send(self, address: str, *more: object) -> str:
            answer = await super().send(address, *more)  # type: ignore[arg-type]
            return answer + "\udce9\0" if address.startswith("zoe") else answer

    with scripted() as script:
        settings = SmtpSettings(HOST, script.port, "e@interim.example", Security.NONE)
        relay = Relay(store, lambda: Odd(settings), SetClock(NOW), worker="hote:1")
        assert relay.run_once().sent == 3
        assert relay.run_once().sent == 0
    assert len(script.received) == 3
    answers = {message.answer for message in by_state(store, MessageState.SENT)}
    assert answers == {"réponse du serveur illisible", "250 2.0.0 queued"}
    assert rows(engine, outbox_event) == []
