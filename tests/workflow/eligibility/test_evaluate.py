"""The verdict on a file: bands, silences, themes, refusals, and a public line that tells nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support.core import NBSP, act, paris, plain
from tests.support.depth import (
    BY,
    DEPART,
    depth,
    depth_case,
    depth_context,
    line,
    received,
    with_facts,
)
from workflow.acts import corrections, transitions
from workflow.acts.notes import record_eligibility
from workflow.case.act import Act
from workflow.case.case import Alert, Case, Eligibility, FactValue, Outcome, WorkKind
from workflow.eligibility.evaluate import (
    Finding,
    Report,
    alerts,
    control,
    heaviest,
    refusals,
    restricted,
)
from workflow.errors import ActionRefused, Reason, ReasonCode
from workflow.rules.checks import Band, Check, CheckVerdict, Measure, Measuring
from workflow.rules.fact_specs import Source

SOURCE = Source("fiche.txt", "1", "Un mois", date(2026, 11, 21))
UNTIL_20 = Band(CheckVerdict.FAILING, "{valeur} : il en faut {limite}.", below=Fraction(20))
FROM_20 = Band(CheckVerdict.CONFORMING, "{valeur}.")


def check(**changes: object) -> Check:
    """Return a check of the hours planned, changed as wanted."""
    ordinary = Check(
        id="X",
        label="Heures",
        theme="heures",
        source=SOURCE,
        measure=Measure(Measuring.VALUE, ("heures_prevues",)),
        bands=(UNTIL_20, FROM_20),
        unit="h",
    )
    return replace(ordinary, **changes)


def judged(*checks: Check, case: Case | None = None, **facts: FactValue) -> list[Finding]:
    """Return what some checks say of a case, the public line left out."""
    procedure = replace(depth(), checks=checks, eligibility=None)
    found = control(procedure, with_facts(case or depth_case(), **facts), depth_context())
    return list(found.findings)


def said(*checks: Check, case: Case | None = None, **facts: FactValue) -> list[tuple[str, str]]:
    """Return verdicts and sentences, with plain spaces."""
    found = judged(*checks, case=case, **facts)
    return [(one.verdict.value, plain(one.sentence)) for one in found]


# --- One check -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ("19.99", ("non_conforme", "19,99 h : il en faut 20 h.")),
        ("20", ("conforme", "20 h.")),
        ("1234.5", ("conforme", "1 234,5 h.")),
    ],
)
def test_the_first_band_that_holds_decides(hours: str, expected: tuple[str, str]) -> None:
    """A value gets the verdict and the sentence of the first band that holds it, figures filled in."""
    assert said(check(), heures_prevues=Decimal(hours)) == [expected]


def test_a_value_in_no_band_says_nothing() -> None:
    """A check whose bands do not hold a value has nothing to say of it."""
    assert said(check(bands=(UNTIL_20,)), heures_prevues=Decimal(20)) == []


def test_a_finding_bears_what_its_check_says() -> None:
    """A finding keeps the id, label, theme, source, notes and refused actions of its check."""
    one = check(notes=("Voir la fiche.",), blocks=("envoyer",))
    assert judged(one, heures_prevues=Decimal(3)) == [
        Finding(
            "X",
            "Heures",
            "heures",
            CheckVerdict.FAILING,
            f"3{NBSP}h : il en faut 20{NBSP}h.",
            SOURCE,
            (),
            ("Voir la fiche.",),
            ("envoyer",),
        )
    ]


def test_what_is_missing_is_named_when_the_rule_says_so() -> None:
    """Without the fact it measures, a check says what is missing if its rule has words for it."""
    band = Band(CheckVerdict.TO_CONFIRM, "Il manque {manque}.")
    [found] = judged(check(missing=band))
    assert (found.verdict, found.missing) == (CheckVerdict.TO_CONFIRM, ("heures_prevues",))
    assert found.sentence == "Il manque « Heures de formation » (heures_prevues)."
    assert judged(check()) == []


def test_a_choice_and_a_boolean_are_told_by_their_words() -> None:
    """A choice is told by its label; a boolean, which has none, by oui or non."""
    any_band = (Band(CheckVerdict.CONFORMING, "{valeur}"),)
    choice = check(measure=Measure(Measuring.VALUE, ("programme",)), bands=any_band)
    boolean = check(measure=Measure(Measuring.VALUE, ("essai",)), bands=any_band)
    assert said(choice, boolean, programme="long", essai=True) == [
        ("conforme", "Parcours long"),
        ("conforme", "oui"),
    ]


def test_the_day_of_a_limit_is_filled_in() -> None:
    """A sentence may tell the day on which a limit in months is reached."""
    one = check(
        measure=Measure(Measuring.MONTHS, ("depart",), ("fin",)),
        unit="mois",
        bands=(
            Band(
                CheckVerdict.FAILING, "{valeur} : moins de {limite}, le {le}.", below=Fraction(12)
            ),
        ),
    )
    assert said(one, fin=date(2026, 9, 1)) == [
        ("non_conforme", "5 mois : moins de 12 mois, le 02/03/2027.")
    ]


def test_a_reminder_is_said_whatever_is_known() -> None:
    """What is only to be known is said as it is, and measures nothing."""
    reminder = check(measure=None, bands=(Band(CheckVerdict.REMINDER, "Gardez une copie."),))
    assert said(reminder) == [("rappel", "Gardez une copie.")]


@pytest.mark.parametrize(
    ("changes", "facts", "speaks"),
    [
        ({"when": {"programme": ("court", "long")}}, {"programme": "long"}, True),
        ({"when": {"programme": ("court", "long")}}, {"programme": "rare"}, False),
        ({"when": {"programme": ("court", "long")}}, {}, False),
        ({"when": {"essai": ("non",)}}, {"essai": False}, True),
        ({"when": {"essai": ("non",)}}, {"essai": True}, False),
        ({"when": {"effectif": ("12",)}}, {"effectif": 12}, True),
        ({"when": {"essai": ("oui",), "programme": ("long",)}}, {"essai": True}, False),
        ({"when_positive": ("heures_bilan",)}, {"heures_bilan": Decimal("0.01")}, True),
        ({"when_positive": ("heures_bilan",)}, {"heures_bilan": Decimal("0.00")}, False),
        ({"when_positive": ("heures_bilan",)}, {}, False),
        ({"when_known": ("heures_bilan",)}, {"heures_bilan": Decimal(0)}, True),
        ({"when_known": ("heures_bilan", "fin")}, {"heures_bilan": Decimal(0)}, False),
        ({"valid_from": DEPART}, {}, True),
        ({"valid_from": date(2026, 3, 3)}, {}, False),
        ({"valid_until": DEPART}, {}, True),
        ({"valid_until": date(2026, 3, 1)}, {}, False),
    ],
)
def test_a_check_speaks_only_when_its_rule_says(
    changes: Mapping[str, object], facts: Mapping[str, Any], speaks: bool
) -> None:
    """A check speaks for some values, positive numbers, known facts and reference dates, ends included."""
    found = said(check(**changes), heures_prevues=Decimal(30), **facts)
    assert found == ([("conforme", "30 h.")] if speaks else [])


def test_a_period_does_not_silence_what_has_no_date_yet() -> None:
    """While the reference date is unknown, a check of any period speaks."""
    case = replace(depth_case(), facts={"heures_prevues": Decimal(30)})
    procedure = replace(depth(), checks=(check(valid_until=date(2020, 1, 1)),), eligibility=None)
    assert len(control(procedure, case, depth_context()).findings) == 1


def test_the_ledger_and_the_company_are_measured() -> None:
    """A check reads hours from the ledger rather than what was typed, and the company as configured."""
    hours = check(measure=Measure(Measuring.VALUE, ("heures_mission",)))
    staff = check(measure=Measure(Measuring.VALUE, ("effectif",)), unit="salarié")
    case = with_facts(
        depth_case(line(1, WorkKind.MISSION, DEPART, done=7)), heures_mission=Decimal(99)
    )
    procedure = replace(depth(), checks=(hours, staff), eligibility=None)

    def sentences(one: Case) -> list[str]:
        findings = control(procedure, one, depth_context(headcount=31)).findings
        return [plain(finding.sentence) for finding in findings]

    assert sentences(case) == ["7 h : il en faut 20 h.", "31 salariés."]
    assert sentences(with_facts(case, effectif=4))[1] == "4 salariés : il en faut 20 salariés."


# --- The whole -------------------------------------------------------------------------------------------


def test_findings_come_in_the_order_of_the_themes() -> None:
    """Findings stand theme by theme in the order of the rule file, and within one as they are written."""
    checks = [check(id=id_, theme=theme) for id_, theme in (("a", "argent"), ("h", "heures"))]
    checks += [check(id="p", theme="public"), check(id="h2"), check(id="a2", theme="argent")]
    found = judged(*checks, heures_prevues=Decimal(30))
    assert [one.id for one in found] == ["p", "h", "h2", "a", "a2"]


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ((), CheckVerdict.CONFORMING),
        ((CheckVerdict.REMINDER,), CheckVerdict.REMINDER),
        ((CheckVerdict.REMINDER, CheckVerdict.CONFORMING), CheckVerdict.CONFORMING),
        ((CheckVerdict.TO_CONFIRM, CheckVerdict.CONFORMING), CheckVerdict.TO_CONFIRM),
        (
            (CheckVerdict.FAILING, CheckVerdict.TO_CONFIRM, CheckVerdict.CONFORMING),
            CheckVerdict.FAILING,
        ),
    ],
)
def test_the_heaviest_verdict_is_that_of_the_whole(
    verdicts: tuple[CheckVerdict, ...], expected: CheckVerdict
) -> None:
    """One point that does not conform is enough, then one to confirm; a reminder weighs nothing."""
    assert heaviest(verdicts) is expected
    assert heaviest(reversed(verdicts)) is expected


def test_a_report_answers_by_verdict() -> None:
    """A report gives its findings of one verdict, and the heaviest of all."""
    report = control(depth(), depth_case(heures_prevues=Decimal(3)), depth_context())
    assert report.verdict is CheckVerdict.FAILING
    assert [one.id for one in report.of(CheckVerdict.FAILING)] == ["C-1"]
    assert [one.id for one in report.of(CheckVerdict.TO_CONFIRM)] == ["E"]
    assert [one.id for one in report.of(CheckVerdict.REMINDER)] == ["C-4"]


# --- Alerts and refusals ---------------------------------------------------------------------------------


def test_what_does_not_conform_is_an_alert() -> None:
    """Only what does not conform is an alert of the case, label first; what is to confirm is none."""
    case = depth_case(heures_prevues=Decimal(3), programme="rare")
    assert [plain(str(alert)) for alert in case.alerts] == ["Durée : 3 h : il en faut 20 h."]
    assert alerts(depth(), case, depth_context()) == case.alerts


def test_an_alert_goes_with_its_cause() -> None:
    """A correction that makes the file conform takes its alert away, and the one that undoes it brings it."""
    case = depth_case(heures_prevues=Decimal(3))
    for hours, alerted in ((30, 0), (5, 1)):
        correction = corrections.Correction({"heures_prevues": Decimal(hours)})
        case = corrections.correct(
            depth(), case, correction, depth_context(), act(paris(1, 6))
        ).after
        assert len(case.alerts) == alerted


def test_a_file_that_is_over_has_no_alert() -> None:
    """In a final state nothing is wrong any more: the alerts go."""
    case = send(depth_case(heures_prevues=Decimal(3)), forced=True).after
    assert case.alerts != ()
    closed = transitions.apply(depth(), case, "clore", {}, depth_context(), act(paris(1, 8)))
    assert (closed.after.state, closed.after.alerts) == ("clos", ())


def send(case: Case, *, forced: bool = False) -> Outcome:
    """Send a case with its papers."""
    day = date(2026, 1, 6)
    papers = {"formulaire": received(day), "feuilles": received(day)}
    words = act(paris(1, 7), forced=forced, comment="accord écrit" if forced else "")
    return transitions.apply(depth(), case, "envoyer", {}, depth_context(), words, papers)


def test_what_does_not_conform_refuses_the_actions_it_blocks() -> None:
    """An action is refused by what does not conform, with the sentence; forced, it is kept as such."""
    case = depth_case(heures_prevues=Decimal(3))
    reason = Reason(ReasonCode.CHECK, f"Durée : 3{NBSP}h : il en faut 20{NBSP}h.")
    assert refusals(depth(), case, "envoyer", depth_context()) == (reason,)
    assert refusals(depth(), case, "clore", depth_context()) == ()
    with pytest.raises(ActionRefused) as refusal:
        send(case)
    assert reason in refusal.value.reasons
    forced = send(case, forced=True)
    assert (forced.entry.forced, forced.warnings) == (True, (reason.words,))


def test_what_is_to_confirm_or_unknown_refuses_nothing() -> None:
    """An action is not refused by what is to confirm, nor by what is not known yet."""
    assert send(depth_case(heures_prevues=Decimal(101))).entry.forced is False
    assert send(depth_case()).entry.forced is False


def test_an_action_that_would_conform_is_offered() -> None:
    """The actions of a case say the same reasons as the refusal would."""
    [offer] = transitions.available(
        depth(), depth_case(heures_prevues=Decimal(3)), depth_context(), paris(1, 7)
    )
    assert offer.reasons[-1].words.startswith("Durée : 3")
    [fine] = transitions.available(
        depth(), depth_case(heures_prevues=Decimal(30)), depth_context(), paris(1, 7)
    )
    assert [reason for reason in fine.reasons if reason.words.startswith("Durée")] == []


# --- The public line -------------------------------------------------------------------------------------

ANSWERS: Mapping[str, Mapping[CheckVerdict, list[Mapping[str, FactValue]]]] = {
    "alpha": {
        CheckVerdict.CONFORMING: [{"mois_inscrits": 12}, {"mois_inscrits": 40}],
        CheckVerdict.TO_CONFIRM: [{}],
        CheckVerdict.FAILING: [{"mois_inscrits": 3}],
    },
    "beta": {
        CheckVerdict.CONFORMING: [{"avis": "favorable"}],
        CheckVerdict.TO_CONFIRM: [{"avis": "reserve"}, {}],
        CheckVerdict.FAILING: [{"avis": "defavorable"}],
    },
    "gamma": {
        CheckVerdict.CONFORMING: [{"note": Decimal(11)}, {}],
        CheckVerdict.TO_CONFIRM: [{"note": Decimal("5.5")}],
        CheckVerdict.FAILING: [{"note": Decimal(5)}],
    },
}
SAYS = {
    CheckVerdict.CONFORMING: "Éligible.",
    CheckVerdict.TO_CONFIRM: "À confirmer.",
    CheckVerdict.FAILING: "Pas établi.",
}
SEEN: Mapping[str, Any] = {"preuve_vue_le": date(2026, 1, 5)}


def eligible(
    ground: str, answers: Mapping[str, FactValue], proof: str = "", kept_at: str = ""
) -> Case:
    """Return a case whose restricted part says something, proof seen."""
    noted = Eligibility(ground, answers, proof, kept_at)
    return replace(depth_case(**SEEN), eligibility=noted)


def public(case: Case) -> Finding:
    """Return the public line of a case."""
    report = control(depth(), case, depth_context())
    [found] = [one for one in report.findings if one.id == "E"]
    return found


@given(st.data(), st.sampled_from(list(SAYS)))
def test_the_public_report_is_the_same_for_every_ground(
    data: st.DataObject, verdict: CheckVerdict
) -> None:
    """Whatever the ground, its answers and its proof, files of one verdict have one and the same report."""

    def any_report() -> Report:
        ground = data.draw(st.sampled_from(sorted(ANSWERS)))
        answers = data.draw(st.sampled_from(ANSWERS[ground][verdict]))
        proofs = depth_grounds()[ground]
        proof, kept_at = data.draw(st.sampled_from(proofs)), data.draw(st.text(max_size=9))
        return control(depth(), eligible(ground, answers, proof, kept_at), depth_context())

    one, two = any_report(), any_report()
    assert one == two
    assert next(f for f in one.findings if f.id == "E").sentence == SAYS[verdict]


def depth_grounds() -> dict[str, list[str]]:
    """Return the proofs of each ground."""
    rules = depth().eligibility
    assert rules is not None
    return {ground.id: list(ground.proofs) for ground in rules.grounds.values()}


@pytest.mark.parametrize("ground", sorted(ANSWERS))
@pytest.mark.parametrize("verdict", list(SAYS))
def test_the_public_line_says_the_verdict_behind_it(ground: str, verdict: CheckVerdict) -> None:
    """The public line has the verdict of the ground, its own sentence and the source of all grounds."""
    for answers in ANSWERS[ground][verdict]:
        for proof in depth_grounds()[ground]:
            found = public(eligible(ground, answers, proof))
            assert (found.verdict, found.sentence) == (verdict, SAYS[verdict])
            assert (found.missing, found.notes, found.label) == ((), (), "Éligibilité")


@pytest.mark.parametrize("ground", sorted(ANSWERS))
def test_a_proof_that_nobody_named_leaves_it_to_confirm(ground: str) -> None:
    """A day of sight without the proof that was seen proves nothing."""
    found = public(eligible(ground, ANSWERS[ground][CheckVerdict.CONFORMING][0], ""))
    assert found.verdict is CheckVerdict.TO_CONFIRM


def test_without_a_ground_the_line_says_so() -> None:
    """While no ground is chosen, or one that the rules no longer have, the file is to confirm."""
    assert public(depth_case()).sentence == "Aucun public n’est noté."
    gone = replace(depth_case(), eligibility=Eligibility("disparu"))
    assert public(gone) == public(depth_case())
    assert public(gone).verdict is CheckVerdict.TO_CONFIRM


@pytest.mark.parametrize("ground", sorted(ANSWERS))
def test_a_proof_not_seen_leaves_it_to_confirm(ground: str) -> None:
    """Until the proof was seen, what would conform is to confirm, and what fails still fails."""
    for verdict, expected in (
        (CheckVerdict.CONFORMING, CheckVerdict.TO_CONFIRM),
        (CheckVerdict.TO_CONFIRM, CheckVerdict.TO_CONFIRM),
        (CheckVerdict.FAILING, CheckVerdict.FAILING),
    ):
        noted = Eligibility(ground, ANSWERS[ground][verdict][0])
        assert public(replace(depth_case(), eligibility=noted)).verdict is expected


def test_a_procedure_that_asks_nothing_has_no_line() -> None:
    """A scheme that asks nothing of the person says nothing of eligibility."""
    procedure = replace(depth(), eligibility=None)
    case = eligible("alpha", {})
    assert "E" not in [one.id for one in control(procedure, case, depth_context()).findings]
    assert restricted(procedure, case, depth_context()) == (None, ())


def test_the_restricted_view_says_what_the_line_does_not() -> None:
    """The restricted view gives the ground, the value measured and the question that is missing."""
    ground, [found] = restricted(depth(), eligible("alpha", {"mois_inscrits": 3}), depth_context())
    assert ground is not None
    assert (ground.label, plain(found.sentence)) == ("Public alpha", "3 mois : il en faut 12 mois.")
    _, [missing] = restricted(depth(), eligible("beta", {}), depth_context())
    assert missing.sentence == "Il manque « Avis donné » (avis)."
    _, [told] = restricted(depth(), eligible("beta", {"avis": "reserve"}), depth_context())
    assert told.sentence == "Réservé."


def test_nothing_restricted_shows_in_what_is_printed() -> None:
    """A case, an outcome and the restricted part itself, printed, hold none of what they keep apart."""
    noted = Eligibility("alpha", {"mois_inscrits": 4321}, "carte", "coffre 12")
    outcome = record_eligibility(
        depth(), depth_case(), noted, SEEN, depth_context(), Act(BY, paris(1, 7))
    )
    assert outcome.after.eligibility == noted
    shown = repr((noted, outcome.after, outcome, outcome.entry)) + str(outcome)
    hidden = ("alpha", "mois_inscrits", "4321", "carte", "coffre")
    assert [word for word in hidden if word in shown] == []


def test_alerts_of_a_failing_ground_tell_no_ground() -> None:
    """A ground that fails alerts with the public sentence, the same for every ground."""
    found = {
        alerts(depth(), eligible(ground, ANSWERS[ground][CheckVerdict.FAILING][0]), depth_context())
        for ground in ANSWERS
    }
    assert found == {(Alert("Éligibilité", "Pas établi."),)}
