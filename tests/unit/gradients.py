"""Whether the gradient that an objective of hypotheses states is that of its values."""

import torch


def check_gradient(objective, theta, atol=1e-7):
    """Compare with central differences, coordinate by coordinate; ``theta`` has a row a hypothesis."""
    each = torch.arange(len(theta))
    _, gradient = objective(theta, each)
    for i in range(theta.shape[1]):
        step = torch.zeros_like(theta)
        step[:, i] = 1e-5
        slope = (objective(theta + step, each)[0] - objective(theta - step, each)[0]) / 2e-5
        torch.testing.assert_close(gradient[:, i], slope, rtol=1e-4, atol=atol)
