"""What claims and payments do to the dates of a file: a payment that is late is chased."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.support.cases import some_money
from tests.support.core import REMBOURSER, START, act, case_in, cipi, context, follow, opened, paris
from workflow.acts.notes import record_money
from workflow.acts.transitions import apply
from workflow.case.case import Case, Outcome
from workflow.case.money import MoneyKind, MoneyLine
from workflow.errors import ActionRefused

CLAIM = some_money(on=date(2026, 10, 1), amount=Decimal(100))


def paid(number: int, day: date, amount: int) -> MoneyLine:
    """Return a payment of AKTO."""
    return some_money(number, kind=MoneyKind.PAYMENT, on=day, amount=Decimal(amount))


PART = paid(2, date(2026, 10, 19), 60)
REST = paid(3, date(2026, 11, 20), 40)


def noted(case: Case, *lines: MoneyLine) -> Outcome:
    """Return what lines do to a case, on 4 December 2026."""
    return record_money(cipi(), case, lines, context(), act(paris(12, 4)))


@pytest.mark.parametrize(
    ("lines", "chased"),
    [
        ((PART,), None),
        # The day after twenty working days: 2 to 29 October; from the 20th, 11 November is a holiday.
        ((CLAIM,), date(2026, 10, 30)),
        ((CLAIM, PART), date(2026, 11, 18)),
        ((CLAIM, PART, REST), None),
    ],
)
@pytest.mark.parametrize("state", ["financement_accorde", "presences_saisies"])
def test_a_claim_that_is_not_wholly_paid_is_chased(
    state: str, lines: tuple[MoneyLine, ...], chased: date | None
) -> None:
    """The delay of the agency runs from the last claim, or from the part payment that came after."""
    deadline = noted(case_in(state), *lines).after.deadlines.get("paiement")
    assert (deadline and deadline.dates.chase_on) == chased


@pytest.mark.parametrize(
    ("lines", "chased"),
    [
        ((), date(2026, 12, 31)),
        # The step, on 1 December, is later than the claim; a part payment, on the 3rd, later still.
        ((CLAIM,), date(2026, 12, 31)),
        ((CLAIM, paid(2, date(2026, 12, 3), 60)), date(2027, 1, 5)),
    ],
)
def test_an_extra_cost_that_was_claimed_is_chased_once(
    lines: tuple[MoneyLine, ...], chased: date
) -> None:
    """Step and lines make one awaited reply, until « remboursé » is noted: nothing asks twice."""
    case = case_in("surcout_demande")
    live = (noted(case, *lines).after if lines else case).deadlines
    assert "paiement" not in live
    assert live["remboursement"].dates.chase_on == chased


@pytest.mark.parametrize(("rest", "left"), [((REST,), None), ((), "40,00\N{NBSP}€")])
def test_a_file_is_repaid_once_all_that_was_claimed_is(
    rest: tuple[MoneyLine, ...], left: str | None
) -> None:
    """What remains refuses the step, unless a person goes against it and says why."""
    case = noted(case_in("surcout_demande"), CLAIM, PART, *rest).after
    if left is not None:
        with pytest.raises(ActionRefused) as refusal:
            follow(case, REMBOURSER)
        assert left in str(refusal.value)
    done = apply(
        cipi(), case, "rembourser", {}, context(), act(paris(12, 8), forced=True, comment="cédé")
    )
    assert done.after.state == "rembourse"
    assert [one for one in done.warnings if left is None or left not in one] == []


@pytest.mark.parametrize(
    ("typed", "lines", "left"),
    [
        ({"montant_reclame": 100}, (), "100,00"),
        ({"montant_reclame": 100, "montant_paye": 60}, (), "40,00"),
        ({"montant_reclame": 100, "montant_paye": 100}, (), None),
        ({"montant_paye": 60}, (CLAIM,), "40,00"),
        # Lines of a kind stand before the amount that was typed for it.
        ({"montant_reclame": 60}, (CLAIM, PART), "40,00"),
    ],
)
def test_amounts_typed_as_a_whole_stand_for_lines_that_are_not_there(
    typed: dict[str, int], lines: tuple[MoneyLine, ...], left: str | None
) -> None:
    """« Remboursé » is refused for what remains of them; who closes is told it, and nothing is held."""
    case = case_in("surcout_demande")
    facts = {name: Decimal(euros) for name, euros in typed.items()}
    case = replace(case, facts={**case.facts, **facts}, money=lines)
    if left is not None:
        with pytest.raises(ActionRefused, match=left):
            follow(case, REMBOURSER)
    closing = {"documents_remis_le": date(2026, 12, 4)}
    closed = apply(cipi(), case, "cloturer", closing, context(), act(paris(12, 8)))
    told = [one for one in closed.warnings if "Reste à recevoir" in one]
    assert [left in one for one in told if left] == ([True] if left else [])
    assert not any(one.met for one in closed.closed if one.deadline.id == "remboursement")


def test_a_payment_that_settles_all_holds_the_deadline() -> None:
    """Its day is that of the last payment; a new claim opens it again, and « remboursé » awaits none."""
    case = noted(case_in("presences_saisies"), CLAIM, PART).after
    settled = noted(case, CLAIM, PART, REST)
    (closing,) = settled.closed
    assert (closing.deadline.id, closing.met, closing.on) == ("paiement", True, date(2026, 11, 20))
    again = noted(settled.after, CLAIM, PART, REST, some_money(4, on=date(2026, 12, 1)))
    assert [one.id for one in again.opened] == ["paiement"]


def test_what_a_file_does_not_tell_is_estimated() -> None:
    """A file that tells neither hours nor amount has the usual stake of its procedure, until it tells."""
    told = opened(demarrage_formation=START, montant_demande=Decimal(1500))
    assert (opened().stake, opened().estimated) == (Decimal("2835.00"), True)
    assert (told.stake, told.estimated) == (Decimal(1500), False)
