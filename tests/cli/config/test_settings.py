"""The models of the configuration, against the rule files and the sample file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.structs import fields

from cli.config.configuration import load
from cli.config.places import AgencyDirectory
from cli.config.reader import read_settings
from cli.config.settings import AgencyRow, PersonRow, Reminders, ReturnsSettings, Settings
from cli.config.value_checks import check_address
from workflow.rulefiles.rulebook import declared_targets, load_rulebook

ROOT = Path(__file__).parents[3]


def test_every_delay_of_the_agency_stands_in_the_sample_file() -> None:
    """Each delay that a rule file declares is shown in config.toml with its words and its number."""
    sample = (ROOT / "config.toml").read_text(encoding="utf-8")
    declared = {
        name: target
        for procedure in load_rulebook().procedures.values()
        for name, target in procedure.targets.items()
    }
    assert (declared, len(declared)) == (declared_targets(), 18)
    for target in declared.values():
        assert f"# {target.label}.\n# {target.id} = {target.default}\n" in sample


def test_a_chosen_delay_takes_the_place_of_the_declared_one() -> None:
    """A number in [targets] is kept under the name that a rule file declares; the others stay its own."""
    settings, problems = read_settings("config.toml", {"targets": {"surcout_jours_ouvres": 3}})
    assert (settings.targets, problems) == ({"surcout_jours_ouvres": 3}, [])


def test_the_sample_file_explains_every_key() -> None:
    """Each key of each section stands in config.toml, after a comment in French."""
    sample = (ROOT / "config.toml").read_text(encoding="utf-8")
    sections: list[type[Struct]] = [AgencyRow, PersonRow, ReturnsSettings]
    usual = Settings()
    sections += [
        type(section)
        for one in fields(Settings)
        if isinstance(section := getattr(usual, one.name), Struct)
    ]
    for section in sections:
        for name in (one.name for one in fields(section)):
            shown = rf"^(# ?|#.* )?({name} = |\[\w+\.{name}\]$)"
            assert re.search(shown, sample, re.MULTILINE), name


def test_the_sample_file_names_nobody_real() -> None:
    """Every address of the sample is of a domain reserved for examples."""
    settings = load(ROOT / "config.toml").settings
    addresses = [row.email for row in settings.agencies.values()]
    addresses += [row.email for row in settings.people.values()]
    assert {address.rpartition("@")[2] for address in addresses} == {"example.org"}
    assert settings.mail.sender.endswith("@example.org")


def test_settings_cannot_be_changed() -> None:
    """A configuration that was read stays as it was."""
    with pytest.raises(AttributeError, match="immutable"):
        Settings().mail.port = 1  # type: ignore[misc]


def test_offsets_are_sorted_from_far_to_near() -> None:
    """The order in which delays are written does not matter."""
    settings, problems = read_settings("config.toml", {"reminders": {"offsets": [1, 14, 7]}})
    assert (settings.reminders.offsets, problems) == ((14, 7, 1), [])


def test_what_is_not_said_holds_as_usual() -> None:
    """A file that says nothing gives the settings that hold without a file."""
    assert read_settings("config.toml", {}) == (Settings(), [])


UNSEEN = "agencies.a.name : retour à la ligne ou caractère invisible"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"mail": 3}, "mail : attendu une table, trouvé 3."),
        ({"mail": {"port": True}}, "mail.port : attendu un nombre entier, trouvé True."),
        ({"mail": {"host": " "}}, "mail.host : texte vide ; écrivez-le ou retirez la clé."),
        ({"mail": {"connect_timeout_seconds": 0}}, "seconds : 0 : il faut plus de 0."),
        ({"mail": {"message_timeout_seconds": "x"}}, "attendu un nombre, trouvé 'x'."),
        ({"mail": {"message_timeout_seconds": 3601}}, "il faut au plus 3600."),
        ({"digest": {"time": 7}}, 'digest.time : attendu une heure ("07:30"), trouvé 7.'),
        ({"reminders": {"offsets": []}}, "reminders.offsets : liste vide ; donnez au moins"),
        ({"reminders": {"offsets": ["x"]}}, "reminders.offsets[1] : attendu un nombre entier"),
        ({"reminders": {"offsets": 3}}, "reminders.offsets : attendu une liste, trouvé 3."),
        ({"targets": {"heures_par_jour": 25}}, "heures_par_jour : 25 : il faut au plus 24."),
        ({"company": {"headcount": -1}}, "company.headcount : -1 : il faut au moins 0."),
        ({"company": {"membership": "prism"}}, "« prism » est inconnu (connus : prism_emploi, v"),
        ({"calendar": {"closures": [{"label": "x"}]}}, "closures[1].from : clé absente ; ajoutez-la."),
        ({"agencies": {"Lyon": {}}}, "agencies.Lyon : « Lyon » ne peut servir d’identifiant"),
        ({"agencies": {"lyon": {"name": "Lyon"}}}, "agencies.lyon.email : clé absente"),
        ({"people": {"a": {"empty_digest_on": ["lundy"]}}}, "empty_digest_on[1] : « lundy » est inc"),
        ({"people": {"a": 3}}, "people.a : attendu une table."),
        ({"tui": {"keys": {"app.quit": 3}}}, "tui.keys.app.quit : attendu un texte entre guillemets"),
        ({"mail": {"auth": "oauth"}}, "« oauth » est inconnu (le plus proche : « oauth2 »)."),
        ({"mail": {"auth": "oauth2"}}, 'mail.provider : clé absente, que auth = "oauth2" demande'),
        ({"mail": {"auth": "oauth2", "provider": "microsoft", "tenant": "a"}}, "mail.client_id : clé abs"),
        ({"mail": {"provider": "generic"}}, 'mail.provider : ne sert qu’avec auth = "oauth2"'),
        ({"mail": {"tenant": "common"}}, "mail.tenant : « common » n’est pas une organisation"),
        ({"mail": {"tenant": "a/b"}}, "mail.tenant : « a/b » n’est pas une organisation"),
        ({"mail": {"token_url": "http://jetons.example/"}}, "mail.token_url : le secret irait en clair"),
        ({"mail": {"token_url": "jetons.example"}}, "mail.token_url : « jetons.example » n’est pas"),
        ({"mail": {"client_secret": "s"}}, "la variable ECHEANCIER_SMTP_CLIENT_SECRET ou"),
        ({"mail": {"returns": {}}}, "mail.returns.host : clé absente"),
        ({"mail": {"returns": {"host": "a", "password": "s"}}}, "la variable ECHEANCIER_IMAP_PASSWORD ou"),
        ({"mail": {"returns": {"host": "a", "auth": "oauth2"}}}, "mail.provider : clé absente, que auth"),
        ({"mail": {"returns": {"host": "a.example", "security": "none"}}}, "security : le mot de passe i"),
        ({"tui": {"colour": "x"}}, "tui.colour : clé inconnue (connues : keys, read_only, theme)."),
        ({"service": {"metrics_file": "a.txt"}}, "« a.txt » ne serait pas lu ; donnez un nom"),
        ({"service": {"ping_url": "ftp://x"}}, "ping_url : il faut une adresse http:// ou https://"),
        ({"service": {"log_format": "jsno"}}, "« jsno » est inconnu (le plus proche : « json »)."),
        *(
            ({"agencies": {"a": {"name": f"Lyon{odd}Sud", "email": "a@example.org"}}}, UNSEEN)
            for odd in "\u0085\u2028\u0007\u202e"
        ),
        ({"mail": {"sender": "claire.@example.org"}}, "mail.sender : « claire.@example.org »"),
        ({"database": {"password": "x"}}, "la variable ECHEANCIER_DATABASE_PASSWORD ou"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_key(data: dict[str, object], problem: str) -> None:
    """Each fault of one value names its key, and no key is told twice."""
    _, problems = read_settings("config.toml", data)
    told = [str(one) for one in problems]
    assert any(problem in one for one in told), told
    assert len({one.key for one in problems}) == len(problems)


def test_nought_never_tells_a_manager_nor_groups_mails() -> None:
    """0 in the file is « never », whatever the number of files."""
    usual = AgencyDirectory(Settings()).policy
    assert (usual.escalation, usual.group_from) == (1, 4)
    never = AgencyDirectory(
        Settings(reminders=Reminders(escalation_working_days=0, group_from=0))
    ).policy
    assert never.escalation is None
    assert never.group_from > 1_000_000


@pytest.mark.parametrize(
    "address", ["a@example.org", "a.b+c@mail.example.fr", "o'neil@example.org"]
)
def test_an_ordinary_address_is_taken(address: str) -> None:
    """Usual forms of addresses pass as they are."""
    assert check_address(address) == address


DOT = "un point ne commence, ne finit ni ne se double"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        *((one, "adresse") for one in ("", "a@", "@b.fr", "a@b..fr", "a\r@b.fr", "a@b.fr,c@d.fr")),
        *((one, "adresse") for one in ("<a@b.fr>", "a" * 250 + "@b.fr", "a@b.fr\nBcc: c@d.fr")),
        *((one, "n’est pas une adresse") for one in ("a", "a@b", "a b@c.fr")),
        *((one, DOT) for one in ("a.@b.fr", ".a@b.fr", "a..b@c.fr")),
        ("a@b.fr\u2028", "retirez espaces et caractères invisibles"),
        ("é@b.fr", "une lettre accentuée avant « @ »"),
    ],
)
def test_anything_else_is_refused(address: str, words: str) -> None:
    """What is no address, or could carry another header, is refused, and why."""
    with pytest.raises(ValueError, match=f"adresse.*{words}|{words}"):
        check_address(address)
