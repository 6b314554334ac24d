"""The real program in a real terminal: a file from its opening to its closing, and accidents on the way."""

from __future__ import annotations

import pytest

from tests.support.installed import Installed
from tests.support.terminal import Pty, Terminal

REF = "CIPI-2026-0001"


def open_file(installed: Installed) -> Terminal:
    """Open the interface, then a file of which the training starts on 8 September."""
    terminal = installed.start()
    terminal.wait("Aucun dossier en cours")
    terminal.press("n")
    terminal.wait("Nouveau dossier", "Première date possible")
    terminal.type("08/09/2026 9h")
    terminal.wait("= mardi 8 septembre 2026 à 09:00", "Ce départ est possible")
    terminal.press("BTab")
    terminal.type("Sacha Morvan")
    terminal.insist("C-s", "o  Oui")
    terminal.press("o")
    terminal.wait(REF, "Préparation", "1 Saisir la DRF")
    return terminal


def step(installed: Installed, terminal: Terminal, when: str, day: str, key: str = "a") -> None:
    """Let time pass, then open the form of an action."""
    installed.at(when)
    terminal.wait(day)
    terminal.press(key)
    terminal.wait("Enregistrer  Ctrl+S")


def save(terminal: Terminal, state: str) -> None:
    """Save a form once its effect is shown."""
    terminal.wait(f"→ {state}")
    terminal.press("C-s")
    terminal.wait(f"● {state}", without="Enregistrer  Ctrl+S")


def note_hours(terminal: Terminal, kind: int, first: str, last: str) -> None:
    """Add a line of hours from its tab, of the first or second kind."""
    terminal.press("n")
    terminal.wait("Nouvelle ligne d’heures")
    terminal.press("Enter", *(["Down"] * kind), "Enter", "Tab")
    terminal.type(first)
    terminal.press("Tab")
    terminal.type(last)
    terminal.press("Tab")
    terminal.type("35")
    terminal.press("Tab")
    terminal.type("35")
    terminal.wait("35 h prévues")
    terminal.press("C-s")
    terminal.wait(f"{first} au {last}", without="Enregistrer  Ctrl+S")


@pytest.mark.slow
def test_a_file_from_its_opening_to_its_closing(installed: Installed) -> None:
    """Every step of a CIPI, each on its day or noted late, by the keys that staff press."""
    terminal = open_file(installed)

    step(installed, terminal, "2026-09-01 10:00", "mardi 1er septembre")
    save(terminal, "DRF déposée")
    terminal.wait("attend AKTO")

    step(installed, terminal, "2026-09-07 11:00", "lundi 7 septembre")
    terminal.type("3/9")
    terminal.wait("= jeudi 3 septembre 2026")
    save(terminal, "DRF accordée")

    terminal.press("Tab")
    terminal.wait("à obtenir")
    terminal.press("r")
    terminal.wait("reçue le 07/09/2026")

    step(installed, terminal, "2026-10-20 15:00", "mardi 20 octobre")
    terminal.press("Tab")
    terminal.type("08/09/2026")
    for _ in range(3):
        terminal.press("Tab", "Space")
    save(terminal, "Contrat déposé")

    step(installed, terminal, "2026-10-28 15:00", "mercredi 28 octobre")
    save(terminal, "Financement accordé")

    terminal.press("Tab")
    terminal.wait("Aucune heure n’est notée")
    note_hours(terminal, 1, "21/09/2026", "25/09/2026")
    note_hours(terminal, 2, "28/09/2026", "02/10/2026")

    step(installed, terminal, "2026-12-09 14:00", "mercredi 9 décembre")
    terminal.press("Tab")
    terminal.type("27/11/2026")
    terminal.press("Tab", "Space", "Tab", "Tab", "Space")
    save(terminal, "Présences saisies")

    step(installed, terminal, "2026-12-15 09:00", "mardi 15 décembre", "1")
    terminal.press("Tab", "Space")
    save(terminal, "Surcoût demandé")

    step(installed, terminal, "2026-12-28 09:00", "lundi 28 décembre")
    terminal.press("Tab")
    terminal.type("11/12/2026")
    save(terminal, "Clos")
    terminal.wait("Le dossier est fini : aucune action.")

    seen = installed.desk.must(f"dossier voir {REF} --json").json
    assert (seen["state"], seen["deadlines"]) == ("clos", [])
    assert seen["facts"]["drf_accordee_le"] == "2026-09-03"


@pytest.mark.slow
def test_a_power_cut_while_typing_loses_nothing(installed: Installed) -> None:
    """Killed in the middle of a sentence, the program offers that sentence again when it is restarted."""
    installed.desk.open_case()
    # In the terminal that needs nothing of the machine: each way of driving is tried everywhere.
    terminal = installed.start(kind=Pty)
    terminal.wait(REF)
    terminal.press("Enter")
    terminal.wait("1 Saisir la DRF")
    terminal.press("c")
    terminal.wait("Commentaire pour le journal")
    terminal.type("Titre à moitié tapé")
    terminal.kill()
    again = installed.start()
    again.wait(REF)
    again.press("Enter")
    again.wait("1 Saisir la DRF")
    again.press("c")
    again.wait("Titre à moitié tapé", "Repartir de zéro")
    again.press("Enter")
    again.wait("Titre à moitié tapé", "Votre saisie d’avant est revenue", "brouillon repris")


FAULT = """
from tui.case import tabs

def broken(*_: object) -> None:
    raise LookupError("Sacha Morvan")

tabs.money = broken
"""


@pytest.mark.slow
def test_a_fault_of_the_program_is_one_sentence(installed: Installed) -> None:
    """A fault leaves the interface with one sentence, and a log that repeats nothing of the file."""
    installed.desk.open_case()
    terminal = installed.start(FAULT)
    terminal.wait(REF)
    terminal.press("Enter")
    terminal.wait("1 Saisir la DRF")
    for _ in range(3):
        terminal.press("Tab")
    shown = terminal.wait("Erreur inattendue du programme (LookupError)", "erreurs.log")
    assert "Traceback" not in shown
    log = next((installed.desk.folder / "home").rglob("erreurs.log")).read_text(encoding="utf-8")
    assert "LookupError" in log
    assert "Sacha" not in log
