"""A file with every ground: read back whole by the restricted reading, told by nothing else.

One agency has nine cases, one for each ground, alike in everything else: same name, same dates, same
hours. What staff do to them is done once, from noting to mails, errors and logs, and everything that
comes out is kept: stdout, stderr, log records, log files, exported sheets, mails with their names, the
tables. Then it is searched.

What is searched for comes from two places. From the rule file: every identifier, label, sentence and
note of the nine grounds, so that a ground that changes is still covered. By hand: the words that give a
ground away (`WORDS`), the dates answered, and a place invented for each case. Matching ignores case,
accents, line ends and kinds of spaces, and takes whole words: `rsa` is not in « versailles ».

Left out of the search, because everybody may read them: `ORDINARY` identifiers that are plain French
words, answers that are only « oui » or a digit, and what the public line says itself (the day the proof
was seen and its last day, lines 4-5 and 220-222 of the sheet). The last test covers them otherwise: as
long as the verdict is the same, nine grounds must give the very same output, whatever the words.
"""

from __future__ import annotations

import html
import io
import json
import logging
import re
import shutil
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct, field

from db.connection.engine import open_engine
from tests.support.cli import Desk, Run, plain
from workflow.acts import notes as records
from workflow.rulefiles.rulebook import load_rulebook
from workflow.rules.checks import Ground


class Noted(Struct, frozen=True):
    """What is noted of a person: the ground, answers as typed, answers as shown, proof and place."""

    ground: str
    typed: dict[str, str]
    kept: dict[str, Any]
    shown: tuple[str, ...]
    proof: str
    place: str

    @property
    def options(self) -> list[str]:
        """The words that note it."""
        answers = [
            word for name, value in self.typed.items() for word in ("--reponse", f"{name}={value}")
        ]
        kept = f"Coffre {self.place}, clé n° 3"
        return ["--public", self.ground, *answers, "--preuve", self.proof, "--conservee-a", kept]


ALL = (
    Noted("etti", {"accompagne_etti": "oui", "nom_etti": "Zorvelune Insertion"},
          {"accompagne_etti": True, "nom_etti": "Zorvelune Insertion"},
          ("Oui", "Zorvelune Insertion"), "accompagnement", "Quibrasque"),
    Noted("boe", {"beneficiaire": "oui"}, {"beneficiaire": True}, ("Oui",), "avis_cdaph", "Flombardine"),
    Noted("inaptitude", {"avis_definitif": "oui", "qualification_anterieure": "oui"},
          {"avis_definitif": True, "qualification_anterieure": True},
          ("Oui",), "avis_inaptitude", "Truvéliane"),
    Noted("savoirs_base", {"difficultes_constatees": "oui"}, {"difficultes_constatees": True},
          ("Oui",), "bilan_positionnement", "Gravolune"),
    Noted("minima_sociaux", {"allocation": "rsa"}, {"allocation": "rsa"}, ("RSA",),
          "attestation_caf", "Pelmousier"),
    Noted("deld", {"longue_duree": "oui", "sans_acces_immediat": "oui"},
          {"longue_duree": True, "sans_acces_immediat": True}, ("Oui",), "justificatif", "Ostrabelle"),
    Noted("protection_internationale",
          {"situation": "demandeur_asile", "autorisation_travail_le": "14/02/2026"},
          {"situation": "demandeur_asile", "autorisation_travail_le": "2026-02-14"},
          ("Demande d’asile en cours", "14/02/2026"), "titre_sejour", "Vindaroche"),
    Noted("sans_experience", {"sans_experience": "oui", "niveau": "3"},
          {"sans_experience": True, "niveau": "3"}, ("Oui", "Niveau 3 (CAP, BEP)"),
          "justificatif", "Chaspourel"),
    Noted("sans_activite", {"fin_derniere_activite": "17/03/2024"},
          {"fin_derniere_activite": "2024-03-17"}, ("17/03/2024",), "justificatif", "Ménestrouille"),
)  # fmt: skip
REFS = {noted.ground: f"CIPI-2026-{number:04}" for number, noted in enumerate(ALL, 1)}
BY_GROUND = {noted.ground: noted for noted in ALL}

