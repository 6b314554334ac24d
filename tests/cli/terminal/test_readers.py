"""Readers who leave before the end (`| head`, `less` left by q): what was asked to be saved is saved."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests.support.cli import REF, Desk


def run_unread(desk: Desk, *words: str, stderr_too: bool = False) -> int:
    """Run a command whose output nobody reads, and return its code."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        stderr = writer if stderr_too else subprocess.PIPE
        run = desk.apart(*words, stdin=subprocess.DEVNULL, stdout=writer, stderr=stderr)
        return run.returncode
    finally:
        os.close(writer)


ABSENCE = ("absences", "noter", "claire", "--du", "07/09/2026", "--au", "11/09/2026")
SESSION = ("--financeur", "fongecif-bfc", "12/03/2027", "--oui")


@pytest.mark.parametrize("stderr_too", [False, True])
def test_an_absence_is_noted_though_nobody_reads_what_it_does(
    desk: Desk, *, stderr_too: bool
) -> None:
    """What an absence does is shown before it is noted: a closed pipe does not keep it from being noted."""
    assert run_unread(desk, *ABSENCE, stderr_too=stderr_too) == 0
    assert [one["person"] for one in desk.must("absences lister --json").json] == ["claire"]


@pytest.mark.parametrize("closed", [(1,), (2,), (1, 2), (0, 1, 2)])
def test_an_absence_is_noted_though_streams_were_closed_before_the_start(
    desk: Desk, closed: tuple[int, ...]
) -> None:
    """A stream that a shell closed (`>&-`) is one that nobody reads, and no file takes its place."""

    def close() -> None:
        for number in closed:
            os.close(number)

    ran = desk.apart(*ABSENCE, preexec_fn=close)
    assert ran.returncode == 0
    assert [one["person"] for one in desk.must("absences lister --json").json] == ["claire"]


def test_a_dry_run_that_nobody_reads_saves_nothing(desk: Desk) -> None:
    """A dry run stops with its reader, and nothing is noted."""
    assert run_unread(desk, *ABSENCE, "--essai") == 0
    assert desk.must("absences lister --json").json == []


def test_a_calendar_changes_though_nobody_reads_what_it_touches(desk: Desk) -> None:
    """Sessions that `--oui` confirmed are added, and taken away, whoever reads the list of files."""
    assert run_unread(desk, "commissions", "ajouter", *SESSION) == 0
    listed = "commissions voir --financeur fongecif-bfc --json"
    assert "2027-03-12" in desk.must(listed).out
    assert run_unread(desk, "commissions", "annuler", *SESSION) == 0
    assert "2027-03-12" not in desk.must(listed).out


def test_mails_are_dropped_and_put_back_though_nobody_reads_their_list(desk: Desk) -> None:
    """What is decided about mails is kept, whoever reads the list of them."""
    desk.must("dossier attribuer", REF, "--personne", "malik", "--par", "claire")
    desk.must("service --une-fois")
    desk.execute("UPDATE outbox SET failed_at = sent_at, sent_at = NULL")
    assert run_unread(desk, "courriels", "relancer", "--echecs", "--oui") == 0
    states = {one["state"] for one in desk.must("courriels lister --json").json}
    assert states
    assert "echec" not in states


def test_a_question_that_nobody_can_see_takes_no_answer(desk: Desk) -> None:
    """Where questions cannot be shown, nothing is saved and the code says so."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    master, slave = os.openpty()
    os.write(master, b"oui\n")
    try:
        run = desk.apart("commissions", "ajouter", *SESSION[:-1], stdin=slave, stderr=write_end)
    finally:
        for descriptor in (master, slave, write_end):
            os.close(descriptor)
    assert run.returncode == 7
    assert "2027-03-12" not in desk.must("commissions voir --financeur fongecif-bfc --json").out
