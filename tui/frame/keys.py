"""Every key in one table: its id, the keys that do it, and what it does, in French.

Used by the screens for their bindings, by the help, and by `cli.wiring.tui` to check the keys that a
configuration changes. An id never changes: configurations name it. One table, hence its length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from textual.binding import Binding


class Key(Struct, frozen=True):
    """A key of the interface.

    Args:
        keys: the keys, separated by commas, as Textual names them.
        label: what it does, for the help and the palette.
        footer: the same in a word, for the footer; empty to keep it out of there.
        does: ids of the operations that it leads to.
    """

    keys: str
    label: str
    footer: str = ""
    does: tuple[str, ...] = ()


KEYS: Mapping[str, Key] = {
    # Everywhere
    "app.palette": Key("ctrl+p", "Toutes les actions, tous les dossiers", "Menu"),
    "app.help": Key("question_mark,f1", "Touches de cet écran", "Aide"),
    "app.quit": Key("ctrl+q", "Quitter"),
    "app.theme": Key("ctrl+t", "Couleurs"),
    "place.today": Key("1,f2", "Aujourd’hui", does=("deadlines",)),
    "place.calendar": Key("2,f3", "Calendrier", does=("load",)),
    "place.team": Key("3,f4", "Équipe", does=("absences",)),
    "place.mails": Key("4,f5", "Courriels", does=("mails",)),
    "page.back": Key("escape", "Revenir", "Retour"),
    "page.retry": Key("ctrl+r", "Réessayer"),
    # Lists
    "list.down": Key("j,down", "Ligne suivante"),
    "list.up": Key("k,up", "Ligne précédente"),
    "list.page_down": Key("pagedown,ctrl+d", "Page suivante"),
    "list.page_up": Key("pageup,ctrl+u", "Page précédente"),
    "list.first": Key("g,home", "Première ligne"),
    "list.last": Key("G,end", "Dernière ligne"),
    "list.next_group": Key("right_square_bracket,tab", "Groupe suivant"),
    "list.previous_group": Key("left_square_bracket,shift+tab", "Groupe précédent"),
    "list.open": Key("enter,l,right", "Ouvrir le dossier", "Ouvrir", does=("show",)),
    "list.mark": Key("space", "Marquer"),
    "list.mark_down": Key("shift+down", "Marquer en descendant"),
    "list.mark_up": Key("shift+up", "Marquer en montant"),
    "list.mark_range": Key("V", "Marquer une suite : V au début, V à la fin"),
    "list.mark_all": Key("asterisk", "Marquer tout ce qui est listé, ou plus rien"),
    "export.list": Key("ctrl+e", "Exporter ce qui est montré, pour un tableur", does=("export",)),
    # Aujourd’hui
    "today.search": Key("slash", "Rechercher", "Chercher"),
    "today.filter": Key("f", "Filtrer, vues enregistrées", "Filtrer", does=("list",)),
    "today.mine": Key("m", "Les miens"),
    "today.panel": Key("v", "Montrer ou cacher le volet", "Volet"),
    "today.panel_down": Key("J", "Descendre dans le volet"),
    "today.panel_up": Key("K", "Remonter dans le volet"),
    "today.explain": Key("e", "Pourquoi cette date", "Pourquoi"),
    "today.new": Key("n", "Nouveau dossier", "Nouveau", does=("open", "simulate")),
    "today.import": Key("i", "Importer les dossiers d’un tableau", does=("import",)),
    "today.what_if": Key(
        "s",
        "Et si… une date, une commission, une fermeture changeait",
        "Et si",
        does=("add-sessions", "move-session", "cancel-session", "suppose-closure", "correct"),
    ),
    "today.bulk": Key(
        "a",
        "Agir sur les dossiers marqués",
        "Agir",
        does=("advance", "transfer", "papers", "chase"),
    ),
    "today.confirm": Key("C", "Confirmer une règle auprès du financeur", does=("confirm-rule",)),
    "today.groups": Key(
        "o", "Groupes : une session, plusieurs personnes", does=("cohorts", "cohort")
    ),
    "today.parties": Key(
        "O",
        "Organismes, clients, bénéficiaires",
        does=(
            *("organisations", "show-organisation", "clients", "show-client"),
            *("beneficiaries", "show-beneficiary"),
        ),
    ),
    # Groupes
    "group.new": Key("n", "Nouveau groupe, d’une liste de noms", "Nouveau", does=("open-cohort",)),
    "group.correct": Key("c", "Déplacer les dates du groupe", "Déplacer", does=("correct-cohort",)),
    "group.advance": Key(
        "a", "Agir sur les dossiers du groupe", "Agir", does=("advance-cohort", "papers", "chase")
    ),
    "group.join": Key("p", "Mettre des dossiers dans un groupe", "Réunir", does=("join-cohort",)),
    "group.leave": Key("x", "Retirer le dossier du groupe", "Retirer", does=("leave-cohort",)),
    # Dossier
    "case.advance": Key("a", "Avancer le dossier", "Avancer", does=("advance",)),
    "case.correct": Key("c", "Corriger des faits", "Corriger", does=("correct",)),
    "case.undo": Key("u", "Annuler la dernière étape", "Annuler", does=("undo",)),
    "case.what_if": Key("s", "Et si… une date changeait", "Et si", does=("simulate", "correct")),
    "case.snooze": Key("R", "Reporter un rappel", does=("snooze",)),
    "case.chase": Key("T", "Noter une relance", does=("chase",)),
    "case.letter": Key("m", "Écrire une lettre à l’extérieur", does=("letter",)),
    "case.sheet": Key("F", "Fiche du portail, valeur par valeur", "Fiche", does=("sheet",)),
    "case.archive": Key("A", "Réunir le dossier en un fichier ZIP", does=("archive",)),
    "case.explain": Key("e", "Pourquoi ces dates", "Pourquoi"),
    "case.readings": Key("L", "Autres lectures des textes, avec la date de chacune"),
    "case.hand_over": Key(
        "p", "Confier le dossier à une personne, à une agence", does=("transfer",)
    ),
    "case.draft": Key("b", "Relire un brouillon dont le formulaire ne s’ouvre plus", "Brouillon"),
    "case.line": Key(
        "enter",
        "Changer la ligne de l’onglet",
        does=("papers", "concordance", "hours", "money"),
    ),
    "case.drop": Key("delete", "Retirer la ligne de l’onglet", does=("papers", "hours", "money")),
    "paper.requested": Key("d", "Pièce demandée", does=("papers",)),
    "paper.received": Key("r", "Pièce reçue", does=("papers",)),
    "paper.checked": Key("v", "Pièce vérifiée", does=("papers",)),
    "paper.sent": Key("t", "Pièce transmise", does=("papers",)),
    "paper.open": Key("o", "Ouvrir le fichier de la pièce", does=("papers",)),
    "hours.add": Key("n,plus", "Ajouter une ligne à l’onglet", does=("hours", "money")),
    "case.next_tab": Key("tab,l,right", "Onglet suivant", does=("journal", "check")),
    "case.previous_tab": Key("shift+tab,h,left", "Onglet précédent"),
    # Lettres
    "letter.write": Key(
        "e", "Écrire le brouillon, l’ouvrir et le noter", "Écrire", does=("letter",)
    ),
    "letter.copy": Key("y", "Copier la lettre et la noter", "Copier", does=("letter",)),
    "letter.supplied": Key(
        "f", "Prendre le modèle fourni, ou celui de l’agence", "Modèle fourni", does=("letter",)
    ),
    # Fiche du portail
    "sheet.copy": Key(
        "y", "Copier la valeur, la cocher, passer à la suivante", "Copier", does=("sheet",)
    ),
    "sheet.tick": Key("space", "Cocher sans copier, ou décocher", "Cocher"),
    "sheet.fill": Key("enter,c", "Noter ce qui manque", "Noter", does=("correct",)),
    "sheet.print": Key("P", "Écrire et ouvrir la page à imprimer", "Imprimer", does=("sheet",)),
    "sheet.other": Key("tab", "Fiche d’une autre étape", "Autre étape"),
    "sheet.again": Key("delete", "Décocher tout"),
    # Calendrier
    "calendar.left": Key("h,left", "Jour précédent"),
    "calendar.right": Key("l,right", "Jour suivant"),
    "calendar.up": Key("k,up", "Une semaine avant (un mois dans l’année)"),
    "calendar.down": Key("j,down", "Une semaine après (un mois dans l’année)"),
    "calendar.previous": Key("left_square_bracket,pageup", "Mois précédent"),
    "calendar.next": Key("right_square_bracket,pagedown", "Mois suivant"),
    "calendar.previous_year": Key("left_curly_bracket", "Année précédente"),
    "calendar.next_year": Key("right_curly_bracket", "Année suivante"),
    "calendar.today": Key("t,home", "Revenir à aujourd’hui", "Auj."),
    "calendar.scale": Key("a", "Le mois ou l’année", "Année"),
    "calendar.list": Key("enter", "Les dossiers de ce jour", "Dossiers"),
    # Équipe
    "team.absence": Key("a", "Noter une absence", does=("note-absence",)),
    "team.cancel": Key("x", "Annuler l’absence", does=("cancel-absence",)),
    "team.transfer": Key("t", "Confier à quelqu’un d’autre", does=("transfer",)),
    # Courriels
    "mails.resend": Key("r", "Relancer", does=("retry-mails",)),
    "mails.redirect": Key("d", "Rediriger", does=("redirect-mail",)),
    "mails.drop": Key("x", "Abandonner", does=("drop-mail",)),
    "mails.returns": Key("v", "Lire ce qui est revenu", does=("returns",)),
    "mails.verify": Key("a", "Dire l’adresse vérifiée", does=("restore-address",)),
    "mails.page": Key("h", "Lire la page HTML, ou le texte", "HTML", does=("show-mail",)),
    "mails.browser": Key("b", "Ouvrir la page dans le navigateur"),
    # Importer un tableau
    "import.next": Key("ctrl+s", "Continuer", "Continuer"),
    "import.change": Key("enter,l,right", "Changer ce qui est pointé", "Changer"),
    "import.ignore": Key("x,delete", "Ne pas lire la colonne", "Ignorer"),
    "import.take_all": Key("p", "Prendre la proposition partout dans la colonne", "Prendre tout"),
    "import.keep_all": Key(
        "t", "Garder partout dans la colonne la date telle qu’elle est", "Garder tout"
    ),
    "import.filter": Key("f", "Ne montrer qu’un résultat, le suivant, ou tout", "Filtrer"),
    "import.past": Key("ctrl+l", "Les tableaux déjà entrés", "Déjà entrés", does=("imports",)),
    "import.undo": Key("u", "Annuler l’import, entier", "Annuler", does=("undo-import",)),
    "import.refused": Key("ctrl+e", "Écrire les lignes à corriger dans un tableau", "Refusés"),
    # Organismes, clients, bénéficiaires
    "parties.add": Key(
        "n", "Ajouter", "Ajouter", does=("add-organisation", "add-client", "add-beneficiary")
    ),
    "parties.correct": Key(
        "c",
        "Corriger, et ses dossiers en cours",
        "Corriger",
        does=("correct-organisation", "correct-client", "correct-beneficiary"),
    ),
    "parties.merge": Key(
        "x",
        "Réunir avec son double",
        "Réunir",
        does=("merge-organisations", "merge-clients", "merge-beneficiaries"),
    ),
    "parties.search": Key("slash", "Rechercher", "Chercher"),
    # Formulaires
    "form.confirm": Key("ctrl+s", "Enregistrer", "Enregistrer"),
    "form.cancel": Key("escape", "Fermer", "Fermer"),
    "form.force": Key("ctrl+f", "Passer outre une fenêtre, en disant pourquoi", "Passer outre"),
    "form.forget": Key("ctrl+d", "Repartir de zéro, oublier le brouillon"),
    "form.next_month": Key("pagedown", "Mois suivant"),
    "form.previous_month": Key("pageup", "Mois précédent"),
    "form.down": Key("shift+down", "Descendre dans le résultat"),
    "form.up": Key("shift+up", "Remonter dans le résultat"),
    "new.nearest": Key("ctrl+o", "Prendre la première date possible", "Date possible"),
    "new.funder": Key(
        "ctrl+g", "Chercher le financeur d’un secteur", "Quel financeur", does=("find-funder",)
    ),
    "bulk.stop": Key("ctrl+x", "Arrêter après le dossier en cours", "Arrêter"),
    "bulk.export": Key("ctrl+e", "Garder le résultat dans un fichier", "Exporter"),
    "filter.apply": Key("ctrl+s", "Appliquer", "Appliquer"),
    "filter.drop": Key("delete", "Oublier la vue enregistrée", "Oublier"),
    "confirm.yes": Key("o", "Oui", "Oui"),
    "resume.yes": Key("enter", "Reprendre le brouillon", "Reprendre"),
    "conflict.mine": Key("m", "Garder le mien", "Le mien"),
    "conflict.theirs": Key("l", "Garder le leur", "Le leur"),
    "conflict.both": Key("d", "Garder les deux", "Les deux"),
}


_NAMES = {
    "enter": "Entrée", "escape": "Échap", "space": "Espace", "tab": "Tab", "up": "↑", "down": "↓",
    "left": "←", "right": "→", "pageup": "Page↑", "pagedown": "Page↓", "home": "Début", "end": "Fin",
    "question_mark": "?", "slash": "/", "left_square_bracket": "[", "right_square_bracket": "]",
    "left_curly_bracket": "{", "right_curly_bracket": "}",
    "delete": "Suppr", "asterisk": "*", "backspace": "Retour arrière", "plus": "+", "minus": "-",
}  # fmt: skip


_UNSHIFTED = {
    **dict(
        zip(
            ("ampersand", "é", "quotation_mark", "apostrophe", "left_parenthesis"),
            "12345",
            strict=True,
        )
    ),
    **dict(zip(("minus", "è", "underscore", "ç"), "6789", strict=True)),
}
"""The digits of a French keyboard, where they need Shift."""


def also_meant(key: str) -> str | None:
    """Return what a key stands for where nothing is typed, when it does nothing itself; None for most.

    A digit without Shift on a French keyboard, a letter under Caps Lock.
    """
    return key.lower() if len(key) == 1 and key.isupper() else _UNSHIFTED.get(key)


_SECTIONS = {
    "today": "Cet écran",
    "case": "Cet écran",
    "calendar": "Cet écran",
    "team": "Cet écran",
    "group": "Cet écran",
    "mails": "Cet écran",
    "parties": "Cet écran",
    "letter": "Cet écran",
    "sheet": "Cet écran",
    "import": "Cet écran",
    "paper": "Pièces",
    "hours": "Heures",
    "form": "Formulaire",
    "new": "Formulaire",
    "bulk": "Formulaire",
    "confirm": "Formulaire",
    "filter": "Formulaire",
    "conflict": "Formulaire",
    "resume": "Formulaire",
    "list": "Dans la liste",
    "export": "Dans la liste",
    "place": "Partout",
    "page": "Partout",
    "app": "Partout",
}
"""Where an action is listed, by the first word of its id, in the order in which sections are read."""


def section_of(id_: str) -> str:
    """Return the section of the help in which a key is listed."""
    return _SECTIONS.get(id_.partition(".")[0], "Cet écran")


def in_order(ids: Iterable[str]) -> list[str]:
    """Return keys as the help and the palette list them: what is done here before how one moves."""
    order = list(dict.fromkeys(_SECTIONS.values()))
    return sorted(ids, key=lambda id_: order.index(section_of(id_)))


_EVERYWHERE = ("app", "place", "page")
_TOGETHER = (
    ("today", "list", "export"),
    ("case", "paper", "hours", "export"),
    ("calendar", "export"),
    ("team", "list", "export"),
    ("group", "list", "export"),
    ("mails", "list", "export"),
    ("letter", "list"),
    ("parties", "list"),
    ("sheet", "list"),
    ("import", "list"),
    ("form", "new"),
    ("form", "bulk"),
    ("form", "filter"),
    ("confirm",),
    ("conflict",),
    ("form", "resume"),
)
"""The first words of the ids that one screen has, besides those that work everywhere."""


def clashes(changed: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield each key that a change gives to two acts of one screen: the change, the key, the other act."""
    usual = {id_: _listed(key.keys) for id_, key in KEYS.items()}
    keys = usual | {id_: _listed(typed) for id_, typed in changed.items()}
    for id_ in changed:
        for other in KEYS:
            if other != id_ and _meet(id_, other):
                # What the table itself shares is told apart by where one is.
                shared = (keys[id_] & keys[other]) - (usual[id_] & usual[other])
                yield from ((id_, key, other) for key in sorted(shared))


