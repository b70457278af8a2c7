"""FBNet (Wu et al., CVPR 2019): 22 layers, nine blocks to choose from; known by HELP's 5,000 sampled architectures."""

from hwpred.spaces.base import Space

OPERATIONS = (
    "k3_e1",
    "k3_e1_g2",
    "k3_e3",
    "k3_e6",
    "k5_e1",
    "k5_e1_g2",
    "k5_e3",
    "k5_e6",
    "skip",
)
"""Kernel size, expansion and groups of each block, in FBNet's order."""


class FBNet(Space):
    """HELP's architectures, in the order of its ``arch.pt``."""

    key = "fbnet"
    architectures = 5_000
    operations = (OPERATIONS,) * 22
    sample = ("help", "fbnet/arch.pt")


SPACE = FBNet()
