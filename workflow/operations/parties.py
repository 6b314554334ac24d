"""What is kept of organisations, clients and beneficiaries: the same operations for each kind."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.operations.asked import LIMIT, TRIED
from workflow.operations.requests import Operation, Question, Reach, Takes, ask

# fmt: off
_SIRET = ask("siret", Takes.WORDS, "SIRET, sa clé vérifiée.", sign="SIRET")
_CONTACTS = (
    ask("contact*", Takes.WORDS, "Contact : « nom, rôle, courriel, téléphone ».", sign="CONTACT"),)
_FIELDS = {
    "organisme": (_SIRET,
        ask("nda", Takes.WORDS, "Numéro de déclaration d’activité.", sign="NDA"),
        ask("qualiopi", Takes.DAY, "Dernier jour de la certification Qualiopi."), *_CONTACTS),
    "client": (_SIRET,
        ask("secteur", Takes.WORDS, "Convention collective ou secteur."), *_CONTACTS),
    "beneficiaire": (
        ask("prenom", Takes.WORDS, "Prénom."),
        ask("courriel", Takes.WORDS, "Adresse où lui écrire.", sign="ADRESSE"),
        ask("telephone", Takes.WORDS, "Téléphone.", sign="NUMÉRO")),
}
_FILES = ask("dossiers?", Takes.NOTHING, "Corrige aussi ses dossiers en cours qui disent autre chose.")


def _of(
    kind: str, ids: tuple[str, str], takes: Takes, one: str, its: str, several: str
) -> Iterator[Operation]:
    fields, (id_, ids_) = _FIELDS[kind], ids
    which = ask("id", takes, "Numéro, SIRET ou nom.", required=True)
    emptied = " ".join(q.parameter.name for q in fields if q.parameter.name != "contact")
    removed = (ask("retirer*", Takes.WORDS, "Contact à retirer, par son nom.", sign="NOM"),)
    yield Operation.of(f"add-{id_}", f"{kind} ajouter", Reach.AGENCY,
        f"Ajoute {one} ; dit ceux qui lui ressemblent.", (
        ask("nom", Takes.WORDS, f"Nom {its}.", required=True),), (*fields, TRIED))
    yield Operation.of(f"correct-{id_}", f"{kind} corriger", Reach.AGENCY,
        f"Corrige {one} ; montre les dossiers en cours qui disent autre chose.", (which,), (
        ask("nom", Takes.WORDS, "Nouveau nom."), *fields,
        ask("vider*", Takes.CHOICE, "Ce qui n’est plus connu : {choices}.",
            choices=emptied, sign="QUOI"),
        *(removed if _CONTACTS[0] in fields else ()), _FILES, TRIED))
    yield Operation.of(ids_, f"{kind} lister", Reach.READS,
        f"Liste les {several}, par nom, avec le nombre de leurs dossiers.", (), (
        ask("texte", Takes.WORDS, "Une partie du nom ou d’un numéro."), LIMIT))
    yield Operation.of(f"show-{id_}", f"{kind} voir", Reach.READS,
        f"Montre {one}, ses dossiers ensemble, et tout ce qui en a été noté.", (which,))
    yield Operation.of(f"merge-{ids_}", f"{kind} fusionner", Reach.AGENCY,
        "Réunit deux fois le même ; dossiers et journaux restent ceux de chacun, vus ensemble.", (
        which, ask("double", takes, "Celui qui disparaît des listes.", required=True)), (TRIED,))
    yield Operation.of(f"double-{ids_}", f"{kind} doublons", Reach.READS,
        f"Liste les {several} qui pourraient être le même : nom, téléphone, courriel.",
        (), (LIMIT,))


def _table() -> Iterator[Operation]:
    for kind, ids, takes, one, its, several in (
        ("organisme", ("organisation", "organisations"), Takes.ORGANISATION,
            "un organisme de formation", "de l’organisme", "organismes de formation"),
        ("client", ("client", "clients"), Takes.CLIENT,
            "une entreprise cliente", "de l’entreprise", "entreprises clientes"),
        ("beneficiaire", ("beneficiary", "beneficiaries"), Takes.BENEFICIARY,
            "un bénéficiaire", "de famille", "bénéficiaires"),
    ):
        yield from _of(kind, ids, takes, one, its, several)


POINTED: tuple[Question, ...] = (
    ask("organisme", Takes.ORGANISATION, "Organisme de formation : son numéro, SIRET ou nom."),
    ask("client", Takes.CLIENT, "Entreprise cliente, de même."),
    ask("beneficiaire", Takes.BENEFICIARY, "Bénéficiaire, de même."),
)
"""What a file is asked of its parties."""
TABLE = tuple(_table())
# fmt: on
