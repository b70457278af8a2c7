"""Once-for-all's MobileNetV3 (Cai et al., ICLR 2020): five stages of two to four layers, images of many sizes."""

import re

from hwpred.spaces.conditional import ConditionalSpace, Position

STAGES = 5
DEPTHS = (2, 3, 4)
"""Layers of a stage."""
RESOLUTIONS = tuple(range(128, 225, 4))
"""Sides of the image, in pixels."""
KERNELS, EXPANSIONS = (3, 5, 7), (3, 4, 6)
_STAGE, _LAYER = r"(?:k\de\d)+", r"k(\d)e(\d)"


class OFA(ConditionalSpace):
    """HELP's 5,000 sampled networks, in the order of its ``ofa_archs.pt``.

    Positions are the resolution, and of each stage its depth and each layer's kernel size and expansion; layers beyond
    the depth are off.
    """

    key = "ofa"
    architectures = 5_000
    sample = ("help", "ofa/ofa_archs.pt")

    def __init__(self):
        choices = [Position("resolution", RESOLUTIONS)]
        for _ in range(STAGES):
            depth = len(choices)
            choices.append(Position("depth", DEPTHS))
            for layer in range(DEPTHS[-1]):
                beyond = sum(number <= layer for number in DEPTHS)
                switch = {"depth": depth, "least": beyond} if beyond else {}
                choices += [Position("kernel", KERNELS, **switch), Position("expansion", EXPANSIONS, **switch)]
        super().__init__(choices)

    def from_network(self, resolution, stages):
        """Return the operations of a network.

        Parameters
        ----------
        resolution : int
            Side of the image, in pixels.
        stages : sequence of sequences of (int, int)
            Of each layer of each stage its kernel size and its expansion.

        Returns
        -------
        tuple of int

        Raises
        ------
        ValueError
            If a value is none of its position's.
        """
        values = [resolution]
        for layers in stages:
            stage = [len(layers), *(value for layer in layers for value in layer)]
            values += stage + [None] * (1 + 2 * DEPTHS[-1] - len(stage))
        return self.from_values(values)

    def to_text(self, operations):
        """Write resolution and stages: ``r224_k3e6k5e4_k7e3k3e3k5e6_...``."""
        resolution, *stages = self.to_values(operations)
        width = len(stages) // STAGES
        words = [f"r{resolution}"]
        for depth, *layers in (stages[start : start + width] for start in range(0, len(stages), width)):
            words.append("".join(f"k{layers[2 * layer]}e{layers[2 * layer + 1]}" for layer in range(depth)))
        return "_".join(words)

    def from_text(self, text):
        """Read ``to_text``'s form."""
        found = re.fullmatch(rf"r(\d+)((?:_{_STAGE}){{{STAGES}}})", str(text).strip())
        if found is None:
            raise self._unreadable(text)
        stages = [
            [(int(kernel), int(expansion)) for kernel, expansion in re.findall(_LAYER, stage)]
            for stage in found.group(2)[1:].split("_")
        ]
        try:
            return self.check(self.from_network(int(found.group(1)), stages), text)
        except ValueError as error:
            raise self._unreadable(text) from error


SPACE = OFA()
