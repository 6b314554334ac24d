"""`dossier fiche` as typed: what to type in the portal, as a text, a page or a file."""

from __future__ import annotations

import errno
import os
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from rich.cells import cell_len

from tests.support.cli import REF, START, Desk, plain
from workflow.rulefiles.rulebook import load_rulebook
from workflow.text import whole_file

TITLE = "Zoé <script>alert(1)</script> & fils : 100 % « prêt » ?"
PLAIN_COMMAND = "echeancier dossier corriger CIPI-2026-0001 --fait organisme_formation=TEXTE"
FACTS = ("programme=classique", "heures_formation=140", "heures_missions=105")


class Page(HTMLParser):
    """What a browser makes of a page: its tags, its texts, and what is in its boxes to copy."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.copied: list[str] = []
        self.words = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "input", "br"}:
            self.open.append(tag)
        if tag == "code":
            self.copied.append("")

    def handle_endtag(self, tag: str) -> None:
        """Check that tags close in order."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        if "style" in self.open:
            return
        self.words += data
        if "code" in self.open:
            self.copied[-1] += data


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Return a desk with a case whose title is full of traps."""
    words = [word for fact in FACTS for word in ("--fait", fact)]
    desk.must(f"dossier corriger {REF}", "--libelle", TITLE, *words)
    return desk


def labels(action: str) -> list[str]:
    """Return the labels of a sheet, in the order of the rule file."""
    return [field.label for field in load_rulebook().procedure("cipi").fields(action)]


def test_values_come_in_the_order_of_the_rule_file(desk: Desk) -> None:
    """Text, page and JSON list what to type in the portal's order, for the step at hand."""
    expected = labels("deposer_drf")
    text = desk.must(f"dossier fiche {REF}").out
    assert re.findall(r"^ ?\d+\. (.+)$", text, re.MULTILINE)[: len(expected)] == expected
    page = desk.must(f"dossier fiche {REF} --format html").out
    assert re.findall(r'<th scope="row">(.+)</th>', page) == expected
    data = desk.must(f"dossier fiche {REF} --json").json
    assert [one["label"] for one in data["fields"]] == expected
    assert (data["action"], data["portal"], data["ready"]) == (
        "deposer_drf", "Mon Espace AKTO", False,
    )  # fmt: skip


def test_a_value_is_ready_to_copy(desk: Desk) -> None:
    """A value stands alone, with a comma and no typographic space; its unit is told beside it."""
    rows = desk.must(f"dossier fiche {REF}").out.splitlines()
    assert rows[rows.index(" 9. Heures de formation externe") + 1].startswith("    140   (140")
    amount = rows[rows.index("15. Prise en charge attendue") + 1]
    assert amount.split()[0] == "2520,00"
    page = Page(desk.must(f"dossier fiche {REF} --format html").out)
    assert {"140", "2520,00", "05/10/2026 09:00", REF, TITLE} <= set(page.copied)


def test_what_is_copied_keeps_its_spaces(desk: Desk) -> None:
    """The title is copied as it was typed, while the words around it are set the French way."""
    for option in ("", " --format html"):
        run = desk.must(f"dossier fiche {REF}{option}")
        assert not re.search(r"manquent :|« [A-Z]", run.out)
        assert "\ue002" not in run.out
    assert f"    {TITLE}\n" in desk.must(f"dossier fiche {REF}").out


def test_what_is_missing_is_marked_with_the_command_that_fills_it(desk: Desk) -> None:
    """A value nobody noted is marked, counted at the top, and has a command to copy that works."""
    text = desk.must(f"dossier fiche {REF}").out
    assert "✗ MANQUE" in text
    assert f"      {PLAIN_COMMAND}\n" in text
    page = Page(desk.must(f"dossier fiche {REF} --format html").out)
    assert PLAIN_COMMAND in page.copied
    counted = text.count("✗ MANQUE")
    assert f"! {counted} valeurs manquent : voyez « MANQUE » dans la liste." in plain(text)
    desk.must(PLAIN_COMMAND.removeprefix("echeancier "))
    assert desk.must(f"dossier fiche {REF}").out.count("✗ MANQUE") == counted - 1


def test_a_title_nobody_gave_is_asked_for(desk: Desk) -> None:
    """Without a title, the sheet gives the command that names the file."""
    desk.must(f"dossier ouvrir cipi --ref SANS-NOM --fait '{START}'")
    assert "echeancier dossier corriger SANS-NOM --libelle VALEUR" in desk.must(
        "dossier fiche SANS-NOM"
    ).out  # fmt: skip


