"""The files of a folder of rules: each parsed once, made whole with the one it extends, its problems kept.

Used by `workflow.rulefiles.procedures`, which knows what the tables mean.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources.abc import Traversable
from typing import Any, Final

from msgspec import Struct, field

from workflow.errors import Problem, nearest
from workflow.rulefiles.extension import EXTENDS, WITHOUT, Extension
from workflow.rulefiles.parts import RuleFile
from workflow.structures.places import Reading
from workflow.structures.walker import WRONG, Walker
from workflow.text.os_errors import cause
from workflow.text.toml_text import UnreadableToml, read_toml


class _Extending(Struct, frozen=True):
    """What a file that extends another says of it."""

    base: str = field(name=EXTENDS)
    without: frozenset[str] = field(default=frozenset(), name=WITHOUT)


_EXTENDING: Final = Walker({}, {})


class RuleFolder(Struct, frozen=True):
    """A folder of rule files; names are relative to it, with slashes.

    Args:
        directory: where it is.
        problems: receives what is wrong.
    """

    directory: Traversable
    problems: list[Problem]
    _parsed: dict[str, dict[str, Any] | None] = field(default_factory=dict)

    def names(self, under: str) -> list[str]:
        """Return the rule files of a folder in it (`cipi/`), by name; none when there is no such folder."""
        folder = self.directory.joinpath(under) if under else self.directory
        if not folder.is_dir():
            return []
        found = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
        return [under + name for name in found]

    def parts(self, main: str) -> list[str]:
        """Return a main file and the parts that complete it: `cipi.toml` and those of `cipi/`."""
        return [main, *self.names(f"{main.removesuffix('.toml')}/")]

    def files(self, names: Iterable[str]) -> list[RuleFile]:
        """Return each file that can be read."""
        files = (self._file(name) for name in names)
        return [file for file in files if file is not None]

    def _file(self, name: str) -> RuleFile | None:
        data = self._data(name)
        if data is None or EXTENDS not in data:
            return None if data is None else RuleFile(name, data)
        reading = Reading(name, self.problems)
        said = {key: data[key] for key in (EXTENDS, WITHOUT) if key in data}
        asked = _EXTENDING.whole(_EXTENDING.shape(_Extending), said, "", reading)
        if asked is WRONG:
            return None
        base = f"{asked.base}.toml"
        folder, slash, _ = base.rpartition("/")
        known = self.names(folder + slash)
        found = self._data(base) if base in known and base != name else None
        if found is None or EXTENDS in found:
            stems = (one.removesuffix(".toml") for one in known if one != name)
            hint = nearest(asked.base, stems) or ""
            text = f"« {base} » ne peut pas être étendu : il manque, est illisible ou étend un autre{hint}."
            reading.report(EXTENDS, text)
            return None
        extension = Extension(name, base, asked.without)
        whole = extension.whole(found, data)
        self.problems.extend(extension.problems())
        return RuleFile(name, whole, extension.places, base)

    def _data(self, name: str) -> dict[str, Any] | None:
        if name not in self._parsed:
            self._parsed[name] = self._parse(name)
        return self._parsed[name]

    def _parse(self, name: str) -> dict[str, Any] | None:
        try:
            text = self.directory.joinpath(name).read_bytes().decode("utf-8-sig")
            if text.strip():
                return read_toml(text)
            said = "le fichier est vide ; écrivez la procédure ou supprimez-le."
        except UnicodeDecodeError as error:
            said = f"le fichier n’est pas en UTF-8 (octet {error.start}) ; réenregistrez-le."
        except OSError as error:
            said = f"lecture impossible ({cause(error)})."
        except UnreadableToml as error:
            said = f"TOML illisible ({error.where}) ; corrigez-le."
        self.problems.append(Problem(name, "", said))
        return None
