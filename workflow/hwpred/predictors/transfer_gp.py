"""The structured Gaussian process for a new device of a space on which other devices are known."""

from hwpred.predictors.structured_gp import CONTESTS, StructuredGaussianProcess
from hwpred.structure import HAND_WRITTEN
from hwpred.structure.blocks import DEVICES, Structured

OTHER = DEVICES.split("/")[0]
ALONE, BESIDE, ONLY = 0.8, 0.1, 0.1
"""Probabilities, before any measurement, that what other devices measured tells nothing, something, or most of all."""


class TransferGaussianProcess(StructuredGaussianProcess):
    """With more hypotheses: what other devices measured leads beside a view of the network, or alone.

    So a device unlike the others costs little: where they explain its measurements badly, these hypotheses get no
    weight.
    """

    @classmethod
    def why_left_out(cls, data):
        """Say that there are no other devices to learn from, besides what ``StructuredGaussianProcess`` says."""
        if not data.others.size:
            return f"{data.combination} names no other devices in transfer_from"
        return super().why_left_out(data)

    @classmethod
    def encode(cls, data, structure=HAND_WRITTEN):
        """Return the architectures as ``Structured``, what other devices measured among the blocks."""
        x = super().encode(data, structure)
        return Structured({**x.blocks, DEVICES: data.others}, x.stated)

    def leading_views(self, x):
        """Return which alternative views, other devices among them, may lead, {tuple of views: probability}.

        Large training sets tell what no other device shows, so there other devices do not lead alone.
        """
        views = super().leading_views(x)
        alone = {view: ALONE * probability for view, probability in views.items()}
        beside = {(OTHER, *view): BESIDE * probability for view, probability in views.items()}
        return alone | beside | ({(OTHER,): ONLY} if len(x) <= CONTESTS[-1] else {})
