"""A small procedure that has everything: hours, checks, restricted grounds, money, a portal sheet.

Written as rule files in a folder of its own and read by the program itself, so that tests of what the
core computes depend on no rule that is shipped. Its grounds are letters: nothing here is about anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct, field
from msgspec.structs import replace

from tests.support.core import DIRECTORY, MemoryStore, MovableClock, act, paris
from workflow.acts import transitions
from workflow.case.case import Case, FactValue, HoursLine, Outcome, Paper, PaperStatus, WorkKind
from workflow.deadlines.context import context_for
from workflow.deadlines.ways_of_counting import Context
from workflow.errors import StaleCase
from workflow.rulefiles.rulebook import Rulebook, load_rulebook
from workflow.rules.procedure import Procedure
from workflow.usecases.cases import CaseService
from workflow.usecases.noting import Recording
from workflow.usecases.reads import Inquiries

BY = "m.durand"

_SEEN = (
    'source = { document = "fiche.txt", lines = "1", quote = "Un mois", checked_on = 2026-11-21 }'
)

_MAIN = f"""
id = "essai"
name = "Essai"
label = "Procédure d’essai"
prefix = "ESSAI"
funder_label = "Financeur"
funder_territory = "FR"
initial = "prepare"
reference_fact = "depart"
chronology = [["depart", "fin"]]

[[editions]]
id = "seule"
label = "Seule"
{_SEEN}

[[portals]]
name = "Ancien portail"
valid_until = 2026-01-31
{_SEEN}

[[portals]]
name = "Nouveau portail"
valid_from = 2026-02-01
{_SEEN}

[states.prepare]
label = "Préparé"
awaits = "agence"

[states.envoye]
label = "Envoyé"
awaits = "financeur"

[states.clos]
label = "Clos"
awaits = "personne"
final = true

[facts.depart]
label = "Départ"
type = "date"
future = true

[facts.fin]
label = "Fin"
type = "date"
future = true

[facts.debut_contrat]
label = "Début du contrat"
type = "date"
future = true

[facts.envoye_le]
label = "Envoi"
type = "date"

[facts.clos_le]
label = "Clôture"
type = "date"

[facts.heures_prevues]
label = "Heures de formation"
type = "nombre"
unit = "h"

[facts.heures_bilan]
label = "Heures de bilan"
type = "nombre"
unit = "h"

[facts.heures_formation_faites]
label = "Heures de formation faites"
type = "nombre"
unit = "h"
derived = "formation.realisees"

[facts.heures_bilan_faites]
label = "Heures de bilan faites"
type = "nombre"
unit = "h"
derived = "bilan.realisees"

[facts.heures_mission]
label = "Heures de mission faites"
type = "nombre"
unit = "h"
derived = "mission.realisees"

[facts.debut_mission]
label = "Premier jour de mission"
type = "date"
derived = "mission.premier_jour"

[facts.jours_communs]
label = "Jours communs"
type = "entier"
derived = "tout.jours_communs"

[facts.effectif]
label = "Effectif"
type = "entier"
unit = "salarié"
company = "headcount"

[facts.programme]
label = "Programme"
type = "choix"
choices = {{ court = "Parcours court", long = "Parcours long", rare = "Parcours rare" }}

[facts.essai]
label = "À l’essai"
type = "booleen"

[facts.cout_pedagogique]
label = "Coût pédagogique"
type = "nombre"
unit = "€/h"

[facts.salaire]
label = "Salaire"
type = "nombre"
unit = "€/h"

[facts.frais]
label = "Frais"
type = "nombre"
unit = "€/h"

[facts.heures_tuteur]
label = "Heures du tuteur"
type = "nombre"
unit = "h"

[facts.demande_euros]
label = "Demandé"
type = "nombre"
unit = "€"

[facts.accorde_euros]
label = "Accordé"
type = "nombre"
unit = "€"

[facts.reclame_euros]
label = "Réclamé"
type = "nombre"
unit = "€"

[facts.paye_euros]
label = "Payé"
type = "nombre"
unit = "€"

[facts.solde]
label = "Solde du compte"
type = "nombre"
unit = "€"

[facts.preuve_vue_le]
label = "Preuve vue"
type = "date"

[facts.preuve_jusqu_au]
label = "Preuve valable jusqu’au"
type = "date"
future = true

[documents.formulaire]
label = "Formulaire"
{_SEEN}

[documents.attestation]
label = "Attestation"
{_SEEN}

[documents.feuilles]
label = "Feuilles"
{_SEEN}

[documents.presence]
label = "Attestation ou feuilles"
any_of = ["attestation", "feuilles"]
{_SEEN}

