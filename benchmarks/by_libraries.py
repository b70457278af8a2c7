"""How well-known libraries do what hwpred does: one training set after the other, with the same settings.

The libraries are imported where they are used, since each stands alone: one may be missing.
"""

from copy import deepcopy

import numpy as np

from hwpred.metrics import kendall_tau
from hwpred.predictors import get_predictor
from hwpred.predictors.classical.svm import TOLERANCE
from hwpred.predictors.gaussian.priors import PRIOR_WIDTHS, prior_means
from hwpred.predictors.neural.networks import WINDOW, TrainingTask
from hwpred.seeding import generator
from hwpred.selection.deviations import draw_deviations
from hwpred.selection.outcome import MARGIN
from hwpred.selection.simulation import TAU_TRIALS, draw_architectures

EVALUATIONS = 100
"""Steps of a search for the hyperparameters of a Gaussian process, at most."""


def typical_distance(x):
    """Return the root of the mean squared distance of two rows: the prior of the length scale is a multiple of it."""
    return np.sqrt(((x[:, None] - x[None]) ** 2).sum(axis=2).mean())


def gaussian_process_of_gpytorch(problem, test):
    """Maximise the marginal likelihood times our priors by L-BFGS and Cholesky factors, and predict."""
    import gpytorch
    import torch

    x, scale, target = problem.x.astype(float), problem.y.std(), problem.y
    tensors = torch.as_tensor(x), torch.as_tensor((target - target.mean()) / scale)
    likelihood = gpytorch.likelihoods.GaussianLikelihood(noise_constraint=gpytorch.constraints.GreaterThan(1e-8))
    model = _exact_gp(*tensors, likelihood).double()
    _start_at_priors(model, likelihood, typical_distance(x))
    objective = gpytorch.mlls.ExactMarginalLogLikelihood(likelihood, model)
    settings = {"max_iter": EVALUATIONS, "line_search_fn": "strong_wolfe", "tolerance_grad": 1e-4}
    optimizer = torch.optim.LBFGS(model.parameters(), **settings)

    def loss():
        optimizer.zero_grad()
        value = -objective(model(*model.train_inputs), model.train_targets)
        value.backward()
        return value

    with gpytorch.settings.fast_computations(False, False, False):
        optimizer.step(loss)
        model.eval()
        with torch.no_grad():
            mean = model(torch.as_tensor(test.astype(float))).mean.numpy()
    return target.mean() + scale * mean


def _exact_gp(x, y, likelihood):
    import gpytorch

    class ExactGP(gpytorch.models.ExactGP):
        def __init__(self):
            super().__init__(x, y, likelihood)
            self.covar_module = gpytorch.kernels.ScaleKernel(gpytorch.kernels.RBFKernel())

        def forward(self, x):
            return gpytorch.distributions.MultivariateNormal(x.new_zeros(len(x)), self.covar_module(x))

    return ExactGP()


def _start_at_priors(model, likelihood, typical):
    """Set the hyperparameters to the medians of their priors, which are normal in the logarithms."""
    from gpytorch.priors import NormalPrior

    parts = {
        "variance": (model.covar_module, "outputscale"),
        "length_scale": (model.covar_module.base_kernel, "lengthscale"),
        "noise": (likelihood.noise_covar, "noise"),
    }
    means = prior_means(np.array([typical]))[0]
    for (name, (part, attribute)), mean in zip(parts.items(), means, strict=True):
        setattr(part, attribute, float(np.exp(mean)))
        prior = NormalPrior(float(mean), PRIOR_WIDTHS[name])
        part.register_prior(f"{name}_prior", prior, lambda part, attribute=attribute: getattr(part, attribute).log())


def gaussian_process_of_scikit_learn(problem, test):
    """Maximise the marginal likelihood times our priors by L-BFGS-B, and predict."""
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    x = problem.x.astype(float)
    means, widths = prior_means(np.array([typical_distance(x)]))[0], np.array(list(PRIOR_WIDTHS.values()))
    variance, length_scale, noise = (float(value) for value in np.exp(means))

    class WithPriors(GaussianProcessRegressor):
        def log_marginal_likelihood(self, theta=None, eval_gradient=False, clone_kernel=True):
            found = super().log_marginal_likelihood(theta, eval_gradient, clone_kernel)
            if theta is None:
                return found
            deviation = (theta - means) / widths
            prior = -0.5 * (deviation**2).sum()
            return (found[0] + prior, found[1] - deviation / widths) if eval_gradient else found + prior

    wide = (1e-8, 1e8)
    kernel = ConstantKernel(variance, wide) * RBF(length_scale, wide) + WhiteKernel(noise, wide)
    return WithPriors(kernel, normalize_y=True).fit(x, problem.y).predict(test.astype(float))


