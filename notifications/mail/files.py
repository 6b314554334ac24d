"""Messages written as files instead of being handed to a server.

Made by `cli.wiring.mailing` from the configuration, opened by `notifications.mail.relay`. The name of a file
tells nothing of its reader.
"""

from __future__ import annotations

import asyncio
from email.parser import BytesHeaderParser
from email.policy import default
from hashlib import sha256
from pathlib import Path

from notifications.model.ports import DeliveryError, Ready, at_once
from workflow.text.os_errors import cause
from workflow.text.whole_file import write_whole


class FileTransport:
    """Writes each message as a file, for a demonstration or a machine without mail.

    Implements `notifications.model.ports.Transport`. A file appears whole or not at all; its name holds
    the message's date and a fingerprint, nothing of its recipient. The same message written twice
    makes one file.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def __aenter__(self) -> FileTransport:
        """Make the folder; raises `DeliveryError` when that is not possible."""
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Nothing is held open."""

    async def send(
        self,
        address: str,  # noqa: ARG002 - in the file itself
        content: bytes,
        ready: Ready = at_once,
    ) -> str:
        """Write a message and return the name of its file."""
        name = _file_name(content)
        await ready()
        try:
            await asyncio.to_thread(write_whole, self._directory / name, content)
        except OSError as error:
            raise self._unwritable(error) from error
        return f"écrit dans {name}"

    def _unwritable(self, error: OSError) -> DeliveryError:
        return DeliveryError(
            f"Dossier de courrier {self._directory} : écriture impossible ({cause(error)}) ; "
            "vérifiez les droits et la place disponible.",
            permanent=False,
        )


def _file_name(content: bytes) -> str:
    fingerprint = sha256(content).hexdigest()[:16]
    date = BytesHeaderParser(policy=default).parsebytes(content)["Date"]
    written = getattr(date, "datetime", None)
    return f"{written:%Y%m%d-%H%M%S}-{fingerprint}.eml" if written else f"{fingerprint}.eml"
