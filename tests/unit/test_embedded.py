"""The measurements that the project ships: each that the catalogue defines is there, readable, described and small."""

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from hwpred.documents import read_yaml
from hwpred.errors import InputError
from hwpred.sources import get_source
from hwpred.sources.checksums import file_digest
from hwpred.sources.loading import load_measurements, read_receipts
from hwpred.spaces import get_space
from hwpred.spaces.base import ArchitectureTable
from hwpred.study.catalogue import read_catalogue

ROOT = Path(__file__).parents[2]
LARGEST = 300_000
"""Bytes of a table, which every clone of the repository holds."""

PUBLISHED = ("zoo-imagenet-accuracy",)
"""What others published under a licence that lets it be given on: timm's top-1."""
LEFT_OUT = {f"zoo-imagenet-{device}-latency" for device in ("xeon_torch", "xeon_onnx_2", "xeon_torch_2")}
"""What the default study does not take: the same networks in another runtime, and on two threads."""


def shipped():
    """Return {id: request} of all that the catalogue takes from measured tables, paths absolute."""
    catalogue = ROOT / "config" / "combinations.yaml"
    combinations, accuracies = read_catalogue([catalogue])
    requests = {name: {**entry, "kind": "target"} for name, entry in combinations.items()}
    requests |= {f"{name}-accuracy": {**entry, "kind": "accuracy"} for name, entry in accuracies.items()}
    measured = {name: request for name, request in requests.items() if request["source"] == "measured"}
    return {name: {**request, "folder": str(ROOT / request["folder"])} for name, request in measured.items()}


@pytest.mark.parametrize("name", shipped())
def test_a_table_can_be_read_and_is_small(name):
    request = shipped()[name]
    files = get_source("measured").files(request)
    space = get_space(request["space"])
    _, metadata = load_measurements(
        request, read_receipts(files, "measured"), ArchitectureTable(space, space.enumerate())
    )
    assert metadata["licence"] == ("Apache-2.0" if name in PUBLISHED else "CC0-1.0")
    assert Path(files[0]).stat().st_size < LARGEST


def test_every_file_is_listed_with_its_checksum():
    folder = ROOT / "data" / "embedded"
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split() for line in lines)}
    assert listed == {
        path.name: file_digest(path) for path in folder.iterdir() if path.suffix in (".parquet", ".json", ".csv")
    }


@pytest.mark.parametrize("suffix", [".parquet", ".json"])
def test_a_file_that_has_changed_is_refused(tmp_path, suffix):
    request = shipped()["nasbench201-cifar10-epyc_onnx-latency"]
    for file in (*get_source("measured").files(request), ROOT / "data" / "embedded" / "SHA256SUMS"):
        shutil.copy(file, tmp_path)
    files = get_source("measured").files({**request, "folder": str(tmp_path)})
    changed = next(Path(file) for file in files if file.endswith(suffix))
    content = bytearray(changed.read_bytes())
    content[len(content) // 2] ^= 1
    changed.write_bytes(content)
    space = get_space(request["space"])
    table = ArchitectureTable(space, space.enumerate())
    with pytest.raises(InputError, match=rf"{changed.name} has changed: its sha256 is .* as SHA256SUMS says; get it"):
        load_measurements({**request, "folder": str(tmp_path)}, read_receipts(files, "measured"), table)


@pytest.mark.parametrize(
    "line", [b"0" * 64, b"\0" * 80, b"\xc7" * 70, b"00  a.parquet", b"", b"0" * 64 + b"  \xc7.parquet"]
)
def test_a_damaged_list_of_checksums_is_refused(tmp_path, line):
    request = shipped()["nasbench201-cifar10-epyc_onnx-latency"]
    for file in get_source("measured").files(request):
        shutil.copy(file, tmp_path)
    good = (ROOT / "data" / "embedded" / "SHA256SUMS").read_bytes().splitlines()
    (tmp_path / "SHA256SUMS").write_bytes(b"\n".join([good[0], line, *good[1:]]))
    files = get_source("measured").files({**request, "folder": str(tmp_path)})
    with pytest.raises(InputError, match=r"SHA256SUMS, line 2 is no sha256 with the name of a file; get it again"):
        load_measurements({**request, "folder": str(tmp_path)}, read_receipts(files, "measured"), None)


def test_an_empty_list_of_checksums_is_refused(tmp_path):
    request = {**shipped()["nasbench201-cifar10-epyc_onnx-latency"]}
    for file in get_source("measured").files(request):
        shutil.copy(file, tmp_path)
    (tmp_path / "SHA256SUMS").touch()
    request["folder"] = str(tmp_path)
    with pytest.raises(InputError, match="SHA256SUMS is empty; get it again"):
        load_measurements(request, read_receipts(get_source("measured").files(request), "measured"), None)


def test_the_default_study_is_all_of_them_and_nothing_else():
    study = read_yaml(ROOT / "config" / "config.yaml")["combinations"]
    measured = [name for name, request in shipped().items() if request["kind"] == "target"]
    assert study == [name for name in measured if name not in LEFT_OUT]


def test_the_readme_tells_means_and_ceilings_as_they_are():
    text = (ROOT / "data/embedded/README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+-latency)` \| ([\d.]+) \| ([\d.]+) \|$", text, re.MULTILINE)
    assert len(rows) >= 10
    for name, mean, ceiling in rows:
        table = ROOT / "data/embedded" / f"{name}.parquet"
        # As many digits as the page tells.
        decimals = len(mean.partition(".")[2])
        assert float(mean) == pytest.approx(pd.read_parquet(table)["value"].mean(), abs=0.51 * 10**-decimals)
        facts = json.loads(table.with_suffix(".json").read_text())
        assert float(ceiling) == pytest.approx(facts["noise_ceiling"], abs=0.00051)
