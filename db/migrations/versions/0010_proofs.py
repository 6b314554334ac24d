"""Deadlines that a later step ended and nothing proves: told apart, and old rows judged anew.

Frozen: later changes are migrations of their own. So are the rules by which rows are judged here, those of
the day on which this was written; what is written to a case later is judged by the rules of that day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

from workflow.errors import OutOfReach

revision = "0010"
down_revision = "0009"

_STATUSES = "status IN ('ouverte', 'tenue', 'non_verifiee', 'levee')"
_IS_OPEN = "status = 'ouverte'"
_INDEXES = {
    "ix_deadline_due": (("next_reminder_at", "id"), "next_reminder_at IS NOT NULL"),
    "ix_deadline_open_act_on": (("act_on", "id", "case_id", "status"), _IS_OPEN),
    "ix_deadline_open_opens_on": (("opens_on", "id"), f"{_IS_OPEN} AND opens_on IS NOT NULL"),
    "ix_deadline_open_awaited": (("act_on", "id"), f"{_IS_OPEN} AND awaited"),
    "ix_deadline_closed": (("reminded_until", "id"), "status <> 'ouverte'"),
}
_UNPROVED = {"ix_deadline_unproved": (("act_on", "id"), "status = 'non_verifiee'")}
_PAGE = 1_000


class _Hours(NamedTuple):
    """Hours that must be noted, in a fact or else in the ledger."""

    fact: str
    label: str
    kind: str
    least: Fraction = Fraction(0)
    share: Fraction = Fraction(0)


class _Proof(NamedTuple):
    """What proves a deadline: a fact, which dates it, and hours."""

    fact: str = ""
    label: str = ""
    hours: tuple[_Hours, ...] = ()
    # A step has its date: a row without it is left as it is.
    step: bool = False
    states: tuple[str, ...] = ()
    funder: str = ""
    # For a proof that is to be renewed: the dates, the first known of which it must reach.
    reaches: tuple[str, ...] = ()


_WHOLE = "heures_formation"
_TRAINING = ("heures_formation_realisees", "Heures de formation réalisées", "formation")
_MISSION = ("heures_mission_realisees", "Heures de mission réalisées", "mission")
_FILED = _Proof("drf_deposee_le", "Saisie de la DRF", step=True)
_CONTRACT = _Proof("contrat_depose_le", "Dépôt du contrat et de ses pièces", step=True)
_HANDED = _Proof("documents_remis_le", "Remise au salarié des documents validant ses compétences")
_DONE = ("fin_parcours", "Dernier jour du parcours, formation et missions comprises")
_OVER = ("presences_saisies", "surcout_demande", "clos")
_ENTERED = _Proof("formation_demarree_le", "Entrée en formation")
_SEVENTY, _THIRD = Fraction(70), Fraction(1, 3)

_PROOFS: Mapping[tuple[str, str], tuple[_Proof, ...]] = {
    ("cipi", "drf"): (_FILED,),
    ("cdpi", "drf"): (_FILED,),
    ("cipi", "contrat"): (_CONTRACT,),
    ("cdpi", "contrat"): (_CONTRACT,),
    ("cipi", "remise_documents"): (_HANDED,),
    ("cdpi", "remise_documents"): (_HANDED,),
    ("cipi", "preuve_eligibilite"): (
        _Proof(
            "preuve_valable_jusquau",
            "Preuve d’éligibilité valable jusqu’au",
            reaches=("debut_contrat", "demarrage_formation"),
        ),
    ),
    ("cipi", "realisation"): (
        _Proof(*_DONE, (_Hours(*_TRAINING, _SEVENTY), _Hours(*_MISSION, _SEVENTY))),
    ),
    ("cdpi", "realisation"): (
        _Proof(*_DONE, (_Hours(*_TRAINING, Fraction(140)), _Hours(*_MISSION, share=_THIRD))),
    ),
    ("cipi", "mission"): (_Proof(hours=(_Hours(*_MISSION, _SEVENTY),), states=_OVER),),
    ("cdpi", "mission"): (_Proof(hours=(_Hours(*_MISSION, share=_THIRD),), states=_OVER),),
    ("ptp", "demande_conge"): (
        _Proof("demande_recue_le", "Réception de la demande de congé par l’employeur", step=True),
    ),
    ("ptp", "recours"): (_Proof("recours_depose_le", "Dépôt du recours gracieux", step=True),),
    ("ptp", "demarrage_max"): (_ENTERED,),
    ("ptp", "notification_retour"): (
        _Proof("retour_notifie_le", "Information du salarié sur son droit au retour"),
    ),
    ("cif-cdd", "demarrage_max"): (_ENTERED,),
    ("cif-cdd", "recours"): (_Proof("recours_forme_le", "Dépôt du recours", step=True),),
    ("cif-cdd", "depot"): (
        _Proof("dossier_recu_le", "Réception du dossier par l’OPACIF", funder="unifaf"),
        _Proof("depose_le", "Dépôt du dossier", step=True),
    ),
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _widen_by_copying()
    else:
        constraint = op.f("ck_deadline_status")
        op.drop_constraint(constraint, "deadline", type_="check")
        op.create_check_constraint(constraint, "deadline", _STATUSES)
    _index(_UNPROVED)
    config = op.get_context().config
    judged = _judge_anew(op.get_bind())
    if config is not None:
        config.attributes["judged_anew"] = judged


def downgrade() -> None:
    """Refuse: what a newer schema holds cannot be kept in an older one."""
    raise OutOfReach("Échéancier ne revient pas en arrière : restaurez une sauvegarde.")


def _index(indexes: Mapping[str, tuple[tuple[str, ...], str]]) -> None:
    for name, (columns, where) in indexes.items():
        condition = sa.text(where)
        op.create_index(
            name, "deadline", list(columns), sqlite_where=condition, postgresql_where=condition
        )


def _widen_by_copying() -> None:
    """Copy the deadlines: SQLite changes no constraint of a table. No other table refers to them."""
    for name in _INDEXES:
        op.drop_index(name)
    # The old one is renamed, not the new one: SQLite would keep quotation marks around its name.
    op.rename_table("deadline", "deadline_0009")
    columns: list[sa.Column[object]] = [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("opens_on", sa.Date()),
        sa.Column("act_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date()),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("reminded_until", UTCDateTime(), nullable=False),
        sa.Column("next_reminder_at", UTCDateTime()),
        sa.Column("explanation", sa.JSON(), nullable=False),
        sa.Column("awaited", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    ]
    op.create_table(
        "deadline",
        *columns,
        sa.PrimaryKeyConstraint("id", name="pk_deadline"),
        sa.UniqueConstraint("case_id", "rule", name="uq_deadline_case_id_rule"),
        sa.CheckConstraint(_STATUSES, name=op.f("ck_deadline_status")),
        sa.CheckConstraint(
            "status = 'ouverte' OR next_reminder_at IS NULL", name=op.f("ck_deadline_silent")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name="fk_deadline_case_id", ondelete="RESTRICT"
        ),
    )
    names = [column.name for column in columns]
    source = sa.table("deadline_0009", *(sa.column(name) for name in names))
    target = sa.table("deadline", *(sa.column(name) for name in names))
    op.execute(target.insert().from_select(names, sa.select(source)))
    op.drop_table("deadline_0009")
    _index(_INDEXES)


_DEADLINE = sa.table(
    "deadline",
    *(sa.column(name) for name in ("id", "case_id", "rule", "status")),
    sa.column("late", sa.Boolean()),
    sa.column("closed_on", sa.Date()),
    sa.column("explanation", sa.JSON()),
)
_CASE = sa.table("case_file", *(sa.column(name) for name in ("id", "procedure", "funder", "state")))
_FACT = sa.table("fact", *(sa.column(name) for name in ("case_id", "name", "value")))
_LEDGER = sa.table("hours_line", *(sa.column(name) for name in ("case_id", "kind", "done")))


def _judge_anew(connection: sa.Connection) -> int:
    """Judge every deadline that was held for met by what proves it; return how many changed."""
    changed, after = 0, 0
    page = (
        sa.select(_DEADLINE, _CASE.c.procedure, _CASE.c.funder, _CASE.c.state)
        .join(_CASE, _CASE.c.id == _DEADLINE.c.case_id)
        .where(_DEADLINE.c.status == "tenue", _DEADLINE.c.id > sa.bindparam("after"))
        .order_by(_DEADLINE.c.id)
        .limit(_PAGE)
    )
    while rows := connection.execute(page, {"after": after}).all():
        after = rows[-1].id
        values = _values(connection, {row.case_id for row in rows})
        for row in rows:
            proof = _proof(row)
            known = values.get(row.case_id, {})
            verdict = _verdict(row, proof, known) if proof else None
            if verdict is not None and verdict != (row.status, row.late, row.closed_on):
                changed += 1
                _write(connection, row, verdict, _missing(row, proof, known) if proof else [])
    return changed


def _proof(row: Any) -> _Proof | None:
    for proof in _PROOFS.get((row.procedure, row.rule), ()):
        if proof.funder in {"", row.funder} and (not proof.states or row.state in proof.states):
            return proof
    return None


def _values(connection: sa.Connection, cases: set[int]) -> dict[int, dict[str, str]]:
    """Return the facts of some cases as text; the hours of their ledger come before those typed."""
    known: dict[int, dict[str, str]] = {}
    facts = sa.select(_FACT).where(_FACT.c.case_id.in_(cases))
    for case_id, name, value in connection.execute(facts):
        known.setdefault(case_id, {})[name] = value
    lines = sa.select(_LEDGER).where(_LEDGER.c.case_id.in_(cases))
    sums: dict[tuple[int, str], Decimal] = {}
    for case_id, kind, done in connection.execute(lines):
        key = (case_id, kind)
        sums[key] = sums.get(key, Decimal(0)) + Decimal(done or 0)
    names = {kind: fact for fact, _, kind in (_TRAINING, _MISSION)}
    for (case_id, kind), hours in sums.items():
        if kind in names:
            known.setdefault(case_id, {})[names[kind]] = str(hours)
    return known


_Verdict = tuple[str, bool, date | None]


def _verdict(row: Any, proof: _Proof, known: Mapping[str, str]) -> _Verdict | None:
    """Return status, lateness and day of a deadline; None when there is nothing to judge it by."""
    if proof.step and proof.fact not in known:
        return None
    if _missing(row, proof, known):
        return "non_verifiee", False, None
    if not proof.fact or proof.reaches:
        return None
    done = known[proof.fact]
    late = _late(done, row.explanation.get("strict"))
    return "tenue", bool(late), date.fromisoformat(done[:10])


def _missing(row: Any, proof: _Proof, known: Mapping[str, str]) -> list[str]:
    """Say what would have to be noted to prove a deadline."""
    named = f"« {proof.label} » ({proof.fact})"
    missing = list(_missing_hours(proof, known))
    if not proof.fact:
        return missing
    if proof.fact not in known:
        return [named, *missing]
    if proof.reaches:
        bound = next((known[name] for name in proof.reaches if name in known), None)
        if bound is not None and known[proof.fact][:10] < bound[:10]:
            return [f"{named} : une date qui ne tombe pas avant le début"]
        return []
    if _late(known[proof.fact], row.explanation.get("strict")) is None:
        return [*missing, f"l’heure de {named}"]
    return missing


def _missing_hours(proof: _Proof, known: Mapping[str, str]) -> Iterator[str]:
    for one in proof.hours:
        noted, asked = Decimal(known.get(one.fact, 0)), one.least
        if one.share:
            if _WHOLE not in known:
                yield f"« Heures de formation externe prévues » ({_WHOLE})"
                continue
            asked = Fraction(known[_WHOLE]) * one.share
        if Fraction(noted) < asked:
            # Cents of an hour, rounded up: never an hour too few.
            cents = Decimal(-(-asked.numerator * 100 // asked.denominator)) / 100
            yield f"« {one.label} » ({one.fact}) : {_words(noted)} sur {_words(cents)}"


def _words(hours: Decimal) -> str:
    return f"{hours.normalize():f} h".replace(".", ",")


def _late(done: str, strict: str | None) -> bool | None:
    """Tell whether an act came after a limit; None when only its hour would tell."""
    if strict is None:
        return False
    if "T" not in strict:
        return done[:10] > strict
    limit = datetime.fromisoformat(strict)
    if "T" in done:
        return datetime.fromisoformat(done).astimezone(UTC) > limit.astimezone(UTC)
    first = datetime.fromisoformat(done).replace(tzinfo=limit.tzinfo)
    if first >= limit:
        return True
    return None if first + timedelta(days=1) > limit else False


def _write(connection: sa.Connection, row: Any, verdict: _Verdict, missing: list[str]) -> None:
    status, late, closed_on = verdict
    told = {"missing": missing} if missing else {}
    connection.execute(
        _DEADLINE.update()
        .where(_DEADLINE.c.id == row.id)
        .values(
            status=status,
            late=late,
            closed_on=closed_on,
            explanation={**row.explanation, **told},
        )
    )
