"""What stands for a day or an instant that a database holds and Python cannot say.

Given by what reads dates, on each engine; recognised by `db.cases.aside`, which puts such a row aside.
"""

from typing import Final

NO_DATE: Final = object()
