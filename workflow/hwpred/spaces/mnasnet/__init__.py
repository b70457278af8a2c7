"""MnasNet's space as Accel-NASBench (2023) samples it: seven blocks of four choices each."""

import re

import numpy as np

from hwpred.spaces.base import Space

BLOCKS = 7
CHOICES = {"e": (1, 4, 6), "k": (3, 5), "l": (1, 2, 3, 4), "se": (0, 1)}
"""Expansion, kernel size, layers, squeeze-and-excitation of a block."""
MOST_LAYERS = (3, 3, 3, 3, 3, 4, 3)
"""Of each block. All blocks have the same columns in an encoding, those of four layers too."""
_NAMES = tuple(tuple(f"{choice}{value}" for value in values) for choice, values in CHOICES.items())


class MnasNet(Space):
    """Accel-NASBench's 5,125 distinct architectures, in the order of their file numbers."""

    key = "mnasnet"
    architectures = 5_125
    operations = _NAMES * BLOCKS
    sample = ("accelnasbench", "anb_dataset_jsons.tar.gz")
    node_positions = len(CHOICES)

    def holds(self, operations):
        """Return which architectures the space has: those with four layers in the sixth block only."""
        layers = np.asarray(operations)[:, list(CHOICES).index("l") :: self.node_positions] + 1
        return super().holds(operations) & (layers <= MOST_LAYERS).all(axis=1)

    def to_text(self, operations):
        """Write as blocks of choices: ``e4k5l1se0_e1k5l1se0_...``."""
        names = [names[operation] for names, operation in zip(self.operations, operations, strict=True)]
        width = self.node_positions
        return "_".join("".join(names[i : i + width]) for i in range(0, self.positions, width))

    def from_text(self, text):
        """Read ``to_text``'s form."""
        blocks = [re.fullmatch(r"(e\d)(k\d)(l\d)(se\d)", block) for block in str(text).strip().split("_")]
        if len(blocks) != BLOCKS or None in blocks:
            raise self._unreadable(text)
        names = [name for block in blocks for name in block.groups()]
        if any(name not in allowed for name, allowed in zip(names, self.operations, strict=True)):
            raise self._unreadable(text)
        return self.check([allowed.index(name) for name, allowed in zip(names, self.operations, strict=True)], text)


SPACE = MnasNet()
