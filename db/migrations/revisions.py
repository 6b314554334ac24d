"""The migrations that this program knows.

Used by `db.schema.version`, and by `db.worklist.first_page` before SQLAlchemy is loaded.
"""

from __future__ import annotations

from typing import Final

REVISIONS: Final = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
    "0015",
    "0016",
)
"""Every migration this program knows, oldest first; a test compares it with the scripts."""

HEAD: Final = REVISIONS[-1]
"""The schema that this program was written for."""
