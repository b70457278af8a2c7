"""One device: what is fitted, predicted, chosen, suggested, saved, and said of what cannot be used."""

import io
import json
import pydoc
import subprocess
import sys
import zipfile

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

import hwpred
from hwpred.advice import choice, heldout, models, spread
from hwpred.errors import InputError
from hwpred.predictors.registry import get_predictor
from hwpred.spaces import get_space
from hwpred.structure import structured

SPACE = get_space("nasbench201")
OPERATIONS = SPACE.enumerate()
TEXTS = [SPACE.to_text(row) for row in OPERATIONS.tolist()]
RNG = np.random.default_rng(0)
LATENCY = (5 + structured("nasbench201", OPERATIONS).blocks["drawn/counts"] @ np.array([0, 0.5, 2, 6, 1, 0])) * np.exp(
    0.02 * RNG.normal(size=len(OPERATIONS))
)
ACCURACY = 50 + LATENCY + RNG.normal(size=len(LATENCY))
ROWS = RNG.permutation(len(LATENCY))


def measured(count, start=0):
    rows = ROWS[start : start + count]
    return pd.DataFrame({"architecture": [TEXTS[i] for i in rows], "value": LATENCY[rows]})


@pytest.fixture(scope="module")
def device():
    return hwpred.fit(measured(30), space="nasbench201", metric="latency", unit="ms")


@pytest.fixture(scope="module")
def ridge():
    return hwpred.fit(measured(30), space="nasbench201", metric="latency", unit="ms", predictor="ridge_reg")


def test_importing_the_package_imports_nothing_heavy():
    program = "import sys, hwpred; assert not {'numpy', 'torch', 'pandas', 'hwpred.advice'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
    assert "fit" in dir(hwpred)
    with pytest.raises(AttributeError, match="no attribute 'fitt'"):
        hwpred.fitt  # noqa: B018


def test_help_shows_what_is_public():
    text = pydoc.plain(pydoc.render_doc(hwpred))
    functions = ("fit", "load", "plan", "advise", "report", "export", "time_networks")
    assert [name for name in functions if f"\n    {name}(" not in text] == []
    assert "class Device(" in text
    assert "class InputError(" in text


def test_a_device_computes_with_one_thread(monkeypatch):
    threads = []

    class Watched(get_predictor("ridge_reg")):
        def _fit(self, x, y, rng):
            threads.append(max(library["num_threads"] for library in threadpool_info()))
            return super()._fit(x, y, rng)

        def predict(self, x):
            threads.append(max(library["num_threads"] for library in threadpool_info()))
            return super().predict(x)

    monkeypatch.setattr(models, "get_predictor", lambda key: Watched)
    with threadpool_limits(2):
        fitted = hwpred.fit(measured(30), space="nasbench201", metric="latency", unit="ms", predictor="ridge_reg")
        fitted.predict(TEXTS[:5])
        assert max(library["num_threads"] for library in threadpool_info()) == 2
    assert set(threads) == {1}
    assert len(threads) > 2


def test_all_architectures_are_predicted_with_intervals_in_the_unit_of_the_metric(device):
    table = device.predict("all")
    assert list(table.columns) == ["architecture", "value", "std", "lower", "upper", "measured"]
    assert table["architecture"].tolist() == TEXTS
    assert table["measured"].sum() == 30
    assert np.median(np.abs(table["value"] / LATENCY - 1)) < 0.03
    assert 0.9 < ((table["lower"] <= LATENCY) & (table["upper"] >= LATENCY)).mean() <= 1
    narrow = device.predict(TEXTS[:50], level=0.5)
    assert (narrow["upper"] < table["upper"][:50]).all()
    # A product of matrices of another height may differ in the last bit.
    np.testing.assert_allclose(narrow["value"], table["value"][:50], rtol=1e-12)


