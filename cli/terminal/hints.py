"""How a command goes on from a refusal: for each reason, the option or the command to type.

Used where an error or an offer is shown on the command line: `cli.terminal.failures` and the views. The
reason itself is worded by the domain, which knows no option; the interface has fields of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from workflow.errors import EcheancierError, Reason, ReasonCode

_HINTS: Final[Mapping[ReasonCode, str]] = {
    ReasonCode.MISSING_FACT: "{words} (--fait {fact}=…)",
    ReasonCode.MISSING_PAPER: "{words} (--piece {papers})",
    ReasonCode.HOUR_ASKED: '{words} (--fait {fact}="{example}")',
    ReasonCode.HOURS_ASKED: "{words} (dossier heures {ref})",
    ReasonCode.FROM_LEDGER: "{words} (dossier {where} {ref})",
    ReasonCode.STEP_NOT_DONE: "{words} (dossier avancer {ref} {action})",
    ReasonCode.MAY_FORCE: "pour passer outre, ajoutez « --forcer » et « --commentaire » avec la raison",
    ReasonCode.COMMENT_ASKED: "« --forcer » demande un « --commentaire » qui dit pourquoi",
    ReasonCode.ENDED: "{words} Pour un dossier ancien, ajoutez « --historique »",
    ReasonCode.NOT_ENDED: "« --historique » ne sert que pour un dispositif qui a pris fin",
    ReasonCode.NO_FACT: "Aucun fait ; donnez au moins « --fait {fact}=DATE »",
    ReasonCode.FUNDER_ASKED: "{words} : ajoutez « --financeur » ({funders})",
    ReasonCode.FUNDER_IN_EXCESS: "{words} ; retirez « --financeur » et « --commission »",
    ReasonCode.LINE_ASKED: (
        "Heures : donnez la nature (--ajouter formation, mission ou bilan) et les jours (--jours)"
    ),
    ReasonCode.AMOUNT_ASKED: "Heures : donnez les heures prévues (--prevues) ou faites (--faites)",
    ReasonCode.MONEY_ASKED: (
        "Argent : donnez la nature (--ajouter demande ou versement), le montant (--montant) et le payeur "
        "(--payeur {payers})"
    ),
    ReasonCode.UNPAID: "{words} (dossier argent {ref})",
    ReasonCode.DAYS_ASKED: "{words} (--jours 01/02/2017..31/05/2017)",
    ReasonCode.CONTRACTS_ASKED: "{words} ; ajoutez-les (dossier contrats {ref} --ajouter …)",
    ReasonCode.SHEET_ASKED: "{words} ; pour une autre étape, ajoutez --etape (fiches : {sheets})",
}


def hinted(reason: Reason) -> str:
    """Return a reason with what to type."""
    template = _HINTS.get(reason.code, "{words}")
    return template.format_map(defaultdict(str, reason.data, words=reason.words))


def sentence(error: EcheancierError) -> str:
    """Return what an error says on the command line."""
    return error.worded(hinted)