[actions.envoyer]
label = "Envoyer"
from = ["prepare"]
to = "envoye"
dated_by = "envoye_le"
documents = ["formulaire", "presence"]

[actions.clore]
label = "Clore"
from = ["envoye"]
to = "clos"
dated_by = "clos_le"

[deadlines.envoi]
label = "Envoyer"
kind = "reglementaire"
states = ["prepare"]
met_by = ["envoyer"]
portal = true

[[deadlines.envoi.rules]]
anchors = ["depart"]
closes = {{ number = 1, unit = "mois", direction = "avant" }}
{_SEEN}

[deadlines.mission]
label = "Commencer la mission"
kind = "reglementaire"
states = ["prepare", "envoye"]
met_by = ["clore"]
met_by_fact = "debut_mission"

[[deadlines.mission.rules]]
anchors = ["debut_contrat"]
{_SEEN}

[deadlines.mission.rules.last_start]
hours = 70
hours_per_day = "heures_par_jour"
done = "heures_mission"
within = {{ number = 6, unit = "mois", direction = "pendant" }}

[deadlines.tiers]
label = "Faire le tiers de la formation"
kind = "reglementaire"
states = ["prepare", "envoye"]
met_by = ["clore"]

[[deadlines.tiers.rules]]
anchors = ["debut_contrat"]
{_SEEN}

[deadlines.tiers.rules.last_start]
share = "1/3"
share_of = "heures_prevues"
hours_per_day = "heures_par_jour"
done = "heures_formation_faites"
within = {{ number = 6, unit = "mois", direction = "pendant" }}

[deadlines.renouvellement]
label = "Renouveler la preuve"
kind = "interne"
states = ["prepare"]
met_by = ["envoyer"]

[[deadlines.renouvellement.rules]]
anchors = ["preuve_jusqu_au"]
closes = {{ setting = "renouvellement_jours_ouvres", unit = "jours_ouvres", direction = "avant" }}
unless_after = ["debut_contrat", "depart"]
{_SEEN}

[targets.renouvellement_jours_ouvres]
label = "Jours ouvrés pour renouveler la preuve"
unit = "jours_ouvres"
default = 20
{_SEEN}

[targets.heures_par_jour]
label = "Heures d’une journée"
unit = "heures"
default = 7
{_SEEN}
"""

_CHECKS = f"""
[themes]
public = "Public"
heures = "Heures"
argent = "Argent"

[[checks]]
id = "C-1"
label = "Durée"
theme = "heures"
unit = "h"
sum = ["heures_prevues", "heures_bilan?"]
bands = [
  {{ below = 20, verdict = "non_conforme", say = "{{valeur}} : il en faut {{limite}}." }},
  {{ at_most = "100", verdict = "conforme", say = "{{valeur}}, pour {{limite}} au plus." }},
  {{ verdict = "a_confirmer", say = "{{valeur}} : c’est beaucoup." }},
]
missing = {{ verdict = "a_confirmer", say = "Il manque {{manque}}." }}
blocks = ["envoyer"]
{_SEEN}

[[checks]]
id = "C-2"
label = "Jours"
theme = "heures"
unit = "jour"
value = "jours_communs"
bands = [
  {{ at_most = 0, verdict = "conforme", say = "Aucun jour commun." }},
  {{ verdict = "a_confirmer", say = "{{valeur}} de formation avec une mission." }},
]
{_SEEN}

[[checks]]
id = "C-3"
label = "Programme"
theme = "argent"
value = "programme"
bands = [
  {{ is = ["court", "long"], verdict = "conforme", say = "{{valeur}}" }},
  {{ verdict = "a_confirmer", say = "{{valeur}} : à vérifier." }},
]
{_SEEN}

[[checks]]
id = "C-4"
label = "Souvenir"
theme = "argent"
reminder = "Gardez une copie."
{_SEEN}
"""

_PUBLIC = f"""
[eligibility]
id = "E"
label = "Éligibilité"
theme = "public"
unset = "Aucun public n’est noté."
proof_seen = "preuve_vue_le"
proof_until = "preuve_jusqu_au"
revealing = ["zeta", "zetas", "zete", "longue attente"]
{_SEEN}

[eligibility.says]
conforme = "Éligible."
a_confirmer = "À confirmer."
non_conforme = "Pas établi."

[eligibility.grounds.alpha]
label = "Public alpha"
{_SEEN}

[eligibility.grounds.alpha.questions.mois_inscrits]
label = "Mois d’inscription"
type = "entier"

