"""The questionnaire on eligibility: which ground, its questions, its proof, and where that is kept.

Used by `dossier eligibilite` at a terminal. Never shows what is noted already: the Enter key keeps it
unseen, and the summary says what was answered without saying what.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from cli.asking.questions import ask, choose, numbered
from cli.wiring.session import Session
from workflow.case.case import Eligibility
from workflow.errors import InvalidInput, Refused
from workflow.rules.checks import EligibilityRules, Ground
from workflow.rules.fact_specs import FactSpec, FactType
from workflow.usecases.noting import TypedEligibility
from workflow.wording.act_text import checked_restricted_pointer
from workflow.wording.date_text import Today
from workflow.wording.fact_text import fact_words, read_fact
from workflow.wording.fact_types import MANNERS


def read_unseen(spec: FactSpec, typed: str, zone: ZoneInfo, today: Today) -> str:
    """Return what was typed once it can be read, a day written out.

    Raises:
        InvalidInput: otherwise; the message says how to write it, not what was typed.
    """
    try:
        value = read_fact(spec, typed, zone, today)
    except (InvalidInput, Refused):
        raise InvalidInput(f"{spec.label} : {MANNERS[spec.type].advice}.") from None
    return fact_words(value, zone) if isinstance(value, date) else typed


def read_unseen_day(label: str, typed: str, zone: ZoneInfo, today: Today) -> str:
    """Return what was typed once it can be read as a day; raises like `read_unseen`."""
    return read_unseen(FactSpec(label, label, FactType.DATE, future=True), typed, zone, today)


def questionnaire(
    session: Session,
    rules: EligibilityRules,
    noted: Eligibility | None,
    zone: ZoneInfo,
    today: Today,
) -> TypedEligibility:
    """Ask everything and return the answers; None keeps what was noted.

    Args:
        session: gives the streams.
        rules: the grounds and their questions.
        noted: what is noted already; only tells whether a ground has to be chosen.
        zone: clock in which dates are read.
        today: what « hier » is counted from.

    Raises:
        InvalidInput: when the input ends before the questions do.
    """
    session.output.say(
        "Réponses confidentielles : elles ne sont montrées que par --confidentiel, et chaque lecture "
        "est notée au journal. Entrée seule passe la question et garde ce qui était noté."
    )
    ground = _ground(session, rules, noted)
    answers = _answers(session, ground, zone, today) if ground else {}
    proof = _proof(session, ground) if ground else None

    def day(label: str) -> str | None:
        question = f"{label} (JJ/MM/AAAA)"
        return ask(session, question, lambda text: read_unseen_day(label, text, zone, today))

    seen_on = day("Preuve vue le")
    valid_until = day("Preuve valable jusqu’au, si elle a une fin")
    kept_at = ask(session, "Où la preuve est conservée", checked_restricted_pointer)
    return TypedEligibility(
        ground.id if ground else None, answers or None, proof, seen_on, valid_until, kept_at
    )


def summary(typed: TypedEligibility) -> list[str]:
    """Say what was answered, without any answer of the restricted part."""
    told = (
        (typed.ground, "public choisi"),
        (typed.answers, "réponses données"),
        (typed.proof, "preuve choisie"),
        (typed.seen_on, f"preuve vue le {typed.seen_on}"),
        (typed.valid_until, f"valable jusqu’au {typed.valid_until}"),
        (typed.kept_at, "lieu de conservation donné"),
    )
    return [words for value, words in told if value]


def _ground(session: Session, rules: EligibilityRules, noted: Eligibility | None) -> Ground | None:
    session.output.say("", f"{rules.label} :")
    grounds = rules.grounds
    labels = [ground.label for ground in grounds.values()]
    chosen = choose(session, "Numéro du public", list(grounds), labels)
    while chosen is None and noted is None:
        session.output.say("Aucun public n’est encore noté : choisissez-en un.")
        chosen = ask(session, "Numéro du public", lambda text: numbered(list(grounds), text))
    if chosen is None:
        return None
    for note in grounds[chosen].notes:
        session.output.say(f"À savoir : {note}")
    return grounds[chosen]


def _answers(session: Session, ground: Ground, zone: ZoneInfo, today: Today) -> dict[str, str]:
    questions = ground.questions.items()
    found = {name: _answer(session, spec, zone, today) for name, spec in questions}
    return {name: answer for name, answer in found.items() if answer is not None}


def _answer(session: Session, spec: FactSpec, zone: ZoneInfo, today: Today) -> str | None:
    if spec.type is FactType.CHOICE:
        session.output.say(f"{spec.label} :")
        return choose(session, "Numéro", list(spec.choices), list(spec.choices.values()))
    hint = {FactType.BOOLEAN: " (oui ou non)", FactType.DATE: " (JJ/MM/AAAA)"}.get(spec.type, "")
    question = f"{spec.label}{hint}"
    return ask(session, question, lambda text: read_unseen(spec, text, zone, today))


def _proof(session: Session, ground: Ground) -> str | None:
    if not ground.proofs:
        return None
    session.output.say("Preuve :")
    proofs = ground.proofs.values()
    return choose(
        session, "Numéro de la preuve vue", list(ground.proofs), [one.label for one in proofs]
    )
