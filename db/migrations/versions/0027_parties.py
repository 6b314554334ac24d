"""Training organisations, clients and beneficiaries, made from what files say; each points to its own.

Two files have the same party when they say the same SIRET, or the same name whatever its case and accents.

Frozen: later changes are migrations of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

from workflow.errors import OutOfReach
from workflow.text.folding import bare, fold, searchable
from workflow.text.nir import holds_nir

revision = "0027"
down_revision = "0026"

_KINDS = "organisation", "client", "beneficiary"
_AUTHOR = "reprise"
_LONGEST = 120

_PARTY = sa.table(
    "party",
    *(sa.column(name) for name in ("id", "kind", "name", "same_name", "folded", "siret")),
    sa.column("known", sa.JSON()),
    sa.column("contacts", sa.JSON()),
    sa.column("version"),
)
_ENTRY = sa.table(
    "party_entry",
    *(sa.column(name) for name in ("party_id", "seq", "author")),
    sa.column("recorded_at", UTCDateTime()),
    sa.column("changes", sa.JSON()),
)
_CASE = sa.table(
    "case_file",
    *(sa.column(name) for name in ("id", "title", *_KINDS)),
    sa.column("opened_at", UTCDateTime()),
)
_FACT = sa.table("fact", *(sa.column(name) for name in ("case_id", "name", "value")))
_HOURS = sa.table("hours_line", *(sa.column(name) for name in ("case_id", "kind", "place")))

_TOLD = {
    "organisme_formation": "nom",
    "siret_organisme": "siret",
    "nda_organisme": "nda",
    "qualiopi_jusqu_au": "qualiopi",
    "contact_organisme": "contact",
    "contact_organisme_courriel": "mail",
    "contact_organisme_telephone": "phone",
}
"""What a file says of its training organisation, by fact."""


def upgrade() -> None:
    _create()
    connection, parties = op.get_bind(), _Parties()
    for case_id, said in _by_case(connection):
        parties.organisation(case_id, said)
    places = sa.select(_HOURS.c.case_id, _HOURS.c.place).distinct()
    mission = places.where(_HOURS.c.kind == "mission", _HOURS.c.place != "")
    for case_id, place in connection.execute(mission.order_by(_HOURS.c.case_id)).all():
        parties.named("client", case_id, place)
    titles = sa.select(_CASE.c.id, _CASE.c.title).where(_CASE.c.title != "").order_by(_CASE.c.id)
    for case_id, title in connection.execute(titles).all():
        # « Sacha Morvan, cariste »: the name comes first.
        parties.named("beneficiary", case_id, title.partition(",")[0].strip())
    parties.write(connection)


def downgrade() -> None:
    """Refuse: what a newer schema holds cannot be kept in an older one."""
    raise OutOfReach("Échéancier ne revient pas en arrière : restaurez une sauvegarde.")


def _create() -> None:
    op.create_table(
        "party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("same_name", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("siret", sa.String()),
        sa.Column("known", sa.JSON(), nullable=False),
        sa.Column("contacts", sa.JSON(), nullable=False),
        sa.Column("merged_into", sa.Integer()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_party"),
        sa.CheckConstraint(
            "kind IN ('organisation', 'client', 'beneficiary')", name=op.f("ck_party_kind")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["party.id"], name="fk_party_merged_into", ondelete="RESTRICT"
        ),
    )
    stands, merged = sa.text("merged_into IS NULL"), sa.text("merged_into IS NOT NULL")
    where: Any = {"sqlite_where": stands, "postgresql_where": stands}
    op.create_index("uq_party_siret", "party", ["kind", "siret"], unique=True, **where)
    op.create_index("ix_party_same_name", "party", ["kind", "same_name"])
    where = {"sqlite_where": merged, "postgresql_where": merged}
    op.create_index("ix_party_merged_into", "party", ["merged_into"], **where)
    op.create_table(
        "party_entry",
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("party_id", "seq", name="pk_party_entry"),
        sa.ForeignKeyConstraint(
            ["party_id"], ["party.id"], name="fk_party_entry_party_id", ondelete="RESTRICT"
        ),
        sqlite_with_rowid=False,
    )
    for name in _KINDS:
        op.add_column("case_file", sa.Column(name, sa.Integer()))
        known = sa.text(f"{name} IS NOT NULL")
        where = {"sqlite_where": known, "postgresql_where": known}
        op.create_index(f"ix_case_file_{name}", "case_file", [name, "ref"], **where)


def _by_case(connection: sa.Connection) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield what each file says of its training organisation."""
    columns = sa.select(_FACT.c.case_id, _FACT.c.name, _FACT.c.value)
    facts = columns.where(_FACT.c.name.in_(_TOLD)).order_by(_FACT.c.case_id)
    said: dict[int, dict[str, str]] = {}
    for row in connection.execute(facts):
        said.setdefault(row.case_id, {})[_TOLD[row.name]] = row.value
    yield from said.items()