def test_many_architectures_are_predicted_in_blocks(device, monkeypatch):
    operations = np.resize(device.operations, (50, device.operations.shape[1]))
    whole = device.predict_arrays(operations)
    monkeypatch.setattr("hwpred.advice.device.ROWS_AT_ONCE", 20)
    lengths, predict = [], device.model.predict_with_std
    monkeypatch.setattr(device.model, "predict_with_std", lambda rows: [lengths.append(len(rows)), predict(rows)][1])
    blocks = device.predict_arrays(operations)
    assert lengths == [20, 20, 10]
    assert all(part == pytest.approx(all_at_once) for part, all_at_once in zip(blocks, whole, strict=True))
    assert [len(part) for part in device.predict_arrays(operations[:0])] == [0, 0]


def test_a_file_and_a_table_are_read_alike(device, tmp_path):
    measured(30).to_csv(tmp_path / "mine.csv", sep=";", index=False)
    again = hwpred.fit(tmp_path / "mine.csv", space="nasbench201", metric="latency", unit="ms")
    np.testing.assert_array_equal(again.predict("all")["value"], device.predict("all")["value"])


@pytest.mark.parametrize("made", ["device", "ridge"])
def test_a_loaded_device_predicts_the_same_to_the_bit(made, request, tmp_path):
    device = request.getfixturevalue(made)
    device.save(tmp_path / "mine.hwpred")
    loaded = hwpred.load(tmp_path / "mine.hwpred")
    pd.testing.assert_frame_equal(loaded.predict("all"), device.predict("all"), check_exact=True)
    assert loaded.history == device.history
    grown, grown_loaded = (known.append(measured(3, start=30)).predict(TEXTS[:200]) for known in (device, loaded))
    pd.testing.assert_frame_equal(grown_loaded, grown, check_exact=True)
    assert loaded.model.metric == "latency"
    loaded.save(tmp_path / "again.hwpred")
    assert (tmp_path / "again.hwpred").read_bytes() == (tmp_path / "mine.hwpred").read_bytes()


def test_loading_and_predicting_need_no_torch(device, tmp_path):
    device.save(tmp_path / "mine.hwpred")
    program = (
        "import sys, hwpred; hwpred.load(sys.argv[1]).predict('all'); "
        "assert not {'torch', 'sklearn'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program, tmp_path / "mine.hwpred"]).returncode == 0


def _changed(file, name, change):
    """Write the file anew, one of its members changed; None leaves it out."""
    with zipfile.ZipFile(file) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    members[name] = change(members[name])
    with zipfile.ZipFile(file, "w") as archive:
        for each, content in members.items():
            if content is not None:
                archive.writestr(each, content)


def _facts(**changes):
    return lambda content: json.dumps(json.loads(content) | changes).encode()


RIDGE = {"key": "ridge_reg", "hyperparameters": {}, "dead_operations": None}


def _pickled(_):
    buffer = io.BytesIO()
    np.save(buffer, np.array([{}], dtype=object))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("facts.json", _facts(format=1), "has the format 1"),
        ("facts.json", _facts(predictor={"key": "nonsense"}), "contents that hwpred did not write"),
        ("facts.json", _facts(device={"space": "../x"}), "contents that hwpred did not write"),
        (
            "facts.json",
            _facts(predictor={"key": "evil", "hyperparameters": {}, "dead_operations": None}),
            "unknown predictor",
        ),
        (
            "facts.json",
            _facts(predictor={**RIDGE, "dead_operations": {"a": 1}}),
            "dead_operations is {'a': 1}; use one",
        ),
        ("facts.json", _facts(predictor={**RIDGE, "hyperparameters": {"rounds": 10**9}}), "more than the 20,000 steps"),
        ("facts.json", lambda content: b"[" * 100_000, "maximum recursion depth"),
        ("facts.json", lambda content: content[:100], "contents that hwpred did not write"),
        ("facts.json", lambda content: None, "none that hwpred saved"),
        ("arrays/values.npy", lambda content: content[:-8] + bytes(8), "has changed"),
        ("arrays/values.npy", lambda content: None, "contents that hwpred did not write"),
        ("arrays/values.npy", _pickled, "has changed"),
        ("arrays/values.npy", lambda content: bytes(200_000_000), r"is larger than the [\d,]+ bytes that are read"),
    ],
)
def test_a_changed_file_is_one_sentence(device, tmp_path, name, change, words):
    file = tmp_path / "mine.hwpred"
    device.save(file)
    _changed(file, name, change)
    with pytest.raises(InputError, match=words) as error:
        hwpred.load(file)
    assert "\n" not in str(error.value)
    assert str(file) in str(error.value)


