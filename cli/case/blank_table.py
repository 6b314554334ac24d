"""`importer modele`: an empty workbook in which files are written, to be given to `importer`.

Opens the base for the rules of the house alone; does without one.
"""

from __future__ import annotations

from pathlib import Path

from cli.asking.invocation import Invocation
from workflow.errors import InvalidInput
from workflow.operations import operations
from workflow.text import french


def write_blank(asked: Invocation) -> None:
    """Write an empty workbook for the files of a procedure."""
    from cli.shared.write_file import writing
    from display.export.blank_tables import blank_tables
    from display.export.tables import Imprint
    from display.export.workbook import write_workbook
    from workflow.imports.blank import blank_columns

    session, told = asked.session, asked.request
    rulebook, directory = session.container.rules_at_hand()[0], session.places.directory
    name, funder = told.given(operations.PROCEDURE), told.given(operations.FUNDER)
    if name is None:
        raise InvalidInput(
            f"De quelle procédure ? Ajoutez --procedure ({french.listing(rulebook.procedures)}) ; un tableau "
            "nommé « modele » se donne par ./modele."
        )
    procedure = rulebook.procedure(name, funder)
    path = asked.path(operations.FILE) or Path(
        f"modele-{'-'.join(filter(None, (name, funder)))}.xlsx"
    )
    if path.suffix.lower() != ".xlsx":
        raise InvalidInput("--sortie : donnez le nom d’un fichier en .xlsx.")
    columns = blank_columns(rulebook.procedures, procedure, directory)
    imprint = Imprint(
        f"Échéancier – Modèle, {procedure.name}", "aucun dossier", session.acting, session.clock()
    )
    with writing(path, replace=told.flag(operations.OVERWRITTEN)) as aside:
        write_workbook(aside, blank_tables(columns), imprint, told=False)
    session.wrote(f"« {path} »")
    if asked.as_json:
        named = [{"name": str(one.name), "heading": one.heading} for one in columns]
        session.output.json(
            {"file": str(path), "procedure": name, "funder": funder, "columns": named}
        )
        return
    session.output.say(
        f"« {path} » écrit : {french.count(len(columns), 'colonne', 'colonnes')}. Remplissez une ligne par "
        f"dossier, puis « echeancier importer {path} --essai »."
    )
