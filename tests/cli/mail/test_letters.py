"""`dossier lettre`, `lettres lister`, `lettres verifier` as typed: shown, written, noted, refused."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from tests.support.cli import REF, Desk
from tui.mails.mailbox import page_text
from workflow.rulefiles.rulebook import load_rulebook

LINE = 78
"""Length of a line that every mail program takes."""


def drafts(desk: Desk) -> Iterator[tuple[Path, EmailMessage]]:
    """Yield the drafts written in the folder of the desk, as a mail program reads them."""
    for path in sorted(desk.folder.glob("*.eml")):
        yield path, message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default)


def test_a_letter_is_shown_then_written_and_noted(desk: Desk) -> None:
    """Shown or tried, nothing is noted; written, the journal says which and to whom, never its words."""
    line = f"dossier lettre {REF} convention"
    shown = desk.must(line)
    assert "Sacha Morvan" in shown.shown
    assert "[à compléter : organisme de formation]" in shown.shown
    assert "à compléter dans la lettre : intitulé de la formation" in shown.said
    assert desk.must(f"{line} --sortie . --essai --json").json["saved"] is False
    assert [path for path, _ in drafts(desk)] == []
    written = desk.must(f"{line} --sortie . --json").json
    assert (written["saved"], written["entry"]["kind"]) == (True, "lettre")
    assert written["entry"]["changes"] == [
        {"name": "lettre.convention", "old": None, "new": "organisme"}
    ]
    ((path, draft),) = drafts(desk)
    assert (path.name, path.stat().st_mode & 0o777) == (f"{REF}-convention.eml", 0o600)
    assert draft["X-Unsent"] == "1"
    assert [draft[name] for name in ("Date", "Message-ID", "To")] == [None, None, None]
    journal = desk.must(f"dossier journal {REF}").shown
    assert "Lettre, le 01/09/2026" in journal
    assert "Demander la convention et le programme : Organisme de formation" in journal
    assert "Madame" not in journal
    listed = {one["model"]: one for one in desk.must(f"dossier lettre {REF} --json").json}
    assert listed["convention"]["written"] == ["2026-09-01"]
    assert "aucune réponse" in listed["reponse"]["why_not"]


def test_a_letter_that_asks_again_is_a_chase(desk: Desk) -> None:
    """A letter chases the reply that is awaited: counted with the other chases, told by the next."""
    desk.must(f"dossier avancer {REF} deposer_drf --fait drf_deposee_le=31/08/2026")
    desk.must(
        f"dossier corriger {REF} --fait conseiller='Élodie Noël' --fait conseiller_courriel=e@x.fr"
    )
    written = desk.must(f"dossier lettre {REF} reponse --sortie a.eml --json").json
    assert written["entry"]["kind"] == "relance"
    assert desk.must(f"dossier voir {REF} --json").json["chases"] == ["2026-09-01"]
    desk.now = desk.now.replace(day=8)
    again = desk.must(f"dossier lettre {REF} reponse --json").json["letter"]
    assert "Nous vous avons déjà écrit à ce sujet le 01/09/2026." in again["text"]
    assert again["to"] == {
        "kind": "conseiller",
        "label": "Conseiller du financeur",
        "name": "Élodie Noël",
        "address": "e@x.fr",
    }
    ((_, draft),) = drafts(desk)
    assert str(draft["To"]) == "Élodie Noël <e@x.fr>"


def test_what_cannot_be_written_is_not_noted(desk: Desk) -> None:
    """A file that is there, a folder or terminal that is not: a sentence, every table as it was."""
    line = f"dossier lettre {REF} convention"
    (desk.folder / "a.eml").write_text("à moi", encoding="utf-8")
    desk.refuses(f"{line} --sortie a.eml", 3, "existe déjà : ajoutez --remplacer")
    desk.refuses(f"{line} --sortie absent/a.eml", 2, "n’existe pas")
    desk.refuses(f"{line} --copier", 2, "--copier demande un terminal")
    desk.refuses(f"{line} --commentaire vu", 2, "ajoutez --sortie ou --copier")
    desk.refuses(f"{line} --remplacer", 2, "ne sert qu’avec --sortie")
    desk.refuses(f"dossier lettre {REF} reponse --sortie b.eml", 3, "aucune réponse n’est attendue")
    desk.refuses(f"dossier lettre {REF} convetion", 4, "le plus proche : « convention »")
    desk.must(f"dossier pieces {REF} --recue convention_formation --recue programme_formation")
    desk.refuses(line, 3, "les pièces qu’elle demande sont déjà là")
    assert (desk.folder / "a.eml").read_text(encoding="utf-8") == "à moi"


def test_every_letter_of_every_procedure_reads_back_alike(desk: Desk) -> None:
    """Each draft of the demonstration has a subject and two parts that say the same, in lines that fit."""
    desk.must("init --demo")
    procedures = load_rulebook().procedures.values()
    due = {(one.id, id_) for one in procedures if one.letters for id_ in one.letters.models}
    cases = desk.must("dossier lister --tous --limite 200 --json").json["cases"]
    # What can be written follows from the state: one file of each is enough.
    for case in {(one["procedure"], one["state"]): one for one in cases}.values():
        if "DEMO" in case["ref"] and any(one == case["procedure"] for one, _ in due):
            for one in desk.must(f"dossier lettre {case['ref']} --json").json:
                pair = (case["procedure"], one["model"])
                if pair in due and not one["why_not"]:
                    due.remove(pair)
                    desk.must(f"dossier lettre {case['ref']} {one['model']} --sortie .")
    # No CIF of the demonstration awaits its funder.
    assert due == {("cif-cdd", "reponse")}
    for path, draft in drafts(desk):
        assert draft.defects == [], path
        text, page = (draft.get_body((kind,)) for kind in ("plain", "html"))
        assert text is not None
        assert page is not None
        words = text.get_content().replace("\n- ", "\n")
        assert " ".join(page_text(page.get_content()).split()) == " ".join(words.split()), path
        assert words.startswith("Madame, Monsieur,")
        assert str(draft["Subject"]).strip()
        assert max(map(len, path.read_bytes().split(b"\r\n"))) <= LINE


def test_what_a_file_says_cannot_write_the_page(desk: Desk) -> None:
    """What somebody typed in a fact is shown as it is in both parts, whatever it looks like."""
    desk.must(
        f"dossier corriger {REF} --fait 'organisme_formation=<b>Été & Fils</b> {{{{ nir }}}}'"
    )
    found = desk.must(f"dossier lettre {REF} convention --json").json["letter"]
    assert "<b>Été & Fils</b> {{ nir }}" in found["text"]
    assert "&lt;b&gt;Été &amp; Fils&lt;/b&gt; {{ nir }}" in found["html"]


def test_an_agency_has_models_of_its_own(desk: Desk) -> None:
    """A model of the agency is used, listed and checked; broken, it is refused, the other on request."""
    with desk.config.open("a", encoding="utf-8") as config:
        config.write('\n[letters]\ndirectory = "lettres"\n')
    line = f"dossier lettre {REF} convention --json"
    assert "ce dossier n’existe pas" in desk.type(line).said
    own = desk.folder / "lettres" / "convention.txt.j2"
    own.parent.mkdir()
    own.write_text("Objet : À nous\n\n{{ de_personne }}\n", encoding="utf-8")
    assert desk.must(line).json["letter"]["subject"] == "À nous"
    assert "aucun problème" in desk.must("lettres verifier").said
    rows = desk.must("lettres lister --procedure cipi --json").json
    assert [one["file"] for one in rows if one["model"] == "convention"] == [str(own)]
    own.write_text("Objet : À nous\n\n{{ public }}\n", encoding="utf-8")
    refused = desk.type(line)
    assert (refused.code, "--fourni" in refused.said) == (6, True)
    checked = desk.type("lettres verifier --json")
    assert checked.code == 6
    (problem,) = checked.json["problems"]
    assert (problem["file"], problem["key"]) == (str(own), "ligne 3")
    desk.refuses(f"dossier lettre {REF} convention --sortie x.eml", 6, "il ne peut pas servir")
    assert "convention et programme" in desk.must(f"{line} --fourni").json["letter"]["subject"]


@pytest.mark.parametrize(
    ("title", "named"), [("Alice Martin, cariste", "d’Alice Martin"), ("Dupont", "de Dupont")]
)
def test_a_letter_names_the_person_and_no_more(desk: Desk, title: str, named: str) -> None:
    """What staff write after the name stays in the agency."""
    desk.must(f"dossier corriger {REF} --libelle", title)
    subject = desk.must(f"dossier lettre {REF} convention --json").json["letter"]["subject"]
    assert named in subject
    assert "cariste" not in subject
