"""Inputs as people write them, most of them bad: a data file, a catalogue and a study each, and what must be said.

A case is ``ok`` (nothing is said), ``warned`` or ``refused``, with words that the sentence must hold. Words that the
data file is to blame for are those of ``hwpred.sources``; those about a study or a catalogue name no more than the key
and the value.
"""

import gzip
import io
import os
import zipfile
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import yaml

from hwpred.spaces import get_space

CELLS = get_space("nasbench201")
COMBINATION = "nasbench201-cifar10-dev-latency"
OK, WARNED, REFUSED = "ok", "warned", "refused"
ROWS = 60


def _measured():
    """Sixty cells with a latency in ms and an accuracy in %."""
    rng = np.random.default_rng(0)
    operations = CELLS.enumerate()[rng.permutation(CELLS.architectures)[:ROWS]]
    value = 5 + np.array([0.0, 0.1, 1.2, 2.3, 0.4])[operations].sum(axis=1) + rng.normal(0, 0.02, ROWS)
    accuracy = 50 + 40 * rng.random(ROWS)
    texts = [CELLS.to_text(row) for row in operations]
    return operations, pd.DataFrame({"architecture": texts, "value": value, "accuracy": accuracy})


OPERATIONS, BOTH = _measured()
GOOD = BOTH.drop(columns="accuracy")
NUMBERED = pd.DataFrame(OPERATIONS, columns=[f"p{i}" for i in range(6)]).assign(value=GOOD["value"])
TEXT = GOOD.to_csv(index=False)


@dataclass
class Case:
    """One input; ``write`` gets a folder and returns the path of the data file that it wrote there."""

    write: object
    expected: str = OK
    words: tuple = ()
    entry: dict = field(default_factory=dict)
    """Keys of the combination that differ; None removes one."""
    study: dict = field(default_factory=dict)
    """Keys of the study that differ."""
    accuracies: bool = False
    """Whether the file's accuracies are used, as those of the task ``mine``."""
    catalogue: object = None
    """Instead of the catalogue: its content, or a function of the entry."""
    more_catalogues: object = None
    """Function of the folder and the entry: further catalogues."""
    study_file: object = None
    """Instead of the study: its content."""
    added_to_study: str = ""
    run: str = "inputs"

    def __post_init__(self):
        if isinstance(self.words, str):
            self.words = (self.words,)


def prepare(case, folder):
    """Write the files of a case; return the path of its study."""
    path = case.write(folder)
    entry = {"space": "nasbench201", "task": "cifar10", "device": "dev", "metric": "latency", "source": "table"}
    entry |= {"file": str(path) if path is not None else None, "unit": "ms", "direction": "smaller"}
    entry |= ({"accuracy": "mine"} if case.accuracies else {}) | case.entry
    entry = {key: value for key, value in entry.items() if value is not None}
    catalogue = {"combinations": [entry]}
    if case.accuracies:
        catalogue["accuracies"] = [{"space": "nasbench201", "task": "mine", "source": "table", "file": str(path)}]
    content = yaml.safe_dump(catalogue) if case.catalogue is None else case.catalogue
    content = content(entry) if callable(content) else content
    _write(folder / "catalogue.yaml", content)
    catalogues = [str(folder / "catalogue.yaml")]
    catalogues += case.more_catalogues(folder, entry) if case.more_catalogues else []
    study = {"run": case.run, "catalogues": catalogues, "combinations": [COMBINATION], "predictors": ["ridge_reg"]}
    study |= {"seeds": 1, "train_sizes": {"nasbench201": [11, 25]}, "test_sizes": {"nasbench201": 20}}
    study |= {"selection": {"seeds": 1, "architectures": [20, 50], "verified": [4], "adaptive": []}} | case.study
    content = yaml.safe_dump(study) + case.added_to_study if case.study_file is None else case.study_file
    if content != "absent":
        _write(folder / "study.yaml", content)
    return str(folder / "study.yaml")


def _write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def file(content, name="m.csv"):
    """Return a writer of a file with that content."""
    return lambda folder: _write(folder / name, content)


def table(change=None, frame=GOOD, name="m.csv", index=False):
    """Return a writer of the good rows as CSV after a change."""
    return lambda folder: _write(folder / name, _changed(frame, change).to_csv(index=index))


