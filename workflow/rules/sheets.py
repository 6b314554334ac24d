"""What a step types in the funder's portal, as a rule file lists it.

Read from a rule file, filled in by `workflow.eligibility.portal_sheet`.
"""

from __future__ import annotations

from msgspec import Struct


class SheetField(Struct, frozen=True):
    """A value to type in the funder's portal.

    Args:
        label: what the portal, or the sheet of the scheme, calls it.
        value: name of a fact, or of a computed value (`workflow.eligibility.portal_sheet.COMPUTED`).
        note: what a careful person must know while typing it.
        optional: True for a value that the portal does without.
    """

    label: str
    value: str
    note: str = ""
    optional: bool = False


class SheetSpec(Struct, frozen=True):
    """What a step types in the funder's portal, in the portal's order.

    Args:
        fields: the values to type.
        receipt: fact that keeps the number which the portal gives back; empty when it gives none.
    """

    fields: tuple[SheetField, ...]
    receipt: str = ""
