"""A model of a letter, judged before it is filled in: names, conditions and lists, and nothing else of Jinja.

Used by `notifications.correspondence.models`. What calls, counts, reads a file or goes round in circles is
refused as it is written, with its line; what is left ends, and says only the names it is given. An agency
writes these files: each problem says where, and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment
from msgspec import Struct

from workflow.errors import nearest
from workflow.text.folding import unclean
from workflow.text.nir import holds_nir

LONGEST: Final = 20_000
"""Characters of a model: a letter has a tenth of that."""

_PLAIN: Final = (
    *(
        nodes.Template,
        nodes.Output,
        nodes.TemplateData,
        nodes.Name,
        nodes.Const,
        nodes.If,
        nodes.For,
    ),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter),
)
"""All that a model may be made of."""
_DEEPEST: Final = 15
"""Levels that a model may have; those of the program have five."""
_ENDLESS: Final = "des parenthèses ou des conditions sans fin ; écrivez plus simplement."
_ILL_WRITTEN: Final = "une balise est mal fermée ou mal écrite ; comparez avec le modèle fourni."
_REVEALS: Final = "un mot peut révéler pourquoi la personne est éligible ; écrivez-le autrement."
_NAME_ALONE: Final = "entre deux accolades, un modèle dit un nom ; écrivez-le seul."
_NIR: Final = "un numéro de sécurité sociale : aucune lettre n’en porte ; retirez-le."
_SAYS: Final = (nodes.TemplateData, nodes.Name, nodes.Filter)
"""What becomes words of a letter: its own, which are judged, and names."""
_READS: Final = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
_INSIDE: Final = (nodes.Getattr, nodes.Getitem)
_TAG: Final = re.compile(r"</?[A-Za-z][^>\n]*>|&(?:[a-z]+|#\d+);")
_FILTERS: Final[Mapping[str, Callable[..., str]]] = {
    "capital": lambda value: str(value)[:1].upper() + str(value)[1:],
    "join": lambda value, sign=", ": (
        str(sign).join(value) if isinstance(value, tuple) else str(value)
    ),
}

Fault = tuple[int, str]
"""A line, from 1, and what is wrong there, in French; 0 for the whole file."""


class Limits(Struct, frozen=True):
    """What models may name.

    Args:
        names: every name, and whether it has several values.
        restricted: names that would say why somebody is eligible.
        reveals: tells whether a text would.
    """

    names: Mapping[str, bool]
    restricted: Collection[str]
    reveals: Callable[[str], bool]


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    found = SandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    found.globals.clear()
    found.tests.clear()
    found.filters = dict(_FILTERS)
    return found


def filled(text: str, values: Mapping[str, Any]) -> str:
    """Return a model that was judged, filled in."""
    return _environment().from_string(text).render(values)


def faults(text: str, limits: Limits) -> list[Fault]:
    """Return everything wrong with a model, by line; nothing for one that can be filled in."""
    if len(text) > LONGEST:
        return [(0, f"le modèle est trop long ({len(text)} signes) ; {LONGEST} au plus.")]
    try:
        tree = _environment().parse(text)
        if _is_deeper(tree, _DEEPEST):
            return [(0, _ENDLESS)]
    except TemplateSyntaxError as error:
        return [(error.lineno, _ILL_WRITTEN)]
    except ValueError:
        # A number beyond what the library reads, which has no line.
        return [(0, _ILL_WRITTEN)]
    except RecursionError:
        return [(0, _ENDLESS)]
    found = [*_characters(text), *_literal(tree, limits), *_walk(tree, limits, frozenset())]
    return sorted(set(found))


def _is_deeper(tree: nodes.Node, most: int) -> bool:
    """Tell whether parts of a model stand in one another beyond some levels, without recursion."""
    level = [tree]
    for _ in range(most):
        level = [inner for node in level for inner in node.iter_child_nodes()]
    return bool(level)


def _characters(text: str) -> Iterator[Fault]:
    for number, line in enumerate(text.split("\n"), 1):
        if odd := unclean(line, breaks=True):
            yield number, f"un caractère de commande, « {odd[1]} » ; retirez-le."
        if holds_nir(line):
            yield number, _NIR


def _literal(tree: nodes.Template, limits: Limits) -> Iterator[Fault]:
    """Judge the words of a model itself, line by line, then as they follow one another without the tags."""
    own = list(tree.find_all(nodes.TemplateData))
    told = False
    for data in own:
        for line, words in enumerate(data.data.split("\n"), data.lineno):
            if tag := _TAG.search(words):
                yield (
                    line,
                    f"« {tag[0]} » : une lettre est un texte, sa page en est faite ; retirez la balise.",
                )
            if limits.reveals(words):
                told = True
                yield line, _REVEALS
    signs = [sign for sign in tree.find_all(nodes.Const) if isinstance(sign.value, str)]
    yield from ((sign.lineno, _REVEALS) for sign in signs if limits.reveals(sign.value))
    whole = "".join(data.data for data in own)
    if not told and limits.reveals(whole):
        yield 0, _REVEALS
    if holds_nir(whole):
        yield 0, _NIR


def _walk(node: nodes.Node, limits: Limits, own: frozenset[str]) -> Iterator[Fault]:
    """Judge what a model does; `own` are the names that a list gives around it."""
    if isinstance(node, nodes.For):
        yield from _list(node, limits, own)
        own |= {node.target.name} if isinstance(node.target, nodes.Name) else frozenset()
    elif isinstance(node, nodes.Name):
        yield from _name(node, limits, own)
    elif isinstance(node, nodes.Output):
        yield from (
            (inner.lineno, _NAME_ALONE)
            for inner in node.nodes
            if isinstance(inner, _PLAIN) and not isinstance(inner, _SAYS)
        )
    elif isinstance(node, nodes.Filter):
        yield from _filter(node)
    elif isinstance(node, nodes.Operand) and node.op not in {"eq", "ne"}:
        yield node.lineno, "une comparaison dit « == » ou « != », rien d’autre."
    elif not isinstance(node, _PLAIN):
        yield node.lineno, _foreign(node)
        return
    for inner in node.iter_child_nodes():
        yield from _walk(inner, limits, own)


def _filter(node: nodes.Filter) -> Iterator[Fault]:
    if node.name not in _FILTERS:
        hint = nearest(node.name, _FILTERS) or f" (connus : {', '.join(_FILTERS)})"
        yield node.lineno, f"« | {node.name} » n’existe pas dans un modèle{hint}."
        return
    signs = [
        one for one in node.args if isinstance(one, nodes.Const) and isinstance(one.value, str)
    ]
    plain = len(signs) == len(node.args) and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
    if not isinstance(node.node, nodes.Name | nodes.Filter):
        yield node.lineno, _NAME_ALONE
    if not plain or len(signs) > (node.name == "join"):
        yield node.lineno, 'un filtre s’écrit « | capital » ou « | join(", ") » ; rien d’autre.'


def _list(node: nodes.For, limits: Limits, own: frozenset[str]) -> Iterator[Fault]:
    listed = isinstance(node.iter, nodes.Name) and limits.names.get(node.iter.name)
    if own or node.recursive:
        yield node.lineno, "une boucle dans une autre ; gardez-en une."
    elif not listed:
        known = ", ".join(name for name, several in limits.names.items() if several)
        yield node.lineno, f"une boucle parcourt une liste du dossier (connue : {known})."


def _name(node: nodes.Name, limits: Limits, own: frozenset[str]) -> Iterator[Fault]:
    if node.ctx == "store" or node.name in limits.names or node.name in own:
        return
    if node.name in limits.restricted:
        yield (
            node.lineno,
            f"« {node.name} » est de la partie restreinte, qu’aucune lettre ne dit ; retirez-le.",
        )
        return
    hint = nearest(node.name, limits.names) or " (docs/lettres.md les donne tous)"
    yield node.lineno, f"le nom « {node.name} » n’existe pas{hint}."


def _foreign(node: nodes.Node) -> str:
    if isinstance(node, _READS):
        return "un modèle ne lit aucun autre fichier ; écrivez le texte ici."
    if isinstance(node, nodes.Call):
        return "un modèle n’appelle rien ; écrivez un nom seul, entre deux accolades."
    if isinstance(node, _INSIDE):
        return "un nom n’a ni point ni crochet ; écrivez-le seul."
    return "un modèle n’a que des noms, {% if %} et {% for %} ; retirez cette balise."
