"""A chase noted: how many there were of what is awaited now, through corrections, steps and their undoing."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.support.core import PARIS, Workbench
from workflow.case.case import EntryKind
from workflow.deadlines.chases import chases
from workflow.errors import ActionRefused, Refused
from workflow.usecases.chasing import chase
from workflow.wording.journal_text import chase_words
from workflow.wording.ledger_text import TypedMoney

BY = "m.durand"


class Office(Workbench):
    """A file of CIPI whose contract is in since 10 August 2026: AKTO still has to agree to pay."""

    ref: str = ""

    def __post_init__(self) -> None:
        """Bring the file to where it waits."""
        facts = {"demarrage_formation": "08/09/2026 09:00", "debut_contrat": "08/09/2026"}
        self.ref = self.saved(self.cases.open("cipi", facts, by=BY, agency="lyon")).after.ref
        papers = self.rules.procedure("cipi").actions["deposer_contrat"].documents
        self.go(3, "deposer_drf")
        self.go(5, "accorder_drf")
        self.go(10, "deposer_contrat", *papers)

    def on(self, day: int) -> None:
        """Let a day of August come."""
        self.clock.now = datetime(2026, 8, day, 10, tzinfo=PARIS)

    def go(self, day: int, action: str, *papers: str) -> None:
        """Do a step on a day."""
        self.on(day)
        self.saved(self.cases.advance(self.ref, action, {}, by=BY, documents=papers))

    def chase(self, day: int, on: str | None = None) -> None:
        """Note a chase on a day."""
        self.on(day)
        self.saved(chase(self.cases, self.ref, by=BY, on=on, comment="Conseiller joint"))

    def claim(self, day: int) -> None:
        """Note a claim of a day."""
        typed = TypedMoney("demande", f"{day:02}/08/2026", "100", "akto")
        self.saved(self.recording.money(self.ref, [(None, typed)], by=BY))

    def correct(self, **told: object) -> None:
        """Correct facts."""
        self.saved(self.cases.correct(self.ref, told.pop("facts", {}), by=BY, **told))  # type: ignore[arg-type]

    @property
    def chased(self) -> str:
        """Return how often what is awaited was chased, in words."""
        case, procedure, _ = self.cases.load(self.ref)
        return chase_words(chases(procedure, case, self.store.journal(self.ref)))

    @property
    def next_chase(self) -> date | None:
        """Return the day to ask for the second agreement again."""
        return self.cases.load(self.ref)[0].deadlines["reponse_financement"].dates.chase_on


def test_each_chase_is_counted_and_puts_the_next_one_off() -> None:
    """The journal says who and what was said; the next day to chase counts from the last one."""
    office = Office()
    assert (office.chased, office.next_chase) == ("", date(2026, 8, 25))
    office.chase(25)
    office.chase(27, on="26/08/2026")
    assert office.chased == "relancé 2 fois, la dernière le 26/08/2026"
    assert office.next_chase == date(2026, 9, 2)
    entry = office.store.journal(office.ref)[-1]
    assert (entry.kind, entry.by, entry.comment) == (EntryKind.CHASE, BY, "Conseiller joint")


def test_a_chase_noted_by_mistake_is_corrected() -> None:
    """Another day takes the place of the last chase; taken back, it was none."""
    office = Office()
    office.chase(25)
    office.chase(26)
    office.correct(facts={"relance_le": "25/08/2026"})
    assert office.chased == "relancé 2 fois, la dernière le 25/08/2026"
    office.correct(removed=["relance_le"])
    assert (office.chased, office.next_chase) == ("relancé le 25/08/2026", date(2026, 8, 25))


def test_the_next_step_awaits_something_else() -> None:
    """A step forgets the chases of what came before it; undone, they count again, and its own no more."""
    office = Office()
    office.chase(25)
    office.go(26, "accorder_financement")
    office.claim(26)
    office.chase(27)
    assert office.chased == "relancé le 27/08/2026"
    office.saved(office.cases.undo(office.ref, by=BY))
    assert (office.chased, office.next_chase) == ("relancé le 25/08/2026", date(2026, 9, 1))


def test_nobody_is_chased_where_no_reply_is_awaited() -> None:
    """A file that waits for the agency itself says so, and keeps its chases as they were."""
    office = Office()
    office.go(26, "refuser_financement")
    with pytest.raises(Refused, match="« Financement refusé », aucune réponse n’est attendue"):
        chase(office.cases, office.ref, by=BY)


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("28/08/2026", "est dans le futur"),
        ("09/08/2026", "antérieure à l’étape précédente"),
        ("24/08/2026", "la dernière relance notée est du 25/08/2026"),
    ],
)
def test_a_chase_has_a_day_that_can_be(on: str, words: str) -> None:
    """A day to come, before the wait began or before the last chase is refused."""
    office = Office()
    office.chase(25)
    with pytest.raises(ActionRefused, match=words):
        chase(office.cases, office.ref, by=BY, on=on)


def test_nothing_is_chased_in_a_file_that_is_over() -> None:
    """A file that ended awaits nothing any more."""
    office = Office()
    office.go(25, "abandonner")
    with pytest.raises(Refused, match="rien à relancer"):
        chase(office.cases, office.ref, by=BY)
