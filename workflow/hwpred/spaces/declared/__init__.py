"""A search space that a file declares (``docs/your_space.md``) instead of code.

Positions hold one of several words, or one of several numbers. Groups of positions are repeated, and may hold groups. A
position that is active under a condition only has one operation more, the first: ``-``, inactive.
"""

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from hwpred.spaces.base import Space
from hwpred.spaces.expressions import read_expression

ALL, LISTED = "all", "listed"
INACTIVE = "-"
SEPARATOR = "/"
"""Between the choices of an architecture that is written as one text."""
MOST_ENUMERATED = 100_000
"""Architectures of a space that are all listed; of more, a file or a number of them is declared."""
MOST_DRAWS = 20
"""Rounds in which as many architectures are drawn as are wanted: a few that are probable may come again and again."""
_EMPTY = ("", INACTIVE, "0")
"""What a cell of a position that is not active may hold besides its choices."""


@dataclass(eq=False)
class Scope:
    """One repetition of a group: what its expressions mean by their names. The outermost is the whole space.

    Attributes
    ----------
    group : str
        Name of the group; empty of the whole space.
    places : dict
        Name -> position, of this repetition and of what it stands in.
    counters : dict
        Name of a group -> number of its repetition, counted from 1.
    costs : tuple of Expression
    conditions : tuple of (Expression, Scope)
        All must hold for the repetition to be active.
    inner : list of Scope
    own : list of int
        The positions of this repetition alone.
    """

    group: str = ""
    places: dict = field(default_factory=dict)
    counters: dict = field(default_factory=dict)
    costs: tuple = ()
    conditions: tuple = ()
    inner: list = field(default_factory=list)
    own: list = field(default_factory=list)

    def knows(self, name):
        """Return whether an expression may use that name here."""
        return name in self.places or name in self.counters

    def holding(self, names):
        """Yield the repetitions within that know all these names, the outermost of each branch."""
        for scope in self.inner:
            if all(map(scope.knows, names)):
                yield scope
            else:
                yield from scope.holding(names)


@dataclass(frozen=True)
class Position:
    """One position.

    Attributes
    ----------
    name : str
        Column in files: as declared, with the numbers of the repetitions behind it.
    declared : str
        Name as declared, without them.
    choices : tuple
        Words or numbers.
    numeric : bool
    conditions : tuple of (Expression, Scope)
    """

    name: str
    declared: str
    choices: tuple
    numeric: bool
    conditions: tuple

    @cached_property
    def operations(self):
        """Names of the choices, ``INACTIVE`` among them where it may be."""
        inactive = (INACTIVE,) if self.conditions else ()
        return inactive + tuple(text_of(choice) for choice in self.choices)

    @cached_property
    def values(self):
        """What expressions see of each operation: its number (inactive: 0), or its word."""
        if self.numeric:
            return np.array([0.0] * bool(self.conditions) + list(self.choices), dtype=float)
        return np.array(self.operations)

    def operation_of(self, cell):
        """Return the operation that a cell of a file says; None for an empty one; ValueError for something else."""
        texts = self.operations
        if cell in texts:
            return None if self.conditions and cell == INACTIVE else texts.index(cell)
        if self.numeric and (same := [o for o, choice in enumerate(texts) if _same_number(choice, cell)]):
            return same[0]
        if self.conditions and cell in _EMPTY:
            return None
        raise ValueError(f"{self.name} is {cell!r}; use one of {', '.join(texts)}")


