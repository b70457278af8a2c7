"""Priors of the hyperparameters of a kernel with one length scale."""

import numpy as np

PRIOR_MEANS = {"variance": 3.0, "length_scale": 2.0, "noise": 0.1}
"""Medians of the log-normal priors; the length scale's is in units of the typical distance of two training points."""
PRIOR_WIDTHS = {"variance": 1.0, "length_scale": 1.0, "noise": 2.0}
"""Standard deviations of the logarithms: weak, but five points cannot drive a hyperparameter to its end."""


def prior_means(typical):
    """Logarithms of the priors' medians (p, 3), given the typical distance of each problem's points."""
    variance, length_scale, noise = PRIOR_MEANS.values()
    scales = length_scale * np.where(typical > 0, typical, 1.0)
    return np.log(np.stack([np.full(len(typical), variance), scales, np.full(len(typical), noise)], axis=1))
