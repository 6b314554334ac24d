"""The models of letters: those of the program, and those that an agency puts in their place.

Used by `notifications.correspondence.writing`. A model is a text: its first line says the subject,
« Objet : … », and the rest is the letter. Of two files of the same name, the agency's is taken; one that
cannot be used is refused, and never replaced in silence by the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from notifications.correspondence import sandbox
from notifications.correspondence.filled import FilledModel
from notifications.correspondence.sandbox import LONGEST, Fault, Limits
from notifications.correspondence.values import LetterName, names_of, samples
from workflow.errors import InvalidDefinition, Problem, nearest
from workflow.rules.procedure import Procedure
from workflow.text.french import typeset
from workflow.text.os_errors import cause
from workflow.wording.act_text import reveals

SUFFIX: Final = ".txt.j2"
_ANY = ".j2"
_SUBJECT = re.compile(r"\s*Objet\s*:[^\S\n]*(?P<subject>[^\n]*)\n(?P<body>.*)", re.DOTALL)
_GAPS = re.compile(r"\n{3,}")
_SECRET: Final = ("eligibilite", "eligible", "public", "motif", "preuve", "confidentiel", "nir")
"""Names that somebody might try, for what no letter says."""


class LetterModels(Struct, frozen=True):
    """Every model, by its id.

    Args:
        procedures: whose letters they are, those of each funder alike.
        folder: the agency's own, None when it has none.
    """

    procedures: Iterable[Procedure]
    folder: Path | None = None

    @property
    def names(self) -> Mapping[str, LetterName]:
        """Return every name that a model may use."""
        return names_of(self.procedures)

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the id of every model, each once."""
        rules = (one.letters for one in self.procedures)
        return tuple(dict.fromkeys(id_ for one in rules if one for id_ in one.models))

    def own(self, id_: str) -> Path | None:
        """Return the file that an agency puts in the place of a model, None when it has none.

        Raises:
            InvalidDefinition: when its folder is not there.
        """
        if self.folder is None:
            return None
        if not self.folder.is_dir():
            raise InvalidDefinition(
                f"[letters] directory « {self.folder} » : ce dossier n’existe pas ; corrigez le chemin, ou "
                "prenez les modèles du programme (--fourni)."
            )
        path = self.folder / f"{id_}{SUFFIX}"
        # A link to nowhere is a model that cannot be read, not a folder without one.
        return path if path.exists() or path.is_symlink() else None

    def fill(self, id_: str, values: Mapping[str, Any], *, supplied: bool = False) -> FilledModel:
        """Return a model filled in.

        Args:
            id_: which one.
            values: the value of every name.
            supplied: True for the model of the program, whatever the agency has.

        Raises:
            InvalidDefinition: when the agency's cannot be used, every problem told.
        """
        path = None if supplied else self.own(id_)
        text, problems = self._read(id_, path)
        if text is None or problems:
            raise InvalidDefinition(
                f"Modèle de lettre « {path or id_} » : il ne peut pas servir ; corrigez-le (lettres "
                "verifier), ou prenez celui du programme (--fourni).",
                problems,
            )
        found = _split(sandbox.filled(text, values))
        if found is None or not found.subject or not found.text:
            # What it was tried with has both: it is a condition on what one file knows that takes it away.
            raise InvalidDefinition(
                f"Modèle de lettre « {path or id_} » : pour ce dossier, l’objet ou le texte manque, une "
                "condition le retire ; corrigez-le, ou prenez celui du programme (--fourni)."
            )
        return found

    def problems(self) -> Iterator[Problem]:
        """Yield everything wrong with the models of the program, then with those of the agency."""
        for id_ in self.ids:
            yield from self._read(id_, None)[1]
        try:
            paths = [path for id_ in self.ids if (path := self.own(id_))]
        except InvalidDefinition as error:
            yield Problem(str(self.folder), "", error.message)
            return
        for path in paths:
            yield from self._read(path.name.removesuffix(SUFFIX), path)[1]
        yield from self._strays()

    def _strays(self) -> Iterator[Problem]:
        """Find files of the agency that no letter reads."""
        known = {f"{id_}{SUFFIX}" for id_ in self.ids}
        for path in sorted(self.folder.iterdir()) if self.folder else ():
            if path.name.endswith(_ANY) and path.name not in known:
                hint = nearest(path.name, known) or f" (connus : {', '.join(sorted(known))})"
                yield Problem(str(path), "", f"aucune lettre n’a ce modèle{hint} ; renommez-le.")

    def _read(self, id_: str, path: Path | None) -> tuple[str | None, list[Problem]]:
        """Return the text of a model, None when there is none to read, and what is wrong with it."""
        file = f"templates/lettres/{id_}{SUFFIX}" if path is None else str(path)
        try:
            source = (
                files("templates").joinpath("lettres", f"{id_}{SUFFIX}") if path is None else path
            )
            if path is not None and (not path.is_file() or path.stat().st_size > 4 * LONGEST):
                return None, [Problem(file, "", "ce n’est pas un fichier, ou il est trop gros.")]
            text = source.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            said = f"le fichier n’est pas en UTF-8 (octet {error.start}) ; réenregistrez-le."
            return None, [Problem(file, "", said)]
        except OSError as error:
            return None, [Problem(file, "", f"lecture impossible ({cause(error)}).")]
        return text, [
            Problem(file, f"ligne {line}" if line else "", said)
            for line, said in self._faults(text)
        ]

    def _faults(self, text: str) -> list[Fault]:
        names = self.names
        limits = Limits(
            {name: one.several for name, one in names.items()},
            _restricted(self.procedures),
            lambda words: any(reveals(one, words) for one in self.procedures),
        )
        if found := sandbox.faults(text, limits):
            return found
        # All that a file may know, then nothing: whatever it knows, there is a subject and a letter.
        tried = [_split(sandbox.filled(text, samples(names, known=one))) for one in (True, False)]
        if any(one is None or not one.subject for one in tried):
            return [
                (1, "l’objet manque : la première ligne est « Objet : », puis de quoi il s’agit.")
            ]
        return [] if all(one and one.text for one in tried) else [(2, "la lettre est vide.")]


def _split(rendered: str) -> FilledModel | None:
    """Return the subject and the text of a model that is filled in; None when it has no subject."""
    found = _SUBJECT.fullmatch(rendered)
    if found is None:
        return None
    lines = (line.rstrip() for line in found["body"].strip().split("\n"))
    text = _GAPS.sub("\n\n", "\n".join(lines))
    return FilledModel(typeset(found["subject"].strip()), typeset(text))


def _restricted(procedures: Iterable[Procedure]) -> frozenset[str]:
    """Return the names of the restricted part, in all procedures."""
    found = set(_SECRET)
    for one in procedures:
        rules = one.eligibility
        if rules is None:
            continue
        found |= {rules.proof_seen, rules.proof_until, *rules.grounds}
        for ground in rules.grounds.values():
            found |= {*ground.questions, *ground.proofs}
    return frozenset(found)
