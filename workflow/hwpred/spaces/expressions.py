"""Arithmetic and conditions that a file states: read into a tree of the few kinds allowed here, never executed as code.

``width * width * layers``, ``layer <= depth and op != 'skip'``, ``sum(channels)``.
"""

import ast
import operator
from dataclasses import dataclass, field
from functools import reduce

import numpy as np

MOST_CHARACTERS = 300
_ARITHMETIC = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_COMPARISONS = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_LOGIC = {ast.And: np.logical_and, ast.Or: np.logical_or}
_SIGNS = {ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Not: np.logical_not}
_ALLOWED = "numbers, names of positions, words in quotes, + - * / // % **, comparisons, and, or, not, in, and sum(...)"


@dataclass(frozen=True)
class Expression:
    """An expression that was read; equal texts are equal expressions.

    Attributes
    ----------
    text : str
    tree : ast.expr
    names : frozenset of str
        Those that stand outside ``sum``.
    summed : tuple of frozensets of str
        Those within each ``sum``.
    words : frozenset of str
        The words in quotes.
    """

    text: str
    tree: ast.expr = field(repr=False, compare=False)
    names: frozenset = field(repr=False, compare=False)
    summed: tuple = field(repr=False, compare=False)
    words: frozenset = field(repr=False, compare=False)

    def value(self, value_of, sum_of=None):
        """Compute the expression.

        Parameters
        ----------
        value_of : callable
            Name -> number or word, or array of them.
        sum_of : callable, optional
            (names, function of ``value_of``) -> sum of the function over all repetitions that have these names.

        Returns
        -------
        number, bool, or array of them
        """
        with np.errstate(all="ignore"):
            return _value(self.tree, value_of, sum_of)


def read_expression(text):
    """Read an expression.

    Parameters
    ----------
    text : str

    Returns
    -------
    Expression

    Raises
    ------
    ValueError
        In words that follow on the name of the key: what cannot be read, and what is allowed.
    """
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"has {len(text)} characters; write at most {MOST_CHARACTERS}")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise ValueError(f"is {text!r}, which cannot be read; write {_ALLOWED}") from error
    names, summed, words = set(), [], set()
    _check(tree, text, names, summed, words)
    return Expression(text.strip(), tree, frozenset(names), tuple(summed), frozenset(words))


def _check(node, text, names, summed, words):
    """Collect names and words; raise ValueError at the first node of another kind."""
    if isinstance(node, ast.Name):
        names.add(node.id)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        words.add(node.value)
    elif _is_sum(node):
        within, inner = set(), []
        _check(node.args[0], text, within, inner, words)
        if inner or not within:
            raise ValueError(f"is {text!r}: sum(...) needs names of repeated positions, and no other sum within")
        summed.append(frozenset(within))
    else:
        for part in _parts(node, text):
            _check(part, text, names, summed, words)


def _is_sum(node):
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sum"
    return is_call and len(node.args) == 1 and not node.keywords


def _parts(node, text):
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return []
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        return [node.left, node.right]
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, ast.UnaryOp) and type(node.op) in _SIGNS:
        return [node.operand]
    if isinstance(node, ast.Compare):
        if all(type(sign) in _COMPARISONS for sign in node.ops):
            return [node.left, *node.comparators]
        if isinstance(node.ops[0], ast.In | ast.NotIn) and len(node.ops) == 1:
            choices = node.comparators[0]
            if isinstance(choices, ast.List | ast.Tuple) and all(isinstance(e, ast.Constant) for e in choices.elts):
                return [node.left, *choices.elts]
    part = ast.get_source_segment(text.strip(), node) or text
    raise ValueError(f"is {text!r}: {part!r} is not allowed; write {_ALLOWED}")


def _value(node, value_of, sum_of):
    def inner(part):
        return _value(part, value_of, sum_of)

    if isinstance(node, ast.Name):
        return value_of(node.id)
    if isinstance(node, ast.Constant):
        # As a float a power can be infinite, but never take hours.
        return node.value if isinstance(node.value, str) else np.float64(node.value)
    if isinstance(node, ast.BinOp):
        # Whether something holds counts as 0 or 1.
        return _ARITHMETIC[type(node.op)](np.multiply(inner(node.left), 1.0), np.multiply(inner(node.right), 1.0))
    if isinstance(node, ast.BoolOp):
        return reduce(_LOGIC[type(node.op)], map(inner, node.values))
    if isinstance(node, ast.UnaryOp):
        return _SIGNS[type(node.op)](inner(node.operand))
    if isinstance(node, ast.Call):
        names = {name.id for name in ast.walk(node.args[0]) if isinstance(name, ast.Name)}
        return sum_of(names, lambda value_there: _value(node.args[0], value_there, None))
    if isinstance(node.ops[0], ast.In | ast.NotIn):
        left = inner(node.left)
        found = reduce(np.logical_or, (left == inner(choice) for choice in node.comparators[0].elts), False)
        return np.logical_not(found) if isinstance(node.ops[0], ast.NotIn) else found
    sides = [inner(node.left), *map(inner, node.comparators)]
    compared = (_COMPARISONS[type(sign)](a, b) for sign, a, b in zip(node.ops, sides, sides[1:], strict=False))
    return reduce(np.logical_and, compared)
