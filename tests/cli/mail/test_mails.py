"""`courriels` as typed: what was sent or not, read as its recipient does; retried, redirected, dropped."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from db.connection.engine import open_engine
from db.mail.store import SqlNotificationStore
from notifications.mail.mime import Letter, Mailbox, lay_out, message_id
from notifications.model.messages import MessageKind, OutgoingMessage
from tests.support.cli import MORNING, REF, Desk
from tests.support.returns import come_back
from tests.support.smtp import Behaviour, serving

HOUSE = Mailbox("Échéancier", "echeancier@example.org")
LEASE = timedelta(minutes=5)
REFUSAL = "550 5.1.1 Boîte inconnue"
SUBJECTS = {1: "Rappel : dépôt de la DRF", 2: "Synthèse du mardi", 3: "Rappel : réponse à relancer"}
"""By number: one that failed, one that was sent, one that waits."""


def letter(number: int, *, to: str, ref: str | None) -> OutgoingMessage:
    """Return a mail as the composer writes it."""
    key = f"essai:{number}"
    content = lay_out(
        Letter(
            key=key,
            sender=HOUSE,
            to=Mailbox("Malik Berthaud", to),
            subject=SUBJECTS[number],
            text=f"Bonjour Malik,\n\nÀ déposer : {number} dossier.\n",
            html=f"<html><body><p>À déposer : {number} dossier.</p></body></html>",
            at=MORNING,
            ref=ref,
        )
    )
    return OutgoingMessage(
        key=key,
        kind=MessageKind.REMINDER if ref else MessageKind.DIGEST,
        recipient="personne:malik",
        address=to,
        subject=SUBJECTS[number],
        message_id=message_id(key, HOUSE.domain),
        content=content,
        created_at=MORNING + timedelta(minutes=number),
        ref=ref,
    )


@contextmanager
def store(desk: Desk) -> Iterator[SqlNotificationStore]:
    """Give the outbox of the desk, as the service has it."""
    engine = open_engine(f"sqlite:///{desk.database}")
    try:
        yield SqlNotificationStore(engine)
    finally:
        engine.dispose()


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Return a desk whose outbox has a mail that failed, one that was sent and one that waits."""
    with store(desk) as outbox:
        for number, ref in ((1, REF), (2, None)):
            assert outbox.enqueue(letter(number, to="malik@ailleurs.example", ref=ref))
        now = MORNING + timedelta(minutes=5)
        first, second = outbox.claim(now, 10, LEASE, "relais:1")
        outbox.mark_failed(first.lease, now, REFUSAL)
        outbox.mark_sent(second.lease, now, "250 OK")
        outbox.enqueue(letter(3, to="malik@ailleurs.example", ref=REF))
    desk.now = MORNING + timedelta(hours=1)
    return desk


def states(desk: Desk) -> dict[int, str]:
    """Return the state of each mail."""
    return {one["id"]: one["state"] for one in desk.must("courriels lister --json").json}


def trail(desk: Desk, number: int) -> list[tuple[str, str, str]]:
    """Return what happened to a mail: what, who, detail."""
    events = desk.must(f"courriels voir {number} --json").json["events"]
    return [(one["what"], one["by"], one["detail"]) for one in events]


def test_mails_are_listed_with_where_they_stand(desk: Desk) -> None:
    """The last comes first; each says its state, its date, its recipient and why it failed."""
    run = desk.must("courriels lister")
    for words in ("en échec", "envoyé", "en attente", "Malik Berthaud", "Boîte inconnue"):
        assert words in run.shown, words
    assert run.shown.index("réponse à relancer") < run.shown.index("dépôt de la DRF")
    assert "courriels relancer --echecs" in run.said
    assert states(desk) == {3: "en_attente", 2: "envoye", 1: "echec"}