def test_torn_foreign_and_missing_files_are_one_sentence(device, tmp_path):
    file = tmp_path / "mine.hwpred"
    device.save(file)
    content = file.read_bytes()
    for wrong in (content[: len(content) // 2], b"", b"architecture,value\n"):
        file.write_bytes(wrong)
        with pytest.raises(InputError, match="torn, or no file that hwpred saved"):
            hwpred.load(file)
    with pytest.raises(InputError, match="does not exist"):
        hwpred.load(tmp_path / "other.hwpred")


def test_an_array_that_is_larger_than_it_says_takes_no_memory():
    from hwpred.advice import storage

    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": "<f8", "fortran_order": False, "shape": (10**12,)})
    with pytest.raises(ValueError, match="not as many as it says"):
        storage._from_bytes("x", buffer.getvalue())
    for values in (np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.arange(3), np.float64(3)):
        again = storage._from_bytes("x", storage._as_bytes(values))
        np.testing.assert_array_equal(again, values)
        assert again.flags["F_CONTIGUOUS"] == np.asarray(values).flags["F_CONTIGUOUS"]


def test_what_could_not_be_read_again_is_not_saved(device, tmp_path, monkeypatch):
    monkeypatch.setattr("hwpred.advice.storage.MOST_BYTES", 1000)
    with pytest.raises(InputError, match=r"mine.hwpred would hold [\d,]+ bytes, more than the 1,000 that are read"):
        device.save(tmp_path / "mine.hwpred")
    assert list(tmp_path.iterdir()) == []


def test_new_rows_move_no_old_one_to_another_fold(device):
    grown = device.append(measured(10, start=30))
    assert [entry["rows"] for entry in grown.history] == [30, 40]
    assert grown.history[0] == device.history[0]
    assert grown.history[1]["percent_of_earlier_rows"] > 0
    folds = heldout.folds_of("nasbench201", grown.operations)
    np.testing.assert_array_equal(folds[:30], heldout.folds_of("nasbench201", device.operations))
    assert len(device.value) == 30


def test_an_architecture_that_is_measured_again_has_the_median(ridge):
    again = measured(1).assign(value=3 * LATENCY[ROWS[0]])
    grown = ridge.append(again)
    assert len(grown.value) == 30
    assert grown.value[0] == pytest.approx(2 * LATENCY[ROWS[0]])


def test_select_takes_the_most_accurate_that_keeps_the_limit(device):
    found = device.select(ACCURACY, limit=15.0)
    table = device.predict("all").assign(accuracy=ACCURACY)
    place = TEXTS.index(found.best["architecture"])
    assert found.best["probability"] >= 0.5
    better = (table["accuracy"] > found.best["accuracy"]) & ~table["measured"]
    assert (table.loc[better, "value"] > 15).all()
    assert LATENCY[place] < 16
    safe = device.select(ACCURACY, limit=15.0, confidence=0.95).best
    assert safe["probability"] >= 0.95
    assert safe["accuracy"] <= found.best["accuracy"]
    front = found.front
    assert front["accuracy"].is_monotonic_increasing
    assert front["value"].is_monotonic_increasing
    assert device.select(ACCURACY, limit=0.1).best is None
    assert device.select(ACCURACY).best is None


def test_what_is_measured_counts_as_measured(device):
    row = int(ROWS[0])
    limit = LATENCY[row]
    only = {TEXTS[row]: 90.0}
    assert device.select(only, limit=limit).best["probability"] == 1
    assert device.select(only, limit=0.999 * limit).best is None


def test_a_limit_of_what_shall_be_large_is_the_least(tmp_path):
    rate = measured(30).assign(value=1000 / LATENCY[ROWS[:30]])
    device = hwpred.fit(rate, "nasbench201", metric="throughput", unit="images/s", predictor="ridge_reg")
    best = device.select(ACCURACY, limit=50.0, confidence=0.9).best
    assert best["value"] > 50
    front = device.select(ACCURACY, limit=50.0).front
    assert front["value"].is_monotonic_decreasing
    assert front["probability"].iloc[0] > front["probability"].iloc[-1]


def test_a_quality_that_should_be_small_selects_the_same_networks(ridge, tmp_path):
    by_accuracy = ridge.select(ACCURACY, limit=15.0)
    told = {"quality": "perplexity"}
    by_perplexity = ridge.select(200 - ACCURACY, limit=15.0, **told)
    assert by_perplexity.best["architecture"] == by_accuracy.best["architecture"]
    assert by_perplexity.front["architecture"].tolist() == by_accuracy.front["architecture"].tolist()
    np.testing.assert_allclose(by_perplexity.front["perplexity"], 200 - by_accuracy.front["accuracy"])
    assert "accuracy" not in by_perplexity.front
    suggested = ridge.suggest(5, ACCURACY, 15.0)
    by_perplexity = ridge.suggest(5, 200 - ACCURACY, 15.0, **told)
    assert by_perplexity["architecture"].tolist() == suggested["architecture"].tolist()
    np.testing.assert_allclose(by_perplexity["gain"], suggested["gain"], rtol=1e-9)
    file = tmp_path / "perplexities.csv"
    pd.DataFrame({"architecture": TEXTS[:99], "perplexity": 200 - ACCURACY[:99]}).to_csv(file, index=False)
    np.testing.assert_array_equal(
        ridge.select(file, **told).front,
        ridge.select(dict(zip(TEXTS, 200 - ACCURACY[:99], strict=False)), **told).front,
    )
    own = {"quality": "loss", "quality_direction": "smaller"}
    assert ridge.select(-ACCURACY, limit=15.0, **own).best["architecture"] == by_accuracy.best["architecture"]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"quality": "loss"}, "direction of 'loss' is None; say which values of it are better"),
        ({"quality": "loss", "quality_direction": "up"}, "direction of 'loss' is 'up'"),
        ({"quality_direction": "smaller"}, "direction of 'accuracy' is 'smaller'; .*: larger"),
        *(
            ({"quality": name, "quality_direction": "smaller"}, f"quality '{name}' is a column of predictions")
            for name in ("std", "value", "Value", "architecture", "probability", "gain", "predicted", "std_after")
        ),
    ],
)
def test_mistakes_about_a_quality(ridge, told, words):
    with pytest.raises(InputError, match=words):
        ridge.select(ACCURACY, **told)


