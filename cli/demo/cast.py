"""The sample agency: invented people, and files over every state, dated from the day they are entered.

Read by `cli.demo.builder`. A table and nothing else: names are invented, addresses are of reserved domains,
and every date is a number of working days before or after the day of entry.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

CONFIG = """\
# Configuration de la démonstration, écrite par « echeancier demo ». Noms inventés, adresses réservées :
# aucun message n’est envoyé, ils sont écrits dans courriels/. Le config.toml du programme explique tout.

[database]
url = "sqlite:///echeancier.db"

[mail]
transport = "fichier"
directory = "courriels"
sender = "echeancier@example.org"

[company]
headcount = 42
membership = "prism_emploi"

[agencies.lyon]
name = "Agence de Lyon"
email = "lyon@example.org"
territory = "FR"

[agencies.strasbourg]
name = "Agence de Strasbourg"
email = "strasbourg@example.org"
territory = "FR-6AE"

[people.claire]
name = "Claire Vasseur"
email = "claire.vasseur@example.org"
agency = "lyon"
empty_digest_on = ["lundi"]

[people.malik]
name = "Malik Berthaud"
email = "malik.berthaud@example.org"
agency = "lyon"
manager = "claire"

[people.ines]
name = "Inès Kerbrat"
email = "ines.kerbrat@example.org"
agency = "strasbourg"
manager = "claire"

