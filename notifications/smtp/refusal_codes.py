"""Whom or what the refusal of a mail server speaks of: what decides whether a message is tried again.

Used by `notifications.smtp.refusals`, which says it in French. A table: the enhanced code decides, and the
three digits and the command where there is none. Reads no sentence but where no code tells what it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from notifications.smtp.replies import Answer


class DeliveryStage(StrEnum):
    """How far the handing over had come."""

    LOGIN = "AUTH"
    SENDER = "MAIL"
    READER = "RCPT"
    CONTENT = "DATA"


class Blame(StrEnum):
    """Whom or what a refusal speaks of: it decides what becomes of the message."""

    US = "us"
    """Who we are: no message can leave."""
    PERMISSION = "permission"
    """What we may do: this message cannot leave for now, another might."""
    LATER = "later"
    FULL = "full"
    READER = "reader"
    SIZE = "size"
    MESSAGE = "message"


LOGIN_CODES: Final = frozenset({530, 534, 535, 538})
"""Answers about who we are at any stage: RFC 4954, section 6, and RFC 3207, section 4."""

PERMANENT: Final = range(500, 600)

_BLAMES: Final[Mapping[tuple[DeliveryStage | None, str], Blame]] = {
    # The whole subject and detail of an enhanced code: RFC 3463, and the registry of RFC 5248.
    (None, "1.7"): Blame.US,
    (None, "1.8"): Blame.US,
    (None, "2.2"): Blame.FULL,
    (None, "2.3"): Blame.SIZE,
    (None, "3.1"): Blame.LATER,
    (None, "3.2"): Blame.LATER,
    (None, "3.4"): Blame.SIZE,
    (None, "3.5"): Blame.LATER,
    (None, "4.3"): Blame.LATER,
    (None, "4.5"): Blame.LATER,
    (None, "5.1"): Blame.US,
    (None, "5.3"): Blame.LATER,
    (None, "7.2"): Blame.READER,
    **{(None, f"7.{detail}"): Blame.US for detail in (3, 8, 9, 10, 11, 12, 13, 14)},
    (None, "7.17"): Blame.READER,
    (None, "7.18"): Blame.READER,
    **{(None, f"7.{detail}"): Blame.PERMISSION for detail in range(20, 30)},
    # Those of Exchange, which this registry does not have.
    (None, "2.252"): Blame.US,
    (None, "7.30"): Blame.US,
    (None, "7.54"): Blame.PERMISSION,
    (None, "7.57"): Blame.US,
    (None, "7.60"): Blame.US,
    (None, "7.64"): Blame.PERMISSION,
    **{(None, f"7.{detail}"): Blame.READER for detail in (124, 133, 134, 135, 136)},
    (None, "7.139"): Blame.US,
    **{(None, f"7.{detail}"): Blame.PERMISSION for detail in range(500, 751)},
    # Its subject alone.
    (DeliveryStage.READER, "1"): Blame.READER,
    (DeliveryStage.CONTENT, "1"): Blame.READER,
    (DeliveryStage.CONTENT, "2"): Blame.READER,
    (None, "6"): Blame.MESSAGE,
    (DeliveryStage.SENDER, "7"): Blame.US,
    (DeliveryStage.READER, "7"): Blame.PERMISSION,
    (DeliveryStage.CONTENT, "7"): Blame.MESSAGE,
    # The three digits: RFC 5321, section 4.2.3.
    (None, "500"): Blame.US,
    (None, "502"): Blame.US,
    (None, "503"): Blame.US,
    (None, "504"): Blame.US,
    (None, "521"): Blame.US,
    (DeliveryStage.READER, "552"): Blame.FULL,
    (DeliveryStage.CONTENT, "552"): Blame.SIZE,
    # What was being said.
    (DeliveryStage.LOGIN, ""): Blame.US,
    (DeliveryStage.SENDER, ""): Blame.US,
    (DeliveryStage.READER, ""): Blame.READER,
    (DeliveryStage.CONTENT, ""): Blame.MESSAGE,
}
"""What a refusal for good speaks of, by stage and code, the most precise first; None is any stage."""

_RELAYING: Final = re.compile(r"\brela(?:y|is)", re.IGNORECASE)
"""Servers without enhanced codes refuse to carry a message further under the code of an unknown reader."""

_AS_ANOTHER: Final = re.compile(r"SendAs|send as this sender|send on behalf", re.IGNORECASE)
"""Exchange says so of a sender that is not the account's, after the dot, under codes of the reader's."""


def blamed(answer: Answer, stage: DeliveryStage) -> Blame:
    """Return whom or what an answer that takes nothing speaks of.

    Args:
        answer: what the server said.
        stage: what was said to it.
    """
    if answer.code in LOGIN_CODES:
        return Blame.US
    if answer.code not in PERMANENT or answer.enhanced.startswith("4"):
        return Blame.FULL if answer.reason == "2.2" else Blame.LATER
    found = next(
        _BLAMES[one, key] for key in _keys(answer) for one in (stage, None) if (one, key) in _BLAMES
    )
    if found in (Blame.READER, Blame.MESSAGE) and _AS_ANOTHER.search(answer.words):
        return Blame.US
    relaying = found is Blame.READER and not answer.enhanced and _RELAYING.search(answer.words)
    return Blame.PERMISSION if relaying else found


def _keys(answer: Answer) -> Iterator[str]:
    """Yield what an answer is looked up by, the most precise first."""
    if answer.enhanced:
        yield answer.reason
        yield answer.reason.partition(".")[0]
    yield str(answer.code)
    yield ""