def test_an_agency_that_is_gone_keeps_its_id(desk: Desk) -> None:
    """A case whose agency left the configuration still has its sheet, under the agency's id."""
    desk.must(f"dossier ouvrir cipi --ref METZ-1 --agence metz --fait '{START}'")
    known = desk.config.read_text(encoding="utf-8")
    desk.config.write_text(known.replace("[agencies.metz]", "[agencies.nancy]"), encoding="utf-8")
    rows = desk.must("dossier fiche METZ-1").out.splitlines()
    assert rows[rows.index(" 3. Agence") + 1] == "    metz"


def test_a_choice_says_what_can_be_chosen(desk: Desk) -> None:
    """A missing choice lists its values beside its command."""
    desk.must(f"dossier corriger {REF} --retirer programme")
    shown = desk.must(f"dossier fiche {REF}").shown
    assert "CHOIX : classique (CIPI classique)" in shown
    assert "il manque « Programme" in shown


def test_a_page_escapes_and_a_text_does_not(desk: Desk) -> None:
    """A title with markup is harmless in a page, and untouched in a text."""
    source = desk.must(f"dossier fiche {REF} --format html").out
    page = Page(source)
    assert "script" not in {tag for tag, _ in page.tags}
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; fils" in source
    text = desk.must(f"dossier fiche {REF}").out
    assert TITLE in text
    assert "&amp;" not in text


def test_the_page_is_accessible_and_prints(desk: Desk) -> None:
    """Language, headings in order, headers of rows and columns, named boxes; A4, phone, dark; no link out."""
    source = desk.must(f"dossier fiche {REF} --format html").out
    page = Page(source)
    assert page.open == []
    assert ("html", {"lang": "fr"}) in page.tags
    heads = [tag for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert heads[0] == "h1"
    assert heads.count("h1") == 1
    assert "h2" in heads
    scopes = [attrs.get("scope") for tag, attrs in page.tags if tag == "th"]
    assert set(scopes) == {"col", "row"}
    boxes = [attrs for tag, attrs in page.tags if tag == "input"]
    assert boxes
    for needed in ("size:A4", "@media print", "break-inside:avoid", "prefers-color-scheme:dark",
                   "max-width:560px", "user-select:all"):  # fmt: skip
        assert needed in source
    assert not re.search(r"https?://|src=|href=", source)


def test_documents_say_how_far_they_have_come(desk: Desk) -> None:
    """Each paper to attach has a box, its status, its place, or the command that notes it."""
    desk.must(f"dossier pieces {REF} --recue programme_formation --ou",
              "programme_formation=Serveur RH, armoire <2>")  # fmt: skip
    text = desk.must(f"dossier fiche {REF} --etape deposer_contrat").out
    assert "[✓] Programme de formation externe\n    Reçue le 01/09/2026" in text
    assert "    Serveur RH, armoire <2>\n" in text
    assert "[ ] Convention de formation externe\n    À obtenir." in text
    assert f"echeancier dossier pieces {REF} --recue convention_formation" in text
    page = Page(desk.must(f"dossier fiche {REF} --etape deposer_contrat --format html").out)
    assert "Serveur RH, armoire <2>" in page.copied
    data = desk.must(f"dossier fiche {REF} --etape deposer_contrat --json").json
    papers = {one["id"]: one for one in data["documents"]}
    assert papers["programme_formation"]["ready"] is True
    assert papers["convention_formation"]["papers"][0]["status"] is None


def test_any_of_several_papers_will_do(desk: Desk) -> None:
    """A requirement that two papers satisfy names both, and the first as a command."""
    text = desk.must(f"dossier fiche {REF} --etape saisir_presences").out
    assert "[ ] Certificat de réalisation ou feuilles d’émargement" in text
    assert "    Certificat de réalisation\u00a0: à obtenir." in text
    assert "    Feuilles d’émargement\u00a0: à obtenir." in text
    assert "--recue certificat_realisation" in text


def test_limits_come_with_their_explanation(desk: Desk) -> None:
    """The limit of the step has its dates and the four lines that justify them."""
    for option in ("", " --format html"):
        shown = desk.must(f"dossier fiche {REF}{option}").shown
        for words in ("Limite prudente", "mercredi 30 septembre 2026", "Point de départ",
                      "cipi.txt, l. 597-598", "Décompte"):  # fmt: skip
            assert words in shown, words


def test_what_does_not_conform_is_said_at_the_top_and_in_full(desk: Desk) -> None:
    """A failing check is counted in the heading and told with its source, before what is to confirm."""
    desk.must(f"dossier corriger {REF} --fait heures_formation=60")
    text = desk.must(f"dossier fiche {REF}")
    assert "point n’est pas conforme" in text.shown or "points ne sont pas conformes" in text.shown
    assert text.out.index("✗ Non conforme, CIPI-D3") < text.out.index("? À confirmer")
    assert desk.must(f"dossier fiche {REF} --json").json["concerns"][0]["verdict"] == "non_conforme"


def test_the_text_fits_in_80_columns(desk: Desk) -> None:
    """Only what is copied may be longer than eighty columns."""
    desk.must(f"dossier corriger {REF} --libelle 'Sacha Morvan'")
    text = desk.must(f"dossier fiche {REF}").out
    assert all(
        cell_len(row) <= 80 or row.startswith("      echeancier ") for row in text.splitlines()
    )
    assert "\n\n\n" not in text


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        (f"dossier fiche {REF} --etape zut", 4, "« zut » n’existe pas"),
        (f"dossier fiche {REF} --etape accorder_drf", 3, "rien ne se saisit au portail"),
        (f"dossier fiche {REF} --format htlm", 2, "« html »"),
        (f"dossier fiche {REF} --json --format html", 2, "retirez --format"),
        (f"dossier fiche {REF} --remplacer", 2, "--sortie"),
        ("dossier fiche CIPI-2026-9999", 4, "CIPI-2026-9999"),
        (f"dossier fiche {REF} --sortie absent/fiche.txt", 2, "« absent » n’existe pas"),
        (f"dossier fiche {REF} --sortie .", 2, "est un dossier"),
        (f"dossier fiche {REF} --sortie /dev/null --remplacer", 2, "n’est pas un fichier"),
    ],
)
def test_what_cannot_be_is_one_sentence(desk: Desk, line: str, code: int, words: str) -> None:
    """Every refusal is one French sentence on stderr, with its code, and nothing else."""
    run = desk.type(line)
    assert (run.code, run.out) == (code, "")
    assert words in run.said
    assert len(run.err.splitlines()) == 1


