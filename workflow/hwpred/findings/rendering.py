"""Render the pages of docs/ from their templates and the committed tables, and from nothing else."""

from importlib import import_module
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hwpred.findings.registry import PAGES, tables_of, template_of
from hwpred.findings.tables import Tables
from hwpred.findings.text import FILTERS


def render(page, root="."):
    """Return the text of a page.

    Parameters
    ----------
    page : str
        Key of ``PAGES``.
    root : path
        The folder of the project.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the page reads another table than those that the registry says.
    """
    tables = Tables(Path(root, "docs/results"))
    numbers = import_module(f"hwpred.findings.pages.{page}").numbers(tables)
    if tables.read != set(PAGES[page]):
        raise ValueError(f"{page} reads the tables {sorted(tables.read)}, the registry says {sorted(PAGES[page])}")
    environment = Environment(
        loader=FileSystemLoader(root), undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    environment.filters.update(FILTERS)
    return environment.get_template(template_of(page)).render(**numbers, rendered_from=rendered_from(page))


def rendered_from(page):
    """Return the sentence at the foot of a page that says what it is rendered from."""
    text = f"The text is that of the template `{template_of(page)}`.*"
    if not tables_of(page):
        return f"*`snakemake docs/{page}.md` makes this page, from the list `hwpred.findings.registry`. {text}"
    tables = ", ".join(f"`{Path(table).name}`" for table in tables_of(page))
    return (
        f"*`snakemake docs/{page}.md` makes this page, its tables and its figures. Every measured number on it comes "
        f"from tables in `docs/results`: {tables}. {text}"
    )
