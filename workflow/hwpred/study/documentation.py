"""What is generated from the models: the JSON schemas, and the table of keys in config/README.md.

``python -m hwpred.study.documentation`` writes them anew; a test keeps them in step.
"""

import json
import sys
from pathlib import Path
from typing import get_args

from hwpred.documents import described, model_in
from hwpred.study.catalogue import Catalogue
from hwpred.study.config import Study
from hwpred.tables import whole_file

SCHEMAS = {"config.schema.json": Study, "combinations.schema.json": Catalogue}
BEGIN, END = "<!-- keys: begin, made by python -m hwpred.study.documentation -->", "<!-- keys: end -->"


def json_schema(model):
    """Return the JSON schema of a model as text; every key may be left out, since a study names what differs."""
    schema = model.model_json_schema()
    if model is Study:
        del schema["required"]
        schema["properties"]["extends"] = {
            "description": "name of the study in config/studies that this one builds on",
            "type": "string",
        }
    return json.dumps(_on_one_line(schema), indent=2) + "\n"


def _on_one_line(schema):
    """Return a schema whose descriptions have no line breaks."""
    if isinstance(schema, dict):
        return {
            key: " ".join(value.split()) if key == "description" and isinstance(value, str) else _on_one_line(value)
            for key, value in schema.items()
        }
    return [_on_one_line(part) for part in schema] if isinstance(schema, list) else schema


def key_table(model=Study):
    """Return the keys of a study with their types and meanings, a Markdown table."""
    rows = ["| key | type | meaning |", "|---|---|---|"]
    return "\n".join([*rows, *_rows(model, "")]) + "\n"


def _rows(model, prefix):
    for name, field in model.model_fields.items():
        yield f"| `{prefix}{name}` | {_type_of(field.annotation)} | {described(field)} |"
        inner = model_in(field.annotation)
        if inner is not None and not str(field.annotation).startswith("list"):
            yield from _rows(inner, f"{prefix}{name}.")


def _type_of(annotation):
    text = str(annotation)
    literals = [value for value in get_args(annotation) if isinstance(value, str | bool)]
    if "Literal" in text and literals:
        return ", ".join(f"`{str(value).lower()}`" for value in literals)
    inner = model_in(annotation)
    if inner is not None and not text.startswith("list"):
        return "mapping"
    for sign, word in (("dict[", "mapping"), ("list[", "list"), ("bool", "`true`, `false`")):
        if text.startswith(sign) or sign in text.split("Annotated[", 1)[-1].split(",")[0]:
            return word
    word = next(word for sign, word in (("float", "number"), ("int", "whole number"), ("str", "text")) if sign in text)
    return f"{word}, `null`" if "None" in text else word


def written(readme):
    """Return the text of config/README.md with the table of keys between its marks."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{key_table()}\n{END}{after}"


def main(root):
    """Write schemas and table into the repository that lies there."""
    for name, model in SCHEMAS.items():
        with whole_file(root / "workflow" / "schemas" / name) as unfinished:
            unfinished.write_text(json_schema(model), encoding="utf-8")
    readme = root / "config" / "README.md"
    text = written(readme.read_text(encoding="utf-8"))
    with whole_file(readme) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
