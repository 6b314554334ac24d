"""When to try again, and how an SMTP failure is read: two tables."""

from __future__ import annotations

import socket
import ssl
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import aiosmtplib
import pytest

from notifications.mail.delivery import Backoff, ConnectionLost, Pace, Unreachable
from notifications.model.ports import DeliveryError
from notifications.smtp import refusals
from notifications.smtp.replies import heard
from notifications.smtp.transports import SmtpSettings

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
        (aiosmtplib.SMTPConnectResponseError(554, "no\r\nway"), "(« 554 no way »)"),
        (aiosmtplib.SMTPHeloError(421, "busy"), "(« 421 busy »)"),
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
        (aiosmtplib.SMTPSenderRefused(553, "no", "a@b"), Unreachable, False, "l’expéditeur"),
        (aiosmtplib.SMTPSenderRefused(530, "login", "a@b"), Unreachable, False, "authentification"),
        (aiosmtplib.SMTPDataError(554, "spam"), DeliveryError, True, "le message est refusé"),
        (aiosmtplib.SMTPDataError(452, "full"), DeliveryError, False, "452 full"),
        (aiosmtplib.SMTPDataError(421, "bye"), ConnectionLost, False, "ferme la connexion"),
        (aiosmtplib.SMTPResponseException(-1, "?!"), ConnectionLost, False, "ne se comprend pas"),
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


def refused(stage: str, code: int, text: str) -> DeliveryError:
    """Return what a refusal becomes, at a stage named by its command."""
    kinds: dict[str, Exception] = {
        "MAIL": aiosmtplib.SMTPSenderRefused(code, text, "a@b"),
        "RCPT": aiosmtplib.SMTPRecipientRefused(code, text, "c@d"),
        "DATA": aiosmtplib.SMTPDataError(code, text),
    }
    return refusals.sending(kinds[stage], "smtp.example:587", 60)


@pytest.mark.parametrize(
    ("stage", "code", "text"),
    [
        ("MAIL", 550, "5.7.60 SMTP; Client does not have permissions to send as this sender"),
        ("MAIL", 550, "5.7.1 Sender address rejected: not owned by user"),
        ("MAIL", 553, "5.1.8 Sender domain not found"),
        ("MAIL", 550, "no"),
        ("MAIL", 530, "5.7.57 SMTP; Client was not authenticated to send anonymous mail"),
        ("MAIL", 503, "5.5.1 Must authenticate first"),
        ("RCPT", 530, "5.7.0 Authentication required"),
        ("RCPT", 535, "no"),
        ("RCPT", 503, "AUTH first"),
        ("DATA", 554, "5.2.252 SendAsDenied; a@b not allowed to send as c@d"),
        ("DATA", 550, "5.7.60 SMTP; Client does not have permissions"),
        ("DATA", 538, "5.7.11 Encryption required"),
        ("DATA", 550, "5.7.1 Client does not have permissions to send as this sender"),
        ("DATA", 554, "5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException; Failed"),
    ],
)
def test_what_speaks_of_us_spares_every_message(stage: str, code: int, text: str) -> None:
    """Who we are, or under which address we write: nothing can leave, and no message is at fault."""
    found = refused(stage, code, text)
    assert isinstance(found, Unreachable)
    assert f"« {code} " in found.message


