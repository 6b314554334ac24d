"""The other files of the sample agency: CDPI, PTP, reconversions, and CIF of two OPACIF; their sessions.

Read by `cli.demo.setup`, beside `cli.demo.cast`. A CIF has days of its own: the scheme is over. The sessions
of the FAFSEA are invented; those of OPCALIM come with its rules.
"""

from __future__ import annotations

from datetime import date

from cli.demo.cast import (
    ALPHA,
    BETA,
    SAMPLES,
    Sample,
    agreed,
    dates,
    filed,
    funded,
    made,
    money,
)

SITTINGS = {
    ("cif-cdd", "fafsea"): (date(2018, 5, 31), date(2018, 6, 28), date(2018, 7, 12)),
}
"""Days of commission, by procedure and funder."""

_OF_A_CIPI = {"heures_metier", "validation", "tuteur_permanent"}
"""Facts of a CIPI that a CDPI has not."""
_TEMP = {
    "statut_ptp": "interimaire", "acces_ptp": "anciennete", "heures_18_mois": "1680",
    "heures_ett_18_mois": "720", "interruption_mois": "5",
}  # fmt: skip
_SCHOOL = {
    "siret_organisme": "123 456 782 00010", "nda_organisme": "11 75 12345 75",
    "contact_organisme": "Odile Fontaine", "contact_organisme_telephone": "01 23 45 67 89",
    "contact_organisme_courriel": "odile.fontaine@example.org",
}  # fmt: skip
_ADVISER = {
    "conseiller": "Pascal Rivoire", "conseiller_telephone": "04 00 00 00 01",
    "conseiller_courriel": "pascal.rivoire@example.org",
}  # fmt: skip


def _senior(school: str, course: str, training: str, mission: str) -> dict[str, str]:
    """Return the facts that a CDPI is made of."""
    known = made(
        school, course, training, mission, acces_cdpi="anciennete", heures_anciennete="420"
    )
    return {name: value for name, value in known.items() if name not in _OF_A_CIPI}


def _requested(asked: int, *more: tuple[str, int]) -> tuple[tuple[str, int], ...]:
    return (("demander_conge", asked), *more)


