"""How numbers become words and tables on the pages of docs/."""

import numpy as np
import pandas as pd
import pytest

from hwpred.findings import text


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [(0.8807, 3, "0.881"), (-0.0004, 3, "0.000"), (np.nan, 3, "-"), (1.5, 1, "1.5"), (-0.126, 2, "-0.13")],
)
def test_decimals_have_a_leading_zero_and_no_negative_zero(value, digits, expected):
    assert text.decimals(value, digits) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.0123, "+0.012"), (-0.0123, "-0.012"), (0.0001, "0.000"), (-0.0001, "0.000"), (np.nan, "-")],
)
def test_differences_have_a_sign_unless_they_vanish(value, expected):
    assert text.signed(value) == expected


def test_percent_and_count():
    assert text.percent(0.9238, 1) == "92.4 %"
    assert text.percent(np.nan) == "-"
    assert text.count(15625) == "15,625"
    assert text.count(np.nan) == "-"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0021, -0.0034], "0.004"),
        ([0.007], "0.007"),
        ([-0.006, 0.002], "0.006"),
        ([0.0], "0.000"),
        ([0.1 + 0.2], "0.300"),
    ],
)
def test_a_bound_is_rounded_up_and_so_holds(values, expected):
    assert text.at_most(values) == expected
    assert all(abs(value) <= float(text.at_most(values)) + 1e-12 for value in values)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.00042, "0.00042"),
        (0.75, "0.75"),
        (17.4, "17"),
        (1437, "1,400"),
        (3.5, "3.5"),
        (0.1, "0.1"),
        (2.0, "2"),
        (9.96, "10"),
    ],
)
def test_significant_digits(value, expected):
    assert text.significant(value) == expected


@pytest.mark.parametrize(("seconds", "expected"), [(27.2, "27 s"), (480, "8 min"), (5112, "85 min"), (87840, "24 h")])
def test_durations_have_the_unit_that_suits_them(seconds, expected):
    assert text.duration(seconds) == expected


def test_words_are_listed_as_one_writes_them():
    assert text.listed(["a"]) == "a"
    assert text.listed(["a", "b"]) == "a and b"
    assert text.listed(["a", "b", "c"], "or") == "a, b or c"


def test_tables_are_markdown_with_their_index_first():
    table = pd.DataFrame({"tau": ["0.1", "0.2"]}, index=["a", "b"]).rename_axis("predictor")
    assert text.markdown(table) == "| predictor | tau |\n| --- | --- |\n| a | 0.1 |\n| b | 0.2 |"
    assert text.markdown(table, index=False).splitlines()[0] == "| tau |"


@pytest.mark.parametrize(
    ("combination", "facts", "title"),
    [
        ("nasbench201-cifar10-pixel3-latency", (), "Google Pixel 3"),
        (
            "nasbench201-cifar100-pi5_onnx-energy",
            ("metric", "task"),
            "Raspberry Pi 5, ONNX Runtime (energy, CIFAR-100)",
        ),
        ("nasbench201-ImageNet16-120-epyc_onnx-latency", ("task",), "AMD EPYC, ONNX Runtime (ImageNet16-120)"),
        ("zoo-imagenet-amp-nchw-pt240-cu124-rtx4090-latency", ("space",), "RTX 4090, PyTorch 2.4, NCHW (timm)"),
        ("fbnet-images-my_phone-latency", ("space",), "my_phone (FBNet)"),
    ],
)
def test_a_combination_is_called_by_its_device_and_what_a_page_must_tell(combination, facts, title):
    assert text.combination_title(combination, *facts) == title