@pytest.mark.parametrize(
    ("stage", "code", "text", "words"),
    [
        ("RCPT", 554, "5.7.1 <c@d>: Relay access denied", "ne nous autorise pas"),
        ("RCPT", 550, "5.7.54 SMTP; Unable to relay recipient", "ne nous autorise pas"),
        ("RCPT", 550, "relay not permitted", "ne nous autorise pas"),
        ("RCPT", 553, "that domain isn't in my rcpthosts (#5.7.1)", "ne nous autorise pas"),
        ("RCPT", 550, "5.7.1 Client host blocked", "ne nous autorise pas"),
        ("DATA", 550, "5.7.26 Unauthenticated email is not accepted", "ne nous autorise pas"),
        ("DATA", 550, "5.7.708 Access denied, traffic not accepted", "ne nous autorise pas"),
        ("RCPT", 552, "5.2.2 Mailbox full", "boîte du destinataire est pleine"),
        ("DATA", 554, "5.2.2 Over quota", "boîte du destinataire est pleine"),
        ("RCPT", 552, "too much mail", "boîte du destinataire est pleine"),
        ("DATA", 452, "4.2.2 Mailbox full", "boîte du destinataire est pleine"),
        ("DATA", 554, "5.3.1 Mail system full", "pas maintenant"),
        ("RCPT", 550, "4.1.1 Cannot verify now", "pas maintenant"),
        ("RCPT", 450, "5.1.1 Unknown, for now", "pas maintenant"),
    ],
)
def test_what_may_pass_later_is_tried_again(stage: str, code: int, text: str, words: str) -> None:
    """What one message may not do for now costs it a delay, and the others nothing."""
    found = refused(stage, code, text)
    assert type(found) is DeliveryError
    assert not found.permanent
    assert words in found.message


@pytest.mark.parametrize(
    ("stage", "code", "text", "words"),
    [
        ("RCPT", 550, "5.1.1 User unknown", "corrigez son adresse"),
        ("RCPT", 553, "5.1.3 Bad address", "corrigez son adresse"),
        ("RCPT", 550, "5.1.10 Null MX", "corrigez son adresse"),
        ("RCPT", 550, "5.4.1 Recipient address rejected", "corrigez son adresse"),
        ("RCPT", 550, "5.2.1 Mailbox disabled", "corrigez son adresse"),
        ("RCPT", 550, "5.7.133 Sender not authenticated for group", "corrigez son adresse"),
        ("RCPT", 550, "unknown", "corrigez son adresse"),
        ("RCPT", 550, "5.1.1 relay@d unknown", "corrigez son adresse"),
        ("DATA", 550, "5.1.1 User unknown", "corrigez son adresse"),
        ("DATA", 552, "5.3.4 Message too big", "trop lourd"),
        ("DATA", 552, "too big", "trop lourd"),
        ("RCPT", 552, "5.2.3 Message length exceeds limit", "trop lourd"),
        ("DATA", 554, "5.6.0 Malformed", "le message est refusé"),
        ("DATA", 554, "5.7.1 Spam", "le message est refusé"),
        ("DATA", 552, "5.7.0 Its content presents a potential security issue", "est refusé"),
        ("DATA", 554, "no", "le message est refusé"),
    ],
)
def test_what_speaks_of_the_reader_or_the_message_is_final(
    stage: str, code: int, text: str, words: str
) -> None:
    """A reader whom nobody knows, a message that is too big: trying again cannot help."""
    found = refused(stage, code, text)
    assert found.permanent
    assert words in found.message


