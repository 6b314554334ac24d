"""What a file to open would be, drawn: whether its start can be, its window on a calendar, its verdict.

Used by `tui.opening.screen`. Shows what `tui.opening.form` found; decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from rich.console import RenderableType

from display.case.verdict import SIGNS, STYLES
from display.drawing import when
from display.drawing.layout import line, pairs, section, text, under
from notifications.schedule.viewpoint import Looking
from tui.months.month import Month, Shown, month
from tui.months.monthgrid import WIDTH, legend, months_side_by_side, named_days
from tui.opening.form import Preview
from workflow.calendar.counting import add_months
from workflow.case.case import Moment
from workflow.deadlines.planner import Chain
from workflow.operations import operations
from workflow.rules.checks import CheckVerdict
from workflow.text import french
from workflow.wording.date_names import DATE_NAMES, date_names
from workflow.wording.fact_text import fact_words

_TOLD = (CheckVerdict.FAILING, CheckVerdict.TO_CONFIRM, CheckVerdict.CONFORMING)


def drawn(
    found: Preview,
    reasons: Sequence[str],
    looking: Looking,
    *,
    months: int,
    shift: int,
    key: str,
) -> Iterator[RenderableType]:
    """Yield everything that is known of a file to open, what decides first.

    Args:
        found: what it would be.
        reasons: why it cannot be opened; empty when it can.
        looking: from when and where.
        months: how many there is room for.
        shift: months between those shown and those that matter.
        key: the key that takes the first date possible.
    """
    yield from _said(found, reasons, looking, key)
    yield ""
    shown = list(_months(found, looking, months, shift))
    yield months_side_by_side(shown, start=found.start or _nearest_start(found))
    yield legend(shown, months * WIDTH)
    yield from named_days(shown)
    yield from _dates(found, looking)
    yield from _known(found)
    yield from _verdict(found)


def _said(
    found: Preview, reasons: Sequence[str], looking: Looking, key: str
) -> Iterator[RenderableType]:
    deposit = found.deposit
    if found.outcome is not None:
        yield line(("✓ ", "ok"), ("Ce départ est possible", "strong"))
        if deposit:
            where = looking.standing(deposit)
            yield under(text(where.words, when.style_of(where)))
        return
    if not reasons:
        yield text("Donnez la date de début : la fenêtre se dessine ici.", "muted")
    for reason in reasons:
        yield line(("✗ ", "late"), reason)
    if found.nearest is not None:
        day = french.weekday_day(found.nearest.start)
        yield line(("→ ", "accent"), "Première date possible :")
        yield under(line((day, "strong"), (f"  {key} la prend", "muted")))


def _nearest_start(found: Preview) -> date | None:
    return found.nearest.start if found.nearest else None


def _months(found: Preview, looking: Looking, number: int, shift: int) -> Iterator[Month]:
    first = add_months(_centre(found, looking).replace(day=1), shift)
    shown = Shown((found.deposit,) if found.deposit else (), found.sessions)
    for rank in range(number):
        at = add_months(first, rank)
        yield month(at.year, at.month, looking.today, found.context.staff, shown)


def _centre(found: Preview, looking: Looking) -> date:
    """Return a day of the first month to show: that of the deposit."""
    if found.deposit is not None:
        return max(found.deposit.dates.act_on, found.deposit.dates.opens_on or date.min)
    if found.nearest is not None:
        return found.nearest.prudent
    return found.start or looking.today


def _dates(found: Preview, looking: Looking) -> Iterator[RenderableType]:
    deposit = found.deposit
    if deposit is None:
        if found.nearest is not None and found.refusal is None:
            yield from section("Pour cette date")
            yield _moments(_chain(found.nearest))
        return
    yield from section(deposit.label)
    names = date_names(deposit).items()
    yield _moments(((name, getattr(deposit.dates, field)) for field, name in names), looking)
    told = found.outcome.warnings if found.outcome else ()
    for words in dict.fromkeys((*deposit.explanation.warnings, *told)):
        yield line(("! ", "soon"), (words, "muted"))


def _chain(chain: Chain) -> Iterator[tuple[str, Moment | None]]:
    yield "départ", chain.start
    yield DATE_NAMES["opens_on"], chain.opens_on
    yield DATE_NAMES["prudent"], chain.prudent
    yield "dernier jour", chain.last
    yield DATE_NAMES["commission"], chain.session


def _moments(
    moments: Iterable[tuple[str, Moment | None]], looking: Looking | None = None
) -> RenderableType:
    known = (
        (name, looking.local(moment) if looking else moment) for name, moment in moments if moment
    )
    return under(pairs((name, when.compact(moment)) for name, moment in known))


def _known(found: Preview) -> Iterator[RenderableType]:
    """Yield the facts that its parties tell, and nobody typed."""
    typed, facts = found.request.named(operations.FACTS), found.case.facts if found.case else {}
    specs = [one for one in found.rules.facts.values() if one.party and one.id in facts]
    told = [one for one in specs if one.id not in typed]
    if told:
        yield from section("Déjà connu")
        zone = found.context.zone
        yield under(pairs((one.label, fact_words(facts[one.id], zone, one)) for one in told))


def _verdict(found: Preview) -> Iterator[RenderableType]:
    if found.report is None:
        return
    yield from section("Éligibilité et composition")
    for verdict in _TOLD:
        sign = (f"{SIGNS[verdict]} ", STYLES[verdict])
        for finding in found.report.of(verdict):
            if verdict is CheckVerdict.CONFORMING:
                yield line(sign, (finding.label, "muted"))
                continue
            yield line(sign, (finding.label, "strong"))
            yield under(text(finding.sentence, "muted"))
