"""A letter of a file, written: to whom, its subject, text and page, and the draft that is sent by hand.

Made by `cli.wiring.container`, asked by `dossier lettre` and by the screen of a file. Nothing is sent from
here, and nothing noted: `workflow.usecases.correspondence` does, once somebody holds the letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from email.mime.multipart import MIMEMultipart
from hashlib import sha256
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from notifications.correspondence.filled import FilledModel, parts
from notifications.correspondence.models import LetterModels
from notifications.correspondence.values import LetterFile, values
from notifications.mail.mime import Mailbox, as_bytes, encoded, one_line, text_part
from notifications.rendering.composer import render
from workflow.acts.letters import refuse_pointless, written_on
from workflow.case.case import Case
from workflow.case.parties import Party
from workflow.rules.letters import Correspondent, LetterSpec
from workflow.rules.procedure import Procedure
from workflow.usecases.cases import CaseService
from workflow.usecases.correspondence import letter_of

_ITEM = "- "
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class WrittenLetter(Struct, frozen=True):
    """A letter, ready to send.

    Args:
        ref: the file.
        spec: which letter.
        to: who receives it.
        address: where; None when the file does not say.
        sender: the person who follows the file; None when nobody does.
        filled: its subject and its text.
    """

    ref: str
    spec: LetterSpec
    to: Correspondent
    address: Mailbox | None
    sender: Mailbox | None
    filled: FilledModel

    @property
    def html(self) -> str:
        """Return its page: the same words, what is left to fill in highlighted."""
        said = {"subject": self.filled.subject, "blocks": _blocks(self.filled.text)}
        return render("lettre.html.j2", said)

    @property
    def draft(self) -> bytes:
        """Return the file that a mail program opens ready to send.

        Without Date nor Message-ID: the program that sends it gives it its own.

        Raises:
            InvalidInput: when the subject or a name could break a header.
        """
        subject = one_line(self.filled.subject, "l’objet de la lettre")
        boundary = sha256(f"{self.ref}{subject}{self.filled.text}".encode()).hexdigest()[:32]
        message = MIMEMultipart("alternative", boundary=f"=_{boundary}")
        message.attach(text_part("plain", f"{self.filled.text}\n"))
        message.attach(text_part("html", self.html))
        # Opened to be written on, by what knows it, rather than as a mail received.
        message["X-Unsent"] = "1"
        if self.sender is not None:
            message["From"] = self.sender.header("From")
        if self.address is not None:
            message["To"] = self.address.header("To")
        message["Subject"] = encoded(subject, "Subject")
        message["Content-Language"] = "fr"
        return as_bytes(message)

    @property
    def copied(self) -> str:
        """Return what is copied: its subject, then its text."""
        return f"{self.filled.subject}\n\n{self.filled.text}\n"

    @property
    def whom(self) -> str:
        """Return who receives it, and at which address: « Organisme de formation <…> »."""
        if self.address is None:
            return f"{self.to.label} (adresse à compléter)"
        name = f"{self.address.name}, " if self.address.name else ""
        return f"{name}{self.to.label} <{self.address.address}>"

    @property
    def file_name(self) -> str:
        """Return the name of its draft, which names nobody."""
        return f"{_UNSAFE.sub('-', self.ref)}-{self.spec.id}.eml"


class Correspondence(Struct, frozen=True):
    """Writes the letters of files.

    Args:
        cases: the use cases on files.
        parties: gives the parties of a file.
        folder: where an agency keeps models of its own.
    """

    cases: CaseService
    parties: Callable[[Case], Iterable[Party]]
    folder: Path | None = None

    @property
    def models(self) -> LetterModels:
        """Return the models of every procedure."""
        return LetterModels(tuple(self.cases.rulebook.procedures.values()), self.folder)

    def write(self, ref: str, model: str, *, supplied: bool = False) -> WrittenLetter:
        """Return a letter of a file, as of now.

        Args:
            ref: the file.
            model: id of the letter.
            supplied: True for the model of the program, whatever the agency has.

        Raises:
            NotFound, Refused: no such file or letter, or it has nothing to say now.
            InvalidDefinition: a model that cannot be used.
        """
        case, procedure, context = self.cases.load(ref)
        letter, models, directory = letter_of(procedure, model), self.models, self.cases.directory
        refuse_pointless(procedure, case, letter)
        agency = directory.agency(case.agency)
        follower = directory.recipient(case.owner, case.agency)
        written = written_on(procedure, case, letter, self.cases.store.journal(ref))
        to = _recipient(procedure, letter)
        outside = next((one.written_to for one in self.parties(case) if one.kind == to.party), None)
        file = LetterFile(
            replace(case, eligibility=None),
            procedure,
            letter,
            context,
            follower,
            agency.name,
            context.day(self.cases.clock()),
            written,
            outside,
        )
        person = directory.people.get(case.owner or "")
        return WrittenLetter(
            ref,
            letter,
            to,
            _address(file, to),
            Mailbox(person.name, person.email) if person else None,
            models.fill(model, values(file, models.names), supplied=supplied),
        )


def _recipient(procedure: Procedure, letter: LetterSpec) -> Correspondent:
    assert procedure.letters is not None, "a letter was found in them"  # noqa: S101
    return procedure.letters.correspondents[letter.to]


def _address(file: LetterFile, to: Correspondent) -> Mailbox | None:
    if to.mail and (mail := file.said(to.mail)):
        return Mailbox((file.said(to.name) or "") if to.name else "", mail)
    return Mailbox(file.outside.name, file.outside.mail) if file.outside else None


def _blocks(text: str) -> list[dict[str, object]]:
    """Return the paragraphs and lists of a letter, line by line, each line in pieces."""
    found: list[dict[str, object]] = []
    for paragraph in text.split("\n\n"):
        lines = paragraph.split("\n")
        while lines:
            listed = lines[0].startswith(_ITEM)
            count = next(
                (at for at, one in enumerate(lines) if one.startswith(_ITEM) is not listed),
                len(lines),
            )
            said = (line.removeprefix(_ITEM) if listed else line for line in lines[:count])
            found.append({"listed": listed, "lines": [parts(line) for line in said]})
            del lines[:count]
    return found
