"""One judge of addresses: what the configuration takes, mails are written to, and servers are told."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.config.value_checks import check_address
from notifications.mail.mime import Mailbox
from workflow.errors import InvalidInput
from workflow.text.addresses import domain_of, route

LONG = "z" * 63


@pytest.mark.parametrize(
    ("address", "travels"),
    [
        ("zoe@interim.example", "zoe@interim.example"),
        ("z.o-e+cipi_1@interim.example", "z.o-e+cipi_1@interim.example"),
        ("o'neil@interim.example", "o'neil@interim.example"),
        ("claire@intérim-lyon.fr", "claire@xn--intrim-lyon-dbb.fr"),
        ("claire@xn--intrim-lyon-dbb.fr", "claire@xn--intrim-lyon-dbb.fr"),
        ("claire@Intérim-Lyon.fr", "claire@xn--intrim-lyon-dbb.fr"),
        (f"zoe@{LONG}.example", f"zoe@{LONG}.example"),
        ("a@1and1.fr", "a@1and1.fr"),
    ],
)
def test_what_can_be_mailed_is_taken(address: str, travels: str) -> None:
    """An address that a server takes is accepted everywhere, an accented domain translated."""
    assert check_address(address) == address
    assert route(address) == Mailbox("Zoé", address).route == travels
    assert domain_of(address) == travels.rpartition("@")[2]


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("claire.@example.org", "un point ne commence, ne finit ni ne se double"),
        (".claire@example.org", "un point ne commence, ne finit ni ne se double"),
        ("clai..re@example.org", "un point ne commence, ne finit ni ne se double"),
        (f"claire@{LONG}z.org", "plus de 63 caractères"),
        ("z" * 65 + "@example.org", "plus de 64 caractères avant « @ »"),
        ("a@" + ".".join([LONG] * 4), "plus de 254 caractères"),
        ("andré@example.org", "une lettre accentuée avant « @ »"),
        ("claire@" + "é" * 60 + ".fr", "ne se traduit pas"),
        ("claire@straße.example", "ne se traduit pas"),
        ("claire@é..fr", "ne se traduit pas"),
        ("claire@example", "n’est pas une adresse"),
        ("claire@example.", "n’est pas une adresse"),
        ("claire@.org", "n’est pas une adresse"),
        ("claire@-a.org", "n’est pas une adresse"),
        ("claire@a_b.org", "n’est pas une adresse"),
        ("claire@127.0.0.1", "n’est pas une adresse"),
        ("claire@[127.0.0.1]", "n’est pas une adresse"),
        ('"claire v"@example.org', "n’est pas une adresse"),
        ("claire@\u202eexample.org", "⟨202E⟩"),
        ("claire@example.org\n", "␊"),
        ("<claire@example.org>", "écrivez par exemple nom@exemple.fr"),
        ("", "n’est pas une adresse"),
    ],
)
def test_what_cannot_be_mailed_is_told_where_it_is_written(address: str, why: str) -> None:
    """What no server takes is refused by the configuration and by the mailer, in the same words."""
    with pytest.raises(ValueError, match=re.escape(why)) as caught:
        check_address(address)
    with pytest.raises(InvalidInput, match=re.escape(str(caught.value))):
        Mailbox("Zoé", address)


@given(st.text("ab.-@é_ \u2028<1", max_size=12) | st.emails())
def test_configuration_and_mailer_agree(address: str) -> None:
    """Whatever is typed, it is taken by both, and then travels as plain ASCII, or refused by both."""
    try:
        check_address(address)
    except ValueError:
        with pytest.raises(InvalidInput):
            Mailbox("", address)
        return
    travels = Mailbox("", address).route
    assert re.fullmatch(r"[!-~]+@[!-~]+", travels)
    assert route(travels) == travels
