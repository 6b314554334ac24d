"""Cases driven at random: actions, corrections, undos, documents and stores in any order."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from tests.support.core import (
    DAY,
    OPENED_AT,
    PARIS,
    PATHS,
    act,
    cipi,
    context,
    do,
    follow,
    new_case,
    now_in,
    opened,
    through_text,
)
from tests.support.depth import received
from workflow.acts import notes, transitions
from workflow.case.case import Entry, EntryKind, FactValue, Moment, Outcome, Paper, civil
from workflow.deadlines.compute import live
from workflow.deadlines.progress import step_dates
from workflow.errors import ActionRefused, Refused
from workflow.wording.codec import deadline_json, deadline_value

PLANNED = ("fin_formation", "debut_contrat", "debut_mission")
COMMENTS = st.sampled_from([(False, ""), (False, "vu au portail"), (True, "accord du conseiller")])


def local_day(moment: Moment) -> date:
    """Return the civil date of a moment on the Paris clock."""
    return civil(moment.astimezone(PARIS) if isinstance(moment, datetime) else moment)


def dates_it(step: Entry, fact: str) -> bool:
    """Tell whether a fact dates a step."""
    return cipi().actions[step.action or ""].dated_by == fact


class Life(RuleBasedStateMachine):
    """The life of one case, whose every act is checked against what must always hold."""

    def __init__(self) -> None:
        super().__init__()
        self.now = OPENED_AT
        self.case = opened()
        self.entries: list[Entry] = []
        self.dates: dict[int, date] = {}
        """The date of each step done, by its number, kept as a person would: with a list of their own."""

    @initialize(state=st.sampled_from([state for state in PATHS if not cipi().states[state].final]))
    def open(self, state: str) -> None:
        """Open a case and lead it to some state, as an ordinary case goes."""
        outcome = transitions.open_case(cipi(), new_case(), context(), act(OPENED_AT))
        self._save(outcome)
        for done in PATHS[state]:
            self._save(do(self.case, done))
        self.now = now_in(state)

    @rule(hours=st.integers(1, 24 * 21))
    def wait(self, hours: int) -> None:
        """Let up to three weeks pass."""
        self.now += timedelta(hours=hours)

    @rule()
    def reread(self) -> None:
        """Read the case back from a store."""
        again = through_text(self.case)
        assert again == self.case
        self.case = again

    @precondition(lambda self: not cipi().states[self.case.state].final)
    @rule(
        data=st.data(),
        back=st.sampled_from([0, 0, 1, 5, 20]),
        full=st.sampled_from([True, True, False]),
        words=COMMENTS,
    )
    def step(self, data: st.DataObject, back: int, full: bool, words: tuple[bool, str]) -> None:
        """Do an action of the state, today or some days ago, with what it asks for or without."""
        offers = transitions.available(cipi(), self.case, context(), self.now)
        # Giving up ends the game: one time in twenty.
        gives_up = data.draw(st.integers(1, 20)) == 20
        found = [offer for offer in offers if gives_up or offer.action != "abandonner"]
        offer = data.draw(st.sampled_from(found))
        action = cipi().actions[offer.action]
        facts: dict[str, FactValue] = {}
        if back:
            facts[action.dated_by] = self.now.date() - back * DAY
        if full:
            facts |= {name: self.now.date() for name in offer.missing_facts}
        documents = dict.fromkeys(action.documents if full else (), received(self.now.date()))
        outcome = self._attempt(
            lambda: transitions.apply(
                cipi(), self.case, offer.action, facts, context(), self._act(words), documents
            )
        )
        if outcome is None:
            return
        assert offer.target == outcome.after.state
        undone = transitions.undo(cipi(), outcome.after, context(), act(self.now)).after
        same = replace(undone, version=self.case.version, documents=self.case.documents)
        assert same == self.case
        self._save(outcome)

    @rule(data=st.data(), shift=st.integers(-30, 30), words=COMMENTS)
    def correct(self, data: st.DataObject, shift: int, words: tuple[bool, str]) -> None:
        """Correct a planned date, the start, or the date of a step already done."""
        done = [cipi().actions[step.action or ""].dated_by for step in self.case.history]
        name = data.draw(st.sampled_from([*PLANNED, "demarrage_formation", *done]))
        value = self.case.facts.get(name, self.now.date())
        assert isinstance(value, date)
        corrected = value + shift * DAY
        outcome = self._attempt(
            lambda: transitions.correct(
                cipi(),
                self.case,
                transitions.Correction({name: corrected}),
                context(),
                self._act(words),
            )
        )
        if outcome is None:
            return
        assert outcome.after.facts[name] == corrected
        assert outcome.after.state == self.case.state
        self._save(outcome)

    @precondition(lambda self: self.case.history != ())
    @rule()
    def undo(self) -> None:
        """Take the last step back."""
        last = self.case.history[-1]
        outcome = transitions.undo(cipi(), self.case, context(), act(self.now))
        assert (outcome.after.state, outcome.entry.undoes) == (last.state_from, last.seq)
        self._save(outcome)

    @rule(data=st.data(), remove=st.booleans())
    def note(self, data: st.DataObject, remove: bool) -> None:
        """Note a document as received, or take it back."""
        name = data.draw(st.sampled_from(sorted(cipi().documents)))
        held = self.case.documents.get(name)
        papers = {} if remove else {name: held or received(self.now.date())}
        removed = frozenset({name} if remove else ())
        if remove is (held is None):
            with pytest.raises(Refused):
                self._note(papers, removed)
            return
        outcome = self._note(papers, removed)
        assert (name in outcome.after.documents) is not remove
        assert (outcome.opened, outcome.moved, outcome.closed) == ((), (), ())
        self._save(outcome)

    @invariant()
    def the_deadlines_are_those_computed_anew(self) -> None:
        """The deadlines kept are those that the facts and the state give, and survive JSON."""
        case = self.case
        fresh = live(cipi(), cipi().edition(case.edition), case.state, case.facts, context())
        assert case.deadlines == fresh
        assert fresh == {
            id_: deadline_value(deadline_json(deadline)) for id_, deadline in fresh.items()
        }

    @invariant()
    def the_edition_is_the_one_of_the_start(self) -> None:
        """The edition pinned is the one in force on the first day of training."""
        start = self.case.facts["demarrage_formation"]
        assert isinstance(start, date)
        edition = cipi().edition_on(local_day(start))
        assert edition is not None
        assert self.case.edition == edition.id

    @invariant()
    def the_history_is_in_order(self) -> None:
        """Steps follow each other in number, in state and in their dates, the last one giving the state."""
        case = self.case
        steps = case.history
        assert step_dates(cipi(), case) == self.dates
        assert [step.kind for step in steps] == [EntryKind.ACTION] * len(steps)
        assert [step.seq for step in steps] == sorted({step.seq for step in steps})
        states = ["preparation", *(step.state_to for step in steps)]
        assert [step.state_from for step in steps] == states[:-1]
        assert case.state == states[-1]
        days = [local_day(self.dates[step.seq]) for step in steps]
        assert [one for one, two in pairwise(days) if one > two] == []

    @invariant()
    def the_journal_is_whole(self) -> None:
        """The journal has one entry for each version, numbered from 1, and none of it is lost."""
        if self.entries:
            numbers = [entry.seq for entry in self.entries]
            assert numbers == list(range(1, self.case.version + 1))

    def _act(self, words: tuple[bool, str]) -> Any:
        forced, comment = words
        return act(self.now, forced=forced, comment=comment)

    def _note(self, papers: dict[str, Paper], removed: frozenset[str]) -> Outcome:
        return notes.record_documents(cipi(), self.case, papers, removed, context(), act(self.now))

    def _attempt(self, do: Any) -> Outcome | None:
        """Try an act; a refusal gives its reasons in one sentence."""
        try:
            outcome: Outcome = do()
        except ActionRefused as error:
            refusal = error
        else:
            return outcome
        assert refusal.reasons
        assert all(str(reason).removesuffix(".") in refusal.message for reason in refusal.reasons)
        return None

    def _save(self, outcome: Outcome) -> None:
        """Keep an outcome, once its parts agree with each other."""
        before = outcome.before.deadlines if outcome.before else {}
        after = outcome.after.deadlines
        assert {deadline.id for deadline in outcome.opened} == after.keys() - before.keys()
        ended = {closing.deadline.id for closing in outcome.closed}
        assert before.keys() - after.keys() <= ended
        # What ended before may be judged anew, and then is awaited neither before nor after.
        assert not ended & after.keys()
        assert {move.new.id for move in outcome.moved} == {
            id_
            for id_ in after.keys() & before.keys()
            if after[id_].dates.moments != before[id_].dates.moments
        }
        told = {*(after.keys() ^ before.keys()), *(move.new.id for move in outcome.moved)}
        assert {change.name for change in outcome.entry.dates} == told
        self.case = outcome.after
        self.entries = [*self.entries, outcome.entry]
        if outcome.before is None:
            self.entries, self.dates = [outcome.entry], {}
        self._keep_dates(outcome)

    def _keep_dates(self, outcome: Outcome) -> None:
        """Write down the date of a step, or another one for the latest that a fact dates."""
        entry, facts = outcome.entry, outcome.after.facts
        if entry.undoes is not None:
            del self.dates[entry.undoes]
        for step in outcome.after.history:
            name = cipi().actions[step.action or ""].dated_by
            latest = [one for one in outcome.after.history if dates_it(one, name)][-1]
            if step is latest and (step is entry or entry.kind is EntryKind.CORRECTION):
                value = facts[name]
                assert isinstance(value, date)
                self.dates[step.seq] = value


Life.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


class TestLife(Life.TestCase):  # type: ignore[misc, valid-type] # made by hypothesis at run time
    """Whatever is done to a case, its deadlines, its history and its journal stay true."""


def test_a_step_done_again_leaves_the_first_one_its_corrected_date() -> None:
    """A step corrected, then done again, keeps its corrected date; the one typed first judges nothing."""
    case = follow(opened(), *PATHS["drf_refusee"])
    monday = now_in("drf_refusee").date()

    def on(day: date, action: str, fact: str) -> None:
        nonlocal case
        moment = datetime.combine(day, datetime.min.time(), PARIS) + timedelta(hours=20)
        papers = dict.fromkeys(cipi().actions[action].documents, received(day))
        facts: dict[str, FactValue] = {fact: day}
        case = transitions.apply(cipi(), case, action, facts, context(), act(moment), papers).after

    def moved(fact: str, day: date) -> None:
        nonlocal case
        moment = datetime.combine(monday + 30 * DAY, datetime.min.time(), PARIS)
        correction = transitions.Correction({fact: day})
        case = transitions.correct(cipi(), case, correction, context(), act(moment)).after

    on(monday + 4 * DAY, "reprendre", "repris_le")
    moved("repris_le", monday + 1 * DAY)
    on(monday + 4 * DAY, "deposer_drf", "drf_deposee_le")
    # Before the date of the resumption as it was first typed, after the one it has.
    moved("drf_deposee_le", monday + 2 * DAY)
    on(monday + 4 * DAY, "refuser_drf", "drf_refusee_le")
    on(monday + 5 * DAY, "reprendre", "repris_le")
    # Refused when the first resumption was judged by the date typed first.
    moved("repris_le", monday + 6 * DAY)
    assert list(step_dates(cipi(), case).values())[:4] == [
        monday + 6 * DAY,
        monday + 4 * DAY,
        monday + 2 * DAY,
        monday + 1 * DAY,
    ]