WORDS = {
    "etti": ("etti", "zorvelune", "travail temporaire d'insertion", "accompagne"),
    "boe": ("beneficiaire de l'obligation", "cdaph", "handicap", "5212-13"),
    "inaptitude": ("inapte", "inaptitude", "medecin", "medecine", "qualification anterieure"),
    "savoirs_base": ("savoirs_base", "maitrise des savoirs", "positionnement sur la langue", "difficultes"),
    "minima_sociaux": ("rsa", "minimum social", "minima", "caf", "allocation"),
    "deld": ("longue duree", "demandeur d'emploi", "acces immediat"),
    "protection_internationale": (
        "asile", "protection internationale", "sejour", "autorisation", "2026-02-14", "14/02/2026",
    ),
    "sans_experience": ("sans experience", "niveau 3", "4_et_plus", "bep"),
    "sans_activite": ("sans activite", "derniere activite", "2024-03-17", "17/03/2024"),
}  # fmt: skip
"""What gives each ground away, without accents; each is in the restricted reading of that ground."""

EVERYBODYS = ("ett/etti",)
"""What the sheet says of every file in the words of a ground."""

MARKS = re.compile("[\u0300-\u036f]")
"""Accents, once they stand apart from their letters."""

ORDINARY = frozenset({"justificatif", "niveau", "situation", "aucun", "autre", "accompagnement"})
"""Identifiers of the rule file that are plain words of French."""

READING = datetime(2026, 9, 1, 9, 15, tzinfo=UTC)
FACTS = (
    "--fait", "demarrage_formation=05/10/2026 09:00", "--fait", "debut_contrat=12/10/2026",
)  # fmt: skip
SEEN = ("--vue-le", "28/08/2026", "--valable-jusqu-au", "31/12/2026")
SHORT = ("--valable-jusqu-au", "09/10/2026")
"""Three days before the contract: the proof has to be renewed."""
BEATS = tuple(datetime(2026, 9, day, 8, 0, tzinfo=UTC) for day in (11, 21, 28, 29))
"""The proof, then the request, press; the last leaves mails that cannot be written."""

OF_A_CASE = (
    "dossier voir {ref} --json", "dossier journal {ref} --json", "dossier controler {ref} --json",
    "dossier eligibilite {ref} --json", "dossier fiche {ref} --json", "dossier fiche {ref} --format html",
    "dossier heures {ref} --json", "dossier pieces {ref} --json", "comptes {ref} --json",
    "courriels lister --dossier {ref} --json",
    "dossier reporter {ref} drf --jusqu-au 28/09/2026 --raison Vu --essai --json",
    "dossier lettre {ref} --json", "dossier lettre {ref} pieces", "dossier lettre {ref} surcout --json",
)  # fmt: skip
ONCE_IT_FAILS = (
    "dossier voir {ref}", "dossier journal {ref}", "dossier controler {ref}",
    "dossier eligibilite {ref}", "dossier eligibilite {ref} --json", "dossier fiche {ref}",
    "dossier heures {ref}", "dossier pieces {ref}", "comptes {ref}",
)  # fmt: skip
"""What is read again when the proof ends too early."""
OF_THE_AGENCY = (
    "dossier lister", "dossier lister --json", "dossier lister --texte sacha", "echeances --jours 400",
    "echeances --jours 400 --json", "echeances --retard", "synthese --personne malik",
    "synthese --personne malik --format texte", "synthese --personne malik --format html",
    "synthese --personne malik --json", "comptes", "comptes --json", "diagnostic",
    "diagnostic --json", "regles verifier",
    "simuler cipi --fait 'demarrage_formation=05/10/2026 09:00'",
    "simuler cipi --fait 'demarrage_formation=05/10/2026 09:00' --json", "init --essai",
    "service --une-fois --essai", "service --une-fois --essai --json", "synthese --envoyer --essai",
    "courriels lister", "courriels lister --etat echec --json", "courriels voir 1",
    "courriels voir 1 --html", "courriels voir 1 --source", "courriels voir 1 --json",
    "preferences voir malik", "preferences voir malik --json",
    "preferences regler malik --canal synthese --essai --json",
    "absences noter malik --du 28/09/2026 --au 09/10/2026 --essai",
    "absences noter malik --du 28/09/2026 --au 09/10/2026 --essai --json",
    "absences lister", "absences lister --json", "lettres lister --json", "lettres verifier",
)  # fmt: skip
WRITES = (
    "dossier heures {ref} --ajouter mission --jours 19/10/2026 --prevues 7",
    "dossier pieces {ref} --recue infos_salarie --ou infos_salarie='classeur 3'",
    "dossier corriger {ref} --fait fin_formation=30/11/2026",
    "dossier attribuer {ref} --personne malik",
    "dossier reporter {ref} drf --jusqu-au 25/09/2026 --raison 'Dates à confirmer'",
    "dossier avancer {ref} deposer_drf",
    "dossier lettre {ref} reponse --sortie {ref}.eml --remplacer",
)
REFUSALS = (
    "dossier avancer {ref} accorder_financement", "dossier avancer {ref} xyzzy",
    "dossier corriger {ref} --fait xyzzy=1", "dossier corriger {ref} --fait debut_contrat=xyzzy",
    "dossier pieces {ref} --recue xyzzy", "dossier fiche {ref} --etape xyzzy",
    "dossier heures {ref} --retirer 99", "dossier corriger {ref} --version-vue 1 --libelle Autre",
    "dossier reporter {ref} xyzzy --jusqu-au 25/09/2026 --raison Vu", "courriels voir 9999",
    "courriels abandonner 9999 --raison Vu", "courriels rediriger 1 --vers xyzzy",
    "dossier voir CIPI-2026-9999", "--par xyzzy dossier annuler {ref}", "dossier eligibilit {ref}",
)  # fmt: skip


