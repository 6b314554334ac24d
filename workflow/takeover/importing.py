"""The use cases of a table that people bring: what each of its rows would do, then files written whole.

Called by the command. Rows go through the use cases of a file, over what the rows before them prepared;
nothing is written before `save`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct

from workflow.case.holdings import Holdings
from workflow.errors import Conflict, EcheancierError, OutOfReach, TakenReference
from workflow.imports.columns import known_headings
from workflow.imports.holding_tables import (
    FILES,
    PARTS,
    REF,
    holdings_of,
    whole_columns,
    whole_headings,
)
from workflow.imports.recognition import Column, FoundBy, recognised
from workflow.ports.imports import ImportedFile, ImportedFiles, ImportLedger, ImportRun
from workflow.rules.procedure import Procedure
from workflow.spreadsheets.headings import heading_key
from workflow.spreadsheets.reading import read_tables
from workflow.spreadsheets.table import Table
from workflow.takeover.rereading import ImportedRow, ImportRequest, Rereading, RowResult, Silenced
from workflow.takeover.taking_over import AT_ONCE, reason_of
from workflow.text import french
from workflow.usecases.cases import CaseService
from workflow.wording.act_text import checked_words


class Importing(Struct, frozen=True):
    """Everything that is asked of a table.

    Args:
        cases: the use cases of one file.
        ledger: what imports before wrote of files.
        silenced: how many reminders of a deadline of an agency were due by an instant.
    """

    cases: CaseService
    ledger: ImportLedger
    silenced: Silenced

    def headings(self, procedure: str | None) -> frozenset[str]:
        """Return the headings that mean something; raises `NotFound` for no such procedure."""
        return known_headings(self._procedures(procedure))

    def recognise(
        self,
        table: Table,
        procedure: str | None,
        agency: str,
        *,
        told: Mapping[str, str],
        ignored: Sequence[str] = (),
        model: str | None = None,
    ) -> tuple[Column, ...]:
        """Return what each column says, as it was kept under the name of a model where nobody says otherwise.

        Raises:
            InvalidInput: the name of the model cannot be kept; otherwise like `recognised`.
        """
        zone, rules = self.cases.directory.agency(agency).zone, self._procedures(procedure)
        kept = self.ledger.model(self._checked(model)) if model else {}
        asked = {heading_key(one) for one in (*told, *ignored)}
        there = {key for heading in table.headings if (key := heading_key(heading))} - asked
        known = {key: name for key, name in kept.items() if key in there}
        return recognised(
            table,
            rules,
            zone,
            told={**{key: name for key, name in known.items() if name}, **told},
            ignored=[*(key for key, name in known.items() if not name), *ignored],
        )

    def whole(
        self, content: bytes, name: str
    ) -> tuple[Table, tuple[Column, ...], Mapping[str, Holdings]] | None:
        """Return the table of files that left whole, its columns and what each holds; None for another one.

        Raises:
            InvalidInput: a cell was changed so that it cannot be read.
        """
        rules = self._procedures(None)
        known = {part.sheet: (REF, *part.headings.values()) for part in PARTS}
        tables = read_tables(content, name, {FILES: whole_headings(rules).values(), **known})
        if tables is None:
            return None
        return tables[FILES], whole_columns(tables[FILES], rules), holdings_of(tables)

    def keep(self, asked: ImportRequest, model: str) -> None:
        """Keep how the columns of a table are read, under a name; raises `OutOfReach`."""
        columns = {
            heading_key(one.heading): one.names[0] if one.names else ""
            for one in asked.columns
            if one.names or one.found is FoundBy.IGNORED
        }
        self.ledger.keep_model(self._checked(model), columns, self._run(asked))

    def _run(self, asked: ImportRequest) -> ImportRun:
        try:
            name = self._checked(asked.table.file)
        except EcheancierError:
            # It may say who is meant, and why: the number of the import tells it well enough.
            name = ""
        return ImportRun(asked.by, self.cases.clock(), name)

    def _checked(self, model: str) -> str:
        for one in self._procedures(None):
            model = checked_words(one, "le nom du modèle", model)
        return model

    def rows(self, asked: ImportRequest) -> Iterator[ImportedRow]:
        """Return what each row would do, in order; nothing is written.

        Raises:
            NotFound: no such procedure, agency or person.
        """
        return self._rows(asked, reason_of(), writes=False)

    def save(self, asked: ImportRequest) -> Iterator[ImportedRow]:
        """Write the files of the rows that stand, some at once; yield each row once it is written.

        Raises:
            Conflict: somebody was faster; the files before are written, no other.
            OutOfReach: the database cannot be written; likewise, and the sentence counts them.
        """
        number, written = self.ledger.next_number(), 0
        begins: ImportRun | None = self._run(asked)
        rows = self._rows(asked, reason_of(number), writes=True)
        while some := tuple(islice(rows, AT_ONCE)):
            changing = [row for row in some if row.outcomes]
            if changing:
                outcomes = [outcome for row in changing for outcome in row.outcomes]
                files = ImportedFiles(number, tuple(map(_imported, changing)), begins)
                try:
                    self.cases.store.save_all(outcomes, imported=files)
                except (TakenReference, OutOfReach) as error:
                    raise _stopped(error, written) from error
                written, begins = written + len(changing), None
            yield from some

    def _rows(self, asked: ImportRequest, reason: str, *, writes: bool) -> Iterator[ImportedRow]:
        reread = Rereading(self.cases, self.ledger, self.silenced, asked, reason, writes=writes)
        return (reread.row(reread.reader.read(row)) for row in asked.table.rows)

    def _procedures(self, only: str | None) -> list[Procedure]:
        rules = self.cases.rulebook
        return [rules.procedure(only)] if only else list(rules.procedures.values())


def _stopped(error: TakenReference | OutOfReach, written: int) -> EcheancierError:
    """Return the error of files that could not be written, after some that are."""
    if isinstance(error, TakenReference):
        # The reference was ours to choose: another import, or somebody, has opened files meanwhile.
        return Conflict(
            "D’autres dossiers ont été ouverts pendant cet import : recommencez-le ; ce qui est entré "
            "sera reconnu."
        )
    if not written:
        return error
    entered = french.count(written, "dossier est entré", "dossiers sont entrés")
    return OutOfReach(
        f"{entered}. Pour les suivants : {error.message[:1].lower()}{error.message[1:]}"
    )


def _imported(row: ImportedRow) -> ImportedFile:
    version = row.outcomes[-1].after.version
    return ImportedFile(row.ref, row.result is RowResult.CREATED, version, row.told)
