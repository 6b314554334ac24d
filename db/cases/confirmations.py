"""What the house had confirmed of the rules, as it was noted: append-only.

Implements `workflow.usecases.confirming.ConfirmationStore`; read with the rules, once for a run.
"""

from __future__ import annotations

from sqlmodel import col, select

from db.connection.engine import Database
from db.connection.sessions import session_reading, session_writing
from db.schema.house_tables import ConfirmationRow
from workflow.rules.doubts import Confirmation


class SqlConfirmationStore:
    """The confirmations of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def confirmations(self) -> tuple[Confirmation, ...]:
        """Return all that was noted, oldest first."""
        with session_reading(self._database) as session:
            found = session.exec(select(ConfirmationRow).order_by(col(ConfirmationRow.id)))
            return tuple(
                Confirmation(
                    row.doubt,
                    row.value,
                    row.answered_on,
                    row.until,
                    row.answer,
                    row.noted_by,
                    row.noted_at,
                    row.withdrawn,
                )
                for row in found
            )

    def add_confirmation(self, confirmation: Confirmation) -> None:
        """Write one, or raise `OutOfReach`."""
        with session_writing(self._database) as session:
            session.add(
                ConfirmationRow(
                    doubt=confirmation.doubt,
                    value=confirmation.value,
                    answered_on=confirmation.answered_on,
                    until=confirmation.until,
                    answer=confirmation.answer,
                    noted_by=confirmation.by,
                    noted_at=confirmation.at,
                    withdrawn=confirmation.withdrawn,
                )
            )
