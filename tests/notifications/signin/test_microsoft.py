"""Tokens of Microsoft 365 through its own library, against a real encrypted server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jwt
import pytest
import trustme

from notifications.signin.microsoft import Microsoft
from notifications.signin.refusal import TokenRefused
from notifications.signin.tokens import Tokens
from tests.support.notifications import SetClock, make_message
from tests.support.smtp import Certificates, make_certificates
from tests.support.token_server import Reply, TokenServer, giving, saying

BEFORE = "-----BEGIN CERTIFICATE-----"


@pytest.fixture(scope="module")
def certificates() -> Certificates:
    """Return the two sides of an encrypted connection."""
    return make_certificates()


@pytest.fixture
def server(certificates: Certificates) -> Iterator[TokenServer]:
    """Return a token server that stands for Microsoft's."""
    with giving(certificates.server) as told:
        yield told


def asking(server: TokenServer, certificates: Certificates, **changes: Any) -> Tokens:
    """Return what gives tokens of an organisation there."""
    values = {"tenant": "interim.example", "client_id": "appli", "secret": "s3cr3t"}
    grant = Microsoft(**(values | changes), authority=server.base)
    return Tokens(grant, 20, SetClock(make_message().created_at), certificates.client)


def test_a_secret_opens(server: TokenServer, certificates: Certificates) -> None:
    """The application asks in its own name for what sending mail takes; each time anew when told to."""
    ours = asking(server, certificates)
    assert [ours.give(), ours.give(), ours.give("jeton-1")] == ["jeton-1", "jeton-1", "jeton-2"]
    form = server.asked[0]
    assert form["grant_type"] == "client_credentials"
    assert (form["client_id"], form["client_secret"]) == ("appli", "s3cr3t")
    assert form["scope"] == "https://outlook.office365.com/.default"


def test_a_certificate_opens(server: TokenServer, certificates: Certificates) -> None:
    """A certificate and its key in one file sign the request, which holds neither of them as a secret."""
    own = trustme.CA(key_type=trustme.KeyType.RSA).issue_cert(
        "appli.example", key_type=trustme.KeyType.RSA
    )
    pem = own.private_key_and_cert_chain_pem.bytes().decode("ascii")
    assert asking(server, certificates, secret=pem).give() == "jeton-1"
    (form,) = server.asked
    signed = jwt.decode(form["client_assertion"], options={"verify_signature": False})
    assert (signed["iss"], signed["aud"]) == ("appli", f"{server.base}/interim.example/token")
    assert "PRIVATE" not in str(form)


@pytest.mark.parametrize("secret", [f"{BEFORE}\nMII\n-----END CERTIFICATE-----", BEFORE])
def test_a_certificate_that_makes_no_sense_is_refused_at_once(secret: str) -> None:
    """Before anybody is called, the sentence says how to give it."""
    with pytest.raises(ValueError, match="ne se lit pas ; donnez les deux en PEM"):
        Microsoft("interim.example", "appli", secret)


@pytest.mark.parametrize(
    ("tenant", "replies", "words"),
    [
        ("inconnue", [], "(« tenant ») lui est inconnue (« AADSTS90002 »)"),
        ("a", [saying(401, error="invalid_client", error_description="AADSTS7000222")], "a expiré"),
        ("a", [Reply("<p>", 200, {"Content-Type": "text/html"})], "« 200 text/html »"),
        ("a", [Reply("", 302, {"Location": "https://ailleurs.example/"})], "autre adresse"),
        ("a", [saying(503)], "nouvel essai plus tard"),
    ],
)
def test_a_refusal_says_what_it_means(
    server: TokenServer,
    certificates: Certificates,
    tenant: str,
    replies: list[Reply],
    words: str,
) -> None:
    """What was answered is told, in our words, whatever the library makes of it."""
    server.replies = replies
    with pytest.raises(TokenRefused) as caught:
        asking(server, certificates, tenant=tenant).give()
    assert words in caught.value.why


def test_a_server_that_cannot_prove_its_name_hears_no_secret(server: TokenServer) -> None:
    """A certificate that this machine does not know ends the call before anything is said."""
    grant = Microsoft("a", "appli", "s3cr3t", authority=server.base)
    with pytest.raises(TokenRefused, match="son certificat n’est pas reconnu"):
        Tokens(grant, 20, SetClock(make_message().created_at)).give()
    assert server.asked == []
