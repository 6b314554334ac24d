"""Reports of every usual server: read right or left to be looked at, whatever was done to them."""

from __future__ import annotations

import tomllib
from base64 import encodebytes
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.mail.mime import Letter, Mailbox, lay_out, message_id
from notifications.model.returns import Return, ReturnKind
from notifications.returns import incoming
from notifications.returns.reading import read_report
from tests.support.notifications import SENDER

Shape = dict[str, Any]

SHAPES: list[Shape] = tomllib.loads((Path(__file__).parent / "shapes.toml").read_text("utf-8"))[
    "shape"
]
NAMES = [shape["name"] for shape in SHAPES]
OURS = message_id("rappel:CIPI-2026-0042:personne:claire:1", SENDER.domain)
THEIRS = "<20261201080000.4F1C22A0@ailleurs.example>"
DATE = "Tue, 1 Dec 2026 09:30:00 +0100"


@cache
def our_mail(to: str) -> str:
    """Return a mail of ours as it left."""
    letter = Letter(
        key="rappel:CIPI-2026-0042:personne:claire:1",
        sender=SENDER,
        to=Mailbox("Claire Durand", to),
        subject="Dans 2 jours ouvrés : Saisir la DRF",
        text="Le dossier attend.\n",
        html="<p>Le dossier attend.</p>\n",
        at=datetime(2026, 12, 1, 8, tzinfo=UTC),
        ref="CIPI-2026-0042",
    )
    return lay_out(letter).decode("ascii").replace("\r\n", "\n")


def _part(kind: str, text: str, encoded: str = "") -> str:
    if encoded:
        kind, text = (
            f"{kind}\nContent-Transfer-Encoding: {encoded}",
            encodebytes(text.encode()).decode(),
        )
    return f"--=_report\nContent-Type: {kind}\n\n{text}\n"


def built(shape: Shape, within: str = "mixed") -> bytes:
    """Return the bytes of a shape."""
    mail = our_mail(shape.get("to", "claire@agence.example"))
    programs = {
        "status": shape.get("kind", "delivery-status"),
        "complaint": "feedback-report",
        "disposition": "disposition-notification",
    }
    machine = [(key, kind) for key, kind in programs.items() if key in shape]
    back = shape.get("back", "headers" if {"status", "complaint"} & shape.keys() else "none")
    head = mail.partition("\n\n")[0] + "\n"
    returned = {
        "whole": [("message/rfc822", mail)],
        "headers": [("text/rfc822-headers", head)],
        "theirs": [("message/rfc822", head.replace(OURS, THEIRS))],
        "none": [],
    }[back]
    parts = [(f"text/{key}", shape[key]) for key in ("html",) if key in shape] or [
        ("text/plain; charset=utf-8", shape.get("text", "Un mail revient."))
    ]
    parts += [(f"message/{kind}", shape[key].lstrip("\n")) for key, kind in machine] + returned
    if "attached" in shape:
        parts.append(("message/rfc822", built(SHAPES[0]).decode()))
    body = "".join(
        _part(kind, text, shape.get("encoded", "") if "delivery-status" in kind else "")
        for kind, text in parts
    )
    report = f"report; report-type={machine[0][1]}" if machine else within
    lines = [
        "Return-Path: <>",
        f"From: {shape.get('from', 'MAILER-DAEMON@mx1.example (Mail Delivery System)')}",
        f"To: {SENDER.address}",
        f"Subject: {shape.get('subject', 'Undelivered Mail Returned to Sender')}",
        f"Date: {DATE}",
        *shape.get("headers", "").splitlines(),
        "MIME-Version: 1.0",
    ]
    if len(parts) == 1:
        kind, text = parts[0]
        lines += [f"Content-Type: {kind}", "", text]
    else:
        lines += [
            f'Content-Type: multipart/{report}; boundary="=_report"',
            "",
            f"{body}--=_report--\n",
        ]
    whole = "\n".join(lines).replace("@ID@", OURS).replace("@COPY@", mail)
    return whole.encode(shape.get("charset", "utf-8"))


def told(found: Return) -> str:
    """Return what was read, as the table writes it."""
    return " ".join((found.kind.value, found.address or "-", found.status or "-"))


@pytest.mark.parametrize("shape", SHAPES, ids=NAMES)
def test_each_shape_is_read_right(shape: Shape) -> None:
    """Kind, address, status and mail, with plain line ends or those of the network."""
    content = built(shape)
    found = read_report(content)
    assert [told(one) for one in found] == shape["says"]
    assert {one.message_id for one in found} == {OURS if shape.get("names", True) else None}
    assert {one.reported_at for one in found} == {datetime(2026, 12, 1, 8, 30, tzinfo=UTC)}
    assert read_report(content.replace(b"\n", b"\r\n")) == found
    assert len({one.fingerprint for one in found}) == len(found)


