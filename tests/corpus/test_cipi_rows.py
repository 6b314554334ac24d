"""Every row of the domain note on the CIPI, by its id, with its limit, one below and one above.

What is expected is worked by hand from the sheet of the scheme and never read from the rules. Dates and
hours are typed as staff type them; the restricted grounds are asked as the restricted view asks them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.corpus.rows import (
    BY,
    CONTRACT_PAPERS,
    Rows,
    Said,
    around,
    by_row,
    done,
    named,
    overlaps,
    plain,
    planned,
    row_tests,
)
from tests.support.cli import Desk
from tests.support.core import PARIS, paris
from workflow.case.case import Case, Paper, PaperStatus, WorkKind
from workflow.rules.checks import Check, CheckVerdict
from workflow.rules.deadline_rules import Kind
from workflow.rules.fact_specs import Source

CIPI = Rows("cipi")

ROWS = frozenset(
    f"CIPI-{group}{number}"
    for group, numbers in (
        ("G", ("1", "2")),
        ("E", ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12")),
        ("D", ("1", "2", "3", "4", "5", "6")),
        ("C", ("1", "2", "3", "4", "5")),
        ("B", ("1", "2", "3", "4", "5")),
        ("T", ("1", "2", "3")),
        ("F", ("1", "2", "3", "4", "5", "6", "7")),
        ("P", ("1", "2", "3", "4", "5", "6")),
        ("S", ("1a", "1b", "2", "3a", "3b", "3c", "4a", "4b", "4c", "5")),
        ("A", ("1", "2", "3", "4")),
    )
    for number in numbers
)
"""Every row of sections 1.1 to 1.9."""

OK, AMBER, RED, NOTE, SILENT = "conforme", "a_confirmer", "non_conforme", "rappel", None

# --- What the scheme is for, and who asks for it -----------------------------------------------------------

COMPANY = (
    Said("CIPI-G1 shown", "CIPI-G1", NOTE, "alterne formation et missions d’intérim"),
    Said("CIPI-G2 shown", "CIPI-G2", NOTE, "publics en insertion ou en reconversion"),
    Said("CIPI-E10 shown", "CIPI-E10", NOTE, "Aucune ancienneté dans l’intérim n’est demandée"),
    *around(
        "CIPI-E11",
        "CIPI-E11-a",
        "effectif_ett",
        ("10", RED, "10 salariés : la prise en charge est réservée aux ETT de plus de 11 salariés"),
        ("11", AMBER, "11 salariés : la fiche dit « + de 11 », une note d’AKTO de 2021 dit"),
        ("12", OK, "12 salariés : l’effectif dépasse 11"),
    ),
    Said("CIPI-E11 headcount unknown", "CIPI-E11-a", AMBER, "Il manque « Effectif de l’ETT »"),
    *around(
        "CIPI-E11",
        "CIPI-E11-b",
        "adhesion_ett",
        ("prism_emploi", OK, "Adhérente à Prism’Emploi"),
        ("volontaire", OK, "Adhérente volontaire à l’accord"),
        ("aucune", AMBER, "l’accord de branche est étendu depuis 2021 à toutes les ETT"),
    ),
    Said("CIPI-E11 membership unknown", "CIPI-E11-b", AMBER, "Il manque « Adhésion de l’ETT »"),
    Said("CIPI-E12 shown", "CIPI-E12", NOTE, "page « publics éligibles CIPI »"),
)

# --- Durations ---------------------------------------------------------------------------------------------

SIX_MONTHS = {"debut_contrat": "31/08/2026"}
"""Six months later there is no 31st: the period is over on Sunday 28 February 2027."""

FIRST_DAY = {"debut_contrat": "07/09/2026"}
TRAINING, MISSION, ASSESSMENT = WorkKind.TRAINING, WorkKind.MISSION, WorkKind.ASSESSMENT

DURATIONS = (
    # 70 + 70 = 140 h at least; 245 + 70 = 315 h at most.
    *around(
        "CIPI-D1 at least",
        "CIPI-D1",
        "heures_missions",
        ("69", RED, "139 h en tout, il en faut au moins 140 h"),
        ("69,99", RED, "139,99 h en tout, il en faut au moins 140 h"),
        ("70", OK, "140 h en tout"),
        ("71", OK, "141 h en tout"),
        heures_formation="70",
    ),
    *around(
        "CIPI-D1 at most",
        "CIPI-D1",
        "heures_missions",
        ("69", OK, "314 h en tout"),
        ("70", OK, "315 h en tout, entre 140 h et 315 h"),
        ("70,01", AMBER, "315,01 h en tout, au-delà de 315 h"),
        ("71", AMBER, "316 h en tout, au-delà de 315 h"),
        ("100", AMBER, "345 h en tout, au-delà de 315 h : la fiche ne dit pas si les heures de"),
        heures_formation="245",
    ),
    Said(
        "CIPI-D1 missions unknown",
        "CIPI-D1",
        AMBER,
        "Il manque « Heures de mission prévues »",
        {"heures_formation": "245"},
    ),
    *around(
        "CIPI-D2",
        "CIPI-D2-a",
        "fin_formation",
        ("27/02/2027", OK, "finit avant le 28/02/2027"),
        ("28/02/2027", AMBER, "finit le 28/02/2027, 6 mois jour pour jour"),
        ("01/03/2027", RED, "dépasse de 1 jour la période de 6 mois"),
        **SIX_MONTHS,
    ),
    *(
        Said(
            f"CIPI-D2 {kind.value} noted until {last}",
            "CIPI-D2-a",
            verdict,
            words,
            {**SIX_MONTHS, "fin_formation": "30/10/2026"},
            (planned(kind, date(2026, 9, 8), last, "70"),),
        )
        for kind in (TRAINING, MISSION)
        for last, verdict, words in (
            (date(2027, 2, 27), OK, "avant le 28/02/2027"),
            (date(2027, 2, 28), AMBER, "jour pour jour"),
            (date(2027, 3, 1), RED, "dépasse de 1 jour"),
        )
    ),
    Said("CIPI-D2 contract unknown", "CIPI-D2-a", AMBER, "Il manque « Premier jour du contrat »"),
    *(
        Said(
            f"CIPI-D2 {kind.value} noted from {first}",
            "CIPI-D2-b",
            verdict,
            words,
            FIRST_DAY,
            (planned(kind, first, date(2026, 10, 30), "70"),),
        )
        for kind in (TRAINING, MISSION)
        for first, verdict, words in (
            (date(2026, 9, 6), RED, "avant le premier jour du contrat (07/09/2026)"),
            (date(2026, 9, 7), OK, "Aucune heure de formation ou de mission"),
            (date(2026, 9, 8), OK, "Aucune heure de formation ou de mission"),
        )
    ),
    Said(
        "CIPI-D2 bilan before the contract",
        "CIPI-D2-b",
        SILENT,
        facts=FIRST_DAY,
        hours=(planned(ASSESSMENT, date(2026, 9, 1), date(2026, 9, 1), "7"),),
    ),
    *around(
        "CIPI-D3",
        "CIPI-D3",
        "heures_formation",
        ("69", RED, "69 h de formation externe, il en faut au moins 70 h"),
        ("69,99", RED, "69,99 h de formation externe, il en faut au moins 70 h"),
        ("70", OK, "70 h de formation externe, entre 70 h et 245 h"),
        ("71", OK, "71 h de formation externe"),
        ("244", OK, "244 h de formation externe"),
        ("245", OK, "245 h de formation externe, entre 70 h et 245 h"),
        ("245,01", RED, "245,01 h de formation externe, au-delà de 245 h"),
        ("246", RED, "246 h de formation externe, au-delà de 245 h"),
    ),
    Said("CIPI-D3 unknown", "CIPI-D3", AMBER, "Il manque « Heures de formation externe prévues »"),
    *around(
        "CIPI-D4",
        "CIPI-D4",
        "heures_missions",
        ("69", RED, "69 h de mission prévues, il en faut au moins 70 h"),
        ("69,99", RED, "69,99 h de mission prévues, il en faut au moins 70 h"),
        ("70", OK, "70 h de mission prévues"),
        ("71", OK, "71 h de mission prévues"),
        # No maximum of its own: the total alone may be questioned (D1).
        ("500", OK, "500 h de mission prévues"),
    ),
    Said("CIPI-D4 unknown", "CIPI-D4", AMBER, "Il manque « Heures de mission prévues »"),
    Said("CIPI-D5 shown", "CIPI-D5-a", NOTE, "peuvent se suivre dans l’ordre que vous voulez"),
    *(
        Said(
            f"CIPI-D5 mission from {first}",
            "CIPI-D5-b",
            verdict,
            words,
            hours=(
                planned(TRAINING, date(2026, 9, 8), date(2026, 9, 11), "28"),
                planned(MISSION, first, date(2026, 9, 18), "35", number=2),
            ),
        )
        for first, verdict, words in (
            (date(2026, 9, 10), AMBER, "2 jours avec formation et mission à la fois"),
            (date(2026, 9, 11), AMBER, "1 jour avec formation et mission à la fois"),
            (date(2026, 9, 12), OK, "Aucun jour ne porte à la fois"),
        )
    ),
    *(
        Said(
            f"CIPI-D6 {hours} h done",
            "CIPI-D6",
            verdict,
            words,
            hours=(done(MISSION, date(2026, 9, 14), date(2026, 9, 30), hours),),
        )
        for hours, verdict, words in (
            ("69", AMBER, "69 h de mission faites sur 70 h"),
            ("69.99", AMBER, "69,99 h de mission faites sur 70 h"),
            ("70", OK, "70 h de mission faites : l’obligation de 70 h est tenue"),
            ("71", OK, "71 h de mission faites"),
        )
    ),
)

# --- Contents and validation -------------------------------------------------------------------------------

LANGUAGE = {"langue_et_competences": "oui", "heures_metier": "70"}

CONTENTS = (
    Said("CIPI-C1 nothing spread", "CIPI-C1", AMBER, "Aucune heure n’est répartie"),
    *(
        said
        for fact in ("heures_metier", "heures_savoirs_base", "heures_langue")
        for said in around(
            "CIPI-C1",
            "CIPI-C1",
            fact,
            ("0", AMBER, "Aucune heure n’est répartie"),
            ("0,01", OK, "0,01 h réparties"),
            ("70", OK, "70 h réparties entre métier, savoirs de base et langue"),
        )
    ),
    *around(
        "CIPI-C2",
        "CIPI-C2",
        "langue_et_competences",
        ("oui", NOTE, "(CléA, DCL, DILF, DEFF…)"),
        ("non", SILENT, ""),
    ),
    # 30 % of 100 h are 30 h; 30 % of 245 h are 73,5 h.
    *around(
        "CIPI-C3",
        "CIPI-C3",
        "heures_langue",
        ("29,99", RED, "29,99 % de savoirs de base et de langue, il en faut au moins 30 %"),
        ("30", OK, "30 % de savoirs de base et de langue : les 30 % sont atteints"),
        ("30,01", OK, "30,01 % de savoirs de base et de langue"),
        **LANGUAGE,
        heures_formation="100",
    ),
    *around(
        "CIPI-C3",
        "CIPI-C3",
        "heures_savoirs_base",
        ("73,49", RED, "il en faut au moins 30 % avec un module métier"),
        ("73,5", OK, "30 % de savoirs de base et de langue"),
        ("73,51", OK, "les 30 % sont atteints"),
        **LANGUAGE,
        heures_formation="245",
    ),
    *around(
        "CIPI-C3 both kinds",
        "CIPI-C3",
        "heures_savoirs_base",
        ("19,99", RED, "29,99 % de savoirs de base et de langue"),
        ("20", OK, "30 % de savoirs de base et de langue"),
        ("20,01", OK, "30,01 % de savoirs de base et de langue"),
        **LANGUAGE,
        heures_langue="10",
        heures_formation="100",
    ),
    *around(
        "CIPI-C3 no trade module",
        "CIPI-C3",
        "heures_metier",
        ("0", SILENT, ""),
        ("0,01", RED, "0 % de savoirs de base et de langue"),
        langue_et_competences="oui",
        heures_formation="100",
    ),
    Said(
        "CIPI-C3 another programme",
        "CIPI-C3",
        SILENT,
        facts={**LANGUAGE, "langue_et_competences": "non", "heures_formation": "100"},
    ),
    Said("CIPI-C3 unknown", "CIPI-C3", AMBER, "pour vérifier la part de 30 %", LANGUAGE),
    *around(
        "CIPI-C4",
        "CIPI-C4",
        "validation",
        ("attestation_capacite", OK, "Attestation de capacité"),
        ("rncp", OK, "RNCP"),
        ("cqp_cqpi", OK, "CQP ou CQPI"),
        ("clea", OK, "CléA, en totalité ou par blocs"),
        ("convention_collective", OK, "convention collective de branche"),
    ),
    Said("CIPI-C4 unknown", "CIPI-C4", AMBER, "choisissez l’une des cinq"),
    Said(
        "CIPI-C5 shown", "CIPI-C5", NOTE, "À l’issue du contrat, remettez au salarié tout document"
    ),
)

# --- Assessments and tutor ---------------------------------------------------------------------------------

ASSESSMENTS = (
    Said("CIPI-B1 shown", "CIPI-B1", NOTE, "sont facultatifs"),
    *(
        Said(f"CIPI-B1 nothing asked by {check}", check, SILENT)
        for check in ("CIPI-B2-a", "CIPI-B2-b", "CIPI-B3-a", "CIPI-B3-b", "CIPI-B4")
    ),
    *around(
        "CIPI-B2",
        "CIPI-B2-a",
        "heures_bilan_positionnement",
        ("13", OK, "13 h de bilan de positionnement"),
        ("14", OK, "14 h de bilan de positionnement, dans la limite de 14 h"),
        ("14,01", RED, "14,01 h de bilan de positionnement, au-delà de 14 h"),
        ("15", RED, "15 h de bilan de positionnement, au-delà de 14 h"),
    ),
    *around(
        "CIPI-B2",
        "CIPI-B2-b",
        "bilan_positionnement_le",
        ("07/09/2026", OK, "avant le CIPI, ou le jour où il commence"),
        ("08/09/2026", OK, "avant le CIPI, ou le jour où il commence"),
        ("09/09/2026", RED, "prévu le 09/09/2026, après le début du CIPI"),
    ),
    *around(
        "CIPI-B3",
        "CIPI-B3-a",
        "heures_bilan_evaluation",
        ("13", OK, "13 h de bilan d’évaluation"),
        ("14", OK, "14 h de bilan d’évaluation, dans la limite de 14 h"),
        ("14,01", RED, "14,01 h de bilan d’évaluation, au-delà de 14 h"),
        ("15", RED, "15 h de bilan d’évaluation, au-delà de 14 h"),
    ),
    *around(
        "CIPI-B3",
        "CIPI-B3-b",
        "bilan_evaluation_le",
        ("29/10/2026", RED, "prévu 1 jour avant la fin du CIPI"),
        ("30/10/2026", OK, "à l’issue du CIPI, ou le jour où il finit"),
        ("31/10/2026", OK, "à l’issue du CIPI, ou le jour où il finit"),
        fin_formation="30/10/2026",
    ),
    *around(
        "CIPI-B4",
        "CIPI-B4",
        "bilan_realise_par",
        ("organisme", OK, "un organisme de formation externe"),
        ("ett", AMBER, "vérifiez que vous avez un service de formation et les moyens nécessaires"),
    ),
    Said("CIPI-B5 shown", "CIPI-B5", NOTE, "ne comptent pas dans les heures de formation"),
    # 70 h of training, 14 + 14 h of bilans, 69 h of missions: 139 h in all, not 167.
    Said(
        "CIPI-B5 not in the total",
        "CIPI-D1",
        RED,
        "139 h en tout",
        {
            "heures_formation": "70",
            "heures_missions": "69",
            "heures_bilan_positionnement": "14",
            "heures_bilan_evaluation": "14",
        },
    ),
    Said(
        "CIPI-B5 not in the training",
        "CIPI-D3",
        RED,
        "69 h de formation externe",
        {"heures_formation": "69", "heures_bilan_positionnement": "14"},
    ),
    *around(
        "CIPI-T1",
        "CIPI-T1",
        "tuteur_permanent",
        ("oui", OK, "est un salarié permanent"),
        ("non", RED, "n’est pas un salarié permanent de l’ETT ou de l’ETTI"),
    ),
    Said("CIPI-T1 optional", "CIPI-T1", SILENT),
    Said("CIPI-T1 named", "CIPI-T1-b", OK, "Roux", {"tuteur_permanent": "oui", "tuteur": "Roux"}),
    Said("CIPI-T1 not named", "CIPI-T1-b", NOTE, "qui est le tuteur", {"tuteur_permanent": "oui"}),
    *(
        Said(f"CIPI-T2 {words}", f"CIPI-T2-{task}", NOTE, words, {"tuteur_permanent": "oui"})
        for task, words in (
            ("a", "aide, informe et guide le salarié"),
            ("b", "respect des plannings de formation"),
            ("c", "se présente aux épreuves de la certification"),
            ("d", "liaison avec les organismes de formation"),
            ("e", "adéquation entre les fonctions exercées et les objectifs"),
        )
    ),
    Said("CIPI-T2 without a tutor", "CIPI-T2-a", SILENT),
    *around(
        "CIPI-C2",
        "CIPI-C2-b",
        "programme",
        ("classique", AMBER, "faites confirmer par AKTO"),
        ("prioritaire", OK, "Programme national"),
        langue_et_competences="oui",
    ),
)

# --- Contracts and pay -------------------------------------------------------------------------------------

TEMP, PERMANENT = {"statut_salarie": "interimaire"}, {"statut_salarie": "cdi_interimaire"}

CONTRACTS = (
    Said("CIPI-P1 status unknown", "CIPI-P0", AMBER, "décide des contrats et de la rémunération"),
    Said("CIPI-P1 status known", "CIPI-P0", OK, "Intérimaire.", TEMP),
    Said("CIPI-P3 status known", "CIPI-P0", OK, "Intérimaire en CDI.", PERMANENT),
    Said("CIPI-P1 temp", "CIPI-P1", NOTE, "Contrat de mission-formation (art. L. 1251-57", TEMP),
    Said("CIPI-P1 permanent", "CIPI-P1", SILENT, facts=PERMANENT),
    # Training starts on 8 September 2026: the twelve months before it go back to 8 September 2025.
    *around(
        "CIPI-P2",
        "CIPI-P2",
        "fin_derniere_mission",
        ("07/09/2025", NOTE, "la rémunération est au moins égale au SMIC"),
        ("08/09/2025", NOTE, "le salaire est celui de cette mission"),
        ("09/09/2025", NOTE, "le salaire est celui de cette mission"),
        **TEMP,
    ),
    # A mission that ended on 29 February 2024 is twelve months old on 28 February 2025.
    *around(
        "CIPI-P2 leap year",
        "CIPI-P2",
        "demarrage_formation",
        ("27/02/2025", NOTE, "le salaire est celui de cette mission"),
        ("28/02/2025", NOTE, "le salaire est celui de cette mission"),
        ("01/03/2025", NOTE, "au moins égale au SMIC"),
        **TEMP,
        fin_derniere_mission="29/02/2024",
    ),
    # The training begins on 8 September 2026: 12.02 € since 1 January.
    *around(
        "CIPI-P2 SMIC",
        "CIPI-P2-b",
        "salaire_horaire_formation",
        ("12,02", OK, "atteint le SMIC"),
        ("12,01", RED, "Il manque 0,01 €/h"),
        statut_salarie="interimaire",
    ),
    Said(
        "CIPI-P2 SMIC not known",
        "CIPI-P2-b",
        AMBER,
        "smic_horaire",
        {
            "statut_salarie": "interimaire",
            "salaire_horaire_formation": "13",
            "demarrage_formation": "04/01/2027 09:00",
        },
    ),
    Said("CIPI-P2 mission unknown", "CIPI-P2", NOTE, "Salaire de la dernière mission, ou au", TEMP),
    Said("CIPI-P2 permanent", "CIPI-P2", SILENT, facts=PERMANENT),
    Said(
        "CIPI-P3 permanent",
        "CIPI-P3",
        NOTE,
        "Lettre de mission-formation (art. L. 1251-57",
        PERMANENT,
    ),
    Said("CIPI-P3 temp", "CIPI-P3", SILENT, facts=TEMP),
    *around(
        "CIPI-P4",
        "CIPI-P4",
        "salaire_mensuel",
        ("1823,02", RED, "Il manque 0,01 € au salaire mensuel"),
        ("1823,03", OK, "atteint la rémunération mensuelle minimale garantie"),
        ("1823,04", OK, "atteint la rémunération mensuelle minimale garantie"),
        **PERMANENT,
        remuneration_mensuelle_garantie="1823,03",
    ),
    Said(
        "CIPI-P4 temp",
        "CIPI-P4",
        SILENT,
        facts={**TEMP, "salaire_mensuel": "1", "remuneration_mensuelle_garantie": "2"},
    ),
    Said("CIPI-P4 unknown", "CIPI-P4", NOTE, "mission en cours ou de la dernière", PERMANENT),
    Said(
        "CIPI-P4 floor unknown",
        "CIPI-P4",
        NOTE,
        "jamais moins que la rémunération mensuelle minimale garantie",
        {**PERMANENT, "salaire_mensuel": "1"},
    ),
    Said("CIPI-P5 temp", "CIPI-P5", NOTE, "Contrat de mission (art. L. 1251-7 du", TEMP),
    Said("CIPI-P5 permanent", "CIPI-P5", NOTE, "Lettre de mission (art. L. 1251-7 du", PERMANENT),
    Said("CIPI-P6 shown", "CIPI-P6", NOTE, "article L. 1251-18 du code du travail"),
)

# --- Papers, money, and what follows -----------------------------------------------------------------------

FOLLOW_UP = (
    Said("CIPI-S4b shown", "CIPI-S4b", NOTE, "L’un des deux suffit ; préférez le certificat"),
    *around(
        "CIPI-S4c",
        "CIPI-S4c",
        "heures_contrats_mission",
        ("69,99", RED, "couvrent 69,99 h, il en faut au moins 70 h"),
        ("70", OK, "couvrent 70 h, au moins 70 h"),
        ("70,01", OK, "couvrent 70,01 h"),
    ),
    Said("CIPI-S4c unknown", "CIPI-S4c", AMBER, "additionnez les heures des contrats de mission"),
    Said("CIPI-S5 shown", "CIPI-S5", NOTE, "La facture ne prouve que le coût pédagogique"),
    *around(
        "CIPI-F6",
        "CIPI-F6",
        "montant_reclame",
        ("1396,49", OK, "tient dans le solde disponible"),
        ("1396,50", OK, "tient dans le solde disponible"),
        ("1396,51", RED, "dépasse de 0,01 € le solde disponible"),
        solde_disponible="1396,50",
    ),
    *(
        one
        for payer in ("akto", "fpett")
        for one in (
            *around(
                "CIPI-F6",
                f"CIPI-F6-{payer}",
                "montant_reclame",
                ("500", OK, "tient dans le solde du compte"),
                ("500,01", RED, "dépasse de 0,01 €"),
                **{"payeur_surcout": payer, f"solde_{payer}": "500"},
            ),
            Said(
                f"CIPI-F6 {payer} unknown",
                f"CIPI-F6-{payer}",
                AMBER,
                f"solde_{payer}",
                {"payeur_surcout": payer, "montant_reclame": "1"},
            ),
        )
    ),
    *(
        Said(
            f"CIPI-S4c {signed} signed",
            "CIPI-S4d",
            verdict,
            words,
            {"contrats_mission_signes": signed},
            hours=(
                planned(MISSION, date(2026, 10, 5), date(2026, 10, 9), "35"),
                planned(MISSION, date(2026, 10, 12), date(2026, 10, 16), "35", number=2),
            ),
        )
        for signed, verdict, words in (
            ("1", RED, "Il manque 1 contrat"),
            ("2", OK, "a son contrat"),
        )
    ),
    Said("CIPI-F6 balance unknown", "CIPI-F6", SILENT, facts={"montant_reclame": "9999"}),
    Said("CIPI-A1 shown", "CIPI-A1", NOTE, "contrat de développement professionnel intérimaire"),
    Said("CIPI-A2 shown", "CIPI-A2", NOTE, "contrat de professionnalisation"),
    Said("CIPI-A3 shown", "CIPI-A3", NOTE, "contrat d’apprentissage"),
    *around(
        "CIPI-A4 Pro-A",
        "CIPI-A4-a",
        "demarrage_formation",
        ("30/12/2025", NOTE, "Pro-A"),
        ("31/12/2025 23:59", NOTE, "contrat à durée indéterminée"),
        ("01/01/2026 00:00", SILENT, ""),
        ("02/01/2026", SILENT, ""),
        **PERMANENT,
    ),
    Said(
        "CIPI-A4 Pro-A of a temp",
        "CIPI-A4-a",
        SILENT,
        facts={**TEMP, "demarrage_formation": "30/12/2025"},
    ),
    *(
        said
        for status in (TEMP, PERMANENT)
        for said in around(
            f"CIPI-A4 reconversion {status['statut_salarie']}",
            "CIPI-A4-b",
            "demarrage_formation",
            ("31/12/2025 23:59", SILENT, ""),
            ("01/01/2026 00:00", NOTE, "elle remplace la Pro-A depuis le 1er janvier 2026"),
            ("02/01/2026", NOTE, "s’ouvre à tous les salariés"),
            **status,
        )
    ),
)

# --- Grounds, in the restricted view -----------------------------------------------------------------------


def ground(
    row: str,
    check: str,
    name: str,
    *tries: tuple[dict[str, str], str | None, str],
    **facts: str,
) -> tuple[Said, ...]:
    """Return what a check of a ground says of some answers."""
    return tuple(
        Said(
            f"{row} {' '.join((*answers.values(), *facts.values())) or 'unknown'}",
            check,
            verdict,
            words,
            facts,
            (),
            (name, answers),
        )
        for answers, verdict, words in tries
    )


def yes_no(row: str, check: str, name: str, question: str, yes: str, no: str) -> tuple[Said, ...]:
    """Return what a check says of a question answered yes, no, and not at all."""
    return ground(
        row,
        check,
        name,
        ({question: "oui"}, OK, yes),
        ({question: "non"}, RED, no),
        ({}, AMBER, "Il manque"),
    )


def proof() -> tuple[Said, ...]:
    """Return what is said of a proof that ends the day before the contract, that day, and after.

    Whatever the ground: a verdict on the end of a proof must not tell which one it proves.
    """
    ends = (
        ("06/09/2026", RED, "n’est plus valable au premier jour du contrat (07/09/2026)"),
        ("07/09/2026", OK, "est encore valable au premier jour du contrat"),
        ("08/09/2026", OK, "est encore valable au premier jour du contrat"),
    )
    return (
        *(
            Said(
                f"CIPI-E12 proof until {until}",
                "CIPI-E12-b",
                verdict,
                words,
                {**FIRST_DAY, "preuve_valable_jusquau": until},
            )
            for until, verdict, words in ends
        ),
        Said(
            "CIPI-E12 proof without contract",
            "CIPI-E12-b",
            AMBER,
            "Il manque",
            {"preuve_valable_jusquau": "07/09/2026"},
        ),
        Said("CIPI-E12 no end noted", "CIPI-E12-b", SILENT, "", FIRST_DAY),
    )


def idle(
    row: str, reference: str, *tries: tuple[str, str, str, str], **facts: str
) -> tuple[Said, ...]:
    """Return what is said of a last activity: its end, the reference date, the verdict, the words."""
    return tuple(
        said
        for end, day, verdict, words in tries
        for said in ground(
            f"{row} {reference}",
            "CIPI-E9",
            "sans_activite",
            ({"fin_derniere_activite": end}, verdict, words),
            **{**facts, reference: day},
        )
    )


GROUNDS = (
    *proof(),
    *yes_no(
        "CIPI-E1",
        "CIPI-E1-a",
        "etti",
        "accompagne_etti",
        "est accompagnée par une ETTI",
        "n’est pas accompagnée par une ETTI",
    ),
    *ground(
        "CIPI-E1",
        "CIPI-E1-b",
        "etti",
        ({"accompagne_etti": "oui", "nom_etti": "Relais Lyon"}, OK, "ETTI : Relais Lyon"),
        ({"accompagne_etti": "oui"}, AMBER, "Il manque « Nom de l’ETTI »"),
        ({"accompagne_etti": "non"}, SILENT, ""),
    ),
    *yes_no(
        "CIPI-E2",
        "CIPI-E2-a",
        "boe",
        "beneficiaire",
        "est bénéficiaire de l’obligation d’emploi",
        "n’est pas bénéficiaire de l’obligation d’emploi",
    ),
    *yes_no(
        "CIPI-E3",
        "CIPI-E3-a",
        "inaptitude",
        "avis_definitif",
        "a rendu un avis définitif",
        "n’est pas définitif",
    ),
    *yes_no(
        "CIPI-E3",
        "CIPI-E3-b",
        "inaptitude",
        "qualification_anterieure",
        "vise un emploi correspondant à la qualification antérieure",
        "ne vise pas un emploi correspondant à la qualification antérieure",
    ),
    *yes_no(
        "CIPI-E4",
        "CIPI-E4",
        "savoirs_base",
        "difficultes_constatees",
        "sont constatées",
        "Aucune difficulté de maîtrise des savoirs de base",
    ),
    *ground(
        "CIPI-E5",
        "CIPI-E5-a",
        "minima_sociaux",
        ({"allocation": "rsa"}, OK, "RSA : la fiche nomme cette allocation"),
        ({"allocation": "ass"}, OK, "ASS : la fiche nomme cette allocation"),
        # « notamment »: others are not refused, they are confirmed.
        ({"allocation": "aah"}, AMBER, "sa liste est ouverte ; faites confirmer par AKTO"),
        ({"allocation": "autre"}, AMBER, "sa liste est ouverte ; faites confirmer par AKTO"),
        ({}, AMBER, "Il manque « Allocation perçue »"),
    ),
    # Two conditions together, and no number of months: nothing is computed.
    *yes_no(
        "CIPI-E6",
        "CIPI-E6-a",
        "deld",
        "longue_duree",
        "est demandeuse d’emploi de longue durée",
        "n’est pas demandeuse d’emploi de longue durée",
    ),
    *yes_no(
        "CIPI-E6",
        "CIPI-E6-b",
        "deld",
        "sans_acces_immediat",
        "ne permettent pas un accès immédiat",
        "les deux conditions sont exigées",
    ),
    *ground(
        "CIPI-E7",
        "CIPI-E7-a",
        "protection_internationale",
        ({"situation": "protection_internationale"}, OK, "la fiche nomme ce public"),
        ({"situation": "demandeur_asile"}, NOTE, "une autorisation de travail est nécessaire"),
        ({}, AMBER, "Il manque « Situation »"),
    ),
    *(
        said
        for obtained, verdict, words in (
            ("06/09/2026", OK, "est obtenue avant le début"),
            ("07/09/2026", OK, "est obtenue avant le début"),
            ("08/09/2026", RED, "est datée du 08/09/2026, après le début prévu"),
        )
        for said in ground(
            "CIPI-E7",
            "CIPI-E7-b",
            "protection_internationale",
            (
                {"situation": "demandeur_asile", "autorisation_travail_le": obtained},
                verdict,
                words,
            ),
            **FIRST_DAY,
        )
    ),
    *ground(
        "CIPI-E7",
        "CIPI-E7-b",
        "protection_internationale",
        ({"situation": "demandeur_asile"}, AMBER, "le contrat ne peut pas être conclu"),
        ({"situation": "protection_internationale"}, SILENT, ""),
    ),
    *yes_no(
        "CIPI-E8",
        "CIPI-E8-a",
        "sans_experience",
        "sans_experience",
        "n’a pas d’expérience professionnelle",
        "a une expérience professionnelle",
    ),
    *ground(
        "CIPI-E8",
        "CIPI-E8-b",
        "sans_experience",
        ({"niveau": "aucun"}, OK, "le niveau 3 n’est pas dépassé"),
        ({"niveau": "1"}, OK, "le niveau 3 n’est pas dépassé"),
        ({"niveau": "2"}, OK, "Niveau 2, le niveau 3 n’est pas dépassé"),
        ({"niveau": "3"}, OK, "Niveau 3 (CAP, BEP), le niveau 3 n’est pas dépassé"),
        ({"niveau": "4_et_plus"}, RED, "Niveau 4 et plus, au-delà du niveau 3"),
        ({}, AMBER, "Il manque « Niveau de qualification »"),
    ),
    # From 11 August 2025 to 10 August 2026: 11 months and 30 days. The year must be reached on each
    # date at once, hence on the first of them.
    *idle(
        "CIPI-E9 DRF",
        "drf_deposee_le",
        ("11/08/2025", "10/08/2026 10:00", RED, "11 mois complets sans activité, il en faut 12"),
        ("12/08/2025", "10/08/2026 10:00", RED, "il en faut 12 : attendez le 12/08/2026"),
        ("10/08/2025", "10/08/2026 10:00", OK, "12 mois complets sans activité"),
        ("09/08/2025", "10/08/2026 10:00", OK, "12 mois complets sans activité"),
        debut_contrat="07/09/2026",
        demarrage_formation="08/09/2026 09:00",
    ),
    *idle(
        "CIPI-E9 contract",
        "debut_contrat",
        ("11/08/2025", "10/08/2026", RED, "11 mois complets sans activité, il en faut 12"),
        ("10/08/2025", "10/08/2026", OK, "12 mois complets sans activité"),
        ("09/08/2025", "10/08/2026", OK, "12 mois complets sans activité"),
        demarrage_formation="08/09/2026 09:00",
    ),
    *idle(
        "CIPI-E9 training",
        "demarrage_formation",
        ("11/08/2025", "10/08/2026 09:00", RED, "11 mois complets sans activité, il en faut 12"),
        ("10/08/2025", "10/08/2026 09:00", OK, "12 mois complets sans activité"),
        ("09/08/2025", "10/08/2026 09:00", OK, "12 mois complets sans activité"),
    ),
    *ground("CIPI-E9", "CIPI-E9", "sans_activite", ({}, AMBER, "Il manque « Fin de la dernière")),
)

SAID = (
    *COMPANY,
    *DURATIONS,
    *CONTENTS,
    *ASSESSMENTS,
    *CONTRACTS,
    *FOLLOW_UP,
    *GROUNDS,
)


@pytest.mark.parametrize("one", by_row(SAID))
def test_a_row_is_judged_as_the_sheet_says(one: Said) -> None:
    """A check gives the verdict of its row, and a sentence with the figures that matter."""
    verdict, sentence = one.found(CIPI)
    assert verdict == one.verdict, sentence
    assert one.words in sentence


# --- The public line, which tells no ground ----------------------------------------------------------------

ELIGIBLE: dict[str, tuple[str, dict[str, str]]] = {
    "CIPI-E1": ("etti", {"accompagne_etti": "oui", "nom_etti": "Relais Lyon"}),
    "CIPI-E2": ("boe", {"beneficiaire": "oui"}),
    "CIPI-E3": ("inaptitude", {"avis_definitif": "oui", "qualification_anterieure": "oui"}),
    "CIPI-E4": ("savoirs_base", {"difficultes_constatees": "oui"}),
    "CIPI-E5": ("minima_sociaux", {"allocation": "ass"}),
    "CIPI-E6": ("deld", {"longue_duree": "oui", "sans_acces_immediat": "oui"}),
    "CIPI-E7": ("protection_internationale", {"situation": "protection_internationale"}),
    "CIPI-E8": ("sans_experience", {"sans_experience": "oui", "niveau": "3"}),
    "CIPI-E9": ("sans_activite", {"fin_derniere_activite": "01/06/2025"}),
}
PROVEN = {**FIRST_DAY, "preuve_vue_le": "01/07/2026", "preuve_valable_jusquau": "31/12/2026"}


def public_line(answers: tuple[str, dict[str, str]] | None, **facts: str) -> tuple[str, str]:
    """Return the verdict and the sentence that everybody reads about eligibility."""
    case = CIPI.case(**facts)
    found = CIPI.findings(CIPI.eligible(case, *answers) if answers else case)["CIPI-E"]
    return found.verdict.value, found.sentence


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row} public line") for row in ELIGIBLE])
def test_one_ground_is_enough_and_is_not_told(row: str) -> None:
    """Any one ground proven makes a file conform, in the same words whichever ground it is."""
    proven = public_line(ELIGIBLE[row], **PROVEN)
    assert proven == public_line(ELIGIBLE["CIPI-E1"], **PROVEN)
    assert proven[0] == OK


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row} unproven") for row in ELIGIBLE])
def test_a_ground_without_its_proof_is_to_confirm(row: str) -> None:
    """Until a proof is seen, eligibility is to confirm; with no ground at all it is too."""
    unseen = {name: value for name, value in PROVEN.items() if name != "preuve_vue_le"}
    assert public_line(ELIGIBLE[row], **unseen)[0] == AMBER
    assert public_line(None, **PROVEN)[0] == AMBER


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param(("boe", {"beneficiaire": "non"}), RED, id="CIPI-E2 refused"),
        pytest.param(("sans_experience", {"niveau": "4_et_plus"}), RED, id="CIPI-E8 refused"),
        pytest.param(
            ("sans_activite", {"fin_derniere_activite": "08/09/2025"}),
            RED,
            id="CIPI-E9 a day short",
        ),
        pytest.param(
            ("sans_activite", {"fin_derniere_activite": "07/09/2025"}), OK, id="CIPI-E9 to the day"
        ),
        pytest.param(
            ("sans_activite", {"fin_derniere_activite": "06/09/2025"}), OK, id="CIPI-E9 a day more"
        ),
    ],
)
def test_the_public_line_follows_the_ground(
    answers: tuple[str, dict[str, str]], expected: str
) -> None:
    """What the ground makes fail, the public line says, here with a contract from 7 September 2026."""
    assert public_line(answers, **PROVEN)[0] == expected


@pytest.mark.parametrize("word", [pytest.param("ancienneté", id="CIPI-E10 never asked")])
def test_no_seniority_is_ever_asked(word: str) -> None:
    """No fact, and no question of a ground, asks for seniority in temporary work."""
    rules = CIPI.procedure.eligibility
    assert rules is not None
    labels = [fact.label for fact in CIPI.procedure.facts.values()]
    labels += [q.label for one in rules.grounds.values() for q in one.questions.values()]
    assert [label for label in labels if word in label.casefold()] == []


PROOFS = {
    # The page of the scheme names the proofs of the first five grounds; it stops there.
    "CIPI-E1": ("etti", True, "Aucun justificatif propre"),
    "CIPI-E2": ("boe", True, "CDAPH"),
    "CIPI-E3": ("inaptitude", True, "Avis d’inaptitude"),
    "CIPI-E4": ("savoirs_base", True, "Bilan de positionnement"),
    "CIPI-E5": ("minima_sociaux", True, "Attestation de la CAF"),
    "CIPI-E6": ("deld", False, "à faire confirmer"),
    "CIPI-E7": ("protection_internationale", False, "à faire confirmer"),
    "CIPI-E8": ("sans_experience", False, "à faire confirmer"),
    "CIPI-E9": ("sans_activite", False, "à faire confirmer"),
}


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row} proof") for row in PROOFS])
def test_a_ground_names_its_proof(row: str) -> None:
    """Each ground names the proof that a source gives, or says that none does (E12)."""
    name, confirmed, words = PROOFS[row]
    assert CIPI.procedure.eligibility is not None
    first = next(iter(CIPI.procedure.eligibility.grounds[name].proofs.values()))
    assert words in first.label
    assert (first.doubt is None) is confirmed


# --- Hours still owed --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "last_start"),
    [
        # Ten days of seven hours, backwards from Friday 26 February 2027.
        pytest.param("0", date(2027, 2, 15), id="CIPI-D6 70 h left"),
        pytest.param("62,99", date(2027, 2, 25), id="CIPI-D6 7,01 h left"),
        pytest.param("63", date(2027, 2, 26), id="CIPI-D6 7 h left"),
        pytest.param("63,01", date(2027, 2, 26), id="CIPI-D6 6,99 h left"),
        pytest.param("69,99", date(2027, 2, 26), id="CIPI-D6 0,01 h left"),
        pytest.param("70", None, id="CIPI-D6 nothing left"),
        pytest.param("70,01", None, id="CIPI-D6 more than owed"),
    ],
)
@pytest.mark.parametrize("training", [pytest.param(h, id=f"CIPI-D6 {h} h") for h in ("70", "245")])
def test_seventy_hours_of_mission_are_owed_whatever_the_training(
    hours: str, last_start: date | None, training: str
) -> None:
    """The last day to start is counted from the hours left, and goes away once 70 are done."""
    case = CIPI.case(
        state="contrat_depose",
        **SIX_MONTHS,
        heures_mission_realisees=hours,
        heures_formation=training,
    )
    found = CIPI.deadlines(case).get("mission")
    assert (found.dates.prudent if found else None) == last_start


@pytest.mark.parametrize(
    ("start", "strict", "prudent"),
    [
        # S + 6 months, and S + 6 months − 1 day brought back to a working day.
        pytest.param("30/08/2026", date(2027, 2, 28), date(2027, 2, 26), id="CIPI-D2 a day before"),
        pytest.param("31/08/2026", date(2027, 2, 28), date(2027, 2, 26), id="CIPI-D2 31 August"),
        pytest.param("01/09/2026", date(2027, 3, 1), date(2027, 2, 26), id="CIPI-D2 a day after"),
        pytest.param("02/09/2026", date(2027, 3, 2), date(2027, 3, 1), id="CIPI-D2 two days after"),
    ],
)
def test_the_period_lasts_six_months(start: str, strict: date, prudent: date) -> None:
    """The six months run from the first day of the contract, and are over the day before, prudently."""
    case = CIPI.case(state="contrat_depose", debut_contrat=start)
    found = CIPI.deadlines(case)["realisation"]
    assert (found.dates.strict, found.dates.prudent) == (strict, prudent)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({}, ("il manque « Remise au salarié",), id="CIPI-C5 not handed"),
        pytest.param({"documents_remis_le": "10/12/2026"}, (), id="CIPI-C5 handed"),
    ],
)
def test_a_file_closes_once_papers_are_handed_over(
    facts: dict[str, str], expected: tuple[str, ...]
) -> None:
    """No file is closed before the employee has got what validates the skills; no text dates it."""
    case = CIPI.case(state="presences_saisies", fin_formation="30/10/2026")
    found = CIPI.refusals(case, "cloturer", paris(12, 15), **facts)
    assert len(found) == len(expected)
    assert all(one.startswith(words) for one, words in zip(found, expected, strict=True))
    assert CIPI.deadlines(case)["remise_documents"].kind is Kind.INTERNAL


# --- Money -------------------------------------------------------------------------------------------------

SHEET_DAY = "10/05/2021 10:00"
"""A day on which the rates of the sheet hold without doubt: 17 € and 27 €."""

COSTS = {
    "cout_pedagogique_horaire": "15",
    "cout_remuneration_horaire": "18",
    "cout_transport_horaire": "3",
}
"""The example of the sheet: 15 + 18 + 3 = 36 € an hour."""


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        # 15 € an hour, 40 hours at most: 600 €.
        pytest.param("39", "585.00", id="CIPI-T3 39 h"),
        pytest.param("39,99", "599.85", id="CIPI-T3 39,99 h"),
        pytest.param("40", "600.00", id="CIPI-T3 40 h"),
        pytest.param("40,01", "600.00", id="CIPI-T3 40,01 h"),
        pytest.param("41", "600.00", id="CIPI-T3 41 h"),
    ],
)
def test_the_training_of_a_tutor_is_paid_up_to_forty_hours(hours: str, expected: str) -> None:
    """Hours of the tutor's training are paid 15 € each, and those after the fortieth are not."""
    found = CIPI.amount("formation_tuteur", CIPI.case(heures_formation_tuteur=hours))
    assert found.value == Decimal(expected)


