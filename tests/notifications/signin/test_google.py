"""Tokens of Google Workspace, asked with a signed request of a real server."""

from __future__ import annotations

from typing import Any

import jwt
import msgspec
import pytest
import trustme

from notifications.signin.google import ServiceAccount, key_file
from notifications.signin.refusal import TokenRefused
from notifications.signin.tokens import Tokens
from tests.support.notifications import SetClock, make_message
from tests.support.token_server import TokenServer, giving, saying

NOW = make_message().created_at
SIGNER = trustme.CA(key_type=trustme.KeyType.RSA).issue_cert(
    "a.example", key_type=trustme.KeyType.RSA
)
PEM = SIGNER.private_key_pem.bytes().decode("ascii")


def written(server: TokenServer | None = None, **changes: Any) -> str:
    """Return a key file as Google makes them."""
    found = {
        "type": "service_account",
        "client_email": "appli@projet.example",
        "private_key": PEM,
        "private_key_id": "cle-1",
        "token_uri": f"{server.base}/token" if server else "https://jetons.example/",
    }
    return msgspec.json.encode(found | changes).decode()


def test_the_request_is_signed_and_names_the_mailbox() -> None:
    """Who asks, for whom, for what, of whom, when and until when: signed by the key, which stays here."""
    clock = SetClock(NOW)
    with giving() as server:
        grant = ServiceAccount(key_file(written(server)), "rappels@interim.example", clock)
        assert Tokens(grant, 10, clock).give() == "jeton-1"
    (form,) = server.asked
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert jwt.get_unverified_header(form["assertion"])["kid"] == "cle-1"
    signed = jwt.decode(form["assertion"], options={"verify_signature": False})
    assert signed == {
        "iss": "appli@projet.example",
        "sub": "rappels@interim.example",
        "scope": "https://mail.google.com/",
        "aud": f"{server.base}/token",
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 3600,
    }
    assert "PRIVATE" not in str(form) + repr(grant)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("unauthorized_client", "n’a pas le droit d’ouvrir"),
        ("invalid_grant", "l’horloge de ce poste"),
    ],
)
def test_a_refusal_says_what_it_means(error: str, words: str) -> None:
    """No delegation, and a key, a mailbox or a clock that is wrong, are told apart."""
    clock = SetClock(NOW)
    with giving() as server:
        server.replies = [saying(400, error=error)]
        grant = ServiceAccount(key_file(written(server)), "rappels@interim.example", clock)
        with pytest.raises(TokenRefused) as caught:
            Tokens(grant, 10, clock).give()
    assert words in caught.value.why


@pytest.mark.parametrize(
    "text", ["s3cr3t", "{}", written(private_key="-----BEGIN"), written(token_uri=3)]
)
def test_what_is_no_key_file_is_refused_at_once(text: str) -> None:
    """Before anybody is called, the sentence says which file to give."""
    with pytest.raises(ValueError, match="donnez le fichier JSON"):
        key_file(text)
