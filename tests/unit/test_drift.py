"""A machine that drifts as a test says, and what is left of it once it is corrected."""

import numpy as np
import pandas as pd
import pytest

from hwpred.measurement.collect import collect, corrected, failures
from hwpred.measurement.comparison import compare
from hwpred.measurement.drift import reference_deviations
from hwpred.measurement.plan import FIRST, SECOND
from hwpred.tables import write_table

START = 1_700_000_000.0
HOUR = 3600
REFERENCE_VALUES = {2000: 3.0, 2001: 8.0, 2002: 12.0, 2003: 20.0, 2004: 60.0}


def ramp(seconds):
    """10 % over an hour."""
    return 0.1 * seconds / HOUR


def steps(seconds):
    """Slow for 20 minutes, and a little slow for another 15."""
    return 0.08 * ((seconds > 600) & (seconds < 1800)) + 0.03 * (seconds > 2700)


def true_values(architectures):
    return 5.0 + 0.01 * np.asarray(architectures)


def session(drift, core=0, passing=FIRST, reference_noise=0.005, noise=0.0, seed=0, start=START):
    """Return the rows of an hour: an architecture every 4 s in random order, five references every 45 s."""
    rng = np.random.default_rng(seed)
    order = 1000 * core + rng.permutation(900)
    timed = pd.DataFrame({"architecture": order, "role": "architecture", "started": 4.0 * np.arange(len(order))})
    timed["median"] = true_values(order) * np.exp(rng.normal(0, noise, len(order)))
    visits = np.repeat(np.arange(0, HOUR + 1, 45.0), len(REFERENCE_VALUES))
    references = pd.DataFrame({"started": visits + np.tile(np.arange(5.0) / 5, len(visits) // 5), "role": "reference"})
    references["architecture"] = np.resize(list(REFERENCE_VALUES), len(visits))
    noise_factors = np.exp(rng.normal(0, reference_noise, len(visits)))
    references["median"] = references.architecture.map(REFERENCE_VALUES) * noise_factors
    rows = pd.concat([timed, references], ignore_index=True)
    rows["median"] *= np.exp(drift(rows.started))
    rows["started"] += start
    return rows.assign(core=core, chunk=f"{passing}-{core}", passing=passing, session=0, spread=0.01, count=7, error="")


def errors(rows, column="value"):
    """Return the logarithms of corrected to true values, up to a factor of all: only ranks and ratios count."""
    timed = corrected(rows)
    logarithms = np.log(timed[column] / true_values(timed.architecture))
    return (logarithms - logarithms.median()).abs()


@pytest.mark.parametrize("drift", [ramp, steps])
def test_drift_is_removed(drift):
    rows = session(drift)
    assert errors(rows, "median").quantile(0.9) > 0.03
    assert errors(rows).quantile(0.9) < 0.01
    far_from_steps = np.abs(corrected(rows).started.to_numpy()[:, None] - START - [600, 1800, 2700]).min(axis=1) > 150
    assert errors(rows)[far_from_steps].max() < 0.01


def test_a_slow_second_of_the_references_is_no_drift():
    rows = session(lambda seconds: 0 * seconds)
    slow = (rows.role == "reference") & rows.started.between(START + 898, START + 902)
    assert slow.sum() == 5
    rows.loc[slow, "median"] *= 3
    assert errors(rows).max() < 0.01


def test_other_work_that_slows_most_references_is_no_drift():
    """It slows some runs and leaves others alone, as it does those of the architectures, whose visits filter it."""
    rows, rng = session(lambda seconds: 0 * seconds), np.random.default_rng(1)
    visits = np.round((rows.started - START) / 45)
    busy = (rows.role == "reference") & visits.map(dict(enumerate(rng.random(100) < 0.6)))
    rows.loc[busy, "median"] *= np.exp(rng.uniform(0.1, 0.5, busy.sum()))
    assert errors(rows).quantile(0.9) < 0.02


def test_references_that_failed_do_not_count():
    rows = session(ramp)
    rows.loc[(rows.role == "reference") & (rows.index % 3 == 0), "median"] = np.nan
    assert errors(rows).quantile(0.9) < 0.01


def test_without_references_nothing_changes():
    rows = session(ramp)
    rows = rows[rows.role == "architecture"]
    timed = corrected(rows)
    assert (timed.value == rows["median"]).all()
    assert (timed.drift == 0).all()
    assert collect(rows)[1]["drift"] is None


def test_each_core_drifts_on_its_own():
    rows = pd.concat([session(ramp), session(lambda seconds: -ramp(seconds), core=1, seed=1)], ignore_index=True)
    assert errors(rows).quantile(0.9) < 0.01
    drift = corrected(rows).drift.groupby(rows.core)
    assert (drift.first() - drift.last()).abs().min() > 0.05
    references_of_one = rows[(rows.role == "architecture") | (rows.core == 0)]
    assert (corrected(references_of_one).drift[rows.core == 1] == 0).all()


def test_a_time_without_references_takes_the_nearest():
    rows = session(steps)
    late = rows.role.eq("architecture") & (rows.started > START + 3000)
    rows.loc[late, "started"] += 24 * HOUR
    assert errors(rows)[late].max() < 0.01


def test_deviations_are_of_each_reference():
    deviations = reference_deviations(session(lambda seconds: 0 * seconds))
    assert deviations.deviation.std() == pytest.approx(0.005, rel=0.1)
    assert len(deviations) == 5 * 81


def passes(drift=ramp, second_drift=steps, **options):
    """Return two passes, a day apart; the second one times every seventh architecture."""
    second = session(second_drift, passing=SECOND, seed=7, start=START + 24 * HOUR, **options)
    second = second[(second.role == "reference") | (second.architecture % 7 == 0)]
    return pd.concat([session(drift, **options), second], ignore_index=True)


def still(seconds):
    """No drift."""
    return 0 * seconds


def test_perfect_passes_agree():
    facts = collect(passes(still, still, reference_noise=0))[1]
    assert facts["noise_ceiling"] == facts["noise_ceiling_uncorrected"] == 1


def test_noise_and_drift_lower_the_ceiling_and_correction_raises_it_again():
    facts, noisy = (collect(passes(noise=noise))[1] for noise in (0, 0.05))
    assert 0.95 < facts["noise_ceiling"] <= 1
    assert facts["noise_ceiling_uncorrected"] < facts["noise_ceiling"] - 0.02
    assert 0.5 < noisy["noise_ceiling"] < facts["noise_ceiling"] - 0.05


def test_a_pause_between_sessions_is_not_time_that_measuring_takes():
    rows = session(still)
    later = rows.started > START + HOUR / 2
    paused = rows.assign(started=rows.started + 8 * HOUR * later, session=later.astype(int))
    seconds = [collect(one)[1]["seconds_per_architecture"] for one in (rows, paused)]
    assert seconds[1] == pytest.approx(seconds[0], rel=0.01)


def test_failures_are_architectures_without_any_timing_and_their_last_error():
    rows = session(still)
    rows = rows[rows.architecture.isin([0, 1, 2, 3])]
    again = rows[rows.role == "architecture"].assign(started=rows.started + 10)
    rows = pd.concat([rows, again], ignore_index=True)
    tries = rows.groupby("architecture").cumcount()
    failed = rows.architecture.eq(2) | (rows.architecture.eq(3) & tries.eq(0))
    rows.loc[failed, "median"] = np.nan
    rows.loc[failed, "error"] = "try " + tries[failed].astype(str)
    (failure,) = failures(rows).to_dict("records")
    assert (failure["architecture"], failure["error"], failure["passing"]) == (2, "try 1", FIRST)


def test_collected_values_and_facts():
    rows = passes()
    failed = rows.architecture.isin([3, 14]) | ((rows.passing == SECOND) & rows.architecture.isin([28, 2000]))
    rows.loc[failed, ["median", "spread", "count", "error"]] = [np.nan, np.nan, 0, "too hot"]
    slower = rows[(rows.passing == FIRST) & (rows.role == "architecture") & rows.architecture.isin([5, 21])]
    slower = slower.assign(median=slower["median"] * 1.3)
    measured, facts = collect(pd.concat([rows, slower], ignore_index=True))
    assert list(measured) == ["architecture", "value", "spread", "count", "started"]
    assert measured.architecture.tolist() == [number for number in range(900) if number not in (3, 14)]
    ratio = measured["value"] / true_values(measured.architecture)
    assert (ratio / ratio.median()).between(0.985, 1.015).all()
    assert facts["failed"] == 2
    assert {entry["architecture"] for entry in facts["failures"]} == {3, 14}
    assert {entry["error"] for entry in facts["failures"]} == {"too hot"}
    assert facts["repeated"] == 2
    repeated = measured.set_index("architecture").loc[[5, 21]]
    assert repeated["spread"].tolist() == pytest.approx([0.3, 0.3], abs=1e-6)
    assert repeated["count"].tolist() == [14, 14]
    fastest = rows[(rows.passing == FIRST) & (rows.role == "architecture")].dropna(subset="median")
    fastest = fastest.loc[fastest["median"].groupby(fastest.architecture).idxmin()].set_index("architecture").started
    assert measured.set_index("architecture").started.equals(fastest)
    assert facts["date"] == "2023-11-14 to 2023-11-15"
    assert facts["seconds_per_architecture"] == pytest.approx(4, abs=0.1)
    assert facts["drift"]["slowest_percent"] - facts["drift"]["fastest_percent"] == pytest.approx(10, abs=1)
    assert facts["drift"]["reference_timings"] == 2 * 5 * 81 - 81
    assert facts["drift"]["std_percent"] == pytest.approx(3, abs=1)


def test_one_pass_has_no_ceiling():
    rows = session(still)
    facts = collect(rows)[1]
    assert facts["noise_ceiling"] is None
    assert facts["date"] == "2023-11-14"


def test_if_nothing_could_be_measured_the_first_error_is_told():
    rows = session(still)
    rows.loc[rows.role == "architecture", ["median", "error"]] = [np.nan, "adb: no devices found"]
    with pytest.raises(ValueError, match="no architecture could be measured; the first error: adb: no devices found"):
        collect(rows)


@pytest.mark.parametrize("known", [1, 2])
def test_a_tau_with_measured_values_needs_two(tmp_path, known):
    rows = session(still)
    rows = rows[(rows.role == "reference") | (rows.architecture < 10)].drop(columns=["chunk", "passing", "session"])
    told = {"combination": tmp_path.name, "chunk": "again-0", "sessions": [START]}
    write_table(rows, tmp_path / "again-0.parquet", "timings", told)
    measured = pd.DataFrame({"architecture": range(known), "spread": 0, "count": 1})
    measured["value"] = true_values(measured.architecture)
    write_table(measured, tmp_path / "measured.parquet", "measured")
    row = compare("c", [tmp_path / "again-0.parquet"], tmp_path / "measured.parquet")
    assert row["architectures"] == known
    assert np.isnan(row["kendall_tau"]) == (known == 1)
