"""The file that declares a search space: its keys, and what of them must fit together (``docs/your_space.md``)."""

import re
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator, Field, model_validator

from hwpred.documents import Part, StudyError, parse
from hwpred.spaces import SPACE_KEYS
from hwpred.spaces.declared import ALL, INACTIVE, LISTED, SEPARATOR, DeclaredSpace, choices_of, text_of
from hwpred.spaces.expressions import read_expression

MOST_CHOICES, MOST_POSITIONS = 127, 500
TRIED = 500
"""Random architectures on which expressions are tried."""
_NAME = r"^[a-z][a-z0-9_]*$"
_RANGE = re.compile(r"(-?\d+)\.\.(-?\d+)")
_RESERVED = (
    "architecture",
    "value",
    "accuracy",
    "started",
    "order",
    "sum",
    "and",
    "or",
    "not",
    "in",
    "if",
    "else",
    "for",
    "is",
    "lambda",
)


def _numbers(value):
    if isinstance(value, str):
        match = _RANGE.fullmatch(value.replace(" ", ""))
        if match is None or int(match[1]) >= int(match[2]):
            raise ValueError(f"is {value!r}; write a list such as [16, 24, 32], or a range such as 1..6")
        if (choices := int(match[2]) - int(match[1]) + 1) > MOST_CHOICES:
            raise ValueError(f"has {choices} choices; {MOST_CHOICES} are the most")
        return value.replace(" ", "")
    if not isinstance(value, list) or not value:
        raise ValueError(f"is {value!r}; write a list such as [16, 24, 32], or a range such as 1..6")
    for number in value:
        if isinstance(number, bool) or not isinstance(number, int | float) or not np.isfinite(number):
            raise ValueError(f"holds {number!r}, which is no number; correct it, or write words instead of numbers")
    return value


def _words(value):
    if not isinstance(value, list) or not value:
        raise ValueError(f"is {value!r}; write a list such as [conv, pool, skip]")
    for word in value:
        if not isinstance(word, str):
            raise ValueError(f"holds {word!r}, which YAML reads as no text; put it into quotes, or write numbers")
        if word == INACTIVE or not word.strip() or word != word.strip() or re.search(r"[/,;\t\n\r'\"]", word):
            raise ValueError(
                f"holds {word!r}; a word has no {SEPARATOR}, comma, semicolon, quote or blank around it, and - alone "
                "stands for inactive"
            )
    return value


def _expression(value):
    if not isinstance(value, str):
        raise ValueError(f"is {value!r}; write an expression, in quotes if YAML reads something else")
    read_expression(value)
    return value


def _expressions(value):
    for text in value if isinstance(value, list) else [value]:
        _expression(text)
    return value