@cache
def rules() -> dict[str, Ground]:
    """Return the nine grounds as the rule file has them."""
    found = load_rulebook().procedure("cipi").eligibility
    assert found is not None
    return dict(found.grounds)


def folded(text: str) -> str:
    """Return a text as it is searched: one line, no accents, no capitals, no escapes."""
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    apart = unicodedata.normalize("NFKD", html.unescape(text).replace("’", "'"))
    text = plain(MARKS.sub("", apart).casefold())
    for words in EVERYBODYS:
        text = text.replace(words, "")
    return text


def needles(noted: Noted) -> frozenset[str]:
    """Return everything that would tell a ground, an answer, a proof or the place of one case."""
    ground = rules()[noted.ground]
    questions = ground.questions.values()
    ids = {ground.id, *ground.questions, *ground.proofs}
    labels = {ground.label, *ground.notes}
    labels |= {question.label for question in questions}
    labels |= {proof.label for proof in ground.proofs.values()}
    for question in questions:
        ids |= {name for name in question.choices if len(name) > 1}
        labels |= set(question.choices.values())
    for check in ground.checks:
        ids.add(check.id)
        labels |= {check.label, *check.notes}
        says = [band.say for band in (*check.bands, check.missing) if band]
        # A sentence with blanks is searched for in pieces; « Il manque » alone tells nothing.
        pieces = (part.strip(" :.,;()") for say in says for part in re.split(r"\{\w+\}", say))
        labels |= {piece for piece in pieces if piece.count(" ") > 1}
    told = {label.rstrip(".") for label in labels if len(label) > 1}
    words = (*WORDS[noted.ground], noted.place, *ids, *told)
    return frozenset(map(folded, words)) - ORDINARY


@cache
def pattern(ground: str) -> re.Pattern[str]:
    """Return what finds any needle of a ground, as whole words."""
    listed = "|".join(map(re.escape, sorted(needles(BY_GROUND[ground]), key=len, reverse=True)))
    return re.compile(rf"(?<![a-z0-9_])(?:{listed})(?![a-z0-9_])")


def leaks(text: str, *grounds: str) -> set[str]:
    """Return what a text gives away of some grounds; of all nine when none is named."""
    searched = folded(text)
    return {found for one in grounds or BY_GROUND for found in pattern(one).findall(searched)}


