"""A group to open, as a form: what its people have in common, as for a new file, and the list of their names.

Filled by `tui.opening.screen`. The window and the verdict beside it are those of any of them: they have the
same facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from display.case import cohort as views
from tui.acts.actform import Watch
from tui.acts.acts import TITLE, reasons_of
from tui.acts.asked import FormField, Look, TypedAnswers, asking
from tui.frame.office import Office
from tui.opening.form import OpeningForm, Preview
from workflow.cohorts.lines import CohortOpening, MemberLine, MemberResult
from workflow.cohorts.names import read_names
from workflow.errors import EcheancierError
from workflow.operations import operations
from workflow.operations.requests import Request
from workflow.text import french

_GROUP, NAMES = "group", "names"
_SENT = "-"
"""The list, for the command that does the same: pasted there again."""


class GroupOpeningForm(OpeningForm, frozen=True, kw_only=True):
    """Opens a file for each person of a list."""

    draft = "nouveau-groupe"

    def after(self, id_: str, words: str) -> GroupOpeningForm:
        """Return the form for another procedure, funder or agency."""
        return grouped(super().after(id_, words))

    def work_out(self, office: Office, typed: TypedAnswers, watch: Watch) -> Preview:
        """Return what the files would be; raises `InvalidInput`, `NotFound`, `Refused`, `OutOfReach`."""
        found = super().work_out(office, typed, watch)
        if found.save is None:
            return found
        if not typed.said(_GROUP) or not typed.said(NAMES):
            return replace(found, save=None, instead="donnez le nom du groupe et sa liste.")
        listed = read_names(typed.said(NAMES), found.rules)
        asked = found.request
        cohorts = office.services.cohorts
        lines = cohorts.open(
            CohortOpening(
                asked.about[0],
                typed.said(_GROUP),
                listed.names,
                asked.named(operations.FACTS),
                office.acting,
                asked.text(operations.AGENCY),
                asked.given(operations.FOLLOWED_BY),
                funder=asked.given(operations.FUNDER),
                forced=typed.forced,
                historical=asked.flag(operations.HISTORICAL),
                comment=typed.comment,
            )
        )
        told = {name: one for name, one in asked.answers.items() if name != operations.TITLE}
        about = (asked.about[0], typed.said(_GROUP))
        ready = sum(one.outcome is not None for one in lines)
        count = french.count(ready, "dossier", "dossiers")
        return replace(
            found,
            request=Request(operations.OPEN_COHORT, about, {**told, operations.NAMES: _SENT}),
            draw=lambda: (*listed.twice, *views.became(lines, worded)),
            save=(lambda: list(cohorts.save(lines))) if ready else None,
            writes=count,
            said=said,
            question=f"Ouvrir {count} ?",
            instead="" if ready else "aucun dossier n’est à ouvrir.",
        )


def grouped(form: OpeningForm, answers: Mapping[str, str] | None = None) -> GroupOpeningForm:
    """Return the form of a file with a group and a list of names in place of its title.

    Args:
        form: the form of a file.
        answers: what stands in its fields already, by name of question, and the names.
    """
    group = asking(_GROUP, "Groupe", look=Look.BESIDE, hint="CACES mars, Greta")
    names = asking(NAMES, "Personnes, une par ligne (collez la liste)", look=Look.LINES)
    fields = list[FormField]()
    for one in form.fields:
        fields += [group, names] if one.spec.id == TITLE else [one]
    told = answers or {}
    return GroupOpeningForm(
        "Nouveau groupe",
        tuple(replace(one, proposed=told.get(one.spec.id, one.proposed)) for one in fields),
        office=form.office,
        procedure=form.procedure,
        funder=form.funder,
        agency=form.agency,
    )


def worded(error: EcheancierError) -> str:
    """Return what refuses one file of a group, without the options of a command."""
    return " ; ".join(reasons_of(error))


def said(lines: Sequence[MemberLine]) -> str:
    """Return what became of the files of a group."""
    late = [one for one in lines if one.result is MemberResult.REFUSED and one.error]
    more = "".join(f"\n{one.title or one.ref} : {worded(one.error)}" for one in late if one.error)
    return f"{views.counted(lines)}{more}"
