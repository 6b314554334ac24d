"""Hold where the picture of a file's life puts its marks."""

from datetime import date, timedelta

import pytest
from rich.cells import cell_len

from notifications.schedule.viewpoint import Looking
from tests.support.core import act, case_in, cipi, context, now_in
from tests.support.samples import PLANNER
from tui.case.timeline import Scale, legend
from tui.case.timeline_text import Lane, Span, TimelineMark, TimelinePicture, picture
from workflow.acts import corrections

ONE_DAY = timedelta(days=1)


def test_a_corrected_step_is_marked_on_its_corrected_day() -> None:
    """The mark of a step moves with the correction of its date."""
    case, now = case_in("drf_deposee"), now_in("drf_deposee")
    day = now.date() - 2 * ONE_DAY
    correction = corrections.Correction({"drf_deposee_le": day})
    corrected = corrections.correct(cipi(), case, correction, context(), act(now)).after
    assert case.facts["drf_deposee_le"] != day
    steps = picture(corrected, cipi(), Looking(now, PLANNER, "lyon")).lanes[0]
    assert [mark.on for mark in steps.marks][1:] == [day]


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (date(2026, 8, 29), date(2026, 12, 20), "sept. oct. nov. déc. auj."),
        (date(2026, 8, 2), date(2026, 12, 20), "août sept. oct. nov. déc. auj."),
        (date(2026, 9, 1), date(2026, 11, 30), "sept. oct. nov. auj. 30/11"),
        (date(2026, 11, 28), date(2027, 2, 20), "déc. janv. 2027 févr. auj. 20/02"),
    ],
)
def test_whole_months_are_named_before_the_end_of_one(first: date, last: date, told: str) -> None:
    """A month cut by the edge, or the present day, is named only where it takes no place of a whole one."""
    named, here = Scale(TimelinePicture((), first, last, last), 74, 0).months_named()
    assert " ".join(named.split()) == told
    assert named[here.start : here.stop].startswith("auj.")


def test_every_sign_drawn_is_in_the_legend() -> None:
    """Each sign of the lanes is explained, over as many lines as the width asks; the others are not."""
    day = date(2026, 9, 1)
    spans = tuple(Span(day, day, sign, "ok") for sign in "━┄╍▒")
    marks = tuple(TimelineMark(day, sign, "ok") for sign in "○✓┣◆┃?▲")
    whole = TimelinePicture((Lane("tout", spans, marks),), day, day, day)
    for width in (40, 76, 116, 200):
        lines = legend(whole, width)
        assert all(cell_len(line) <= width for line in lines)
        assert set("━┄╍▒○✓┣◆┃?▲│") <= set("".join(lines))
    assert "▒" not in "".join(legend(TimelinePicture((Lane("peu", (), marks),), day, day, day), 80))
