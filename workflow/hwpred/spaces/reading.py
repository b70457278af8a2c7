"""The architectures of a space, as the data stage wrote them; apart from the sources, which timings do not stand on."""

import json

from hwpred.spaces import declared_space, get_space, networks_of_table
from hwpred.spaces.base import ArchitectureTable
from hwpred.tables import read_metadata, read_table


def read_architectures(path, space):
    """Read the table of a space's architectures, ``architectures.parquet``.

    The table of a declared space brings the declaration, and that of networks in files what was counted of each, so
    that a job needs no other file.

    Parameters
    ----------
    path : str or Path
    space : str or Space
        What the architectures must be of: the key of the space, or the space itself.

    Returns
    -------
    ArchitectureTable

    Raises
    ------
    InputError
        If there is no such table, or it is of another space.
    """
    expect = {"space": str(space)}
    frame = read_table(path, "architectures", expect)
    operations = frame[[name for name in frame if name[0] == "p"]].to_numpy()
    facts = read_metadata(path, "architectures", expect)
    if "declaration" in facts:
        known = declared_space(json.loads(facts["declaration"]), operations)
    elif "networks" in facts:
        known = networks_of_table(str(space), frame, facts["networks"])
    else:
        known = get_space(space)
    return ArchitectureTable(known, operations)
