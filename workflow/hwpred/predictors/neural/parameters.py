"""Parameters of many networks as rows of one matrix, so that a step of all is one operation."""

import math
from functools import cache
from itertools import pairwise

import numpy as np

LONGEST_VECTOR = 64
"""At least as many numbers as a vector register holds; the rest beyond a multiple may be rounded in another way."""


def flat(parts):
    """Join parameters to one vector, padded so that vector instructions of the processor treat all numbers alike."""
    numbers = sum(part.size for part in parts)
    joined = np.zeros(numbers + -numbers % LONGEST_VECTOR, dtype=np.float32)
    np.concatenate([part.ravel() for part in parts], out=joined[:numbers])
    return joined


def split(joined, shapes):
    """Split parameters along the last axis into views of their shapes."""
    leading = joined.shape[:-1]
    places = _places(tuple(shapes))
    return [
        joined[..., start:end].reshape(*leading, *shape) for (start, end), shape in zip(places, shapes, strict=True)
    ]


@cache
def _places(shapes):
    """Return where each parameter starts and ends among all of them."""
    ends = np.cumsum([0, *(math.prod(shape) for shape in shapes)]).tolist()
    return list(pairwise(ends))


def clip(gradient, largest):
    """Shorten the gradients, one a row, to a norm of ``largest`` at most."""
    gradient.mul_((largest / gradient.norm(dim=1, keepdim=True)).clamp(max=1.0))