@pytest.mark.parametrize("bare", [pytest.param({}, id="CIPI-T3 optional")])
def test_no_tutor_no_amount(bare: dict[str, str]) -> None:
    """Without training of a tutor, nothing is said of it."""
    assert CIPI.quote(CIPI.case(**bare)).amount("formation_tuteur") is None


@pytest.mark.parametrize(
    ("assessments", "hours"),
    [
        pytest.param((), "245", id="CIPI-F1 training alone"),
        pytest.param(("14",), "259", id="CIPI-F1 one bilan"),
        pytest.param(("14", "13"), "272", id="CIPI-F1 272 h"),
        pytest.param(("14", "14"), "273", id="CIPI-F1 273 h"),
    ],
)
def test_training_and_assessments_are_funded(assessments: tuple[str, ...], hours: str) -> None:
    """Hours of training and of both bilans are funded, missions are not: 245 + 14 + 14 = 273."""
    names = ("heures_bilan_positionnement", "heures_bilan_evaluation")
    facts = dict(zip(names, assessments, strict=False))
    case = CIPI.case(**facts, heures_formation="245", heures_missions="70")
    assert CIPI.amount("heures_prises_en_charge", case).value == Decimal(hours)


FULL = {
    "heures_formation": "245",
    "heures_bilan_positionnement": "14",
    "heures_bilan_evaluation": "14",
    "drf_deposee_le": SHEET_DAY,
}


