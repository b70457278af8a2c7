"""The tables of docs/structured.md, on made-up fits."""

import pandas as pd
import pytest

from hwpred.errors import InputError
from hwpred.findings import designs as designs_page
from hwpred.findings import structured as page
from hwpred.findings import transfer
from hwpred.findings.fits import summarise

COMBINATION = "nasbench201-cifar10-fpga-latency"
TRANSFER_FITS = (("transfer_gp", 0.9, 0.0), ("structured_gp", 0.7, -0.1))


def fits(predictor, taus, size=25, combination=COMBINATION):
    rows = {"predictor": predictor, "combination": combination, "train_size": size, "seed": range(len(taus))}
    return pd.DataFrame({**rows, "kendall_tau": taus, "spearman": taus, "fit_seconds": 1.0})


def evaluation(*rows):
    columns = ["combination", "predictor", "train_size", "kendall_tau_mean"]
    return pd.DataFrame([(COMBINATION, *row) for row in rows], columns=columns)


def test_best_of_eighteen_counts_the_lookup_table_from_its_own_measurements_on():
    table = page.best_of_eighteen(
        evaluation(("gcn", 5, 0.4), ("gcn", 124, 0.7), ("lin_reg", 124, 0.8), ("lookup", 25, 0.99), ("rf", 5, 0.1))
    ).set_index("train_size")
    assert table["best_of_eighteen"].to_dict() == {5: 0.4, 25: 0.99, 124: 0.99}
    assert table["best_predictor"].to_dict() == {5: "gcn", 25: "lookup", 124: "lookup"}


def test_the_best_of_a_few_is_not_taken_for_that_of_eighteen():
    rivals, others = evaluation(("gcn", 5, 0.4), ("gcn", 7, 0.5)), evaluation(("gcn", 5, 0.4), ("bananas", 5, 0.6))
    page.check_rivals(rivals[:1], others)
    with pytest.raises(InputError, match=rf"on {COMBINATION}, .* structured_rivals has fits on 7 measurements, and"):
        page.check_rivals(rivals, others)


def test_structured_table_sets_the_best_beside_and_leaves_a_gap_where_there_is_none():
    ours = pd.concat([fits("structured_gp", [0.8, 0.9]), fits("structured_gp", [0.9, 0.9], size=55)])
    untold = fits("structured_gp", [0.6, 0.7])
    table = page.structured_table(ours, untold, page.best_of_eighteen(evaluation(("gcn", 25, 0.7))))
    table = table.set_index(["dead_operations", "train_size"])
    assert table.loc[("told", 25), "gain"] == pytest.approx(0.15)
    assert table.loc[("untold", 25), "gain"] == pytest.approx(-0.05)
    assert table.loc[("told", 25), "seeds"] == 2
    assert table["best_of_eighteen"].isna().tolist() == [False, True, False]


def test_transfer_table_says_what_transfer_gains():
    both = [fits(name, [tau, tau - shift], size=size) for size in (10, 25) for name, tau, shift in TRANSFER_FITS]
    table = transfer.transfer_table(pd.concat(both), pd.concat(both[:2]))
    assert table["dead_operations"].value_counts().to_dict() == {"told": 4, "untold": 2}
    table = table[table["dead_operations"] == "told"].set_index(["predictor", "train_size"])
    assert table.loc[("transfer_gp", 10), ["gain", "standard_error"]].tolist() == pytest.approx([0.15, 0.05])
    assert table.loc["structured_gp", "gain"].isna().all()


def test_figures_show_every_space_and_predictor():
    other = "fbnet-images-titan_rtx_32-latency"
    table = pd.concat([fits("structured_gp", [0.8], combination=name) for name in (COMBINATION, other)])
    best = pd.DataFrame({"combination": [COMBINATION, other], "train_size": 25, "best_of_eighteen": 0.5})
    shown = page.plot_structured(page.structured_table(table, fits("structured_gp", [0.7]), best))
    assert [len(axes.lines) for axes in shown.axes] == [3, 2]
    assert [axes.get_title() for axes in shown.axes] == ["nasbench201, 1 combination", "fbnet, 1 combination"]
    designs = [summarise(fits("rf", [0.5, 0.6]), "kendall_tau").assign(design=name) for name in designs_page.DESIGNS]
    (axes,) = designs_page.plot_designs(pd.concat(designs)).axes
    assert axes.get_title() == "Random forest"
    named = [line for line in axes.lines if line.get_label() in designs_page.NAMES.values()]
    # Told apart without colours.
    assert len({line.get_marker() for line in named}) == len(named) > 1
