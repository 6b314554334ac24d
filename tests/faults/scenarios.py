"""What is done, then killed at each of its fault points: acts on a file, rounds, choices of people.

Read by `tests.faults.runs`. Each scenario starts from a database that its first steps prepare once; the
steps that come after the act are what happens anyway: the service is started again, time passes.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from tests.support import settings
from tests.support.smtp import Behaviour
from tests.support.token_server import TokenServer, saying

CONFIG = "".join(
    (
        settings.MAIL,
        "{signin}",
        '\n[service]\nmetrics_file = "echeancier.prom"\n',
        settings.LYON,
        settings.METZ,
        settings.CLAIRE,
        settings.MALIK,
        settings.ZOE,
        settings.CLAIRE_TYPES,
    )
)

SIGNIN = """
auth = "oauth2"
provider = "generic"
token_url = "http://localhost:{port}/token"
client_id = "appli"
scope = "smtp"
per_connection = 1
"""

MALIK = "malik.berthaud@example.org"


def _takes_all(server: Behaviour) -> None:
    server.refused_recipients.clear()
    server.data_replies.clear()
    server.pipelines = False


def _gives(giver: TokenServer) -> None:
    giver.replies.clear()


class Step(Struct, frozen=True):
    """A command typed at an instant, in which `{folder}` is one of its own, and what the mail server does."""

    now: str
    typed: str
    server: Callable[[Behaviour], None] = _takes_all
    giver: Callable[[TokenServer], None] = _gives
    """What the token server does meanwhile."""
    may_fail: bool = False
    """True when the command has to say that something did not leave."""

    @property
    def words(self) -> list[str]:
        """Return the words that were typed."""
        return shlex.split(self.typed)


class Scenario(Struct, frozen=True):
    """An act that is killed everywhere, from what it starts and what comes after it."""

    name: str
    given: tuple[Step, ...]
    act: Step
    then: tuple[Step, ...]
    whole: bool = False
    """True when the act is written whole or not at all; it is then typed again if nothing of it is
    there."""
    transport: str = "smtp"
    tokens: bool = False
    """True when tokens open the mailbox."""
    returns_from: str = ""
    """Address whose mails come back: the return mailbox is read then."""


def _refuses_malik(server: Behaviour) -> None:
    server.refused_recipients[MALIK] = "550 5.1.1 No such user"


def _puts_off(server: Behaviour) -> None:
    server.data_replies[:] = ["451 4.3.0 Try again later"] * 9


def _ends_tokens(server: Behaviour) -> None:
    """Open to each token once, so that it ends between two messages; take three commands at once."""
    spent: set[str] = set()

    def why_not(_mailbox: str, token: str) -> str | None:
        known = token in spent
        spent.add(token)
        return "535 5.7.3 Authentication unsuccessful" if known else None

    server.open_to, server.pipelines = why_not, True


def _is_dead(giver: TokenServer) -> None:
    giver.replies[:] = [saying(503, error="temporarily_unavailable")] * 9


def _open(ref: str, owner: str = "claire", start: str = "05/10/2026 09:00") -> str:
    return (
        f"dossier ouvrir cipi --ref {ref} --libelle 'Sacha Morvan' --suivi-par {owner} "
        f"--fait 'demarrage_formation={start}'"
    )


BEAT = "service --une-fois"
OPENED = "2026-08-18T10:00+02:00"
ONE = Step(OPENED, _open("CIPI-1"))
DEPOSITED = Step("2026-09-02T10:00+02:00", "dossier avancer CIPI-1 deposer_drf")
# A lease outlives whoever held it: what was being sent comes back once it is over.
LATER = (Step("2026-09-30T09:30+02:00", BEAT), Step("2026-09-30T09:50+02:00", BEAT))
ABSENT = Step(
    "2026-09-02T10:30+02:00",
    "absences noter claire --du 10/09/2026 --au 20/09/2026 --remplacant malik",
)
FAILED = (
    Step(OPENED, _open("CIPI-2", "malik")),
    Step("2026-09-11T09:05+02:00", BEAT, _refuses_malik, may_fail=True),
)
AFTER_A_FAILURE = (
    Step("2026-09-11T10:06+02:00", BEAT),
    Step("2026-09-11T10:25+02:00", BEAT),
)
AFTER_A_WEEK = (
    Step("2026-09-14T10:30+02:00", BEAT),
    Step("2026-09-14T10:50+02:00", BEAT),
)
TEAM = (
    ONE,
    Step(OPENED, _open("CIPI-2", "malik")),
    Step(OPENED, _open("CIPI-3", "malik", "06/10/2026 09:00")),
    Step(OPENED, _open("CIPI-4", "zoe")),
)


def _beside(name: str) -> str:
    """Return the path of a file of this folder, as it is typed."""
    return shlex.quote(str(Path(__file__).with_name(name)))


TAKEN_OVER = Step(OPENED, f"importer {_beside('suivi.csv')} --procedure cipi --oui")

SCENARIOS = (
    Scenario("dossier ouvrir", (), ONE, LATER, whole=True),
    Scenario("dossier avancer", (ONE,), DEPOSITED, LATER, whole=True),
    Scenario(
        "dossier corriger",
        (ONE,),
        Step(
            DEPOSITED.now, "dossier corriger CIPI-1 --fait 'demarrage_formation=12/10/2026 09:00'"
        ),
        LATER,
        whole=True,
    ),
    Scenario(
        "dossier annuler",
        (ONE, DEPOSITED),
        Step("2026-09-02T11:00+02:00", "dossier annuler CIPI-1 --commentaire 'erreur de saisie'"),
        LATER,
        whole=True,
    ),
    Scenario("importer", (), TAKEN_OVER, LATER, whole=True),
    Scenario(
        "importer annuler",
        (TAKEN_OVER,),
        Step("2026-09-02T11:00+02:00", "importer annuler 1 --oui"),
        LATER,
        whole=True,
    ),
    Scenario(
        "service, plusieurs personnes",
        TEAM,
        Step("2026-09-11T09:05+02:00", BEAT),
        (
            Step("2026-09-11T09:06+02:00", BEAT),
            Step("2026-09-11T09:25+02:00", BEAT),
        ),
    ),
    Scenario(
        "service, destinataire refusé",
        TEAM[1:2],
        Step("2026-09-11T09:05+02:00", BEAT, _refuses_malik, may_fail=True),
        (
            Step("2026-09-11T09:06+02:00", BEAT, _refuses_malik, may_fail=True),
            Step("2026-09-11T09:25+02:00", BEAT, _refuses_malik, may_fail=True),
            # The manager's digest says what failed at the round before.
            Step("2026-09-11T09:26+02:00", BEAT, _refuses_malik, may_fail=True),
        ),
    ),
    Scenario(
        "service, serveur qui diffère",
        TEAM[1:2],
        Step("2026-09-11T09:05+02:00", BEAT, _puts_off, may_fail=True),
        (
            Step("2026-09-11T09:20+02:00", BEAT),
            Step("2026-09-11T10:40+02:00", BEAT),
        ),
    ),
    Scenario(
        # The draft comes first: one that nobody noted is there to be written over, never the other way round.
        "dossier lettre",
        (ONE, DEPOSITED),
        Step(
            "2026-09-02T11:00+02:00",
            "dossier lettre CIPI-1 reponse --sortie {folder}/lettre.eml --remplacer",
        ),
        LATER,
        whole=True,
    ),
    Scenario(
        "dossier reporter",
        (ONE,),
        Step(
            "2026-09-02T10:00+02:00",
            "dossier reporter CIPI-1 drf --jusqu-au 17/09/2026 --raison 'devis attendu'",
        ),
        LATER,
        whole=True,
    ),
    Scenario(
        "courriels relancer",
        FAILED,
        Step("2026-09-11T10:05+02:00", "courriels relancer --echecs --oui"),
        AFTER_A_FAILURE,
        whole=True,
    ),
    Scenario(
        "courriels rediriger",
        FAILED,
        Step("2026-09-11T10:05+02:00", "courriels rediriger 1 --vers claire --oui"),
        AFTER_A_FAILURE,
        whole=True,
    ),
    Scenario(
        "courriels abandonner",
        FAILED,
        Step("2026-09-11T10:05+02:00", "courriels abandonner 1 --raison 'adresse perdue'"),
        AFTER_A_FAILURE,
        whole=True,
    ),
    Scenario(
        "absences noter",
        (ONE,),
        Step(
            "2026-09-02T10:00+02:00",
            "absences noter claire --du 10/09/2026 --au 20/09/2026 --remplacant malik",
        ),
        AFTER_A_WEEK,
        whole=True,
    ),
    Scenario(
        "absences annuler",
        (ONE, ABSENT),
        Step("2026-09-02T11:00+02:00", "absences annuler 1"),
        AFTER_A_WEEK,
        whole=True,
    ),
    Scenario(
        "preferences regler",
        (ONE,),
        Step(
            "2026-09-02T10:00+02:00",
            "preferences regler claire --sujet limite --canal synthese --heures 10:00-16:00",
        ),
        AFTER_A_WEEK,
        whole=True,
    ),
    Scenario(
        "service, remplaçant, manager et courriel groupé",
        (
            *(Step(OPENED, _open(f"CIPI-{n}", "malik")) for n in range(1, 5)),
            Step(OPENED, _open("CIPI-5", "zoe")),
            Step(OPENED, "absences noter zoe --du 25/09/2026 --au 09/10/2026 --remplacant malik"),
            Step("2026-10-01T09:05+02:00", BEAT),
        ),
        Step("2026-10-02T09:05+02:00", BEAT),
        (Step("2026-10-02T09:06+02:00", BEAT), Step("2026-10-02T09:25+02:00", BEAT)),
    ),
    Scenario(
        "service, nouvel essai",
        (*TEAM[1:2], Step("2026-09-11T09:05+02:00", BEAT, _puts_off, may_fail=True)),
        Step("2026-09-11T09:20+02:00", BEAT),
        (
            Step("2026-09-11T09:21+02:00", BEAT),
            Step("2026-09-11T10:40+02:00", BEAT),
        ),
    ),
    Scenario(
        "synthèse du matin",
        (*TEAM[:2], Step("2026-09-25T16:00+02:00", BEAT)),
        Step("2026-09-28T08:05+02:00", BEAT),
        (
            Step("2026-09-28T08:06+02:00", BEAT),
            Step("2026-09-28T08:25+02:00", BEAT),
        ),
    ),
    Scenario(
        "relève des retours",
        (*TEAM[1:2], Step("2026-09-11T09:05+02:00", BEAT)),
        Step("2026-09-11T09:15+02:00", BEAT),
        (Step("2026-09-11T09:16+02:00", BEAT), Step("2026-09-11T09:35+02:00", BEAT)),
        returns_from=MALIK,
    ),
    Scenario(
        "courriels retours",
        (*TEAM[1:2], Step("2026-09-11T09:05+02:00", BEAT)),
        Step("2026-09-11T09:15+02:00", "courriels retours"),
        (Step("2026-09-11T09:16+02:00", BEAT), Step("2026-09-11T09:35+02:00", BEAT)),
        returns_from=MALIK,
    ),
    # The mark and what tells the manager are one: both, or neither and the report read again. What tells of
    # the second takes the place of what tells of the first.
    Scenario(
        "retour d’un rappel qui presse",
        # That day neither has a digest, which would come back too, or count his files once put aside.
        (
            *TEAM[1:3],
            Step(OPENED, "preferences regler malik --jours lundi"),
            Step(OPENED, "preferences regler claire --jours lundi"),
            Step("2026-09-30T09:05+02:00", BEAT),
        ),
        Step("2026-09-30T09:15+02:00", "courriels retours"),
        (Step("2026-09-30T09:16+02:00", BEAT), Step("2026-09-30T09:35+02:00", BEAT)),
        returns_from=MALIK,
    ),
    Scenario(
        "service, jetons et commandes à la fois",
        (TEAM[1], TEAM[3]),
        Step("2026-09-11T09:05+02:00", BEAT, _ends_tokens),
        (
            Step("2026-09-11T09:25+02:00", BEAT, _ends_tokens, giver=_is_dead, may_fail=True),
            Step("2026-09-11T10:40+02:00", BEAT, _ends_tokens),
        ),
        tokens=True,
    ),
    # Whenever it dies, a paper that says it has a file has it whole: opening it refuses otherwise.
    Scenario(
        "dossier pieces, un fichier",
        (ONE,),
        Step(
            OPENED,
            f"dossier pieces CIPI-1 --fichier contrat_type_signe={_beside('contrat.pdf')}",
        ),
        (Step(OPENED, "dossier pieces CIPI-1 --ouvrir --json"), *LATER),
        whole=True,
    ),
    Scenario(
        "service, dossier de fichiers",
        TEAM[:2],
        Step("2026-09-11T09:05+02:00", BEAT),
        (
            Step("2026-09-11T09:06+02:00", BEAT),
            Step("2026-09-11T09:25+02:00", BEAT),
        ),
        transport="fichier",
    ),
)