class Entry(Part):
    """A position, or a repeated group of them."""

    words: Annotated[Any, BeforeValidator(_words)] = None
    """choices without an order, a list of texts"""
    numbers: Annotated[Any, BeforeValidator(_numbers)] = None
    """choices whose values count, a list or a range such as 1..6"""
    repeat: Annotated[int, Field(ge=1, le=MOST_POSITIONS)] | None = None
    """how often a group stands in an architecture"""
    positions: "dict[str, Entry] | None" = None
    """what a group holds"""
    active: Annotated[str, BeforeValidator(_expression)] | None = None
    """condition under which it is there"""
    cost: Annotated[Any, BeforeValidator(_expressions)] = None
    """of a group: what one repetition costs, an expression or a list of them"""

    @model_validator(mode="after")
    def _one_kind(self):
        given = [key for key in ("words", "numbers", "positions") if getattr(self, key) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none of them"
            raise ValueError(f"has {found}; give one of words, numbers and positions")
        is_group = given == ["positions"]
        if is_group != (self.repeat is not None):
            what = "a group needs repeat" if is_group else "repeat needs a group"
            raise ValueError(f": {what}; write repeat: 4 beside positions: ...")
        if self.cost is not None and not is_group:
            raise ValueError("has a cost, which a group or the whole file has; move it there")
        if is_group and not self.positions:
            raise ValueError("has no positions; name at least one")
        return self


class Declaration(Part):
    """A search space."""

    space: Annotated[str, Field(pattern=_NAME, max_length=40)]
    """name of the space: lower-case letters, digits and _, a letter first"""
    positions: Annotated[dict[str, Entry], Field(min_length=1)]
    """name of each position or group, and what it holds"""
    architectures: Annotated[int, Field(ge=2, le=100_000)] | Annotated[str, Field(min_length=1)] = ALL
    """which architectures there are: all, a file with a column for each position, or how many to draw at random"""
    cost: Annotated[Any, BeforeValidator(_expressions)] = None
    """what an architecture costs, an expression or a list of them"""


def checked(content, name, listed=None):
    """Return the space that a declaration describes.

    Parameters
    ----------
    content : dict
        Of the file.
    name : str
        What messages call it.
    listed : int array of shape (architectures, positions), optional
        The architectures of the file that it names.

    Returns
    -------
    DeclaredSpace
        Its ``content`` has what was given and no place of a file.

    Raises
    ------
    StudyError
        One sentence: the file, the key, the value, and what to do.
    """
    declaration = parse(Declaration, content, name)
    content = declaration.model_dump(exclude_none=True)
    if content["space"] in SPACE_KEYS:
        raise StudyError(f"{name}: space is {content['space']!r}, which hwpred knows already; choose another name")
    if isinstance(content["architectures"], str) and content["architectures"] != ALL:
        content["architectures"] = LISTED
    _check_entries(content["positions"], name, "positions", set())
    _check_number(content["positions"], name)
    space = DeclaredSpace(content, listed)
    if twice := {column for column in space.columns if space.columns.count(column) > 1}:
        raise StudyError(f"{name}: two positions become {min(twice)!r} with the numbers of repetitions; rename one")
    _check_conditions(space, content["positions"], space.scope, name)
    _check_costs(space, space.scope, space.draw(TRIED, np.random.default_rng(0)), name)
    try:
        if content["architectures"] != LISTED:
            space.enumerate()
    except ValueError as error:
        raise StudyError(f"{name}: {error}") from error
    return space


def _check_entries(entries, name, place, seen):
    for key, entry in entries.items():
        here = f"{place}.{key}"
        if not re.fullmatch(_NAME, key) or key in _RESERVED or key[-1] == "_":
            raise StudyError(
                f"{name}: {here} is no name of a position; write lower-case letters, digits and _, a letter first, and "
                f"none of {', '.join(_RESERVED)}"
            )
        if key in seen:
            raise StudyError(f"{name}: {here} is a second {key!r}; give each position and group a name of its own")
        seen.add(key)
        if "positions" in entry:
            _check_entries(entry["positions"], name, f"{here}.positions", seen)
            continue
        kind = "words" if "words" in entry else "numbers"
        choices, _ = choices_of(entry)
        texts = [text_of(choice) for choice in choices]
        twice = next((text for text in texts if texts.count(text) > 1), None)
        if twice is not None:
            raise StudyError(f"{name}: {here}.{kind} holds {twice!r} twice; keep one")
        if len(choices) > MOST_CHOICES:
            raise StudyError(f"{name}: {here}.{kind} has {len(choices)} choices; {MOST_CHOICES} are the most")
        if len(choices) < 2 and "active" not in entry and "." not in place:
            raise StudyError(f"{name}: {here}.{kind} has one choice; leave the position out, it is always the same")


def _check_number(entries, name):
    def number_of(entries):
        return sum(e["repeat"] * number_of(e["positions"]) if "positions" in e else 1 for e in entries.values())

    if (number := number_of(entries)) > MOST_POSITIONS:
        raise StudyError(
            f"{name}: positions has {number} positions with all repetitions; {MOST_POSITIONS} are the most"
        )


def _check_conditions(space, entries, scope, name, place="positions"):
    for key, entry in entries.items():
        inner = next((inner for inner in scope.inner if inner.group == key), scope)
        if "active" in entry:
            before = scope.places[key] if key in scope.places else _first_place(inner)
            _check_names(space, read_expression(entry["active"]), inner, f"{name}: {place}.{key}.active", before)
        if "positions" in entry:
            _check_conditions(space, entry["positions"], inner, name, f"{place}.{key}.positions")


def _first_place(scope):
    return scope.own[0] if scope.own else _first_place(scope.inner[0])


def _check_costs(space, scope, rows, name, place=""):
    for expression in scope.costs:
        what = f"{name}: {place}cost"
        _check_names(space, expression, scope, what)
        _check_values(space, expression, scope, rows, what)
    seen = set()
    for inner in scope.inner:
        if inner.group not in seen:
            _check_costs(space, inner, rows, name, f"{place}positions.{inner.group}.")
        seen.add(inner.group)


def _check_names(space, expression, scope, what, before=None):
    """Check what an expression names; a condition may look at positions ``before`` it only, and has no sum."""
    if before is not None and expression.summed:
        raise StudyError(f"{what} is {expression.text!r}; a condition has no sum")
    known = [key for key, place in scope.places.items() if before is None or place < before]
    allowed = [*known, *scope.counters]
    for named in sorted(expression.names - set(allowed)):
        if before is None and any(scope.holding({named})):
            raise StudyError(f"{what} is {expression.text!r}, but there are several {named!r}; write sum({named})")
        after = "above it " if before is not None else ""
        raise StudyError(
            f"{what} is {expression.text!r}, but {named!r} is no position {after}here; the names are "
            f"{', '.join(allowed) or 'none'}, and words stand in quotes"
        )
    for names in expression.summed:
        if all(map(scope.knows, names)) or not any(scope.holding(names)):
            raise StudyError(
                f"{what} is {expression.text!r}, but no group repeats {' and '.join(sorted(names))}; sum what is "
                "repeated together"
            )
    columns = [
        column for column in space.all_positions if column.declared in expression.names.union(*expression.summed)
    ]
    words = {word for column in columns if not column.numeric for word in column.operations} | {INACTIVE}
    if unknown := sorted(expression.words - words):
        raise StudyError(
            f"{what} is {expression.text!r}, but {unknown[0]!r} is no word of what it names; the words are "
            f"{', '.join(sorted(words - {INACTIVE})) or 'none'}"
        )
    _check_values(space, expression, scope, np.zeros((1, space.positions), dtype=np.int64), what)


def _check_values(space, expression, scope, rows, what):
    try:
        values = np.asarray(space.value(expression, scope, rows))
        values = np.multiply(values, 1.0)
    except (TypeError, ValueError, OverflowError) as error:
        raise StudyError(
            f"{what} is {expression.text!r}, which cannot be computed; compare words with words in quotes, and "
            "compute with numbers"
        ) from error
    if not np.isfinite(values).all():
        raise StudyError(f"{what} is {expression.text!r}, which is infinite or undefined for some architectures")
