"""Courriels: the outbox, a mail as its recipient reads it, and what a person decides about it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Input, Select

from notifications.mail.mime import Letter, Mailbox, lay_out, message_id
from notifications.model.messages import (
    MessageKind,
    MessageQuery,
    MessageState,
    OutgoingMessage,
)
from tests.support.cli import plain
from tests.support.imap import a_report, inbox, reading
from tests.support.returns import come_back
from tests.support.tui import NARROW, WIDE, Player, Stage
from tui.forms.act import ActScreen
from tui.forms.confirm import ConfirmScreen
from tui.frame.office import Office
from tui.lists.marking import Markable
from tui.mails.screen import MailsScreen

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
SUBJECTS = ("Saisir la DRF avant le 1er septembre", "Réponse d’AKTO à relancer", "Votre journée")


def put_mails(office: Office) -> None:
    """Put three mails in the outbox: one sent, one that failed, one that waits."""
    for rank, subject in enumerate(SUBJECTS):
        office.services.notifications.enqueue(written(office, f"essai:{rank}", subject))
        if rank < 2:
            (queued,) = office.services.notifications.claim(
                office.now, 1, timedelta(minutes=5), "relais"
            )
            if rank:
                office.services.notifications.mark_failed(
                    queued.lease, office.now, "550 boîte inconnue"
                )
            else:
                office.services.notifications.mark_sent(queued.lease, office.now, "250 reçu")


def written(office: Office, key: str, subject: str) -> OutgoingMessage:
    """Return a mail for Claire."""
    claire = office.directory.people["claire"]
    letter = Letter(
        key=key,
        sender=office.sender(),
        to=Mailbox(claire.name, claire.email),
        subject=subject,
        text=f"Bonjour Claire,\n{'─' * 76}\n{subject}.\n",
        html=f"<html><head><style>p</style></head><body>"
        f'<div style="display: none">Avant<br>la page</div><p>Page : {subject}</p></body></html>',
        at=office.now,
    )
    return OutgoingMessage(
        key=key,
        kind=MessageKind.REMINDER,
        recipient="personne:claire",
        address=claire.email,
        subject=subject,
        message_id=message_id(key, office.sender().domain),
        content=lay_out(letter),
        created_at=office.now,
        ref="CIPI-DEMO-09",
    )


def state_of(player: Player, number: int) -> MessageState:
    """Return where a mail stands."""
    return player.app.office.services.notifications.message(number)[0].state


@SIZES
async def test_the_outbox(stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]) -> None:
    """The outbox is the one on file, failures first."""
    put_mails(stage.office())
    async with stage.playing(size) as player:
        await player.press("4")
        shown = player.shown()
        assert shown.index("En échec") < shown.index("En attente") < shown.index("Envoyés")
        assert player.picture() == picture


async def test_the_outbox_without_colour(
    stage: Stage, picture: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without colour, a failure still stands out."""
    monkeypatch.setenv("NO_COLOR", "1")
    put_mails(stage.office())
    async with stage.playing(NARROW) as player:
        await player.press("4")
        assert player.picture() == picture


async def test_the_oldest_mail_is_in_the_list(stage: Stage) -> None:
    """However many there are, the list goes down to the first mail ever written."""
    office, many = stage.office(), 520
    for number in range(many):
        office.services.notifications.enqueue(
            written(office, f"essai:{number}", f"Courriel numéro {number:03}")
        )
    async with stage.playing(WIDE) as player:
        await player.press("4")
        assert player.app.screen.query_one(Markable).total == many
        await player.press("G")
        assert "Bonjour Claire" in player.shown()
        assert "Courriel numéro 000" in player.shown()


async def test_everything_that_failed_is_marked_by_a_key(stage: Stage) -> None:
    """`*` marks the failures and nothing that left or waits; `r` puts them all back in the queue."""
    put_mails(stage.office())
    async with stage.playing(WIDE) as player:
        await player.press("4", "asterisk")
        table = player.app.screen.query_one(Markable)
        assert list(table.marked) == ["2"]
        await player.press("asterisk")
        assert not table.marked
        await player.press("asterisk", "r")
        assert "courriels relancer 2" in player.said()


