"""A deadline that nothing proves, from the command that leaves it so to the digest that says it again."""

from __future__ import annotations

import pytest

from tests.support.cli import REF, Desk

PAPERS = ("infos_salarie", "contrat_type_signe", "convention_formation", "programme_formation")
ATTEND = (
    f"dossier avancer {REF} saisir_presences --piece certificat_realisation "
    "--piece contrat_mission_signe"
)
WHOLE = "Réaliser la formation et les missions"
MISSION = "Commencer la mission obligatoire de 70 heures"
LAST_DAY = "« Dernier jour du parcours, formation et missions comprises » (fin_parcours)"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Return a desk with a case whose funding is granted on the day, before its training."""
    given = " ".join(f"--piece {paper}" for paper in PAPERS)
    for line in (
        f"avancer {REF} deposer_drf",
        f"avancer {REF} accorder_drf",
        f"avancer {REF} deposer_contrat --fait debut_contrat=05/10/2026 {given}",
        f"avancer {REF} accorder_financement --fait fin_formation=30/10/2026",
    ):
        desk.must(f"dossier {line}")
    return desk


def test_attendance_before_the_training_has_ended_is_refused(desk: Desk) -> None:
    """Neither the end of the training nor hours are there: three reasons, nothing written, exit code 3."""
    before = desk.rows()
    run = desk.type(ATTEND)
    assert run.code == 3
    assert "trop tôt : « Fin de la formation » est le 30/10/2026" in run.said
    assert "« Heures de mission réalisées » : aucune n’est notée (dossier heures" in run.said
    assert desk.rows() == before
    assert "✗ Saisir les heures de présence" in desk.type(f"dossier avancer {REF}").said


def test_what_is_forced_waits_for_its_proof_until_it_is_noted(desk: Desk) -> None:
    """Forced, nothing is held for met: effect, sheet, JSON and digest say what is missing."""
    forced = f"{ATTEND} --forcer --commentaire 'parcours interrompu'"
    run = desk.must(forced, "--essai")
    assert f"? {WHOLE} non vérifiée : il manque {LAST_DAY}" in run.shown
    assert f"? {MISSION} non vérifiée : il manque" in run.shown
    assert f"{MISSION} tenue" not in run.shown
    closed = {one["id"]: one for one in desk.must(forced, "--json").json["closed"]}
    assert {id_: one["status"] for id_, one in closed.items()} == {
        "realisation": "non_verifiee",
        "mission": "non_verifiee",
        "presences": "tenue",
    }
    assert (closed["mission"]["met"], len(closed["mission"]["missing"])) == (False, 1)
    shown = desk.must(f"dossier voir {REF}").shown
    assert f"Échéances non vérifiées ? {WHOLE} : il manque {LAST_DAY}" in shown
    [whole, _] = desk.must(f"dossier voir {REF} --json").json["unproved"]
    assert whole["missing"][0] == LAST_DAY
    digest = desk.must("synthese")
    assert "Échéances non vérifiées (2)" in digest.shown
    assert digest.shown.split("Échéances non vérifiées (2)")[1].strip().startswith("? ")
    assert f"à noter pour la vérifier : {LAST_DAY}" in digest.shown
    desk.now = desk.now.replace(month=11, day=20)
    hours = "heures_formation_realisees=140 --fait heures_mission_realisees=70"
    run = desk.must(f"dossier corriger {REF} --fait fin_parcours=16/11/2026 --fait {hours}")
    assert f"✓ {WHOLE} tenue le 16/11/2026" in run.shown
    assert f"✓ {MISSION} tenue" in run.shown
    assert desk.must(f"dossier voir {REF} --json").json["unproved"] == []
    assert "non vérifiées" not in desk.must("synthese").shown
    late = desk.must(f"dossier corriger {REF} --retirer fin_parcours").shown
    assert f"? {WHOLE} non vérifiée : il manque {LAST_DAY}" in late


_RANKED = ("ix_case_file_open_act_on", "ix_case_file_open_agency_act_on")
"""Indexes that hold columns of after the old base."""
_SAID = ("says", "file", "expires_on")
_PARTIES = ("organisation", "client", "beneficiary")
_LATER = ("law_on", "worth", "estimated", "cohort", *_PARTIES)
"""Columns of after the old base."""


def test_an_old_base_says_how_many_deadlines_changed(desk: Desk) -> None:
    """`init` on a base of an earlier program judges its deadlines anew and says how many changed."""
    desk.must(f"{ATTEND} --forcer --commentaire 'parcours interrompu'")
    for statement in (
        "UPDATE deadline SET status = 'tenue', closed_on = '2026-09-01' WHERE status = 'non_verifiee'",
        "UPDATE journal SET changes = '[]', dates = '[]'",
        "UPDATE case_file SET alerts = '[]'",
        "DROP INDEX ix_deadline_unproved",
        "DROP TABLE sending_event",
        "DROP TABLE money_line",
        "DROP TABLE confirmation",
        "DROP TABLE mail_return",
        "DROP TABLE return_mailbox",
        "DROP TABLE notice",
        *(f"DROP TABLE import_{name}" for name in ("told", "run", "model")),
        "DROP INDEX ix_case_file_cohort",
        *(f"DROP TABLE {name}" for name in ("party_entry", "party")),
        *(f"DROP INDEX ix_case_file_{name}" for name in _PARTIES),
        *(f"ALTER TABLE document_check DROP COLUMN {name}" for name in _SAID),
        *(f"DROP INDEX {name}" for name in _RANKED),
        *(f"ALTER TABLE case_file DROP COLUMN {name}" for name in _LATER),
        *(f"CREATE INDEX {name} ON case_file (act_on)" for name in _RANKED),
        "UPDATE alembic_version SET version_num = '0009'",
    ):
        desk.execute(statement)
    assert "2 échéances ont changé" in desk.must("init").said
    assert len(desk.must(f"dossier voir {REF} --json").json["unproved"]) == 2
