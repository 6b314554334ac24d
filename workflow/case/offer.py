"""What can be done to a case in its state, and what refuses it; made by `workflow.acts.transitions`."""

from __future__ import annotations

from msgspec import Struct

from workflow.errors import Reason, ReasonCode


class Offer(Struct, frozen=True):
    """An action of the current state, with the reasons that refuse it now (none: it can be done)."""

    action: str
    label: str
    target: str
    reasons: tuple[Reason, ...] = ()
    missing_facts: tuple[str, ...] = ()
    missing_documents: tuple[str, ...] = ()

    @property
    def within_reach(self) -> bool:
        """Whether it only lacks what can be given with it: facts and papers."""
        return self.lacks_only(ReasonCode.MISSING_FACT, ReasonCode.MISSING_PAPER)

    def lacks_only(self, *codes: ReasonCode) -> bool:
        """Tell whether nothing refuses it but reasons about some things."""
        return all(reason.code in codes for reason in self.reasons)
