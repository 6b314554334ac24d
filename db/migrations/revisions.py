"""The migrations that this program knows.

Used by `db.schema.version`, and by `db.worklist.first_page` before SQLAlchemy is loaded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_SCRIPTS: Final = Path(__file__).with_name("versions").iterdir()

REVISIONS: Final = tuple(sorted(one.name[:4] for one in _SCRIPTS if one.suffix == ".py"))
"""Every migration this program knows, oldest first: each script begins with its number."""

HEAD: Final = REVISIONS[-1]
"""The schema that this program was written for."""
