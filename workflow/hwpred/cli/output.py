"""What commands print or write: tables, JSON, sentences."""

import json
import logging
import math
import sys

logger = logging.getLogger("hwpred")


def best_in_words(best, options):
    """Say which architecture to take, and what is known of it.

    Parameters
    ----------
    best : Series or None
        As of ``hwpred.advice.choice.Selection``.
    options : argparse.Namespace
        ``limit``, ``confidence``, ``quality``.

    Returns
    -------
    str
    """
    from hwpred.answer.qualities import called

    if best is None:
        return f"No architecture keeps the limit of {options.limit:g} with a probability of {options.confidence:g}."
    probably = f"; with a probability of {best['probability']:.2f} it keeps"
    known = ", and was measured to keep" if best["measured"] else probably
    known_quality = called(options.quality).value(best[options.quality])
    return (
        f"{best['architecture']}: {options.quality} {known_quality}, predicted {best['value']:.4g} "
        f"({best['lower']:.4g} to {best['upper']:.4g}){known} the limit of {options.limit:g}."
    )


def history_in_words(content):
    """Say what the last fit knew and how good it was."""
    last = content["history"][-1]
    earlier = last["percent_of_earlier_rows"]
    more = "" if earlier is None else f"; over the earlier rows {earlier:.1f} %"
    return (
        f"{content['file']}: {content['predictor']}, {last['rows']} architectures, held out: tau {last['tau']:.3f}, "
        f"mean error {last['error']:.3g}, median error {last['percent']:.1f} %{more}"
    )


def write(table, options):
    """Write a table to where it is wanted: CSV with six significant digits, or JSON records.

    Parameters
    ----------
    table : DataFrame
    options : argparse.Namespace
        ``output``, a file, or None for the terminal; ``json``, whether that is the format.
    """
    if options.json:
        write_json(table.to_dict("records"), options)
    else:
        write_text(table.to_csv(index=False, float_format="%.6g"), options)


def write_json(content, options):
    """Write JSON to where it is wanted.

    Parameters
    ----------
    content : dict or list
    options : argparse.Namespace
        ``output``, a file, or None for the terminal.
    """
    write_text(json.dumps(_plain(content), indent=1) + "\n", options)


def write_text(text, options):
    """Write a text to where it is wanted.

    Parameters
    ----------
    text : str
    options : argparse.Namespace
        ``output``, a file, or None for the terminal.
    """
    if options.output is None:
        sys.stdout.write(text)
        return
    from hwpred.tables import whole_file

    with whole_file(options.output) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
    logger.info("%s: written", options.output)


def show(content, options, in_words=None):
    """Print what is known of a file that was made: as JSON if that is asked for, else in words, if there are any.

    Parameters
    ----------
    content : dict or list
    options : argparse.Namespace
        ``json``, whether JSON is asked for.
    in_words : callable, optional
        From the content to a text.
    """
    if options.json:
        print(json.dumps(_plain(content), indent=1))
    elif in_words is not None:
        print(in_words(content))


def _plain(content):
    """Return what JSON can hold; a number that is missing is null."""
    if isinstance(content, dict):
        return {key: _plain(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_plain(value) for value in content]
    content = content.item() if hasattr(content, "item") else content
    return None if isinstance(content, float) and not math.isfinite(content) else content