def test_gains_of_suggestions_are_the_expected_largest_gain():
    gain, probability = np.array([1.0, 3.0, 2.0, -1.0, 2.5]), np.array([0.9, 0.2, 0.5, 1.0, 0.4])
    rows, added = choice._expected_gains(gain, probability, 3)
    # By going through all combinations of who keeps the limit.
    for count in (1, 2, 3):
        expected = 0.0
        for kept in np.ndindex(*[2] * count):
            p = np.prod([probability[r] if k else 1 - probability[r] for r, k in zip(rows, kept, strict=False)])
            expected += p * max([0.0, *(gain[r] for r, k in zip(rows, kept, strict=False) if k)])
        assert sum(added[:count]) == pytest.approx(expected)
    assert rows[0] == int(np.argmax(gain.clip(0) * probability))
    assert added == sorted(added, reverse=True)


def test_suggestions_are_new_and_say_what_they_gain(device):
    table = device.suggest(5, accuracy=ACCURACY, limit=15.0)
    assert len(set(table["architecture"]) - set(measured(30)["architecture"])) == 5
    assert (table["gain"].diff().dropna() <= 1e-12).all()
    table = device.suggest(3)
    assert (table["std_after"].diff().dropna() < 0).all()
    assert table["std"].iloc[0] > device.predict("all")["std"].median()


def test_a_predictor_without_std_has_that_of_its_held_out_errors(ridge):
    assert not ridge.spread.stated
    table = ridge.predict("all")
    assert table["std"].nunique() == 1
    assert ((table["lower"] <= LATENCY) & (table["upper"] >= LATENCY)).mean() > 0.85


