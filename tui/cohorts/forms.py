"""What is done at once to the files of a group, each act as a form: its dates moved, files put in it.

Opened by the screen of groups, filled by `tui.forms.act`. What becomes of each file is shown while one types.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from rich.console import RenderableType

from display.case import cohort as views
from display.drawing.layout import text
from tui.acts.actform import ActForm, Prepared, Watch
from tui.acts.acts import asked_fact, is_day
from tui.acts.asked import COMMENT, FormField, Look, TypedAnswers, asking, told_by
from tui.frame.office import Office
from tui.opening.group import said, worded
from workflow.cohorts.cohort import Cohort
from workflow.cohorts.lines import CohortAct, MemberLine
from workflow.operations import operations
from workflow.operations.requests import Answer, Parameter, Request
from workflow.rules.fact_specs import FactType
from workflow.text import french
from workflow.wording.fact_text import as_typed

_GROUP, _REFS, _EVERYONE = "group", "refs", "everyone"


class MovingForm(ActForm, frozen=True, kw_only=True):
    """Moves the dates of a group.

    Args:
        cohort: the group, as it was read.
    """

    cohort: Cohort

    idle: ClassVar[str] = "changez une date : ce qui bouge pour chacun se montre ici."
    advice: ClassVar[str] = "Changez une date : ce qui bouge pour chacun se montre ici."
    remark: ClassVar[FormField | None] = COMMENT

    @property
    def draft(self) -> str:
        """The name of its draft."""
        return f"groupe-{self.cohort.name}"

    def idles(self, typed: TypedAnswers) -> bool:
        """Tell whether no date is another one."""
        return not self._facts(typed)

    def _facts(self, typed: TypedAnswers) -> Mapping[str, str]:
        return {name: words for name, words in typed.given.items() if name != _EVERYONE}

    def work_out(self, office: Office, typed: TypedAnswers, watch: Watch) -> Prepared:  # noqa: ARG002 - read at once
        """Return what would move in each file; raises what refuses them all."""
        told: dict[Parameter, Answer] = {
            **told_by(self.fields, typed),
            operations.FORCED: typed.forced,
            operations.COMMENT: typed.comment,
        }
        cohorts, name = office.services.cohorts, self.cohort.name
        act = CohortAct(office.acting, typed.comment, typed.forced)
        everyone = bool(typed.said(_EVERYONE))
        lines = cohorts.correct(name, self._facts(typed), act, everyone=everyone)
        request = Request(operations.CORRECT_COHORT, (name,), told)
        return prepared(office, request, lines, save=lambda: cohorts.save_together(lines))


class JoiningForm(ActForm, frozen=True, kw_only=True):
    """Puts files in a group."""

    idle: ClassVar[str] = "donnez le nom du groupe et les références des dossiers."
    advice: ClassVar[str] = (
        "Donnez le nom du groupe, nouveau au besoin, et les références des dossiers."
    )
    draft: ClassVar[str] = "groupe-reunir"

    def idles(self, typed: TypedAnswers) -> bool:
        """Tell whether the name or the files are missing."""
        return not typed.said(_GROUP) or not typed.said(_REFS).split()

    def work_out(self, office: Office, typed: TypedAnswers, watch: Watch) -> Prepared:  # noqa: ARG002 - read at once
        """Return which files would be in the group."""
        cohorts, refs = office.services.cohorts, typed.said(_REFS).replace(",", " ").split()
        lines = cohorts.join(typed.said(_GROUP), refs, CohortAct(office.acting))
        request = Request(operations.JOIN_COHORT, (typed.said(_GROUP), *refs))
        return prepared(office, request, lines, save=lambda: list(cohorts.save(lines)))


def moving(cohort: Cohort, office: Office) -> MovingForm:
    """Return the form that moves the dates of a group: those that most of its files have."""
    case, procedure = cohort.members[0].case, cohort.members[0].procedure
    looking = office.looking_at(case)
    clock = looking.planner.zone(looking.agency)
    steps = {action.dated_by for action in procedure.actions.values()}
    dated = (
        spec
        for name, spec in procedure.facts.items()
        if is_day(spec) and name not in steps
        if name in cohort.common or name == procedure.reference_fact
    )
    fields = [
        asked_fact(spec, known=as_typed(value, clock, spec) if value is not None else "")
        for spec in dated
        for value in (cohort.common.get(spec.id),)
    ]
    everyone = asking(
        _EVERYONE,
        "Aussi ceux qui diffèrent",
        FactType.BOOLEAN,
        look=Look.TICKED,
        tells=operations.ALL,
    )
    return MovingForm(f"Déplacer · {cohort.name}", (*fields, everyone), cohort=cohort)


def joining(name: str, refs: Sequence[str]) -> JoiningForm:
    """Return the form that puts files in a group."""
    hint = "CIPI-2026-0001 CIPI-2026-0002…"
    fields = (
        asking(_GROUP, "Groupe", look=Look.BESIDE, proposed=name, hint="CACES mars, Greta"),
        asking(_REFS, "Dossiers", look=Look.BESIDE, proposed=" ".join(refs), hint=hint),
    )
    return JoiningForm("Mettre des dossiers dans un groupe", fields)


def prepared(
    office: Office, request: Request, lines: Sequence[MemberLine], **told: object
) -> Prepared:
    """Return what an act on a group would do; `told` is what else a `Prepared` says."""
    ready = sum(one.outcome is not None for one in lines)
    count = french.count(ready, "dossier", "dossiers")

    def draw() -> Iterator[RenderableType]:
        yield text(f"{views.counted(lines)}.", "strong")
        yield from views.moved(lines, office.looking)
        yield from views.became(lines, worded)

    return Prepared(
        request=request,
        draw=draw,
        save=told["save"] if ready else None,  # type: ignore[arg-type]
        writes=count,
        said=said,
        question=f"Enregistrer pour {count} ?",
        instead="" if ready else "aucun dossier ne change.",
    )
