"""Commands that a user might give: good, failing, hanging, and printing what is no time."""

import os
import shlex
import sys
import tempfile
import time

import numpy as np
import onnxruntime
import pytest

from hwpred.measurement.chunks import Chunk
from hwpred.measurement.command import MeasurementError, time_command
from hwpred.measurement.measurer import measurer
from hwpred.measurement.openers import opener
from hwpred.networks.layers import LayerList
from hwpred.networks.onnx_graphs import INPUT, onnx_model
from hwpred.networks.weights import initial_weights
from hwpred.spaces import get_space
from hwpred.spaces.base import ArchitectureTable

KEEPS_THE_NETWORK = """
import shutil, sys
shutil.copy(sys.argv[1], sys.argv[2])
print(sys.argv[1], file=sys.stderr)
print("3.5\\n\\n 1.5 \\n2e0")
"""
FAILS_FOR_LARGE_NETWORKS = """
import os, sys
size = os.path.getsize(sys.argv[1])
if size > 2e6:
    raise MemoryError("no memory for " + "x" * 300 + f" of {size} bytes")
print(size)
"""
HANGS = {
    "itself": "(echo started; sleep 60) > {fifo}; echo 1; true {{onnx}}",
    "in a child": "(echo started; sleep 60) > {fifo} & echo 1; wait; true {{onnx}}",
    "in a child that the command left behind": "(echo started > {fifo}; sleep 60 3> {fifo}) & echo 1; true {{onnx}}",
}


@pytest.fixture
def network(tmp_path):
    """A file whose folder has a name that a shell would take apart."""
    layers = LayerList(2, 4)
    layers.head(layers.relu_conv_bn(0, 2, 3), 3)
    folder = tmp_path / "it's a folder"
    folder.mkdir()
    file = folder / "network.onnx"
    built = layers.network()
    file.write_bytes(onnx_model(built, initial_weights(built, np.random.default_rng(0))).SerializeToString())
    return file


def timed(command, network, timeout=30):
    return time_command(command, network, timeout)


def script(tmp_path, text, *arguments):
    """Return the command that runs a script with the network's file and further arguments."""
    file = tmp_path / "time it.py"
    file.write_text(text)
    before, after = shlex.join([sys.executable, str(file)]), shlex.join(map(str, arguments))
    return f"{before} {{onnx}} {after}"


def test_a_command_gets_a_network_that_runs_and_its_numbers_are_read(tmp_path, network):
    timing = timed(script(tmp_path, KEEPS_THE_NETWORK, tmp_path / "kept.onnx"), network)
    assert (timing.median, timing.spread, timing.count) == (2.0, 0.5, 3)
    session = onnxruntime.InferenceSession(tmp_path / "kept.onnx", providers=["CPUExecutionProvider"])
    (entry,) = session.get_inputs()
    (output,) = session.run(None, {INPUT: np.ones(entry.shape, np.float32)})
    assert output.shape == (1, 3)
    assert np.ptp(output) > 0


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("echo the board is too hot >&2; exit 3; {onnx}", "device_command ended with code 3: the board is too hot$"),
        ("echo no such phone; exit 1; {onnx}", "device_command ended with code 1: no such phone$"),
        ("./no-such-program {onnx}", "device_command ended with code 127: .*no-such-program"),
        ("true {onnx}", "device_command printed nothing; it must print one time in ms a line$"),
        ("echo; true {onnx}", "device_command printed nothing"),
        ("echo 1.5; echo 2.5 ms; true {onnx}", "device_command printed '2.5 ms', no positive number of ms$"),
        ("echo -1.5; true {onnx}", "device_command printed '-1.5', no positive number"),
        ("echo 0; true {onnx}", "device_command printed '0', no positive number"),
        ("echo nan; true {onnx}", "device_command printed 'nan', no positive number"),
        ("echo inf; true {onnx}", "device_command printed 'inf', no positive number"),
        ("echo 1_000; true {onnx}", "device_command printed '1_000', no positive number"),
        ("echo \uff11; true {onnx}", "device_command printed '\uff11', no positive number"),
        (r"printf '\377\001'; true {onnx}", "device_command printed '.*', no positive number"),
    ],
)
def test_what_goes_wrong_is_told_in_one_sentence(network, command, sentence):
    with pytest.raises(MeasurementError, match=sentence) as error:
        timed(command, network)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "command", ['cat "{onnx}"', "sh -c 'cat {onnx}'", "echo `cat {onnx}`", "echo $(cat {onnx})", 'cat {onnx} "{onnx}"']
)
def test_nothing_in_the_path_of_the_file_is_run(tmp_path, command):
    marker = tmp_path / "marker"
    folder = tmp_path / f"$(touch {marker.name})`touch {marker.name}`"
    folder.mkdir()
    file = folder / "n.onnx"
    file.write_text("1.5\n")
    with pytest.raises(MeasurementError, match="leave the quotes out, or set TMPDIR"):
        time_command(f"cd {tmp_path}; {command}", file, 30)
    assert time_command(f"cd {tmp_path}; cat {{onnx}}", file, 30).median == 1.5
    assert not marker.exists()
    (tmp_path / "plain.onnx").write_text("2.5\n")
    assert time_command(command, tmp_path / "plain.onnx", 30).median == 2.5


@pytest.mark.parametrize("place", HANGS)
def test_a_command_that_hangs_is_ended_with_what_it_started(tmp_path, network, place):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    # The end of a FIFO comes when all that write to it have ended.
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(reader, True)
    start = time.monotonic()
    with pytest.raises(MeasurementError, match=r"device_command did not end within 0.5 s; raise command_timeout"):
        timed(HANGS[place].format(fifo=fifo), network, timeout=0.5)
    with open(reader) as text:
        assert text.read() == "started\n"
    assert time.monotonic() - start < 30


def test_a_chunk_goes_on_after_a_network_that_fails(tmp_path, monkeypatch):
    folder = tmp_path / "files"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    operations = get_space("nasbench201").enumerate()
    pool, large, pointwise = (int(np.flatnonzero((operations == code).all(axis=1))[0]) for code in (4, 3, 2))
    command = script(tmp_path, FAILS_FOR_LARGE_NETWORKS)
    combination = {"space": "nasbench201", "task": "cifar10", "device_command": command}
    table = ArchitectureTable(get_space("nasbench201"), operations)
    measure = measurer(opener(combination, table, seed=1), combination, {"command_timeout": 30})
    chunk = Chunk([pool], measure, reference_seconds=1e6)
    chunk.visit([pointwise, large, pool])
    chunk.visit_references()
    rows = chunk.rows
    assert rows.architecture.tolist() == [pool, pointwise, large, pool, pool]
    assert rows["median"].isna().tolist() == [False, False, True, False, False]
    assert rows["median"][1] > rows["median"][0] == rows["median"][3] == rows["median"][4]
    assert rows.error[2].startswith("device_command ended with code 1: ...xxx")
    assert rows.error[2].endswith(" bytes")
    assert list(folder.iterdir()) == []