@pytest.mark.parametrize(
    ("programme", "last", "expected"),
    [
        # 273 × 17 = 4 641; 273 × 27 = 7 371; an hour less, an hour's rate less.
        pytest.param("classique", "14", "4 641,00 €", id="CIPI-F2 273 h"),
        pytest.param("classique", "13", "4 624,00 €", id="CIPI-F2 272 h"),
        pytest.param("classique", "13,99", "4 640,83 €", id="CIPI-F2 272,99 h"),
        pytest.param("prioritaire", "14", "7 371,00 €", id="CIPI-F3 273 h"),
        pytest.param("prioritaire", "13", "7 344,00 €", id="CIPI-F3 272 h"),
        pytest.param("prioritaire", "13,99", "7 370,73 €", id="CIPI-F3 272,99 h"),
    ],
)
def test_the_funding_at_its_ceiling(programme: str, last: str, expected: str) -> None:
    """The sheet for the portal gives the rate times the hours, to the cent, at the ceiling and under."""
    case = CIPI.case(**{**FULL, "heures_bilan_evaluation": last}, programme=programme)
    shown = CIPI.typed_in_portal("deposer_drf", case)["Prise en charge attendue"]
    assert shown.value is not None
    assert (plain(shown.value), shown.doubtful) == (expected, False)


