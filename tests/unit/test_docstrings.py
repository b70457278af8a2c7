"""Public functions with several arguments say what each of them is, and what comes back, in numpydoc's sections.

Classes say what their constructors take.

Ruff's rules DOC check sections that are there, and ask for none of a docstring without; that is checked here.
"""

import ast
import importlib
import inspect
import pkgutil
import re
import textwrap

import pytest

import hwpred
import hwpred.sources

SAID_ONCE = dict(re.findall(r"^- ``(\w+)\(([\w, ]+)\) ->", hwpred.sources.__doc__, re.MULTILINE))
"""Functions that modules of sources have, by the package's docstring -> their parameters."""


def is_said_once(function):
    """Whether the docstring of the package of sources describes a function, with these parameters."""
    in_a_source = function.__module__.startswith("hwpred.sources.")
    return in_a_source and SAID_ONCE.get(function.__name__) == ", ".join(parameters_of(function))


def defined_in(module):
    """Yield the public functions and methods of a module; a method that overrides another is documented there."""
    for name, member in vars(module).items():
        if name.startswith("_") or getattr(member, "__module__", None) != module.__name__:
            continue
        if inspect.isclass(member):
            for key, method in vars(member).items():
                method = getattr(method, "__func__", method)
                overrides = any(key in vars(base) for base in member.__mro__[1:])
                # A function that is a dataclass field's default is no method.
                is_method = inspect.isfunction(method) and method.__name__ == key
                if is_method and not key.startswith("_") and not overrides:
                    yield method
        elif inspect.isfunction(inspect.unwrap(member)):
            yield inspect.unwrap(member)


def section(function, *titles):
    """Lines of the section with one of these titles, without its indented text; None if there is none."""
    pattern = rf"^(?:{'|'.join(titles)})\n-+\n(.*?)(?=^[^\n]+\n-+$|\Z)"
    found = re.search(pattern, inspect.getdoc(function) or "", re.MULTILINE | re.DOTALL)
    return found and [line for line in found[1].splitlines() if line and not line.startswith(" ")]


def described(function, *titles):
    """Names that these sections of the docstring describe, in its order; those of the parameters without titles."""
    lines = [line for title in titles or ("Parameters",) for line in section(function, title) or []]
    return [name.strip() for line in lines for name in re.split(r" :( |$)", line)[0].split(",")]


def parameters_of(function):
    """Names of the parameters as docstrings have them, with the stars of those that take what is left."""
    signature = inspect.signature(function).parameters.items()
    bare = {name: str(one.replace(default=one.empty, annotation=one.empty)) for name, one in signature}
    return [text for name, text in bare.items() if name not in ("self", "cls")]


def not_described(kind):
    """Parameters of the constructor of a class that it has itself, which its docstring does not describe.

    Fields of a dataclass may stand among its attributes.
    """
    if "__init__" not in vars(kind):
        return []
    known = described(kind, "Parameters", "Attributes")
    return [name for name in parameters_of(kind) if name not in known]


def gives(function):
    """Whether the function returns or yields something."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    nodes = list(definition.body)
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(node, ast.Yield | ast.YieldFrom) or (isinstance(node, ast.Return) and node.value is not None):
            return True
        nodes.extend(ast.iter_child_nodes(node))
    return False


def fault(function):
    """What is wrong with the sections of a function's docstring; None if nothing is."""
    parameters = parameters_of(function)
    if len(parameters) < 2 or is_said_once(function):
        return None
    if described(function) != parameters:
        return f"describes the parameters {described(function)} and takes {parameters}"
    if gives(function) and section(function, "Returns", "Yields") is None:
        return "does not say what it returns"
    return None


MODULES = sorted(
    info.name for info in pkgutil.walk_packages(hwpred.__path__, "hwpred.") if not info.name.endswith(".__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_functions_describe_arguments_and_results(name):
    if name == "hwpred.spaces.zoo.count":
        pytest.importorskip("timm")
    functions = defined_in(importlib.import_module(name))
    assert {function.__qualname__: fault(function) for function in functions if fault(function)} == {}


@pytest.mark.parametrize("name", MODULES)
def test_classes_describe_what_their_constructors_take(name):
    if name == "hwpred.spaces.zoo.count":
        pytest.importorskip("timm")
    members = vars(importlib.import_module(name)).items()
    kinds = [member for key, member in members if inspect.isclass(member) and not key.startswith("_")]
    own = [kind for kind in kinds if kind.__module__ == name]
    assert {kind.__qualname__: not_described(kind) for kind in own if not_described(kind)} == {}


def test_a_parameter_of_a_constructor_that_is_not_described_is_noticed():
    class Scaled:
        """A number.

        Parameters
        ----------
        value : float
        """

        def __init__(self, value, factor=2):
            self.value = value * factor

    assert not_described(Scaled) == ["factor"]


def test_what_sources_have_in_common_is_said_by_their_package():
    assert list(SAID_ONCE) == ["files", "load_target", "load_accuracy", "load_architectures"]
    assert is_said_once(hwpred.sources.get_source("help").load_target)
    assert not is_said_once(scaled)


def scaled(value, factor=2):
    """Return the value times the factor.

    Parameters
    ----------
    value, factor : float

    Returns
    -------
    float
    """
    return factor * value


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("float", "float", None),
        ("value, factor", "value", "describes the parameters ['value']"),
        ("value, factor", "factor, value", "describes the parameters ['factor', 'value']"),
        ("Parameters", "Arguments", "describes the parameters []"),
        ("Returns", "Result", "does not say what it returns"),
    ],
)
def test_a_missing_section_or_argument_is_noticed(monkeypatch, old, new, said):
    monkeypatch.setattr(scaled, "__doc__", scaled.__doc__.replace(old, new))
    assert (fault(scaled) or "None").startswith(said or "None")
