"""When to try again, and how an SMTP failure is read: two tables."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta

import aiosmtplib
import pytest

from notifications.mail import refusals
from notifications.mail.delivery import Backoff, ConnectionLost, Pace, Unreachable
from notifications.ports import DeliveryError

CREATED = datetime(2026, 9, 1, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 60), (20, 60)]
)
def test_attempts_are_spaced_out(failures: int, minutes: int) -> None:
    """One minute, five, a quarter of an hour, an hour, then every hour."""
    now = CREATED + timedelta(hours=1)
    expected = now + timedelta(minutes=minutes)
    assert Backoff(jitter=0).next_attempt(7, failures, CREATED, now) == expected


def test_messages_that_failed_together_do_not_come_back_together() -> None:
    """A thousand messages spread over a fifth of the delay, before and after."""
    waits = [Backoff().next_attempt(id_, 4, CREATED, CREATED) for id_ in range(1000)]
    minutes = [(at - CREATED) / timedelta(minutes=1) for at in waits if at is not None]
    assert len(minutes) == 1000
    assert 48 <= min(minutes) < 49
    assert 71 < max(minutes) <= 72
    assert 59 < sum(minutes) / 1000 < 61


def test_the_spread_is_drawn_once_and_for_all() -> None:
    """The same failure of the same message always gives the same instant; the next one another."""
    waits = {Backoff().next_attempt(7, failures, CREATED, CREATED) for failures in (4, 5, 6)}
    assert len(waits) == 3
    assert waits == {Backoff().next_attempt(7, n, CREATED, CREATED) for n in (4, 5, 6)}


def test_a_pace_slides() -> None:
    """What was begun a minute ago makes room again, one message after the other."""
    pace = Pace(2)
    for seconds in (0, 20):
        pace.begin(CREATED + timedelta(seconds=seconds))
    rooms = [pace.room(CREATED + timedelta(seconds=s), 50) for s in (20, 59, 60, 79, 80)]
    assert rooms == [0, 0, 1, 1, 2]


def test_without_a_limit_everything_may_leave() -> None:
    """No limit, no count."""
    pace = Pace()
    pace.begin(CREATED)
    assert pace.room(CREATED, 50) == 50


@pytest.mark.parametrize(
    ("failures", "hours", "given_up"),
    [(49, 47.9, False), (49, 48, True), (5, 48, True), (4, 48, False), (1, 200, False)],
)
def test_a_message_is_given_up_after_two_days(failures: int, hours: float, given_up: bool) -> None:
    """Two days of failures end it, but never before it was tried once for each delay."""
    now = CREATED + timedelta(hours=hours)
    assert (Backoff().next_attempt(7, failures, CREATED, now) is None) == given_up


def caused(error: Exception, cause: Exception) -> Exception:
    """Return an error raised from another."""
    error.__cause__ = cause
    return error


CONNECT = aiosmtplib.SMTPConnectError("Error connecting")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (caused(CONNECT, ConnectionRefusedError(111, "refused")), "connexion refusée"),
        (caused(aiosmtplib.SMTPConnectError("x"), socket.gaierror(-2, "?")), "nom est inconnu"),
        (aiosmtplib.SMTPConnectTimeoutError("late"), "pas de réponse en 15 s"),
        (TimeoutError(), "pas de réponse en 15 s"),
        (caused(aiosmtplib.SMTPConnectError("x"), ssl.SSLError("wrong version")), "chiffrée"),
        (aiosmtplib.SMTPAuthenticationError(535, "bad moi"), "identifiant ou mot de passe"),
        (aiosmtplib.SMTPConnectResponseError(554, "no\r\nway"), "(554 no way)"),
        (aiosmtplib.SMTPHeloError(421, "busy"), "(421 busy)"),
        (aiosmtplib.SMTPServerDisconnected("gone"), "connexion refusée ou coupée"),
        (aiosmtplib.SMTPException("STARTTLS not supported"), "ne propose pas le chiffrement"),
        (ValueError("bad host"), "la connexion a échoué (ValueError)"),
    ],
)
def test_a_closed_door_is_explained(error: Exception, words: str) -> None:
    """Nobody answering is one sentence with the server and what to do, and never final."""
    found = refusals.connecting(error, "smtp.example:587", 15)
    assert isinstance(found, Unreachable)
    assert not found.permanent
    assert found.message.startswith("Serveur de messagerie smtp.example:587 : ")
    assert words in found.message


@pytest.mark.parametrize(
    ("error", "kind", "permanent", "words"),
    [
        (
            aiosmtplib.SMTPRecipientRefused(550, "unknown", "a@b"),
            DeliveryError,
            True,
            "550 unknown",
        ),
        (aiosmtplib.SMTPRecipientRefused(450, "later", "a@b"), DeliveryError, False, "450 later"),
        (aiosmtplib.SMTPSenderRefused(553, "no", "a@b"), DeliveryError, True, "l’expéditeur"),
        (aiosmtplib.SMTPSenderRefused(530, "login", "a@b"), Unreachable, False, "authentification"),
        (aiosmtplib.SMTPDataError(554, "spam"), DeliveryError, True, "le message est refusé"),
        (aiosmtplib.SMTPDataError(452, "full"), DeliveryError, False, "452 full"),
        (aiosmtplib.SMTPDataError(421, "bye"), ConnectionLost, False, "ferme la connexion"),
        (aiosmtplib.SMTPResponseException(-1, "?!"), ConnectionLost, False, "ferme la connexion"),
        (aiosmtplib.SMTPReadTimeoutError("late"), ConnectionLost, False, "pas de réponse en 60 s"),
        (aiosmtplib.SMTPServerDisconnected("gone"), ConnectionLost, False, "coupée pendant"),
        (ConnectionResetError(), ConnectionLost, False, "coupée pendant"),
        (ValueError("spaces"), DeliveryError, True, "ne peut pas voyager"),
        (aiosmtplib.SMTPException("odd"), ConnectionLost, False, "échec de l’envoi"),
    ],
)
def test_a_refusal_is_final_or_not(
    error: Exception, kind: type[DeliveryError], permanent: bool, words: str
) -> None:
    """5xx about this message ends it; everything else is tried again."""
    found = refusals.sending(error, "smtp.example:587", 60)
    assert type(found) is kind
    assert found.permanent == permanent
    assert words in found.message


def test_a_failure_repeats_no_address() -> None:
    """The sentence is logged, so it never holds the address the server refused."""
    text = "5.1.1 <zoe@interim.example>: unknown"
    error = aiosmtplib.SMTPRecipientRefused(550, text, "zoe@interim.example")
    message = refusals.sending(error, "smtp.example:587", 60).message
    assert "(550 5.1.1 … unknown)" in message