class Evidence(Struct):
    """Everything that came out of the agency."""

    desk: Desk
    told: list[tuple[str, str]] = field(default_factory=list)
    """Name and text of each output that everybody may see."""
    alike: dict[str, dict[str, str]] = field(default_factory=dict)
    """By ground and command, what was answered while all nine had the same verdict."""
    restricted: dict[str, tuple[str, Any]] = field(default_factory=dict)
    """By ground, the restricted reading as text and as JSON."""
    log: io.StringIO = field(default_factory=io.StringIO)

    def type(self, line: str, *words: str, codes: tuple[int, ...] = (0,)) -> Run:
        """Type a command and keep what it answers."""
        run = self.desk.type(line, *words)
        assert run.code in codes, f"{line} : {run.code} {run.err}"
        self.told.append((line, f"{run.out}\n{run.err}"))
        return run


def noting(evidence: Evidence) -> None:
    """Open nine cases alike but for the ground, each noted after a rehearsal."""
    desk = evidence.desk
    evidence.type("init")
    for noted in ALL:
        ref = REFS[noted.ground]
        evidence.type("dossier ouvrir cipi --libelle 'Sacha Morvan'", *FACTS)
        evidence.type(f"dossier eligibilite {ref} --essai", *noted.options, *SEEN)
        evidence.type(f"dossier eligibilite {ref} --json", *noted.options, *SEEN)
        answers = evidence.alike.setdefault(noted.ground, {})
        for line in OF_A_CASE:
            run = evidence.type(line.format(ref=ref))
            answers[line] = (run.out + run.err).replace(ref, "REF")
        evidence.type(f"dossier eligibilite {ref}", *SHORT)
    desk.now = READING
    for noted in ALL:
        line = f"--par malik dossier eligibilite {REFS[noted.ground]} --confidentiel"
        evidence.restricted[noted.ground] = (
            desk.must(line).shown,
            desk.must(f"{line} --json").json,
        )


def working(evidence: Evidence) -> None:
    """Do everything that writes, then read everything, and let the service work."""
    for noted in ALL:
        ref = REFS[noted.ground]
        expires = rules()[noted.ground].proofs[noted.proof].expires
        for line in WRITES:
            if expires:
                evidence.type(f"{line.format(ref=ref)} --essai --json")
            evidence.type(line.format(ref=ref))
        evidence.type(f"dossier annuler {ref} --json")
        for line in ONCE_IT_FAILS if expires or noted is ALL[0] else ONCE_IT_FAILS[:4]:
            evidence.type(line.format(ref=ref))
        for name in (f"{ref}.html", f"{ref}.txt"):
            evidence.type(f"dossier fiche {ref} --sortie {name}")
    for moment in BEATS:
        evidence.desk.now = moment
        if moment == BEATS[-2]:
            for line in OF_THE_AGENCY:
                evidence.type(line)
        if moment == BEATS[-1]:
            # A folder where nothing can be written: the mails wait, and the failure is logged.
            (evidence.desk.folder / "courriels").rename(evidence.desk.folder / "partis")
            (evidence.desk.folder / "courriels").write_text("", encoding="utf-8")
        evidence.type("service --une-fois", codes=(0, 7))
        evidence.type("synthese --envoyer --json", codes=(0, 7))


