"""Commands said at once to a server that offers it: the same mails leave, whatever it answers, each once."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from notifications.mail.network import Security
from notifications.mail.relay import Relay
from notifications.mail.settlement import RelayReport
from notifications.smtp.pipelining import ServerAbility
from notifications.smtp.transports import SmtpSettings, SmtpTransport
from tests.support.notifications import MemoryNotificationStore, SetClock, make_message
from tests.support.scripted_smtp import HANGS_UP, HOST, IN_TURN, Ahead, scripted
from tests.support.smtp import Behaviour, make_certificates, serving

NOW = make_message().created_at
READERS = ("zoe", "max", "lea")
IDS = [f"<{name}@interim.example>" for name in READERS]


class Outbox:
    """An outbox with a message for each reader, and the relay that empties it."""

    def __init__(self, port: int, **changes: Any) -> None:
        self.store = MemoryNotificationStore()
        for name in READERS:
            self.store.enqueue(make_message(name, address=f"{name}@interim.example"))
        self.clock, self.ability = SetClock(NOW), ServerAbility()
        values = {"security": Security.NONE, "sender": "echeancier@interim.example"} | changes
        settings = SmtpSettings(host=HOST, port=port, **values)
        self._relay = Relay(
            self.store, lambda: SmtpTransport(settings, self.ability), self.clock, worker="hote:1"
        )

    def round(self) -> RelayReport:
        """Send what can leave, then let every delay pass."""
        report = self._relay.run_once()
        waiting = [sheet.next_attempt_at for sheet in self.store.outbox.values() if sheet.waiting]
        self.clock.now = max([self.clock.now, *waiting])
        return report


def ended(answers: dict[str, bytes]) -> tuple[list[str], Counter[str]]:
    """Return what became of each message in one round, with the server's words, and what arrived."""
    with scripted(answers) as script:
        outbox = Outbox(script.port)
        outbox.round()
        sheets = (outbox.store.sheet(name) for name in READERS)
        told = [
            f"{one.answer or one.last_error}".partition(" : ")[2] or one.answer for one in sheets
        ]
        return told, script.arrived


@pytest.mark.parametrize("step", ["mail", "rcpt", "rcpt:max", "data", "end"])
@pytest.mark.parametrize(
    "answer", [b"451 4.3.0 later", b"550 5.1.1 no", b"421 bye", b"354 go on", b"999 ?", HANGS_UP]
)
def test_a_refusal_is_heard_as_if_it_came_alone(step: str, answer: bytes) -> None:
    """Whatever is answered to one command of three, each message ends as it does one command at a time."""
    together, in_turn = ended({step: answer}), ended({step: answer} | IN_TURN)
    # A server that waits for a text although it refused its reader is given an empty one, for nobody.
    together[1].pop("", None)
    assert together == in_turn


@pytest.mark.parametrize(
    ("step", "empty", "lines"), [("rcpt:max", 1, 1), ("mail", 0, 4), ("data", 0, 1)]
)
def test_a_text_awaited_after_a_refusal_is_never_a_mail(step: str, empty: int, lines: int) -> None:
    """354 for a refused reader gets a lone dot; for a refused sender, whose reader was taken, no dot."""
    with scripted({step: b"451 4.3.0 later"}) as script:
        report = Outbox(script.port).round()
        assert script.arrived[""] == empty
        assert sum(script.arrived.values()) == report.sent + empty
        assert len(script.opened) == lines


def test_answers_in_pieces_are_put_together() -> None:
    """Answers that come byte by byte, some of several lines, are the answers."""
    with scripted(
        {"mail": b"250-2.1.0 ok\r\n250 go", "rcpt": b"250-a\r\n250 b"}, in_pieces=True
    ) as script:
        assert Outbox(script.port).round().sent == 3
    assert len(script.opened) == 1


@pytest.mark.parametrize(
    ("ahead", "offered", "sent", "lines", "too_much"),
    [
        (Ahead.HEARD, {}, 3, 1, 0),
        (Ahead.CUT, IN_TURN, 3, 1, 0),
        (Ahead.CUT, {}, 3, 2, 1),
        (Ahead.LOST, {}, 2, 2, 1),
    ],
)
def test_a_server_that_cannot_do_what_it_offers_is_spoken_to_in_turn(
    ahead: Ahead, offered: dict[str, bytes], sent: int, lines: int, too_much: int
) -> None:
    """Cut, a line costs nothing; silent, one delay; then all is said in turn, for an hour of rounds."""
    with scripted(offered, ahead=ahead) as script:
        outbox = Outbox(script.port, message_timeout=0.5)
        assert outbox.round().sent == sent
        assert len(script.opened) == lines
        while outbox.round().sent:
            pass
        assert Counter(script.said)["too much"] == too_much
        # An hour later.
        outbox.ability.again_at = 0
        outbox.store.enqueue(make_message("nina", address="nina@interim.example"))
        outbox.round()
        assert Counter(script.said)["too much"] == 2 * too_much
        outbox.round()
    assert script.arrived == Counter(dict.fromkeys(script.received, 1))
    assert len(script.received) == 4


def test_what_was_offered_in_clear_is_not_what_counts() -> None:
    """After STARTTLS the server says anew what it takes: there it is asked for everything at once."""
    certificates = make_certificates()
    behaviour = Behaviour(pipelines=True)
    with serving(behaviour, tls_context=certificates.server, require_starttls=True) as server:
        encrypted = {"security": Security.STARTTLS, "tls": certificates.client}
        assert Outbox(server.port, **encrypted).round().sent == 3
        assert (server.connections, server.recorder.ahead) == (1, 3)