def test_a_list_keeps_what_is_asked_for(desk: Desk) -> None:
    """State, file and person filter; a page says where the next one starts."""

    def numbers(words: str) -> list[int]:
        return [one["id"] for one in desk.must(f"courriels lister {words} --json").json]

    assert numbers("--etat echec") == [1]
    assert numbers("--etat abandonne") == []
    assert numbers(f"--dossier {REF}") == [3, 1]
    assert numbers("--personne malik") == [3, 2, 1]
    assert numbers("--personne claire") == []
    assert numbers("--limite 2") == [3, 2]
    assert numbers("--limite 2 --avant 2") == [1]
    assert "La suite : --avant 2" in desk.must("courriels lister --limite 2").said
    assert "Aucun courriel" in desk.must("courriels lister --personne claire").said


def test_a_mail_is_shown_as_its_recipient_reads_it(desk: Desk) -> None:
    """The text by default with its headers and its story; the page, the source, or all of it as JSON."""
    run = desk.must("courriels voir 1")
    for words in (
        f"Courriel 1 rappel, dossier {REF}", "en échec, le 01/09/2026 à 10:05", "Boîte inconnue",
        "Malik Berthaud, malik@ailleurs.example", "Objet Rappel : dépôt de la DRF",
        "Bonjour Malik, À déposer : 1 dossier.", "Ce qui lui est arrivé",
        "échec, 01/09/2026 à 10:05, le service relais:1",
    ):  # fmt: skip
        assert words in run.shown, words
    page = desk.must("courriels voir 1 --html")
    assert page.out.startswith("<html>")
    source = message_from_bytes(desk.must("courriels voir 1 --source").out.encode(), policy=default)
    assert (source["Subject"], source["Message-ID"]) == (
        SUBJECTS[1], message_id("essai:1", HOUSE.domain),
    )  # fmt: skip
    data = desk.must("courriels voir 1 --json").json
    assert (data["id"], data["kind"], data["state"], data["ref"], data["attempts"]) == (
        1, "rappel", "echec", REF, 1,
    )  # fmt: skip
    assert (data["answer"], data["recipient"], data["attachments"]) == (
        REFUSAL, "personne:malik", [],
    )  # fmt: skip
    assert data["text"].startswith("Bonjour Malik,\n")
    assert data["html"] in page.out
    sent = desk.must("courriels voir 2").shown
    assert "Ce qui lui est arrivé" not in sent
    assert "envoyé, le 01/09/2026 à 10:05" in sent


def test_a_mail_that_failed_leaves_again(desk: Desk) -> None:
    """It is put back in the queue, who did it is kept, and it says when it will leave."""
    run = desk.must("--par malik courriels relancer 1")
    assert "Repartira au prochain passage du service." in run.said
    assert "service --une-fois" in run.said
    assert states(desk)[1] == "en_attente"
    assert trail(desk, 1)[-1][:2] == ("relance", "malik")
    assert "relancé, 01/09/2026 à 11:00, Malik Berthaud" in desk.must("courriels voir 1").shown


def test_all_that_failed_leave_again(desk: Desk) -> None:
    """`--echecs` takes them all, once somebody has confirmed; then there is nothing left to do."""
    run = desk.type("courriels relancer --echecs")
    assert (run.code, "ajoutez --oui" in run.said) == (2, True)
    assert "rien n’a été enregistré" in desk.must("courriels relancer --echecs --essai").said
    assert states(desk)[1] == "echec"
    data = desk.must("courriels relancer --echecs --oui --json").json
    assert (data["saved"], [one["id"] for one in data["messages"]]) == (True, [1])
    assert data["messages"][0]["state"] == "en_attente"
    run = desk.type("courriels relancer --echecs --oui")
    assert (run.code, "Aucun courriel n’est en échec" in run.said) == (3, True)


