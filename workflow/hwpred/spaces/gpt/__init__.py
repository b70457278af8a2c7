"""Language models as HW-GPT-Bench (Sukthanker et al., NeurIPS 2024) has them: GPT-2 with heads and MLPs layer by layer.

A model has a width (of its embedding), a bias in its linear layers or none, and 10 to 36 layers. Each layer has its
number of heads, of 64 channels whatever the width, and its MLP's width as a multiple of the model's.
"""

import re

from hwpred.spaces.conditional import ConditionalSpace, Position

MLP_RATIOS = (2, 3, 4)
_MODEL, _LAYER = re.compile(r"e(\d+)b([01])"), re.compile(r"h(\d+)m(\d+)")


class GPT(ConditionalSpace):
    """The models of one scale, known by the 10,000 that HW-GPT-Bench measured, in the order of its perplexities.

    Positions are width, layers, bias (0 or 1), and of each layer heads and MLP ratio; layers beyond the number of
    layers are off.

    Parameters
    ----------
    scale : str
        ``"s"``, ``"m"`` or ``"l"``.
    widths, layers, heads : tuple of int
        What can be chosen.
    """

    architectures = 10_000

    def __init__(self, scale, widths, layers, heads):
        self.key = f"gpt_{scale}"
        self.sample = ("hwgptbench", f"arch_ppl_bench_{scale}/ppl_observations_tracker_0_1000.pkl")
        model = [Position("width", widths), Position("layers", layers), Position("bias", (0, 1))]
        of_layers = []
        for layer in range(layers[-1]):
            beyond = sum(number <= layer for number in layers)
            switch = {"depth": 1, "least": beyond} if beyond else {}
            of_layers += [Position("heads", heads, **switch), Position("mlp_ratio", MLP_RATIOS, **switch)]
        super().__init__([*model, *of_layers])

    def from_model(self, width, bias, heads, mlp_ratios):
        """Return the operations of a model.

        Parameters
        ----------
        width : int
            Of its embedding.
        bias : int
            1 if linear layers add one, else 0.
        heads, mlp_ratios : sequences of int
            Of each of its layers.

        Returns
        -------
        tuple of int

        Raises
        ------
        ValueError
            If a value is none of its position's, or the numbers of heads and MLP ratios differ.
        """
        layers = [value for layer in zip(heads, mlp_ratios, strict=True) for value in layer]
        values = [width, len(heads), bias, *layers]
        return self.from_values(values + [None] * (self.positions - len(values)))

    def to_text(self, operations):
        """Write the model and its layers: ``e768b1_h4m2_h12m3_...``."""
        width, layers, bias, *of_layers = self.to_values(operations)
        pairs = zip(of_layers[0 : 2 * layers : 2], of_layers[1 : 2 * layers : 2], strict=True)
        return "_".join([f"e{width}b{bias}", *(f"h{heads}m{ratio}" for heads, ratio in pairs)])

    def from_text(self, text):
        """Read ``to_text``'s form."""
        first, *rest = str(text).strip().split("_")
        model, layers = _MODEL.fullmatch(first), [_LAYER.fullmatch(part) for part in rest]
        if model is None or None in layers or len(layers) > self.choices[1].values[-1]:
            raise self._unreadable(text)
        numbers = [[int(number) for number in part.groups()] for part in layers]
        try:
            operations = self.from_model(*map(int, model.groups()), *map(list, zip(*numbers, strict=True)))
        except (ValueError, TypeError) as error:
            raise self._unreadable(text) from error
        return self.check(operations, text)
