"""What installs the program, watches over it and opens it."""

from __future__ import annotations

from workflow.operations.asked import SURE, TRIED
from workflow.operations.requests import Operation, Reach, Takes, ask

# fmt: off
SETTING_UP = (
    Operation.of("init", "init", Reach.PROGRAM,
        "Crée la base, ou la met à jour ; {demo} y met une agence d’exemple.", (), (
        ask("demo?", Takes.NOTHING, "Ajoute des dossiers d’exemple, datés d’hier."), TRIED)),
    Operation.of("demo", "demo", Reach.PROGRAM,
        "Montre le programme à l’œuvre sur une agence d’exemple, dans le dossier demo.", (), (
        ask("dossier", Takes.FOLDER, "Où créer la démonstration."),)),
)
RUNNING = (
    Operation.of("service", "service", Reach.AGENCY,
        "Envoie rappels et synthèses à leur heure, jusqu’à ce qu’on l’arrête.", (), (
        ask("une-fois?", Takes.NOTHING, "Fait ce qui est dû, puis s’arrête."),
        ask("reprise?", Takes.NOTHING,
            "Après restauration d’une sauvegarde : ne renvoie pas ce qui a pu partir depuis."),
        ask("confirmer?", Takes.NOTHING,
            "L’heure est juste : laisse partir ce qui était retenu, après l’avoir compté."),
        ask("dedire?", Takes.NOTHING,
            "L’horloge était en avance : reprend ce qu’elle a fait dire, pour que ce soit dit en son temps."),
        ask("journal", Takes.CHOICE, "Forme du journal ; sinon, la configurée.",
            choices="texte json", sign="texte|json"), SURE, TRIED)),
    Operation.of("diagnose", "diagnostic", Reach.READS,
        "Vérifie configuration, base, règles, courriel, horloge et service : une ligne chacun.", (), (
        ask("surveillance?", Takes.NOTHING,
            "Une ligne pour un outil de supervision : code 0 si tout va bien, 7 sinon."),)),
    Operation.of("interface", "tui", Reach.PROGRAM,
        "Ouvre l’interface du terminal, comme « echeancier » seul.", (), (
        ask("lecture-seule?", Takes.NOTHING, "Pour regarder : rien ne peut être enregistré."),
        ask("theme", Takes.CHOICE, "sombre, clair, contraste ou daltonien.",
            choices="sombre clair contraste daltonien", sign="NOM"))),
)
# fmt: on
