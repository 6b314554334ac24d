"""Who can answer what a mail says, and what mail programs sort it by.

Used by `notifications.rendering.composer`. Nobody is sent back to the reader, nor to somebody who is away.
"""

from __future__ import annotations

from collections.abc import Sequence

from notifications.mail.mime import Mailbox
from notifications.people.staff import Addressee
from workflow.case.people import Directory, Recipient
from workflow.ports.stores import OpenDeadline


def who_answers(
    rows: Sequence[OpenDeadline],
    reader: Recipient,
    told: Addressee | None,
    directory: Directory,
) -> Mailbox | None:
    """Return who follows the files, or else the agency; None when that is the reader.

    Args:
        rows: what the mail speaks of; a digest speaks of everything.
        reader: who receives it.
        told: for whom, when the reader stands in for somebody.
        directory: everybody the configuration names.
    """
    absent = told.absent.id if told is not None and told.absent is not None else ""
    owners = {row.owner for row in rows}
    agency = _agency(rows, reader)
    if agency not in directory.agencies:
        return None
    followers = [directory.recipient(owner, agency) for owner in owners if len(owners) == 1]
    for one in (*followers, directory.recipient(None, agency)):
        if one.id not in {reader.id, absent} and one.email != reader.email:
            return Mailbox(one.name, one.email)
    return None


def sorted_by(rows: Sequence[OpenDeadline], otherwise: str, reader: Recipient) -> tuple[str, str]:
    """Return the procedure and the agency of a mail.

    Args:
        rows: what it speaks of.
        otherwise: what stands for the procedure of a mail that speaks of several.
        reader: whose agency stands for that of a mail that speaks of several.
    """
    procedures = {row.procedure for row in rows}
    procedure = procedures.pop() if len(procedures) == 1 else otherwise
    return procedure, _agency(rows, reader)


def _agency(rows: Sequence[OpenDeadline], reader: Recipient) -> str:
    agencies = {row.agency for row in rows}
    return agencies.pop() if len(agencies) == 1 else reader.agency
