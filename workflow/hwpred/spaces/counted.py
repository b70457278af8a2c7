"""Networks whose operators are counted: their counts by class and part, and what classes cost on a device."""

import numpy as np

from hwpred.spaces.operator_counts import ALL_CLASSES, COLUMNS, MEASURES, VIEWS

LESS = 0.1
"""Share by which operators are made cheaper, to see how much of the metric they are."""
_PLACE = {name: place for place, name in enumerate(COLUMNS)}
_BY_CLASS = np.array([[[_PLACE[f"{v}/{c}/{m}"] for c in ALL_CLASSES] for m in MEASURES] for v in VIEWS])


class CountedNetworks:
    """What spaces of such networks share; a network is its place in ``counted``.

    Attributes
    ----------
    counted : float array of shape (networks, columns)
        ``hwpred.spaces.operator_counts.COLUMNS``.
    reference : int
        How many of the networks, the first ones, set the scales of features.
    """

    @property
    def views(self):
        """Views of which something is counted, and that differ for a reference network."""
        counted = {view: self.by_class(view, slice(self.reference)) for view in VIEWS}
        return [
            view
            for view in VIEWS
            if counted[view].any() and not (view == "live" and (counted[view] == counted["drawn"]).all())
        ]

    @property
    def has_parts(self):
        """Whether it is counted what stands on the longest path, and at which resolution."""
        return bool(self.column("path/macs", slice(self.reference)).any())

    def by_class(self, view, networks=slice(None)):
        """Return counts by class.

        Parameters
        ----------
        view : str
            One of ``hwpred.spaces.operator_counts.VIEWS``.
        networks : int array or slice
            Places of networks.

        Returns
        -------
        float array of shape (networks, measures, classes)
        """
        return self.counted[networks][:, _BY_CLASS[VIEWS.index(view)]]

    def column(self, name, networks=slice(None)):
        """Return one count of networks.

        Parameters
        ----------
        name : str
            One of ``hwpred.spaces.operator_counts.COLUMNS``.
        networks : int array or slice
            Places of networks.

        Returns
        -------
        float array of shape (networks,)
        """
        return self.counted[networks, _PLACE[name]]

    def with_less_of(self, kind, share):
        """Return a space that has each network a second time, after all, with less of a class of operators.

        Parameters
        ----------
        kind : str
            The class, one of ``hwpred.spaces.operator_counts.ALL_CLASSES``.
        share : float
            How much less, between 0 and 1, of all that is counted of it.

        Returns
        -------
        CountedNetworks
        """
        raise NotImplementedError

    def cost_shares(self, operations, predict, direction):
        """Return what networks are predicted, and the share of each class of operators in it.

        If the operators of a class computed, moved and numbered 10 % less, the metric would be predicted so much
        better. Each class has its share of what all of them would save in a network; a class that would save nothing
        costs nothing.

        Parameters
        ----------
        operations : int array of shape (networks, 1)
        predict : callable
            Space and operations -> the predicted metric, float array of shape (networks,).
        direction : str
            ``"smaller"`` or ``"larger"`` values of the metric are better.

        Returns
        -------
        value : float array of shape (networks,)
        shares : dict of str to float array of shape (networks,)
        """
        value, sign = predict(self, operations), 1 if direction == "smaller" else -1
        again = np.asarray(operations) + len(self.names)
        less = [predict(self.with_less_of(kind, LESS), again) for kind in ALL_CLASSES]
        saved = np.maximum(sign * (value - np.array(less)), 0.0)
        return value, dict(zip(ALL_CLASSES, saved / np.maximum(saved.sum(axis=0), np.finfo(float).tiny), strict=True))


def columns_of(kind):
    """Return the places of a class of operators among ``hwpred.spaces.operator_counts.COLUMNS``, an int array."""
    return _BY_CLASS[:, :, ALL_CLASSES.index(kind)].ravel()
