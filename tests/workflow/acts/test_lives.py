"""Cases of every procedure driven at random: what stands as met is proved, and acts agree with each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.corpus.rows import SETTINGS, done
from tests.support.cases import some_money
from tests.support.core import (
    DAY,
    PARIS,
    PATHS,
    act,
    cipi,
    context,
    ended,
    follow,
    now_in,
    opened,
    paris,
    rulebook,
)
from tests.support.depth import received
from tests.support.memory import MemoryCaseStore
from workflow.acts import corrections, notes
from workflow.acts import transitions as machine
from workflow.case.case import Case, Entry, EntryKind, FactValue, Outcome, WorkKind
from workflow.case.known_facts import known_of
from workflow.counting.context import context_for, ruled_by
from workflow.counting.explanation import Reckoning
from workflow.counting.ways_of_counting import Context
from workflow.deadlines.compute import live, reckon
from workflow.deadlines.progress import ahead, step_dates
from workflow.errors import ActionRefused, Refused
from workflow.rules.fact_specs import FactType
from workflow.rules.procedure import Procedure

# --- Whatever happens to a case --------------------------------------------------------------------------

SCHEMES: Mapping[str, tuple[str, str | None, datetime]] = {
    "cipi": ("cipi", None, paris(7, 1)),
    "cdpi": ("cdpi", None, paris(7, 1)),
    "ptp": ("ptp", None, paris(1, 4, year=2027)),
    "reconversion": ("reconversion", None, paris(1, 4, year=2027)),
    "cif-cdd unifaf": ("cif-cdd", "unifaf", paris(3, 1, year=2018)),
    "cif-cdd fafsea": ("cif-cdd", "fafsea", paris(3, 1, year=2018)),
    **{
        f"cif-cdd {funder}": ("cif-cdd", funder, paris(3, 1, year=2018))
        for funder in ("fongecif-ara", "fongecif-bfc", "opcalim", "uniformation")
    },
}

# Which fact proves each deadline, and which hours, worked by hand; every other is proved by its step.
BY_FACT = {
    "realisation": "fin_parcours",
    "remise_documents": "documents_remis_le",
    "paiement": "paiement_complet_le",
    "avance": "avance_recue_le",
    "notification_retour": "retour_notifie_le",
    "demarrage_max": "formation_demarree_le",
    "rupture": "rupture_signalee_le",
}
PROVING = {*BY_FACT.values(), "debut_mission"}
TYPED_HOURS = ("heures_formation_realisees", "heures_mission_realisees", "heures_formation")


NOTHING: Mapping[str, FactValue] = {}


class Life:
    """A case that lives at random, and its deadlines as a store keeps them."""

    def __init__(self, name: str) -> None:
        id_, funder, self.now = SCHEMES[name]
        self.procedure: Procedure = ruled_by(rulebook().procedure(id_), funder)
        self.context: Context = context_for(self.procedure, "FR", (), SETTINGS)
        facts = {self.procedure.reference_fact: self.now.date() + 70 * DAY}
        case = Case("X-1", id_, "", "FR", "lyon", "", self.now, funder=funder, facts=facts)
        who = act(self.now, forced=True, comment="au hasard")
        self.store = MemoryCaseStore(rulebook())
        self.rows: dict[str, str] = {}
        self.entries: list[Entry] = []
        self.dates: dict[int, date] = {}
        """The date of each step done, by its number, kept as a person would: with a list of their own."""
        self.save(machine.open_case(self.procedure, case, self.context, who))

    def save(self, outcome: Outcome) -> None:
        """Keep a case and its rows, once the parts of the outcome agree with each other and with the case."""
        before = outcome.before.deadlines if outcome.before else {}
        after, closed = outcome.after.deadlines, {one.deadline.id for one in outcome.closed}
        assert {one.id for one in outcome.opened} == after.keys() - before.keys()
        assert before.keys() - after.keys() <= closed
        # What ended before may be judged anew, and then is awaited neither before nor after.
        assert not closed & after.keys()
        moved = {move.new.id for move in outcome.moved}
        assert moved == {
            id_
            for id_ in after.keys() & before.keys()
            if after[id_].dates.moments != before[id_].dates.moments
        }
        told = {change.name for change in outcome.entry.dates}
        assert told == {*(after.keys() ^ before.keys()), *moved}
        self.store.save(outcome)
        self.case = outcome.after
        self.entries.append(outcome.entry)
        self.keep_dates(outcome)
        self.rows |= {one.id: "ouverte" for one in outcome.opened}
        self.rows |= {one.deadline.id: ended(one) for one in outcome.closed}

    def keep_dates(self, outcome: Outcome) -> None:
        """Write down the date of a step, or another one for the latest that a fact dates."""
        entry, history = outcome.entry, outcome.after.history
        if entry.undoes is not None:
            del self.dates[entry.undoes]
        names = [self.procedure.actions[step.action or ""].dated_by for step in history]
        for number, (step, name) in enumerate(zip(history, names, strict=True), 1):
            latest = name not in names[number:]
            value = outcome.after.facts.get(name)
            # What a later round has forgotten dates its step as it did.
            if latest and value and (step is entry or entry.kind is EntryKind.CORRECTION):
                assert isinstance(value, date)
                self.dates[step.seq] = value

    def check(self) -> None:
        """Check a case against what a fresh reading of its facts, its steps and its journal gives."""
        case, procedure = self.case, self.procedure
        known = known_of(procedure, case)
        edition = procedure.edition(case.edition)
        assert case.deadlines == live(procedure, edition, case.state, known, self.context)
        assert self.store.load(case.ref) == case
        start = case.facts[procedure.reference_fact]
        assert isinstance(start, date)
        assert procedure.edition_on(self.context.day(start)) == edition
        assert step_dates(procedure, case) == self.dates
        states = [procedure.initial, *(step.state_to for step in case.history)]
        assert [step.state_from for step in case.history] == states[:-1]
        assert case.state == states[-1]
        days = [self.context.day(self.dates[step.seq]) for step in case.history]
        assert days == sorted(days)
        assert [entry.seq for entry in self.entries] == list(range(1, case.version + 1))

    def fact(self, data: st.DataObject, name: str) -> FactValue:
        """Return some value of a fact."""
        kind = self.procedure.facts[name].type
        if kind in {FactType.DATE, FactType.INSTANT}:
            day = self.now.date() - data.draw(st.integers(0, 60)) * DAY
            hour = data.draw(st.sampled_from([None, None, 8, 17]))
            if hour is None or kind is FactType.DATE:
                return day
            return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS)
        return Decimal(data.draw(st.sampled_from([0, 35, 70, 140, 210])))

    def step(self, data: st.DataObject) -> Outcome:
        """Do some action, whatever it goes against."""
        actions = [
            one
            for one in self.procedure.actions.values()
            if self.case.state in one.transitions and one.id != "abandonner"
        ]
        if not actions:
            raise Refused("Le dossier est fini.")
        action = data.draw(st.sampled_from(actions))
        facts = {name: self.fact(data, name) for name in action.needs if data.draw(st.booleans())}
        if data.draw(st.booleans()):
            facts[action.dated_by] = self.fact(data, action.dated_by)
        papers = dict.fromkeys(action.documents, received(self.now.date()))
        who = act(self.now, forced=data.draw(st.booleans()), comment="au hasard")
        offers = machine.available(self.procedure, self.case, self.context, self.now)
        outcome = machine.apply(
            self.procedure, self.case, action.id, facts, self.context, who, papers
        )
        assert outcome.after.state == {one.action: one.target for one in offers}[action.id]
        undone = machine.undo(self.procedure, outcome.after, self.context, act(self.now)).after
        assert undone == replace(
            self.case, version=undone.version, documents=outcome.after.documents
        )
        return outcome

    def go(self, action: str, days: int = 0, facts: Mapping[str, FactValue] = NOTHING) -> None:
        """Do an action some days later, against every window."""
        self.now += days * DAY
        papers = dict.fromkeys(self.procedure.actions[action].documents, received(self.now.date()))
        who = act(self.now, forced=True, comment="au plus vite")
        self.save(
            machine.apply(self.procedure, self.case, action, facts, self.context, who, papers)
        )

    def correct(self, data: st.DataObject) -> Outcome:
        """Note, change or take back some fact."""
        names = {
            *self.case.facts,
            *BY_FACT.values(),
            *TYPED_HOURS,
            "debut_mission",
            "debut_contrat",
        }
        name = data.draw(st.sampled_from(sorted(names & self.procedure.facts.keys())))
        gone = name in self.case.facts and data.draw(st.integers(0, 3)) == 0
        correction = (
            corrections.Correction(removed=frozenset({name}))
            if gone
            else corrections.Correction({name: self.fact(data, name)})
        )
        who = act(self.now, forced=data.draw(st.booleans()), comment="au hasard")
        return corrections.correct(self.procedure, self.case, correction, self.context, who)

    def work(self, data: st.DataObject) -> Outcome:
        """Note hours of training and of mission, in place of those noted before."""
        lines = []
        for number, kind in enumerate((WorkKind.TRAINING, WorkKind.MISSION), 1):
            hours = data.draw(st.sampled_from([None, "35", "70", "140"]))
            last = self.now.date() - data.draw(st.integers(0, 40)) * DAY
            if hours is not None:
                lines.append(done(kind, last - 20 * DAY, last, hours, number))
        return notes.record_hours(
            self.procedure, self.case, tuple(lines), self.context, act(self.now)
        )

    def on_its_way(self, data: st.DataObject) -> None:
        """Bring the case some steps along the way to its end, proving one thing or another."""
        way = ahead(self.procedure, self.case.state)
        for target in way[: data.draw(st.integers(0, len(way)))]:
            found = self.procedure.actions.values()
            action = next(one for one in found if one.transitions.get(self.case.state) == target)
            names = [name for name in action.needs if name not in self.case.facts]
            try:
                self.go(action.id, facts=dict.fromkeys(names, self.now.date()))
            except Refused:
                return
            if data.draw(st.booleans()):
                self.prove(data)
            self.now += data.draw(st.integers(0, 40)) * DAY

    def prove(self, data: st.DataObject) -> None:
        """Note one of the facts that prove, if it may be noted."""
        name = data.draw(st.sampled_from(sorted(PROVING & self.procedure.facts.keys())))
        correction = corrections.Correction({name: self.fact(data, name)})
        with suppress(Refused):
            self.save(
                corrections.correct(
                    self.procedure, self.case, correction, self.context, act(self.now)
                )
            )

    def undo(self, _: st.DataObject) -> Outcome:
        """Take the last step back."""
        return machine.undo(self.procedure, self.case, self.context, act(self.now))

    def proved(self, id_: str) -> bool:
        """Tell whether a deadline is proved and in time, as somebody would check it by hand."""
        known = known_of(self.procedure, self.case)
        window = self.reckoned(id_, known)
        strict = window.limit.strict if window else None
        if id_ == "mission":
            return self.mission_proved(known)
        if id_ == "depot" and self.case.funder == "unifaf":
            return _in_time(known.get("dossier_recu_le"), strict)
        if id_ == "realisation" and not self.path_done(known):
            return False
        if id_ in BY_FACT:
            return _in_time(known.get(BY_FACT[id_]), strict)
        dates, spec = step_dates(self.procedure, self.case), self.procedure.deadlines[id_]
        done_by = [step for step in self.case.history if step.action in spec.met_by]
        on = dates[done_by[-1].seq] if done_by else None
        opens_on = window.opens_on if window else None
        if on is None or (opens_on is not None and self.context.day(on) < opens_on):
            return False
        return _in_time(on, strict)

    def reckoned(self, id_: str, known: Mapping[str, FactValue]) -> Reckoning | None:
        """Return the dates of a deadline for some values."""
        edition = self.procedure.edition(self.case.edition)
        return reckon(self.procedure, edition, self.procedure.deadlines[id_], known, self.context)

    def mission_proved(self, known: Mapping[str, FactValue]) -> bool:
        """Tell whether a mission began in time, and once it is over whether its hours were done."""
        hours, begun = known.get("heures_mission_realisees"), known.get("debut_mission")
        over = self.case.state not in self.procedure.deadlines["mission"].states
        whole = known.get("heures_formation")
        asked = Decimal(70)
        if self.procedure.id == "cdpi":
            asked = (whole if isinstance(whole, Decimal) else Decimal(10_000)) / 3
        worked = isinstance(hours, Decimal) and hours >= asked
        if not worked and (begun is None or hours is not None or over):
            return False
        nothing_done = {name: value for name, value in known.items() if name != TYPED_HOURS[1]}
        missions = [one for one in self.case.hours if one.kind is WorkKind.MISSION]
        first = begun or min((one.first for one in missions), default=None)
        left, full = (self.reckoned("mission", values) for values in (known, nothing_done))
        if first is None or left is None or full is None:
            return True
        inside = all(left.limit.ends_on and one.last <= left.limit.ends_on for one in missions)
        return _in_time(first, (left if inside else full).limit.strict)

    def path_done(self, known: Mapping[str, FactValue]) -> bool:
        """Tell whether the hours of a path are noted, and none of them after its last day."""
        trained, worked = (
            known.get(f"heures_{kind}_realisees") for kind in ("formation", "mission")
        )
        least = 70 if self.procedure.id == "cipi" else 140
        parts = [one.last for one in self.case.hours]
        ended, trains = known.get("fin_parcours"), known.get("fin_formation")
        parts += [trains] if isinstance(trains, date) else []
        return (
            isinstance(trained, Decimal)
            and trained >= least
            and bool(worked)
            and isinstance(ended, date)
            and all(part <= ended for part in parts)
        )


def _in_time(value: FactValue | None, strict: date | datetime | None) -> bool:
    if not isinstance(value, date):
        return False
    if strict is None:
        return True
    if isinstance(strict, datetime):
        if isinstance(value, datetime):
            return value <= strict
        return datetime(value.year, value.month, value.day, tzinfo=PARIS) + DAY <= strict
    return value.date() <= strict if isinstance(value, datetime) else value <= strict


def attempted(do: Callable[[st.DataObject], Outcome], data: st.DataObject) -> Outcome | None:
    """Try an act; a refusal gives its reasons in one sentence."""
    try:
        return do(data)
    except ActionRefused as refusal:
        if not all(str(one).removesuffix(".") in refusal.message for one in refusal.reasons):
            raise
    except Refused:
        pass
    return None


@pytest.mark.parametrize("name", SCHEMES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_met_is_proved_whatever_happens(name: str, data: st.DataObject) -> None:
    """Steps, corrections and undos in any order: what stands as met is proved, and within its limit."""
    life = Life(name)
    life.on_its_way(data)
    life.check()
    for _ in range(data.draw(st.integers(1, 12))):
        life.now += timedelta(
            days=data.draw(st.integers(0, 25)), hours=data.draw(st.integers(0, 9))
        )
        acts = [life.step, life.step, life.correct, life.correct, life.work, life.undo]
        outcome = attempted(data.draw(st.sampled_from(acts)), data)
        if outcome is None:
            continue
        life.save(outcome)
        life.check()
        met = [id_ for id_, said in life.rows.items() if said == "tenue"]
        assert [id_ for id_ in met if not life.proved(id_)] == [], life.case
        awaited = {id_ for id_, said in life.rows.items() if said == "ouverte"}
        assert awaited == set(life.case.deadlines)


def presented_anew() -> Life:
    """Return a file whose deposit counts when received, presented anew as soon as refused."""
    life = Life("cif-cdd fongecif-ara")
    deadlines = life.procedure.deadlines
    on_receipt = replace(deadlines["depot"], met_by_fact="dossier_recu_le")
    life.procedure = replace(life.procedure, deadlines={**deadlines, "depot": on_receipt})
    for action, days in (
        ("deposer", 0),
        ("noter_reception", 1),
        ("refuser", 2),
        ("representer", 3),
    ):
        life.go(action, days)
        if action == "noter_reception":
            earlier = corrections.Correction({"dossier_recu_le": life.now.date() - DAY})
            who = act(life.now)
            life.save(corrections.correct(life.procedure, life.case, earlier, life.context, who))
    return life


def test_a_file_presented_anew_is_to_be_received_anew() -> None:
    """What proved the first deposit says nothing of the second, which is awaited and proved by itself."""
    life = presented_anew()
    assert life.rows["depot"] == "ouverte"
    assert {"dossier_recu_le", "complet_le", "commission_le"}.isdisjoint(life.case.facts)
    life.go("deposer")
    assert (life.rows["depot"], set(life.case.deadlines)) == ("non vérifiée", {"nouvelles"})
    life.go("noter_reception")
    assert life.rows["depot"] == "tenue"


def test_the_reply_to_a_new_presentation_waits_for_its_own_session() -> None:
    """Presented anew, a file awaits no reply counted from the session that refused it."""
    life = Life("cif-cdd fongecif-bfc")
    for action in ("deposer", "noter_reception", "declarer_complet", "passer_commission"):
        life.go(action, 1)
    assert set(life.case.deadlines) == {"reponse", "nouvelles"}
    for action in ("refuser", "representer", "deposer"):
        life.go(action, 1)
    assert set(life.case.deadlines) == {"nouvelles"}
    assert {"complet_le", "commission_le"}.isdisjoint(life.case.facts)


def test_a_new_presentation_taken_back_gives_back_the_reception() -> None:
    """The journal keeps what a new presentation set aside: each step keeps its date, an undo restores it."""
    life = presented_anew()
    received_on = life.now.date() - 6 * DAY
    dates = step_dates(life.procedure, life.case)
    assert [dates[one.seq] for one in life.case.history if one.action == "noter_reception"] == [
        received_on
    ]
    undone = machine.undo(life.procedure, life.case, life.context, act(life.now))
    assert undone.after.facts["dossier_recu_le"] == received_on


def test_a_mission_is_met_no_more_once_its_contract_is_undone() -> None:
    """Hours prove a mission as long as a period counts them: undoing the contract takes both away."""
    life = Life("cipi")
    for action in ("deposer_drf", "accorder_drf"):
        life.go(action)
    life.go("deposer_contrat", facts={"debut_contrat": life.now.date()})
    life.now += 30 * DAY
    worked = done(WorkKind.MISSION, life.now.date() - 20 * DAY, life.now.date(), "70", 1)
    life.save(notes.record_hours(life.procedure, life.case, (worked,), life.context, act(life.now)))
    assert life.rows["mission"] == "tenue"
    life.save(machine.undo(life.procedure, life.case, life.context, act(life.now)))
    assert life.rows["mission"] == "levée"


# --- Which steps end each deadline -----------------------------------------------------------------------

AKTO: Mapping[str, set[str]] = {
    "drf": {"deposer_drf"},
    "reponse_akto": {"accorder_drf", "refuser_drf"},
    "contrat": {"deposer_contrat"},
    "realisation": {"saisir_presences"},
    "mission": {"saisir_presences"},
    "presences": {"saisir_presences"},
    "surcout": {"demander_surcout"},
    # Only a payment ends it.
    "paiement": set(),
    "remise_documents": {"cloturer"},
    "reponse_financement": {"accorder_financement", "refuser_financement"},
    "controle_presences": {"demander_surcout", "rembourser", "cloturer"},
    "remboursement": {"rembourser"},
    "decision_drf": {"reprendre", "abandonner"},
    "decision_financement": {"reprendre", "abandonner"},
    "decision_interruption": {"saisir_presences", "abandonner"},
}
OPACIF = {
    "depot": {"deposer"},
    "demarrage_max": {"entrer_formation"},
    "nouvelles": {"accorder", "refuser"},
    "reponse_recours": {"accorder", "refuser"},
    "decision_refus": {"former_recours", "representer", "cloturer", "abandonner"},
    "entree": {"entrer_formation"},
    "presences": {"transmettre_presences"},
    "cloture": {"cloturer"},
}
ANSWERED = {"reponse": {"accorder", "refuser"}}
ENDED_BY: Mapping[str, Mapping[str, set[str]]] = {
    "cipi": {**AKTO, "preuve_eligibilite": {"deposer_contrat"}},
    "cdpi": AKTO,
    "ptp": {
        "demande_conge": {"demander_conge"},
        "reponse_employeur": {"accorder_conge", "refuser_conge"},
        "recours": {"former_recours"},
        "reponse_recours": {"accorder", "refuser"},
        "demarrage_max": {"entrer_formation"},
        "notification_retour": {"rembourser", "cloturer"},
        "remboursement": set(),
        "avance": set(),
        "assiduite": {"rembourser"},
        "depot_interim": {"deposer_demande"},
        "decision_conge": {"demander_conge", "abandonner"},
        "depot": {"deposer_demande"},
        "nouvelles": {"accorder", "refuser"},
        "decision_refus": {"former_recours", "cloturer", "abandonner"},
        "entree": {"entrer_formation"},
        "cloture": {"cloturer"},
    },
    "reconversion": {
        "depot": {"envoyer_dossier"},
        "reponse": {"accorder", "refuser"},
        "rupture": {"signaler_rupture"},
        "decision_refus": {"envoyer_dossier", "cloturer", "abandonner"},
        "entree": {"commencer"},
        "fin": {"terminer", "rompre"},
        "cloture": {"cloturer"},
    },
    "cif-cdd fafsea": {**OPACIF, "recours": {"former_recours"}},
    "cif-cdd fongecif-ara": OPACIF,
    "cif-cdd fongecif-bfc": {**OPACIF, **ANSWERED},
    "cif-cdd opcalim": OPACIF,
    "cif-cdd unifaf": {**OPACIF, **ANSWERED, "decision_refus": {"cloturer", "abandonner"}},
    "cif-cdd uniformation": {
        **OPACIF,
        **ANSWERED,
        "traitement": {"passer_commission", "accorder", "refuser"},
    },
}
"""The steps that a person calls the end of each deadline, worked by hand from the sheets."""


def awaiting(name: str, id_: str, state: str) -> Life:
    """Return a case in a state, with every fact known but those by which a deadline would be met."""
    life = Life(name)
    spec = life.procedure.deadlines[id_]
    today = life.now.date()
    facts: dict[str, FactValue] = {}
    for fact in life.procedure.facts.values():
        if fact.derived or fact.id == spec.met_by_fact:
            continue
        if fact.type in {FactType.DATE, FactType.INSTANT}:
            facts[fact.id] = today + (70 * DAY if fact.future else 0 * DAY)
    facts |= {"heures_formation": Decimal(150)} if name == "cdpi" else {}
    # What is entered has begun.
    begun = name in {"ptp", "reconversion"} and state in {"accorde", "en_cours"}
    facts |= {life.procedure.reference_fact: today} if begun else {}
    # A proof that ends before the contract begins is to be renewed.
    facts |= {"preuve_valable_jusquau": today + 30 * DAY} if name == "cipi" else {}
    claims = (some_money(on=today),) if life.procedure.payers else ()
    case = replace(life.case, state=state, facts=facts, money=claims)
    known = known_of(life.procedure, case)
    edition = life.procedure.edition(case.edition)
    life.case = replace(case, deadlines=live(life.procedure, edition, state, known, life.context))
    return life


@pytest.mark.parametrize(
    ("name", "id_"), [(name, id_) for name, found in ENDED_BY.items() for id_ in found]
)
def test_a_deadline_ends_with_its_own_steps_alone(name: str, id_: str) -> None:
    """From each state that awaits it, its own steps end a deadline; all else that leaves drops it."""
    procedure = Life(name).procedure
    assert set(procedure.deadlines) == set(ENDED_BY[name])
    spec, tried = procedure.deadlines[id_], set()
    for state in sorted(spec.states):
        for action in procedure.actions.values():
            target = action.transitions.get(state, state)
            if target in {*spec.states, "precedent"}:
                continue
            life = awaiting(name, id_, state)
            assert id_ in life.case.deadlines
            asked = [one for one in action.needs if one not in life.case.facts]
            life.go(action.id, facts=dict.fromkeys(asked, life.now.date()))
            ended = life.rows[id_] in {"tenue", "manquée", "non vérifiée"}
            assert ended is (action.id in ENDED_BY[name][id_]), (state, action.id)
            tried.add(action.id)
    assert tried >= ENDED_BY[name][id_]


# --- Steps done again ---------------------------------------------------------------------------------


def test_a_step_done_again_leaves_the_first_one_its_corrected_date() -> None:
    """A step corrected, then done again, keeps its corrected date; the one typed first judges nothing."""
    case = follow(opened(), *PATHS["drf_refusee"])
    monday = now_in("drf_refusee").date()

    def on(day: date, action: str, fact: str) -> None:
        nonlocal case
        moment = datetime.combine(day, datetime.min.time(), PARIS) + timedelta(hours=20)
        papers = dict.fromkeys(cipi().actions[action].documents, received(day))
        facts: dict[str, FactValue] = {fact: day}
        case = machine.apply(cipi(), case, action, facts, context(), act(moment), papers).after

    def moved(fact: str, day: date) -> None:
        nonlocal case
        moment = datetime.combine(monday + 30 * DAY, datetime.min.time(), PARIS)
        correction = corrections.Correction({fact: day})
        case = corrections.correct(cipi(), case, correction, context(), act(moment)).after

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