def failing(evidence: Evidence, patch: pytest.MonkeyPatch) -> None:
    """Make every kind of error happen while what is restricted is being typed or read."""
    mistakes = (2, 3, 4, 5, 6, 7)
    # The traceback comes before the sentence: both are searched.
    patch.setenv("ECHEANCIER_DEBUG", "1")
    for noted, other in zip(ALL, ALL[1:] + ALL[:1], strict=True):
        line = f"dossier eligibilite {REFS[noted.ground]}"
        for words in mistyped(noted, other):
            evidence.type(line, *words, codes=mistakes)
    for refusal in REFUSALS:
        evidence.type(refusal.format(ref=REFS["minima_sociaux"]), codes=mistakes)
    for broken in (locked, read_only, missing, aborted, unforeseen):
        with broken(evidence.desk, patch) as tail:
            for noted in ALL:
                line = f"{tail} dossier eligibilite {REFS[noted.ground]}"
                moved = (*noted.options, "--conservee-a", f"{noted.place} bis")
                evidence.type(line, *moved, codes=(1, 7))
                if broken not in {aborted, unforeseen}:
                    evidence.type(f"{line} --confidentiel", codes=(7,))
    with damaged(evidence.desk):
        evidence.type("synthese --personne malik", codes=(0, 7))
        for ref in REFS.values():
            evidence.type(f"dossier voir {ref}", codes=(7,))
            evidence.type(f"dossier eligibilite {ref} --confidentiel", codes=(7,))
    patch.delenv("ECHEANCIER_DEBUG")


def mistyped(noted: Noted, other: Noted) -> Iterator[tuple[str, ...]]:
    """Yield lines that cannot be noted, each holding something of the ground."""
    label = rules()[noted.ground].label
    name, value = next(iter(noted.typed.items()))
    answer = ("--reponse", f"{name}={value}")
    yield ("--version-vue", "1", *noted.options)
    yield ("--public", label)
    yield ("--public", other.ground, *answer)
    yield ("--public", other.ground, "--preuve", f"{noted.proof}s", "--reponse", name)
    yield ("--public", noted.ground, "--reponse", f"{name}=")
    yield ("--public", noted.ground, *answer, "--reponse", f"{name}=1")
    yield ("--vue-le", label)
    yield ("--valable-jusqu-au", noted.place)
    yield ("--confidentiel", *noted.options)
    yield (*noted.options, noted.place)
    yield (*noted.options, "--conservee-a")
    yield (f"--{noted.ground}",)
    yield (*noted.options, "--vue-le", "01/01/2030")


@contextmanager
def locked(desk: Desk, patch: pytest.MonkeyPatch) -> Iterator[str]:
    """Keep another writer in the database."""
    with patch.context() as hasty, closing(sqlite3.connect(desk.database)) as base:
        hasty.setattr(open_engine, "__kwdefaults__", {"busy_seconds": 0.01})
        base.execute("BEGIN EXCLUSIVE")
        yield ""
        base.rollback()


@contextmanager
def read_only(desk: Desk, _patch: pytest.MonkeyPatch) -> Iterator[str]:
    """Open the database for reading only."""
    yield f"--base 'sqlite:///file:{desk.database}?mode=ro&uri=true'"


@contextmanager
def missing(_desk: Desk, _patch: pytest.MonkeyPatch) -> Iterator[str]:
    """Look for a database where there is none."""
    yield "--base sqlite:///ailleurs.db"


@contextmanager
def aborted(desk: Desk, _patch: pytest.MonkeyPatch) -> Iterator[str]:
    """Let the database refuse the row itself, which drivers like to show."""
    refuse = "BEGIN SELECT RAISE(ABORT, 'refus'); END"
    desk.execute(f"CREATE TRIGGER refuse BEFORE INSERT ON eligibility {refuse}")
    yield ""
    desk.execute("DROP TRIGGER refuse")


@contextmanager
def unforeseen(_desk: Desk, patch: pytest.MonkeyPatch) -> Iterator[str]:
    """Let the program fail where it holds the restricted part."""

    def fail(*_given: object) -> None:
        raise RuntimeError("imprévu")

    with patch.context() as broken:
        broken.setattr(records, "record_eligibility", fail)
        yield ""


@contextmanager
def damaged(desk: Desk) -> Iterator[None]:
    """Cut the stored restricted parts short, so that they cannot be read back."""
    shutil.copy(desk.database, desk.folder / "garde.db")
    desk.execute("UPDATE eligibility SET data = substr(data, 1, length(data) - 3)")
    yield
    desk.database.write_bytes((desk.folder / "garde.db").read_bytes())
    (desk.folder / "garde.db").unlink()


