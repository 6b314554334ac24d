"""Why a spreadsheet cannot be read, and what to do: one French sentence each.

Raised by the modules of the room.
"""

from __future__ import annotations

from workflow.errors import InvalidInput
from workflow.text.folding import visible

AS_XLSX = "ouvrez-le dans Excel ou LibreOffice et enregistrez-le au format .xlsx"
UNLOCKED = "ouvrez-le, retirez le mot de passe et enregistrez-le de nouveau"
IN_PARTS = "gardez la seule feuille utile, sans mise en forme au-delà des données, ou coupez-la"


def refused(name: str, why: str, cure: str) -> InvalidInput:
    """Return why a file cannot be read.

    Args:
        name: of the file.
        why: what is wrong, without capital or full stop.
        cure: what to do, likewise.
    """
    return InvalidInput(f"« {visible(name, breaks=False)} » : {why} ; {cure}.")