def test_the_spread_is_widened_where_held_out_errors_or_other_devices_call_for_it():
    value = np.arange(10.0)
    either = np.where(np.arange(10) % 2, 1.0, -1.0)
    right = spread.spread_from(value, value + either, np.ones(10))
    assert (right.down, right.up) == (1, 1)
    # Ten rows tell a fifth of each side, the other four fifths are an error of 0.2 standard deviations.
    sure = spread.spread_from(value, value, np.full(10, 0.1))
    assert sure.up**2 == pytest.approx((0.2 * value.std() / 0.1) ** (2 * 0.8) * spread.LEAST**0.2)
    wrong = spread.spread_from(value, value + 2 * either, np.ones(10))
    assert (wrong.down, wrong.up) == pytest.approx((2, 2))
    unstated = spread.spread_from(value, value + 2 * either, np.full(10, np.nan))
    assert unstated.widened(np.arange(3.0), np.full(3, np.nan)).tolist() == pytest.approx([2] * 3)
    outliers = [spread.spread_from(value, value - size * (value == 3), np.ones(10)) for size in (1e3, 1e6)]
    assert outliers[0] == outliers[1]


def test_a_side_on_which_measurements_hardly_lie_is_narrow_once_enough_rows_tell():
    rng = np.random.default_rng(0)
    # As of a device that is now and then disturbed: most a little below the prediction, some far above.
    error = np.where(rng.random(400) < 0.7, -0.3 * rng.random(400), 3 * rng.random(400))
    value = 10 + 3 * rng.normal(size=400)
    few, many = (spread.spread_from(value[:n], (value - error)[:n], np.ones(n)) for n in (12, 400))
    assert many.down < few.down < few.up
    assert many.down < 0.6
    assert many.up > 1.2
    assert few.scale == pytest.approx(np.sqrt((few.down**2 + few.up**2) / 2))


def test_bounds_and_probabilities_are_those_of_one_distribution():
    uneven = spread.Spread(True, 0.5, 2.0, 8.0)
    value = np.array([10.0, 20.0])
    std = uneven.widened(value, np.array([1.0, 3.0]))
    lower, upper = uneven.bounds(value, std, 0.95)
    assert 4 * (10 - lower[0]) == pytest.approx(upper[0] - 10)
    for limit, probability in ((lower, 0.025), (value, 0.5), (upper, 0.975)):
        assert uneven.below(limit, value, std) == pytest.approx(probability)
    below = uneven.below(np.linspace(0, 20, 50), 10.0, std[0])
    assert (np.diff(below) > 0).all()


