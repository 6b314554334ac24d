"""The service, the digest and the check-up from the keyboard."""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from types import SimpleNamespace

import pytest

from tests.support.cli import REF, START, Desk, plain
from tests.support.programs import PATIENCE, begun, program

PRESSING = datetime(2026, 9, 28, 8, 0, tzinfo=UTC)
"""A Monday, two working days before the prudent date of the case."""


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Return a desk with one open case that presses."""
    desk.now = PRESSING
    return desk


def subjects(desk: Desk) -> list[str]:
    """Return the subjects of the mails written so far."""
    files = sorted((desk.folder / "courriels").glob("*.eml"))
    return [str(message_from_bytes(file.read_bytes(), policy=default)["Subject"]) for file in files]


def test_one_beat_does_what_is_due_and_only_once(desk: Desk) -> None:
    """`--une-fois` writes the reminder and the digest; run again it finds nothing to do."""
    run = desk.must("service --une-fois")
    assert "2 messages partis." in run.shown
    assert len(subjects(desk)) == 2
    assert any(REF in subject for subject in subjects(desk))
    assert desk.must("service --une-fois").shown == "Rien n’était dû."
    assert len(subjects(desk)) == 2


def test_one_beat_tells_what_it_did_as_json(desk: Desk) -> None:
    """`--une-fois --json` gives numbers to whoever schedules it."""
    data = desk.must("service --une-fois --json").json
    assert (data["digests"], data["reminder_messages"], data["sent"]) == (1, 1, 2)
    assert data["concerns"] == []


def test_a_rehearsal_tells_what_would_leave(desk: Desk) -> None:
    """Under `--essai` the service and the digest count what they would send, and send nothing."""
    before = desk.rows()
    run = desk.must("service --une-fois --essai")
    assert "en 1 message." in run.shown
    assert "1 synthèse du matin." in run.shown
    assert "rien n’est parti" in run.said
    assert "1 synthèse préparée. Essai" in desk.must("synthese --envoyer --essai").said
    later = desk.must("service --essai --maintenant '2026-09-30 10:00' --json").json
    assert (later["reminder_messages"], later["digests"], later["sent"]) == (1, 1, 0)
    assert "la base est à jour, rien n’a été fait" in desk.must("init --essai").said
    assert desk.rows() == before
    assert subjects(desk) == []
    assert desk.must("service --une-fois --json").json["sent"] == 2


@pytest.mark.parametrize("line", ["service --essai", "synthese --envoyer --essai"])
def test_a_rehearsal_where_nothing_may_be_written_says_so(desk: Desk, line: str) -> None:
    """It does everything for good in a transaction of its own: it is refused like any act, in a sentence."""
    run = desk.type(f"{line} --base", f"sqlite:///file:{desk.database}?mode=ro&uri=true")
    assert (run.code, run.out) == (7, "")
    assert "lecture seule" in run.said
    with closing(sqlite3.connect(desk.database)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        run = desk.type(line)
    assert (run.code, run.out) == (7, "")
    assert "est occupée par un autre programme" in run.said


def test_the_digest_reads_the_same_in_every_form(desk: Desk) -> None:
    """The digest on screen, as text, as HTML and as JSON names the same case and date."""
    screen = desk.must("synthese").shown
    assert "Synthèse du lundi 28 septembre 2026 Claire Vasseur" in screen
    assert REF in screen
    assert REF in desk.must("synthese --format texte").shown
    assert "<html" in desk.must("synthese --format html").out
    assert desk.must("synthese --format json").json == desk.must("synthese --json").json
    assert desk.must("synthese --json").json[0]["sections"][0]["lines"][0]["ref"] == REF
    assert subjects(desk) == []


def test_the_digest_of_another_is_shown_on_request(desk: Desk) -> None:
    """`--personne` and `--agence` choose whose digest; an account that is nobody sees them all."""
    assert (
        desk.must("synthese --personne malik --json").json[0]["recipient"]["id"] == "personne:malik"
    )
    assert desk.must("synthese --agence metz --json").json[0]["recipient"]["id"] == "agence:metz"
    text = desk.config.read_text(encoding="utf-8").replace('id = "claire"', "")
    desk.config.write_text(text, encoding="utf-8")
    everybody = desk.must("synthese --json").json
    assert [one["recipient"]["id"] for one in everybody] == [
        "personne:claire", "personne:malik", "agence:lyon", "agence:metz",
    ]  # fmt: skip
    assert desk.type("synthese --personne claire --agence lyon").code == 2


def test_a_rehearsal_begins_with_how_many_mails_would_leave(desk: Desk) -> None:
    """Under `--essai` the first line counts mails and people, and says how late the latest is."""
    run = desk.must("service --essai")
    first = "À envoyer : 1 courriel de rappel et 1 synthèse, à 1 destinataire"
    assert run.shown.startswith(first)
    late = desk.must("service --essai --maintenant '2026-09-29 11:00'").shown
    assert f"{first} ; le plus en retard était prévu le" in late
    data = desk.must("service --essai --json").json["would_send"]
    assert (data["reminders"], data["digests"]) == (1, 1)
    assert data["recipients"] == ["personne:claire"]
    assert data["already_waiting"] == 0


def test_a_digest_is_sent_once_a_day(desk: Desk) -> None:
    """`--envoyer` sends it now; asked again the same day, it says that it has left already."""
    assert "1 synthèse préparée. 1 message parti." in desk.must("synthese --envoyer").said
    again = desk.must("synthese --envoyer")
    assert "déjà partie aujourd’hui" in again.said
    assert len(subjects(desk)) == 1


def test_a_digest_that_is_sent_tells_it_as_json(desk: Desk) -> None:
    """`--envoyer --json` gives one document with what left, to whoever scheduled it."""
    run = desk.must("synthese --envoyer --json")
    assert (run.json["digests"], run.json["sent"], run.json["waiting"]) == (1, 1, 0)
    assert desk.must("synthese --envoyer --essai --json").json["digests"] == 0


def test_a_part_that_fails_is_told_in_french(desk: Desk) -> None:
    """A beat whose reminders fail says what was not done, in French, and never that nothing was due."""
    refuse = "BEFORE INSERT ON reminder BEGIN SELECT RAISE(ABORT, 'non'); END"
    desk.execute(f"CREATE TRIGGER refuse {refuse}")
    run = desk.type("service --une-fois")
    assert run.code == 7
    assert "Les rappels n’ont pas pu être préparés." in run.shown
    assert "Rien n’était dû" not in run.shown
    assert "sweep" not in run.out + run.err


def test_the_check_up_has_one_line_a_thing(desk: Desk) -> None:
    """`diagnostic` tells of configuration, rules, database, mail, clock, service and outbox."""
    names = [row["name"] for row in desk.must("diagnostic --json").json]
    assert names == ["Configuration", "Règles", "Base", "Courriel", "Horloge", "Service", "Envois"]
    assert "n’a encore jamais tourné" in desk.must("diagnostic").shown
    named = desk.must(f"--config {desk.config} diagnostic --json").json
    (service,) = [row["message"] for row in named if row["name"] == "Service"]
    assert f"--config {desk.config} service »" in plain(service)
    desk.must("service --une-fois")
    assert "2 partis, 0 en attente, 0 en échec" in desk.must("diagnostic").shown


def test_a_service_that_fell_silent_is_noticed(desk: Desk) -> None:
    """An old heartbeat says that the service seems stopped; one from the future, that a clock is off."""
    desk.must("service --une-fois")
    desk.now += timedelta(hours=3)
    assert "il semble arrêté" in desk.must("diagnostic").shown
    desk.now -= timedelta(hours=6)
    assert "or le service a battu plus tard" in desk.must("diagnostic").shown


def test_services_of_one_host_and_number_have_a_sign_of_life_each(desk: Desk) -> None:
    """Two containers often bear one name and one number: neither speaks for the other."""
    desk.must("service --une-fois")
    desk.must("service --une-fois")
    assert desk.rows()["heartbeat"] == 2
    (first, second) = [
        row for row in desk.must("diagnostic --json").json if row["name"] == "Service"
    ]
    assert first["message"] != second["message"]


def test_monitoring_reads_one_line_and_a_code(desk: Desk) -> None:
    """OK and 0 while the service beats; ALERTE and 7 before the first beat and after ten minutes."""
    never = desk.type("diagnostic --surveillance")
    assert (never.code, never.out.count("\n")) == (7, 1)
    assert never.shown.startswith("ALERTE - Service : n’a encore jamais tourné")
    named = desk.type(f"--config {desk.config} diagnostic --surveillance")
    assert f"--config {desk.config} service »" in named.shown
    desk.must("service --une-fois")
    desk.now += timedelta(minutes=10)
    fine = desk.must("diagnostic --surveillance")
    assert fine.out == (
        "OK - le service bat et les courriels partent | battement=600s;;600;0 attente=0;;;0 "
        "plus_ancien=0s;;900;0 echecs=0;;0;0 non_remis=0;;0;0\n"
    )
    desk.now += timedelta(minutes=1)
    silent = desk.type("diagnostic --surveillance")
    assert (silent.code, silent.out.count("\n")) == (7, 1)
    assert "il semble arrêté" in silent.shown
    assert "battement=660s;;600;0" in silent.out
    assert desk.must("diagnostic").code == 0, "a person reads the words"
    assert desk.type("diagnostic --surveillance --json").code == 2


def test_monitoring_is_told_of_mails_that_failed(desk: Desk) -> None:
    """A mail that will not leave by itself is an alert; the check-up says how to mend it."""
    desk.must("service --une-fois")
    desk.execute("UPDATE outbox SET failed_at = sent_at, sent_at = NULL WHERE kind = 'rappel'")
    run = desk.type("diagnostic --surveillance")
    assert run.code == 7
    assert "echecs=1;;0;0" in run.out
    for told in (run.shown, desk.must("diagnostic").shown):
        assert "« echeancier courriels lister --etat echec »" in told


def test_monitoring_is_answered_without_a_database_or_a_configuration(desk: Desk) -> None:
    """What is out of reach is one line as well, never another code nor a traceback."""
    desk.database.unlink()
    run = desk.type("diagnostic --surveillance")
    assert (run.code, run.out.count("\n")) == (7, 1)
    assert run.shown.startswith("ALERTE - Base : ")
    desk.config.write_text("[mail]\nport = 0\n", encoding="utf-8")
    run = desk.type("diagnostic --surveillance")
    assert (run.code, run.out.count("\n")) == (7, 1)
    assert run.shown.startswith("ALERTE - Configuration")


def test_each_service_has_its_line(desk: Desk) -> None:
    """One line for each that beats, one for a machine where none does; one is enough not to alert."""
    desk.must("service --une-fois")
    insert = (
        "INSERT INTO heartbeat (service, beat_at, policy) SELECT '{}', '{}', policy FROM heartbeat"
    )
    desk.execute(f"{insert.format('serveur-b:12', '2026-09-28 07:58:00.000000')} LIMIT 1")
    desk.execute(f"{insert.format('serveur-c:9', '2026-09-27 12:00:00.000000')} LIMIT 1")
    rows = [row for row in desk.must("diagnostic --json").json if row["name"] == "Service"]
    assert [row["level"] for row in rows] == ["ok", "ok", "attention"]
    assert "il y a 2 min (serveur-b:12)" in plain(rows[1]["message"])
    assert "il y a 20 heures (serveur-c:9) ; il semble arrêté" in plain(rows[2]["message"])
    assert desk.must("diagnostic --surveillance").shown.startswith("OK - ")


def test_a_backup_that_is_put_back_sends_nothing_again(desk: Desk) -> None:
    """Restored, `--reprise` shows what would leave again, settles it, and the service is quiet."""
    backup = desk.database.read_bytes()
    desk.must("service --une-fois")
    sent = len(subjects(desk))
    desk.now += timedelta(minutes=5)
    desk.database.write_bytes(backup)
    shown = desk.must("service --reprise --essai")
    assert "Repartiraient : 5 rappels (1 dossier, 1 destinataire), prévus depuis le" in shown.said
    assert desk.type("service --reprise").code == 2, "nobody can confirm here"
    before = desk.rows()
    assert before["reminder"] == 0
    run = desk.must("service --reprise --oui --json")
    assert (run.json["saved"], run.json["reminders"], run.json["messages"]) == (True, 5, 0)
    assert desk.rows()["reminder"] == 5, "noted as left to the digest"
    assert "Rien ne repartirait" in desk.must("service --reprise --oui").said
    after = desk.must("service --une-fois --json").json
    assert after["reminder_messages"] == 0
    assert after["digests"] == 1, "the digest of the day tells what is due"
    assert len(subjects(desk)) == sent + 1


def test_a_mail_that_waited_in_the_backup_is_dropped(desk: Desk) -> None:
    """It may have left since: it is given up with the reason, and can still be looked at."""
    folder = desk.folder / "courriels"
    folder.write_text("", encoding="utf-8")
    assert desk.type("service --une-fois").code == 7
    folder.unlink()
    running = desk.type("service --reprise --oui")
    assert running.code == 3
    assert "Un service tourne sur cette base" in running.said
    desk.now += timedelta(minutes=3)
    run = desk.must("service --reprise --oui --json").json
    assert run["messages"] == 2
    assert desk.must("service --une-fois --json").json["sent"] == 0
    assert desk.type("service --reprise --une-fois").code == 2
    assert desk.type("service --oui").code == 2


def test_the_check_up_goes_on_after_a_fault(desk: Desk) -> None:
    """A database that is missing is one line among the others, and the code says out of reach."""
    desk.database.unlink()
    run = desk.type("diagnostic --json")
    assert run.code == 7
    levels = {row["name"]: row["level"] for row in run.json}
    assert levels == {"Configuration": "ok", "Règles": "ok", "Base": "erreur", "Courriel": "ok"}


def test_the_check_up_warns_of_a_full_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk with hardly any room left is a warning at the base and at the mails, never a tick."""
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=2 * 1024**2))
    levels = {row["name"]: row for row in desk.must("diagnostic --json").json}
    for name in ("Base", "Courriel"):
        assert levels[name]["level"] == "attention"
        assert "il reste 2 Mo" in levels[name]["message"]