[[eligibility.grounds.alpha.checks]]
id = "E-alpha"
label = "Durée d’inscription"
unit = "mois"
value = "mois_inscrits"
bands = [
  {{ below = 12, verdict = "non_conforme", say = "{{valeur}} : il en faut {{limite}}." }},
  {{ verdict = "conforme", say = "{{valeur}} d’inscription." }},
]
missing = {{ verdict = "a_confirmer", say = "Il manque {{manque}}." }}
{_SEEN}

[eligibility.grounds.alpha.proofs.carte]
label = "Carte alpha"
expires = true
{_SEEN}

[eligibility.grounds.beta]
label = "Public bêta"
{_SEEN}

[eligibility.grounds.beta.questions.avis]
label = "Avis donné"
type = "choix"
choices = {{ favorable = "Favorable", reserve = "Réservé", defavorable = "Défavorable" }}

[[eligibility.grounds.beta.checks]]
id = "E-beta"
label = "Avis"
value = "avis"
bands = [
  {{ is = "favorable", verdict = "conforme", say = "{{valeur}}." }},
  {{ is = "reserve", verdict = "a_confirmer", say = "{{valeur}}." }},
  {{ verdict = "non_conforme", say = "{{valeur}}." }},
]
missing = {{ verdict = "a_confirmer", say = "Il manque {{manque}}." }}
{_SEEN}

[eligibility.grounds.beta.proofs.courrier]
label = "Courrier bêta"
{_SEEN}

[eligibility.grounds.gamma]
label = "Public gamma"
{_SEEN}

[eligibility.grounds.gamma.questions.note]
label = "Note"
type = "nombre"
unit = "h"

[[eligibility.grounds.gamma.checks]]
id = "E-gamma"
label = "Note"
value = "note"
bands = [
  {{ at_most = 5, verdict = "non_conforme", say = "{{valeur}}." }},
  {{ at_most = 10, verdict = "a_confirmer", say = "{{valeur}}." }},
  {{ verdict = "rappel", say = "{{valeur}}." }},
]
{_SEEN}

[eligibility.grounds.gamma.proofs.tampon]
label = "Tampon gamma"
unconfirmed = true
{_SEEN}
"""

_MONEY = f"""
[funding]
programme = "programme"
dated_by = "depart"
headcount = "effectif"
funded_hours = ["heures_prevues", "heures_bilan?"]
attended_hours = ["heures_formation_faites", "heures_bilan_faites?"]
hourly_costs = ["cout_pedagogique", "salaire", "frais?"]
balance = "solde"

[funding.rate]
{_SEEN}

[funding.extra]
{_SEEN}

[[funding.rates]]
id = "court-2025"
label = "Forfait court 2025"
programme = "court"
amount = "15.00"
valid_from = 2025-01-01
valid_until = 2025-12-31
{_SEEN}

[[funding.rates]]
id = "court-2026"
label = "Forfait court 2026"
programme = "court"
amount = "17.00"
valid_from = 2026-01-01
valid_until = 2026-06-30
{_SEEN}

[[funding.rates]]
id = "long-2026"
label = "Forfait long"
programme = "long"
amount = "12.35"
valid_from = 2026-01-01
doubtful = true
notes = ["Montant à vérifier."]
{_SEEN}

[[funding.supports]]
id = "petite"
label = "Aide aux petites entreprises"
share = 70
by = "depart"
valid_from = 2026-02-01
valid_until = 2026-08-31
headcount_below = 50
{_SEEN}

[[funding.supports]]
id = "fonds"
label = "Fonds"
by = "fin"
{_SEEN}

[[funding.allowances]]
id = "tuteur"
label = "Tuteur"
hours = "heures_tuteur"
rate = "15.00"
at_most = 40
{_SEEN}

[funding.accounts.demande]
label = "Demandé"
fact = "demande_euros"

[funding.accounts.accorde]
label = "Accordé"
fact = "accorde_euros"

[funding.accounts.reclame]
label = "Réclamé"
fact = "reclame_euros"

[funding.accounts.paye]
label = "Payé"
fact = "paye_euros"

[[sheets.envoyer.fields]]
label = "Votre référence"
value = "@reference"

[[sheets.envoyer.fields]]
label = "Libellé"
value = "@libelle"

[[sheets.envoyer.fields]]
label = "Agence"
value = "@agence"

[[sheets.envoyer.fields]]
label = "Premier jour"
value = "depart"
note = "Celui du contrat."

[[sheets.envoyer.fields]]
label = "Parcours"
value = "controle:C-2|C-3"

[[sheets.envoyer.fields]]
label = "Durée"
value = "heures_prevues"

[[sheets.envoyer.fields]]
label = "Programme"
value = "programme"

[[sheets.envoyer.fields]]
label = "Salariés"
value = "effectif"

[[sheets.envoyer.fields]]
label = "À l’essai"
value = "essai"

