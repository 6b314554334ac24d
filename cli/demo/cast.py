"""The sample agency: invented people, and CIPI over every state, dated from the day they are entered.

Read by `cli.demo.builder`, beside `cli.demo.other_cast`, which has the files of the other schemes. A table
and nothing else: names are invented, addresses are of reserved domains, and every date is a number of working
days before or after the day of entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

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


Day = int | date
"""Working days from the day of entry, or a day of its own for a scheme that is over."""

HoursRow = tuple[str, int, int, str, str, str]
"""Kind, first and last day, hours planned, hours done (or nothing), place."""


MoneyRow = tuple[str, int, str, str]
"""Claim or payment, its day, euros, what the payer calls it."""


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
        number: part of its reference, with its procedure, so that entering twice finds it there.
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
        amounts: by action, the amount and the numbers noted with it.
        says: by paper, what it says.
        paid: claims sent to the payer, and payments received.
        procedure: its scheme.
        funder: who rules it, for a scheme that several do.
    """

    number: int
    title: str
    owner: int | None
    start: Day
    steps: tuple[tuple[str, Day], ...] = ()
    facts: Mapping[str, Day] = field(default_factory=dict)
    hour: str = "09:00"
    made: Mapping[str, str] = field(default_factory=dict)
    hours: tuple[HoursRow, ...] = ()
    papers: tuple[tuple[str, str, str], ...] = ()
    eligible: Eligible | None = None
    amounts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    says: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    paid: tuple[MoneyRow, ...] = ()
    procedure: str = "cipi"
    funder: str | None = None


def filed(drf: int, *more: tuple[str, int]) -> tuple[tuple[str, int], ...]:
    """Return the steps of a file whose DRF was entered on a day, and more."""
    return (("deposer_drf", drf), *more)


def agreed(drf: int, *more: tuple[str, int]) -> tuple[tuple[str, int], ...]:
    """Return the steps of a file whose DRF was agreed to, and more."""
    return filed(drf, ("accorder_drf", drf + 2), *more)


def funded(drf: int, contract: int, *more: tuple[str, int]) -> tuple[tuple[str, int], ...]:
    """Return the steps of a file whose contract was filed and funded, and more."""
    return agreed(drf, ("deposer_contrat", contract), ("accorder_financement", contract + 6), *more)


def dates(contract: int, end: int, **more: int) -> dict[str, int]:
    """Return the days of a contract that begins, of a training that ends, and more."""
    return {"debut_contrat": contract, "fin_formation": end, **more}


def made(school: str, course: str, training: str, mission: str, **more: str) -> dict[str, str]:
    """Return the facts a file is made of, for the classic programme unless told otherwise."""
    return {
        "organisme_formation": school, "intitule_formation": course, "heures_formation": training,
        "heures_metier": training, "heures_missions": mission, "validation": "attestation_capacite",
        "statut_salarie": "interimaire", "tuteur_permanent": "oui", "programme": "classique",
        "cout_pedagogique_horaire": "14,50", "cout_remuneration_horaire": "15,20", **more,
    }  # fmt: skip


def money(
    asked: str, agreed: str = "", claimed: str = "", paid: str = ""
) -> dict[str, dict[str, str]]:
    """Return the amounts noted by each step of a file."""
    noted = (
        ("deposer_drf", "montant_demande", asked),
        ("accorder_financement", "montant_accorde", agreed),
        ("demander_surcout", "montant_reclame", claimed),
        ("cloturer", "montant_paye", paid),
    )
    return {action: {fact: euros} for action, fact, euros in noted if euros}


ALPHA, BETA = "Organisme Alpha", "Organisme Bêta"
_ACCOMPANIED = {"accompagne_etti": "oui", "nom_etti": "Passerelle Exemple"}

