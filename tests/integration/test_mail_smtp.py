"""The SMTP transport against a real server, polite or not: each behaviour, its verdict, its sentence."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from notifications.digest.model import Digest
from notifications.mail.delivery import ConnectionLost, InDoubt, Unreachable
from notifications.mail.network import Security
from notifications.model.ports import DeliveryError
from notifications.smtp.transports import SmtpSettings, SmtpTransport
from tests.support.notifications import SENDER, make_composer, make_directory, make_message, paris
from tests.support.smtp import (
    HOST,
    Behaviour,
    Certificates,
    Running,
    accept_only,
    make_certificates,
    nobody,
    serving,
    silence,
)
from workflow.errors import OutOfReach

ZOE = "zoe@interim.example"
MAX = "max@interim.example"
CONTENT = make_message().content


def settings(port: int, **changes: Any) -> SmtpSettings:
    """Return settings for a server of these tests, in clear unless said otherwise."""
    values: dict[str, Any] = {"security": Security.NONE, "sender": SENDER.address}
    return SmtpSettings(host=HOST, port=port, **(values | changes))


def to(server: Running, **changes: Any) -> SmtpTransport:
    """Return a transport to a running server."""
    return SmtpTransport(settings(server.port, **changes))


async def failing(transport: SmtpTransport, address: str = ZOE) -> DeliveryError:
    """Return why a message did not leave."""
    with pytest.raises(DeliveryError) as caught:
        await transport.send(address, CONTENT)
    return caught.value


async def closed(transport: SmtpTransport) -> Unreachable:
    """Return why a transport does not open."""
    with pytest.raises(Unreachable) as caught:
        await transport.__aenter__()
    assert not caught.value.permanent
    return caught.value


@pytest.fixture(scope="module")
def certificates() -> Certificates:
    """Return the two sides of an encrypted connection."""
    return make_certificates()


async def test_many_messages_share_one_connection() -> None:
    """Three messages, one connection, and the content arrives byte for byte."""
    with serving() as server:
        async with to(server) as transport:
            answers = [await transport.send(ZOE, CONTENT) for _ in range(3)]
        assert answers == ["250 2.0.0 Queued as 42"] * 3
        assert server.accepted == [(ZOE, CONTENT)] * 3
        assert server.connections == 1


async def test_a_real_mail_goes_through() -> None:
    """A digest with its accents is accepted by a server that knows only seven bits."""
    day = date(2026, 9, 1)
    digest = Digest(make_directory().recipient("zoe", "dijon"), day)
    message = make_composer().digest(digest, paris(day))
    with serving(enable_SMTPUTF8=False) as server:
        async with to(server) as transport:
            await transport.send(message.address, message.content)
        assert server.accepted == [(ZOE, message.content)]


async def test_nothing_is_accepted_before_its_turn() -> None:
    """All is said but the final dot: while the one before is being noted, the server has nothing."""
    with serving() as server:
        seen: list[int] = []

        async def look() -> None:
            seen.append(len(server.accepted))

        async with to(server) as transport:
            await transport.send(ZOE, CONTENT)
            await transport.send(MAX, CONTENT, look)
        assert seen == [1]
        assert len(server.accepted) == 2


async def test_a_message_taken_back_before_its_dot_never_existed() -> None:
    """What must not leave after all is not accepted, and the next message takes another line."""

    async def refuse() -> None:
        raise OutOfReach("Base injoignable.")

    with serving() as server:
        async with to(server) as transport:
            with pytest.raises(OutOfReach):
                await transport.send(ZOE, CONTENT, refuse)
            await transport.send(MAX, CONTENT)
        assert server.accepted == [(MAX, CONTENT)]
        assert server.connections == 2


async def test_lines_that_begin_with_a_dot_arrive_whole() -> None:
    """A dot alone on its line does not end the message, and bare line feeds become whole lines."""
    odd = b".premier\r\n\r\n.\n..\nfin sans retour"
    with serving() as server:
        async with to(server) as transport:
            await transport.send(ZOE, odd)
        ((_, content),) = server.accepted
        assert content == b".premier\r\n\r\n.\r\n..\r\nfin sans retour\r\n"


async def test_a_large_message_goes_through() -> None:
    """Several megabytes, more than any buffer holds, arrive byte for byte."""
    large = CONTENT + b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 40_000
    with serving() as server:
        async with to(server) as transport:
            await transport.send(ZOE, large)
        assert server.accepted == [(ZOE, large)]


async def test_a_connection_carries_so_many_messages() -> None:
    """After its share, a connection is left politely and another one opened."""
    with serving() as server:
        async with to(server, per_connection=3) as transport:
            for _ in range(7):
                await transport.send(ZOE, CONTENT)
        assert (server.connections, len(server.accepted)) == (3, 7)


async def test_a_refused_recipient_ends_the_message_only() -> None:
    """5xx for an address is final; after a reset, the next message leaves on the same connection."""
    with serving(Behaviour(refused_recipients={ZOE: "550 5.1.1 No such user"})) as server:
        async with to(server) as transport:
            error = await failing(transport)
            await transport.send(MAX, CONTENT)
        assert error.permanent
        assert error.message == (
            f"Serveur de messagerie {HOST}:{server.port} : le destinataire est refusé "
            "(« 550 5.1.1 No such user ») ; corrigez son adresse."
        )
        assert (server.connections, server.recorder.resets) == (1, 1)
        assert server.accepted == [(MAX, CONTENT)]


async def test_a_server_that_hangs_up_after_a_refusal_is_found_again() -> None:
    """A line cut on the reset that follows a refusal costs the next message nothing."""
    refusing = Behaviour(refused_recipients={ZOE: "550 5.1.1 No such user"}, drop_on_reset=True)
    with serving(refusing) as server:
        async with to(server) as transport:
            error = await failing(transport)
            await transport.send(MAX, CONTENT)
        assert error.permanent
        assert (server.connections, len(server.accepted)) == (2, 1)


async def test_a_refused_sender_spares_the_messages() -> None:
    """5xx for the sender speaks of us: it says which setting to look at, and no message is lost."""
    with serving(Behaviour(refused_senders={SENDER.address: "553 Not you"})) as server:
        async with to(server) as transport:
            error = await failing(transport)
    assert isinstance(error, Unreachable)
    assert "vérifiez l’adresse d’expédition" in error.message


async def test_a_refused_content_is_final() -> None:
    """5xx for the message itself ends it; the next one is taken."""
    with serving(Behaviour(data_replies=["554 5.7.1 Spam"])) as server:
        async with to(server) as transport:
            error = await failing(transport)
            await transport.send(ZOE, CONTENT)
        assert error.permanent
        assert "(« 554 5.7.1 Spam »)" in error.message
        assert len(server.accepted) == 1


async def test_greylisting_is_patience() -> None:
    """4xx is worth trying again, and the second time is the good one."""
    with serving(Behaviour(greylist=True)) as server:
        async with to(server) as transport:
            error = await failing(transport)
            await transport.send(ZOE, CONTENT)
        assert not error.permanent
        assert "pas maintenant (« 451 4.7.1 Greylisted »)" in error.message
        assert len(server.accepted) == 1


async def test_a_server_that_closes_is_left_and_found_again() -> None:
    """421 is tried again later, and the next message is sent all the same."""
    with serving(Behaviour(data_replies=["421 4.3.2 Closing"])) as server:
        async with to(server) as transport:
            error = await failing(transport)
            await transport.send(ZOE, CONTENT)
        assert isinstance(error, ConnectionLost)
        assert len(server.accepted) == 1


async def test_a_server_that_hangs_is_left_in_time() -> None:
    """A whole message that gets no answer is given up after a time of its own, and leaves a doubt."""
    with serving(Behaviour(hang_on_data=True)) as server:
        async with to(server, answer_timeout=0.2) as transport:
            error = await failing(transport)
            server.behaviour.hang_on_data = False
            await transport.send(ZOE, CONTENT)
        assert isinstance(error, InDoubt)
        assert "pas de réponse en 0.2 s" in error.message
        assert (server.connections, len(server.accepted)) == (2, 1)


async def test_a_line_cut_before_the_answer_leaves_a_doubt() -> None:
    """The server has the message but did not say so: it is to be sent again, never lost."""
    with serving(Behaviour(drop_before_answer=1)) as server:
        async with to(server) as transport:
            error = await failing(transport)
            await transport.send(ZOE, CONTENT)
        assert isinstance(error, InDoubt)
        assert not error.permanent
        identifiers = [
            re.findall(rb"Message-ID: (.*)\r", content) for _, content in server.accepted
        ]
        assert identifiers == [[b"<rappel.1@interim.example>"]] * 2
        assert server.connections == 2


async def test_a_line_cut_after_the_answer_costs_nothing() -> None:
    """Accepted is accepted; the next message opens another connection by itself."""
    with serving(Behaviour(drop_after_answer=1)) as server:
        async with to(server) as transport:
            await transport.send(ZOE, CONTENT)
            await transport.send(MAX, CONTENT)
        assert [address for address, _ in server.accepted] == [ZOE, MAX]
        assert server.connections == 2


async def test_nobody_listens() -> None:
    """A closed port says what to check."""
    error = await closed(SmtpTransport(settings(nobody())))
    assert "connexion refusée ou coupée ; vérifiez qu’il fonctionne" in error.message


async def test_a_server_that_never_says_hello() -> None:
    """A connection without a greeting is given up after the time allowed to connect."""
    with silence() as port:
        error = await closed(SmtpTransport(settings(port, connect_timeout=0.2)))
    assert f"{HOST}:{port} : pas de réponse en 0.2 s ; vérifiez l’adresse" in error.message


async def test_a_server_that_does_not_come_back() -> None:
    """When the connection cannot be opened again, the message says that nobody answers."""
    with serving(Behaviour(drop_after_answer=1)) as server:
        transport = to(server)
        await transport.__aenter__()
        await transport.send(ZOE, CONTENT)
    error = await failing(transport)
    await transport.__aexit__(None, None, None)
    assert isinstance(error, Unreachable)


async def test_an_unknown_name() -> None:
    """A server whose name does not exist says so."""
    error = await closed(SmtpTransport(SmtpSettings("nulle-part.invalid", 25, "a@b.example")))
    assert "nulle-part.invalid:25 : ce nom est inconnu" in error.message


async def test_starttls(certificates: Certificates) -> None:
    """A message leaves encrypted when the server asks for it."""
    with serving(tls_context=certificates.server, require_starttls=True) as server:
        changes = {"security": Security.STARTTLS, "tls": certificates.client}
        async with to(server, **changes) as transport:
            await transport.send(ZOE, CONTENT)
        assert len(server.accepted) == 1


async def test_tls_from_the_first_byte(certificates: Certificates) -> None:
    """A message leaves over a connection that was never in clear."""
    with serving(ssl_context=certificates.server) as server:
        changes = {"security": Security.TLS, "tls": certificates.client}
        async with to(server, **changes) as transport:
            await transport.send(ZOE, CONTENT)
        assert len(server.accepted) == 1


async def test_an_unknown_certificate_is_refused(certificates: Certificates) -> None:
    """A server that cannot prove its name gets nothing, and the sentence says why."""
    with serving(ssl_context=certificates.server) as server:
        error = await closed(to(server, security=Security.TLS))
        assert "son certificat n’est pas reconnu" in error.message
        assert server.accepted == []


async def test_starttls_asked_of_a_server_that_has_none(certificates: Certificates) -> None:
    """Nothing leaves in clear when encryption was asked for."""
    with serving() as server:
        error = await closed(to(server, security=Security.STARTTLS, tls=certificates.client))
        assert "ne propose pas le chiffrement" in error.message
        assert server.accepted == []


def with_account(certificates: Certificates) -> dict[str, Any]:
    """Return the options of a server that knows one account."""
    return {
        "tls_context": certificates.server,
        "require_starttls": True,
        "auth_required": True,
        "authenticator": accept_only("echeancier", "juste"),
    }


async def test_authentication(certificates: Certificates) -> None:
    """With the right account, over an encrypted connection, messages leave."""
    changes = {"security": Security.STARTTLS, "tls": certificates.client}
    with serving(**with_account(certificates)) as server:
        account = {"username": "echeancier", "password": "juste"}
        async with to(server, **changes, **account) as transport:
            await transport.send(ZOE, CONTENT)
        assert len(server.accepted) == 1


async def test_a_refused_password_is_never_repeated(certificates: Certificates) -> None:
    """The sentence names the server and what to check; neither login nor password is shown."""
    changes = {"security": Security.STARTTLS, "tls": certificates.client}
    with serving(**with_account(certificates)) as server:
        transport = to(server, **changes, username="echeancier", password="s3cret-faux")
        error = await closed(transport)
    assert "identifiant ou mot de passe refusé" in error.message
    for told in (error.message, repr(error), repr(settings(1, password="s3cret-faux"))):
        assert "s3cret" not in told


async def test_a_missing_account_spares_the_messages(certificates: Certificates) -> None:
    """A server that wants a login says nothing against the message: it is tried again later."""
    changes = {"security": Security.STARTTLS, "tls": certificates.client}
    with serving(**with_account(certificates)) as server:
        async with to(server, **changes) as transport:
            error = await failing(transport)
    assert isinstance(error, Unreachable)
    assert "il demande une authentification" in error.message


async def test_an_account_asked_of_a_server_that_has_none() -> None:
    """A login given to a server without accounts is a setting to correct."""
    with serving() as server:
        error = await closed(to(server, username="echeancier", password="x"))
    assert "l’authentification demandés" in error.message


async def test_accented_domains_travel_translated() -> None:
    """Reader, sender and our own name are told to the server the way the network knows them."""
    with serving() as server:
        async with to(server, sender="rappels@intérim.example") as transport:
            await transport.send("zoe@intérim.example", CONTENT)
        ((address, _),) = server.accepted
    assert address == "zoe@xn--intrim-dva.example"


@pytest.mark.parametrize(
    "address", ["zoé@interim.example", "zoe max@interim.example", "a\r\nb@c.d"]
)
async def test_an_address_that_cannot_travel_is_final(address: str) -> None:
    """An address that no command may hold ends the message and spares the connection."""
    with serving() as server:
        async with to(server) as transport:
            error = await failing(transport, address)
            await transport.send(ZOE, CONTENT)
        assert error.permanent
        assert len(server.accepted) == 1
