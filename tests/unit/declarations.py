"""Declared spaces for tests: a small one of each kind, and what somebody may write wrongly."""

import pandas as pd
import yaml

from hwpred.spaces.declaration import checked
from hwpred.spaces.declared.structure import contents

CHAIN = """
space: chain
positions:
  width: {numbers: [16, 32, 64]}
  layer:
    repeat: 3
    positions:
      op: {words: [conv, pool, skip]}
    cost: (op == 'conv') * width * width
"""
"""Three positions of equal words and a number: 81 architectures."""

ELASTIC = """
space: elastic
positions:
  resolution: {numbers: [128, 160, 192]}
  unit:
    repeat: 2
    positions:
      depth: {numbers: 2..3}
      layer:
        repeat: 3
        active: layer <= depth
        positions:
          kernel: {numbers: [3, 5, 7]}
          excite: {words: ['yes', 'no'], active: kernel > 3}
        cost: kernel ** 2 * resolution
cost: [resolution * resolution, sum(depth) + 1]
"""
"""Depths switch layers off, and kernels a position of a layer."""


def space_of(text, **changes):
    """Return the space that a text declares, with other keys changed."""
    return checked({**yaml.safe_load(text), **changes}, "mine.yaml")


def metric_of(space, rows):
    """Return a metric that grows with everything that costs something, standardised."""
    y = contents(space, rows)["drawn/costs"]
    y = (y / y.std(axis=0)).sum(axis=1)
    return (y - y.mean()) / y.std()


def measurements_of(space):
    """Return a table of every second architecture of a space, with the choice at each position and a value."""
    rows = space.enumerate()[::2]
    chosen = [[names[o] for names, o in zip(space.operations, row, strict=True)] for row in rows]
    return pd.DataFrame(chosen, columns=space.columns).assign(value=5 + metric_of(space, rows))


def _positions(text):
    return f"space: mine\npositions:\n{text}"


