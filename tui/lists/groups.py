"""The groups of the first screen: what is late, due, awaited from each funder, each read by page.

Used by `tui.lists.today`, before anything but a glance is read and after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from tui.drawing.urgency import GROUPS
from tui.frame.office import Office
from tui.lists.saved_views import View
from tui.lists.sections import Section
from workflow.worklist.worklist import FirstPage, WorkGroup, WorkQuery, WorkRow

Counts = tuple[Mapping[WorkGroup, int], Mapping[tuple[str, str | None], int]]
"""How many files each group has, and how many await each funder."""


def grouped(
    query: WorkQuery, view: View, found: Counts, office: Office, first_page: FirstPage | None
) -> Iterator[Section]:
    """Yield the sections of a list.

    Args:
        query: what it asks for.
        view: the groups that it shows.
        found: how many files each has.
        office: reads them.
        first_page: what was read at a glance, as long as nothing else is: no rule is looked at.
    """
    counts, debtors = found
    seen = first_page.rows if first_page else ()
    for group in filter(view.shows, WorkGroup):
        asked, title = replace(query, group=group), GROUPS[group]
        if group is not WorkGroup.WAITING:
            yield _section(group.value, title, counts[group], asked, office, seen)
            continue
        # Funder by funder, the one that owes most first.
        for (id_, funder), count in sorted(debtors.items(), key=lambda one: -one[1]):
            if first_page is None:
                procedure = office.services.rulebook.procedure(id_)
                owing = procedure.funders.get(funder or "", procedure).funder_label
                title = f"En attente : {owing}"
            owed = replace(asked, procedure=id_, funder=funder)
            yield _section(f"{id_}/{funder or ''}", title, count, owed, office, seen)


def _section(
    id_: str, title: str, count: int, asked: WorkQuery, office: Office, seen: Sequence[WorkRow]
) -> Section:
    def read(offset: int, limit: int) -> Sequence[WorkRow]:
        return office.services.worklist.page(replace(asked, offset=offset, limit=limit))

    about = asked.group, asked.procedure, asked.funder
    known = [row for row in seen if about == (row.group, *_debtor(row))]
    return Section(id_, title, count, read, known=known)


def _debtor(row: WorkRow) -> tuple[str | None, str | None]:
    """Return what a line is grouped by beside its group: who owes the reply that it awaits."""
    return (row.procedure, row.funder) if row.group is WorkGroup.WAITING else (None, None)
