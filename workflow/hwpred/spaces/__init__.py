"""Search spaces. A further space is one module and one line in ``_SPACES``."""

from importlib import import_module

_SPACES = {
    "nasbench201": "hwpred.spaces.nasbench201",
    "transnas_macro": "hwpred.spaces.transnas_macro",
    "fbnet": "hwpred.spaces.fbnet",
    "mnasnet": "hwpred.spaces.mnasnet",
    "ofa": "hwpred.spaces.ofa",
    "gpt_s": "hwpred.spaces.gpt_s",
    "gpt_m": "hwpred.spaces.gpt_m",
    "gpt_l": "hwpred.spaces.gpt_l",
}
SPACE_KEYS = tuple(_SPACES)


def get_space(key):
    """Return the search space of that key.

    Raises
    ------
    ValueError
        If there is no such space.
    """
    if key not in _SPACES:
        raise ValueError(f"unknown space {key!r}; use one of {', '.join(_SPACES)}")
    return import_module(_SPACES[key]).SPACE