@pytest.mark.parametrize("code", [0, 25, 199, 221, 354, 600, 999, 250_000])
@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_code_that_refuses_nothing_answers_something_else(stage: str, code: int) -> None:
    """Only 4yz and 5yz refuse: with another code nobody knows what was heard, nor what comes next."""
    found = refused(stage, code, "what")
    assert isinstance(found, ConnectionLost)
    assert "ne se comprend pas" in found.message


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [
        (535, "5.7.8 Bad credentials", "identifiant ou mot de passe refusé (« 535 5.7.8 Bad"),
        (535, "5.7.139 SmtpClientAuthentication is disabled for the Tenant", "(« tenant »)"),
        (550, "5.7.30 Basic authentication is not supported", "(« tenant »)"),
        (534, "5.7.9 Application-specific password required", "un mot de passe d’application"),
        (534, "5.7.14 Please log in via your web browser", "dans un navigateur"),
        (538, "Encryption required", 'security = "starttls"'),
        (530, "5.7.0 Must issue a STARTTLS command first", 'security = "starttls"'),
        (530, "5.7.0 Authentification obligatoire", "il demande une authentification"),
        (454, "4.7.0 Temporary failure", "il refuse la connexion (« 454 4.7.0 Temporary"),
    ],
)
def test_a_login_that_is_refused_is_quoted(code: int, text: str, words: str) -> None:
    """Who refuses a login says why: its words are quoted, and what they mean is said in French."""
    found = refusals.connecting(aiosmtplib.SMTPAuthenticationError(code, text), "smtp:587", 10)
    assert isinstance(found, Unreachable)
    assert words in found.message
    assert f"« {code} {text} »" in found.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("5.7.3 Authentication unsuccessful", "le jeton n’ouvre pas cette boîte"),
        ("5.7.8 Username and Password not accepted", "le jeton n’ouvre pas cette boîte"),
        ("5.7.9 Application-specific password required", "le jeton n’ouvre pas cette boîte"),
        ("5.7.139 SmtpClientAuthentication is disabled", "interdit l’envoi par SMTP"),
        ("5.7.13 Account disabled", "le compte est désactivé"),
    ],
)
def test_a_token_that_is_refused_speaks_of_no_password(text: str, words: str) -> None:
    """What opens the account decides what there is to look at."""
    error = aiosmtplib.SMTPAuthenticationError(535, text)
    found = refusals.connecting(error, "smtp:587", 10, login=refusals.TOKEN)
    assert f"{words} (« 535 {text} »)" in found.message
    assert "mot de passe" not in found.message


def test_starttls_that_is_missing_names_the_setting() -> None:
    """A server that takes nothing in clear is no matter of login: the setting is named."""
    found = refused("MAIL", 530, "5.7.0 Must issue a STARTTLS command first")
    assert isinstance(found, Unreachable)
    assert 'écrivez security = "starttls"' in found.message


def test_a_secret_that_is_repeated_is_not_quoted() -> None:
    """A server that repeats what it was given does not bring the password into a log."""
    settings = SmtpSettings("smtp", 587, "a@b.example", username="moi", password="s3cr3t")
    plain = b64encode(b"\0moi\0s3cr3t").decode()
    error = aiosmtplib.SMTPAuthenticationError(535, f"no: s3cr3t {plain}")
    found = refusals.connecting(error, "smtp:587", 10, settings.secrets())
    assert "« 535 no: … … »" in found.message


@pytest.mark.parametrize(
    ("code", "text", "kept"),
    [
        (250, "2.0.0 Ok: queued as 42", "250 2.0.0 Ok: queued as 42"),
        (550, "5.1.1 one\n5.1.1 two", "550 5.1.1 one two"),
        (550, "one\n5.1.1 two", "550 5.1.1 one two"),
        (550, "#5.1.0 Address rejected", "550 5.1.0 Address rejected"),
        (550, "from 5.7.1.2 no", "550 from 5.7.1.2 no"),
        (250, "5.7.1.2 ok", "250 5.7.1.2 ok"),
        (250, "accept\udce9 \x1b[2J \0", "250 accept� ␛[2J ␀"),
        (250, " \r\n\t ", "250"),
        (-1, "Malformed SMTP response line: bonjour", "bonjour"),
        (-1, "Response too long", "réponse trop longue"),
    ],
)
def test_an_answer_is_one_clean_line(code: int, text: str, kept: str) -> None:
    """Whatever the bytes, what is kept is one line of visible characters, its codes first."""
    assert str(heard(code, text)) == kept


def test_a_long_answer_keeps_its_code() -> None:
    """A page of words is cut; the enhanced code that came after it is kept."""
    answer = heard(550, "z" * 30_000 + "\n5.7.1 no")
    assert answer.enhanced == "5.7.1"
    assert len(str(answer)) < 320


def test_a_failure_repeats_no_address() -> None:
    """The sentence is logged, so it never holds the address the server refused."""
    text = "5.1.1 <zoe@interim.example>: unknown"
    error = aiosmtplib.SMTPRecipientRefused(550, text, "zoe@interim.example")
    message = refusals.sending(error, "smtp.example:587", 60).message
    assert "(« 550 5.1.1 … unknown »)" in message
