"""Every kind of figure: what it answers, what one sees, and the command that draws it."""

from itertools import groupby

from hwpred.drawing.registry import CATEGORIES, FAMILIES


def numbers(tables):
    """Return the figures of the page by category.

    Parameters
    ----------
    tables : mapping
        ``gallery``.
    """
    names = dict(tables["gallery"][["kind", "figure"]].itertuples(index=False))
    kinds = [
        {
            "kind": kind,
            "figure": figure,
            "name": names.get(kind),
            "pattern": f"{kind}{family.suffix}".replace("{", "<").replace("}", ">"),
        }
        for family in FAMILIES.values()
        for kind, figure in family.figures.items()
    ]
    kinds.sort(key=lambda kind: CATEGORIES.index(kind["figure"].category))
    groups = groupby(kinds, key=lambda kind: kind["figure"].category)
    return {"categories": {category.split(" ", 1)[1]: list(members) for category, members in groups}}
