"""Questions that several operations ask."""

from __future__ import annotations

from workflow.operations.requests import Takes, ask

DAYS_AHEAD = 14
"""Days that a list of deadlines looks at, unless it is told how many."""
LINES = 50
"""Lines that a list shows, unless it is told how many."""

# fmt: off
REF = ask("ref", Takes.CASE, "Référence du dossier.", required=True)
TRIED = ask("essai?", Takes.NOTHING, "Montre ce qui serait fait, sans rien enregistrer.")
SURE = ask("oui?", Takes.NOTHING, "Enregistre sans poser la question.")
COMMENT = ask("commentaire", Takes.WORDS, "Commentaire gardé au journal.")
FACTS = ask("fait=", Takes.FACT, "Fait à noter : date, nombre, oui ou non…")
FUNDER = ask("financeur", Takes.FUNDER, "Quand la procédure en a plusieurs.")
OF_AGENCY = ask("agence", Takes.AGENCY, "Seulement cette agence.")
OF_PERSON = ask("personne", Takes.PERSON, "Seulement cette personne.")
OF_GROUP = ask("groupe", Takes.WORDS, "Seulement ce groupe.", sign="NOM")
OF_PROCEDURE = ask("procedure", Takes.PROCEDURE, "Seulement cette procédure.")
LIMIT = ask("limite", Takes.NUMBER, f"Lignes à montrer ({LINES}).")
FILE = (
    ask("sortie", Takes.FILE, "Fichier à écrire, à la place de l’écran."),
    ask("remplacer?", Takes.NOTHING, "Écrit par-dessus un fichier déjà là."),
)
# fmt: on
