"""Networks of any kind, given as files: each is described by what is counted of its operators.

What an architecture is, its one position says: which of the networks that are known. A device grows the space by the
networks that it is asked about (``joined``); scales of features stay those of the networks that it began with.
"""

import copy
import hashlib
from functools import cached_property
from pathlib import PurePath

import numpy as np

from hwpred.spaces.counted import CountedNetworks, columns_of
from hwpred.spaces.named import NamedNetworks
from hwpred.spaces.operator_counts import ALL_CLASSES, COLUMNS, MEASURES

KEY = "onnx"
"""Name of the space where nobody gave it one."""
UNREAD = (-1,)
"""In the place of a network whose file could not be read."""
COUNTED = "counts/"
"""Begins the names of columns that hold counts."""


class NetworkNames(NamedNetworks):
    """Names of networks in files, of which nothing is counted yet.

    Parameters
    ----------
    names : sequence of str
    key : str, optional
        What a study calls the space.
    dimensions : dict, optional
        Values of symbolic dimensions that the networks are read with.
    left_out : dict, optional
        Name of a file that could not be read -> why.
    """

    module = "network_files"
    declared = True
    columns = ("file",)
    encoded_columns = 2 + len(MEASURES) * (1 + len(ALL_CLASSES))
    """At most: features that are the same for all networks are none."""
    folder = None
    """Where the files were read from, which their names may begin with."""
    asked = ()
    """Dimensions that the files to be read next must have: somebody gave them values for these."""

    def __init__(self, names, key=KEY, dimensions=None, left_out=None):
        self.names, self.key = tuple(names), key
        self.dimensions, self.left_out = dict(dimensions or {}), dict(left_out or {})

    def __eq__(self, other):
        return type(other) is type(self) and self._identity == other._identity

    def __hash__(self):
        return hash(self._identity)

    @cached_property
    def _identity(self):
        return self.key, self.names, tuple(self.dimensions.items())

    def from_text(self, text):
        """Return the network of that name; ``UNREAD`` of one whose file could not be read."""
        name = PurePath(str(text).strip()).as_posix()
        if self.folder is not None and name not in self._places and PurePath(name).is_relative_to(self.folder):
            name = PurePath(name).relative_to(self.folder).as_posix()
        if name in self.left_out:
            return UNREAD
        if name not in self._places:
            there = f", which are {', '.join(self.names[:2])}" + (", ..." if len(self.names) > 2 else "")
            raise ValueError(f"{name!r} is none of the {len(self.names)} networks{there}; correct the name of the file")
        return (self._places[name],)

    def from_cells(self, cells, text=None):
        """Return the network that the cell of a file names.

        Parameters
        ----------
        cells : sequence of str
            The first is the name of a file.
        text : str or None
            Not used: messages name the file.

        Returns
        -------
        tuple of int
            ``UNREAD`` of one whose file could not be read.

        Raises
        ------
        ValueError
            If there is no network of that name.
        """
        return self.from_text(cells[0])


