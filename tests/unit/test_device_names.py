"""What devices are called: each of the catalogues has a name and a kind, and one of a user's own keeps its id."""

from pathlib import Path

import pytest

from hwpred.device_names import kind_of, title_of
from hwpred.documents import read_yaml
from hwpred.findings.registry import CATALOGUES

ROOT = Path(__file__).parents[2]
DEVICES = {str(entry["device"]) for file in CATALOGUES for entry in read_yaml(ROOT / file)["combinations"]}


@pytest.mark.parametrize("device", sorted(DEVICES))
def test_a_device_of_the_catalogues_has_a_name_and_a_kind(device):
    assert kind_of(device)
    assert "{" not in title_of(device)
    assert "_" not in title_of(device)


def test_two_devices_have_two_names():
    titles = sorted(map(title_of, DEVICES))
    # HELP writes it in two ways, one a space.
    assert [title for title in set(titles) if titles.count(title) > 1 and "Titan Xp" not in title] == []


@pytest.mark.parametrize(
    ("device", "title"),
    [
        ("epyc_onnx", "AMD EPYC, ONNX Runtime"),
        ("xeon_torch_2", "Intel Xeon, PyTorch, 2 threads"),
        ("2080ti_256", "RTX 2080 Ti, batch 256"),
        ("amp-nchw-pt240-cu124-rtx4090-dynamo", "RTX 4090, PyTorch 2.4 compiled"),
    ],
)
def test_names_of_ids_with_parts(device, title):
    assert title_of(device) == title


def test_a_device_that_is_not_known_keeps_its_id():
    assert title_of("my_phone_7") == "my_phone_7"
    assert kind_of("my_phone_7") is None
