"""The structured Gaussian process for a new device of a space on which other devices are known."""

from dataclasses import replace

from hwpred.predictors.structured.gp import CONTESTS, TOLD, StructuredGaussianProcess
from hwpred.predictors.structured.transfer_sources import learnt_functions, shared_and_own
from hwpred.structure import BEST
from hwpred.structure.blocks import DEVICES

OTHER = DEVICES.split("/")[0]
ALONE, BESIDE, ONLY = 0.8, 0.1, 0.1
"""Probabilities, before any measurement, that what other devices measured tells nothing, something, or most of all."""
OF_ANY_NETWORK = (1 / 3, 1 / 3, 1 / 3)
"""The same of networks that differ by orders of magnitude, whose structure tells less than that of a search space.

Chosen on the set-up amp-nchw-pt210-cu121-rtx3090 of timm's networks.
"""


class TransferGaussianProcess(StructuredGaussianProcess):
    """With more hypotheses: what other devices do leads beside a view of the network, or alone.

    Other devices were measured on many architectures, so that what each does with an architecture is known without
    the noise and the drift of its measurements (``learnt_functions``). These functions are the prior of the new
    device's: its mean is theirs, and it is expected to differ from that as they do. A device unlike the others costs
    little: where they explain its measurements badly, these hypotheses get no weight.
    """

    @classmethod
    def why_left_out(cls, data):
        """Say that there are no other devices to learn from, besides what ``StructuredGaussianProcess`` says."""
        if not data.others.size:
            return f"{data.combination} names no other devices in transfer_from"
        return super().why_left_out(data)

    @classmethod
    def encode(cls, data, structure=BEST, time=TOLD):
        """Return the architectures as ``Structured``, what other devices do with them among the blocks."""
        x = super().encode(data, structure, time)
        if x.has_amounts:
            # What is odd about a network shows in its measurements only.
            shared, own = data.others.mean(axis=1), data.others
        else:
            shared, own = shared_and_own(learnt_functions(x, data.others))
        # What is large elsewhere is expected to be large here.
        return replace(x, blocks={**x.blocks, f"{OTHER}/size": shared[:, None], DEVICES: own})

    def leading_views(self, x):
        """Return which alternative views, other devices among them, may lead, {tuple of views: probability}.

        Large training sets tell what no other device shows, so there other devices do not lead alone.
        """
        views = super().leading_views(x)
        nothing, something, most = OF_ANY_NETWORK if x.has_amounts else (ALONE, BESIDE, ONLY)
        alone = {view: nothing * probability for view, probability in views.items()}
        beside = {(OTHER, *view): something * probability for view, probability in views.items()}
        return alone | beside | ({(OTHER,): most} if len(x) <= CONTESTS[-1] else {})
