"""Tokens asked of a real server, polite or not: kept, renewed, and each refusal in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import format_datetime

import pytest

from notifications.signin.caller import MOST_BYTES
from notifications.signin.grants import ClientCredentials
from notifications.signin.refusal import TokenRefused
from notifications.signin.tokens import Tokens
from tests.support.notifications import SetClock, make_message
from tests.support.smtp import nobody
from tests.support.token_server import Reply, TokenServer, giving, saying

NOW = make_message().created_at
SECRET = "s3cr3t:é+/="


@pytest.fixture
def server() -> Iterator[TokenServer]:
    """Return a token server whose clock is that of the tests."""
    with giving() as told:
        told.date = format_datetime(NOW)
        yield told


def tokens(server: TokenServer, clock: SetClock | None = None, seconds: float = 10) -> Tokens:
    """Return what gives tokens of that server."""
    grant = ClientCredentials(f"{server.base}/token", "appli n°1", SECRET, "smtp envoyer")
    return Tokens(grant, seconds, clock or SetClock(NOW))


def test_the_secret_is_told_as_the_standard_asks(server: TokenServer) -> None:
    """An accented id and a secret full of signs arrive whole, in the header and nowhere else."""
    assert tokens(server).give() == "jeton-1"
    assert server.asked == [
        {
            "grant_type": "client_credentials",
            "scope": "smtp envoyer",
            "authorization": "Basic YXBwbGkrbiVDMiVCMDE6czNjcjN0JTNBJUMzJUE5JTJCJTJGJTNE",
        }
    ]


def test_a_token_is_kept_until_shortly_before_its_end(server: TokenServer) -> None:
    """One request for an hour; five minutes before the end another is asked for."""
    clock = SetClock(NOW)
    ours = tokens(server, clock)
    given = []
    for minutes in (0, 30, 54, 55, 60):
        clock.now = NOW + timedelta(minutes=minutes)
        given.append(ours.give())
    assert given == ["jeton-1"] * 3 + ["jeton-2"] * 2


def test_a_token_that_was_refused_is_not_given_again(server: TokenServer) -> None:
    """Two connections that were refused the same token ask for one other, and share it."""
    ours = tokens(server)
    spent = ours.give()
    with ThreadPoolExecutor() as pool:
        assert set(pool.map(ours.give, [spent] * 4)) == {"jeton-2"}


def test_a_token_still_good_serves_while_its_server_is_away(server: TokenServer) -> None:
    """Asked for early, a renewal that fails holds nothing back; from the end on, it says why."""
    clock = SetClock(NOW)
    ours = tokens(server, clock)
    ours.give()
    server.replies = [saying(503, error="temporarily_unavailable")] * 2
    clock.now = NOW + timedelta(minutes=56)
    assert ours.give() == "jeton-1"
    clock.now = NOW + timedelta(minutes=60)
    with pytest.raises(TokenRefused, match="il ne peut pas répondre maintenant"):
        ours.give()
    assert ours.give() == "jeton-2"


HTML = {"Content-Type": "text/html; charset=utf-8"}
LONG = Reply("{" + " " * MOST_BYTES + "}", 200, {"Content-Type": "application/json"})


def entra(code: int) -> Reply:
    """Return a refusal of Microsoft Entra, as it words them."""
    words = f"AADSTS{code}: The key {SECRET} of claire@example.org. Trace ID: 1"
    return saying(401, error="invalid_client", error_description=words, error_codes=[code])


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (saying(401, error="invalid_client"), "(« invalid_client ») ; vérifiez [mail] client_id"),
        (saying(400, error="invalid_scope"), "corrigez [mail] scope"),
        (saying(400, error="unauthorized_client"), "n’a pas le droit d’ouvrir cette boîte"),
        (saying(400, error="unsupported_grant_type"), "se connecte sans personne"),
        (saying(400, error=SECRET), "il refuse notre demande (« erreur »)"),
        (entra(90002), "organisation (« tenant ») lui est inconnue (« AADSTS90002 »)"),
        (entra(700016), "ne connaît pas l’application"),
        (entra(7000229), "n’a pas le consentement"),
        (entra(7000215), "donnez la valeur du secret"),
        (entra(7000222), "le secret de l’application a expiré"),
        (entra(700027), "ne reconnaît pas le certificat"),
        (entra(700024), "mettez ce poste à l’heure"),
        (entra(123456), "(« AADSTS123456 ») ; vérifiez [mail] client_id"),
        (Reply("<h1>Bienvenue</h1>", 200, HTML), "pas celle d’un serveur de jetons (« 200 text/html »)"),
        (Reply("", 502, HTML), "(« 502 text/html ») ; nouvel essai plus tard"),
        (Reply("", 404), "il n’y a rien à cette adresse"),
        (Reply("", 407), "le proxy demande une authentification"),
        (saying(403, access_token="menteur"), "pas celle d’un serveur de jetons"),
        (saying(access_token=3), "pas celle d’un serveur de jetons"),
        (saying(access_token="a\r\nQUIT"), "pas celle d’un serveur de jetons"),
        (saying(access_token="a", token_type="mac"), "pas celle d’un serveur de jetons"),
        (saying(access_token="a", expires_in=0), "pas celle d’un serveur de jetons"),
        (saying(access_token="a", expires_in="nan"), "pas celle d’un serveur de jetons"),
        (Reply("[]"), "pas celle d’un serveur de jetons"),
        (LONG, "pas celle d’un serveur de jetons"),
        (Reply(), "pas de réponse en 0.3 s"),
        (Reply(drip=True), "pas de réponse en 0.3 s"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence(server: TokenServer, reply: Reply, words: str) -> None:
    """Each says the server, what is wrong and what to do, and repeats neither secret nor address."""
    server.replies = [reply]
    with pytest.raises(TokenRefused) as caught:
        tokens(server, seconds=0.3 if reply.body is None else 10).give()
    assert words in caught.value.why
    assert caught.value.why.startswith("Serveur de jetons localhost : ")
    assert caught.value.why.count(". ") == 0
    assert caught.value.why.endswith(".")
    for kept in ("s3cr3t", "claire"):
        assert kept not in caught.value.why + repr(caught.value)


def test_a_secret_is_never_sent_on_elsewhere(server: TokenServer) -> None:
    """An answer that sends to another address is not followed, and the sentence says so."""
    with giving() as other:
        server.replies = [Reply("", 307, {"Location": f"{other.base}/token"})]
        with pytest.raises(TokenRefused, match="renvoie à une autre adresse"):
            tokens(server).give()
        assert other.asked == []


def test_nobody_answers() -> None:
    """A closed port, and a name that does not exist, say what to check."""
    for url, words in (
        (f"http://localhost:{nobody()}/", "connexion refusée"),
        ("https://nulle-part.invalid/", "ce nom est inconnu"),
    ):
        grant = ClientCredentials(url, "a", "b", "c")
        with pytest.raises(TokenRefused, match=words):
            Tokens(grant, 10, SetClock(NOW)).give()


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (-12, "avance de 12\u00a0min"),
        (6, "retarde de 6\u00a0min"),
        (200, "retarde de 3\u00a0heures"),
        (-6000, "avance de 4\u00a0jours"),
        (5, ""),
        (-5, ""),
    ],
)
def test_a_clock_that_is_wrong_is_told(server: TokenServer, minutes: int, words: str) -> None:
    """More than five minutes from the server's: said with a refusal, and beside a token that came."""
    server.date = format_datetime(NOW + timedelta(minutes=minutes))
    ours = tokens(server)
    assert ours.give() == "jeton-1"
    server.replies = [entra(700024)]
    with pytest.raises(TokenRefused) as caught:
        ours.give("jeton-1")
    for told in (ours.skew, caught.value.why):
        assert words in told
        assert ("l’horloge de ce poste" in told) == bool(words)


def test_a_server_without_a_clock_is_taken_as_it_is(server: TokenServer) -> None:
    """A date that says nothing says nothing of our clock."""
    server.date = "hier"
    ours = tokens(server)
    assert (ours.give(), ours.skew) == ("jeton-1", "")