def cell(row, column, value, frame=GOOD):
    """Return a writer of the good rows with another cell."""
    return table(lambda rows: _with_cell(rows, row, column, value), frame)


def parquet(change=None, damage=None):
    """Return a writer of the good rows as Parquet after a change, and a damage to the bytes."""

    def write(folder):
        path = folder / "m.parquet"
        _changed(GOOD, change).to_parquet(path)
        return path if damage is None else _write(path, damage(path.read_bytes()))

    return write


def _changed(frame, change):
    return frame if change is None else change(frame.copy())


def _with_cell(rows, row, column, value):
    rows[column] = rows[column].astype(object)
    rows.loc[row, column] = value
    return rows


def value(text, expected=REFUSED, words="is no number"):
    """Return a case with another value in row 5."""
    place = () if expected == OK else ("row 5 (line 6)",)
    return Case(cell(4, "value", text), expected, (*place, words) if words else place)


def in_study(words, expected=REFUSED, **changes):
    """Return a case with other keys in the study."""
    return Case(table(), expected, words, study=changes)


def in_entry(words, expected=REFUSED, **changes):
    """Return a case with other keys in the definition of the combination."""
    return Case(table(), expected, words, entry=changes)


def device(name, expected=REFUSED):
    """Return a case with that device."""
    return Case(
        table(), expected, ("device", repr(name)), {"device": name},
        {"combinations": [f"nasbench201-cifar10-{name}-latency"]},
    )  # fmt: skip


def _decimal_commas(separator, quote=""):
    rows = [f"{a}{separator}{quote}{str(v).replace('.', ',')}{quote}" for a, v in GOOD.to_numpy()]
    return file("\n".join([f"architecture{separator}value", *rows]) + "\n")


def _folder(folder, make):
    make(folder / "m.csv")
    return folder / "m.csv"


def _link(folder, name, target):
    (folder / name).symlink_to(target)
    return folder / name


def _beside(folder, name):
    (folder / name).mkdir()
    return table()(folder / name)


def _zipped():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return content.getvalue()


def _loop(folder):
    _link(folder, "b.csv", folder / "a.csv")
    return _link(folder, "a.csv", folder / "b.csv")


def _unreadable(folder):
    path = table()(folder)
    path.chmod(0)
    return path


def _noise(length):
    return np.random.default_rng(1).bytes(length)


def _of_accuracy(change, expected, words):
    return Case(table(change, BOTH), expected, words, accuracies=True)


def _percent(row, number):
    return lambda rows: _with_cell(rows, row, "accuracy", number)


def _fbnet(rows):
    study = {"combinations": ["fbnet-cifar10-dev-latency"], "train_sizes": {"fbnet": [2]}, "test_sizes": {"fbnet": 3}}
    return {"write": file("architecture,value\n" + rows), "entry": {"space": "fbnet"}, "study": study}


def _bomb():
    lines = ["a: &a [x,x,x,x,x,x,x,x,x]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]")
    return "\n".join([*lines, "combinations: []", ""])


def _second_catalogue(folder, entry):
    return [str(_write(folder / "second.yaml", yaml.safe_dump({"combinations": [entry]})))]


def _folder_as_catalogue(folder, entry):
    (folder / "there.yaml").mkdir()
    return [str(folder / "there.yaml")]


READABLE = os.geteuid() == 0
"""The superuser reads what nobody may read."""
POSITIVE = "is not positive"
BEYOND = "is no measurement, above 1e+30 or below 1e-30"
NO_ARCHITECTURE = "is no architecture of nasbench201; one looks like '|skip_connect~0|"
SIZES = "train_sizes.nasbench201"

