"""`comptes` as typed: every file with its totals to the cent, or one file with its quote."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.support.cli import REF, START, Desk

AMOUNTS = ("asked", "agreed", "claimed", "paid", "remaining")
LYON = ("CIPI-2026-0001", "CIPI-2026-0002")
METZ = "METZ-1"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Return a desk with two cases in Lyon, one in Metz, and one without any amount."""
    desk.must(f"dossier ouvrir cipi --fait '{START}' --agence lyon")
    desk.must(f"dossier ouvrir cipi --fait '{START}' --agence metz --ref {METZ}")
    desk.must(f"dossier ouvrir cipi --fait '{START}' --agence metz --ref SANS-MONTANT")
    note(desk, LYON[0], demande="0,10", accorde="1234,56", paye="0,20")
    note(desk, LYON[1], demande="0,20", accorde="0,10", reclame="0,05")
    note(desk, METZ, demande="99999,99", paye="30")
    return desk


def note(desk: Desk, ref: str, **amounts: str) -> None:
    """Note amounts on a case."""
    words = [w for name, value in amounts.items() for w in ("--fait", f"montant_{name}={value}")]
    desk.must(f"dossier corriger {ref}", *words)


def test_totals_are_the_sum_of_the_lines(desk: Desk) -> None:
    """Whatever the column, an agency's subtotal and the total are the exact sums of their lines."""
    data = desk.must("comptes --json").json
    assert [one["ref"] for one in data["cases"]] == [*LYON, METZ]
    for name in AMOUNTS:
        lines = {one["ref"]: Decimal(one[name] or 0) for one in data["cases"]}
        assert Decimal(data["total"][name]) == sum(lines.values())
        assert Decimal(data["agencies"]["lyon"][name]) == lines[LYON[0]] + lines[LYON[1]]
        assert Decimal(data["agencies"]["metz"][name]) == lines[METZ]
    assert data["total"]["asked"] == "100000.29"
    assert data["agencies"]["lyon"]["asked"] == "0.30"
    assert (data["total"]["cases"], data["agencies"]["lyon"]["cases"]) == (3, 2)


def test_what_is_not_agreed_leaves_nothing_to_pay(desk: Desk) -> None:
    """Money paid on a file with nothing agreed is not taken away from what others are still owed."""
    data = desk.must("comptes --json").json
    by_ref = {one["ref"]: one for one in data["cases"]}
    assert (by_ref[METZ]["agreed"], by_ref[METZ]["remaining"]) == (None, None)
    assert by_ref[LYON[0]]["remaining"] == "1234.36"
    assert data["total"]["remaining"] == "1234.46"


def test_the_table_shows_euros_aligned_on_the_right(desk: Desk) -> None:
    """Amounts are written « 1 234,56 € » with spaces that do not break, the files under their agency."""
    run = desk.must("comptes")
    assert "1\u00a0234,56\u00a0€" in run.out
    assert "Sous-total, Agence de Lyon (2 dossiers)" in run.shown
    assert "Sous-total, Agence de Metz (1 dossier)" in run.shown
    assert "Total (3 dossiers) 100 000,29 € 1 234,66 € 0,05 € 30,20 € 1 234,46 €" in run.shown
    rows = run.out.splitlines()
    assert max(map(cell_len, rows)) <= 80
    files = [row for row in rows if re.match(r"(CIPI-2026|METZ)", row)]
    assert len({cell_len(row) for row in files if row.endswith("€")}) == 1
    assert rows.index("Agence de Lyon") < rows.index("Agence de Metz")


def test_large_sums_stay_whole(desk: Desk) -> None:
    """Sums of millions are side by side, larger ones below each other; none is ever cut in two."""
    for amount, first_line in (("9999999,99", "Demandé Accordé"), ("99999999,99", "Sous-total,")):
        note(desk, LYON[0], demande=amount)
        run = desk.must("comptes --limite 0")
        whole = desk.must("comptes --json").json["total"]["asked"]
        euros = re.sub(r"(?<=\d)(?=(\d{3})+,)", "\u00a0", whole.replace(".", ",")) + "\u00a0€"
        rows = run.out.splitlines()
        assert max(map(cell_len, rows)) <= 80
        assert any(euros in row for row in rows)
        assert " ".join(rows[2].split()).startswith(first_line)