def test_the_check_up_warns_of_mails_that_wait(desk: Desk) -> None:
    """A mail that has waited for more than a quarter of an hour is a warning."""
    folder = desk.folder / "courriels"
    folder.write_text("", encoding="utf-8")
    assert desk.type("service --une-fois").code == 7
    folder.unlink()
    for minutes, level in ((10, "ok"), (10, "attention")):
        desk.now += timedelta(minutes=minutes)
        rows = {row["name"]: row["level"] for row in desk.must("diagnostic --json").json}
        assert rows["Envois"] == level


def test_the_check_up_says_a_wrong_configuration(desk: Desk) -> None:
    """A configuration that cannot be read is a line of the check-up, with code 6."""
    desk.config.write_text("[mail]\nport = 0\n", encoding="utf-8")
    run = desk.type("diagnostic")
    assert run.code == 6
    assert "mail.port : 0 : il faut au moins 1." in run.shown
    assert "✓ Règles" in run.shown


def run_service(desk: Desk, *options: str) -> str:
    """Run the service until its first beat is over, stop it, and return what it logged."""
    known = desk.rows().get("heartbeat", 0)
    process = begun(*program(desk.now, "service", *options), folder=desk.folder)
    deadline = time.monotonic() + PATIENCE
    while desk.rows().get("heartbeat", 0) == known and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "Traceback" not in err
    return err


