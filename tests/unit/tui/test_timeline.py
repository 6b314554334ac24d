"""Hold where the picture of a file's life puts its marks."""

from datetime import timedelta

from notifications.looking import Looking
from tests.support.core import act, case_in, cipi, context, now_in
from tests.support.samples import PLANNER
from tui.timeline import picture
from workflow import machine

ONE_DAY = timedelta(days=1)


def test_a_corrected_step_is_marked_on_its_corrected_day() -> None:
    """The mark of a step moves with the correction of its date."""
    case, now = case_in("drf_deposee"), now_in("drf_deposee")
    day = now.date() - 2 * ONE_DAY
    correction = machine.Correction({"drf_deposee_le": day})
    corrected = machine.correct(cipi(), case, correction, context(), act(now)).after
    assert case.facts["drf_deposee_le"] != day
    steps = picture(corrected, cipi(), Looking(now, PLANNER, "lyon")).lanes[0]
    assert [mark.on for mark in steps.marks][1:] == [day]
