"""The sample agency: invented people, and files over every state, dated from the day they are entered.

Read by `cli.demo`. A table and nothing else: names are invented, addresses are of reserved domains, and
every date is a number of working days before or after the day of entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

CONFIG = """\
# Configuration de la démonstration, écrite par « echeancier demo ». Noms inventés, adresses réservées :
# aucun message n’est envoyé, ils sont écrits dans courriels/. Le config.toml du programme explique tout.

[database]
url = "sqlite:///echeancier.db"

[mail]
transport = "fichier"
directory = "courriels"
sender = "echeancier@example.org"

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


@dataclass(frozen=True, slots=True)
class Sample:
    """A file to enter.

    Args:
        number: part of its reference, so that entering twice finds it there.
        title: an invented name and a trade.
        owner: who follows it, as a rank among the people of the configuration; None for nobody.
        start: first day of training, in working days from the day of entry.
        steps: what was done, each with its day.
        facts: other facts, each with its day.
        hour: hour of the first day of training.
    """

    number: int
    title: str
    owner: int | None
    start: int
    steps: tuple[tuple[str, int], ...] = ()
    facts: Mapping[str, int] = field(default_factory=dict)
    hour: str = "09:00"


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


# One file a row, however long: a table is read down its columns.
# fmt: off
SAMPLES: tuple[Sample, ...] = (
    # In preparation: far ahead, opening this week, open, pressing, short of its margin, too late.
    Sample(1, "Nadège Perrault, préparatrice de commandes", 0, 60),
    Sample(2, "Yanis Colombet, cariste", 1, 43),
    Sample(3, "Solène Audibert, agente de propreté", 0, 45),
    Sample(4, "Karim Delorme, soudeur", 2, 46),
    Sample(5, "Maëlle Tissier, opératrice de production", 1, 18),
    Sample(6, "Bastien Fougerolle, monteur de réseaux", 0, 11),
    Sample(7, "Aminata Rocher, conditionneuse", 2, 6),
    Sample(8, "Thibault Mercadier, peintre en bâtiment", 0, 5),
    Sample(9, "Leïla Garance, aide-couvreuse", 0, 3, hour="14:00"),
    Sample(10, "Ewen Quintard, échafaudeur", 1, 2, hour="17:00"),
    # Waiting for AKTO's reply, some for too long.
    Sample(11, "Hugo Valserine, magasinier", 0, 20, _filed(0)),
    Sample(12, "Océane Brissot, employée de restauration", 2, 19, _filed(-1)),
    Sample(13, "Samir Lacombe, carrossier", 0, 17, _filed(-2)),
    Sample(14, "Élodie Montagnac, agente logistique", 1, 15, _filed(-6)),
    # Refused, or agreed with the contract still to file.
    Sample(15, "Driss Pellerin, chaudronnier", 1, 19, _filed(-9, ("refuser_drf", -4))),
    Sample(16, "Marion Castellane, câbleuse", 0, 9, _agreed(-11), _dates(9, 24)),
    Sample(17, "Rémi Saint-Ollivier, plombier", 1, -20, _agreed(-39), _dates(-20, 4)),
    Sample(18, "Fatou Deschanel, agente de tri", 0, -22, _agreed(-43), _dates(-22, 8)),
    Sample(19, "Julien Maravel, électricien", 2, -32, _agreed(-49), _dates(-32, -6)),
    # Contract filed: the funding is awaited, or was refused.
    Sample(20, "Anaïs Kervella, aide-soudeuse", 0, -16,
           _agreed(-33, ("deposer_contrat", -9)), _dates(-16, 10)),
    Sample(21, "Moussa Verdier, manutentionnaire", 1, -25,
           _agreed(-43, ("deposer_contrat", -14)), _dates(-25, 3)),
    Sample(22, "Charlène Dubreuil, agente d’entretien", None, -11,
           _agreed(-29, ("deposer_contrat", -4)), _dates(-11, 18)),
    Sample(23, "Nicolas Tavernost, coffreur", 2, -28,
           _agreed(-47, ("deposer_contrat", -16), ("refuser_financement", -5)), _dates(-28, 6)),
    # Funding agreed: attendance to enter, a mission to begin, some of it late; one interrupted.
    Sample(24, "Inaya Fabreguettes, vendeuse", 0, -34, _funded(-52, -28), _dates(-34, -2)),
    Sample(25, "Olivier Chantemesse, conducteur", 1, -42, _funded(-60, -33), _dates(-42, -3)),
    Sample(26, "Salomé Bourdaret, serveuse", 0, -50,
           _funded(-68, -40), _dates(-50, -10, debut_mission=-8)),
    Sample(27, "Gaëtan Roussillon, façadier", 2, -20, _funded(-38, -14), _dates(-20, 12)),
    Sample(28, "Mélissa Hautecombe, couturière", 1, -112, _funded(-130, -100), _dates(-113, -20)),
    Sample(29, "Idriss Valombre, poseur de sols", 0, -57,
           _funded(-75, -46, ("interrompre", -7)), _dates(-57, 14)),
    # Attendance entered, extra cost claimed, closed, abandoned.
    Sample(30, "Perrine Louvigny, agente d’accueil", 0, -70,
           _funded(-88, -60, ("saisir_presences", -7)), _dates(-70, -9, debut_mission=-8)),
    Sample(31, "Alexis Rochebrune, tourneur", 1, -74,
           _funded(-92, -63, ("saisir_presences", -13)), _dates(-74, -18, debut_mission=-16)),
    Sample(32, "Cindy Morvillars, hôtesse de caisse", 0, -88,
           _funded(-106, -78, ("saisir_presences", -21), ("demander_surcout", -14)),
           _dates(-88, -26, debut_mission=-25)),
    Sample(33, "Loïc Arrivabène, mécanicien", 2, -120,
           _funded(-138, -110, ("saisir_presences", -50), ("cloturer", -36)),
           _dates(-120, -56, debut_mission=-55, documents_remis_le=-42)),
    Sample(34, "Assia Penhoat, agente de quai", 0, -114,
           _funded(-132, -104, ("saisir_presences", -43), ("demander_surcout", -36),
                   ("cloturer", -18)),
           _dates(-114, -50, debut_mission=-47, documents_remis_le=-44)),
    Sample(35, "Quentin Desbordes, menuisier", 1, 15,
           _agreed(-14, ("abandonner", -4)), _dates(15, 30)),
)
# fmt: on
