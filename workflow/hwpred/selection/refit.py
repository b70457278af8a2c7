"""Fits on architectures of one's choice, which predict all of a combination."""

from hwpred.predictors import get_predictor
from hwpred.predictors.base import Problem
from hwpred.seeding import generator
from hwpred.training.whole_space import predict_all


class Refitter:
    """Fits a predictor, again and again, on rows of one combination and predicts all of its architectures.

    Parameters
    ----------
    predictor : str
        Key of the registry.
    data : hwpred.training.data.Data
    run_seed : int
    hyperparameters : dict
        Arguments of the predictor's constructor.

    Raises
    ------
    ValueError
        If the predictor cannot handle the combination, with the reason.
    """

    def __init__(self, predictor, data, run_seed, hyperparameters):
        self._cls = get_predictor(predictor)
        if reason := self._cls.why_left_out(data):
            raise ValueError(f"{predictor} cannot be fitted: {reason}")
        self._encoded = self._cls.encode_for(data, hyperparameters)
        self._names = (run_seed, data.combination, predictor)
        self._target, self._hyperparameters = data.target, hyperparameters

    def predict(self, rows, *names):
        """Fit on some rows, and predict all architectures.

        Parameters
        ----------
        rows : int array
            Places of the architectures that are learnt from.
        *names : str or int
            Of the fit's random generator, besides the combination and the predictor.

        Returns
        -------
        float32 array of shape (n,)
            Of the combination's architectures, on the scale of its target.
        """
        drawn = generator(*self._names, *names)
        problem = Problem(self._encoded[rows], self._target[rows], drawn, self._hyperparameters)
        return predict_all(self._cls, self._cls.fit_many([problem])[0], self._encoded)