class _Parties:
    """What was found: each party, by number, and the files of each."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.by_name: dict[tuple[str, str], dict[str, Any]] = {}
        self.by_siret: dict[str, dict[str, Any]] = {}
        self.files: dict[str, dict[int, int]] = {kind: {} for kind in _KINDS}

    def organisation(self, case_id: int, said: dict[str, str]) -> None:
        siret, name = said.get("siret"), said.get("nom", "")
        row = self.by_siret.get(siret or "")
        if row is None and name:
            row = self.by_name.get(("organisation", _same(name)))
        if row is None or (siret and row["siret"] not in {None, siret}):
            if not (name or siret):
                return
            row = self._row("organisation", name or f"SIRET {siret}")
        if siret:
            row["siret"], self.by_siret[siret] = siret, row
        # The latest file knows best.
        row["known"] |= {key: said[key] for key in ("siret", "nda", "qualiopi") if key in said}
        if contact := said.get("contact"):
            others = [one for one in row["contacts"] if one[0] != contact]
            told = [contact, "", said.get("mail", ""), said.get("phone", "")]
            row["contacts"] = [told, *others]
        self.files["organisation"][case_id] = row["id"]

    def named(self, kind: str, case_id: int, name: str) -> None:
        if not name or len(name) > _LONGEST or holds_nir(name):
            return
        row = self.by_name.get((kind, _same(name))) or self._row(kind, name)
        # A file of several clients points to the first.
        self.files[kind].setdefault(case_id, row["id"])

    def _row(self, kind: str, name: str) -> dict[str, Any]:
        first, _, last = name.partition(" ") if kind == "beneficiary" else ("", "", name)
        row: dict[str, Any] = {
            "id": len(self.rows) + 1,
            "kind": kind,
            "name": last or name,
            "same_name": _same(name),
            "siret": None,
            "known": {"prenom": first} if last and first else {},
            "contacts": [],
            "version": 1,
        }
        self.rows.append(row)
        self.by_name.setdefault((kind, row["same_name"]), row)
        return row

    def write(self, connection: sa.Connection) -> None:
        if not self.rows:
            return
        for row in self.rows:
            title = f"{row['known'].get('prenom', '')} {row['name']}".strip()
            numbers = (row["known"][key] for key in ("siret", "nda") if key in row["known"])
            row["folded"] = searchable("", title, numbers).strip()
        # A migration knows no clock: these are as old as the last file.
        (at,) = connection.execute(sa.select(sa.func.max(_CASE.c.opened_at))).one()
        connection.execute(_PARTY.insert(), self.rows)
        entries = [
            {
                "party_id": row["id"],
                "seq": 1,
                "recorded_at": at,
                "author": _AUTHOR,
                "changes": [
                    ["nom", None, row["name"]],
                    *([name, None, value] for name, value in row["known"].items()),
                    *(["contact", None, ", ".join(filter(None, one))] for one in row["contacts"]),
                ],
            }
            for row in self.rows
        ]
        connection.execute(_ENTRY.insert(), entries)
        for kind in _KINDS:
            _point(connection, kind, self.files[kind].items())
        if connection.dialect.name == "postgresql":
            last = len(self.rows)
            op.execute(f"SELECT setval(pg_get_serial_sequence('party', 'id'), {last})")


def _point(connection: sa.Connection, column: str, files: Iterable[tuple[int, int]]) -> None:
    change = (
        _CASE.update()
        .where(_CASE.c.id == sa.bindparam("known"))
        .values({column: sa.bindparam("found")})
    )
    rows = [{"known": case_id, "found": number} for case_id, number in files]
    if rows:
        connection.execute(change, rows)


def _same(name: str) -> str:
    return " ".join(sorted(bare(fold(name).replace("-", " ")).split()))
