"""What the target measure leaves behind: a table for source ``measured``, and beside it what the values are."""

import json

from hwpred.tables import whole_file, write_table

LICENCE = "CC0-1.0"


def write_measured(frame, facts, table_file, facts_file):
    """Write a ``measured`` table, and its description as JSON.

    Parameters
    ----------
    frame : DataFrame
    facts : dict
        ``unit``, ``direction``, ``command``, ``date``, and whatever else belongs to the values; the licence is added.
    table_file, facts_file : str or Path
    """
    write_table(frame, table_file, "measured")
    with whole_file(facts_file) as unfinished:
        unfinished.write_text(json.dumps({"licence": LICENCE, **facts}, indent=2) + "\n", encoding="utf-8")