[user]
id = "claire"
"""


HoursRow = tuple[str, int, int, str, str, str]
"""Kind, first and last day, hours planned, hours done (or nothing), place."""


class Eligible(Struct, frozen=True):
    """An invented reason why somebody is eligible.

    Args:
        ground: id of the ground.
        answers: to its questions, as typed.
        proof: which proof was seen, if any.
        seen: day on which it was.
        until: last day on which it is worth something.
        kept_at: where it is kept.
    """

    ground: str
    answers: Mapping[str, str]
    proof: str = ""
    seen: int | None = None
    until: int | None = None
    kept_at: str = ""


class Sample(Struct, frozen=True):
    """A file to enter.

    Args:
        number: part of its reference, so that entering twice finds it there.
        title: an invented name and a trade.
        owner: who follows it, as a rank among the people of the configuration; None for nobody.
        start: first day of training, in working days from the day of entry.
        steps: what was done, each with its day.
        facts: other facts, each with its day.
        hour: hour of the first day of training.
        made: what the file is made of, as typed when it is opened.
        hours: lines of its ledger.
        papers: papers beside those of its steps, each with its status and where it is kept.
        eligible: why the person is eligible, when somebody noted it.
        amounts: by action, the amount noted with it.
    """

    number: int
    title: str
    owner: int | None
    start: int
    steps: tuple[tuple[str, int], ...] = ()
    facts: Mapping[str, int] = field(default_factory=dict)
    hour: str = "09:00"
    made: Mapping[str, str] = field(default_factory=dict)
    hours: tuple[HoursRow, ...] = ()
    papers: tuple[tuple[str, str, str], ...] = ()
    eligible: Eligible | None = None
    amounts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def _filed(drf: int, *more: tuple[str, int]) -> tuple[tuple[str, int], ...]:
    return (("deposer_drf", drf), *more)


def _agreed(drf: int, *more: tuple[str, int]) -> tuple[tuple[str, int], ...]:
    return _filed(drf, ("accorder_drf", drf + 2), *more)


def _funded(drf: int, contract: int, *more: tuple[str, int]) -> tuple[tuple[str, int], ...]:
    return _agreed(
        drf, ("deposer_contrat", contract), ("accorder_financement", contract + 6), *more
    )


def _dates(contract: int, end: int, **more: int) -> dict[str, int]:
    return {"debut_contrat": contract, "fin_formation": end, **more}


def _made(school: str, course: str, training: str, mission: str, **more: str) -> dict[str, str]:
    """Return the facts a file is made of, for the classic programme unless told otherwise."""
    return {
        "organisme_formation": school, "intitule_formation": course, "heures_formation": training,
        "heures_metier": training, "heures_missions": mission, "validation": "attestation_capacite",
        "statut_salarie": "interimaire", "tuteur_permanent": "oui", "programme": "classique",
        "cout_pedagogique_horaire": "14,50", "cout_remuneration_horaire": "15,20", **more,
    }  # fmt: skip


def _money(
    asked: str, agreed: str = "", claimed: str = "", paid: str = ""
) -> dict[str, dict[str, str]]:
    noted = (
        ("deposer_drf", "montant_demande", asked),
        ("accorder_financement", "montant_accorde", agreed),
        ("demander_surcout", "montant_reclame", claimed),
        ("cloturer", "montant_paye", paid),
    )
    return {action: {fact: euros} for action, fact, euros in noted if euros}


_ALPHA, _BETA = "Organisme Alpha", "Organisme Bêta"
_ACCOMPANIED = {"accompagne_etti": "oui", "nom_etti": "Passerelle Exemple"}

# One file a row, however long: a table is read down its columns.
# fmt: off
SAMPLES: tuple[Sample, ...] = (
    # In preparation: far ahead, opening this week, open, pressing, short of its margin, too late.
    Sample(1, "Nadège Perrault, préparatrice de commandes", 0, 60,
           made=_made(_ALPHA, "Préparation de commandes", "210", "105"),
           eligible=Eligible("etti", _ACCOMPANIED)),
    Sample(2, "Yanis Colombet, cariste", 1, 43),
    Sample(3, "Solène Audibert, agente de propreté", 0, 45,
           made=_made(_BETA, "Propreté et hygiène des locaux", "63", "70")),
    Sample(4, "Karim Delorme, soudeur", 2, 46),
    Sample(5, "Maëlle Tissier, opératrice de production", 1, 18,
           made=_made(_BETA, "Conduite de ligne", "175", "70",
                      heures_savoirs_base="35", heures_metier="140")),
    Sample(6, "Bastien Fougerolle, monteur de réseaux", 0, 11),
    Sample(7, "Aminata Rocher, conditionneuse", 2, 6),
    Sample(8, "Thibault Mercadier, peintre en bâtiment", 0, 5),
    Sample(9, "Leïla Garance, aide-couvreuse", 0, 3, hour="14:00"),
    Sample(10, "Ewen Quintard, échafaudeur", 1, 2, hour="17:00"),
    # Waiting for AKTO's reply, some for too long.
    Sample(11, "Hugo Valserine, magasinier", 0, 20, _filed(0)),
    Sample(12, "Océane Brissot, employée de restauration", 2, 19, _filed(-1),
           made=_made(_ALPHA, "Service en salle", "140", "84"), amounts=_money("2 520,00")),
    Sample(13, "Samir Lacombe, carrossier", 0, 17, _filed(-2)),
    Sample(14, "Élodie Montagnac, agente logistique", 1, 15, _filed(-6)),
    # Refused, or agreed with the contract still to file.
    Sample(15, "Driss Pellerin, chaudronnier", 1, 19, _filed(-9, ("refuser_drf", -4))),
    Sample(16, "Marion Castellane, câbleuse", 0, 9, _agreed(-11), _dates(9, 24),
           made=_made(_ALPHA, "Câblage de coffrets", "182", "98"), amounts=_money("3 276,00"),
           papers=(("infos_salarie", "verifie", "Classeur Lyon 3"), ("convention_formation", "recu", ""),
                   ("contrat_type_signe", "demande", "")),
           eligible=Eligible("etti", _ACCOMPANIED, "accompagnement", -13, 5, "Armoire fermée, Lyon")),
    Sample(17, "Rémi Saint-Ollivier, plombier", 1, -20, _agreed(-39), _dates(-20, 4)),
    Sample(18, "Fatou Deschanel, agente de tri", 0, -22, _agreed(-43), _dates(-22, 8)),
    Sample(19, "Julien Maravel, électricien", 2, -32, _agreed(-49), _dates(-32, -6)),
    # Contract filed: the funding is awaited, or was refused.
    Sample(20, "Anaïs Kervella, aide-soudeuse", 0, -16,
           _agreed(-33, ("deposer_contrat", -9)), _dates(-16, 10),
           made=_made(_BETA, "Soudage semi-automatique", "196", "70"), amounts=_money("3 528,00"),
           papers=(("contrat_type_signe", "transmis", "Classeur Lyon 3"),
                   ("convention_formation", "transmis", "Classeur Lyon 3")),
           hours=(("formation", -16, -1, "84", "80,5", _BETA), ("formation", 1, 10, "70", "", _BETA))),
    Sample(21, "Moussa Verdier, manutentionnaire", 1, -25,
           _agreed(-43, ("deposer_contrat", -14)), _dates(-25, 3)),
    Sample(22, "Charlène Dubreuil, agente d’entretien", None, -11,
           _agreed(-29, ("deposer_contrat", -4)), _dates(-11, 18)),
    Sample(23, "Nicolas Tavernost, coffreur", 2, -28,
           _agreed(-47, ("deposer_contrat", -16), ("refuser_financement", -5)), _dates(-28, 6)),
    # Funding agreed: attendance to enter, a mission to begin, some of it late; one interrupted.
    Sample(24, "Inaya Fabreguettes, vendeuse", 0, -34, _funded(-52, -28), _dates(-34, -2),
           made=_made(_ALPHA, "Vente et conseil", "210", "70", heures_metier="150", heures_savoirs_base="60"),
           amounts=_money("3 780,00", "3 780,00"),
           hours=(("formation", -34, -2, "210", "203", _ALPHA), ("mission", 3, 12, "70", "", "Société Orme")),
           papers=(("certificat_realisation", "recu", ""), ("contrat_mission_signe", "demande", "")),
           eligible=Eligible("sans_activite", {"fin_derniere_activite": "15/03/2021"}, "justificatif", -60)),
    Sample(25, "Olivier Chantemesse, conducteur", 1, -42, _funded(-60, -33), _dates(-42, -3),
           made=_made(_BETA, "Conduite d’engins", "196", "35"), amounts=_money("3 528,00", "3 400,00"),
           hours=(("formation", -42, -3, "196", "196", _BETA),)),
    Sample(26, "Salomé Bourdaret, serveuse", 0, -50,
           _funded(-68, -40), _dates(-50, -10, debut_mission=-8),
           made=_made(_ALPHA, "Service et accueil", "210", "84"), amounts=_money("3 780,00", "3 780,00"),
           hours=(("formation", -50, -10, "210", "210", _ALPHA),
                  ("mission", -8, -1, "49", "45,5", "Société Frêne"),
                  ("mission", 1, 5, "35", "", "Société Hêtre"))),
    Sample(27, "Gaëtan Roussillon, façadier", 2, -20, _funded(-38, -14), _dates(-20, 12)),
    Sample(28, "Mélissa Hautecombe, couturière", 1, -112, _funded(-130, -100), _dates(-113, -20)),
    Sample(29, "Idriss Valombre, poseur de sols", 0, -57,
           _funded(-75, -46, ("interrompre", -7)), _dates(-57, 14)),
    # Attendance entered, extra cost claimed, closed, abandoned.
    Sample(30, "Perrine Louvigny, agente d’accueil", 0, -70,
           _funded(-88, -60, ("saisir_presences", -7)), _dates(-70, -9, debut_mission=-8),
           made=_made(_BETA, "Accueil et standard", "203", "77"), amounts=_money("3 654,00", "3 654,00"),
           hours=(("formation", -70, -9, "203", "203", _BETA),
                  ("mission", -8, -1, "56", "52,5", "Société Orme")),
           papers=(("certificat_realisation", "transmis", "Classeur Lyon 2"),)),
    Sample(31, "Alexis Rochebrune, tourneur", 1, -74,
           _funded(-92, -63, ("saisir_presences", -13)), _dates(-74, -18, debut_mission=-16),
           hours=(("formation", -74, -18, "196", "196", _ALPHA),
                  ("mission", -16, -14, "21", "21", "Société Orme"))),
    Sample(32, "Cindy Morvillars, hôtesse de caisse", 0, -88,
           _funded(-106, -78, ("saisir_presences", -21), ("demander_surcout", -14)),
           _dates(-88, -26, debut_mission=-25, fin_parcours=-15),
           made=_made(_ALPHA, "Tenue de caisse", "224", "77", programme="prioritaire"),
           amounts=_money("6 048,00", "6 048,00", "604,80"),
           hours=(("bilan", -92, -91, "7", "7", _ALPHA), ("formation", -88, -26, "224", "217", _ALPHA),
                  ("mission", -25, -15, "77", "77", "Société Érable")),
           eligible=Eligible("etti", _ACCOMPANIED, "accompagnement", -108, None, "Armoire fermée, Lyon")),
    Sample(33, "Loïc Arrivabène, mécanicien", 2, -120,
           _funded(-138, -110, ("saisir_presences", -50), ("cloturer", -36)),
           _dates(-120, -56, debut_mission=-55, documents_remis_le=-42, fin_parcours=-44),
           made=_made(_BETA, "Mécanique industrielle", "231", "84"),
           hours=(("formation", -120, -56, "231", "231", _BETA),
                  ("mission", -55, -44, "84", "84", "Société Frêne")),
           amounts=_money("4 158,00", "4 158,00", paid="4 158,00")),
    Sample(34, "Assia Penhoat, agente de quai", 0, -114,
           _funded(-132, -104, ("saisir_presences", -43), ("demander_surcout", -36),
                   ("cloturer", -18)),
           _dates(-114, -50, debut_mission=-47, documents_remis_le=-44, fin_parcours=-35),
           made=_made(_ALPHA, "Manutention et quai", "217", "91"),
           hours=(("formation", -114, -50, "217", "217", _ALPHA),
                  ("mission", -47, -35, "91", "91", "Société Hêtre")),
           amounts=_money("3 906,00", "3 800,00", "412,30", "3 800,00")),
    Sample(35, "Quentin Desbordes, menuisier", 1, 15,
           _agreed(-14, ("abandonner", -4)), _dates(15, 30)),
)
# fmt: on
