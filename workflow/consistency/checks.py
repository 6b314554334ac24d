"""What checks, grounds, amounts and portal sheets must satisfy as a whole; every problem is found.

Used by `workflow.consistency.whole`, beside its own judgements on states and deadlines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from itertools import pairwise
from string import Formatter

from workflow.case.known_facts import DERIVATIONS
from workflow.case.parties import PartyKind, fact_sources
from workflow.consistency.bands import never, values_of
from workflow.eligibility.portal_sheet import COMPUTED, SAID_BY
from workflow.rules.checks import Check, CheckVerdict, Measuring
from workflow.rules.fact_specs import DATED, NUMERIC, FactSpec, FactType
from workflow.rules.funding import Funding
from workflow.rules.procedure import Procedure
from workflow.text.identifiers import Found, period_problems, unknown_name

_DATING = {Measuring.DAYS, Measuring.MONTHS, Measuring.OVERRUN}
_SAID = {"valeur", "limite", "le"}
_MISSING = {"manque"}


def _facts(procedure: Procedure) -> Found:
    for spec in procedure.facts.values():
        if spec.derived is not None:
            key = f"facts.{spec.id}.derived"
            yield from unknown_name(key, "relevé", spec.derived, DERIVATIONS)
        if spec.party is not None:
            key, known = f"facts.{spec.id}.party", [*fact_sources()]
            yield from unknown_name(key, "source", spec.party, known)
        if spec.unit and spec.type not in NUMERIC:
            yield f"facts.{spec.id}.unit", "seul un nombre a une unité."
        if spec.values:
            yield from _amounts(procedure, spec, f"facts.{spec.id}")
        if spec.counts is not None:
            yield from unknown_name(
                f"facts.{spec.id}.counts", "action", spec.counts, procedure.actions
            )
        if (spec.counts is None) != (spec.within is None):
            yield f"facts.{spec.id}.counts", "un compte d’étapes va avec ses mois (`within`)."


def _amounts(procedure: Procedure, spec: FactSpec, key: str) -> Found:
    """Judge what stands in for a fact by date: its order, and the date that decides."""
    yield from unknown_name(f"{key}.dated_by", "fait", spec.dated_by or "", procedure.facts)
    if spec.type not in NUMERIC:
        yield f"{key}.values", "seul un nombre a des montants datés."
    for before, after in pairwise(spec.values):
        if after.first <= before.first or (before.last and after.first <= before.last):
            yield f"{key}.values", "montants dans le désordre, ou qui se chevauchent."


def _checks(procedure: Procedure) -> Found:
    counted = Counter(check.id for check in procedure.checks)
    for id_ in sorted(id_ for id_, times in counted.items() if times > 1):
        yield "checks", f"deux contrôles s’appellent « {id_} »."
    for check in procedure.checks:
        yield from _check(procedure, check, f"checks.{check.id}", procedure.facts)


def _check(procedure: Procedure, check: Check, key: str, facts: Mapping[str, FactSpec]) -> Found:
    yield from unknown_name(f"{key}.theme", "thème", check.theme, procedure.themes)
    for action in check.blocks:
        yield from unknown_name(f"{key}.blocks", "action", action, procedure.actions)
    measured = check.measure.names if check.measure else ()
    for name in dict.fromkeys((*measured, *check.when, *check.when_positive, *check.when_known)):
        yield from unknown_name(key, "fait", name, facts)
    for name, values in check.when.items():
        if name in facts:
            yield from _values(f"{key}.when", facts[name], values)
    yield from _measured(check, key, facts)
    yield from _bands(check, key, facts)
    yield from never(check, key, facts)


def _values(key: str, spec: FactSpec, values: Iterable[str]) -> Found:
    """Find values that a choice or a boolean never takes."""
    known = values_of(spec)
    for value in values if known else ():
        yield from unknown_name(key, "valeur", value, known)


def _measured(check: Check, key: str, facts: Mapping[str, FactSpec]) -> Found:
    """Find facts that a way of measuring cannot use."""
    if check.measure is None or check.measure.by is Measuring.VALUE:
        return
    wanted, words = (DATED, "une date") if check.measure.by in _DATING else (NUMERIC, "un nombre")
    for name in check.measure.names:
        if name in facts and facts[name].type not in wanted:
            yield f"{key}.{check.measure.by.value}", f"« {name} » n’est pas {words}."


def _bands(check: Check, key: str, facts: Mapping[str, FactSpec]) -> Found:
    for number, band in enumerate(check.bands, 1):
        yield from _wording(f"{key}.bands[{number}].say", band.say, _SAID)
        if band.is_ and check.measure and check.measure.of[0] in facts:
            yield from _values(f"{key}.bands[{number}].is", facts[check.measure.of[0]], band.is_)
    for number, band in enumerate(check.bands[:-1], 1):
        if band.below is None and band.at_most is None and not band.is_:
            yield f"{key}.bands[{number}]", "elle prend tout : ce qui la suit ne sert jamais."
    if check.missing is not None:
        yield from _wording(f"{key}.missing.say", check.missing.say, _MISSING)


def _wording(key: str, words: str, known: Collection[str]) -> Found:
    """Find a sentence that cannot be filled in."""
    try:
        names = [name for _, name, _, _ in Formatter().parse(words) if name is not None]
    except ValueError as error:
        yield key, f"phrase impossible à remplir ({error})."
        return
    for name in names:
        yield from unknown_name(key, "mot à remplir", name, known)


def _concordance(procedure: Procedure) -> Found:
    rules = procedure.concordance
    if rules is None:
        return
    yield from unknown_name("concordance.theme", "thème", rules.theme, procedure.themes)
    for paper in rules.papers:
        yield from unknown_name("concordance.papers", "pièce", paper, procedure.documents)
    for fact in rules.facts.values():
        key = f"concordance.facts.{fact.id}"
        yield from unknown_name(key, "fait", fact.id, procedure.facts)
        for paper in fact.papers:
            yield from unknown_name(key, "pièce", paper, rules.papers)
    yield from _wording("concordance.agree", rules.agree, {"valeur"})
    yield from _wording("concordance.differ", rules.differ, {"un", "valeur", "autre", "ecart"})


def _letters(procedure: Procedure) -> Found:
    rules = procedure.letters
    if rules is None:
        return
    # Public dates, but of a proof: they would tell somebody outside that there is one.
    proof = procedure.eligibility
    secret = {proof.proof_seen, proof.proof_until} if proof else set[str]()
    known = procedure.facts.keys() - secret
    for one in rules.correspondents.values():
        for fact in filter(None, (one.name, one.mail)):
            yield from unknown_name(f"letters.correspondents.{one.id}", "fait", fact, known)
        if one.party is not None:
            key = f"letters.correspondents.{one.id}.party"
            yield from unknown_name(key, "sorte", one.party, [*PartyKind])
    for name, said in rules.facts.items():
        yield from unknown_name(f"letters.facts.{name}", "fait", said.fact, known)
    for letter in rules.models.values():
        key = f"letters.models.{letter.id}"
        yield from unknown_name(f"{key}.to", "correspondant", letter.to, rules.correspondents)
        for paper in letter.papers:
            yield from unknown_name(f"{key}.papers", "pièce", paper, procedure.documents)
        if letter.chases and procedure.chasing is None:
            yield f"{key}.chases", "rien n’est relancé dans cette procédure ; retirez-la."


def _eligibility(procedure: Procedure) -> Found:
    rules = procedure.eligibility
    if rules is None:
        return
    yield from unknown_name("eligibility.theme", "thème", rules.theme, procedure.themes)
    for key, name in (("proof_seen", rules.proof_seen), ("proof_until", rules.proof_until)):
        yield from unknown_name(f"eligibility.{key}", "fait", name, procedure.facts)
    for ground in rules.grounds.values():
        key = f"eligibility.grounds.{ground.id}"
        if not ground.checks:
            yield f"{key}.checks", "aucun contrôle : rien ne dirait si la personne est éligible."
        for name in sorted(ground.questions.keys() & procedure.facts.keys()):
            yield (
                f"{key}.questions.{name}",
                "ce nom est déjà celui d’un fait ; choisissez-en un autre.",
            )
        facts = {**procedure.facts, **ground.questions}
        for check in ground.checks:
            yield from _check(procedure, check, f"{key}.checks.{check.id}", facts)


def _funding(procedure: Procedure) -> Found:
    funding = procedure.funding
    if funding is None:
        return
    for key, written, types in _funding_facts(funding):
        name = written.removesuffix("?")
        yield from unknown_name(f"funding.{key}", "fait", name, procedure.facts)
        if name in procedure.facts and procedure.facts[name].type not in types:
            yield f"funding.{key}", f"« {name} » n’a pas le type voulu."
    programme = procedure.facts.get(funding.programme)
    for name in dict.fromkeys(rate.programme for rate in funding.rates):
        if programme:
            yield from _values("funding.rates", programme, (name,))
        rates = [(rate.id, rate) for rate in funding.rates if rate.programme == name]
        yield from period_problems(f"funding.rates ({name})", rates)


def _funding_facts(funding: Funding) -> Iterator[tuple[str, str, Set[FactType]]]:
    yield "programme", funding.programme, {FactType.CHOICE}
    yield "dated_by", funding.dated_by, DATED
    optional: tuple[tuple[str, str, Set[FactType]], ...] = (
        ("headcount", funding.headcount, NUMERIC),
        ("balance", funding.balance, NUMERIC),
        ("extra_payer", funding.extra_payer, {FactType.CHOICE}),
    )
    yield from (one for one in optional if one[1])
    for key in ("funded_hours", "attended_hours", "absent_hours", "hourly_costs"):
        for name in getattr(funding, key):
            yield key, name, NUMERIC
    for support in funding.supports:
        yield f"supports.{support.id}.by", support.by, DATED
    for allowance in funding.allowances:
        yield f"allowances.{allowance.id}.hours", allowance.hours, NUMERIC


def _accounts(procedure: Procedure) -> Found:
    for account in procedure.accounts.values():
        key, spec = f"accounts.{account.id}.fact", procedure.facts.get(account.fact)
        yield from unknown_name(key, "fait", account.fact, procedure.facts)
        if spec and spec.type not in NUMERIC:
            yield key, f"« {account.fact} » n’a pas le type voulu."


def _sheets(procedure: Procedure) -> Found:
    checks = {check.id for check in procedure.checks}
    for action, sheet in procedure.sheets.items():
        yield from unknown_name(f"sheets.{action}", "action", action, procedure.actions)
        if sheet.receipt:
            key = f"sheets.{action}.receipt"
            yield from unknown_name(key, "fait", sheet.receipt, procedure.facts)
        for field in procedure.fields(action):
            key = f"sheets.{action}.{field.label}"
            if field.value.startswith(SAID_BY):
                for id_ in field.value.removeprefix(SAID_BY).split("|"):
                    yield from unknown_name(key, "contrôle", id_, checks)
            else:
                yield from unknown_name(key, "fait", field.value, {*procedure.facts, *COMPUTED})


def _planning(procedure: Procedure) -> Found:
    planning = procedure.planning
    if planning is None:
        return
    session = (planning.session_fact,) if planning.session_fact else ()
    for name in (*planning.deposit_facts, *session):
        yield from unknown_name("planning", "fait", name, procedure.facts)
    if not procedure.funders and procedure.funder is None:
        yield from unknown_name("planning", "échéance", planning.deposit, procedure.deadlines)
        yield from unknown_name("planning", "échéance", planning.reply, procedure.deadlines)


def _deadline_facts(procedure: Procedure) -> Found:
    """Find facts that a last start or a planned date names, and nobody knows."""
    for spec in procedure.deadlines.values():
        for number, rule in enumerate(spec.rules, 1):
            key = f"deadlines.{spec.id}.rules[{number}]"
            for end, conditions in (("when", rule.when), ("unless", rule.unless)):
                for name in conditions.keys() & procedure.facts.keys():
                    yield from _values(f"{key}.{end}", procedure.facts[name], conditions[name])
            for name in rule.unless_after:
                yield from unknown_name(f"{key}.unless_after", "fait", name, procedure.facts)
            last = rule.last_start
            for read in (last.done, last.share_of) if last else ():
                if read is not None:
                    yield from unknown_name(f"{key}.last_start", "fait", read, procedure.facts)


def _reminders(procedure: Procedure) -> Found:
    """Find a reminder beside verdicts: a rule that judges cannot fall silent."""
    for check in procedure.checks:
        verdicts = {band.verdict for band in check.bands}
        if CheckVerdict.FAILING in verdicts and CheckVerdict.REMINDER in verdicts:
            yield f"checks.{check.id}", "un rappel ne juge rien ; séparez-le de ce qui juge."


DEPTH: tuple[Callable[[Procedure], Found], ...] = (
    _facts,
    _checks,
    _concordance,
    _letters,
    _eligibility,
    _funding,
    _accounts,
    _sheets,
    _planning,
    _deadline_facts,
    _reminders,
)
"""Judgements on everything that is not a state, an action or a date."""
