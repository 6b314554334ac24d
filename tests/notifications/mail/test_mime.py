"""A message as bytes: headers that hold, accents that come back, an identity that never changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from notifications.mail import mime as mail
from notifications.mail.mime import (
    Letter,
    Mailbox,
    bearing,
    flat,
    is_resent,
    lay_out,
    message_id,
    one_line,
    redirected,
    thread_id,
)
from tests.support.notifications import PARIS, SENDER, read
from workflow.errors import InvalidInput

LETTER = Letter(
    key="rappel:CIPI-2026-0042:personne:zoe:1",
    sender=SENDER,
    to=Mailbox("Zoé Müller, « responsable »", "zoe@interim.example"),
    subject="Dans 2\u00a0jours ouvrés\u00a0: Saisir la DRF – CIPI-2026-0042",
    text="Le cœur du problème : l’été, « déjà ».\n",
    html="<p>Le cœur du problème : l’été, « déjà ».</p>\n",
    at=datetime(2026, 9, 1, 9, tzinfo=PARIS),
    ref="CIPI-2026-0042",
)


def test_the_message_is_plain_ascii_in_short_lines() -> None:
    """Any server takes it: seven bits, and no line that an old one would cut."""
    content = lay_out(LETTER)
    content.decode("ascii")
    assert max(len(line) for line in content.split(b"\r\n")) <= 100
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_accents_come_back_whole() -> None:
    """Names, subject and both bodies are read back as they were written."""
    message = read(lay_out(LETTER))
    assert message["From"].addresses[0].display_name == SENDER.name
    assert message["To"].addresses[0].display_name == LETTER.to.name
    assert message["To"].addresses[0].addr_spec == "zoe@interim.example"
    assert message["Subject"] == LETTER.subject
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert plain.get_content().splitlines() == LETTER.text.splitlines()
    assert html.get_content().splitlines() == LETTER.html.splitlines()


def test_the_message_says_it_is_automatic() -> None:
    """Out-of-office replies are not sent to it, and the date is that of the recipient."""
    message = read(lay_out(LETTER))
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Date"] == "Tue, 01 Sep 2026 09:00:00 +0200"
    assert message.get_content_type() == "multipart/alternative"


def test_the_same_letter_always_gives_the_same_bytes() -> None:
    """Written twice, a message is the same message, its Message-ID included."""
    assert lay_out(LETTER) == lay_out(replace(LETTER))
    assert read(lay_out(LETTER))["Message-ID"] == message_id(LETTER.key, "interim.example")


def test_the_message_id_tells_nothing() -> None:
    """The identifier holds neither the case nor the recipient, and the domain of the sender."""
    identifier = message_id(LETTER.key, "interim.example")
    assert identifier.endswith("@interim.example>")
    assert "CIPI" not in identifier
    assert "zoe" not in identifier
    assert identifier != message_id(LETTER.key + "2", "interim.example")


def test_the_mails_of_a_case_make_one_conversation() -> None:
    """Two mails about a case refer to the same thread; a digest refers to none."""
    later = replace(LETTER, key="rappel:2", at=LETTER.at + timedelta(days=1))
    assert read(lay_out(LETTER))["References"] == "<CIPI-2026-0042@interim.example>"
    assert read(lay_out(later))["References"] == "<CIPI-2026-0042@interim.example>"
    assert read(lay_out(replace(LETTER, ref=None)))["References"] is None


@pytest.mark.parametrize("ref", ["DOSSIER-É", "A" * 80, "A B"])
def test_a_thread_that_a_header_cannot_hold_is_left_out(ref: str) -> None:
    """An odd reference costs the conversation, never the mail."""
    assert thread_id(ref, "interim.example") is None
    assert read(lay_out(replace(LETTER, ref=ref)))["References"] is None


@pytest.mark.parametrize(
    "evil",
    [
        "Zoé\r\nBcc: tous@interim.example",
        "Zoé\nBcc: tous@interim.example",
        "Zoé\rX",
        "Zoé\x00",
        "Zoé\u2028Bcc: tous",
        "Zoé\u0085X",
    ],
)
def test_a_line_break_in_a_header_is_refused(evil: str) -> None:
    """Whatever the kind of line break, nobody adds a header through a name, an address, a title."""
    with pytest.raises(InvalidInput, match="saut de ligne"):
        Mailbox(evil, "zoe@interim.example")
    with pytest.raises(InvalidInput, match="retirez espaces et caractères invisibles"):
        Mailbox("Zoé", f"{evil}@interim.example")
    with pytest.raises(InvalidInput, match="le titre du dossier contient un saut de ligne"):
        one_line(evil, "le titre du dossier")
    with pytest.raises(InvalidInput, match="l’objet"):
        lay_out(replace(LETTER, subject=evil))


@pytest.mark.parametrize(
    "address",
    ["", "zoe", "zoe@", "@interim.example", "zoe interim.example", "zoé@interim.example",
     "zoe@interim.example, max@interim.example", "<zoe@interim.example>", "zoe@@interim.example",
     "zo>e@interim.example", '"zoe"@interim.example'],
)  # fmt: skip
def test_what_is_not_an_address_is_refused(address: str) -> None:
    """An address that no server could take is refused in French, before anything is written."""
    with pytest.raises(InvalidInput, match="Adresse de courriel illisible"):
        Mailbox("Zoé", address)


def test_an_accented_domain_travels_translated() -> None:
    """A domain with an accent is written the way the network knows it."""
    box = Mailbox("Zoé", "zoe@intérim.example")
    assert box.route == "zoe@xn--intrim-dva.example"


def test_flat_keeps_a_text_on_one_line() -> None:
    """Line breaks and runs of spaces become one space; unbreakable spaces stay."""
    assert flat(" Un\r\n  titre\u2028de\u00a0dossier \t") == "Un titre de\u00a0dossier"


PRINTABLE = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn", "Co")), max_size=60
)


@pytest.mark.parametrize(
    "name", ["=?utf-8?q?Zo=C3=A9?=", "Müller, Zoé", '"Zoé"', "Zoé <x@y.z>", "a;b"]
)
def test_a_name_is_shown_as_it_was_typed(name: str) -> None:
    """Commas, quotes, brackets, and what looks like an encoded word, come back as they were."""
    message = read(lay_out(replace(LETTER, to=Mailbox(name, "zoe@interim.example"))))
    assert [(one.display_name, one.addr_spec) for one in message["To"].addresses] == [
        (name, "zoe@interim.example")
    ]


@given(PRINTABLE)
def test_no_name_can_break_the_headers(name: str) -> None:
    """Whatever a person is called, the message has one recipient and no header more."""
    content = lay_out(replace(LETTER, to=Mailbox(name, "zoe@interim.example")))
    message = read(content)
    assert [one.addr_spec for one in message["To"].addresses] == ["zoe@interim.example"]
    assert message["Bcc"] is None
    assert message["Message-ID"] == message_id(LETTER.key, "interim.example")


@given(PRINTABLE)
def test_every_subject_comes_back(subject: str) -> None:
    """A subject is read back with the same words."""
    message = read(lay_out(replace(LETTER, subject=subject, at=datetime(2026, 9, 1, tzinfo=UTC))))
    assert str(message["Subject"]).split() == subject.split()


def test_a_digest_says_how_to_stop_it_and_a_reminder_does_not() -> None:
    """An address to write to is given where one may ask for fewer mails, and nowhere else."""
    digest = read(lay_out(replace(LETTER, ref=None, contact="rh@interim.example")))
    assert digest["List-Unsubscribe"] == "<mailto:rh@interim.example?subject=Ne%20plus%20recevoir>"
    assert read(lay_out(LETTER))["List-Unsubscribe"] is None


LONG = [
    "x" * 1200,
    "é" * 1200,
    "mot " * 400,
    "🗓️" * 300,
    "📎 Dossier " * 120,
    "=?utf-8?q?" + "x" * 1000,
]


@pytest.mark.parametrize("text", LONG)
def test_no_line_is_longer_than_a_server_takes(text: str) -> None:
    """However long a subject, a name or a reference, lines stay short and nothing is lost."""
    to = Mailbox(text.strip(), "zoe@interim.example")
    content = lay_out(replace(LETTER, subject=text.strip(), to=to, ref=text.strip()))
    assert max(len(line) for line in content.split(b"\r\n")) <= 100
    message = read(content)
    assert "".join(str(message["Subject"]).split()) == "".join(text.split())
    (reader,) = message["To"].addresses
    assert reader.addr_spec == "zoe@interim.example"
    assert "".join(reader.display_name.split()) == "".join(text.split())


@pytest.mark.parametrize(
    "address",
    ["zoé@interim.example", "用户@interim.example", "zoe@例え.テスト", "δοκιμή@interim.example"],
)
def test_an_internationalised_address_travels_or_is_refused(address: str) -> None:
    """A domain of any script is translated; a name before the @ that needs more is refused."""
    if address.partition("@")[0].isascii():
        assert Mailbox("Zoé", address).route == "zoe@xn--r8jz45g.xn--zckzah"
    else:
        with pytest.raises(InvalidInput, match="Adresse de courriel illisible"):
            Mailbox("Zoé", address)


LEA = Mailbox("Léa Roy", "lea@interim.example")
MAX = Mailbox("Rosier, Max", "max@interim.example")
THEN = datetime(2026, 9, 2, 10, tzinfo=PARIS)


def test_a_redirected_message_keeps_what_it_was() -> None:
    """Four fields come first; author, first reader, date and Message-ID stay, byte for byte."""
    original = lay_out(LETTER)
    content = redirected(original, to=LEA, by=MAX, at=THEN)
    assert content.endswith(original)
    assert is_resent(content)
    assert not is_resent(original)
    message, before = read(content), read(original)
    assert message.keys()[:4] == ["Resent-Date", "Resent-From", "Resent-To", "Resent-Message-ID"]
    assert message["Resent-Date"] == "Wed, 02 Sep 2026 10:00:00 +0200"
    assert [one.display_name for one in message["Resent-From"].addresses] == ["Rosier, Max"]
    assert [one.addr_spec for one in message["Resent-To"].addresses] == ["lea@interim.example"]
    assert message["Resent-Message-ID"] != before["Message-ID"]
    for name in ("From", "To", "Date", "Message-ID", "Subject"):
        assert message[name] == before[name]


def test_a_message_redirected_twice_tells_both() -> None:
    """The last block comes first, as the rule asks; the same act always gives the same bytes."""
    once = redirected(lay_out(LETTER), to=LEA, by=MAX, at=THEN)
    twice = redirected(once, to=MAX, by=LEA, at=THEN + timedelta(hours=1))
    readers = [field.addresses[0].addr_spec for field in read(twice).get_all("Resent-To", [])]
    assert readers == ["max@interim.example", "lea@interim.example"]
    assert twice == redirected(once, to=MAX, by=LEA, at=THEN + timedelta(hours=1))


def test_a_message_written_anew_bears_the_identity_of_the_first() -> None:
    """The Message-ID is replaced in the headers, and in them alone."""
    text = "Message-ID: <autre@interim.example>\n"
    content = lay_out(replace(LETTER, key="autre", text=text))
    kept = bearing(content, "<premier@interim.example>")
    assert read(kept)["Message-ID"] == "<premier@interim.example>"
    assert kept.partition(b"\r\n\r\n")[2] == content.partition(b"\r\n\r\n")[2]
    assert kept.count(b"<premier@") == 1


def test_a_message_is_read_back() -> None:
    """Subject, text and page are given as their reader sees them."""
    content = lay_out(LETTER)
    shown = mail.read(redirected(content, to=LEA, by=MAX, at=THEN))
    assert shown.subject == LETTER.subject
    assert shown.text.splitlines() == LETTER.text.splitlines()
    assert (shown.html or "").splitlines() == LETTER.html.splitlines()
    assert mail.read(b"Subject: rien\r\n\r\nBonjour\r\n").html is None