@SIZES
async def test_a_mail_as_its_recipient_reads_it(
    stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    """Enter shows the text, `h` what the HTML part says, Escape comes back to the list."""
    put_mails(stage.office())
    async with stage.playing(size) as player:
        await player.press("4", "enter")
        assert "Bonjour Claire" in player.shown()
        # The rule of the text stands on one line, at any width.
        assert sum("───" in line for line in player.shown().splitlines()) == 1
        assert player.picture() == picture
        await player.press("h")
        assert "Page : Réponse" in player.shown()
        assert "Avant" not in player.shown()
        await player.press("escape")
        assert isinstance(player.app.screen, MailsScreen)


async def test_a_failed_mail_is_retried(stage: Stage) -> None:
    """`r` puts it back in the queue and says the command that does the same."""
    put_mails(stage.office())
    async with stage.playing(WIDE) as player:
        await player.press("4", "r")
        assert "courriels relancer 2" in player.said()
        assert state_of(player, 2) is MessageState.WAITING


async def test_a_sent_mail_can_no_longer_be_acted_on(stage: Stage) -> None:
    """What has left is dimmed with the reason, and its keys say so."""
    put_mails(stage.office())
    async with stage.playing(WIDE) as player:
        await player.press("4", "G")
        assert "il est envoyé" in player.shown()
        await player.press("x")
        assert isinstance(player.app.screen, MailsScreen)
        assert "« Abandonner » : impossible, ce courriel est envoyé." in player.said()


async def test_a_refusal_names_commands_with_the_options_of_the_start(stage: Stage) -> None:
    """A mail is gone meanwhile: marked or in a form, the command to look at is the one of this base."""
    put_mails(stage.office())

    def hinted(text: str) -> str:
        return text.replace("« echeancier ", "« echeancier --config ici.toml ")

    async with stage.playing(WIDE, hinted=hinted) as player:
        await player.press("4", "x")
        await player.fill("#reason", "vu au téléphone")
        stage.desk.execute("DELETE FROM outbox WHERE id = 2")
        await player.press("ctrl+s", "o")
        told = " ".join(
            (player.said() + player.shown()).replace("│", " ").replace("▌", " ").split()
        )
        assert "--config ici.toml courriels lister" in told


@SIZES
async def test_a_mail_is_redirected(
    stage: Stage, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    """`d` asks for whom; the mail waits again, for another address."""
    put_mails(stage.office())
    async with stage.playing(size) as player:
        await player.press("4", "d")
        assert isinstance(player.app.screen, ActScreen)
        player.app.screen.query_one(Select).value = "malik"
        await player.settle()
        assert player.picture() == picture
        await player.press("ctrl+s")
        assert "courriels rediriger 2 --vers malik" in player.said()
        message = player.app.office.services.notifications.message(2)[0]
        malik = player.app.office.directory.people["malik"]
        assert (message.state, message.address) == (MessageState.WAITING, malik.email)


async def test_an_address_that_is_none_is_refused(stage: Stage) -> None:
    """What is no address is said under the field."""
    put_mails(stage.office())
    async with stage.playing(WIDE) as player:
        await player.press("4", "d")
        await player.fill("#fact-address", "pas une adresse")
        assert "Adresse de courriel illisible" in player.shown()


async def test_a_mail_is_dropped_with_a_reason_and_another_key(stage: Stage) -> None:
    """`x` asks why, then for « o »; nothing is dropped before."""
    put_mails(stage.office())
    async with stage.playing(WIDE) as player:
        await player.press("4", "x")
        assert isinstance(player.app.screen, ActScreen)
        await player.fill("#reason", "vu au téléphone")
        await player.press("ctrl+s", "enter")
        assert type(player.app.screen).__name__ == ConfirmScreen.__name__
        assert state_of(player, 2) is MessageState.FAILED
        await player.press("o")
        assert state_of(player, 2) is MessageState.DROPPED
        assert "courriels abandonner 2" in player.said()
        assert not list(player.app.office.drafts.iterdir())


async def test_what_was_typed_about_a_mail_comes_back_until_it_is_done(stage: Stage) -> None:
    """An address and a reason outlive Escape and the program, but a word that reveals does not."""
    put_mails(stage.office())
    async with stage.playing(WIDE) as player:
        await player.press("4", "d")
        await player.fill("#fact-address", "paie@example.org")
        await player.press("escape", "x")
        await player.fill("#reason", "vu avec la RQTH")
        assert len(list(player.app.office.drafts.iterdir())) == 1
        await player.fill("#reason", "vu au téléphone")
    async with stage.playing(WIDE) as player:
        await player.press("4", "x", "enter")
        assert player.app.screen.query_one("#reason", Input).value == "vu au téléphone"
        await player.press("escape", "d", "enter")
        assert player.app.screen.query_one("#fact-address", Input).value == "paie@example.org"
        await player.press("ctrl+s")
        assert [one.stem for one in player.app.office.drafts.iterdir()] == ["courriel-2-abandonner"]


async def test_an_address_is_verified(stage: Stage) -> None:
    """Mails that came back are among those of the list; `a` has their address written to again."""
    office = stage.office()
    put_mails(office)
    room = office.services.notifications
    for number in range(2):
        room.enqueue(written(office, f"revenu:{number}", f"Revenu {number}"))
    for one in room.claim(office.now, 10, timedelta(minutes=5), "relais"):
        room.mark_sent(one.lease, office.now, "250 OK")
        if one.key.startswith("revenu"):
            come_back(room, one.message_id, office.now)
    async with stage.playing(WIDE) as player:
        await player.press("4")
        assert "Non remis" in player.shown()
        await player.press("a")
        assert "courriels retablir claire.vasseur@" in player.said()
        assert room.unreachable() == []
        await player.press("a")
        assert "n’est pas mise de côté" in player.said()


async def test_read_only(stage: Stage) -> None:
    """In read-only mode nothing is retried, and the key says why."""
    put_mails(stage.office())
    async with stage.playing(NARROW, read_only=True) as player:
        await player.press("4", "r")
        assert "Lecture seule" in player.said()
        assert state_of(player, 2) is MessageState.FAILED


async def test_the_window_changes_size(stage: Stage) -> None:
    """A window made smaller hides the mail; made larger again, it is as it was."""
    put_mails(stage.office())
    async with stage.playing(WIDE) as player:
        await player.press("4")
        before = player.shown()
        await player.pilot.resize_terminal(*NARROW)
        await player.settle()
        assert "Bonjour" not in player.shown()
        await player.pilot.resize_terminal(*WIDE)
        await player.settle()
        assert player.shown() == before


async def test_what_came_back_is_read_by_a_key(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mailbox is read at once, and its mail is not delivered; without a mailbox, it is said."""
    put_mails(stage.office())
    async with stage.playing() as player:
        await player.press("4", "v")
        assert "Aucune boîte de retour" in player.app.toasts[-1]
    with inbox() as box:
        reading(stage.desk, box, monkeypatch)
        (mail,) = stage.office().services.notifications.messages(MessageQuery(MessageState.SENT))
        box.put(a_report(mail.message_id, mail.address), stage.desk.now)
        async with stage.playing() as player:
            await player.press("4", "v")
            assert "1 retour lu, 1 courriel non remis" in plain(player.app.toasts[-1])
            assert "courriels retours" in player.app.toasts[-1]
            assert state_of(player, mail.id) is MessageState.UNDELIVERED
        monkeypatch.setenv("ECHEANCIER_IMAP_PASSWORD", "faux")
        async with stage.playing() as player:
            await player.press("4", "v")
            assert "identifiant ou mot de passe refusé" in player.app.toasts[-1]
