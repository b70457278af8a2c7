"""Reading YAML files and checking them against models. Each mistake is one sentence."""

from difflib import get_close_matches
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from hwpred.errors import InputError


class StudyError(InputError):
    """A YAML file says something that cannot be done."""


class Part(BaseModel):
    """A mapping of a configuration file: unknown keys are mistakes, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class _UniqueKeyLoader(yaml.SafeLoader):
    """YAML without silently overwritten duplicate keys."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep) for key, _ in node.value]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            raise StudyError(
                f"{node.start_mark.name}: key {twice[0]!r} stands twice (line {node.start_mark.line + 1}); keep one"
            )
        return super().construct_mapping(node, deep)


def read_yaml(path):
    """Read a YAML file.

    Raises
    ------
    StudyError
        If the file is missing, is no YAML of UTF-8 text, or has a key twice in one place.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise StudyError(f"{path}: there is no such file") from error
    except UnicodeDecodeError as error:
        raise StudyError(f"{path} is not encoded as UTF-8; save it as UTF-8 text") from error
    except OSError as error:
        raise StudyError(f"{path} cannot be read ({error.strerror}); name a YAML file") from error
    try:
        loader = _UniqueKeyLoader(text)
        loader.name = str(path)
        return loader.get_single_data()
    except StudyError:
        raise
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        # PyYAML reads dates that are none, and keys that cannot be any, without an error of its own.
        raise StudyError(f"{path} is no valid YAML ({' '.join(str(error).split())})") from error


def read_mapping(path):
    """Read a YAML file that holds keys, a study above all; see ``read_yaml``."""
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise StudyError(f"{path}: there are no keys; see config/config.yaml for what a study can say")
    return content


def parse(model, content, name, also=()):
    """Return ``content`` as that model.

    Parameters
    ----------
    model : subclass of Part
    content : dict
    name : str or callable
        What a message calls the content, its file above all; a callable gets the first key on the way to the mistake.
    also : sequence of str, optional
        Keys that the file may have besides those of the model, which a message about an unknown key names, too.

    Returns
    -------
    model

    Raises
    ------
    StudyError
        One sentence about the first mistake.
    """
    if not isinstance(content, dict):
        raise StudyError(f"{_called(name, None)}: there are no keys; the keys are {', '.join(model.model_fields)}")
    try:
        return model.model_validate(content)
    except ValidationError as error:
        # An unknown key explains why another one is missing, so it comes first.
        first = min(error.errors(), key=lambda mistake: mistake["type"] != "extra_forbidden")
        key = first["loc"][0] if first["loc"] else None
        raise StudyError(f"{_called(name, key)}: {_sentence(model, first, also)}") from None


def _called(name, key):
    return name(key) if callable(name) else name


def _sentence(model, mistake, also):
    path = [part for part in mistake["loc"] if str(part).strip()]
    parents, last = path[:-1], path[-1] if path else ""
    place, value = _place(path), mistake["input"]
    fields, description = _described(model, path)
    if mistake["type"] == "extra_forbidden":
        where = f" in {_place(parents)}" if parents else ""
        fields = fields if parents else [*fields, *also]
        alike = get_close_matches(str(last), fields, 1)
        meant = f" (is {alike[0]!r} meant?)" if alike else ""
        return f"unknown key {last!r}{where}{meant}; the keys are {', '.join(sorted(fields))}"
    if mistake["type"] == "missing":
        where = f" in {_place(parents)}" if parents else ""
        return f"key {last!r} is missing{where}: {description}"
    if mistake["type"] == "literal_error":
        allowed = mistake["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
        return f"{place} is {value!r}; use one of {allowed}"
    if mistake["type"] == "value_error":
        return f"{place} {mistake['ctx']['error']}".strip()
    return f"{place} is {_shown(value)}; {_wanted(mistake)}" + (f" ({description})" if description else "")


def _wanted(mistake):
    context, words = mistake.get("ctx", {}), mistake["msg"].removeprefix("Input ").removeprefix("String ")
    wanted = words.replace("should ", "it must ", 1)
    if mistake["type"] == "too_short":
        return f"it must hold at least {context['min_length']}"
    if mistake["type"] == "string_pattern_mismatch":
        return f"it does not match {context['pattern']}"
    for technical, plain in (
        ("a valid integer", "a whole number"),
        ("a valid number", "a number"),
        ("a valid string", "text; put it into quotes"),
        ("a valid list", "a list"),
        ("a valid dictionary", "a mapping"),
        ("a valid boolean", "true or false"),
        ("greater than or equal to", "at least"),
        ("less than or equal to", "at most"),
        ("greater than", "above"),
        ("be at", "be at"),
    ):
        wanted = wanted.replace(technical, plain)
    return wanted


def _shown(value):
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:100]}..."


def _place(path):
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def _described(model, path):
    """Return the names of the keys where the path leads, and the description of the last key on it."""
    fields, description = model.model_fields, ""
    names = list(fields)
    for part in path:
        if part in fields:
            description = described(fields[part]) or description
            inner = model_in(fields[part].annotation)
            if inner is not None:
                fields = inner.model_fields
                if part != path[-1]:
                    names = list(fields)
    return names, description


def described(field):
    """Return the description of a field on one line; "" if it has none."""
    return " ".join((field.description or "").split())


def model_in(annotation):
    """Return the model in a field's type, as in ``list[Model] | None``; None if there is none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (model_in(argument) for argument in getattr(annotation, "__args__", ()))
    return next((model for model in inner if model is not None), None)
