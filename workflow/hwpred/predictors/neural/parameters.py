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
    """Split joined parameters into views.

    Parameters
    ----------
    joined : array or tensor of shape (..., numbers)
    shapes : list of tuples of int
        Of the parameters.

    Returns
    -------
    list of arrays or tensors of shapes (..., *shape)
    """
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
    """Shorten gradients in place.

    Parameters
    ----------
    gradient : tensor of shape (p, numbers)
        One a row.
    largest : float
        The Euclidean norm that none exceeds then.
    """
    gradient.mul_((largest / gradient.norm(dim=1, keepdim=True)).clamp(max=1.0))
