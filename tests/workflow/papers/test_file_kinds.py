"""What a file is, by its bytes: the kinds that are kept, and what none of them may hold."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from workflow.errors import EcheancierError, InvalidInput, Refused
from workflow.papers.file_kinds import kind_of

TYPES = "[Content_Types].xml"
MACROS = b'ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"'
ODT = b"application/vnd.oasis.opendocument.text"


def parts(*names: str, **said: bytes) -> bytes:
    """Return a compressed file with some parts."""
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name in (*names, *said):
            archive.writestr({"types": TYPES}.get(name, name), said.get(name, b""))
    return whole.getvalue()


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (b"%PDF-1.7 /JavaScript", ".pdf"),
        (b"\xff\xd8\xff\xe0", ".jpg"),
        (b"\x89PNG\r\n\x1a\n", ".png"),
        (b"GIF89a", ".gif"),
        (b"II*\0", ".tif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", ".webp"),
        (b"\0\0\0\x18ftypheic", ".heic"),
        (parts("word/document.xml", types=b"plain"), ".docx"),
        (parts("xl/workbook.xml", "xl/embeddings/Feuille.xlsx"), ".xlsx"),
        (parts("ppt/presentation.xml"), ".pptx"),
        (parts("content.xml", mimetype=ODT), ".odt"),
    ],
)
def test_a_kind_is_read_in_the_bytes(content: bytes, suffix: str) -> None:
    """The name says nothing: the first bytes do, and the parts of an office document."""
    assert kind_of(content, "nom.exe").suffix == suffix


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (b"%PDF-1.7 << /S /Launch >>", Refused, "une macro ou un programme"),
        (parts("word/document.xml", "word/vbaProject.bin"), Refused, "une macro"),
        (parts("word/document.xml", types=MACROS), Refused, "une macro"),
        (parts("xl/workbook.xml", "xl/activeX/activeX1.xml"), Refused, "une macro"),
        (parts("xl/workbook.xml", "xl/embeddings/oleObject1.bin"), Refused, "une macro"),
        (parts("content.xml", "Basic/Standard/Module1.xml", mimetype=ODT), Refused, "une macro"),
        (parts("a.pdf", "b.exe"), InvalidInput, "c’est une archive"),
        (parts("word/document.xml")[:-30], InvalidInput, "abîmé"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", InvalidInput, "ancien format d’Office"),
        (b"MZ\x90", InvalidInput, "c’est un programme"),
        (b"#!/bin/sh", InvalidInput, "c’est un programme"),
        (b"{\\rtf1", InvalidInput, "RTF"),
        (b"<svg onload=''>", InvalidInput, "ni un PDF, ni une image"),
        (b" %PDF-1.7", InvalidInput, "ni un PDF, ni une image"),
    ],
)
def test_what_runs_or_is_unknown_is_refused(
    content: bytes, error: type[EcheancierError], words: str
) -> None:
    """A macro, a program and any other kind are refused with what to do instead."""
    with pytest.raises(error, match=words):
        kind_of(content, "facture.pdf")
