"""The models of the configuration, against the rule files and the sample file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from cli.configuration import load
from cli.places import Places
from cli.settings import AgencyRow, PersonRow, Reminders, Settings, Targets, check_address
from workflow.rulebook import load_rulebook

ROOT = Path(__file__).parents[3]


def test_every_delay_that_the_rules_read_can_be_configured() -> None:
    """Each setting named by a rule file is a key of [targets]."""
    for procedure in load_rulebook().procedures.values():
        assert procedure.settings <= set(Targets.model_fields)


def test_the_sample_file_explains_every_key() -> None:
    """Each key of each section stands in config.toml, after a comment in French."""
    sample = (ROOT / "config.toml").read_text(encoding="utf-8")
    sections: list[type[BaseModel]] = [AgencyRow, PersonRow]
    sections += [
        field.annotation
        for field in Settings.model_fields.values()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    ]
    for section in sections:
        for name in section.model_fields:
            assert re.search(rf"^(# ?|#.* )?{name} = ", sample, re.MULTILINE), name


def test_the_sample_file_names_nobody_real() -> None:
    """Every address of the sample is of a domain reserved for examples."""
    settings = load(ROOT / "config.toml").settings
    addresses = [row.email for row in settings.agencies.values()]
    addresses += [row.email for row in settings.people.values()]
    assert {address.rpartition("@")[2] for address in addresses} == {"example.org"}
    assert settings.mail.sender.endswith("@example.org")


def test_settings_cannot_be_changed() -> None:
    """A configuration that was read stays as it was."""
    with pytest.raises(ValidationError, match="frozen"):
        Settings().mail.port = 1  # type: ignore[misc]


def test_offsets_are_sorted_from_far_to_near() -> None:
    """The order in which delays are written does not matter."""
    assert Reminders(offsets=(1, 14, 7)).offsets == (14, 7, 1)


def test_nought_never_tells_a_manager_nor_groups_mails() -> None:
    """0 in the file is « never », whatever the number of files."""
    usual = Places(Settings()).policy
    assert (usual.escalation, usual.group_from) == (1, 4)
    never = Places(Settings(reminders=Reminders(escalation_working_days=0, group_from=0))).policy
    assert never.escalation is None
    assert never.group_from > 1_000_000


@pytest.mark.parametrize(
    "address", ["a@example.org", "a.b+c@mail.example.fr", "o'neil@example.org"]
)
def test_an_ordinary_address_is_taken(address: str) -> None:
    """Usual forms of addresses pass as they are."""
    assert check_address(address) == address


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@", "@b.fr", "a@b", "a@b..fr", "a@b.fr\n", "a\r@b.fr", "a@b.fr,c@d.fr", "é@b.fr",
     "<a@b.fr>", "a" * 250 + "@b.fr"],
)  # fmt: skip
def test_anything_else_is_refused(address: str) -> None:
    """What is no address, or could carry another header, is refused."""
    with pytest.raises(ValueError, match="adresse"):
        check_address(address)