RATES = [
    # The sheet, undated: 17 € and 27 €. A cut to 14 € and 17 € on 1 June 2021, of which no source gives the
    # end: the lowest is shown, never certain, until the next that is dated.
    ("31/05/2021 23:59", "17.00", "27.00", True, True),
    ("01/06/2021 00:00", "14.00", "17.00", False, False),
    ("29/08/2022 23:59", "14.00", "17.00", False, False),
    ("30/08/2022 00:00", "14.00", "17.00", False, False),
    ("15/05/2024 23:59", "14.00", "17.00", False, False),
    ("16/05/2024 00:00", "14.00", "27.00", False, True),
    ("30/06/2024 23:59", "14.00", "27.00", False, True),
    # From July 2024 on, 18 € are cited as well as the rates of the sheet.
    ("01/07/2024 00:00", "17.00", "27.00", False, False),
    ("31/12/2024 23:59", "17.00", "27.00", False, False),
    # 2025: 18 € and 27 €, announced; 2026: nothing found, hence the last known, to check.
    ("01/01/2025 00:00", "18.00", "27.00", True, True),
    ("31/12/2025 23:59", "18.00", "27.00", True, True),
    ("01/01/2026 00:00", "18.00", "27.00", False, False),
    ("01/07/2026 10:00", "18.00", "27.00", False, False),
]


