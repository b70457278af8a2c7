"""Graph networks: GCN (Wen et al., ECCV 2020) and BONAS (Shi et al., NeurIPS 2020)."""

from dataclasses import dataclass
from typing import ClassVar

from hwpred.predictors.constraints import COUNT, NOT_NEGATIVE, SHARE
from hwpred.predictors.neural.directed_convolutions import DirectedConvolutions
from hwpred.predictors.neural.global_convolutions import GlobalConvolutions
from hwpred.predictors.neural.predictor import DROPOUT, TRAINING_CONSTRAINTS, NetworkPredictor
from hwpred.predictors.search_space import LogInteger, LogUniform


class GraphPredictor(NetworkPredictor):
    """A predictor on ``Graph``s, whose adjacency becomes part of the network."""

    encoding = "graph"
    cosine = True

    def prepared(self, x):
        """Return the network for the graphs' adjacency, and their features."""
        adjacency = tuple(map(tuple, x.adjacency.tolist()))
        return self.network((adjacency, x.features.shape[2])), x.features


@dataclass(eq=False)
class GCN(GraphPredictor):
    """Four directed graph convolutions with mean pooling.

    ``width_share`` makes the convolutions narrower than ``hidden`` says, in the search.

    Parameters
    ----------
    hidden : int
        Channels of a convolution.
    dropout : float
        Share of a layer's outputs that a step of training leaves out.
    learning_rate, weight_decay, batch_size, epochs, least_steps, most_steps :
        As of ``NetworkPredictor``.
    width_share : float
        Share of ``hidden`` that is taken.
    """

    search_settings: ClassVar = {"least_steps": 40, "most_steps": 40, "width_share": 1 / 3}
    constraints: ClassVar = {
        **TRAINING_CONSTRAINTS,
        "hidden": COUNT,
        "dropout": DROPOUT,
        "weight_decay": NOT_NEGATIVE,
        "width_share": SHARE,
    }

    hidden: int = 144
    dropout: float = 0.1
    learning_rate: float = 0.005
    weight_decay: float = 3e-4
    batch_size: int = 16
    epochs: int = 25
    least_steps: int = 150
    most_steps: int = 700
    width_share: float = 1.0

    @classmethod
    def search_space(cls):
        """Return the protocol's ranges (section 5), but for the rates: trainings as short as ours need 1e-3 at least.

        Widths and batches come in steps, so that more networks can be stacked.
        """
        return {
            "hidden": LogInteger(72, 192, 24),
            "batch_size": LogInteger(8, 32, 8),
            "learning_rate": LogUniform(1e-3, 3e-2),
            "weight_decay": LogUniform(1e-5, 1e-1),
        }

    def network(self, features):
        """Return the network for (adjacency, labels)."""
        return DirectedConvolutions(*features, round(self.hidden * self.width_share), self.dropout)


@dataclass(eq=False)
class Bonas(GraphPredictor):
    """Four graph convolutions with batch norm, read out at a global node.

    A minibatch is half the training set at most: the noise in the statistics of its batch norms helps small ones.

    Parameters
    ----------
    hidden : int
        Channels of a convolution.
    learning_rate, batch_size, epochs, least_steps, most_steps :
        As of ``NetworkPredictor``.
    """

    search_settings: ClassVar = {"least_steps": 40, "most_steps": 40}
    constraints: ClassVar = {**TRAINING_CONSTRAINTS, "hidden": COUNT}
    least_batches = 2

    hidden: int = 64
    learning_rate: float = 0.02
    batch_size: int = 16
    epochs: int = 40
    least_steps: int = 150
    most_steps: int = 1500

    @classmethod
    def search_space(cls):
        """Return the protocol's ranges (section 5), but smaller batches and larger rates, as the default's are.

        Widths and batches come in steps, so that more networks can be stacked.
        """
        return {
            "hidden": LogInteger(16, 128, 16),
            "batch_size": LogInteger(8, 32, 8),
            "learning_rate": LogUniform(3e-3, 1e-1),
        }

    def network(self, features):
        """Return the network for (adjacency, labels)."""
        return GlobalConvolutions(*features, self.hidden)
