"""What measuring leaves behind: a table for source ``measured``, what its values are, and CSV files."""

import json
from pathlib import Path

from hwpred.tables import of_name, read_table, whole_file, write_table

NO_LICENCE = "none stated"


def write_measured(frame, facts, licence, table_file, facts_file):
    """Write a ``measured`` table, and its description as JSON.

    Parameters
    ----------
    frame : DataFrame
    facts : dict
        ``unit``, ``direction``, ``command``, ``date``, and whatever else belongs to the values.
    licence : str or None
        Under which the person who measured gives the values away, None if that was not said.
    table_file, facts_file : str or Path
    """
    write_table(frame, table_file, "measured", of_name(table_file))
    write_facts({"licence": licence or NO_LICENCE, **facts}, facts_file)


def write_facts(facts, file):
    """Write what belongs to measured values as JSON.

    Parameters
    ----------
    facts : dict
    file : str or Path
    """
    with whole_file(file) as unfinished:
        unfinished.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def with_texts(measured_file, architectures_file, column):
    """Return a ``measured`` table with the texts of its architectures, and its values under another name.

    Parameters
    ----------
    measured_file, architectures_file : path
    column : str
        ``"value"`` or ``"accuracy"``.

    Returns
    -------
    DataFrame
        ``architecture``, that column, and ``started`` where the table tells, in the order of the table.
    """
    space = Path(measured_file).name.split("-")[0]
    texts = read_table(architectures_file, "architectures", {"space": space}).set_index("architecture")["operations"]
    table = read_table(measured_file, "measured", of_name(measured_file)).drop(columns=["spread", "count"])
    table["architecture"] = table["architecture"].map(texts)
    return table.rename(columns={"value": column})


def write_times(table, output):
    """Write a CSV that ``hwpred.fit`` reads: values to six digits, ``started`` to a tenth of a second.

    Parameters
    ----------
    table : DataFrame
    output : path
    """
    texts = {name: "{:.1f}" if name == "started" else "{:.6g}" for name in table.select_dtypes("floating")}
    with whole_file(output) as unfinished:
        table.assign(**{name: table[name].map(text.format) for name, text in texts.items()}).to_csv(
            unfinished, index=False
        )


def period(days):
    """Write the first and the last of some days (ISO) as text, ``"2026-11-24"`` or ``"2026-11-24 to 2026-11-26"``."""
    return " to ".join(dict.fromkeys((min(days), max(days))))


def different_machines(machines):
    """Return each of some machines (dictionaries) once, always in the same order."""
    texts = {json.dumps(machine, sort_keys=True) for machine in machines}
    return [json.loads(text) for text in sorted(texts)]