@pytest.mark.parametrize(
    ("programme", "filed", "amount", "certain"),
    [
        pytest.param("classique", filed, one, sure, id=f"CIPI-F2 {filed}")
        for filed, one, _, sure, _ in RATES
    ]
    + [
        pytest.param("prioritaire", filed, two, sure, id=f"CIPI-F3 {filed}")
        for filed, _, two, _, sure in RATES
    ],
)
def test_the_rate_is_that_of_the_day_of_the_demand(
    programme: str, filed: str, amount: str, certain: bool
) -> None:
    """The rate is chosen by the day on which the DRF was filed, and says whether it is certain."""
    case = CIPI.case(programme=programme, drf_deposee_le=filed, demarrage_formation=filed)
    found = CIPI.amount("forfait_horaire", case)
    assert (found.value, found.certain) == (Decimal(amount), certain)


@pytest.mark.parametrize(
    ("programme", "expected"),
    [
        pytest.param("classique", "18,00 €/h", id="CIPI-F2 2026"),
        pytest.param("prioritaire", "27,00 €/h", id="CIPI-F3 2026"),
    ],
)
def test_a_rate_of_2026_is_shown_to_check(programme: str, expected: str) -> None:
    """In 2026 the sheet for the portal shows the last rate known, and says that it is to check."""
    case = CIPI.case(programme=programme, drf_deposee_le="10/07/2026 10:00")
    shown = CIPI.typed_in_portal("deposer_drf", case)["Forfait horaire"]
    assert shown.value is not None
    assert (plain(shown.value), shown.note, shown.doubtful) == (expected, "à vérifier", True)
    assert (
        "dernier forfait connu, valable jusqu’au 31/12/2025"
        in CIPI.amount("forfait_horaire", case).how
    )


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # Mutualised funds: companies of fewer than 50 employees only.
        pytest.param(
            {"effectif_ett": "49"},
            {"fonds-conventionnels", "investissement-formation", "fonds-mutualises"},
            id="CIPI-F4 49 employees",
        ),
        pytest.param(
            {"effectif_ett": "50"},
            {"fonds-conventionnels", "investissement-formation"},
            id="CIPI-F4 50 employees",
        ),
        pytest.param(
            {"effectif_ett": "51"},
            {"fonds-conventionnels", "investissement-formation"},
            id="CIPI-F4 51 employees",
        ),
        pytest.param(
            {},
            {"fonds-conventionnels", "investissement-formation"},
            id="CIPI-F4 headcount unknown",
        ),
    ],
)
def test_what_may_pay_the_rest(facts: dict[str, str], expected: set[str]) -> None:
    """Three funds may pay what the rate leaves, the mutualised one for small companies only."""
    assert CIPI.supports(CIPI.case(drf_deposee_le="10/07/2026 10:00", **facts)) == expected