def test_a_state_with_nothing_to_type_says_so(desk: Desk) -> None:
    """While a reply is awaited there is nothing to type, and the sheets that exist are named."""
    desk.must(f"dossier avancer {REF} deposer_drf")
    run = desk.type(f"dossier fiche {REF}")
    assert run.code == 3
    assert "rien à saisir au portail à l’étape « DRF déposée »" in run.said
    assert "--etape" in run.said


def test_a_file_is_written_once_and_replaced_on_demand(desk: Desk) -> None:
    """`--sortie` writes the whole sheet, for its owner alone, and never over a file by surprise."""
    path = desk.folder / "fiche.html"
    run = desk.must(f"dossier fiche {REF} --sortie fiche.html")
    assert run.out == ""
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert path.stat().st_mode & 0o077 == 0
    path.write_text("à garder", encoding="utf-8")
    refused = desk.type(f"dossier fiche {REF} --sortie fiche.html")
    assert (refused.code, path.read_text(encoding="utf-8")) == (3, "à garder")
    assert "--remplacer" in refused.said
    desk.must(f"dossier fiche {REF} --sortie fiche.html --remplacer")
    assert path.read_text(encoding="utf-8") != "à garder"


def test_the_name_of_the_file_gives_the_format(desk: Desk) -> None:
    """A name that ends with .html makes a page, any other a text; `--format` decides when given."""
    desk.must(f"dossier fiche {REF} --sortie fiche.txt")
    desk.must(f"dossier fiche {REF} --sortie page.txt --format html")
    shown = desk.must(f"dossier fiche {REF}").out
    assert (desk.folder / "fiche.txt").read_text(encoding="utf-8") == shown
    assert "<html" in (desk.folder / "page.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "disque plein"), (errno.EROFS, "disque en lecture seule")]
)
def test_a_disk_that_refuses_leaves_no_trace(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    """A full or read-only disk is one sentence; the old file stays, and no half of the new one."""
    path = desk.folder / "fiche.txt"
    path.write_text("à garder", encoding="utf-8")
    before = set(desk.folder.iterdir())

    def refusing(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(
        whole_file if number == errno.EROFS else os,
        "NamedTemporaryFile" if number == errno.EROFS else "fsync",
        refusing,
    )
    run = desk.type(f"dossier fiche {REF} --sortie fiche.txt --remplacer")
    assert (run.code, len(run.err.splitlines())) == (7, 1)
    assert words in run.said
    assert path.read_text(encoding="utf-8") == "à garder"
    assert set(desk.folder.iterdir()) == before


def test_a_ready_sheet_says_so(desk: Desk) -> None:
    """When nothing is missing and nothing fails, the heading says that all is ready."""
    for fact in ("organisme_formation=GRETA", "intitule_formation=Soudure",
                 "fin_formation=30/10/2026", "heures_bilan_positionnement=7",
                 "heures_bilan_evaluation=7"):  # fmt: skip
        desk.must(f"dossier corriger {REF} --fait", fact)
    run = desk.must(f"dossier fiche {REF}")
    assert "✓ Tout est prêt" in run.shown
    assert desk.must(f"dossier fiche {REF} --json").json["ready"] is True
