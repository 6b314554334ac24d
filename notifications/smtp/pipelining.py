"""How a message is announced to a mail server: step by step, or at once to one that offers it (RFC 2920).

Used by `notifications.smtp.transports` alone. aiosmtplib waits for each answer before it says more, and
drops those that come early: while several are awaited, a reader of asyncio's stands in its place on the
line. Nothing that is said here can have a message accepted: its text and the final dot come after.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final, cast

import aiosmtplib
from msgspec import Struct

from notifications.smtp.refusals import refuses

TAKEN: Final = frozenset(range(200, 300)) - {aiosmtplib.SMTPStatus.closing}
"""Answers that take what was said: the first digit decides (RFC 5321, section 4.3.2), but for a farewell."""

_Refusal = Callable[[int, str, str], aiosmtplib.SMTPResponseException]
_STEPS: Final[tuple[tuple[Collection[int], _Refusal], ...]] = (
    (TAKEN, aiosmtplib.SMTPSenderRefused),
    (TAKEN, aiosmtplib.SMTPRecipientRefused),
    (
        {aiosmtplib.SMTPStatus.start_input},
        lambda code, words, _: aiosmtplib.SMTPDataError(code, words),
    ),
)
"""What takes MAIL, RCPT and DATA, and what is raised by another answer."""

_LONGEST: Final = 32_768
"""Bytes of an answer, at most, all of its lines together."""
_FORGOTTEN_AFTER: Final = 3600
"""Seconds for which a server that could not is spoken to in turn: a day of trouble is not its nature."""
_TOO_LONG: Final = "Response too long"
"""The library's own words, which `notifications.smtp.replies` knows."""


class ServerAbility(Struct):
    """What the connections to one server learn of it, and share.

    Attributes:
        pipelines: whether it can do what it offers, take several commands at once; None until it was tried.
        again_at: seconds of the machine from which one that could not is tried again.
    """

    pipelines: bool | None = None
    again_at: float = 0


async def announce(
    smtp: aiosmtplib.SMTP, sender: bytes, reader: bytes, ability: ServerAbility
) -> None:
    """Announce a message, by addresses as commands carry them: the server waits for its text then.

    Raises:
        aiosmtplib.SMTPResponseException: the first answer that did not take what was said.
        aiosmtplib.SMTPServerDisconnected: when the line was cut before.
    """
    commands = (b"MAIL FROM:" + sender, b"RCPT TO:" + reader, b"DATA")
    now = asyncio.get_running_loop().time()
    if ability.pipelines is False and now >= ability.again_at:
        ability.pipelines = None
    if ability.pipelines is not False and smtp.supports_extension("pipelining"):
        answers = await _together(smtp, commands, ability)
    else:
        answers = await _in_turn(smtp, commands)
    for answer, command, (taken, refusal) in zip(answers, commands, _STEPS, strict=False):
        if answer.code not in taken:
            raise refusal(answer.code, answer.message, command.decode("ascii"))
    if len(answers) < len(commands):
        raise aiosmtplib.SMTPServerDisconnected("Connection lost")


async def _in_turn(
    smtp: aiosmtplib.SMTP, commands: Sequence[bytes]
) -> list[aiosmtplib.SMTPResponse]:
    """Say each command once the one before it is taken; return the answers."""
    answers: list[aiosmtplib.SMTPResponse] = []
    for command, (taken, _) in zip(commands, _STEPS, strict=True):
        answers.append(await smtp.execute_command(command))
        if answers[-1].code not in taken:
            break
    return answers


async def _together(
    smtp: aiosmtplib.SMTP, commands: Sequence[bytes], ability: ServerAbility
) -> list[aiosmtplib.SMTPResponse]:
    """Say all at once; return the answers, of which the last are missing where the line was cut."""
    answers: list[aiosmtplib.SMTPResponse] = []
    try:
        with _reading(smtp) as reader:
            smtp.protocol.write(b"\r\n".join((*commands, b"")))  # type: ignore[union-attr]
            while len(answers) < len(commands):
                answers.append(await _answer(reader))
    except (EOFError, OSError):
        smtp.close()
    except ValueError as unreadable:
        answers.append(
            aiosmtplib.SMTPResponse(aiosmtplib.SMTPStatus.invalid_response, str(unreadable))
        )
        smtp.close()
    finally:
        leaves = bool(answers) and answers[-1].code == aiosmtplib.SMTPStatus.domain_unavailable
        if ability.pipelines is None and not leaves:
            ability.pipelines = smtp.is_connected and len(answers) == len(commands)
            ability.again_at = asyncio.get_running_loop().time() + _FORGOTTEN_AFTER
    await _take_back(smtp, answers)
    return answers


async def _take_back(smtp: aiosmtplib.SMTP, answers: Sequence[aiosmtplib.SMTPResponse]) -> None:
    """Leave a message that the server waits for, although it refused who writes or who reads."""
    taken = [answer.code in step for answer, (step, _) in zip(answers, _STEPS, strict=False)]
    if not smtp.is_connected or all(taken) or not taken[-1]:
        return
    if not refuses(answers[1].code):
        # A dot would send an empty message: only hanging up takes it back.
        smtp.close()
        return
    with suppress(aiosmtplib.SMTPException, OSError):
        await smtp.execute_command(b".")


class _Heard(asyncio.StreamReaderProtocol):
    """What comes down the line; a line that the server has closed is closed, as the library does."""

    def eof_received(self) -> bool:
        """End what is heard."""
        super().eof_received()
        return False


@contextmanager
def _reading(smtp: aiosmtplib.SMTP) -> Iterator[asyncio.StreamReader]:
    """Lend what reads the line in the place of the library."""
    transport = cast(asyncio.Transport, smtp.transport)
    usual = transport.get_protocol()
    reader = asyncio.StreamReader(limit=_LONGEST)
    ours = _Heard(reader)
    ours.connection_made(transport)
    transport.set_protocol(ours)
    try:
        yield reader
    finally:
        transport.set_protocol(usual)


async def _answer(reader: asyncio.StreamReader) -> aiosmtplib.SMTPResponse:
    """Return the next answer.

    Raises:
        EOFError: when the line is cut before its end.
        ValueError: when it is none, or has no end; with what can be said of it.
    """
    line, words, room = b"", list[bytes](), _LONGEST
    while not words or line[3:4] == b"-":
        try:
            line = await reader.readline()
        except ValueError:
            raise ValueError(_TOO_LONG) from None
        if not line.endswith(b"\n"):
            raise EOFError
        room -= len(line)
        if room < 0:
            raise ValueError(_TOO_LONG)
        words.append(line[4:].strip())
    if not line[:3].isdigit():
        raise ValueError(line.decode("utf-8", "ignore"))
    said = b"\n".join(words).decode("utf-8", "surrogateescape")
    return aiosmtplib.SMTPResponse(int(line[:3]), said)