def fpett(filed: str, start: str) -> Case:
    """Return a case of a priority programme: 36 − 27 = 9 € for 100 h, that is 900 € of extra cost."""
    return CIPI.case(
        **COSTS,
        programme="prioritaire",
        heures_formation="100",
        drf_deposee_le=filed,
        demarrage_formation=start,
    )


@pytest.mark.parametrize(
    ("filed", "start", "expected"),
    [
        # Until 30 June 2024, 80 % by day of the DRF: 720 €. Then 30 %, that is 270 €, for trainings that
        # start by 31 December 2024.
        pytest.param("20/05/2024", "30/06/2024", {"80": "720.00"}, id="CIPI-F4 June 2024"),
        pytest.param(
            "30/06/2024",
            "03/07/2024",
            {"80": "720.00", "30": "270.00"},
            id="CIPI-F4 last day of 80 %",
        ),
        pytest.param("01/07/2024", "04/07/2024", {"30": "270.00"}, id="CIPI-F4 first day of 30 %"),
        pytest.param("02/12/2024", "30/12/2024", {"30": "270.00"}, id="CIPI-F4 a day before"),
        pytest.param("02/12/2024", "31/12/2024", {"30": "270.00"}, id="CIPI-F4 last day of 30 %"),
        pytest.param("02/12/2024", "01/01/2025", {}, id="CIPI-F4 first day of nothing"),
        pytest.param("02/12/2024", "02/01/2025", {}, id="CIPI-F4 a day after"),
    ],
)
def test_the_fpett_pays_a_share_until_2025(
    filed: str, start: str, expected: dict[str, str]
) -> None:
    """The FPETT paid 80 %, then 30 % of the extra cost, then nothing for trainings from 2025 on."""
    found = CIPI.quote(fpett(filed, start))
    amounts = {one: found.amount(f"financement_fpett-{one}") for one in ("80", "30")}
    assert {one: line.value for one, line in amounts.items() if line} == {
        one: Decimal(value) for one, value in expected.items()
    }


@pytest.mark.parametrize("filed", [pytest.param("30/06/2024", id="CIPI-F4 two shares at once")])
def test_a_demand_of_june_for_july_says_which_share_holds(filed: str) -> None:
    """A support is chosen by one date: where 80 % and 30 % both show, a note says which one holds."""
    found = CIPI.amount("financement_fpett-30", fpett(filed, "03/07/2024"))
    assert "regardez la date de la DRF : avant le 1er juillet, c’est 80 %" in found.notes[0]


@pytest.mark.parametrize(
    ("programme", "filed", "expected"),
    [
        pytest.param("classique", SHEET_DAY, "19,00 €/h", id="CIPI-F5 36 − 17"),
        pytest.param("classique", "10/02/2025 10:00", "18,00 €/h", id="CIPI-F5 36 − 18"),
        pytest.param("prioritaire", SHEET_DAY, "9,00 €/h", id="CIPI-F5 36 − 27"),
    ],
)
def test_the_extra_cost_of_the_sheet(programme: str, filed: str, expected: str) -> None:
    """The example of the sheet comes out as it prints it: 36 € less 17 € leave 19,00 €/h."""
    case = CIPI.case(**COSTS, programme=programme, drf_deposee_le=filed, heures_formation="70")
    fields = CIPI.typed_in_portal("demander_surcout", case)
    cost, extra = fields["Coût de l’heure"].value, fields["Surcoût de l’heure"].value
    assert cost is not None
    assert extra is not None
    assert (plain(cost), plain(extra)) == ("36,00 €/h", expected)


@pytest.mark.parametrize("printed", [pytest.param("19,00 €/h", id="CIPI-F5 printed")])
def test_the_extra_cost_of_the_sheet_is_printed(
    printed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Typed as commands on a day when the rate was 17 €, the example prints 19,00 €/h."""
    desk = Desk(tmp_path, monkeypatch)
    desk.now = datetime(2021, 3, 15, 9, tzinfo=UTC)
    desk.must("init")
    desk.must("dossier ouvrir cipi --libelle Morvan --fait", "demarrage_formation=06/04/2021 09:00")
    desk.must("dossier avancer CIPI-2021-0001 deposer_drf")
    facts = {**COSTS, "programme": "classique", "heures_formation": "70"}
    words = [word for name, raw in facts.items() for word in ("--fait", f"{name}={raw}")]
    desk.must("dossier corriger CIPI-2021-0001", *words)
    shown = desk.must("dossier fiche CIPI-2021-0001 --etape demander_surcout").shown
    _, _, after = shown.partition("Surcoût de l’heure")
    assert printed in after.partition("Surcoût du dossier")[0]


@pytest.mark.parametrize(
    ("teaching", "extra", "whole"),
    [
        # 17 € an hour: what is under costs nothing more, never less than nothing.
        pytest.param("6,99", "0.00", "0.00", id="CIPI-F5 16,99 €"),
        pytest.param("7", "0.00", "0.00", id="CIPI-F5 17 €"),
        pytest.param("7,01", "0.01", "0.70", id="CIPI-F5 17,01 €"),
        pytest.param("26", "19.00", "1330.00", id="CIPI-F5 36 €"),
    ],
)
def test_the_extra_cost_is_what_the_rate_leaves(teaching: str, extra: str, whole: str) -> None:
    """The extra cost starts with the first cent above the rate, here for 70 hours and 10 € of pay."""
    case = CIPI.case(
        programme="classique",
        drf_deposee_le=SHEET_DAY,
        heures_formation="70",
        cout_pedagogique_horaire=teaching,
        cout_remuneration_horaire="10",
    )
    found = (CIPI.amount("surcout_horaire", case).value, CIPI.amount("surcout", case).value)
    assert found == (Decimal(extra), Decimal(whole))


@pytest.mark.parametrize(
    ("attended", "expected"),
    [
        # Hours done, not planned: at 17 €, 99 h, 100 h and 101 h, with 7 h of bilan.
        pytest.param("99", "1802.00", id="CIPI-F7 99 h"),
        pytest.param("100", "1819.00", id="CIPI-F7 100 h"),
        pytest.param("101", "1836.00", id="CIPI-F7 101 h"),
    ],
)
def test_hours_attended_are_paid(attended: str, expected: str) -> None:
    """What is paid is the rate for hours attended, bilans included and missions left out."""
    case = CIPI.case(
        done(TRAINING, date(2023, 4, 3), date(2023, 4, 28), attended),
        done(ASSESSMENT, date(2023, 5, 2), date(2023, 5, 2), "7", number=2),
        done(MISSION, date(2023, 5, 9), date(2023, 5, 31), "70", number=3),
        programme="classique",
        drf_deposee_le=SHEET_DAY,
        demarrage_formation="03/04/2023",
        heures_formation="200",
    )
    assert CIPI.amount("prise_en_charge_realisee", case).value == Decimal(expected)
    shown = CIPI.typed_in_portal("saisir_presences", case)["Prise en charge des heures faites"]
    assert "la fiche ne donne pas la formule" in shown.note


# --- Contracts in the portal -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "training", "mission"),
    [
        pytest.param(
            "interimaire",
            "Contrat de mission-formation",
            "Contrat de mission (",
            id="CIPI-P1 in the portal",
        ),
        pytest.param(
            "cdi_interimaire",
            "Lettre de mission-formation",
            "Lettre de mission (",
            id="CIPI-P3 in the portal",
        ),
    ],
)
def test_four_contracts_by_status_and_period(status: str, training: str, mission: str) -> None:
    """The sheet of step 3 names the contract of each period for the status of the employee."""
    fields = CIPI.typed_in_portal("deposer_contrat", CIPI.case(statut_salarie=status))
    values = [fields[f"Contrat pendant {when}"].value for when in ("la formation", "les missions")]
    assert all(
        value is not None and value.startswith(words)
        for value, words in zip(values, (training, mission), strict=True)
    )


# --- The five steps ----------------------------------------------------------------------------------------

EARLY, LATE = "trop tôt", "trop tard"


def at(text: str) -> datetime:
    """Return « 2026-09-06 09:00 » on the Paris clock."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("start", "now", "expected"),
    [
        # Two months before Tuesday 8 September 2026; before 30 April, K3 says 1 March.
        pytest.param("08/09/2026 09:00", "2026-07-07 23:59", EARLY, id="CIPI-S1a a minute before"),
        pytest.param("08/09/2026 09:00", "2026-07-08 00:00", "", id="CIPI-S1a 2 months"),
        pytest.param("08/09/2026 09:00", "2026-07-09 00:00", "", id="CIPI-S1a a day after"),
        pytest.param("30/04/2027 09:00", "2027-02-28 12:00", EARLY, id="CIPI-S1a 28 February"),
        pytest.param("30/04/2027 09:00", "2027-03-01 00:00", "", id="CIPI-S1a 1 March"),
        pytest.param("30/04/2027 09:00", "2027-03-02 00:00", "", id="CIPI-S1a 2 March"),
        # 48 hours that elapse, even when the clocks change in between.
        pytest.param("08/09/2026 09:00", "2026-09-06 08:59", "", id="CIPI-S1b 48 h and a minute"),
        pytest.param("08/09/2026 09:00", "2026-09-06 09:00", "", id="CIPI-S1b 48 h"),
        pytest.param("08/09/2026 09:00", "2026-09-06 09:01", LATE, id="CIPI-S1b a minute short"),
        pytest.param(
            "30/03/2026 09:00", "2026-03-28 07:59", "", id="CIPI-S1b summer, a minute more"
        ),
        pytest.param("30/03/2026 09:00", "2026-03-28 08:00", "", id="CIPI-S1b summer, 48 h"),
        pytest.param("30/03/2026 09:00", "2026-03-28 08:01", LATE, id="CIPI-S1b summer, too late"),
    ],
)
def test_the_demand_is_filed_in_its_window(start: str, now: str, expected: str) -> None:
    """The DRF is filed from two months to 48 hours before the training, and not outside."""
    found = CIPI.refusals(CIPI.case(demarrage_formation=start), "deposer_drf", at(now))
    assert len(found) == bool(expected)
    assert all(one.startswith(expected) for one in found)


