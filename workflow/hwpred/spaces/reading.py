"""The architectures of a space, as the data stage wrote them; apart from the sources, which timings do not stand on."""

from hwpred.spaces import get_space
from hwpred.spaces.base import ArchitectureTable
from hwpred.tables import read_table


def read_architectures(path, space):
    """Read ``architectures.parquet`` of the space with that key as an ``ArchitectureTable``."""
    space = get_space(space)
    frame = read_table(path, "architectures", expect={"space": space.key})
    return ArchitectureTable(space, frame[[f"p{i}" for i in range(space.positions)]].to_numpy())
