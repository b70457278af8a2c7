"""Networks that a function of anybody makes, as torch modules: the function is a factory."""

import importlib
import io
import warnings

EXAMPLE = "my_networks:build"
OPSET = 17


def load_factory(name):
    """Return the function that ``package.module:function`` names.

    It gets the text of an architecture, and returns a ``torch.nn.Module`` and its input: a tensor, or a tuple of them.

    Raises
    ------
    ValueError
        If there is no such module or function.
    """
    module, _, function = str(name).partition(":")
    if not module or not function:
        raise ValueError(f"factory {name!r} names no function; write its module, a colon and it, such as {EXAMPLE}")
    try:
        found = getattr(importlib.import_module(module), function, None)
    except ImportError as error:
        raise ValueError(
            f"factory {name!r} cannot be imported ({error}); install it, or start in its folder"
        ) from error
    if not callable(found):
        raise ValueError(f"factory {name!r}: module {module} has no function {function!r}")
    return found


def packages_of(factory):
    """Return the packages whose versions say what a factory makes: torch, and ``PACKAGES`` of the factory's module."""
    return ("torch", *getattr(importlib.import_module(factory.__module__), "PACKAGES", ()))


def make_module(factory, text):
    """Make the module of an architecture, in evaluation mode.

    Parameters
    ----------
    factory : callable
        As ``load_factory`` returns.
    text : str
        Of the architecture.

    Returns
    -------
    module : torch.nn.Module
    inputs : tuple of tensors

    Raises
    ------
    TypeError
        If the factory returns anything else.
    """
    import torch

    made = factory(text)
    if not (isinstance(made, tuple) and len(made) == 2 and isinstance(made[0], torch.nn.Module)):
        raise TypeError(f"the factory returned {type(made).__name__} for {text!r}, not a torch module and its input")
    module, inputs = made
    return module.eval(), tuple(inputs) if isinstance(inputs, tuple | list) else (inputs,)


def exported(module, inputs):
    """Write a module as an ONNX model of opset 17.

    Parameters
    ----------
    module : torch.nn.Module
    inputs : tuple of tensors
        An example: the model takes inputs of these shapes.

    Returns
    -------
    bytes
    """
    import torch

    stream = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        # That this exporter is the older one, and that shapes become constants: the inputs' shapes are fixed.
        warnings.simplefilter("ignore")
        torch.onnx.export(module, inputs, stream, opset_version=OPSET, dynamo=False)
    return stream.getvalue()