def _meet(id_: str, other: str) -> bool:
    """Tell whether two acts can be asked of one screen."""
    one, two = (name.partition(".")[0] for name in (id_, other))
    return bool({one, two} & set(_EVERYWHERE)) or any({one, two} <= set(all_) for all_ in _TOGETHER)


def _listed(keys: str) -> set[str]:
    return {key.strip() for key in keys.split(",")}


def spoken(key: str) -> str:
    """Return a key as a French keyboard names it: « Ctrl+P », « Entrée », « ? »."""
    *modifiers, name = key.split("+")
    words = {"ctrl": "Ctrl", "shift": "Maj", "alt": "Alt"}
    last = _NAMES.get(
        name, name.upper() if modifiers or (name.startswith("f") and name[1:]) else name
    )
    return "+".join([*(words.get(one, one) for one in modifiers), last])


def is_typed(key: str) -> bool:
    """Tell whether a key is a sign of the keyboard, which a field takes for itself."""
    name = spoken(key)
    return len(name) == 1 and name.isascii()


def first_key(id_: str, changed: Mapping[str, str]) -> str:
    """Return the key of an id as it is shown, with the changes of a configuration."""
    return spoken(changed.get(id_, KEYS[id_].keys).partition(",")[0])


def bind(id_: str, action: str = "", *, priority: bool = False) -> Binding:
    """Return the binding of a key of the table.

    Args:
        id_: its id in the table.
        action: the action it runs; by default, the last part of the id.
        priority: True to take the key before the focused widget does.
    """
    key = KEYS[id_]
    return Binding(
        key.keys,
        action or id_.rpartition(".")[2],
        key.footer or key.label,
        # The footer shows the first of the keys, whatever order Textual finds them in.
        key_display=spoken(key.keys.partition(",")[0]),
        id=id_,
        priority=priority,
        show=bool(key.footer),
    )
