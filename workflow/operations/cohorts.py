"""What is done at once to the files of a group: the people who follow one training session."""

from __future__ import annotations

from workflow.operations.asked import COMMENT, FACTS, FUNDER, OF_AGENCY, SURE, TRIED
from workflow.operations.requests import Operation, Reach, Takes, ask

# fmt: off
_GROUP = ask("nom", Takes.WORDS, "Nom du groupe.", required=True)
_REFS = ask("ref*", Takes.CASE, "Référence du dossier ; plusieurs si besoin.")
_FORCED = ask("forcer?", Takes.NOTHING, "Passe outre une fenêtre fermée ; demande un commentaire.")

TABLE = (
    Operation.of("open-cohort", "groupe ouvrir", Reach.CASES,
        "Ouvre un dossier pour chaque personne d’une liste, avec les mêmes faits.", (
        ask("procédure", Takes.PROCEDURE, "Procédure, par exemple cipi.", required=True), _GROUP), (
        FACTS,
        ask("noms", Takes.FILE, "Liste, une personne par ligne ; « - » lit ce qui est collé.",
            required=True),
        ask("agence", Takes.AGENCY, "Agence des dossiers ; sinon la vôtre."),
        ask("suivi-par", Takes.PERSON, "Qui les suit ; sinon vous."),
        ask("territoire", Takes.TERRITORY, "Jours fériés ; sinon ceux de l’agence."),
        FUNDER,
        ask("historique?", Takes.NOTHING, "Dossiers anciens d’un dispositif qui a pris fin (CIF)."),
        COMMENT, _FORCED, SURE, TRIED)),
    Operation.of("cohorts", "groupe lister", Reach.READS,
        "Liste les groupes qui ont un dossier en cours.", (), (
        OF_AGENCY, ask("tous?", Takes.NOTHING, "Avec ceux dont tout est fini."))),
    Operation.of("cohort", "groupe voir", Reach.READS,
        "Montre un groupe : ce qui est commun, où en est chacun, ce qui diffère.", (_GROUP,)),
    Operation.of("correct-cohort", "groupe corriger", Reach.CASES,
        "Corrige une date, ou un autre fait, dans les dossiers qui disent comme la plupart.", (_GROUP,), (
        FACTS,
        ask("tous?", Takes.NOTHING, "Aussi dans ceux qui diffèrent."),
        COMMENT, _FORCED, SURE, TRIED)),
    Operation.of("advance-cohort", "groupe avancer", Reach.CASES,
        "Fait une action dans chaque dossier en cours d’un groupe.", (
        _GROUP, ask("action", Takes.STEP, "Action à faire.", required=True)), (
        FACTS, ask("piece*", Takes.PAPER, "Pièce reçue aujourd’hui, pour chacun."),
        COMMENT, _FORCED, SURE, TRIED)),
    Operation.of("join-cohort", "groupe ajouter", Reach.CASES,
        "Met des dossiers dans un groupe, nouveau si aucun ne porte ce nom.", (_GROUP, _REFS), (
        COMMENT, TRIED)),
    Operation.of("leave-cohort", "groupe retirer", Reach.CASES,
        "Retire des dossiers d’un groupe ; eux restent comme ils sont.", (_GROUP, _REFS), (
        COMMENT, TRIED)),
)
# fmt: on