class NetworkFiles(CountedNetworks, NetworkNames):
    """Networks by name, with what is counted of each.

    Parameters
    ----------
    names : sequence of str
    counts : float array of shape (networks, columns)
        ``hwpred.spaces.operator_counts.COLUMNS``.
    digests : int array of shape (networks,)
        The same for the same network, whatever its name.
    dimensions, left_out, key :
        As of ``NetworkNames``.
    reference : int, optional
        How many of the networks, the first ones, set the scales of features; all, if not given.
    """

    def __init__(self, names, counts, digests, dimensions=None, left_out=None, reference=None, key=KEY):
        super().__init__(names, key, dimensions, left_out)
        self.counts = np.asarray(counts, dtype=float).reshape(len(self.names), len(COLUMNS))
        self.digests = np.asarray(digests, dtype=np.int64)
        self.reference = len(self.names) if reference is None else reference

    @property
    def counted(self):
        """The counts."""
        return self.counts

    @cached_property
    def _identity(self):
        told = hashlib.sha256(repr((self.key, self.names, self.reference)).encode())
        told.update(self.counts.tobytes() + self.digests.tobytes())
        return told.hexdigest()

    def stored(self):
        """Return columns and metadata that ``restored`` needs of a table of the networks, in their order."""
        columns = {f"{COUNTED}{name}": self.counts[:, place] for place, name in enumerate(COLUMNS)}
        facts = {"digests": self.digests.tolist(), "dimensions": self.dimensions, "left_out": self.left_out}
        return columns, {"networks": facts}

    def joined(self, other):
        """Return a space with the networks of another one as well, and where those are in it.

        Parameters
        ----------
        other : NetworkFiles

        Returns
        -------
        NetworkFiles
            The networks known before keep their places, and set the scales as before.
        places : int array of shape (other's networks,)
            A network that is known already, by its digest, has the place that it had.
        """
        known = {}
        for place, (digest, name) in enumerate(zip(self.digests.tolist(), self.names, strict=True)):
            known.setdefault(digest, place)
            known[digest, name] = place
        names, new, places = list(self.names), [], []
        for place, (digest, name) in enumerate(zip(other.digests.tolist(), other.names, strict=True)):
            found = known.get((digest, name), known.get(digest))
            if found is None:
                found = known[digest] = len(names)
                names.append(name)
                new.append(place)
            places.append(found)
        grown = NetworkFiles(
            names,
            np.concatenate([self.counts, other.counts[new]]),
            np.concatenate([self.digests, other.digests[new]]),
            self.dimensions | other.dimensions,
            self.left_out | other.left_out,
            self.reference,
            self.key,
        )
        return grown, np.array(places, dtype=int)

    def with_dimensions(self, dimensions):
        """Return the same networks; further ones are read with these values of symbolic dimensions as well."""
        space = copy.copy(self)
        space.dimensions, space.asked = self.dimensions | dimensions, tuple(dimensions)
        return space

    def with_less_of(self, kind, share):
        """Return a space that has each network a second time, after all, with a share less of a class of operators."""
        counts = self.counts.copy()
        counts[:, columns_of(kind)] *= 1 - share
        return NetworkFiles(
            2 * self.names,
            np.concatenate([self.counts, counts]),
            np.tile(self.digests, 2),
            self.dimensions,
            reference=self.reference,
            key=self.key,
        )

    def adjacency_one_hot(self, operations):
        """Return features in place of a one-hot, float32 of shape (networks, features).

        Logarithms of the executed multiply-accumulates, bytes, operators, of their ratio and of the parameters, and the
        share of each class in each of the three; all with mean 0 and standard deviation 1 over the reference networks.
        """
        known = self._features(np.arange(self.reference))
        spread = known.std(axis=0)
        varies = spread > 1e-9
        found = (self._features(np.asarray(operations)[:, 0]) - known.mean(axis=0))[:, varies] / spread[varies]
        return found.astype(np.float32)

    def _features(self, networks):
        by_class = self.by_class("executed", networks)
        total = by_class.sum(axis=2)
        logarithms = np.log(np.maximum(np.column_stack([total, self.column("parameters", networks)]), 1))
        shares = by_class / np.maximum(total, 1)[:, :, None]
        return np.column_stack([logarithms, logarithms[:, 0] - logarithms[:, 1], shares.reshape(len(networks), -1)])


def restored(key, frame, facts):
    """Return the networks of a table, as ``NetworkFiles.stored`` told them.

    Parameters
    ----------
    key : str
        What a study calls the space.
    frame : DataFrame
        Names (``operations``), and what is counted of each.
    facts : dict
        ``digests``, ``dimensions`` and ``left_out``.

    Returns
    -------
    NetworkFiles
    """
    counts = frame[[f"{COUNTED}{name}" for name in COLUMNS]].to_numpy()
    return NetworkFiles(frame["operations"], counts, facts["digests"], facts["dimensions"], facts["left_out"], key=key)