@pytest.mark.parametrize(
    ("start", "opens", "strict", "prudent"),
    [
        pytest.param(
            "08/09/2026 09:00",
            date(2026, 7, 8),
            "2026-09-06 09:00",
            date(2026, 9, 3),
            id="CIPI-S1a E01",
        ),
        pytest.param(
            "30/04/2027 09:00",
            date(2027, 3, 1),
            "2027-04-28 09:00",
            date(2027, 4, 27),
            id="CIPI-S1a E02",
        ),
        pytest.param(
            "30/03/2026 09:00",
            date(2026, 1, 30),
            "2026-03-28 08:00",
            date(2026, 3, 25),
            id="CIPI-S1b E04",
        ),
    ],
)
def test_the_window_of_the_demand(start: str, opens: date, strict: str, prudent: date) -> None:
    """The window of the DRF carries its opening, its strict limit and three working days of margin."""
    found = CIPI.deadlines(CIPI.case(demarrage_formation=start))["drf"]
    assert (found.dates.opens_on, found.dates.strict, found.dates.prudent) == (
        opens,
        at(strict),
        prudent,
    )


@pytest.mark.parametrize(
    ("filed", "expected", "chase"),
    [
        # Thursday 30 April 2026: 8 h, then neither 1 May nor the week-end, Monday 24 h, Tuesday 16 h.
        pytest.param("30/04/2026 15:59", "2026-05-05 15:59", date(2026, 5, 6), id="CIPI-S2 before"),
        pytest.param("30/04/2026 16:00", "2026-05-05 16:00", date(2026, 5, 6), id="CIPI-S2 E06"),
        pytest.param("30/04/2026 16:01", "2026-05-05 16:01", date(2026, 5, 6), id="CIPI-S2 after"),
        # Monday to Wednesday of a week without holidays.
        pytest.param("15/06/2026 10:00", "2026-06-17 10:00", date(2026, 6, 18), id="CIPI-S2 plain"),
    ],
)
def test_the_reply_is_expected_in_48_working_hours(filed: str, expected: str, chase: date) -> None:
    """The reply is awaited 48 hours of working days later, chased the day after, never taken for a yes."""
    case = CIPI.case(
        state="drf_deposee", demarrage_formation="30/06/2026 09:00", drf_deposee_le=filed
    )
    found = CIPI.deadlines(case)["reponse_akto"]
    assert (found.dates.expected_at, found.dates.chase_on, found.dates.strict) == (
        at(expected),
        chase,
        None,
    )
    assert any(
        "silence du financeur ne vaut pas accord" in one for one in found.explanation.warnings
    )


def agreed(on: str = "02/03/2026", papers: tuple[str, ...] = CONTRACT_PAPERS) -> Case:
    """Return a case whose DRF was agreed, on 2 March 2026 unless said otherwise."""
    return CIPI.case(
        state="drf_accordee",
        papers=papers,
        demarrage_formation="16/03/2026 09:00",
        drf_accordee_le=on,
        debut_contrat="16/03/2026",
    )


@pytest.mark.parametrize(
    ("on", "day", "expected"),
    [
        # 2 March + 61 days: 29 left in March, 30 in April, 2 in May.
        pytest.param("02/03/2026", date(2026, 5, 1), "", id="CIPI-S3a 60 days"),
        pytest.param("02/03/2026", date(2026, 5, 2), "", id="CIPI-S3a 61 days"),
        pytest.param("02/03/2026", date(2026, 5, 3), LATE, id="CIPI-S3a 62 days"),
        # 61 days are not two months, longer or shorter.
        pytest.param("29/01/2027", date(2027, 3, 30), "", id="CIPI-S3a 2027, 60 days"),
        pytest.param("29/01/2027", date(2027, 3, 31), "", id="CIPI-S3a 2027, 61 days"),
        pytest.param("29/01/2027", date(2027, 4, 1), LATE, id="CIPI-S3a 2027, 62 days"),
    ],
)
def test_the_contract_is_filed_in_61_days(on: str, day: date, expected: str) -> None:
    """The contract is filed up to the 61st civil day after the agreement, week-ends counted."""
    now = datetime(day.year, day.month, day.day, 12, tzinfo=PARIS)
    found = CIPI.refusals(agreed(on), "deposer_contrat", now)
    assert len(found) == bool(expected)
    assert all(one.startswith(expected) for one in found)


@pytest.mark.parametrize(
    ("on", "strict", "prudent"),
    [
        pytest.param("02/03/2026", date(2026, 5, 2), date(2026, 4, 30), id="CIPI-S3a E08"),
        pytest.param("01/09/2026", date(2026, 11, 1), date(2026, 10, 30), id="CIPI-S3a E09"),
        pytest.param("31/01/2024", date(2024, 4, 1), date(2024, 3, 29), id="CIPI-S3a leap year"),
    ],
)
def test_the_limit_of_the_contract(on: str, strict: date, prudent: date) -> None:
    """The limit is not put off to a working day: the prudent date is brought back instead."""
    found = CIPI.deadlines(agreed(on))["contrat"]
    assert (found.dates.strict, found.dates.prudent) == (strict, prudent)


PAPER_LABELS = {
    "infos_salarie": "Informations relatives au salarié",
    "contrat_type_signe": "Contrat type édité et signé",
    "convention_formation": "Convention de formation externe",
    "programme_formation": "Programme de formation externe",
}


@pytest.mark.parametrize(
    "missing",
    [
        pytest.param(("infos_salarie",), id="CIPI-S3a employee"),
        pytest.param(("contrat_type_signe",), id="CIPI-S3b signed contract"),
        pytest.param(("convention_formation",), id="CIPI-S3c agreement"),
        pytest.param(("programme_formation",), id="CIPI-S3c programme"),
        pytest.param(("convention_formation", "programme_formation"), id="CIPI-S3c both"),
        pytest.param(CONTRACT_PAPERS, id="CIPI-S3b nothing at all"),
        pytest.param((), id="CIPI-S3c nothing missing"),
    ],
)
def test_the_contract_goes_with_its_papers(missing: tuple[str, ...]) -> None:
    """Step 3 is refused while a paper is missing, and the refusal lists every one of them."""
    papers = tuple(name for name in CONTRACT_PAPERS if name not in missing)
    found = CIPI.refusals(agreed(papers=papers), "deposer_contrat", paris(4, 1))
    assert len(found) == len(missing)
    for reason, name in zip(found, missing, strict=True):
        assert reason.startswith(f"il manque la pièce « {PAPER_LABELS[name]}")


@pytest.mark.parametrize(
    ("status", "refused"),
    [
        pytest.param(PaperStatus.REQUESTED, 1, id="CIPI-S3b asked for"),
        pytest.param(PaperStatus.RECEIVED, 0, id="CIPI-S3b received"),
        pytest.param(PaperStatus.CHECKED, 0, id="CIPI-S3b checked"),
    ],
)
def test_a_paper_counts_once_in_hand(status: PaperStatus, refused: int) -> None:
    """A contract sent for signature is not a signed contract."""
    case, paper = agreed(), Paper(status, date(2026, 3, 20), BY)
    case = replace(case, documents={**case.documents, "contrat_type_signe": paper})
    assert len(CIPI.refusals(case, "deposer_contrat", paris(4, 1))) == refused


ATTENDANCE = {
    "demarrage_formation": "08/09/2026 09:00",
    "fin_formation": "30/10/2026",
    "financement_accorde_le": "03/08/2026",
    "heures_formation_realisees": "105",
    "heures_mission_realisees": "70",
}
PRESENT = ("certificat_realisation", "contrat_mission_signe")


def attendance(*papers: str, state: str = "financement_accorde", **facts: str) -> tuple[str, ...]:
    """Return why hours of attendance cannot be typed on 20 November 2026."""
    case = CIPI.case(state=state, papers=papers, **{**ATTENDANCE, **facts})
    return CIPI.refusals(case, "saisir_presences", paris(11, 20))


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        pytest.param("drf_accordee", "impossible à l’étape « DRF accordée »", id="CIPI-S4a step 3"),
        pytest.param(
            "contrat_depose", "impossible à l’étape « Contrat d", id="CIPI-S4a not granted"
        ),
        pytest.param("financement_refuse", "impossible à l’étape « Financ", id="CIPI-S4a refused"),
        pytest.param("financement_accorde", "", id="CIPI-S4a granted"),
    ],
)
def test_attendance_waits_for_the_second_agreement(state: str, expected: str) -> None:
    """Hours of attendance are typed once the funding is granted, which is not the DRF's agreement."""
    found = attendance(*PRESENT, state=state)
    assert len(found) == bool(expected)
    assert all(one.startswith(expected) for one in found)


@pytest.mark.parametrize("state", [pytest.param("financement_accorde", id="CIPI-S4a no date")])
def test_no_text_dates_the_attendance(state: str) -> None:
    """The sheet gives no deadline for attendance: the target is the agency's own, and has no strict date."""
    found = CIPI.deadlines(CIPI.case(state=state, **ATTENDANCE))["presences"]
    assert (found.kind, found.dates.strict) == (Kind.INTERNAL, None)