def perceptron_of_torch(problem, test):
    """Train ``minimlp`` step by step as a module of PyTorch, from our initial weights, on our minibatches; predict."""
    import torch

    model = get_predictor("minimlp")(**problem.hyperparameters)
    mean, scale = problem.y.mean(), problem.y.std()
    task = TrainingTask(
        model.network(problem.x.shape[1:]),
        model.training(),
        problem.x,
        (problem.y - mean) / scale,
        problem.rng.spawn(1)[0],
    )
    module = _module(task.network, task.network.initial(task.rng))
    x, y = (torch.as_tensor(values).float() for values in (task.x, task.y))
    optimizer = torch.optim.Adam(module.parameters(), betas=task.training.betas)
    rows = (row for window in task.minibatches(WINDOW) for row in window)
    best, lowest = None, np.inf
    for first in range(0, task.steps, WINDOW):
        steps = range(first, min(first + WINDOW, task.steps))
        losses = [_step(module, optimizer, task, x, y, step, next(rows)) for step in steps]
        if np.mean(losses) < lowest:
            best, lowest = deepcopy(module.state_dict()), np.mean(losses)
    module.load_state_dict(best)
    with torch.inference_mode():
        return mean + scale * module(torch.as_tensor(test).float())[:, 0].double().numpy()


def _module(network, parameters):
    import torch

    layers = []
    for weight, bias in zip(parameters[::2], parameters[1::2], strict=True):
        layer = torch.nn.Linear(*weight.shape)
        layer.weight.data, layer.bias.data = torch.as_tensor(weight.T.copy()), torch.as_tensor(bias[0].copy())
        layers += [layer, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def _step(module, optimizer, task, x, y, step, rows):
    rows = rows[rows >= 0]
    optimizer.param_groups[0]["lr"] = task.training.rate(step, task.steps)
    optimizer.zero_grad()
    error = (module(x[rows])[:, 0] - y[rows]).abs().mean()
    loss = error + task.network.output_penalty * module[-1].weight.abs().sum()
    loss.backward()
    optimizer.step()
    return loss.item()


def ngboost_of_ngboost(problem, test):
    """Fit the library's natural gradient boosting with our hyperparameters, and predict."""
    from ngboost import NGBRegressor
    from sklearn.tree import DecisionTreeRegressor

    ours = get_predictor("ngb")(**problem.hyperparameters)
    tree = DecisionTreeRegressor(max_depth=ours.max_depth, max_features=ours.max_features)
    settings = {"n_estimators": ours.rounds, "learning_rate": ours.learning_rate, "minibatch_frac": ours.minibatch}
    model = NGBRegressor(Base=tree, random_state=int(problem.rng.integers(2**31)), verbose=False, **settings)
    return model.fit(problem.x.astype(float), problem.y).predict(test.astype(float))


def support_vectors_of_scikit_learn(problem, test):
    """Fit ``sklearn.svm.SVR`` with our hyperparameters, and predict."""
    from sklearn.svm import SVR

    model = SVR(gamma="scale", tol=TOLERANCE, **problem.hyperparameters)
    return model.fit(problem.x.astype(float), problem.y).predict(test.astype(float))


def forest_of_scikit_learn(problem, test):
    """Fit ``sklearn.ensemble.RandomForestRegressor`` with our hyperparameters, and predict."""
    from sklearn.ensemble import RandomForestRegressor

    settings = vars(get_predictor("rf")(**problem.hyperparameters))
    model = RandomForestRegressor(bootstrap=False, random_state=int(problem.rng.integers(2**31)), **settings)
    return model.fit(problem.x.astype(np.float32), problem.y).predict(test.astype(np.float32))


def linear_regression_of_scikit_learn(problem, test):
    """Fit ``sklearn.linear_model.LinearRegression``, and predict."""
    from sklearn.linear_model import LinearRegression

    return LinearRegression().fit(problem.x, problem.y).predict(test)


def kendall_taus_of_scipy(target, predictions):
    """Return the rank correlation of each prediction, by ``scipy.stats.kendalltau``."""
    from scipy.stats import kendalltau

    return np.array([kendalltau(target, prediction).statistic for prediction in predictions])


def simulation_of_pymoo(accuracy, metric, *, architectures, stds, trials, names):
    """Simulate selections as the paper's published code does: front by front, trial by trial.

    The parameters are those of ``hwpred.selection.simulation.simulate``.

    Returns
    -------
    float array of shape (trials * stds, 4)
        Kendall's tau (0 beyond the first trials), both mean reductions of accuracy, and the hypervolume.
    """
    rows = []
    for trial in range(trials):
        drawn = draw_architectures(len(accuracy), architectures, trial, names)
        own_accuracy, own_metric = accuracy[drawn], metric[drawn]
        for std in stds:
            random = generator(*names, architectures, trial, "deviations", float(std))
            deviating = own_metric + draw_deviations(architectures, std, random)
            tau = kendall_tau(own_metric, deviating) if trial < TAU_TRIALS else 0.0
            rows.append((tau, *_outcome(own_accuracy, own_metric, deviating)))
    return np.array(rows)


def _outcome(accuracy, metric, deviating):
    from pymoo.indicators.hv import Hypervolume

    selected = _front(accuracy, deviating)
    kept = selected[_front(accuracy[selected], metric[selected])]
    best = np.array([accuracy[metric <= metric[i]].max() for i in selected])
    reduction = dict(zip(selected, best - accuracy[selected], strict=True))
    volume = Hypervolume(ref_point=np.array([0.0, MARGIN * metric.max()]))
    return (
        np.mean([reduction[i] for i in selected]),
        np.mean([reduction[i] for i in kept]),
        volume(np.column_stack([-accuracy[kept] / 100, metric[kept]])),
    )


def _front(accuracy, metric):
    from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting

    return NonDominatedSorting().do(np.column_stack([-accuracy, metric]), only_non_dominated_front=True)