class DeclaredSpace(Space):
    """A declared search space.

    Parameters
    ----------
    content : dict
        As ``hwpred.spaces.declaration`` checks it.
    listed : int array of shape (architectures, positions), optional
        The architectures that a study of the space knows, where the declaration names a file of them.
    """

    declared = True

    def __init__(self, content, listed=None):
        self.content, self.listed = content, listed
        self.key = content["space"]
        self.all_positions, self.scope = [], Scope(costs=_expressions(content.get("cost")))
        self._add(content["positions"], self.scope, "")
        self.operations = tuple(position.operations for position in self.all_positions)
        self.conditional = any(position.conditions for position in self.all_positions)

    def _add(self, entries, scope, suffix):
        """Add positions and groups to a scope."""
        for name, entry in entries.items():
            if "positions" not in entry:
                choices, numeric = choices_of(entry)
                conditions = scope.conditions + tuple((e, scope) for e in _expressions(entry.get("active")))
                scope.places[name] = len(self.all_positions)
                scope.own.append(len(self.all_positions))
                self.all_positions.append(Position(f"{name}{suffix}", name, choices, numeric, conditions))
                continue
            for number in range(1, entry["repeat"] + 1):
                inner = Scope(
                    name, dict(scope.places), scope.counters | {name: number}, _expressions(entry.get("cost"))
                )
                own = tuple((expression, inner) for expression in _expressions(entry.get("active")))
                inner.conditions = scope.conditions + own
                scope.inner.append(inner)
                self._add(entry["positions"], inner, f"{suffix}_{number}")

    def __eq__(self, other):
        return isinstance(other, DeclaredSpace) and self.digest == other.digest

    def __hash__(self):
        return hash(self.digest)

    def __repr__(self):
        return f"DeclaredSpace({self.key!r}, {self.digest})"

    @cached_property
    def digest(self):
        """Hash of the declaration and of the architectures that it lists, twelve hexadecimal digits."""
        text = json.dumps(self.content).encode()  # the order of positions counts
        listed = b"" if self.listed is None else np.ascontiguousarray(self.listed, dtype=np.int8).tobytes()
        return hashlib.sha256(text + listed).hexdigest()[:12]

    def stored(self):
        """Return columns and metadata by which a table of the architectures brings the declaration."""
        return {}, {"declaration": json.dumps(self.content)}  # a text: the order of positions counts

    @property
    def columns(self):
        """Names of the columns in files, one a position."""
        return [position.name for position in self.all_positions]

    @property
    def architectures(self):
        """How many architectures a study of the space knows."""
        return len(self.enumerate())

    def enumerate(self):
        """Return the architectures that a study knows: all, those of the declared file, or the drawn ones."""
        return self._known

    @cached_property
    def _known(self):
        if self.listed is not None:
            return np.asarray(self.listed, dtype=np.int8)
        wanted, everything, rng = self.content["architectures"], self._all(), np.random.default_rng(0)
        if everything is None:
            return self._drawn(wanted, rng)
        if wanted == ALL:
            return everything
        if wanted > len(everything):
            raise ValueError(f"architectures is {wanted}, but the space has {len(everything)}; write all")
        return everything[np.sort(rng.permutation(len(everything))[:wanted])]

    def _all(self):
        """Return all architectures in lexicographic order; None if there are more than ``MOST_ENUMERATED``."""
        rows = np.zeros((1, 0), dtype=np.int8)
        for position in self.all_positions:
            active = self.active(position, rows)
            first, size = len(position.operations) - len(position.choices), len(position.choices)
            repeats = np.where(active, size, 1)
            if repeats.sum() > MOST_ENUMERATED:
                return None
            starts = np.repeat(np.cumsum(repeats) - repeats, repeats)
            choice = np.arange(repeats.sum()) - starts + first
            rows = np.repeat(rows, repeats, axis=0)
            rows = np.column_stack([rows, np.where(np.repeat(active, repeats), choice, 0)]).astype(np.int8)
        return rows

    def _drawn(self, wanted, rng):
        """Return that many different architectures, drawn at random."""
        if wanted == ALL:
            raise ValueError(
                f"architectures is all, but there are more than {MOST_ENUMERATED:,}; name the file of those that you "
                "study, or write how many to draw at random"
            )
        found = np.empty((0, self.positions), dtype=np.int64)
        for _ in range(MOST_DRAWS):
            found = np.concatenate([found, self.draw(wanted, rng)])
            _, first = np.unique(found, axis=0, return_index=True)
            found = found[np.sort(first)]
            if len(found) >= wanted:
                return found[:wanted].astype(np.int8)
        raise ValueError(f"architectures is {wanted}, but only {len(found)} were found by drawing; lower it")

    def holds(self, operations):
        """Return which architectures the space has: those in which just the active positions hold a choice."""
        operations = np.asarray(operations)
        held = super().holds(operations)
        possible = np.where(held[:, None], operations, 0)
        for place, position in enumerate(self.all_positions):
            if position.conditions:
                held &= (operations[:, place] > 0) == self.active(position, possible)
        return held

    def draw(self, number, rng):
        """Draw that many architectures, int array of shape (number, positions): at each active position any choice."""
        rows = np.zeros((number, self.positions), dtype=np.int64)
        for place, position in enumerate(self.all_positions):
            first = len(position.operations) - len(position.choices)
            drawn = rng.integers(first, len(position.operations), number)
            rows[:, place] = np.where(self.active(position, rows), drawn, 0)
        return rows

    def value(self, expression, scope, rows):
        """Return what an expression is in a repetition.

        Parameters
        ----------
        expression : Expression
        scope : Scope
            The repetition, which says what names mean.
        rows : int array of shape (architectures, positions)

        Returns
        -------
        array of shape (architectures,), or a number
            A number if it is the same for all.
        """

        def value_at(there):
            def value_of(name):
                if name in there.counters:
                    return np.float64(there.counters[name])
                place = there.places[name]
                return self.all_positions[place].values[rows[:, place]]

            return value_of

        def sum_of(names, function):
            total = np.zeros(len(rows))
            for there in scope.holding(names):
                total = total + self.active(there, rows) * function(value_at(there))
            return total

        return expression.value(value_at(scope), sum_of)

    def active(self, part, rows):
        """Return in which architectures a position or a repetition is active.

        Parameters
        ----------
        part : Position or Scope
        rows : int array of shape (architectures, positions)
            Earlier positions, of which conditions are, must be right.

        Returns
        -------
        bool array of shape (architectures,)
        """
        active = np.ones(len(rows), dtype=bool)
        for expression, scope in part.conditions:
            active = active & np.broadcast_to(self.value(expression, scope, rows), active.shape).astype(bool)
        return active

    def to_text(self, operations):
        """Write the choices in the order of the positions, ``gat/3/-``."""
        pairs = zip(self.operations, operations, strict=True)
        return SEPARATOR.join(names[int(operation)] for names, operation in pairs)

    def from_text(self, text):
        """Read ``to_text``'s form."""
        cells = [cell.strip() for cell in str(text).strip().split(SEPARATOR)]
        if len(cells) != self.positions:
            raise self._unreadable(text)
        return self.from_cells(cells, text)

    def from_cells(self, cells, text=None):
        """Read one architecture from texts, one a position.

        Parameters
        ----------
        cells : sequence of str
        text : str or None
            What they were read from, for the message.

        Returns
        -------
        tuple of int

        Raises
        ------
        ValueError
            Which position cannot be read, and what it may hold.
        """
        row = np.zeros((1, self.positions), dtype=np.int64)
        try:
            for place, (position, cell) in enumerate(zip(self.all_positions, cells, strict=True)):
                operation = position.operation_of(cell)
                if not position.conditions or self.active(position, row)[0]:
                    if operation is None:
                        raise ValueError(f"{position.name} is empty, but active; {_one_of(position)}")
                    row[0, place] = operation
        except ValueError as error:
            text = SEPARATOR.join(cells) if text is None else text
            raise ValueError(f"{text!r} is no architecture of {self.key}: {error}") from None
        return tuple(row[0].tolist())

    def _unreadable(self, text):
        example = self.to_text(self.draw(1, np.random.default_rng(0))[0])
        return ValueError(
            f"{text!r} is no architecture of {self.key}; one looks like {example!r} ({SEPARATOR.join(self.columns)})"
        )

    def lookup_design(self):
        """Change one position at a time of the architecture of all first choices."""
        if self.conditional:
            raise ValueError(f"positions of {self.key} depend on others, so that single operations cannot be exchanged")
        base = (0,) * self.positions
        changes = [
            (place, operation, base, (*base[:place], operation, *base[place + 1 :]))
            for place, size in enumerate(self.sizes)
            for operation in range(1, size)
        ]
        return base, changes

    def encode(self, encoding, operations):
        """Return architectures in the named encoding; numbers are numbers wherever others have a one-hot."""
        if encoding in ("adjacency_one_hot", "path"):
            return self.features(np.asarray(operations, dtype=np.intp))
        return super().encode(encoding, operations)

    def features(self, operations):
        """Return words as their one-hot and numbers as themselves, float32 of shape (architectures, columns).

        A number is scaled such that its smallest choice is 0 and its largest 1; of a position that may be inactive a
        column tells whether it is, and the number is then 0.
        """
        columns = []
        for place, position in enumerate(self.all_positions):
            chosen = np.eye(len(position.operations))[operations[:, place]]
            if position.numeric:
                inactive = len(position.operations) - len(position.choices)
                low, high = min(position.choices), max(position.choices)
                scaled = (position.values - low) / ((high - low) or 1)
                scaled[:inactive] = 0
                chosen = np.column_stack([chosen[:, :inactive], chosen @ scaled])
            columns.append(chosen)
        return np.concatenate(columns, axis=1).astype(np.float32)

    def labels(self, operations):
        """Return the choices as whole numbers, float array of shape (architectures, positions).

        Positions of the same choices share their numbers.
        """
        return (self._labels[0] + operations).astype(float)

    @property
    def _labels(self):
        """As of ``Space``, but only positions of the same choices share their labels."""
        first, total = {}, 0
        for names in self.operations:
            if names not in first:
                first[names] = total
                total += len(names)
        return np.array([first[names] for names in self.operations]), total


def choices_of(entry):
    """Return the choices of a position's declaration, and whether they are numbers."""
    if "words" in entry:
        return tuple(entry["words"]), False
    numbers = entry["numbers"]
    if isinstance(numbers, str):
        first, last = map(int, numbers.split(".."))
        return tuple(range(first, last + 1)), True
    return tuple(numbers), True


def text_of(choice):
    """Return how a choice is written."""
    return choice if isinstance(choice, str) else f"{choice:.12g}"


def _same_number(text, cell):
    try:
        return float(text) == float(cell)
    except ValueError:
        return False


def _one_of(position):
    return f"use one of {', '.join(map(text_of, position.choices))}"


def _expressions(texts):
    texts = [texts] if isinstance(texts, str) else texts or []
    return tuple(map(read_expression, texts))