@pytest.mark.parametrize(("answer", "state"), [("oui\n", "en_attente"), ("\n", "echec")])
def test_it_is_asked_at_a_terminal(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, answer: str, state: str
) -> None:
    """The mails are shown, then the question asked; only a yes is a yes."""
    keyboard = io.StringIO(answer)
    monkeypatch.setattr(keyboard, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", keyboard)
    run = desk.must("courriels relancer --echecs")
    assert "dépôt de la DRF" in run.shown
    assert states(desk)[1] == state


def test_a_mail_is_redirected_to_somebody_of_the_house(desk: Desk) -> None:
    """Its new recipient is the person, the old address stays in the trail and in the letter."""
    run = desk.must("--par malik courriels rediriger 1 --vers claire")
    assert "Repartira au prochain passage du service." in run.said
    data = desk.must("courriels voir 1 --json").json
    assert (data["state"], data["recipient"], data["address"]) == (
        "en_attente", "personne:claire", "claire.vasseur@example.org",
    )  # fmt: skip
    assert trail(desk, 1)[-1] == (
        "redirection", "malik", "malik@ailleurs.example → claire.vasseur@example.org",
    )  # fmt: skip
    source = message_from_bytes(desk.must("courriels voir 1 --source").out.encode(), policy=default)
    assert "claire.vasseur@example.org" in str(source["Resent-To"])
    assert "malik.berthaud@example.org" in str(source["Resent-From"])
    assert source["Message-ID"] == message_id("essai:1", HOUSE.domain)
    assert source["Resent-Message-ID"]
    assert "malik@ailleurs.example" in str(source["To"])
    assert "Réexpédié à" in desk.must("courriels voir 1").shown


def test_an_address_that_nobody_configured_is_asked_about(desk: Desk) -> None:
    """A mail leaves the house only when somebody has confirmed it; its person stays the same."""
    line = "courriels rediriger 3 --vers secours@ailleurs.example"
    run = desk.type(line)
    assert (run.code, "ajoutez --oui" in run.said) == (2, True)
    assert "rien n’a été enregistré" in desk.must(f"{line} --essai").said
    data = desk.must(f"{line} --oui --json").json
    assert data["messages"][0]["address"] == "secours@ailleurs.example"
    assert data["messages"][0]["recipient"] == "personne:malik"


def test_a_mail_is_dropped_for_a_reason(desk: Desk) -> None:
    """It will not leave, the reason is kept with it, and it may still be taken up again."""
    run = desk.must("courriels abandonner 1 --raison 'Malik a quitté l’agence'")
    assert "Ne partira pas" in run.said
    data = desk.must("courriels voir 1 --json").json
    assert (data["state"], data["answer"]) == ("abandonne", "Malik a quitté l’agence")
    assert trail(desk, 1)[-1] == ("abandon", "claire", "Malik a quitté l’agence")
    assert desk.must("courriels lister --etat echec --json").json == []
    desk.must("courriels relancer 1")
    assert states(desk)[1] == "en_attente"


def test_a_mail_that_is_leaving_is_left_alone(desk: Desk) -> None:
    """While a relay holds it nobody may redirect or drop it."""
    with store(desk) as outbox:
        outbox.claim(desk.now, 10, LEASE, "relais:1")
    for act in ("rediriger 3 --vers claire", "abandonner 3 --raison Doublon"):
        run = desk.type(f"courriels {act}")
        assert (run.code, "en cours" in run.said) == (3, True)
    assert states(desk)[3] == "en_attente"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("voir 99", 4, "Courriel 99 : il n’existe pas"),
        ("voir x", 2, "ID « x »"),
        ("voir 1 --html --json", 2, "Une forme à la fois"),
        ("lister --etat echoue", 4, "le plus proche : « echec »"),
        ("lister --dossier CIPI-2026-9999", 4, "CIPI-2026-9999"),
        ("lister --personne mailk", 4, "« malik »"),
        ("lister --limite 0", 2, "--limite"),
        ("relancer", 2, "Lesquels ?"),
        ("relancer 1 --echecs --oui", 2, "Lesquels ?"),
        ("relancer 2", 3, "il ne peut pas être relancé, il est envoyé"),
        ("relancer 3", 3, "il ne peut pas être relancé, il est en attente"),
        ("relancer 1 99", 4, "Courriel 99"),
        ("relancer 1 2", 3, "Courriel 2"),
        ("relancer 1 --maintenant 2026-09-02", 2, "retirez-la"),
        ("rediriger 1", 2, "Il manque l’option --vers"),
        ("rediriger 1 --vers mailk", 4, "le plus proche : « malik »"),
        ("rediriger 1 --vers a@b --oui", 2, "n’est pas une adresse"),
        ("rediriger 2 --vers claire", 3, "il est envoyé"),
        ("abandonner 1", 2, "Ajoutez --raison"),
        ("abandonner 1 --raison ' '", 2, "Ajoutez --raison"),
        ("abandonner 1 --raison 'Salarié reconnu RQTH'", 3, "peut révéler pourquoi"),
        ("abandonner 2 --raison Doublon", 3, "il est envoyé"),
        ("abandonner 99 --raison Doublon", 4, "Courriel 99"),
    ],
)
def test_what_cannot_be_done_is_refused(desk: Desk, words: str, code: int, sentence: str) -> None:
    """Each mistake has its sentence and code, and nothing is written, not even the first of several."""
    held = states(desk)
    desk.refuses(f"courriels {words}", code, sentence)
    assert states(desk) == held