def test_an_agency_can_be_looked_at_alone(desk: Desk) -> None:
    """`--agence` keeps its files only; one that does not exist is refused before anything is written."""
    data = desk.must("comptes --agence metz --json").json
    assert [one["ref"] for one in data["cases"]] == [METZ]
    assert list(data["agencies"]) == ["metz"]
    for tail in ("", " --json"):
        run = desk.type(f"comptes --agence nice{tail}")
        assert (run.code, run.out) == (4, "")


def test_open_files_only(desk: Desk) -> None:
    """Finished files are counted, unless `--ouverts` leaves them out."""
    desk.must(f"dossier avancer {METZ} abandonner")
    assert desk.must("comptes --json").json["total"]["cases"] == 3
    assert desk.must("comptes --ouverts --json").json["total"]["cases"] == 2


def test_the_limit_shows_fewer_files_and_counts_them_all(desk: Desk) -> None:
    """`--limite` cuts the list, says how many are left out, and changes no total."""
    run = desk.must("comptes --limite 1")
    assert LYON[1] not in run.out
    assert "Total (3 dossiers)" in run.shown
    assert "1 dossier montré sur 3 ; les totaux les comptent tous" in run.said
    data = desk.must("comptes --limite 1 --json").json
    assert (len(data["cases"]), data["total"]["cases"]) == (1, 3)
    assert desk.type("comptes --limite beaucoup").code == 2


def test_no_amount_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any amount noted, nothing but a sentence is shown, and the JSON is empty but whole."""
    desk = Desk(tmp_path, monkeypatch)
    desk.open_case()
    run = desk.must("comptes")
    assert (run.out, run.said) == ("", "Aucun dossier n’a de montant noté.")
    data = desk.must("comptes --json").json
    assert (data["cases"], data["agencies"], data["total"]["cases"]) == ([], {}, 0)


def test_one_file_gives_its_quote_line_by_line(desk: Desk) -> None:
    """Each amount has how it was obtained, its source, and « à vérifier » when nobody confirmed it."""
    facts = ("programme=classique", "heures_formation=140", "heures_bilan_positionnement=7")
    desk.must(f"dossier corriger {REF}", *(w for fact in facts for w in ("--fait", fact)))
    run = desk.must(f"comptes {REF}")
    assert "147 h × 18,00 €/h, arrondi au centime (cipi.txt, l. 274-276)" in run.shown
    assert "? Prise en charge attendue à vérifier 2 646,00 €" in run.shown
    assert "✓ Heures prises en charge 147 h" in run.shown
    assert "Forfait à la date d’aujourd’hui, 01/09/2026" in run.shown
    assert "Reste à payer 1 234,36 €" in run.shown
    assert max(map(cell_len, run.out.splitlines())) <= 80


def test_the_json_of_one_file_keeps_decimals_as_text(desk: Desk) -> None:
    """Amounts are strings, so that no reader turns them into binary fractions."""
    desk.must(f"dossier corriger {REF} --fait programme=classique --fait heures_formation=140")
    data = desk.must(f"comptes {REF} --json").json
    amounts = {one["id"]: one for one in data["quote"]["amounts"]}
    assert amounts["prise_en_charge"]["value"] == "2520.00"
    assert amounts["prise_en_charge"]["certain"] is False
    assert amounts["surcout"]["value"] is None
    assert amounts["forfait_horaire"]["source"]["quote"]
    assert data["quote"]["dated_by_fact"] is False
    assert data["accounts"] == {
        "asked": "0.10", "agreed": "1234.56", "claimed": None, "paid": "0.20",
        "remaining": "1234.36",
    }  # fmt: skip


def test_filters_do_not_go_with_one_file(desk: Desk) -> None:
    """A reference with an option that chooses among files is refused."""
    for option in ("--agence lyon", "--ouverts", "--limite 3"):
        run = desk.type(f"comptes {REF} {option}")
        assert (run.code, run.out) == (2, "")
    assert desk.type("comptes CIPI-2026-9999").code == 4
