"""What was damaged on purpose, and what survived."""

WORDS = {
    "corrupted tables": (
        "each kind of table between the stages is truncated, emptied, or overwritten with zeros. It loses rows, a "
        "column or its metadata, or gets values in other rows. Or it is replaced by the table of another combination, "
        "predictor or block. Each is given to every rule that reads its kind."
    ),
    "corrupted tables, hwpred check": (
        "the same, looked for by `hwpred check`, which goes through the results of a run."
    ),
    "flipped bits": ("one bit of a table, drawn at random over all kinds; it is read as every job reads it."),
    "receipts": (
        "what a run notes of each file that it takes from a source is torn, changed, or replaced by that of another "
        "file; and the file that it is about is. Each is read as the jobs do that build tables."
    ),
    "data of the project": (
        "each table of `data/embedded`, its description, and the list of their checksums are torn or changed. A table "
        "or a description is also replaced by that of another combination. Each is read as the jobs do that build "
        "tables."
    ),
    "download cache": (
        "a file that was downloaded before is torn, changed, or a page to log in. Its checksum is a published one or "
        "that of its first download. The note that holds the latter is damaged as well."
    ),
    "foreign files": (
        "pickles, torch files, Parquet, CSV, YAML, ONNX files and saved devices that somebody made to run code, "
        "to crash Python, or to take its memory and time. Each is read by a process of its own. Code that runs "
        "counts as silent. More than 500 MB of memory, more than 20 s of the processor, and crashes are not "
        "survived."
    ),
    "downloads": ("from servers on this machine that are slow, never end, lead elsewhere, or send something else."),
    "names and commands": (
        "strange names in each key that takes one, and `device_command` with files in folders whose names a shell"
        " would run."
    ),
    "arrangements": (
        "fits of each predictor in other blocks of seeds, with two threads, and with other hashes of texts. What "
        "computes with torch may differ by 0.00001, and `bohamiann`, whose chains are long, by 0.01; the others "
        "by no bit."
    ),
    "kills": (
        "a small study is killed thirty times, and goes on as `make resume` does. It ends in the same results, "
        "and nothing is left over."
    ),
    "Slurm": (
        "a small study runs on a Slurm of one machine, with accounting and without. One of its jobs is cancelled, is "
        "killed, or needs more memory or time than it has. A node goes down, or the controller is away for half a "
        "minute. The fits equal those of a quiet run."
    ),
}
"""Test -> what is done."""


def numbers(tables):
    """Return the rows of the page.

    Parameters
    ----------
    tables : mapping
        ``faults``.
    """
    return {"rows": [{**row, "words": WORDS[row["test"]]} for row in tables["faults"].to_dict("records")]}