@pytest.mark.parametrize(
    ("papers", "expected"),
    [
        pytest.param(("certificat_realisation",), (), id="CIPI-S4b certificate"),
        pytest.param(("feuilles_emargement",), (), id="CIPI-S4b sheets"),
        pytest.param(("certificat_realisation", "feuilles_emargement"), (), id="CIPI-S4b both"),
        pytest.param(
            (),
            ("il manque la pièce « Certificat de réalisation ou feuilles d’émargement »",),
            id="CIPI-S4b neither",
        ),
    ],
)
def test_one_proof_of_attendance_is_enough(
    papers: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    """The certificate or the attendance sheets: either will do, and one is needed."""
    found = attendance(*papers, "contrat_mission_signe")
    assert tuple(one.partition(" (--piece")[0] for one in found) == expected


@pytest.mark.parametrize(
    ("papers", "facts", "expected"),
    [
        pytest.param(
            PRESENT,
            {"heures_contrats_mission": "69,99"},
            ("couvrent 69,99 h, il en faut au moins 70 h",),
            id="CIPI-S4c 69,99 h",
        ),
        pytest.param(PRESENT, {"heures_contrats_mission": "70"}, (), id="CIPI-S4c 70 h"),
        pytest.param(PRESENT, {"heures_contrats_mission": "70,01"}, (), id="CIPI-S4c 70,01 h"),
        pytest.param(PRESENT, {}, (), id="CIPI-S4c hours unknown"),
        pytest.param(
            ("certificat_realisation",),
            {"heures_contrats_mission": "70"},
            ("Contrat de mission signé",),
            id="CIPI-S4c no contract",
        ),
        pytest.param(
            (),
            {"heures_contrats_mission": "0"},
            ("Certificat de réalisation ou", "Contrat de mission signé", "couvrent 0 h"),
            id="CIPI-S4c everything missing",
        ),
    ],
)
def test_signed_mission_contracts_cover_seventy_hours(
    papers: tuple[str, ...], facts: dict[str, str], expected: tuple[str, ...]
) -> None:
    """Attendance is refused while signed contracts cover less than 70 hours, with every reason."""
    found = attendance(*papers, **facts)
    assert len(found) == len(expected)
    for words in expected:
        assert any(words in reason for reason in found)


@pytest.mark.parametrize(
    ("papers", "refused"),
    [
        pytest.param((), 1, id="CIPI-S5 without the invoice"),
        pytest.param(("facture_organisme",), 0, id="CIPI-S5 with the invoice"),
    ],
)
def test_the_extra_cost_is_claimed_with_the_invoice(papers: tuple[str, ...], refused: int) -> None:
    """Step 5 needs the invoice of the training organisation, and no text dates it."""
    case = CIPI.case(
        state="presences_saisies",
        papers=papers,
        **ATTENDANCE,
        presences_saisies_le="20/11/2026",
    )
    found = CIPI.refusals(case, "demander_surcout", paris(12, 1))
    assert len(found) == refused
    assert all("Facture de l’organisme de formation" in one for one in found)
    limit = CIPI.deadlines(case)["surcout"]
    assert (limit.kind, limit.dates.strict) == (Kind.INTERNAL, None)


@pytest.mark.parametrize(
    "state",
    [
        pytest.param("presences_saisies", id="CIPI-S5 left out"),
        pytest.param("surcout_demande", id="CIPI-S5 done"),
    ],
)
def test_the_extra_cost_is_optional(state: str) -> None:
    """A file closes with or without a claim for the extra cost."""
    case = CIPI.case(state=state, **ATTENDANCE)
    outcome = CIPI.do(case, "cloturer", paris(12, 15), documents_remis_le="10/12/2026")
    assert outcome.after.state == "clos"


# --- Where it is written -----------------------------------------------------------------------------------

LINES: dict[str, tuple[str, ...]] = {
    "CIPI-G1": ("88-89", "2-5"),
    "CIPI-G2": ("91-97",),
    "CIPI-E1": ("7-9",),
    "CIPI-E2": ("11-14",),
    "CIPI-E3": ("16-20",),
    "CIPI-E4": ("22-24",),
    "CIPI-E5": ("26-29",),
    "CIPI-E6": ("31-35",),
    "CIPI-E7": ("37-40",),
    "CIPI-E8": ("212-215",),
    "CIPI-E9": ("217-218",),
    "CIPI-E10": ("42", "86"),
    "CIPI-E11": ("44-45", "269-272"),
    "CIPI-E12": ("220-222",),
    "CIPI-D1": ("98-99",),
    "CIPI-D2": ("100-101", "526-527"),
    "CIPI-D3": ("105-107",),
    "CIPI-D4": ("109-111",),
    "CIPI-D5": ("113-116",),
    "CIPI-D6": ("521-528",),
    "CIPI-C1": ("118", "324-330"),
    "CIPI-C2": ("332-340",),
    "CIPI-C3": ("341-346",),
    "CIPI-C4": ("174-193",),
    "CIPI-C5": ("195-200",),
    "CIPI-B1": ("207-208", "228"),
    "CIPI-B2": ("238-243", "662-663"),
    "CIPI-B3": ("245-251", "665-666"),
    "CIPI-B4": ("254-259",),
    "CIPI-B5": ("261-264",),
    "CIPI-T1": ("296-298",),
    "CIPI-T2": ("300-319",),
    "CIPI-T3": ("291-294",),
    "CIPI-F1": ("274-276",),
    "CIPI-F2": ("278",),
    "CIPI-F3": ("279-282",),
    "CIPI-F4": ("285-289",),
    "CIPI-F5": ("668-671",),
    "CIPI-F6": ("673-674", "610-611"),
    "CIPI-P1": ("427-428", "446-447"),
    "CIPI-P2": ("429-433",),
    "CIPI-P3": ("435-438", "446-447"),
    "CIPI-P4": ("440-444",),
    "CIPI-P5": ("449-454",),
    "CIPI-P6": ("456-458",),
    "CIPI-S1a": ("597-598",),
    "CIPI-S1b": ("597-598",),
    "CIPI-S2": ("600",),
    "CIPI-S3a": ("602",),
    "CIPI-S3b": ("603",),
    "CIPI-S3c": ("603-604",),
    "CIPI-S4a": ("606",),
    "CIPI-S4b": ("607",),
    "CIPI-S4c": ("607-608", "530-532"),
    "CIPI-S5": ("610-611",),
    "CIPI-A1": ("460-468",),
    "CIPI-A2": ("470",),
    "CIPI-A3": ("627",),
    "CIPI-A4": ("628-632",),
}
"""Lines of the sheet by row; F7 has no passage of its own, since no formula is given."""

READ_ELSEWHERE = {
    # How long a proof is worth something goes with the request for proofs.
    "CIPI-E12-b": "CIPI-E12",
    # The status decides between the two contracts of the training.
    "CIPI-P0": "CIPI-P3",
    # Each mission has its contract, whose hours are counted together.
    "CIPI-S4d": "CIPI-S4c",
}

OTHER_DOCUMENTS = {
    "CIPI-E7-b": "Code de l’entrée et du séjour des étrangers et du droit d’asile",
    "CIPI-A4-b": "Loi n° 2025-989 du 24 octobre 2025",
}


def every_check() -> tuple[Check, ...]:
    """Return the public checks, then those of every ground."""
    rules = CIPI.procedure.eligibility
    assert rules is not None
    inner = (check for one in rules.grounds.values() for check in one.checks)
    return (*CIPI.checks, *inner)


def row_of(check: str) -> str:
    """Return the row of a check: « CIPI-E11-a » is about CIPI-E11."""
    return READ_ELSEWHERE.get(check, "-".join(check.split("-")[:2]))


def _other_sources() -> list[tuple[str, str, Source]]:
    """Return the row, the name and the source of what is no check."""
    procedure = CIPI.procedure
    funding = procedure.funding
    assert funding is not None
    papers = {
        "CIPI-S3a": ("infos_salarie",),
        "CIPI-S3b": ("contrat_type_signe",),
        "CIPI-S3c": ("convention_formation", "programme_formation"),
        "CIPI-S4b": ("certificat_realisation", "feuilles_emargement", "preuve_presence"),
        "CIPI-S4c": ("contrat_mission_signe",),
        "CIPI-S5": ("facture_organisme",),
    }
    limits = {
        "drf": "CIPI-S1a",
        "reponse_akto": "CIPI-S2",
        "contrat": "CIPI-S3a",
        "realisation": "CIPI-D2",
        "mission": "CIPI-D6",
        "presences": "CIPI-S4a",
        "surcout": "CIPI-S5",
        "paiement": "CIPI-S5",
        "remise_documents": "CIPI-C5",
        "preuve_eligibilite": "CIPI-E12",
    }
    rates = {rate.id: rate.source for rate in funding.rates}
    supports = {support.id: support.source for support in funding.supports}
    return [
        *((row, name, procedure.documents[name].source) for row in papers for name in papers[row]),
        *((row, id_, procedure.deadlines[id_].rules[0].source) for id_, row in limits.items()),
        ("CIPI-S1b", "drf", procedure.deadlines["drf"].rules[0].source),
        ("CIPI-F1", "rates", funding.rate.source),
        ("CIPI-F2", "classique-fiche", rates["classique-fiche-avant-juin-2021"]),
        ("CIPI-F3", "prioritaire-fiche", rates["prioritaire-fiche-avant-juin-2021"]),
        *(
            ("CIPI-F4", id_, supports[id_])
            for id_ in ("fonds-conventionnels", "investissement-formation", "fonds-mutualises")
        ),
        ("CIPI-F5", "extra", funding.extra.source),
        ("CIPI-T3", "tutor", funding.allowances[0].source),
    ]


SOURCES = [
    *(
        (row_of(check.id), check.id, check.source)
        for check in every_check()
        if check.id not in OTHER_DOCUMENTS
    ),
    *_other_sources(),
]


@pytest.mark.parametrize(
    ("row", "source"),
    [pytest.param(row, source, id=f"{row} source of {name}") for row, name, source in SOURCES],
)
def test_a_row_quotes_its_lines(row: str, source: Source) -> None:
    """What is said of a row quotes the sheet of the scheme, at the lines of that row."""
    assert source.document == "cipi.txt"
    assert overlaps(source.lines, LINES[row]), source.lines


@pytest.mark.parametrize(
    "check", [pytest.param(check, id=f"{row_of(check)} law") for check in OTHER_DOCUMENTS]
)
def test_what_the_sheet_does_not_say_quotes_the_law(check: str) -> None:
    """A rule that comes from a text of law names that text, not the sheet."""
    [found] = [one for one in every_check() if one.id == check]
    assert found.source.document.startswith(OTHER_DOCUMENTS[check])


# --- Nothing is left out -----------------------------------------------------------------------------------


def test_every_row_has_a_test_that_bears_its_id() -> None:
    """The rows that tests of this module name are those of the domain note, no more and no less."""
    assert named(row_tests(globals())) == ROWS


def test_every_row_of_the_sheet_has_its_lines() -> None:
    """Lines are given for every row but the one that rests on an inference."""
    assert ROWS - {"CIPI-F7"} == set(LINES)


def test_every_check_is_exercised() -> None:
    """Each check of the rule files is asked something here, and none that they do not have."""
    assert {said.check for said in SAID} == {check.id for check in every_check()}


@pytest.mark.parametrize(
    "check", [pytest.param(check, id=f"{row_of(check.id)} {check.id}") for check in every_check()]
)
def test_every_verdict_of_a_check_is_seen(check: Check) -> None:
    """Each verdict that a check can give is obtained by one of the values tried here."""
    bands = (*check.bands, *((check.missing,) if check.missing else ()))
    seen = {CheckVerdict(said.verdict) for said in SAID if said.check == check.id and said.verdict}
    assert seen == {band.verdict for band in bands}