def test_the_service_stops_cleanly_when_asked(desk: Desk) -> None:
    """On SIGTERM the service finishes its beat, says so, and leaves with 0 and a heartbeat."""
    err = run_service(desk)
    assert "Service démarré." in err
    assert " beat" not in err
    assert "INFO" not in err
    assert "Service arrêté." in err


def test_the_log_is_json_on_request(desk: Desk) -> None:
    """Every line is a document, every beat and every mail has one, and nobody is named in any."""
    for options, table in ((["--journal", "json"], ""), ([], '\n[service]\nlog_format = "json"\n')):
        with desk.config.open("a", encoding="utf-8") as config:
            config.write(table)
        err = run_service(desk, *options)
        documents = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
        told = [one["action"] for one in documents]
        assert (told[0], told[-1]) == ("service_started", "service_stopped")
        assert "beat" in told
        for hidden in ("claire", "Vasseur", "CIPI-2026", "Morvan", "@"):
            assert hidden not in err
    assert desk.type("service --journal xml").code == 2


@pytest.mark.parametrize(
    "options",
    [
        "--une-fois --reprise",
        "--oui",
        "--json",
        "--une-fois --journal json",
        "--essai --journal json",
    ],
)
def test_options_that_do_not_go_together_are_refused(desk: Desk, options: str) -> None:
    """An option that would have no effect is refused, and nothing runs."""
    run = desk.type(f"service {options}")
    assert run.code == 2
    assert options.split()[-2 if "journal" in options else -1] in run.said