def test_where_metrics_differ_by_orders_of_magnitude_their_logarithms_are_spread():
    value = np.geomspace(10.0, 10000.0, 10)
    off = spread.spread_from(value, 1.2 * value, 0.1 * 1.2 * value, logarithmic=True)
    same = spread.spread_from(np.log(value), np.log(1.2 * value), np.full(10, 0.1))
    assert (off.down, off.up) == pytest.approx((same.down, same.up))
    assert off.up < off.down
    std = off.widened(value, 0.1 * value)
    lower, upper = off.bounds(value, std, 0.95)
    of_logarithms = same.bounds(np.log(value), same.widened(np.log(value), np.full(10, 0.1)), 0.95)
    np.testing.assert_allclose(np.log([lower, upper]), of_logarithms)
    for limit, probability in ((lower, 0.025), (value, 0.5), (upper, 0.975)):
        np.testing.assert_allclose(off.below(limit, value, std), probability)
    unstated = spread.spread_from(value, 1.2 * value, np.full(10, np.nan), logarithmic=True)
    std = unstated.widened(value, np.full(10, np.nan))
    np.testing.assert_allclose(std / value, unstated.scale)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"space": "nasbench301"}, "unknown space 'nasbench301'"),
        ({"predictor": "xgboost"}, "unknown predictor 'xgboost'"),
        ({"metric": "jitter"}, "say which direction is better"),
        ({"predictor": "transfer_gp"}, "names no other devices"),
        ({"predictor": "lookup"}, "has no measurement of"),
        ({"predictor": "ridge_reg", "hyperparameters": {"alpha": -1}}, "hyperparameters.ridge_reg.alpha is -1"),
        ({"data": measured(4)}, "4 architectures are measured, and at least 5 are needed"),
        ({"data": measured(1)}, "1 architecture is measured, and at least 5 are needed"),
        ({"data": measured(9).assign(value=1.5)}, "a constant metric needs no predictor"),
        ({"data": measured(9).assign(value="timeout")}, "dataframe.csv, row 1"),
        ({"data": measured(9).assign(architecture="nonsense")}, "dataframe.csv, row 1"),
        ({"data": "nowhere.csv"}, "nowhere.csv does not exist; give the path of a file, or a DataFrame"),
        ({"data": __file__}, r"test_advice.py ends in none of .csv, .tsv, .* .parquet; name the file by what it holds"),
        ({"data": "."}, ". is a folder; give"),
        ({"data": measured(9)["value"]}, "the rows are a Series; give a DataFrame"),
        ({"data": measured(9).to_dict("records")}, "the rows are a list; give a DataFrame"),
        ({"data": None}, "the rows are a NoneType"),
    ],
)
def test_what_cannot_be_fitted_is_one_sentence(change, words):
    arguments = {"data": measured(9), "space": "nasbench201", "metric": "latency", "unit": "ms"} | change
    with pytest.raises(InputError, match=words):
        hwpred.fit(**arguments)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (measured(1), "1 architecture is measured, and at least 5 are needed"),
        (measured(9).assign(value=1.5), "latency: all 9 values are 1.5; a constant metric needs no predictor"),
    ],
)
def test_no_advice_where_nothing_can_be_learnt(data, words, caplog):
    with pytest.raises(InputError, match=words):
        hwpred.advise(data, space="nasbench201", metric="latency", unit="ms", predictors=["ridge_reg"])
    assert len(data) > 1 or caplog.text == ""  # no word about the spread of a single value


def test_what_cannot_be_asked_is_one_sentence(device):
    for ask, words in (
        (lambda: device.predict(["nonsense"]), "architecture 1 of 1"),
        (lambda: device.predict("some"), "not the text 'some'"),
        (lambda: device.predict("all", level=95), "level is 95"),
        (lambda: device.select(ACCURACY, limit=-1), "limit is -1"),
        (lambda: device.select(ACCURACY[:10], limit=15), "one for each of the 15,625"),
        (lambda: device.select(ACCURACY / 100 * np.nan, limit=15), "must be numbers"),
        (lambda: device.select(ACCURACY, limit=15, confidence=1), "confidence is 1"),
        (lambda: device.suggest(3, limit=15), "together only"),
        (lambda: device.suggest(0), "ask for 1 or more"),
    ):
        with pytest.raises(InputError, match=words):
            ask()


@pytest.mark.parametrize(
    ("architectures", "words"),
    [
        (pd.DataFrame({"architecture": TEXTS[:2]}), "not a DataFrame; of a table, give its column architecture"),
        (None, "not a NoneType"),
        ([TEXTS[0], np.nan], "architecture 2 of 2: nan is neither a text nor a row of whole numbers"),
        (OPERATIONS[0], "architecture 1 of 6: .* is neither a text nor a row"),
        (OPERATIONS[:2] + 0.5, "architecture 1 of 2: .* is neither a text nor a row of whole numbers"),
        ([[np.inf] * 6], "architecture 1 of 1: .* is neither"),
        ((text for text in [TEXTS[0], "nonsense"]), "architecture 2 of 2: 'nonsense' is no"),
    ],
)
def test_architectures_that_cannot_be_read_are_one_sentence(ridge, architectures, words):
    with pytest.raises(InputError, match=words):
        ridge.predict(architectures)


@pytest.mark.parametrize(
    ("operations", "words"),
    [
        ([[0] * 6, [-1, 0, 0, 0, 0, 0]], r"architecture 2 of 2: \[-1, 0, 0, 0, 0, 0\] is none of nasbench201"),
        ([[5, 0, 0, 0, 0, 0]], "architecture 1 of 1"),
        ([[0.5, 0, 0, 0, 0, 0]], "architecture 1 of 1"),
        ([[np.nan] * 6], "architecture 1 of 1"),
        (OPERATIONS[0], r"of shape \(6,\); nasbench201 needs one of int and of shape \(architectures, 6\)"),
        (TEXTS[:2], "needs one of int"),
    ],
)
def test_a_population_that_is_none_of_the_space_is_one_sentence(ridge, operations, words):
    with pytest.raises(InputError, match=words):
        ridge.predict_arrays(operations)