def _deposited(asked: int, deposited: int, *more: tuple[str, int]) -> tuple[tuple[str, int], ...]:
    granted = ("accorder_conge", (asked + deposited) // 2)
    return _requested(asked, granted, ("deposer_demande", deposited), *more)


def _changing(sent: int, *more: tuple[str, int]) -> tuple[tuple[str, int], ...]:
    reception, answer = ("noter_reception", sent + 2), ("accorder", sent + 10)
    return (("envoyer_dossier", sent), reception, answer, *more)


_CHANGING = {
    "statut_salarie": "permanent", "type_reconversion": "interne", "certification_visee": "rncp",
    "organisme_formation": BETA, "heures_formation": "300",
}  # fmt: skip
_CONTRACT = {
    "heures_formation": "210", "intitule_formation": "Maintenance industrielle",
    "siret_organisme": "12345678200010", "prix_formation": "3 045,00",
}  # fmt: skip

# One file a row, as in the other cast.
# fmt: off
_CDPI = (
    Sample(1, "Bérénice Maurienne, technicienne de maintenance", 0, 40, procedure="cdpi",
           made=_senior(ALPHA, "Maintenance industrielle", "210", "70")),
    # Its organisation is certified until before the start.
    Sample(2, "Ousmane Clairvaux, tourneur-fraiseur", 1, 19, filed(-1), {"qualiopi_jusqu_au": 14},
           procedure="cdpi",
           made={**_senior(BETA, "Usinage", "280", "98"), **_SCHOOL, **_ADVISER},
           amounts=money("5 040,00")),
    Sample(3, "Gwenaëlle Armentières, conductrice de ligne", 0, -12, agreed(-31), dates(-12, 20),
           procedure="cdpi", made=_senior(ALPHA, "Conduite de ligne", "245", "84"),
           amounts=money("4 410,00")),
    # What its papers say differs: hours, and the title written otherwise.
    Sample(4, "Tristan Vaucouleurs, agent de maintenance", 0, -40, funded(-58, -30), dates(-40, -4),
           procedure="cdpi",
           made={**_senior(ALPHA, "Maintenance industrielle", "210", "70"), **_SCHOOL, **_ADVISER},
           amounts={"deposer_drf": {"montant_demande": "3 780,00", "numero_drf": "DRF-2026-004512"},
                    "accorder_financement": {
                        "montant_accorde": "3 780,00", "numero_dossier_financeur": "AK-77 310 245"}},
           hours=(("formation", -40, -4, "210", "203", ALPHA),),
           says={"convention_formation": _CONTRACT,
                 "programme_formation": {"intitule_formation": "MAINTENANCE INDUSTRIELLE"},
                 "certificat_realisation": {"heures_formation": "203"},
                 "facture_organisme": {"heures_formation": "210", "prix_formation": "3 045,00"}}),
    Sample(5, "Soizic Longueville, cariste", 1, -110,
           funded(-128, -100, ("saisir_presences", -30), ("demander_surcout", -24), ("cloturer", -12)),
           dates(-110, -70, debut_mission=-66, documents_remis_le=-60, fin_parcours=-50), procedure="cdpi",
           made=_senior(BETA, "Logistique et cariste", "210", "77"),
           hours=(("formation", -110, -70, "210", "210", BETA),
                  ("mission", -66, -50, "77", "77", "Société Orme")),
           amounts=money("3 780,00", "3 780,00"),
           paid=(("demande", -29, "3 780,00", "DR-2026-118"), ("versement", -22, "2 000,00", "VIR 4471"),
                 ("versement", -14, "1 780,00", "VIR 4620"))),
    # Part of what was claimed is paid.
    Sample(6, "Honorine Clermont, magasinière", 0, -80,
           funded(-98, -70, ("saisir_presences", -18), ("demander_surcout", -12)),
           dates(-80, -45, debut_mission=-42, documents_remis_le=-40, fin_parcours=-30), procedure="cdpi",
           made={**_senior(ALPHA, "Gestion de stock", "196", "70"), **_SCHOOL},
           hours=(("formation", -80, -45, "196", "189", ALPHA),
                  ("mission", -42, -30, "70", "70", "Société Frêne")),
           amounts=money("3 528,00", "3 528,00"),
           paid=(("demande", -17, "3 402,00", "DR-2026-131"), ("versement", -5, "1 500,00", "VIR 4702"))),
)

_PTP = (
    Sample(1, "Clémence Ravenel, future aide-soignante", 0, 110, facts={"fin_formation": 230},
           made=_TEMP, procedure="ptp"),
    Sample(2, "Ludovic Estienne, futur électricien", 1, 75, _requested(-15),
           {"fin_formation": 190}, made=_TEMP, procedure="ptp"),
    Sample(3, "Yasmina Bellegarde, future comptable", 0, 62, _requested(-40, ("accorder_conge", -20)),
           {"fin_formation": 200}, made=_TEMP, procedure="ptp"),
    Sample(4, "Arnaud Thévenin, futur plaquiste", 2, 35, _deposited(-70, -20), {"fin_formation": 150},
           made={**_TEMP, **_SCHOOL, **_ADVISER}, procedure="ptp",
           amounts={"deposer_demande": {"numero_dossier_financeur": "TP-ARA-2026-0188"}}),
    Sample(5, "Manon Hautefeuille, future fleuriste", 1, 18, _deposited(-80, -45, ("refuser", -12)),
           {"fin_formation": 120}, made=_TEMP, procedure="ptp"),
    Sample(6, "Corentin Aubrac, futur boulanger", 0, -30,
           _deposited(-140, -100, ("accorder", -75), ("entrer_formation", -30)),
           {"fin_formation": 85}, made=_TEMP, procedure="ptp",
           paid=(("demande", -20, "2 140,00", "F-2026-141"), ("versement", -3, "1 500,00", "VIR 4688"))),
    Sample(7, "Lilia Marchenoir, secrétaire médicale", 0, -170,
           _deposited(-280, -240, ("accorder", -210), ("entrer_formation", -170), ("cloturer", -8)),
           {"fin_formation": -10, "retour_notifie_le": -90}, made=_TEMP, procedure="ptp"),
)

_RECONVERSION = (
    Sample(1, "Mireille Castagnède, vers la logistique", 0, 28, facts={"fin_reconversion": 190},
           made=_CHANGING, procedure="reconversion"),
    Sample(2, "Aurélien Portanier, vers la maintenance", 1, 12, (("envoyer_dossier", -3),),
           {"fin_reconversion": 170}, made=_CHANGING, procedure="reconversion"),
    Sample(3, "Dounia Lescure, vers la comptabilité", 0, 6,
           (("envoyer_dossier", -9), ("noter_reception", -7)), {"fin_reconversion": 160},
           made={**_CHANGING, **_SCHOOL}, procedure="reconversion"),
    Sample(4, "Fabrice Montauban, vers la conduite de ligne", 2, -40, _changing(-54, ("commencer", -40)),
           {"fin_reconversion": 110}, made={**_CHANGING, **_SCHOOL, **_ADVISER}, procedure="reconversion",
           amounts={"envoyer_dossier": {"montant_demande": "2 745,00"},
                    "accorder": {"montant_accorde": "2 745,00", "numero_dossier_financeur": "R-2026-077"}}),
    Sample(5, "Hélène Vauclair, vers le paramédical", 0, -120,
           _changing(-134, ("commencer", -120), ("terminer", -20)), {"fin_reconversion": -20},
           made=_CHANGING, procedure="reconversion",
           hours=(("formation", -120, -20, "300", "300", BETA),),
           amounts={"envoyer_dossier": {"montant_demande": "2 745,00"},
                    "accorder": {"montant_accorde": "2 745,00"}},
           paid=(("demande", -12, "2 745,00", "F-2026-088"), ("versement", -4, "1 000,00", "VIR 4711"))),
)

_CIF = (
    Sample(1, "Roland Pontchartrain, laitier", 0, date(2017, 11, 13), (
           ("retirer_dossier", date(2017, 7, 3)), ("deposer", date(2017, 8, 7)),
           ("noter_reception", date(2017, 8, 9)), ("declarer_complet", date(2017, 8, 14)),
           ("passer_commission", date(2017, 10, 6)), ("accorder", date(2017, 10, 12)),
           ("entrer_formation", date(2017, 11, 13)), ("transmettre_presences", date(2018, 5, 18)),
           ("cloturer", date(2018, 6, 29))),
           {"fin_formation": date(2018, 5, 11), "fin_dernier_cdd": date(2017, 6, 30)},
           procedure="cif-cdd", funder="opcalim"),
    Sample(2, "Édith Sauveterre, ouvrière viticole", 1, date(2018, 9, 3), (
           ("retirer_dossier", date(2018, 4, 16)), ("deposer", date(2018, 5, 14)),
           ("noter_reception", date(2018, 5, 16)), ("declarer_complet", date(2018, 5, 22)),
           ("passer_commission", date(2018, 6, 28)), ("refuser", date(2018, 7, 3)),
           ("cloturer", date(2018, 9, 28))),
           {"fin_formation": date(2019, 2, 28), "fin_dernier_cdd": date(2018, 3, 30)},
           procedure="cif-cdd", funder="fafsea"),
    Sample(3, "Basile Montferrand, élagueur", 0, date(2018, 9, 10), (
           ("deposer", date(2018, 5, 11)), ("noter_reception", date(2018, 5, 15)),
           ("declarer_complet", date(2018, 5, 18)), ("passer_commission", date(2018, 6, 28)),
           ("accorder", date(2018, 7, 3)), ("entrer_formation", date(2018, 9, 10)),
           ("transmettre_presences", date(2019, 3, 8)), ("cloturer", date(2019, 3, 29))),
           {"fin_formation": date(2019, 3, 1), "fin_dernier_cdd": date(2018, 4, 20)},
           procedure="cif-cdd", funder="fafsea"),
)
# fmt: on

EVERY = (*SAMPLES, *_CDPI, *_PTP, *_RECONVERSION, *_CIF)
"""Every sample file, the CIPI first."""
