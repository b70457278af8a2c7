"""One device as one page: what is expected of its predictions, which architecture to take, what to measure next.

The page is static HTML that asks the network for nothing. Every chart has its numbers as a table beside it.
"""

import logging
import shlex
from pathlib import Path

from hwpred.answer.device_tables import (
    choice_of,
    distribution_of,
    expectation_of,
    held_out_of,
    history_of,
    operations_of,
    origin_of,
    suggestions_of,
)
from hwpred.answer.qualities import called
from hwpred.answer.svg import number
from hwpred.selection.quality import ACCURACY

logger = logging.getLogger(__name__)

TEMPLATE, STYLE = "device.html.j2", "device.css"


def report(device, path, accuracy=None, limit=None, name=None, files=None, quality="accuracy", quality_direction=None):
    """Write what is known of a device as one HTML page, which appears whole or not at all.

    Parameters
    ----------
    device : Device
    path : str or Path
        Such as ``my_phone.html``.
    accuracy : str, Path, DataFrame, Series, dict or array, optional
        As of ``Device.select``: the page then has the front of accuracy and metric.
    limit : float, optional
        In the metric's unit. With accuracies the page then says which architecture to take, and what to measure next to
        find a better one; without, how many architectures keep it.
    name : str, optional
        What the page calls the device; the name of its file, if not given.
    files : dict, optional
        Paths of ``device`` and ``accuracy`` that the commands on the page name, and of the ``page`` itself.
    quality, quality_direction : str, optional
        What ``accuracy`` holds, as of ``Device.select``.

    Raises
    ------
    InputError
        If accuracies or limit cannot be used.
    """
    from hwpred.advice.choice import check_limit
    from hwpred.advice.reading import check_quality
    from hwpred.tables import whole_file

    if limit is not None:
        check_limit(device, limit)
    path = Path(path)
    name = name or path.stem
    files = {"device": f"{name}.hwpred", "accuracy": "accuracies.csv", "page": path.name} | (files or {})
    files = {kind: shlex.quote(str(file)) for kind, file in files.items()}
    direction = check_quality(quality, quality_direction)
    is_accuracy = quality == ACCURACY.name
    files["quality"] = "" if is_accuracy else f" --quality {shlex.quote(quality)} --quality-direction {direction}"
    text = page(device, name, accuracy, limit, files, called(quality, direction))
    with whole_file(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
    logger.info("%s: %d kB", path, len(text) // 1000)


def page(device, name, accuracy, limit, files, quality=ACCURACY):
    """Return the page of a device as HTML.

    Parameters
    ----------
    device, name, accuracy, limit, files :
        As of ``report``; a path in ``files`` is quoted for a shell.
    quality : hwpred.selection.quality.Quality
        What ``accuracy`` holds.

    Returns
    -------
    str
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from hwpred.advice.drift import drift_sentence, has_drifted

    environment = Environment(
        loader=PackageLoader("hwpred.answer"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["number"] = number
    logger.info("predictions, choice and suggestions")
    content = {
        "style": environment.loader.get_source(environment, STYLE)[0],
        "name": name,
        "device": device,
        "files": files,
        "limit": limit,
        "quality": quality,
        "choice": choice_of(device, accuracy, limit, quality),
        "all": distribution_of(device, limit),
        "next": suggestions_of(device, accuracy, limit, quality),
        "costs": operations_of(device),
        "history": history_of(device),
        "held_out": held_out_of(device),
        "origin": origin_of(device),
        "expected": expectation_of(device),
        "drift": {"sentence": drift_sentence(device), "is_large": has_drifted(device)},
    }
    return environment.get_template(TEMPLATE).render(content)
