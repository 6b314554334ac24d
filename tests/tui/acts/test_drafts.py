"""Drafts: what was typed last is what is found, whatever the order in which threads run."""

from __future__ import annotations

from pathlib import Path

from tests.support.depth import depth
from tui.acts.drafts import Draft, names, without_revealing
from tui.forms.stale_drafts import Leftover


def test_what_is_typed_is_found_again(tmp_path: Path) -> None:
    """A draft is there until it is dropped, and nothing typed is none."""
    Draft(tmp_path, "ouvrir").keeping({"title": "Jeanne Ormont"})()
    again = Draft(tmp_path, "ouvrir")
    assert again.read() == {"title": "Jeanne Ormont"}
    again.keeping({"title": ""})()
    assert Draft(tmp_path, "ouvrir").read() == {}


def test_a_thread_that_is_overtaken_does_nothing(tmp_path: Path) -> None:
    """Begun first and run last, the writing of « Jea » does not undo that of « Jeanne »."""
    draft = Draft(tmp_path, "ouvrir")
    first, second = draft.keeping({"title": "Jea"}), draft.keeping({"title": "Jeanne"})
    second()
    first()
    assert draft.read() == {"title": "Jeanne"}


def test_what_is_saved_leaves_no_draft_behind(tmp_path: Path) -> None:
    """A writing that was begun before the form was saved does not bring the draft back."""
    draft = Draft(tmp_path, "ouvrir")
    late = draft.keeping({"title": "Jeanne"})
    draft.drop()
    late()
    assert draft.read() == {}


def test_two_windows_on_a_form_keep_a_draft_each(tmp_path: Path) -> None:
    """What is typed in a second window replaces nothing, and is found once the first is saved."""
    one, other = Draft(tmp_path, "ouvrir"), Draft(tmp_path, "ouvrir")
    one.keeping({"title": "Jeanne"})()
    other.keeping({"title": "Ali"})()
    other.keeping({"title": "Aline"})()
    again = Draft(tmp_path, "ouvrir")
    assert again.read() == {"title": "Jeanne"}
    again.drop()
    assert Draft(tmp_path, "ouvrir").read() == {"title": "Aline"}


def test_what_was_typed_after_it_was_shown_is_not_forgotten(tmp_path: Path) -> None:
    """A draft that no form opens is forgotten as it was shown, never as it has become since."""
    draft = Draft(tmp_path, "X-1-deposer")
    draft.keeping({"comment": "au téléphone"})()
    shown = Leftover("X-1-deposer", "Déposer", {"comment": "au téléphone"}, ())
    draft.keeping({"comment": "au téléphone, puis par écrit"})()
    shown.forget(tmp_path)
    assert names(tmp_path, "X-1-") == ("deposer",)
    draft.keeping({"comment": "au téléphone"})()
    shown.forget(tmp_path)
    assert names(tmp_path, "X-1-") == ()


def test_a_window_drops_its_own_draft_only(tmp_path: Path) -> None:
    """A form that is saved in one window leaves what another has typed since."""
    one, other = Draft(tmp_path, "ouvrir"), Draft(tmp_path, "ouvrir")
    one.keeping({"title": "Jeanne"})()
    assert other.read() == {"title": "Jeanne"}
    one.keeping({"title": "Jeanne Ormont"})()
    other.drop()
    assert Draft(tmp_path, "ouvrir").read() == {"title": "Jeanne Ormont"}


def test_a_disk_that_refuses_stops_nobody(tmp_path: Path) -> None:
    """Where no folder can be made, nothing is kept and nothing breaks."""
    (tmp_path / "brouillons").write_text("occupé", encoding="utf-8")
    draft = Draft(tmp_path / "brouillons", "ouvrir")
    draft.keeping({"title": "Jeanne"})()
    draft.drop()
    assert draft.read() == {}


def test_a_draft_keeps_neither_a_revealing_word_nor_a_nir() -> None:
    """What may not be saved is not kept on the disk of a computer either."""
    typed = {"titre": "Dupont 1 85 12 75 108 123 45", "comment": "zeta2026", "lieu": "classeur 3"}
    assert without_revealing(typed, depth()) == {"lieu": "classeur 3"}