BAD = {
    "no_space": ("positions: {a: {words: [x, y]}}", "mine.yaml: key 'space' is missing: name of the space"),
    "no_positions": ("space: mine", "mine.yaml: key 'positions' is missing"),
    "no_mapping": ("[1, 2]", "mine.yaml: there are no keys"),
    "known_name": (
        "{space: fbnet, positions: {a: {words: [x, y]}}}",
        "mine.yaml: space is 'fbnet', which hwpred knows already; choose another name",
    ),
    "name_with_hyphen": ("{space: my-space, positions: {a: {words: [x, y]}}}", "mine.yaml: space is 'my-space'; it"),
    "unknown_key": (_positions("  a: {word: [x, y]}"), "unknown key 'word' in positions.a (is 'words' meant?)"),
    "neither": (
        _positions("  a: {active: b == 1}"),
        "positions.a has none of them; give one of words, numbers and pos",
    ),
    "both": (_positions("  a: {words: [x], numbers: [1]}"), "positions.a has words and numbers; give one of"),
    "yaml_truth": (
        _positions("  a: {words: [no, yes]}"),
        "positions.a.words holds False, which YAML reads as no text; put it into quotes, or write numbers",
    ),
    "number_as_word": (_positions("  a: {words: [3, 5]}"), "positions.a.words holds 3, which YAML reads as no text"),
    "word_as_number": (_positions("  a: {numbers: [3, x]}"), "positions.a.numbers holds 'x', which is no number"),
    "infinite_number": (_positions("  a: {numbers: [3, .inf]}"), "positions.a.numbers holds inf, which is no number"),
    "bad_range": (
        _positions("  a: {numbers: 6..1}"),
        "positions.a.numbers is '6..1'; write a list such as [16, 24, 32]",
    ),
    "word_with_slash": (_positions("  a: {words: [x/y, z]}"), "positions.a.words holds 'x/y'; a word has no /, comma"),
    "twice": (_positions("  a: {words: [x, y, x]}"), "mine.yaml: positions.a.words holds 'x' twice; keep one"),
    "one_choice": (_positions("  a: {words: [x]}"), "positions.a.words has one choice; leave the position out"),
    "many_choices": (_positions("  a: {numbers: 1..200}"), "positions.a.numbers has 200 choices; 127 are the most"),
    "upper_case": (_positions("  Kernel: {words: [x, y]}"), "mine.yaml: positions.Kernel is no name of a position"),
    "reserved": (_positions("  value: {words: [x, y]}"), "mine.yaml: positions.value is no name of a position"),
    "a column of times": (
        _positions("  order: {numbers: [1, 2]}"),
        "mine.yaml: positions.order is no name of a position",
    ),
    "no_repeat": (_positions("  g: {positions: {a: {words: [x, y]}}}"), "positions.g : a group needs repeat"),
    "repeat_alone": (_positions("  a: {words: [x, y], repeat: 3}"), "positions.a : repeat needs a group"),
    "many_positions": (
        _positions("  g: {repeat: 400, positions: {h: {repeat: 400, positions: {a: {words: [x, y]}}}}}"),
        "mine.yaml: positions has 160000 positions with all repetitions; 500 are the most",
    ),
    "same_name": (
        _positions("  a: {words: [x, y]}\n  g: {repeat: 2, positions: {a: {words: [x, y]}}}"),
        "mine.yaml: positions.g.positions.a is a second 'a'; give each position and group a name of its own",
    ),
    "same_column": (
        _positions("  a_1: {words: [x, y]}\n  g: {repeat: 2, positions: {a: {words: [x, y]}}}"),
        "mine.yaml: two positions become 'a_1' with the numbers of repetitions; rename one",
    ),
    "syntax": (
        _positions("  a: {words: [x, y]}\n  b: {words: [x, y], active: a ==}"),
        "positions.b.active is 'a ==', which cannot be read; write numbers, names",
    ),
    "foreign_code": (
        _positions("  a: {numbers: [1, 2]}\ncost: __import__('os').system('true')"),
        "cost is \"__import__('os').system('true')\": \"__import__('os').system('true')\" is not allowed",
    ),
    "attribute": (_positions("  a: {numbers: [1, 2]}\ncost: a.real"), "cost is 'a.real': 'a.real' is not allowed"),
    "long": (
        _positions(f"  a: {{numbers: [1, 2]}}\ncost: a{'+a' * 200}"),
        "cost has 401 characters; write at most 300",
    ),
    "looks_below": (
        _positions("  a: {words: [x, y], active: b == 'x'}\n  b: {words: [x, y]}"),
        "positions.a.active is \"b == 'x'\", but 'b' is no position above it here; the names are none",
    ),
    "looks_at_itself": (
        _positions("  a: {words: [x, y], active: a == 'x'}"),
        "positions.a.active is \"a == 'x'\", but 'a' is no position above it here",
    ),
    "word_without_quotes": (
        _positions("  a: {words: [x, y]}\n  b: {words: [x, y], active: a == x}"),
        "but 'x' is no position above it here; the names are a, and words stand in quotes",
    ),
    "unknown_word": (
        _positions("  a: {words: [x, y]}\n  b: {words: [x, y], active: a == 'z'}"),
        "positions.b.active is \"a == 'z'\", but 'z' is no word of what it names; the words are x, y",
    ),
    "not_summed": (
        _positions("  g: {repeat: 2, positions: {a: {numbers: [1, 2]}}}\ncost: a * 2"),
        "mine.yaml: cost is 'a * 2', but there are several 'a'; write sum(a)",
    ),
    "summed_alone": (
        _positions("  a: {numbers: [1, 2]}\ncost: sum(a)"),
        "mine.yaml: cost is 'sum(a)', but no group repeats a; sum what is repeated together",
    ),
    "sum_in_condition": (
        _positions("  g: {repeat: 2, positions: {a: {numbers: [1, 2]}}}\n  b: {words: [x, y], active: sum(a) > 2}"),
        "positions.b.active is 'sum(a) > 2'; a condition has no sum",
    ),
    "computes_with_words": (
        _positions("  a: {words: [x, y]}\ncost: a * 2"),
        "mine.yaml: cost is 'a * 2', which cannot be computed; compare words with words in quotes",
    ),
    "divides_by_zero": (
        _positions("  a: {numbers: [0, 2]}\ncost: 1 / a"),
        "mine.yaml: cost is '1 / a', which is infinite or undefined for some architectures",
    ),
    "cost_of_position": (
        _positions("  a: {numbers: [1, 2], cost: a * a}"),
        "positions.a has a cost, which a group or the whole file has; move it there",
    ),
    "too_many": (
        _positions("  g: {repeat: 12, positions: {a: {words: [x, y, z]}}}"),
        "mine.yaml: architectures is all, but there are more than 100,000; name the file of those that you study",
    ),
    "more_than_there_are": (
        _positions("  a: {words: [x, y, z]}\narchitectures: 10"),
        "mine.yaml: architectures is 10, but the space has 3; write all",
    ),
}
"""Name -> (text of the file, part of the sentence that it gets)."""