def test_a_rehearsal_writes_nothing(desk: Desk) -> None:
    """`--essai` shows which mails are meant, and leaves them as they are."""
    before, held = desk.rows(), states(desk)
    for act in ("relancer 1", "rediriger 1 --vers claire", "abandonner 1 --raison Doublon"):
        run = desk.must(f"courriels {act} --essai")
        assert "Malik Berthaud" in run.shown or "Claire Vasseur" in run.shown
        assert "rien n’a été enregistré" in run.said
        assert desk.must(f"courriels {act} --essai --json").json["saved"] is False
    assert (desk.rows(), states(desk)) == (before, held)


def test_a_refused_reminder_reaches_somebody_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real server refuses the address; the mail is redirected, and the service sends it on."""
    behaviour = Behaviour(refused_recipients={"claire.vasseur@example.org": REFUSAL})
    with serving(behaviour) as server:
        desk = Desk(tmp_path, monkeypatch, transport="smtp", port=server.port)
        desk.open_case()
        desk.now = MORNING.replace(day=28)
        assert desk.type("service --une-fois").code == 7
        (failed, *_) = desk.must("courriels lister --etat echec --json").json
        desk.must(f"courriels rediriger {failed['id']} --vers malik")
        desk.must("service --une-fois")
        accepted = dict(server.recorder.accepted)
    content = accepted["malik.berthaud@example.org"]
    assert message_from_bytes(content, policy=default)["Message-ID"] == failed["message_id"]
    assert states(desk)[failed["id"]] == "envoye"


def test_an_address_that_mails_come_back_from(desk: Desk) -> None:
    """It is put aside, said by the check-up, until somebody verifies it."""
    aside = "courriels retablir malik.berthaud@example.org"
    assert (desk.type(aside).code, "n’est pas mise de côté" in desk.type(aside).said) == (3, True)
    with store(desk) as outbox:
        now = MORNING + timedelta(minutes=9)
        for number in (4, 5):
            SUBJECTS[number] = f"Rappel {number}"
            outbox.enqueue(letter(number, to="malik.berthaud@example.org", ref=REF))
        for one in outbox.claim(now, 10, LEASE, "relais:1"):
            outbox.mark_sent(one.lease, now, "250 OK")
            if one.address == "malik.berthaud@example.org":
                come_back(outbox, one.message_id, now)
    told = desk.type("diagnostic").shown
    assert (
        "1 adresse mise de côté, des courriels en sont revenus (malik.berthaud@example.org)" in told
    )
    assert "2 non remis" in told
    refused = desk.type("courriels relancer 4")
    assert (refused.code, "retablir malik.berthaud@example.org" in refused.said) == (3, True)
    tried = desk.must(f"{aside} --essai --json").json
    assert (tried["saved"], tried["messages"]) == (False, 2)
    assert "reçoit de nouveau" in desk.must(f"{aside} --par claire").said
    desk.must("courriels relancer 4")
    assert "adresse mise de côté" not in desk.type("diagnostic").shown
    assert [one["id"] for one in desk.must("courriels lister --etat non_remis --json").json] == [5]
