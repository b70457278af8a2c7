"""Random generators named by what they are for, so that no result depends on order, chunks or cores."""

import hashlib
import json

import numpy as np


def generator(*names):
    """Return the generator of these names (strings and integers): the same names, the same numbers."""
    digest = hashlib.sha256(json.dumps(names).encode()).digest()
    return np.random.default_rng(np.random.SeedSequence(np.frombuffer(digest, dtype=np.uint32).tolist()))