CASES = {
    "good_reference": Case(table()),
    # Formats
    "csv_bom": Case(file(TEXT.encode("utf-8-sig"))),
    "csv_crlf": Case(file(TEXT.replace("\n", "\r\n"))),
    "csv_cr_only": Case(file(TEXT.replace("\n", "\r"))),
    "csv_semicolon": Case(file(TEXT.replace(",", ";"))),
    "csv_tab": Case(file(TEXT.replace(",", "\t"))),
    "csv_semicolon_decimal_comma": Case(_decimal_commas(";"), WARNED, "column 'value' have decimal commas"),
    "csv_decimal_comma_quoted": Case(_decimal_commas(",", '"'), WARNED, "column 'value' have decimal commas"),
    "csv_decimal_comma_unquoted": Case(
        _decimal_commas(","), REFUSED, ("row 1 (line 2) has 3 cells separated by commas", "need semicolons")
    ),
    "csv_utf16": Case(file(TEXT.encode("utf-16"))),
    "csv_empty": Case(
        file(""), REFUSED, "m.csv is empty; its first line must name the columns: architecture (or p0 to"
    ),
    "csv_header_only": Case(file("architecture,value\n"), REFUSED, "m.csv has no rows below its header"),
    "csv_no_header": Case(
        file(TEXT.split("\n", 1)[1]), REFUSED, ("m.csv, line 1: '|", "is no header; the first line must name")
    ),
    "csv_blank_lines": Case(file(TEXT.replace("\n", "\n\n"))),
    "csv_comment_line": Case(file("# measured 2026\n" + TEXT)),
    "csv_missing_field": Case(
        file(TEXT + GOOD["architecture"][0] + "\n"), REFUSED, "row 61 (line 62) has 1 cells separated by commas"
    ),
    "gz_named_csv_gz": Case(file(gzip.compress(TEXT.encode()), "m.csv.gz")),
    "gz_renamed_csv": Case(file(gzip.compress(TEXT.encode()))),
    "xlsx_renamed_csv": Case(file(_zipped()), REFUSED, "m.csv is a zip archive, as spreadsheets are, and no text"),
    "xlsx_suffix": Case(file("x", "m.xlsx"), REFUSED, ("a path ending in .csv, .tsv", "m.xlsx")),
    "csv_upper_suffix": Case(table(name="m.CSV")),
    "tsv_suffix": Case(file(TEXT.replace(",", "\t"), "m.tsv")),
    "binary_garbage": Case(file(_noise(4096)), REFUSED, "m.csv is no text: line 1 holds the character"),
    "nul_bytes": Case(file(TEXT.encode() + b"\0\0\0\n"), REFUSED, "line 62 holds the character '\\x00'"),
    "latin1_bytes": Case(
        file(TEXT.encode() + "üß,5\n".encode("latin-1")), REFUSED, ("row 61 (line 62): 'üß'", NO_ARCHITECTURE)
    ),
    # Rows
    "dup_same_value": Case(table(lambda rows: pd.concat([rows, rows.iloc[[3]]]))),
    "dup_different_value": Case(
        table(lambda rows: pd.concat([rows, rows.iloc[[3]].assign(value=99.0)])),
        WARNED,
        "measurements of one architecture differ by more than a factor of 2: row 4 (line 5), row 61 (line 62)",
    ),
    "huge_file_100k_rows": Case(file("architecture,value\n" + TEXT.split("\n", 1)[1] * 1800)),
    "few_rows_3": Case(
        table(lambda rows: rows.head(3)), REFUSED, ("has 3 architectures, but", "measure at least 5 architectures")
    ),
    "few_rows_3_sizes_fit": Case(
        table(lambda rows: rows.head(5)),
        REFUSED,
        "test_sizes.nasbench201 is 2: ranks of so few architectures tell nothing",
        study={"train_sizes": {"nasbench201": [2, 3]}, "test_sizes": {"nasbench201": 2}},
    ),
    "one_row": Case(table(lambda rows: rows.head(1)), REFUSED, "has 1 architectures, but"),
    # Values
    "value_negative": value("-3.2", words="'-3.2' is not positive"),
    "value_zero": value("0", words=POSITIVE),
    "value_nan": value("nan", WARNED, "left out, since the value is missing"),
    "value_NA": value("NA", WARNED, "left out, since the value is missing"),
    "value_empty": value("", WARNED, "left out, since the value is missing"),
    "value_inf": value("inf", words=BEYOND),
    "value_minus_inf": value("-inf", words=BEYOND),
    "value_unit": value("12.7ms"),
    "value_unit_space": value("12.7 ms"),
    "value_text": value("fast"),
    "value_thousands": value("1,234.5"),
    "value_huge": value("1e308", words=BEYOND),
    "value_overflow": value("1e400", words=BEYOND),
    "value_tiny": value("1e-320", words=BEYOND),
    "value_hexa": value("0x1F"),
    "value_true_": value("True"),
    "value_spaces": value("  7.5 ", OK, ""),
    "value_underscore": value("1_000"),
    "value_2GB_int": value("9" * 4000, words=BEYOND),
    "constant_values": Case(
        table(lambda rows: rows.assign(value=5.0)), REFUSED, "m.csv: all 60 values are 5.0; a constant"
    ),
    "nearly_constant_test": Case(
        table(lambda rows: rows.assign(value=[6.0] + [5.0] * 59)), WARNED, "59 of 60 architectures have the value 5"
    ),
    "value_mixed_us_and_ms": Case(
        table(lambda rows: rows.assign(value=rows["value"] * np.where(rows.index < 30, 1000, 1))),
        WARNED,
        ("30 of 60 values are about", "another unit? row 1 (line 2), row 2 (line 3), row 3 (line 4) and 27 more"),
    ),
    # Columns
    "extra_column": Case(table(lambda rows: rows.assign(notes="x"))),
    "extra_index_column": Case(table(index=True)),
    "upper_case_columns": Case(table(lambda rows: rows.rename(columns=str.upper))),
    "capital_columns": Case(table(lambda rows: rows.rename(columns=str.capitalize))),
    "spaced_header": Case(file(TEXT.replace("architecture,value", "architecture, value"))),
    "duplicate_value_column": Case(
        file("architecture,value,value\n" + "\n".join(f"{a},{v},{v}" for a, v in GOOD.to_numpy())),
        REFUSED,
        "m.csv: column 'value' stands twice; keep one",
    ),
    # Architectures
    "wrong_architecture_text": Case(
        cell(2, "architecture", "|conv9x9~0|+|none~0|none~1|+|none~0|none~1|none~2|"),
        REFUSED,
        ("row 3 (line 4): '|conv9x9~0|", NO_ARCHITECTURE),
    ),
    "architecture_missing_edge": Case(
        cell(2, "architecture", "|none~0|+|none~0|none~1|+|none~0|none~1|"),
        REFUSED,
        ("row 3 (line 4): ", NO_ARCHITECTURE),
    ),
    "architecture_upper_case": Case(table(lambda rows: rows.assign(architecture=rows["architecture"].str.upper()))),
    "architecture_index": Case(
        table(lambda rows: rows.assign(architecture=range(ROWS))),
        REFUSED,
        ("row 1 (line 2): '0'", NO_ARCHITECTURE, "numbers go into columns p0, p1, ... (config/README.md)"),
    ),
    "architecture_as_list_text": Case(
        table(lambda rows: rows.assign(architecture=[str(row.tolist()) for row in OPERATIONS])),
        REFUSED,
        ("row 1 (line 2): '[", NO_ARCHITECTURE, "numbers go into columns p0, p1, ... (config/README.md)"),
    ),
    "architecture_whitespace": Case(table(lambda rows: rows.assign(architecture=" " + rows["architecture"] + " "))),
    "architecture_empty_cell": Case(cell(2, "architecture", ""), REFUSED, ("row 3 (line 4): ''", NO_ARCHITECTURE)),
    "p_columns_good": Case(table(frame=NUMBERED)),
    "p_out_of_range": Case(cell(7, "p3", 9, NUMBERED), REFUSED, ("row 8 (line 9): (", ", 9, ", NO_ARCHITECTURE)),
    "p_int8_wrap": Case(cell(7, "p3", 256, NUMBERED), REFUSED, ("row 8 (line 9): (", ", 256, ", NO_ARCHITECTURE)),
    "p_negative": Case(cell(7, "p3", -1, NUMBERED), REFUSED, ("row 8 (line 9): (", ", -1, ", NO_ARCHITECTURE)),
    "p_fraction": Case(
        cell(7, "p3", 1.5, NUMBERED), REFUSED, "row 8 (line 9), column 'p3': '1.5' is no whole number; correct it"
    ),
    "p_missing_column": Case(table(lambda rows: rows.drop(columns="p5"), NUMBERED), REFUSED, "m.csv lacks column 'p5'"),
    "p_inf": Case(cell(7, "p3", "inf", NUMBERED), REFUSED, "row 8 (line 9), column 'p3': 'inf' is no whole number"),
    "p_1e30": Case(cell(7, "p3", "1e30", NUMBERED), REFUSED, ("row 8 (line 9): (", NO_ARCHITECTURE)),
    "both_architecture_and_p": Case(table(lambda rows: rows.assign(architecture=GOOD["architecture"]), NUMBERED)),
    "fbnet_short_text": Case(
        expected=REFUSED,
        words="row 1 (line 2): '3-0-8' is no architecture of fbnet; one looks like '1-1-",
        **_fbnet("3-0-8,5\n"),
    ),
    # Whether the published sample holds an architecture is known to the job only.
    "fbnet_unknown_sample": Case(
        **_fbnet("".join("-".join(["1"] * 21 + [str(last)]) + f",{last + 1}\n" for last in range(9))),
        expected=WARNED,
        words="test_sizes.fbnet is 3",
    ),
    # Paths
    "directory_named_csv": Case(lambda folder: _folder(folder, os.mkdir), REFUSED, "m.csv is a folder, not a file"),
    "missing_file": Case(
        lambda folder: folder / "nothere.csv", REFUSED, "nothere.csv does not exist; correct the key file"
    ),
    "symlink_loop": Case(_loop, REFUSED, "a.csv is a link that leads to itself"),
    "symlink_ok": Case(lambda folder: _link(folder, "m.csv", table(name="real.csv")(folder))),
    "fifo": Case(lambda folder: _folder(folder, os.mkfifo), REFUSED, "m.csv is a named pipe, not a file"),
    "dev_null": Case(lambda folder: _link(folder, "m.csv", "/dev/null"), REFUSED, "m.csv is a device, not a file"),
    "path_with_space": Case(lambda folder: _beside(folder, "my dir")),
    "path_with_umlaut": Case(lambda folder: _beside(folder, "müller")),
    "path_with_braces": Case(lambda folder: _beside(folder, "a{b}"), REFUSED, "write the path without ~, braces and *"),
    "path_tilde": Case(lambda folder: "~/nothere.csv", REFUSED, "write the path without ~, braces and *"),
    "unreadable_chmod000": Case(_unreadable, OK if READABLE else REFUSED, () if READABLE else "m.csv cannot be read"),
    # Parquet
    "parquet_good": Case(parquet()),
    "parquet_text_values": Case(
        parquet(lambda rows: rows.assign(value=rows["value"].astype(str) + " ms")),
        REFUSED,
        ("row 1, column", "is no number"),
    ),
    "parquet_numeric_text": Case(parquet(lambda rows: rows.assign(value=rows["value"].astype(str)))),
    "parquet_bool": Case(
        parquet(lambda rows: rows.assign(value=rows["value"] > 6)), REFUSED, "m.parquet: column 'value' is of type bool"
    ),
    "parquet_datetime": Case(
        parquet(lambda rows: rows.assign(value=pd.to_timedelta(rows["value"], unit="ms"))),
        REFUSED,
        "m.parquet: column 'value' is of type duration",
    ),
    "parquet_null_value": Case(
        parquet(lambda rows: _with_cell(rows, 3, "value", None)), WARNED, "left out, since the value is missing: row 4"
    ),
    "parquet_list_architecture": Case(
        parquet(lambda rows: rows.assign(architecture=[row.tolist() for row in OPERATIONS])),
        REFUSED,
        "m.parquet: column 'architecture' is of type list",
    ),
    "parquet_int_architecture": Case(
        parquet(lambda rows: rows.assign(architecture=range(ROWS))), REFUSED, ("row 1: '0'", NO_ARCHITECTURE)
    ),
    "parquet_corrupt": Case(
        parquet(damage=lambda content: content[:100] + _noise(300) + content[400:]), REFUSED, "m.parquet"
    ),
    "parquet_truncated": Case(
        parquet(damage=lambda content: content[: len(content) // 2]), REFUSED, "m.parquet is a torn Parquet file"
    ),
    "parquet_empty_file": Case(file("", "m.parquet"), REFUSED, "m.parquet is no Parquet file, or torn"),
    "parquet_is_csv": Case(file(TEXT, "m.parquet"), REFUSED, ("m.parquet is no Parquet file", "or name it .csv")),
    # Accuracies
    "accuracy_out_of_range": _of_accuracy(
        _percent(5, 950), REFUSED, ("row 6 (line 7), column 'accuracy'", "'950' is not in %, from 0 to 100")
    ),
    "accuracy_fraction": _of_accuracy(
        lambda rows: rows.assign(accuracy=rows["accuracy"] / 100), REFUSED, "they look like fractions; give percent"
    ),
    "accuracy_missing_some": _of_accuracy(lambda rows: rows.assign(accuracy=[""] * 5 + [70.5] * 55), OK, ()),
    "accuracy_negative": _of_accuracy(
        _percent(5, -3), REFUSED, ("row 6 (line 7), column 'accuracy'", "'-3' is not in %")
    ),
    "accuracy_column_unused": Case(table(frame=BOTH), WARNED, "column 'accuracy' is not used"),
    "accuracy_bad_but_unused": Case(cell(5, "accuracy", "n/a", BOTH), WARNED, "column 'accuracy' is not used"),
    "accuracy_undefined_task": Case(table(frame=BOTH), REFUSED, ("accuracy", "nope"), {"accuracy": "nope"}),
    # Catalogues
    "dup_id_two_catalogues": Case(
        table(), REFUSED, ("second.yaml", COMBINATION, "catalogue.yaml"), more_catalogues=_second_catalogue
    ),
    "dup_id_same_file": Case(
        table(),
        REFUSED,
        ("catalogue.yaml", COMBINATION),
        catalogue=lambda entry: yaml.safe_dump({"combinations": [entry, dict(entry)]}),
    ),
    "unknown_key_combination": in_entry(("catalogue.yaml", "units"), units="ms"),
    "unit_missing": in_entry(("unit", "m.csv"), unit=None),
    "unit_number": in_entry(("catalogue.yaml", "unit", "5"), unit=5),
    "unit_nonsense": in_entry((), OK, unit="bananas"),
    "direction_lower": in_entry(("direction", "lower", "smaller"), direction="lower"),
    "direction_missing": in_entry(("direction", "smaller"), direction=None),
    "direction_wrong_way": in_entry(
        "direction says that larger values of latency are better; of latency, smaller ones are",
        WARNED,
        direction="larger",
    ),
    "file_missing_key": in_entry("file", file=None),
    "batch_size_zero": in_entry(("batch_size", "0"), batch_size=0),
    "source_unknown": in_entry(("source", "csv"), source="csv"),
    "space_unknown": in_entry(("space", "nasbench101"), space="nasbench101"),
    "device_slash": device("a/b"),
    "device_space": device("my phone"),
    "device_dotdot": device(".."),
    "device_nonascii": device("téléphone"),
    "device_dot": device("pixel6.1", OK),
    "device_number": device(3090),
    "device_newline": device("dev\n"),
    "transfer_from_self": Case(
        table(),
        REFUSED,
        ("transfer_from", COMBINATION),
        {"transfer_from": [COMBINATION]},
        {"predictors": ["ridge_reg", "transfer_gp"]},
    ),
    "dead_operations_unknown": in_entry(("dead_operations", "maybe"), dead_operations="maybe"),
    "yaml_python_object": Case(
        table(), REFUSED, "catalogue.yaml", catalogue='combinations: !!python/object/apply:os.system ["touch PWNED"]\n'
    ),
    "yaml_empty_catalogue": Case(table(), REFUSED, "catalogue.yaml", catalogue=""),
    "yaml_list_catalogue": Case(table(), REFUSED, "catalogue.yaml", catalogue="- a\n- b\n"),
    "yaml_dup_key_catalogue": Case(
        table(),
        REFUSED,
        ("catalogue.yaml", "'space'", "twice"),
        catalogue=lambda entry: (
            "combinations:\n  - space: fbnet\n" + "".join(f"    {key}: {item}\n" for key, item in entry.items())
        ),
    ),
    "yaml_utf16": Case(table(), REFUSED, "catalogue.yaml", catalogue="combinations: []\n".encode("utf-16")),
    "yaml_bom": Case(table(), catalogue=lambda entry: "\ufeff" + yaml.safe_dump({"combinations": [entry]})),
    "yaml_norway_metric": in_entry(("metric", "True"), metric=True),
    "yaml_anchor_bomb": Case(table(), REFUSED, "catalogue.yaml", catalogue=_bomb()),
    "catalogue_missing_file": Case(
        table(), REFUSED, "nope.yaml", more_catalogues=lambda folder, entry: [str(folder / "nope.yaml")]
    ),
    "catalogue_is_directory": Case(table(), REFUSED, "there.yaml", more_catalogues=_folder_as_catalogue),
    # Studies
    "unknown_key_study": in_study("trainsizes", trainsizes=[1]),
    "combination_unknown": in_study("nasbench201-cifar10-dev-energy", combinations=["nasbench201-cifar10-dev-energy"]),
    "predictor_unknown": in_study(("predictors", "xgboost"), predictors=["xgboost"]),
    "train_sizes_bigger_than_table": in_study(
        (f"{COMBINATION}: ", "m.csv has 60 architectures", f"{SIZES} holds 100", "drop the train_sizes above 40"),
        train_sizes={"nasbench201": [11, 100]},
    ),
    "train_sizes_bigger_than_space": in_study((SIZES, "20000"), train_sizes={"nasbench201": [11, 20000]}),
    "train_sizes_descending": in_study((SIZES, "11 after 25"), train_sizes={"nasbench201": [25, 11]}),
    "train_sizes_zero": in_study((SIZES, "0"), train_sizes={"nasbench201": [0]}),
    "train_sizes_scalar": in_study((SIZES, "11"), train_sizes={"nasbench201": 11}),
    "train_sizes_text": in_study((), OK, train_sizes={"nasbench201": ["11"]}),
    "train_sizes_float": in_study((SIZES, "25.5"), train_sizes={"nasbench201": [11.0, 25.5]}),
    "train_sizes_list_not_mapping": in_study("train_sizes", train_sizes=[11, 25]),
    "train_sizes_other_space_only": in_study(("train_sizes", "fbnett"), train_sizes={"fbnett": [5]}),
    "test_sizes_zero": in_study(("test_sizes.nasbench201", "0"), test_sizes={"nasbench201": 0}),
    "test_sizes_two": in_study(("test_sizes.nasbench201", "2"), test_sizes={"nasbench201": 2}),
    "seeds_zero": in_study(("seeds", "0"), seeds=0),
    "seeds_negative": in_study(("seeds", "-3"), seeds=-3),
    "seeds_text": in_study(("seeds", "ten"), seeds="ten"),
    "seeds_huge": in_study(("seeds", "1000000000"), seeds=10**9),
    "selection_seeds_above_seeds": in_study(("selection.seeds", "5"), selection={"seeds": 5}),
    "run_dotdot": Case(table(), REFUSED, ("run", "../evil"), run="../evil"),
    "run_absolute": Case(table(), REFUSED, ("run", "/elsewhere/evil"), run="/elsewhere/evil"),
    "combinations_empty": in_study("combinations", combinations=[]),
    "predictors_string": in_study(("predictors", "ridge_reg"), predictors="ridge_reg"),
    "hyperparameters_unknown": in_study(("ridge_reg", "alfa"), hyperparameters={"ridge_reg": {"alfa": 1}}),
    "hyperparameters_bad_value": in_study(("ridge_reg", "alpha", "-5"), hyperparameters={"ridge_reg": {"alpha": -5}}),
    "hyperparameters_text": in_study(("ridge_reg", "alpha", "big"), hyperparameters={"ridge_reg": {"alpha": "big"}}),
    "yaml_tabs": Case(table(), REFUSED, "study.yaml", study_file="run: X\n\tseeds: 1\n"),
    "yaml_python_object_study": Case(
        table(), REFUSED, "study.yaml", study_file='run: !!python/object/apply:os.system ["touch PWNED"]\n'
    ),
    "yaml_empty_study": Case(table(), REFUSED, "study.yaml", study_file=""),
    "yaml_list_study": Case(table(), REFUSED, "study.yaml", study_file="- a\n"),
    "yaml_scalar_study": Case(table(), REFUSED, "study.yaml", study_file="hello\n"),
    "yaml_dup_key_study": Case(table(), REFUSED, ("study.yaml", "'seeds'", "twice"), added_to_study="seeds: 2\n"),
    "study_missing_file": Case(table(), REFUSED, "study.yaml", study_file="absent"),
}