# One file a row, however long: a table is read down its columns.
# fmt: off
SAMPLES: tuple[Sample, ...] = (
    # In preparation: far ahead, opening this week, open, pressing, short of its margin, too late.
    Sample(1, "Nadège Perrault, préparatrice de commandes", 0, 60,
           made=made(ALPHA, "Préparation de commandes", "210", "105"),
           eligible=Eligible("etti", _ACCOMPANIED)),
    Sample(2, "Yanis Colombet, cariste", 1, 43),
    Sample(3, "Solène Audibert, agente de propreté", 0, 45,
           made=made(BETA, "Propreté et hygiène des locaux", "63", "70")),
    Sample(4, "Karim Delorme, soudeur", 2, 46),
    Sample(5, "Maëlle Tissier, opératrice de production", 1, 18,
           made=made(BETA, "Conduite de ligne", "175", "70",
                      heures_savoirs_base="35", heures_metier="140")),
    Sample(6, "Bastien Fougerolle, monteur de réseaux", 0, 11),
    Sample(7, "Aminata Rocher, conditionneuse", 2, 6),
    Sample(8, "Thibault Mercadier, peintre en bâtiment", 0, 5),
    Sample(9, "Leïla Garance, aide-couvreuse", 0, 3, hour="14:00"),
    Sample(10, "Ewen Quintard, échafaudeur", 1, 2, hour="17:00"),
    # Waiting for AKTO's reply, some for too long.
    Sample(11, "Hugo Valserine, magasinier", 0, 20, filed(0)),
    Sample(12, "Océane Brissot, employée de restauration", 2, 19, filed(-1),
           made=made(ALPHA, "Service en salle", "140", "84"), amounts=money("2 520,00")),
    Sample(13, "Samir Lacombe, carrossier", 0, 17, filed(-2)),
    Sample(14, "Élodie Montagnac, agente logistique", 1, 15, filed(-6)),
    # Refused, or agreed with the contract still to file.
    Sample(15, "Driss Pellerin, chaudronnier", 1, 19, filed(-9, ("refuser_drf", -4))),
    Sample(16, "Marion Castellane, câbleuse", 0, 9, agreed(-11), dates(9, 24),
           made=made(ALPHA, "Câblage de coffrets", "182", "98"), amounts=money("3 276,00"),
           papers=(("infos_salarie", "verifie", "Classeur Lyon 3"), ("convention_formation", "recu", ""),
                   ("contrat_type_signe", "demande", "")),
           eligible=Eligible("etti", _ACCOMPANIED, "accompagnement", -13, 5, "Armoire fermée, Lyon")),
    Sample(17, "Rémi Saint-Ollivier, plombier", 1, -20, agreed(-39), dates(-20, 4)),
    Sample(18, "Fatou Deschanel, agente de tri", 0, -22, agreed(-43), dates(-22, 8)),
    Sample(19, "Julien Maravel, électricien", 2, -32, agreed(-49), dates(-32, -6)),
    # Contract filed: the funding is awaited, or was refused.
    Sample(20, "Anaïs Kervella, aide-soudeuse", 0, -16,
           agreed(-33, ("deposer_contrat", -9)), dates(-16, 10),
           made=made(BETA, "Soudage semi-automatique", "196", "70"), amounts=money("3 528,00"),
           papers=(("contrat_type_signe", "transmis", "Classeur Lyon 3"),
                   ("convention_formation", "transmis", "Classeur Lyon 3")),
           hours=(("formation", -16, -1, "84", "80,5", BETA), ("formation", 1, 10, "70", "", BETA))),
    Sample(21, "Moussa Verdier, manutentionnaire", 1, -25,
           agreed(-43, ("deposer_contrat", -14)), dates(-25, 3)),
    Sample(22, "Charlène Dubreuil, agente d’entretien", None, -11,
           agreed(-29, ("deposer_contrat", -4)), dates(-11, 18)),
    Sample(23, "Nicolas Tavernost, coffreur", 2, -28,
           agreed(-47, ("deposer_contrat", -16), ("refuser_financement", -5)), dates(-28, 6)),
    # Funding agreed: attendance to enter, a mission to begin, some of it late; one interrupted.
    Sample(24, "Inaya Fabreguettes, vendeuse", 0, -34, funded(-52, -28), dates(-34, -2),
           made=made(ALPHA, "Vente et conseil", "210", "70", heures_metier="150", heures_savoirs_base="60"),
           amounts=money("3 780,00", "3 780,00"),
           hours=(("formation", -34, -2, "210", "203", ALPHA), ("mission", 3, 12, "70", "", "Société Orme")),
           papers=(("certificat_realisation", "recu", ""), ("contrat_mission_signe", "demande", "")),
           eligible=Eligible("sans_activite", {"fin_derniere_activite": "15/03/2021"}, "justificatif", -60)),
    Sample(25, "Olivier Chantemesse, conducteur", 1, -42, funded(-60, -33), dates(-42, -3),
           made=made(BETA, "Conduite d’engins", "196", "35"), amounts=money("3 528,00", "3 400,00"),
           hours=(("formation", -42, -3, "196", "196", BETA),)),
    Sample(26, "Salomé Bourdaret, serveuse", 0, -50,
           funded(-68, -40), dates(-50, -10, debut_mission=-8),
           made=made(ALPHA, "Service et accueil", "210", "84"), amounts=money("3 780,00", "3 780,00"),
           hours=(("formation", -50, -10, "210", "210", ALPHA),
                  ("mission", -8, -1, "49", "45,5", "Société Frêne"),
                  ("mission", 1, 5, "35", "", "Société Hêtre"))),
    Sample(27, "Gaëtan Roussillon, façadier", 2, -20, funded(-38, -14), dates(-20, 12)),
    Sample(28, "Mélissa Hautecombe, couturière", 1, -112, funded(-130, -100), dates(-113, -20)),
    Sample(29, "Idriss Valombre, poseur de sols", 0, -57,
           funded(-75, -46, ("interrompre", -7)), dates(-57, 14)),
    # Attendance entered, extra cost claimed, repaid, closed, abandoned.
    Sample(30, "Perrine Louvigny, agente d’accueil", 0, -70,
           funded(-88, -60, ("saisir_presences", -7)), dates(-70, -9, debut_mission=-8),
           made=made(BETA, "Accueil et standard", "203", "77"), amounts=money("3 654,00", "3 654,00"),
           hours=(("formation", -70, -9, "203", "203", BETA),
                  ("mission", -8, -1, "56", "52,5", "Société Orme")),
           papers=(("certificat_realisation", "transmis", "Classeur Lyon 2"),)),
    Sample(31, "Alexis Rochebrune, tourneur", 1, -74,
           funded(-92, -63, ("saisir_presences", -13)), dates(-74, -18, debut_mission=-16),
           hours=(("formation", -74, -18, "196", "196", ALPHA),
                  ("mission", -16, -14, "21", "21", "Société Orme"))),
    Sample(32, "Cindy Morvillars, hôtesse de caisse", 0, -88,
           funded(-106, -78, ("saisir_presences", -21), ("demander_surcout", -14)),
           dates(-88, -26, debut_mission=-25, fin_parcours=-15),
           made=made(ALPHA, "Tenue de caisse", "224", "77", programme="prioritaire"),
           amounts=money("6 048,00", "6 048,00", "604,80"),
           hours=(("bilan", -92, -91, "7", "7", ALPHA), ("formation", -88, -26, "224", "217", ALPHA),
                  ("mission", -25, -15, "77", "77", "Société Érable")),
           eligible=Eligible("etti", _ACCOMPANIED, "accompagnement", -108, None, "Armoire fermée, Lyon")),
    Sample(33, "Loïc Arrivabène, mécanicien", 2, -120,
           funded(-138, -110, ("saisir_presences", -50), ("rembourser", -36)),
           dates(-120, -56, debut_mission=-55, documents_remis_le=-42, fin_parcours=-44),
           made=made(BETA, "Mécanique industrielle", "231", "84"),
           hours=(("formation", -120, -56, "231", "231", BETA),
                  ("mission", -55, -44, "84", "84", "Société Frêne")),
           amounts=money("4 158,00", "4 158,00"),
           paid=(("demande", -49, "4 158,00", "DR-2026-102"), ("versement", -36, "4 158,00", "VIR 4388"))),
    Sample(34, "Assia Penhoat, agente de quai", 0, -114,
           funded(-132, -104, ("saisir_presences", -43), ("demander_surcout", -36),
                   ("cloturer", -18)),
           dates(-114, -50, debut_mission=-47, documents_remis_le=-44, fin_parcours=-35),
           made=made(ALPHA, "Manutention et quai", "217", "91"),
           hours=(("formation", -114, -50, "217", "217", ALPHA),
                  ("mission", -47, -35, "91", "91", "Société Hêtre")),
           amounts=money("3 906,00", "3 800,00", "412,30", "3 800,00")),
    Sample(35, "Quentin Desbordes, menuisier", 1, 15,
           agreed(-14, ("abandonner", -4)), dates(15, 30)),
)
# fmt: on
