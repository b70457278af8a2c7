"""Sizes of a study against the rows of a file: every refusal proposes sizes that fit."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwpred.errors import InputError
from hwpred.sources.sizes import check_sizes_of_file, check_test_size


def check(architectures, train_sizes, test_size):
    return check_sizes_of_file("cell-phone", "my.csv", architectures, "nasbench201", train_sizes, test_size)


@pytest.mark.parametrize(
    ("architectures", "train_sizes", "test_size", "proposal"),
    [
        (60, [25, 55, 124], 100, "lower test_sizes.nasbench201 to 20 and drop the train_sizes above 40"),
        (60, [11, 50], 20, "lower test_sizes.nasbench201 to at most 10, or drop the train_sizes above 40"),
        (60, [11, 100], 20, "drop the train_sizes above 40"),
        (60, [55], 20, "lower train_sizes.nasbench201 to 40 and less"),
        (9, [100], 100, "lower test_sizes.nasbench201 to 4 and train_sizes.nasbench201 to 5 and less"),
        (3, [2], 3, "measure at least 5 architectures"),
    ],
)
def test_a_refusal_names_the_sizes_and_others_that_fit(architectures, train_sizes, test_size, proposal):
    with pytest.raises(InputError) as caught:
        check(architectures, train_sizes, test_size)
    assert str(caught.value) == (
        f"cell-phone: my.csv has {architectures} architectures, but train_sizes.nasbench201 holds {max(train_sizes)} "
        f"and test_sizes.nasbench201 is {test_size}; {proposal}"
    )


def test_sizes_that_fit():
    assert check(60, [11, 25, 40], 20) == []
    assert check(15, [11, 5], 4) == [
        "cell-phone: test_sizes.nasbench201 is 4: ranks of so few architectures tell little; raise it to 10 or more"
    ]


def test_test_sizes_that_tell_little_or_nothing():
    assert check_test_size("fbnet", 10) == []
    assert len(check_test_size("fbnet", 9)) == 1
    with pytest.raises(
        InputError, match=r"test_sizes.fbnet is 2: ranks of so few architectures tell nothing; raise it"
    ):
        check_test_size("fbnet", 2)


@given(st.integers(1, 300), st.lists(st.integers(2, 400), min_size=1, max_size=5, unique=True), st.integers(3, 400))
def test_following_the_proposal_helps(architectures, train_sizes, test_size):
    try:
        check(architectures, train_sizes, test_size)
    except InputError as error:
        proposal = str(error).split("; ")[-1]
    else:
        return
    if proposal.startswith("measure"):
        assert architectures < 5
        return
    for either in proposal.split(", or "):
        tested, trained = (
            re.search(r"test_sizes.nasbench201 to (?:at most )?(\d+)", either),
            re.search(r"(?:above|train_sizes.nasbench201 to) (\d+)", either),
        )
        new_test_size = int(tested.group(1)) if tested else test_size
        kept = [size for size in train_sizes if trained is None or size <= int(trained.group(1))]
        check(architectures, kept or [int(trained.group(1))], new_test_size)
