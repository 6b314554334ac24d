"""What an operation is, what it asks, and what it was told.

The tables beside it are made of these; the command line makes options, help and completion of
them, the interface forms and what it shows as a command. Spells no option, reads no value, does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field


class Shape(StrEnum):
    """What a parameter is given."""

    FLAG = "yes or nothing"
    EITHER = "yes, no or nothing"
    ONE = "a value"
    MANY = "several values"
    NAMED = "values by name"


class Parameter(Struct, frozen=True):
    """Something that an operation may be told.

    Args:
        name: what staff call it, as a slug; faces derive their own names from it.
        shape: what it is given.
    """

    name: str
    shape: Shape = Shape.ONE


Answer = str | bool | list[str] | tuple[str, ...] | Mapping[str, str] | None
"""What a parameter was given: nothing, or what its shape says."""


class Takes(StrEnum):
    """What each value of an answer is: where faces find those to propose, and how they read it."""

    NOTHING = "nothing but yes or no"
    ABSENCE = "the number of an absence"
    ACTION = "an action that a file may do now"
    AGENCY = "an agency"
    AMOUNT = "an amount of euros"
    ANSWER = "the answer to a question on a person"
    BENEFICIARY = "a beneficiary"
    CASE = "the reference of a file"
    CHOICE = "one of a few words"
    COLUMN = "a column of a table, and what it says"
    CLIENT = "a client company"
    CONTRACT = "a type of contract"
    DAY = "a day"
    DAYS = "a day, or the first and the last of several"
    DOUBT = "something that the rules leave in doubt"
    DEADLINE = "a deadline that is open in a file"
    EMPLOYER = "a kind of employer"
    FACT = "a fact and its value"
    FAILED_MAIL = "the number of a mail that failed"
    FILE = "a file of this machine"
    FOLDER = "a folder of this machine"
    FUNDER = "a funder"
    GROUND = "a ground of eligibility"
    HOURS = "a number of hours"
    LETTER = "a model of letter"
    MAIL = "the number of a mail"
    MONEY = "a claim or a payment"
    NUMBER = "a whole number"
    ORGANISATION = "a training organisation"
    PAPER = "a paper"
    PAPER_DAY = "a paper, and a day of it"
    PAPER_FILE = "a paper, and a file of this machine"
    PAYER = "who pays"
    PERSON = "a person"
    PLACE = "a paper, and where it is kept"
    PROCEDURE = "a procedure"
    PROOF = "a proof of eligibility"
    STEP = "an action of a procedure"
    TERRITORY = "a territory"
    WORDS = "words"
    WORK = "a kind of hours"


PLACEHOLDERS: Mapping[Takes, str] = {
    Takes.ACTION: "ACTION",
    Takes.AMOUNT: "EUROS",
    Takes.ANSWER: "NOM=VALEUR",
    Takes.CASE: "REF",
    Takes.COLUMN: "COLONNE=FAIT",
    Takes.CONTRACT: "TYPE",
    Takes.DAY: "DATE",
    Takes.DAYS: "JOURS",
    Takes.EMPLOYER: "SORTE",
    Takes.FACT: "NOM=VALEUR",
    Takes.FILE: "FICHIER",
    Takes.FOLDER: "CHEMIN",
    Takes.HOURS: "HEURES",
    Takes.LETTER: "MODÈLE",
    Takes.MONEY: "NATURE",
    Takes.NUMBER: "N",
    Takes.PAPER: "PIÈCE",
    Takes.PAPER_DAY: "PIÈCE=DATE",
    Takes.PAPER_FILE: "PIÈCE=FICHIER",
    Takes.PAYER: "PAYEUR",
    Takes.PLACE: "PIÈCE=LIEU",
    Takes.STEP: "ACTION",
    Takes.TERRITORY: "CODE",
    Takes.WORDS: "TEXTE",
    Takes.WORK: "NATURE",
}
"""What stands for a value in the help, unless it is an identifier."""


class Question(Struct, frozen=True):
    """How an operation asks for a parameter.

    Args:
        parameter: what it asks for.
        takes: what each value is.
        words: a French sentence that says what to give; another parameter stands in it between braces.
        required: True when there is no doing without.
        choices: the words that can be given, when they are few; they too may stand in the sentence.
        sign: what stands for the value in the help, when it is not what its kind says.
        also: a former name of the parameter, which is still understood.
    """

    parameter: Parameter
    takes: Takes
    words: str
    required: bool = False
    choices: tuple[str, ...] = ()
    sign: str = ""
    also: str = ""

    @property
    def placeholder(self) -> str:
        """Return what stands for a value in the help."""
        return self.sign or PLACEHOLDERS.get(self.takes, "ID")


class Reach(StrEnum):
    """What an operation touches."""

    READS = "lit"
    CASE = "agit sur un dossier"
    CASES = "agit sur plusieurs dossiers"
    AGENCY = "administre l’agence"
    PROGRAM = "installe ou ouvre le programme"


class Operation(Struct, frozen=True):
    """Something people can do.

    Args:
        id: never changes.
        command: the words of its command; empty when it has none.
        reach: what it touches.
        words: a French sentence that says what it does; a parameter stands in it between braces.
        about: what it is done to, in order.
        questions: what it may be told, in the order in which it is asked, and told again.
    """

    id: str
    command: tuple[str, ...]
    reach: Reach
    words: str
    about: tuple[Question, ...] = ()
    questions: tuple[Question, ...] = ()

    @classmethod
    def of(
        cls,
        id_: str,
        command: str,
        reach: Reach,
        words: str,
        about: tuple[Question, ...] = (),
        questions: tuple[Question, ...] = (),
    ) -> Operation:
        """Return an operation as tables write it, the words of its command apart by a space."""
        return cls(id_, tuple(command.split()), reach, words, about, questions)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Return what it may be told."""
        return tuple(one.parameter for one in self.questions)

    def question(self, parameter: Parameter) -> Question:
        """Return how it asks for a parameter; raises `StopIteration` when it does not."""
        return next(one for one in self.questions if one.parameter == parameter)

    @property
    def on_file(self) -> bool:
        """Tell whether it acts on a file that is there."""
        return self.reach is Reach.CASE and self.about[0].takes is Takes.CASE


