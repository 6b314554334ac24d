"""What a file is, by its bytes: the few kinds that are kept with a paper, and what is refused.

Used by `workflow.papers.folder`. The name of a file says nothing here. Opens no part but the two that say
what a document is, and runs nothing.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Final

from msgspec import Struct

from workflow.errors import InvalidInput, Refused


class FileKind(Struct, frozen=True):
    """A kind of file that is kept.

    Args:
        label: what it is, in French.
        suffix: how a name of its kind ends.
    """

    label: str
    suffix: str


_TIFF: Final = FileKind("image TIFF", ".tif")
_HEIC: Final = FileKind("image HEIC", ".heic")

_SIGNATURES: Final[Mapping[tuple[int, bytes], FileKind]] = {
    (0, b"%PDF-"): FileKind("PDF", ".pdf"),
    (0, b"\xff\xd8\xff"): FileKind("image JPEG", ".jpg"),
    (0, b"\x89PNG\r\n\x1a\n"): FileKind("image PNG", ".png"),
    (0, b"GIF87a"): FileKind("image GIF", ".gif"),
    (0, b"GIF89a"): FileKind("image GIF", ".gif"),
    (0, b"II*\0"): _TIFF,
    (0, b"MM\0*"): _TIFF,
    (8, b"WEBPVP8"): FileKind("image WebP", ".webp"),
    (4, b"ftypheic"): _HEIC,
    (4, b"ftypheix"): _HEIC,
    (4, b"ftypmif1"): _HEIC,
}
"""Bytes that only one kind has, and where."""

_DOCUMENTS: Final[Mapping[str, FileKind]] = {
    "word/document.xml": FileKind("document Word", ".docx"),
    "xl/workbook.xml": FileKind("classeur Excel", ".xlsx"),
    "ppt/presentation.xml": FileKind("présentation PowerPoint", ".pptx"),
    "application/vnd.oasis.opendocument.text": FileKind("document OpenDocument", ".odt"),
    "application/vnd.oasis.opendocument.spreadsheet": FileKind("classeur OpenDocument", ".ods"),
    "application/vnd.oasis.opendocument.presentation": FileKind(
        "présentation OpenDocument", ".odp"
    ),
}
"""The part that makes an office document what it is, or the type that it says itself."""

_ACTIVE: Final = (
    "vbaproject",
    "activex/",
    "macrosheets/",
    "embeddings/oleobject",
    "basic/",
    "scripts/",
)
"""Beginnings of the names of parts that a program would run, in any folder of a document."""
_TYPES: Final = "[Content_Types].xml"
_OWN_TYPE: Final = "mimetype"
_LARGEST_PART: Final = 1_000_000

_IN_A_SAFE_FORM: Final = "enregistrez-le en PDF, puis donnez ce PDF"
_NOT_KEPT: Final[Mapping[bytes, tuple[str, str]]] = {
    b"\xd0\xcf\x11\xe0": (
        "c’est un document à l’ancien format d’Office, ou protégé par un mot de passe",
        _IN_A_SAFE_FORM,
    ),
    b"{\\rtf": ("c’est un document RTF, qui peut contenir un programme", _IN_A_SAFE_FORM),
    b"MZ": ("c’est un programme", "donnez le document lui-même"),
    b"\x7fELF": ("c’est un programme", "donnez le document lui-même"),
    b"#!": ("c’est un programme", "donnez le document lui-même"),
}
"""What is met and never kept, with the cure."""
_OTHERS: Final = "il n’est ni un PDF, ni une image, ni un document de bureautique"


def kind_of(content: bytes, name: str) -> FileKind:
    """Return what a file is, whatever it is called.

    Args:
        content: its bytes.
        name: what it is called, for messages.

    Raises:
        InvalidInput: of no kind that is kept, or damaged.
        Refused: with something in it that a program would run.
    """
    for (at, sign), kind in _SIGNATURES.items():
        if content.startswith(sign, at):
            # Forms of funders check what is typed in them by JavaScript, which readers hold; a launch
            # starts a program of the machine.
            if b"/Launch" in content and kind.suffix == ".pdf":
                raise _running(name)
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _document(content, name)
    for sign, (what, cure) in _NOT_KEPT.items():
        if content.startswith(sign):
            raise InvalidInput(f"Fichier « {name} » : {what} ; {cure}.")
    raise InvalidInput(f"Fichier « {name} » : {_OTHERS} ; {_IN_A_SAFE_FORM}.")


def _document(content: bytes, name: str) -> FileKind:
    """Return which office document a compressed file is; raises like `kind_of`."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.namelist()
            types, own = (_part(archive, parts, part) for part in (_TYPES, _OWN_TYPE))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        raise InvalidInput(
            f"Fichier « {name} » : il est abîmé ou protégé par un mot de passe ; copiez-le de nouveau, "
            "ou donnez-en un PDF."
        ) from error
    below = [f"/{part.lower()}" for part in parts]
    if b"macroEnabled" in types or any(f"/{one}" in part for part in below for one in _ACTIVE):
        raise _running(name)
    known = (*(_DOCUMENTS.get(part) for part in parts), _DOCUMENTS.get(own.decode("latin-1")))
    found = next((kind for kind in known if kind is not None), None)
    if found is None:
        raise InvalidInput(
            f"Fichier « {name} » : c’est une archive, ou {_OTHERS} ; donnez les fichiers un à un."
        )
    return found


def _part(archive: zipfile.ZipFile, parts: list[str], name: str) -> bytes:
    """Return a part, empty without it or where it is larger than such a part ever is."""
    if name not in parts or archive.getinfo(name).file_size > _LARGEST_PART:
        return b""
    return archive.read(name)


def _running(name: str) -> Refused:
    return Refused(
        f"Fichier « {name} » : il contient une macro ou un programme, qui s’exécuterait à l’ouverture ; "
        f"{_IN_A_SAFE_FORM}."
    )
