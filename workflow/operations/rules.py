"""What is read of the rules, proved, compared and confirmed."""

from __future__ import annotations

from workflow.operations.asked import FUNDER, OF_PROCEDURE, SURE, TRIED
from workflow.operations.requests import Operation, Reach, Takes, ask

# fmt: off
TABLE = (
    Operation.of("verify-rules", "regles verifier", Reach.READS,
        "Vérifie tous les fichiers de règles et refait leurs exemples.", (), (
        ask("dossier", Takes.FOLDER, "Autres fichiers que ceux du programme."),)),
    Operation.of("show-rules", "regles voir", Reach.READS,
        "Montre une procédure : étapes, actions, pièces, échéances et sources.", (
        ask("procédure", Takes.PROCEDURE, "Procédure ; sans elle, leur liste."),), (FUNDER,)),
    Operation.of("confirm-rule", "regles confirmer", Reach.AGENCY,
        "Note la réponse du financeur sur un point douteux des règles ; sans lui, la liste des points.", (
        ask("id", Takes.DOUBT, "Point à confirmer ; seul, ce qui en a été noté."),), (
        ask("valeur", Takes.WORDS, "Nombre, oui ou non (oui)."), ask("le", Takes.DAY, "Jour de la réponse."),
        ask("jusqu-au", Takes.DAY, "Son dernier jour."), ask("reponse", Takes.WORDS, "De qui, et où."),
        ask("retirer?", Takes.NOTHING, "Retire ce qui est confirmé."), TRIED)),
    Operation.of("find-funder", "regles opacif", Reach.READS,
        "Dit quel OPACIF couvre un secteur, une convention ou un employeur.", (
        ask("mots*", Takes.WORDS, "Secteur, convention ou employeur ; sans eux, tous les OPACIF."),)),
    Operation.of("compare-rules", "regles comparer", Reach.CASES,
        "Montre les dossiers ouverts dont les dates changeraient ; avec {appliquer}, les recalcule.", (), (
        OF_PROCEDURE,
        ask("regles", Takes.FOLDER, "Règles à venir, à la place de celles-ci.", sign="DOSSIER"),
        ask("appliquer?", Takes.NOTHING, "Enregistre les nouvelles dates, toutes ou aucune."), SURE)),
)
# fmt: on