@given(st.sampled_from(SHAPES), st.data())
def test_a_damaged_report_marks_nobody_else(shape: Shape, data: st.DataObject) -> None:
    """Cut, with a part lost, its charset, encoding or headers changed: the same address, or none."""
    content = built(shape)
    where = data.draw(st.integers(0, len(content)))
    head, gap, body = content.partition(b"\n\n")
    parts = body.split(b"--=_report")
    lost = data.draw(st.integers(0, len(parts) - 1))
    damaged = data.draw(
        st.sampled_from(
            (
                content[:where],
                content[:where] + b"\0" + content[where:],
                head + gap + b"--=_report".join(parts[:lost] + parts[lost + 1 :]),
                content.replace(b"charset=utf-8", b"charset=utf-16"),
                content.replace(b"message/delivery-status", b"text/plain"),
                content.replace(
                    b"\nContent-Type", b"\nContent-Transfer-Encoding: base64\nContent-Type"
                ),
                b"\n".join(data.draw(st.permutations(head.split(b"\n")))) + gap + body,
            )
        )
    )
    might = [one for one in read_report(content) if one.kind in MIGHT_FAIL]
    for one in read_report(damaged):
        assert one.kind is not ReturnKind.UNDELIVERED or (
            one.message_id == OURS and one.address in {meant.address for meant in might}
        )


MIGHT_FAIL = {ReturnKind.UNDELIVERED, ReturnKind.UNCLEAR}

MONSTERS = {
    "empty": b"",
    "zeros": b"\0" * 1_000_000,
    "no bytes of any text": bytes(range(128, 256)) * 5_000,
    "50 MB": b"Subject: x\n\n" + b"x" * 50_000_000,
    "lines": b"Subject: x\n\n" + b"\n" * 1_000_000,
    "10,000 parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 10_000,
    "1,000 containers": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(1_000)
    ),
    "a mail in a mail, 50 deep": b"Content-Type: message/rfc822\n\n" * 50,
    "parameters": b'Content-Type: text/plain; a="' + b";" * 500_000 + b"\n\n",
    "words that never end": b"From: mailer-daemon@x.example\nSubject: "
    + b"=?a?q?" * 100_000
    + b"\n\n",
    "tags": b"From: mailer-daemon@x.example\nContent-Type: text/html\n\n" + b"<" * 1_000_000,
    "addresses": b"From: mailer-daemon@x.example\n\nwas not delivered to " + b"a@" * 300_000,
    "comments": b"From: " + b"(" * 100_000 + b"\nDate: " + b"(" * 100_000 + b"\n\n",
    "a charset that is none": b"Subject: =?nul?q?x?=\nContent-Type: text/plain; charset=nul\n\nx",
    "a day that is none": b"Date: Tue, 99 Foo 99999 99:99:99 +9999\n\nx",
    "paragraphs": b"Content-Type: message/delivery-status\nFrom: postmaster@x.example\n\n"
    + b"a\n\n" * 99_999,
    "readers": b"From: postmaster@x.example\nContent-Type: message/delivery-status\n\n"
    + b"".join(
        b"Final-Recipient: rfc822;a%d@x.example\nAction: failed\n\n" % i for i in range(9_999)
    ),
}


@pytest.mark.parametrize("content", MONSTERS.values(), ids=MONSTERS)
def test_whatever_comes_is_one_thing_to_look_at(content: bytes) -> None:
    """Nothing raises, and no more is kept than a report of ours could hold."""
    (found,) = read_report(content)
    assert (found.kind, found.message_id, found.address) == (ReturnKind.UNCLEAR, None, None)
    assert len(incoming.incoming(content).head) <= incoming.LOOKED_AT


@given(st.binary(max_size=400))
def test_no_bytes_are_too_strange(content: bytes) -> None:
    """Drawn at random, alone and after the head of a report."""
    for one in (*read_report(content), *read_report(built(SHAPES[0])[:700] + content)):
        assert one.kind is ReturnKind.UNCLEAR


def test_the_words_of_a_server_are_fit_to_be_shown() -> None:
    """On one line, without codes said already or an order to a terminal, no longer than they need to be."""
    said = f"smtp; 550-5.1.1 no\n 550 5.1.1 \x1b[31m{'x' * 5_000}"
    status = (
        f"Final-Recipient: rfc822;claire@agence.example\nAction: failed\nDiagnostic-Code: {said}\n"
    )
    (found,) = read_report(built({"status": status}))
    assert (found.kind, found.status) == (ReturnKind.UNDELIVERED, "5.1.1")
    assert found.words.isprintable()
    assert found.words.startswith("550 no 550 ␛[31mxxx")
    assert len(found.words) == 300
