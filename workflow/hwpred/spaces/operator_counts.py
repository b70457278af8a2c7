"""What is counted of a network, whatever it is made of: its operators by class, on several views of it."""

CLASSES = (
    *("conv_1x1", "conv_kxk", "depthwise", "grouped", "linear", "matmul", "normalisation", "activation"),
    *("elementwise", "pooling", "copying"),
)
"""Classes of operators.

- ``conv_1x1``, ``conv_kxk``: dense convolutions, by their kernel; ``depthwise``: a group a channel; ``grouped``: other.
- ``linear``: products with weights; ``matmul``: of two computed matrices, such as those of attention.
- ``normalisation``: by batch, layer, group or root mean square; ``activation``: functions of one element, and softmax.
- ``elementwise``: sums and products of tensors; ``pooling``: also other reductions, and changes of the resolution.
- ``copying``: what moves elements without computing.
"""
OTHER = "other"
"""Class of operators that hwpred does not know: they are counted as the bytes that they move."""
ALL_CLASSES = (*CLASSES, OTHER)
MEASURES = ("macs", "bytes", "operators")
"""Multiply-accumulates; bytes that operators read and write, weights included; how many operators run."""
VIEWS = ("drawn", "live", "executed")
"""As drawn; without what does not reach an output; of that, what a compiler leaves when it folds and fuses."""
PIXELS = (3136, 784, 196, 49)
"""Least pixels of an output of each level of resolution; below them is one level more, and outputs without pixels."""

COLUMNS = (
    *(f"{view}/{kind}/{measure}" for view in VIEWS for kind in ALL_CLASSES for measure in MEASURES),
    *(f"path/{measure}" for measure in MEASURES),
    *(f"pixels/{level}/{measure}" for level in range(len(PIXELS) + 2) for measure in MEASURES[:2]),
    "parameters",
)
"""Names of all counts of a network.

``path``: the most that stands on one way through the executed operators. ``pixels``: executed operators by the
resolution of what they write.
"""
