"""`dossier eligibilite` as typed: noted, read under record, and shown nowhere else."""

from __future__ import annotations

import io
import os
import pty
import sqlite3
import sys
from contextlib import closing

import pytest

from cli.asking.completion import proposed
from tests.support.cli import REF, Desk
from workflow.operations import operations
from workflow.operations.requests import Takes
from workflow.rulefiles.rulebook import load_rulebook

LINE = f"dossier eligibilite {REF}"
NOTED = (
    "--public minima_sociaux --reponse allocation=rsa --preuve attestation_caf --vue-le 28/08/2026 "
    "--valable-jusqu-au 31/12/2026 --conservee-a 'Coffre Pivoine'"
)
SECRETS = (
    "minima_sociaux", "minimum social", "rsa", "allocation", "attestation", "caf", "pivoine", "cipi-e5",
)  # fmt: skip
"""What tells the ground, an answer, the proof or where it is kept."""


class Keyboard(io.StringIO):
    """What a person types at a terminal."""

    def isatty(self) -> bool:
        """Say that somebody is there."""
        return True


def sit(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    """Put somebody at the terminal, who types answers."""
    monkeypatch.setattr(sys, "stdin", Keyboard("".join(f"{answer}\n" for answer in answers)))


def restricted(desk: Desk) -> dict[str, object]:
    """Return the ground, answers, proof and place that are noted."""
    data = desk.must(f"{LINE} --confidentiel --json").json
    return {
        "ground": data["ground"] and data["ground"]["id"],
        "answers": data["answers"],
        "proof": data["proof"] and data["proof"]["id"],
        "kept_at": data["kept_at"],
    }


def test_the_restricted_reading_shows_everything(desk: Desk) -> None:
    """Ground, answers, proof, findings with their sources and readers are shown by that option alone."""
    desk.must(f"{LINE} {NOTED}")
    run = desk.must(f"{LINE} --confidentiel")
    for words in (
        "Bénéficiaire d’un minimum social", "Allocation perçue RSA", "Attestation de la CAF (RSA)",
        "Vue le 28/08/2026", "Valable jusqu’au 31/12/2026", "Coffre Pivoine", "CIPI-E5-a",
        "(cipi.txt, l. 26-29)", "01/09/2026 à 10:00 Claire Vasseur (claire)",
    ):  # fmt: skip
        assert words in run.shown, words
    data = desk.must(f"{LINE} --confidentiel --json").json
    assert list(data) == [
        "ref", "version", "ground", "answers", "proof", "kept_at", "seen_on", "valid_until",
        "findings", "consultations",
    ]  # fmt: skip
    assert data["answers"] == {"allocation": "rsa"}
    assert data["findings"][0]["source"]["document"] == "cipi.txt"
    assert [one["by"] for one in data["consultations"]] == ["claire", "claire"]


def test_each_reading_is_in_the_journal_at_its_time(desk: Desk) -> None:
    """A reading stands in the journal among the entries, and leaves the case at its version."""
    desk.must(f"{LINE} {NOTED}")
    desk.must(f"--par malik {LINE} --confidentiel")
    desk.now = desk.now.replace(hour=9)
    desk.must(f"dossier avancer {REF} deposer_drf")
    entries = desk.must(f"dossier journal {REF} --json").json
    assert [entry["kind"] for entry in entries] == [
        "ouverture", "eligibilite", "consultation", "action",
    ]  # fmt: skip
    assert entries[2].keys() == entries[3].keys()
    assert (entries[2]["by"], entries[2]["seq"], entries[3]["seq"]) == ("malik", None, 3)
    shown = desk.must(f"dossier journal {REF}").shown
    assert (
        "Consultation de la partie restreinte 01/09/2026 à 10:00, Malik Berthaud (malik)" in shown
    )


@pytest.mark.parametrize("tail", ["", " --json", " --essai", " --essai --json"])
def test_what_a_write_tells_says_nothing_of_the_ground(desk: Desk, tail: str) -> None:
    """The outcome says that it is noted, with the public dates alone."""
    run = desk.must(f"{LINE} {NOTED}{tail}")
    for word in SECRETS:
        assert word not in (run.out + run.err).lower(), word
    if "json" not in tail:
        assert "notée dans la partie restreinte" in run.shown
        assert "Preuve d’éligibilité vue le 28/08/2026" in run.shown


@pytest.mark.parametrize(
    ("tail", "code", "sentence"),
    [
        ("--public xyzzy", 2, "choisissez l’un des publics de la procédure"),
        ("--public ''", 2, "--public : valeur vide"),
        ("--reponse xyzzy=1", 2, "choisissez l’un des publics"),
        ("--public boe --reponse xyzzy=oui", 2, "la question 1 n’est pas de ce public"),
        ("--public boe --reponse beneficiaire=xyzzy", 2, "la réponse 1 ne se lit pas"),
        ("--public boe --reponse beneficiaire=", 2, "la réponse 1 ne se lit pas"),
        ("--public boe --reponse xyzzy", 2, "la réponse 1 ne s’écrit pas NOM=VALEUR"),
        ("--public boe --reponse beneficiaire=oui --reponse beneficiaire=non", 2, "la réponse 2 reprend"),
        ("--public boe --preuve xyzzy", 2, "la preuve choisie n’est pas de ce public"),
        ("--public boe --vue-le xyzzy", 2, "--vue-le : écrivez une date"),
        ("--public boe --vue-le ''", 2, "--vue-le : écrivez une date"),
        ("--public boe --valable-jusqu-au 31/02/2027", 2, "--valable-jusqu-au : écrivez une date"),
        ("--public boe --vue-le 02/09/2026", 3, "est dans le futur"),
        ("--public boe --commentaire 'vu la RQTH xyzzy'", 3, "contient un mot qui peut révéler"),
        ("--public boe --version-vue 9", 2, "en est à la version 1"),
        ("--publc xyzzy", 2, "la ligne ne se lit pas"),
        ("xyzzy", 2, "la ligne ne se lit pas"),
        ("--public", 2, "la ligne ne se lit pas"),
        ("--confidentiel --public boe", 2, "--confidentiel ne fait que lire"),
        ("--confidentiel --essai", 2, "--confidentiel ne fait que lire"),
        ("--confidentiel --maintenant 01/01/2026", 2, "--maintenant ne sert qu’à lire"),
        ("--commentaire xyzzy", 2, "Rien à noter : ajoutez --public"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_without_what_was_typed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tail: str, code: int, sentence: str
) -> None:
    """No refusal repeats a ground, a question, an answer or a proof, and nothing is written."""
    before = desk.rows()
    for debug in (False, True):
        run = desk.type(f"{LINE} {tail}")
        assert sentence in run.said
        assert run.code == code
        assert "xyzzy" not in run.out + run.err
        assert "boe" not in run.out + run.err.split("Traceback")[0]
        if not debug:
            monkeypatch.setenv("ECHEANCIER_DEBUG", "1")
    assert desk.rows() == before


def test_a_conflict_does_not_give_back_what_was_typed(desk: Desk) -> None:
    """A version that has passed is told with what changed, but not with the command to type again."""
    desk.must(f"dossier corriger {REF} --libelle 'Autre nom'")
    run = desk.type(f"{LINE} --version-vue 1 {NOTED}")
    assert run.code == 5
    assert "il a changé depuis que vous l’avez lu" in run.said
    assert not any(word in run.err.lower() for word in SECRETS)


def test_without_option_in_a_pipe_the_public_line_is_shown(desk: Desk) -> None:
    """Where nobody can answer, the public line is shown with the options that exist."""
    run = desk.must(LINE)
    assert "? Public éligible, à confirmer : Aucun public n’est choisi" in run.shown
    assert "--valable-jusqu-au" in run.said
    assert "--confidentiel" in run.said
    data = desk.must(f"{LINE} --json").json
    assert (data["eligibility"]["verdict"], data["seen_on"]) == ("a_confirmer", None)
    desk.must(f"{LINE} {NOTED}")
    assert desk.must(f"{LINE} --json").json["seen_on"] == "2026-08-28"


def test_a_reading_of_nothing_is_a_reading(desk: Desk) -> None:
    """Even an empty restricted part is read under record."""
    assert "Aucun public n’est noté." in desk.must(f"{LINE} --confidentiel").shown
    assert len(desk.must(f"{LINE} --confidentiel --json").json["consultations"]) == 2


def test_a_base_that_cannot_be_written_shows_nothing(desk: Desk) -> None:
    """A reading that cannot be recorded is refused before anything is shown."""
    desk.must(f"{LINE} {NOTED}")
    with closing(sqlite3.connect(desk.database)) as base, base:
        base.execute("DROP TABLE consultation")
    run = desk.type(f"{LINE} --confidentiel")
    assert run.code != 0
    assert run.out == ""
    assert not any(word in run.err.lower() for word in SECRETS)


def test_the_questionnaire_asks_and_notes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer is read, asked again when it cannot be, and noted once it is confirmed."""
    sit(monkeypatch, "", "12", "5", "9", "1", "1", "xyzzy", "28/08/2026", "31/12/2026", "Coffre 4",
        "peut-être", "oui")  # fmt: skip
    run = desk.must(LINE)
    assert "Aucun public n’est encore noté : choisissez-en un." in run.said
    assert "Donnez un numéro, de 1 à 9." in run.said
    assert "Preuve vue le : écrivez une date comme 08/09/2026." in run.said
    assert "xyzzy" not in run.err
    told = run.said.partition("À enregistrer")[2]
    assert "public choisi, réponses données, preuve choisie, preuve vue le 28/08/2026" in told
    for word in SECRETS:
        assert word not in (told + run.out).lower(), word
    assert restricted(desk) == {
        "ground": "minima_sociaux", "answers": {"allocation": "rsa"}, "proof": "attestation_caf",
        "kept_at": "Coffre 4",
    }  # fmt: skip


def test_enter_keeps_what_is_noted_unseen(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Enter keeps the ground without showing it: neither its questions nor its proofs are asked."""
    desk.must(f"{LINE} {NOTED}")
    sit(monkeypatch, "", "31/08/2026", "", "", "oui")
    run = desk.must(LINE)
    assert "Allocation perçue" not in run.said
    assert "À enregistrer : preuve vue le 31/08/2026." in run.said
    assert restricted(desk)["ground"] == "minima_sociaux"
    assert desk.must(f"{LINE} --json").json["seen_on"] == "2026-08-31"


def test_the_questionnaire_offers_every_ground(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """All grounds are offered, in the same order whatever the case holds."""
    rules = load_rulebook().procedure("cipi").eligibility
    assert rules is not None
    said = []
    for noted in ("", NOTED):
        if noted:
            desk.must(f"{LINE} {noted}")
        sit(monkeypatch, "1", "", "", "", "", "", "", "non")
        said.append(desk.must(LINE).said.partition("Numéro du public")[0])
    assert said[0] == said[1]
    assert [ground.label in said[0] for ground in rules.grounds.values()] == [True] * 9


@pytest.mark.parametrize(
    ("tail", "answers", "code", "sentence"),
    [
        ("", ("1", "oui", "Alpha", "1", "28/08/2026", "", "", "non"), 0, "Rien n’a été enregistré."),
        ("", ("1", "oui", "Alpha", "1", "28/08/2026", "", "", ""), 0, "Rien n’a été enregistré."),
        ("", ("1", "oui", "Alpha"), 2, "Saisie interrompue avant la fin : rien n’a été enregistré."),
        ("", ("1", "oui", "Alpha", "1", "02/09/2026", "", ""), 3, "est dans le futur"),
        (" --essai", ("1", "oui", "", "", "", "", ""), 0, "Essai : rien n’a été enregistré."),
        (" --maintenant 01/09/2026", ("1",), 2, "--maintenant ne sert qu’à lire"),
    ],
)  # fmt: skip
def test_a_questionnaire_that_does_not_end_well_writes_nothing(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    tail: str,
    answers: tuple[str, ...],
    code: int,
    sentence: str,
) -> None:
    """A refusal, an end of input or a dry run leaves every table as it was."""
    before = desk.rows()
    sit(monkeypatch, *answers)
    run = desk.type(LINE + tail)
    assert sentence in run.said
    assert (run.code, desk.rows()) == (code, before)


def test_no_answer_at_all_writes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Enter all along ends with nothing to save."""
    desk.must(f"{LINE} {NOTED}")
    before = desk.rows()
    sit(monkeypatch, "", "", "", "")
    assert "Aucune réponse : rien à enregistrer." in desk.must(LINE).said
    assert desk.rows() == before


def test_a_change_while_answering_is_a_conflict(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who writes while the questions are asked is first; no answer is given back."""

    class Slow(Keyboard):
        """A keyboard whose first line comes after somebody else's write."""

        def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
            """Let somebody else write first, once."""
            if self.tell() == 0:
                desk.must(f"dossier corriger {REF} --libelle Autre")
            return super().readline(size)

    monkeypatch.setattr(sys, "stdin", Slow("5\n1\n1\n28/08/2026\n\n\noui\n"))
    run = desk.type(LINE)
    assert run.code == 5
    assert "Rien n’a été enregistré" in run.said
    assert restricted(desk)["ground"] is None


def test_the_questionnaire_works_at_a_real_terminal(desk: Desk) -> None:
    """In a pseudo-terminal the questions are asked on stderr, and stdout stays data."""
    terminal, keyboard = pty.openpty()
    os.write(terminal, b"1\noui\nAlpha\n1\n28/08/2026\n\n\noui\n")
    run = desk.apart("dossier", "eligibilite", REF, stdin=keyboard)
    os.close(terminal)
    os.close(keyboard)
    assert run.returncode == 0, run.stderr
    assert "Numéro du public" in run.stderr
    assert run.stdout.startswith(REF)
    assert restricted(desk)["ground"] == "etti"


def test_completion_offers_all_grounds_whatever_the_case(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tab lists every ground and every question, the same before and after one is noted."""
    asked = {one.takes: one for one in operations.ELIGIBILITY.questions}

    def offered(takes: Takes, typed: str = "") -> list[tuple[str, str]]:
        return proposed(asked[takes], None, typed)

    rules = load_rulebook().procedure("cipi").eligibility
    assert rules is not None
    before = {takes: offered(takes) for takes in (Takes.GROUND, Takes.ANSWER, Takes.PROOF)}
    desk.must(f"{LINE} {NOTED}")
    assert {takes: offered(takes) for takes in before} == before
    assert [name for name, _ in before[Takes.GROUND]] == list(rules.grounds)
    assert ("allocation=rsa", "RSA") in offered(Takes.ANSWER, "allocation=")