[[sheets.envoyer.fields]]
label = "Forfait"
value = "@forfait_horaire"

[[sheets.envoyer.fields]]
label = "Prise en charge"
value = "@prise_en_charge"
"""

PARTS: Mapping[str, str] = {
    "essai.toml": _MAIN,
    "essai/argent.toml": _MONEY,
    "essai/controles.toml": _CHECKS,
    "essai/public.toml": _PUBLIC,
}
"""The rule files, by path."""


def write_parts(folder: Path, parts: Mapping[str, str] = PARTS) -> Path:
    """Write rule files in a folder and return it."""
    for name, text in parts.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@lru_cache(maxsize=1)
def depth_rules() -> Rulebook:
    """Return the book that holds the small procedure alone."""
    with TemporaryDirectory() as folder:
        return load_rulebook(write_parts(Path(folder)))


def depth() -> Procedure:
    """Return the small procedure."""
    return depth_rules().procedure("essai")


DEPTH_SETTINGS: Mapping[str, int] = {"heures_par_jour": 7, "renouvellement_jours_ouvres": 5}


def depth_context(**company: FactValue) -> Context:
    """Return the calendars of metropolitan France, and what is said of the company."""
    return context_for(depth(), "FR", (), DEPTH_SETTINGS, company)


# --- Values ----------------------------------------------------------------------------------------------

OPENED = paris(1, 5)
"""Monday 5 January 2026, noon: when the cases of these tests are opened."""

DEPART = date(2026, 3, 2)


def received(day: date, by: str = BY, kept_at: str = "") -> Paper:
    """Return a paper that the agency received on a day."""
    return Paper(PaperStatus.RECEIVED, day, by, kept_at)


def line(
    number: int,
    kind: WorkKind,
    first: date,
    last: date | None = None,
    *,
    planned: Decimal | int | str | None = None,
    done: Decimal | int | str | None = None,
    place: str = "",
) -> HoursLine:
    """Return a line of hours, over one day when no other is given."""
    return HoursLine(
        number,
        kind,
        first,
        last or first,
        None if planned is None else Decimal(planned),
        None if done is None else Decimal(done),
        place,
    )


def depth_case(*hours: HoursLine, at: datetime = OPENED, **facts: FactValue) -> Case:
    """Return a case of the small procedure just opened, with its hours."""
    case = Case(
        ref="ESSAI-2026-0001",
        procedure="essai",
        edition="",
        territory="FR",
        agency="lyon",
        state="",
        opened_at=at.astimezone(UTC),
        title="Durand",
        facts={"depart": DEPART, **facts},
        hours=hours,
    )
    return transitions.open_case(depth(), case, depth_context(), act(at)).after


# --- A house ---------------------------------------------------------------------------------------------


class Shelf(MemoryStore):
    """Cases of the small procedure in memory, kept as they are."""

    def save(self, outcome: Outcome) -> None:
        """Write an outcome, or raise `StaleCase` with nothing written."""
        ref, before = outcome.after.ref, outcome.before
        if before is not None and before.version != self.load(ref).version:
            raise StaleCase(f"Dossier {ref} : il a changé.", ref, ())
        self.cases[ref] = outcome.after
        self.entries.setdefault(ref, []).append(outcome.entry)


class Desk(Struct):
    """The use cases of the small procedure, over a store and a clock of their own."""

    store: Shelf = field(default_factory=Shelf)
    clock: MovableClock = field(default_factory=lambda: MovableClock(OPENED))
    company: Mapping[str, FactValue] = field(default_factory=dict)

    @property
    def cases(self) -> CaseService:
        """Return what drives cases."""
        return CaseService(
            rulebook=depth_rules(),
            store=self.store,
            directory=DIRECTORY,
            closures=lambda _: (),
            settings=DEPTH_SETTINGS,
            clock=self.clock,
            company=self.company,
        )

    @property
    def recording(self) -> Recording:
        """Return what notes things between two steps."""
        return Recording(self.cases)

    @property
    def inquiries(self) -> Inquiries:
        """Return what looks things up."""
        return Inquiries(self.cases)

    def open(self, **facts: str) -> str:
        """Open a case, save it and return its reference."""
        typed = {"depart": "02/03/2026", **facts}
        return self.saved(self.cases.open("essai", typed, by=BY, agency="lyon")).after.ref

    def saved(self, outcome: Outcome) -> Outcome:
        """Save an outcome and return it."""
        return self.cases.save(outcome)


def with_facts(case: Case, **facts: FactValue) -> Case:
    """Return a case that has more facts, whatever rules say of them."""
    return replace(case, facts={**case.facts, **facts})
