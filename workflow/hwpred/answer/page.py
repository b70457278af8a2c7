"""The page itself: one HTML file that needs nothing else, from what ``hwpred.answer.contents`` tells."""

from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined

from hwpred.answer.budget import text_of, within
from hwpred.answer.contents import VERIFIED_UNDER_LIMITS
from hwpred.answer.sentence import label_of
from hwpred.answer.summary import SHORT_SIZES, limit_words, nearest, short_answer, title_of

LARGEST = 3_000_000
"""Bytes of the file: it opens at once on a phone, and can be sent by mail."""
_FOR_THE_REST = 150_000
"""Of them, for template, style, script, and what stands there without JavaScript."""
SCRIPTS = ("answer.js", "charts.js", "tables.js")


def contents_of_run(card, combinations, texts, plans):
    """Put together what the page of a run holds.

    Parameters
    ----------
    card : dict
        Of ``hwpred.answer.card.run_card``.
    combinations : list of dict
        Of ``hwpred.answer.contents.contents_of``.
    texts : dict
        Space -> Series of architectures as the space writes them.
    plans : dict
        Space -> list of architectures, of which any beginning is what to measure first.

    Returns
    -------
    dict
        As ``hwpred.answer.budget.within`` returns it, with the texts of those architectures that are shown.
    """
    labels = {key: label_of(key) for one in combinations for key in [*one["predictors"], *one["left_out"]]}
    contents = {"run": card, "labels": labels, "combinations": combinations, "plans": plans}
    contents = within(contents, LARGEST - _FOR_THE_REST - _bytes_of_texts(combinations, texts))
    shown = {space: {} for space in texts}
    for one in contents["combinations"]:
        known = texts[one["space"]]
        shown[one["space"]].update((architecture, known[architecture]) for architecture in _shown(one))
    return {**contents, "texts": shown}


def _shown(combination):
    """Yield the architectures whose texts a reader may ask for."""
    if combination["scatter"]:
        yield from combination["scatter"]["architectures"]
    if combination["front"]:
        yield from (row[0] for row in combination["front"]["points"])


def _bytes_of_texts(combinations, texts):
    shown = {(one["space"], architecture) for one in combinations for architecture in _shown(one)}
    return sum(len(texts[space][architecture]) + 12 for space, architecture in shown)


def render(contents):
    """Return the page.

    Parameters
    ----------
    contents : dict
        Of ``contents_of_run``.

    Returns
    -------
    str
        HTML. What it says of each combination stands there without JavaScript, too.
    """
    environment = Environment(loader=FunctionLoader(_template), undefined=StrictUndefined, autoescape=_is_html)
    first = contents["combinations"][0]
    return environment.get_template("answer.html.j2").render(
        run=contents["run"],
        combinations=contents["combinations"],
        labels=contents["labels"],
        title_of=title_of,
        short_sizes=SHORT_SIZES,
        nearest=nearest,
        short_answer=lambda one, number: short_answer(one, nearest(one["sizes"], number)),
        limit_words=lambda one, number: limit_words(one, nearest(one["sizes"], number)),
        verified=VERIFIED_UNDER_LIMITS,
        sentence=first["criteria"]["tau"][first["sizes"].index(nearest(first["sizes"], SHORT_SIZES[-1]))]["sentence"],
        contents=script_safe(text_of(contents)),
        style=_template("answer.css"),
        script="\n".join(map(_template, SCRIPTS)),
    )


def script_safe(text):
    """Return JSON that ends no script element early, and starts no comment."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _template(name):
    return (files("hwpred.answer") / "templates" / name).read_text(encoding="utf-8")


def _is_html(name):
    return name.endswith(".html.j2")
