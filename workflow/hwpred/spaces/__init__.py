"""Search spaces. A further one is declared in a file (``hwpred.spaces.declared``), or is a package and a line here.

A package holds all that is a space's own: what architectures are and how they are encoded; in ``network``, if hwpred
can build them, the layers of their networks; and in ``structure`` what they are made of.
"""

from importlib import import_module

from hwpred.spaces.base import Space

_SPACES = {
    "nasbench201": "hwpred.spaces.nasbench201",
    "transnas_macro": "hwpred.spaces.transnas_macro",
    "fbnet": "hwpred.spaces.fbnet",
    "mnasnet": "hwpred.spaces.mnasnet",
    "ofa": "hwpred.spaces.ofa",
    "gpt_s": "hwpred.spaces.gpt_s",
    "gpt_m": "hwpred.spaces.gpt_m",
    "gpt_l": "hwpred.spaces.gpt_l",
    "zoo": "hwpred.spaces.zoo",
}
SPACE_KEYS = tuple(_SPACES)
_DECLARED = {}
"""Spaces that were made known by their names, for a process in which names are all that is told."""


def get_space(space):
    """Return the search space of that key, or the space itself that is given.

    Raises
    ------
    ValueError
        If there is no such space.
    """
    if isinstance(space, Space):
        return space
    if space in _DECLARED:
        return _DECLARED[space]
    if space not in _SPACES:
        raise ValueError(f"unknown space {space!r}; use one of {', '.join(space_keys())}")
    return import_module(_SPACES[space]).SPACE


def declared_space(content, listed):
    """Return a declared space, ``hwpred.spaces.declared.DeclaredSpace``.

    Imported by name: other spaces do without it, so that no job of theirs stands on it.

    Parameters
    ----------
    content : dict
        Its checked declaration.
    listed : int array of shape (architectures, positions) or None
        The architectures that it names, if it does.

    Returns
    -------
    Space
    """
    return import_module("hwpred.spaces.declared").DeclaredSpace(content, listed)


def networks_of_table(key, frame, facts):
    """Return the networks in files that a table holds, as ``hwpred.spaces.network_files.restored``.

    Imported by name, as declared spaces are.

    Parameters
    ----------
    key : str
        What a study calls the space.
    frame : DataFrame
        The table.
    facts : dict
        Its metadata of networks.

    Returns
    -------
    Space
    """
    return import_module("hwpred.spaces.network_files").restored(key, frame, facts)


def space_keys():
    """Return the keys of all spaces that this process knows."""
    return (*_SPACES, *_DECLARED)


def make_known(space):
    """Let ``get_space`` find a declared space by its key.

    Raises
    ------
    ValueError
        If another one has that key.
    """
    if space.key in _SPACES or _DECLARED.get(space.key, space) != space:
        raise ValueError(f"space is {space.key!r}, a name that another space has; choose another one")
    _DECLARED[space.key] = space
