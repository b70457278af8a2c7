"""Where the networks of a combination come from: layers that hwpred knows, ONNX files, or a factory of torch modules.

Each opens the network of an architecture in a runtime, and writes it as an ONNX file for a command.
"""

from pathlib import Path

from hwpred.measurement.command import MeasurementError
from hwpred.measurement.runtimes import open_module, open_network, open_onnx
from hwpred.networks import get_networks
from hwpred.networks.factories import exported, load_factory, make_module, packages_of
from hwpred.networks.weights import initial_weights
from hwpred.seeding import generator

EAGER = "torch"


def opener(combination, table, seed):
    """Return what opens the networks of a combination.

    Parameters
    ----------
    combination : dict
        ``space``, ``task``; ``networks``, a folder of ONNX files, or ``factory``, or neither.
    table : ArchitectureTable
    seed : int
        Of weights and inputs.

    Returns
    -------
    Networks
    """

    def text_of(architecture):
        return table.space.to_text(table.operations[architecture])

    if "networks" in combination:
        return Files(combination["networks"], text_of, combination.get("dimensions"), seed)
    if "factory" in combination:
        return Factory(combination["factory"], text_of, seed)
    return Layers(combination["space"], combination["task"], table.operations, seed)


class Networks:
    """Networks of architectures, by index.

    Attributes
    ----------
    packages : tuple of str
        Those whose versions say what the networks are, besides the runtime's.
    """

    packages = ()

    def open(self, architecture, runtime, threads):
        """Return a function that runs a network once.

        Parameters
        ----------
        architecture : int
        runtime : str
            As of ``hwpred.measurement.runtimes.open_network``.
        threads : int
            Inside a layer.

        Returns
        -------
        callable

        Raises
        ------
        MeasurementError
            If a person's file or factory fails.
        """
        raise NotImplementedError

    def write(self, architecture, path):
        """Write a network as an ONNX file.

        Parameters
        ----------
        architecture : int
        path : Path
            Where the file shall be, unless it is there already.

        Returns
        -------
        Path
            Where the file is.

        Raises
        ------
        MeasurementError
            If a person's file or factory fails.
        """
        raise NotImplementedError


class Layers(Networks):
    """Networks of layers. Torch runs every operation that is written down; a graph runs those that reach the output.

    Parameters
    ----------
    space, task : str
    operations : int array of shape (n, positions)
        Of the architectures.
    seed : int
        Of weights and inputs.
    """

    def __init__(self, space, task, operations, seed):
        self._networks, self._task, self._operations, self._seed = get_networks(space), task, operations, seed

    def open(self, architecture, runtime, threads):
        """Build the network, with weights of its own."""
        network = self._build(architecture, live=runtime != EAGER)
        return open_network(network, runtime, threads, self._drawn(architecture))

    def write(self, architecture, path):
        """Write what reaches the output."""
        from hwpred.networks.onnx_graphs import onnx_model

        network = self._build(architecture, live=True)
        model = onnx_model(network, initial_weights(network, self._drawn(architecture)))
        path.write_bytes(model.SerializeToString())
        return path

    def _build(self, architecture, live):
        return self._networks.build(self._operations[architecture], self._task, live=live)

    def _drawn(self, architecture):
        return generator("weights", self._seed, int(architecture))


class Files(Networks):
    """ONNX files of a folder: an architecture's file is called by its text.

    Parameters
    ----------
    folder : path
    text_of : callable
        From the index of an architecture to its text.
    dimensions : dict or None
        Values of dimensions of the inputs that the files leave open.
    seed : int
        Of inputs.
    """

    def __init__(self, folder, text_of, dimensions, seed):
        self._folder, self._text_of, self._dimensions, self._seed = Path(folder), text_of, dimensions, seed

    def open(self, architecture, runtime, threads):
        """Open the file in ONNX Runtime, whatever runtime is named."""
        file = self.write(architecture, None)
        inputs = generator("inputs", self._seed, int(architecture))
        return _opened(file.name, lambda: open_onnx(file, threads, inputs, self._dimensions))

    def write(self, architecture, path):
        """Return the file: it is there."""
        file = file_of(self._folder, self._text_of(architecture))
        if not file.is_file():
            raise MeasurementError(f"there is no file {file}")
        return file


class Factory(Networks):
    """Torch modules that a function makes of the texts of architectures.

    Parameters
    ----------
    factory : str
        ``package.module:function``.
    text_of : callable
        From the index of an architecture to its text.
    seed : int
        Of weights and inputs.
    """

    def __init__(self, factory, text_of, seed):
        self._name, self._factory, self._text_of, self._seed = factory, load_factory(factory), text_of, seed
        self.packages = packages_of(self._factory)

    def open(self, architecture, runtime, threads):
        """Make the module, which another runtime than torch gets as an export."""
        if runtime == EAGER:
            return _opened(self._name, lambda: open_module(*self._make(architecture), threads))
        inputs = generator("inputs", self._seed, int(architecture))
        return _opened(self._name, lambda: open_onnx(exported(*self._make(architecture)), threads, inputs))

    def write(self, architecture, path):
        """Write the module as torch exports it."""
        path.write_bytes(_failing(self._name, lambda: exported(*self._make(architecture))))
        return path

    def _make(self, architecture):
        import torch

        # Whoever calls hwpred from a program draws on from where she was.
        with torch.random.fork_rng(range(torch.cuda.device_count())):
            torch.manual_seed(int(generator("weights", self._seed, int(architecture)).integers(2**31)))
            return make_module(self._factory, self._text_of(architecture))


def file_of(folder, text):
    """Return where a folder has the ONNX file of an architecture: the text is its name, with or without ``.onnx``.

    Parameters
    ----------
    folder : path
    text : str
        The architecture, as its space writes it.

    Returns
    -------
    Path
    """
    return Path(folder) / (text if text.lower().endswith(".onnx") else f"{text}.onnx")


def _opened(name, function):
    """Return a function that runs what ``function`` opens; both may fail in ways of their own."""
    run = _failing(name, function)
    return lambda: _failing(name, run)


def _failing(name, function):
    """Call a function on what a person gave; whatever it raises is a failure of one network."""
    try:
        return function()
    except Exception as error:
        lines = str(error).strip().splitlines() or [""]
        raise MeasurementError(f"{name}: {type(error).__name__}: {lines[0][:200]}") from error