def test_metrics_are_written_where_the_settings_say(desk: Desk) -> None:
    """A relative path starts at the configuration; a rehearsal writes nothing."""
    with desk.config.open("a", encoding="utf-8") as config:
        config.write('\n[service]\nmetrics_file = "echeancier.prom"\n')
    path = desk.folder / "echeancier.prom"
    desk.must("service --essai")
    assert not path.exists()
    desk.must("service --une-fois")
    text = path.read_text(encoding="utf-8")
    assert 'echeancier_outbox_messages{state="envoye"} 2.0' in text
    assert "claire" not in text


def test_the_address_to_call_may_be_a_secret(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes from the environment or a file, before the settings; a wrong one is not repeated."""
    secret = desk.folder / "ping"
    secret.write_text("nulle-part/1f0c2a\n", encoding="utf-8")
    monkeypatch.setenv("ECHEANCIER_PING_URL_FILE", str(secret))
    run = desk.type("service --une-fois")
    assert run.code == 6
    assert "ECHEANCIER_PING_URL" in run.said
    assert "1f0c2a" not in run.out + run.err
    secret.write_text("http://127.0.0.1:1/1f0c2a\n", encoding="utf-8")
    run = desk.must("service --une-fois")
    assert "1f0c2a" not in run.out + run.err


def test_one_row_that_makes_no_sense_stops_nobody(desk: Desk) -> None:
    """Five files are due, one cannot be read: four mails leave, every command says it in a sentence."""
    refs = [f"CIPI-2026-{number:04}" for number in range(2, 6)]
    for _ in refs:
        desk.must("dossier ouvrir cipi --libelle Autre --fait", START)
    desk.execute(
        "UPDATE deadline SET next_reminder_at = '2026-08-24 07:00:00', "
        "reminded_until = '2026-08-01 07:00:00'"
    )
    with closing(sqlite3.connect(desk.database)) as base:
        query = "SELECT explanation FROM deadline WHERE case_id = 3"
        (kept,) = base.execute(query).fetchone()
    desk.execute("UPDATE deadline SET explanation = '{}' WHERE case_id = 3")

    odd = refs[1]
    run = desk.must("service --une-fois")
    assert "rappels en 1 message." in run.shown
    assert f"Dossier {odd}" in run.err
    assert "illisible dans la base" in run.said
    for command in ("dossier lister", f"dossier voir {odd}", "echeances", "agenda", "synthese"):
        run = desk.must(command)
        assert run.said.count("illisible dans la base") == 1, command
        assert "Traceback" not in run.err
    assert odd in desk.must("dossier lister").shown
    assert f"Dossier {odd}" in desk.type("diagnostic").shown
    desk.execute("UPDATE deadline SET next_reminder_at = '2026-08-24 07:00:00' WHERE case_id = 3")
    survey = desk.type("diagnostic --surveillance")
    assert survey.code == 7
    assert "1 ligne illisible" in survey.shown
    assert odd not in survey.shown

    desk.execute(f"UPDATE deadline SET explanation = '{kept}' WHERE case_id = 3")
    assert "1 message" in desk.must("service --une-fois").shown
    assert "illisible" not in desk.must("dossier lister").err


def test_one_mail_and_one_absence_that_make_no_sense_stop_nobody(desk: Desk) -> None:
    """The round goes on without them; who runs the service, and what watches it, are told."""
    desk.must("absences noter malik --du 05/10/2026 --au 06/10/2026 --remplacant claire")
    desk.must("service --une-fois")
    desk.execute("UPDATE absence SET last_day = 'plus tard'")
    desk.execute("UPDATE outbox SET sent_at = NULL, claims = 0, attempts = 0")
    desk.execute("UPDATE outbox SET created_at = '' WHERE id = 1")
    run = desk.must("service --une-fois")
    assert "Courriel 1 : illisible" in run.said
    assert "Absence 1 de « malik » : illisible" in run.said
    found = {row["name"]: plain(row["message"]) for row in desk.must("diagnostic --json").json}
    assert "1 parti, 1 en attente" in found["Envois"]
    assert "Courriel 1 : illisible" in found["Base"]
    assert "Absence 1 de « malik » : illisible" in found["Base"]
    assert "2 lignes illisibles" in desk.type("diagnostic --surveillance").shown


def test_a_reminder_put_aside_is_shown_with_its_reason(desk: Desk) -> None:
    """Its agency left the settings: `diagnostic` and `courriels` say so until it is back."""
    desk.execute("UPDATE case_file SET agency = 'fermee', owner = NULL")
    desk.must("service --une-fois")
    why = "rappel mis de côté"
    (sent,) = [row for row in desk.must("diagnostic --json").json if row["name"] == "Envois"]
    assert sent["level"] == "attention"
    assert f"{REF}, drf : Agence : « fermee » n’existe pas" in plain(sent["message"])
    assert f"{REF}, drf : Agence : « fermee » n’existe pas" in desk.must("courriels lister").said
    survey = desk.type("diagnostic --surveillance")
    assert survey.code == 7
    assert why in survey.shown
    assert REF not in survey.shown
    desk.execute("UPDATE case_file SET agency = 'lyon'")
    assert why not in desk.must("diagnostic").shown + desk.must("courriels lister").said
