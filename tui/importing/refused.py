"""The rows of a table to be put right, as what leaves in a workbook.

Used by `tui.importing.rows` and `tui.importing.saving`.
"""

from __future__ import annotations

from pathlib import Path

from display.case.importing import Reread
from display.export.refused_rows import write_refused
from tui.forms.export_file import Outgoing
from tui.frame.office import Office
from workflow.text import french


def refused(office: Office, reread: Reread) -> Outgoing:
    """Return the rows of a table that do not stand, to be written coloured with why."""
    rules = tuple(office.services.rulebook.procedures.values())
    at = office.now.astimezone(office.zone)
    table = Path(reread.asked.table.file)
    return Outgoing(
        heading="Écrire les lignes à corriger",
        kept=french.count(reread.wrong, "ligne à corriger", "lignes à corriger"),
        name=f"{table.stem}-a-corriger.xlsx",
        endings=(".xlsx",),
        fill=lambda aside, _: write_refused(aside, reread, rules, office.person, at),
    )