def test_no_population_and_any_type_of_numbers_are_predicted(ridge):
    assert [len(part) for part in ridge.predict_arrays([])] == [0, 0]
    whole = ridge.predict_arrays(OPERATIONS[:3])
    for same in (OPERATIONS[:3].tolist(), OPERATIONS[:3].astype(float), pd.DataFrame(OPERATIONS[:3])):
        np.testing.assert_array_equal(ridge.predict_arrays(same), whole)


def test_the_lookup_table_is_held_against_rows_beside_its_own():
    from hwpred.predictors.classical.lookup import LookupTable

    table = {tuple(row): place for place, row in enumerate(OPERATIONS.tolist())}
    rows = [table[tuple(row)] for row in LookupTable.measured("nasbench201").tolist()]
    own = pd.DataFrame({"architecture": [TEXTS[i] for i in rows], "value": LATENCY[rows]})
    with pytest.raises(InputError, match="others are measured"):
        hwpred.fit(own, "nasbench201", predictor="lookup")
    device = hwpred.fit(
        pd.concat([own, measured(10)]).drop_duplicates("architecture"), "nasbench201", predictor="lookup"
    )
    assert np.corrcoef(device.predict("all")["value"], LATENCY)[0, 1] > 0.9


def test_a_plan_is_of_different_architectures_and_of_the_seed():
    few = hwpred.plan("nasbench201", 8)
    assert few["architecture"].nunique() == 8
    assert set(few["architecture"]) <= set(TEXTS)
    assert (few["value"] == "").all()
    many = hwpred.plan("fbnet", 30)
    assert many["architecture"].nunique() == 30
    assert not many.equals(hwpred.plan("fbnet", 30, seed=1))
    assert many.equals(hwpred.plan("fbnet", 30))
    with pytest.raises(InputError, match="ask for 5 to"):
        hwpred.plan("nasbench201", 4)


def test_costs_are_those_of_the_device(device):
    costs = device.explain().groupby("operation")["cost"].mean()
    true = pd.Series([0, 0.5, 2, 6, 1], index=SPACE.operations[0])
    np.testing.assert_allclose(costs[true.index], true - true.mean(), atol=0.7)


def test_advice_names_the_best_predictor_and_what_more_rows_bring():
    advice = hwpred.advise(measured(40), "nasbench201", predictors=["ridge_reg", "bayes_lin_reg"])
    table = advice.table
    assert table["error"].is_monotonic_increasing
    for name in ("tau", "error", "percent", "twice_tau", "twice_error", "twice_percent"):
        assert (table[f"{name}_low"] <= table[name] + 1e-9).all()
        assert (table[name] <= table[f"{name}_high"] + 1e-9).all()
    assert (table["twice_error"] <= table["error"]).all()
    assert advice.sentence.startswith(f"Use {table['predictor'][0]}: by cross-validation over 40 architectures")
    few = hwpred.advise(measured(10), "nasbench201", predictors="ridge_reg")
    assert few.table["twice_error"].isna().all()
    assert "20 architectures or more" in few.sentence


def test_a_space_that_is_too_large_to_enumerate_has_all_but_all():
    space = get_space("fbnet")
    operations = space.draw(30, np.random.default_rng(0))
    texts = [space.to_text(row) for row in operations]
    table = pd.DataFrame({"architecture": texts, "value": 10.0 + operations.sum(axis=1)})
    device = hwpred.fit(table, "fbnet")
    assert device.predict(texts)["measured"].all()
    with pytest.raises(InputError, match="fbnet has too many architectures"):
        device.predict("all")
    assert len(device.suggest(3)) == 3
    assert {"position", "operation", "cost", "percent"} == set(device.explain().columns)
    assert device.select(dict(zip(texts, np.linspace(60, 70, 30), strict=True)), limit=90.0).best["probability"] == 1