class Request(Struct, frozen=True):
    """An operation, and what it is told: what was done, or could be, by any face.

    Args:
        operation: the operation.
        about: what it is done to, in order, as typed.
        answers: what its parameters are given, as typed; an empty answer says nothing.
    """

    operation: Operation
    about: tuple[str, ...] = ()
    answers: Mapping[Parameter, Answer] = field(default_factory=dict)

    def flag(self, parameter: Parameter) -> bool:
        """Tell whether a parameter is given."""
        return self.answers.get(parameter) is True

    def given(self, parameter: Parameter) -> str | None:
        """Return what a parameter is given, None when it is not."""
        answer = self.answers.get(parameter)
        return answer if isinstance(answer, str) else None

    def text(self, parameter: Parameter) -> str:
        """Return what a parameter is given, empty when it is not."""
        return self.given(parameter) or ""

    def many(self, parameter: Parameter) -> tuple[str, ...]:
        """Return the values that a parameter is given."""
        answer = self.answers.get(parameter)
        return tuple(answer) if isinstance(answer, list | tuple) else ()

    def named(self, parameter: Parameter) -> Mapping[str, str]:
        """Return the values that a parameter is given, by name."""
        answer = self.answers.get(parameter)
        return answer if isinstance(answer, Mapping) else {}


_SHAPES = {"?": Shape.FLAG, "!": Shape.EITHER, "*": Shape.MANY, "=": Shape.NAMED}


def parameters(written: str) -> tuple[Parameter, ...]:
    """Return parameters as tables write them: `one flag? either! many* named=`."""
    return tuple(
        Parameter(one.rstrip("?!*="), _SHAPES.get(one[-1], Shape.ONE)) for one in written.split()
    )


def ask(
    written: str,
    takes: Takes,
    words: str,
    *,
    required: bool = False,
    choices: str = "",
    sign: str = "",
    also: str = "",
) -> Question:
    """Return a question about a parameter, as tables write it, its choices apart by a space."""
    (asked,) = parameters(written)
    return Question(asked, takes, words, required, tuple(choices.split()), sign, also)