def mail_text(content: bytes) -> str:
    """Return a mail as it is sent, its lines whole again, and as it is read: all of it decoded."""
    message = message_from_bytes(content, policy=default)
    heads = [f"{name}: {value}" for name, value in message.items()]
    bodies = [
        str(part.get_content()) for part in message.walk() if part.get_content_maintype() == "text"
    ]
    assert len(bodies) == 2, "a mail is a text and a page"
    # A line of quoted-printable is cut wherever it is full: « class= » leaves « ass » on the next one.
    sent = re.sub(r"=\r?\n", "", content.decode())
    return "\n".join([sent, *heads, *bodies])


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evidence]:
    """Return everything that came out of an agency whose nine files have nine grounds."""
    with pytest.MonkeyPatch.context() as patch:
        found = Evidence(Desk(tmp_path_factory.mktemp("agence"), patch))
        # Wide enough that no column cuts a phrase.
        patch.setenv("COLUMNS", "300")
        root, handler = logging.getLogger(), logging.StreamHandler(found.log)
        level = root.level
        root.addHandler(handler)
        root.setLevel(logging.INFO)
        try:
            noting(found)
            working(found)
            failing(found, patch)
        finally:
            root.removeHandler(handler)
            root.setLevel(level)
        yield found


def files(evidence: Evidence, suffix: str) -> list[Path]:
    """Return the files of a kind that the agency has."""
    return sorted(evidence.desk.folder.rglob(f"*{suffix}"))


@pytest.mark.parametrize("noted", ALL, ids=[noted.ground for noted in ALL])
def test_the_restricted_reading_gives_all_of_it_back(evidence: Evidence, noted: Noted) -> None:
    """Ground, answers, proof and place come back exactly, as text and as JSON."""
    text, data = evidence.restricted[noted.ground]
    ground, place = rules()[noted.ground], f"Coffre {noted.place}, clé n° 3"
    proof = ground.proofs[noted.proof].label
    assert (data["ref"], data["ground"]["id"], data["ground"]["label"]) == (
        REFS[noted.ground], noted.ground, ground.label,
    )  # fmt: skip
    assert (data["answers"], data["proof"]["id"], data["proof"]["label"], data["kept_at"]) == (
        noted.kept, noted.proof, proof, place,
    )  # fmt: skip
    assert (data["seen_on"], data["valid_until"]) == ("2026-08-28", "2026-10-09")
    asked = [ground.questions[name].label for name in noted.typed]
    spoken = [one["sentence"] for one in data["findings"]]
    assert spoken
    for words in (ground.label, *asked, *noted.shown, proof, place, *spoken):
        assert folded(words) in folded(text), words


@pytest.mark.parametrize("ground", BY_GROUND)
def test_each_word_searched_for_is_one_the_restricted_reading_shows(
    evidence: Evidence, ground: str
) -> None:
    """A needle that nothing ever shows would find nothing anywhere: each is in its own reading."""
    text, data = evidence.restricted[ground]
    kinds = [choice for one in rules()[ground].questions.values() for choice in one.choices]
    others = [proof.label for proof in rules()[ground].proofs.values()]
    rest = " ".join((rules()[ground].label, *kinds, *others, rules()[ground].source.quote))
    found = leaks(f"{text} {json.dumps(data, ensure_ascii=False)} {rest}", ground)
    searched = folded(f"{text} {json.dumps(data, ensure_ascii=False)} {rest}")
    assert [word for word in WORDS[ground] if word not in searched] == []
    assert folded(BY_GROUND[ground].place) in found


def test_no_command_tells_a_ground(evidence: Evidence) -> None:
    """Readings, writes, rehearsals and errors of every kind say nothing of any of the nine."""
    assert len(evidence.told) > 400
    told = {name: found for name, text in evidence.told if (found := leaks(text))}
    assert told == {}


def test_the_commands_did_what_they_were_typed_for(evidence: Evidence) -> None:
    """What was searched is no empty page: verdicts, tracebacks and refusals are in it."""
    everything = plain("\n".join(text for _, text in evidence.told))
    for words in (
        "Public éligible", "Renouveler la pièce d’éligibilité", "Traceback", "RuntimeError",
        "il a changé depuis que vous l’avez lu", "lecture seule", "n’existe pas encore",
        "partie restreinte d’un dossier est abîmée", "Erreur inattendue", "Dossiers à corriger",
        "Consultation de la partie restreinte",
    ):  # fmt: skip
        assert words in everything, words


