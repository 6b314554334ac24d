"""What a spreadsheet is, by its bytes, and its parts, unpacked within bounds.

Used by `workflow.spreadsheets.workbooks`. The name of a file says nothing here: a page of the web is often
called .xls. Parts are unpacked once, by the sizes that their directory gives and no further, before any other
library sees them.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate

from workflow.spreadsheets.refusal import AS_XLSX, IN_PARTS, UNLOCKED, refused

LARGEST: Final = 30_000_000
"""Bytes of a file; 20,000 rows of 20 columns take 2 or 3 million."""
UNPACKED: Final = 250_000_000
"""Bytes of its parts."""
PARTS: Final = 1_000

_ZIP: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_NO_TABLE: Final[Mapping[bytes, str]] = {
    b"%PDF": "c’est un PDF",
    b"{\\rtf": "c’est un document de traitement de texte",
    b"\x89PNG": "c’est une image",
    b"\xff\xd8\xff": "c’est une image",
    b"Rar!": "c’est une archive",
    b"7z\xbc\xaf": "c’est une archive",
}
_MARKUP: Final = (
    b"<!doctype html",
    b"<html",
    b"<table",
    b"<?xml",
    b"<head",
    b"<meta",
    b"<style",
    b"<div",
)


def is_text(content: bytes, name: str) -> bool:
    """Tell whether a file is text with separators; False for a workbook.

    Raises:
        InvalidInput: when it is neither.
    """
    if len(content) > LARGEST:
        raise refused(name, f"il dépasse {LARGEST // 1_000_000} Mo", IN_PARTS)
    if not content.strip(b"\x00\t\n\r "):
        raise refused(name, "il est vide", "vérifiez que c’est le bon fichier")
    if content.startswith(_COMPOUND):
        if _ENCRYPTED in content:
            raise refused(name, "il est protégé par un mot de passe", UNLOCKED)
        raise refused(name, "c’est un classeur à l’ancien format .xls", AS_XLSX)
    for start, what in _NO_TABLE.items():
        if content.startswith(start):
            raise refused(name, f"{what}, pas un tableau", "donnez un fichier .xlsx, .ods ou .csv")
    if content.lstrip(b"\xef\xbb\xbf\t\n\r ")[:20].lower().startswith(_MARKUP):
        raise refused(name, "c’est une page web, quel que soit son nom", AS_XLSX)
    return not content.startswith(_ZIP)


def parts_of(content: bytes, name: str) -> dict[str, bytes]:
    """Return the parts of a workbook that say something of its cells.

    Raises:
        InvalidInput: damaged, protected by a password, of another kind, or too large once unpacked.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            wanted = [info for info in archive.infolist() if _is_wanted(info.filename)]
            if len(wanted) > PARTS or sum(info.file_size for info in wanted) > UNPACKED:
                raise refused(name, "une fois décompressé, il est trop grand", IN_PARTS)
            parts = {info.filename: archive.read(info) for info in wanted}
            _refuse_broken(parts)
    except RuntimeError:
        # So the library says that a part is encrypted.
        raise refused(name, "il est protégé par un mot de passe", UNLOCKED) from None
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        ValueError,
        ExpatError,
    ):
        raise refused(
            name, "il est abîmé ou incomplet", "copiez-le ou téléchargez-le de nouveau"
        ) from None
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise refused(name, "il est protégé par un mot de passe", UNLOCKED)
    if "xl/workbook.xml" not in parts and "content.xml" not in parts:
        raise refused(name, "ce n’est pas un tableau que le programme sait lire", AS_XLSX)
    return parts


def packed(parts: Mapping[str, bytes]) -> BytesIO:
    """Return the parts as a workbook again: nothing in it is larger than it says."""
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    whole.seek(0)
    return whole


def _refuse_broken(parts: Mapping[str, bytes]) -> None:
    """Refuse parts that are no XML: the library may read on for ever where a tag does not close."""
    for name, part in parts.items():
        if name != "mimetype":
            parser = ParserCreate("utf-8")
            parser.StartDoctypeDeclHandler = _refuse_doctype
            parser.Parse(part, True)


def _refuse_doctype(*_: object) -> None:
    raise ValueError("no spreadsheet declares a type of its own")


def _is_wanted(name: str) -> bool:
    return name == "mimetype" or name.endswith((".xml", ".rels"))
