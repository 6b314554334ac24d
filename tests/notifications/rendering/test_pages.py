"""The mails as pages and as text: what every reader's program can show, kept word for word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from notifications.rendering.composer import paragraph
from tests.support import samples
from tests.support.notifications import body

KEPT = Path(__file__).with_name("synthese.txt")
PAGES = {
    "synthese": samples.COMPOSER.digest_html(samples.digest()),
    "synthese-calme": samples.COMPOSER.digest_html(samples.quiet()),
    "rappel": body(samples.reminder().content, "html"),
    "rappels": body(samples.group().content, "html"),
    "avis": body(samples.notice().content, "html"),
}
TEXTS = {
    "synthese": samples.COMPOSER.digest_text(samples.digest()),
    "synthese-calme": samples.COMPOSER.digest_text(samples.quiet()),
    "rappel": body(samples.reminder().content, "plain"),
    "rappels": body(samples.group().content, "plain"),
    "avis": body(samples.notice().content, "plain"),
}


def test_the_text_of_a_digest_is_kept() -> None:
    """The whole text of a busy Monday, as last read by a person (rewrite it with the file's own name)."""
    assert TEXTS["synthese"] == KEPT.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TEXTS)
def test_the_text_fits(name: str) -> None:
    """No rule is wider than a narrow pane, nothing trails, and no sign begins a line."""
    for line in TEXTS[name].splitlines():
        assert "─" * 40 not in line, line
        assert line == "-- " or line == line.rstrip(), line
        assert not re.match(r"\s*[:;!?»]", line), line


@pytest.mark.parametrize("name", PAGES)
def test_a_page_needs_nothing_from_outside(name: str) -> None:
    """No image, font, script, link or form: nothing to fetch, nothing to track."""
    page = PAGES[name]
    assert not re.search(r"<(img|script|link|iframe|form|a|svg|video)\b", page)
    assert not re.search(r"https?:|url\(|@import|@font-face", page)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stands_without_its_style_sheet(name: str) -> None:
    """Every cell and block that has a class has its own style; the sheet adds edges and the dark."""
    page = PAGES[name]
    for tag in re.findall(r"<(?:td|div|span|b|table|body)[^>]*class=[^>]*>", page):
        assert "style=" in tag, tag
    for forbidden in ("display:flex", "display:grid", "position:", "float:"):
        assert forbidden not in page
    assert "max-width:600px" in page
    widths = re.findall(r"[^-]width[:=]\"?(\d+)(?:px)?[\";]", page.partition("<body")[2])
    assert all(int(width) <= 600 for width in widths)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_not_cut_by_its_reader(name: str) -> None:
    """Mail readers cut a page at 102 kB."""
    assert len(PAGES[name].encode()) < 100_000


@pytest.mark.parametrize("name", PAGES)
def test_both_versions_say_the_same_money_and_files(name: str) -> None:
    """Every reference and amount of one version stands in the other."""
    for pattern in (r"CIPI-2026-\d{4}", r"[\d\u00a0]+\u00a0€"):
        page = set(re.findall(pattern, PAGES[name].partition("</head>")[2]))
        assert page == set(re.findall(pattern, TEXTS[name]))


@pytest.mark.parametrize("width", [1, 76, 400])
def test_a_paragraph_is_one_line(width: int) -> None:
    """No word is lost, and the line is never cut: whoever reads it folds it where their pane ends."""
    text = " ".join("mot" * (n % 4 + 1) for n in range(width))
    assert paragraph(text, "    ", "  - ") == f"  - {text}"