def test_no_mail_tells_a_ground(evidence: Evidence) -> None:
    """Reminders and digests, decoded, with their headers and the names of their files, are silent."""
    mails = files(evidence, ".eml")
    texts = {file.name: mail_text(file.read_bytes()) for file in mails}
    everything = plain(" ".join(texts.values()))
    for words in ("Renouveler la pièce d’éligibilité", "Saisir la DRF", "Dossiers à corriger"):
        assert words in everything, words
    assert {ref for ref in REFS.values() if ref in everything} == set(REFS.values())
    assert {name: leaks(f"{name} {text}") for name, text in texts.items() if leaks(text)} == {}


def test_no_file_or_log_tells_a_ground(evidence: Evidence) -> None:
    """Exported sheets, the error log, log records and the names of all files are silent."""
    sheets = [file for kind in (".html", ".txt") for file in files(evidence, kind)]
    logs = files(evidence, ".log")
    assert len(sheets) == 2 * len(ALL)
    assert logs
    assert "RuntimeError" in logs[0].read_text(encoding="utf-8")
    assert evidence.log.getvalue()
    names = " ".join(file.name for file in files(evidence, ""))
    texts = [file.read_text(encoding="utf-8") for file in (*sheets, *logs)]
    assert leaks("\n".join([*texts, evidence.log.getvalue(), names])) == set()


def test_one_table_alone_holds_the_grounds(evidence: Evidence) -> None:
    """Every other table is silent, mails of the outbox included; so is the file without that table."""
    copy = evidence.desk.folder / "copie.db"
    shutil.copy(evidence.desk.database, copy)
    held: dict[str, set[str]] = {}
    with closing(sqlite3.connect(copy, isolation_level=None)) as base:
        tables = base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            rows = base.execute(f'SELECT * FROM "{table}"').fetchall()
            held[table] = leaks("\n".join(_cell(value) for row in rows for value in row))
        for noted in ALL:
            stored = base.execute(
                "SELECT data FROM eligibility JOIN case_file ON id = case_id WHERE ref = ?",
                (REFS[noted.ground],),
            ).fetchall()
            assert leaks(str(stored), noted.ground) >= {noted.ground, folded(noted.place)}
        base.execute("DELETE FROM eligibility")
        base.execute("VACUUM")
    rest = copy.read_bytes().decode("utf-8", "replace")
    copy.unlink()
    assert held.pop("eligibility")
    assert {table: found for table, found in held.items() if found} == {}
    assert "CIPI-2026-0009" in rest
    # Three letters may follow one another by chance in what is encoded.
    assert {needle for needle in leaks(rest) if len(needle) > 4} == set()


def _cell(value: object) -> str:
    return mail_text(value) if isinstance(value, bytes) else str(value)


@pytest.mark.parametrize("ref", REFS.values())
def test_each_restricted_reading_is_recorded(evidence: Evidence, ref: str) -> None:
    """The journal tells who read the restricted part and when, and nothing of what was read."""
    entries = evidence.desk.must(f"dossier journal {ref} --json").json
    read = [entry for entry in entries if entry["kind"] == "consultation"]
    assert len(read) == 2
    for entry in read:
        assert entry["by"] == "malik"
        assert datetime.fromisoformat(entry["at"]) == READING
    shown = evidence.desk.must(f"dossier journal {ref}").shown
    assert "Consultation de la partie restreinte" in shown
    assert "01/09/2026 à 11:15" in shown
    assert "Malik Berthaud" in shown


@pytest.mark.parametrize("line", OF_A_CASE)
def test_nine_grounds_that_hold_look_alike(evidence: Evidence, line: str) -> None:
    """With the same public verdict, nothing at all tells one ground from another."""
    answers = {ground: told[line] for ground, told in evidence.alike.items()}
    first = answers["etti"]
    assert first.strip()
    assert [ground for ground, answer in answers.items() if answer != first] == []
