"""The portal sheet laid out: nothing that comes from a file is ever markup, nothing copied is changed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import jinja2
import pytest

from cli.terminal.sheet_layout import Format, render
from workflow.text import french

TRAP = "<i>&\"'</i> : {{ 7 * 7 }} ?"
FOLDER = Path(__file__).parents[3] / "templates"
TEMPLATES = sorted(FOLDER.glob("fiche*.j2"))
NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


def context(words: str) -> dict[str, object]:
    """Return a sheet whose every word is the same."""

    def said(names: str, **more: object) -> dict[str, object]:
        return {**dict.fromkeys(names.split(), words), **more}

    row = said("label copied words note why command", missing=False, doubtful=True)
    gap = {**row, "copied": "", "words": "", "missing": True, "doubtful": False}
    paper = said("label where command", ready=False, papers=[(words,) * 3] * 2)
    dates, told = [(words, words)], [words]
    limit = said("label headline internal", dates=dates, steps=told, notices=told)
    concern = said("id label sentence sign verdict where", failing=True)
    return {
        "ref": words, "title": words, "procedure": words, "step": words, "state": words,
        "portal": words, "made_on": french.long_moment(NOW), "rows": (row, gap),
        "documents": (paper,), "limits": (limit,), "concerns": (concern,),
        "done": words, "check": words, "count": french.count,
    }  # fmt: skip


def test_a_page_escapes_every_word() -> None:
    """Whatever field holds markup, the page shows it and obeys none of it."""
    page = render(Format.PAGE, context(TRAP))
    assert "<i>&" not in page
    assert "{{ 7 * 7 }}" in page
    assert page.count("&lt;i&gt;&amp;") > 20


def test_a_text_shows_every_word_as_it_is() -> None:
    """A text has no markup to fear: signs stay what they are."""
    text = render(Format.TEXT, context(TRAP))
    assert "&lt;" not in text
    assert "&amp;" not in text
    assert text.count("<i>&") > 20


@pytest.mark.parametrize("format_", Format)
def test_only_what_is_read_is_typeset(format_: Format) -> None:
    """Around the values French spaces do not break; inside them every space is as it was typed."""
    out = render(format_, context("mot : « mot » ?"))
    assert "mot : « mot » ?" in out
    assert "mot\u00a0: «\u00a0mot\u00a0»\u202f?" in out
    values = re.findall(r"<code[^>]*>(.*?)</code>", out)
    assert {"mot : « mot » ?"} == set(values) or format_ is Format.TEXT


@pytest.mark.parametrize("format_", Format)
def test_a_name_that_nobody_gives_is_an_error(format_: Format) -> None:
    """A variable that the context lacks is never a blank."""
    lacking = context("mot")
    del lacking["portal"]
    with pytest.raises(jinja2.UndefinedError):
        render(format_, lacking)


def test_both_formats_have_the_same_pieces() -> None:
    """The macros of a text and of a page bear the same names and take the same words."""
    found = [
        re.findall(r"macro (\w+\(.*?\))", (FOLDER / f"fiche_{one}.j2").read_text(encoding="utf-8"))
        for one in Format
    ]
    assert found[0]
    assert sorted(found[0]) == sorted(found[1])


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_rule(path: Path) -> None:
    """Funders, delays and words of a ground never stand in a template; apostrophes are French."""
    source = path.read_text(encoding="utf-8")
    for word in ("akto", "drf", "cipi", "48", "61", "handicap", "rqth", "rsa", "asile", "minima"):
        assert not re.search(rf"\b{word}", source.lower()), word
    words = re.sub(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)
    assert not re.search(r"[a-zà-ÿ]'[a-zà-ÿ]", words, flags=re.IGNORECASE)
