"""Figures and tables from small tables: whole files, distinct styles, right numbers, nothing lost silently."""

import os
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from hwpred.drawing import linear_and_xgboost, lookup
from hwpred.drawing.curves import tied_of
from hwpred.figures import style
from hwpred.figures.averages import by_final_value, mean_curves, spread_untrained
from hwpred.figures.curves import leaders_of, plot_curves
from hwpred.figures.deviation_std import independent_tau, plot_tau_against_deviation
from hwpred.figures.front import cost_and_quality, on_front, plot_cost_front
from hwpred.figures.predictions import agreement, frame_of, plot_deviations, plot_scatter
from hwpred.figures.reading import (
    NoiseCeiling,
    TauCap,
    averaged,
    capped_note,
    highest_tau_of,
    left_out_of,
    noise_ceiling_of,
    read_blocks,
    read_evaluations,
)
from hwpred.figures.search import plot_search_gain, search_table
from hwpred.figures.seeds import plot_seeds
from hwpred.figures.summary_tables import (
    LOOKUP_COLUMNS,
    all_evaluations,
    ceilings,
    lookup_against_linear,
    tau_by_size,
)
from hwpred.figures.table_page import page_of
from hwpred.figures.targets import plot_targets
from hwpred.figures.times import plot_fit_time
from hwpred.metrics import LEAST_PAIRS, half_interval_of_tau
from hwpred.predictors import REGISTRY
from hwpred.predictors.descriptions import DESCRIPTIONS, Description
from hwpred.tables import COLUMNS, write_table
from hwpred.writing import as_text, write_csv

SIZES = (5, 11, 25, 55)
TAU = {"lin_reg": (0.2, 0.3, 0.25, 0.7), "xgb": (0.1, 0.4, 0.6, 0.8), "rf": (0.0, 0.5, 0.55, 0.75)}
KEYS = """lin_reg ridge_reg bayes_lin_reg svmr rf xgb lgb ngb gp sparse_gp
bohamiann nao gcn bonas bananas mlp minimlp structured_gp
transfer_gp lookup"""
METADATA = {"space": "nasbench201", "task": "cifar10", "device": "pixel3", "metric": "latency"}
TARGET = {**METADATA, "unit": "ms", "direction": "smaller", "missing": 2}
REASON = "no such table"


# How colours look without the cones for green, or for red: Machado, Oliveira, Fernandes (2009), severity 1, linear RGB.
MACHADO = {
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
}
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
LEAST_DISTANCE = 8
"""Of two colours in CIE Lab, where about 2 can just be noticed side by side."""


def linear(colour):
    """Return linear RGB of a colour in hexadecimal digits."""
    value = np.array(matplotlib.colors.to_rgb(colour))
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab_of(light):
    """Return CIE Lab of linear RGB, (n, 3)."""
    relative = (light @ XYZ.T) / XYZ.sum(axis=1)
    x, y, z = np.where(relative > 0.008856, np.cbrt(relative), 7.787 * relative + 16 / 116).T
    return np.column_stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])


HOSTILE_SETTINGS = """
axes.facecolor: black
axes.formatter.use_locale: True
axes.prop_cycle: cycler("color", ["red"])
figure.constrained_layout.w_pad: 1
font.family: serif
font.size: 30
lines.linewidth: 9
savefig.bbox: tight
savefig.dpi: 17
savefig.transparent: True
text.color: red
text.usetex: True
timezone: Asia/Kathmandu
"""
DRAW = """
import sys
from hwpred.figures import style
import test_figures as figures

curves = figures.mean_curves({"c": figures.evaluation()})
style.save(figures.plot_curves(curves, "c"), [sys.argv[1]])
"""


def evaluation(shift=0.0, lookup=0.5):
    rows = []
    for predictor, taus in TAU.items():
        for size, tau in zip(SIZES, taus, strict=True):
            measures = {"kendall_tau": tau + shift, "fit_seconds": 1e-3 * size, "search_seconds": 0.0}
            measures["predict_seconds"] = 1e-6
            rows += [(predictor, size, name, value, 0.1, value, value, value, 7) for name, value in measures.items()]
    if lookup is not None:
        measures = {"kendall_tau": lookup, "fit_seconds": 1e-3, "search_seconds": 0.0, "predict_seconds": 1e-7}
        rows += [("lookup", 25, name, value, 0.0, value, value, value, 1) for name, value in measures.items()]
    return pd.DataFrame(rows, columns=list(COLUMNS["evaluation"]))


def seeds(lookup=True, count=7):
    """Return the tau of single seeds, whose mean and spread are those of ``evaluation``."""
    rows = [
        {"predictor": predictor, "train_size": size, "seed": seed, "kendall_tau": tau + 0.01 * (seed - count // 2)}
        for predictor, taus in TAU.items()
        for size, tau in zip(SIZES, taus, strict=True)
        for seed in range(count)
    ]
    rows += [{"predictor": "lookup", "train_size": 25, "seed": 0, "kendall_tau": 0.5}] if lookup else []
    return pd.DataFrame(rows)


def with_correlations(table):
    """Add Spearman's and Pearson's correlations, .1 and .2 above tau."""
    tau = table[table["measure"] == "kendall_tau"]
    others = [tau.assign(measure=name, mean=tau["mean"] + more) for name, more in (("spearman", 0.1), ("pearson", 0.2))]
    return pd.concat([table, *others], ignore_index=True)


def predictions():
    rng = np.random.default_rng(0)
    frames = []
    for predictor, noise in (("lin_reg", 0.5), ("xgb", 0.1), ("rf", None), ("lookup", 1.0)):
        for seed in range(1 if predictor == "lookup" else 2):
            target = rng.normal(size=60)
            prediction = np.zeros(60) if noise is None else target + rng.normal(0, noise, 60)
            same = {"predictor": predictor, "train_size": 25 if predictor == "lookup" else 11, "seed": seed}
            frames.append(pd.DataFrame({**same, "architecture": range(60), "target": target, "prediction": prediction}))
    return pd.concat(frames, ignore_index=True)


def fits():
    rng = np.random.default_rng(0)
    std = rng.uniform(0.1, 3, 200)
    frame = pd.DataFrame({"deviation_std": std, "kendall_tau": 1 / (1 + std), "seed": np.arange(200) % 5})
    return frame.assign(predictor=np.where(frame.index % 2, "xgb", "lookup"), combination="c", space="nasbench201")


def texts(figure):
    """All words of a figure, whatever their lines."""
    found = figure.findobj(lambda artist: hasattr(artist, "get_text"))
    return " ".join(" ".join(text.get_text() for text in found).split())


class TestStyle:
    def test_every_predictor_of_the_study_has_a_look(self):
        assert set(style.LOOKS) == set(KEYS.split()) >= set(REGISTRY)

    def test_no_two_predictors_look_alike_in_colour_or_in_grey(self):
        looks = list(style.LOOKS.values())
        assert len({look.color for look in looks}) == len(looks)
        assert len({(look.dashes, look.marker, look.filled) for look in looks}) == len(looks)

    def test_colours_are_told_apart_by_colour_blind_readers_and_stand_out_from_white(self):
        colours = [*(look.color for look in style.LOOKS.values()), style.GREY]
        light = np.array([linear(colour) for colour in colours])
        contrast = 1.05 / (light[:-1] @ XYZ[1] + 0.05)  # what is grey may be faint
        assert contrast.min() >= 3, f"{colours[contrast.argmin()]} is too light for a line on white (WCAG: 3)"
        for name, seen in {"all": np.eye(3), **MACHADO}.items():
            lab = lab_of((light @ seen.T).clip(0, 1))
            distance = np.linalg.norm(lab[:, None] - lab, axis=2) + 1e3 * np.eye(len(lab))
            first, second = divmod(int(distance.argmin()), len(lab))
            assert distance.min() > LEAST_DISTANCE, f"{name}: {colours[first]} looks like {colours[second]}"

    def test_a_picture_says_what_it_shows(self, tmp_path):
        figure = plot_curves(mean_curves({"c": evaluation()}), "c")
        style.save(figure, [tmp_path / "a.png"], "Lines.")
        with Image.open(tmp_path / "a.png") as picture:
            assert picture.info["Title"].startswith("Which predictor ranks")
            assert picture.info["Description"].startswith("Lines. c; mean over 7 seeds.")
            assert picture.mode == "P"
            shown = np.array([colour for _, colour in picture.convert("RGB").getcolors()])
        for key in TAU:
            drawn = 255 * np.array(matplotlib.colors.to_rgb(style.look_of(key).color))
            assert np.abs(shown - drawn).max(axis=1).min() < 12, f"the palette of the file lacks the colour of {key}"

    def test_a_white_background_stays_white_beside_colours_that_come_near(self):
        pixels = np.full((300, 200, 3), 255, dtype=np.uint8)
        pixels[:100] = np.random.default_rng(0).integers(240, 255, (100, 200, 3))
        picture = style.picture_with_palette(Image.fromarray(pixels), style.COLOURS)
        assert (np.asarray(picture.convert("RGB"))[100:] == 255).all()

    def test_every_family_of_the_registry_has_a_colour(self):
        assert {description.family for description in DESCRIPTIONS.values()} <= set(style.FAMILIES)

    def test_predictors_without_a_line_have_the_colour_of_their_family(self, monkeypatch):
        for key in ("one", "other"):
            monkeypatch.setitem(DESCRIPTIONS, key, Description("New", "trees"))
        one, other = style.look_of("one"), style.look_of("other")
        assert one.color == other.color == style.FAMILIES["trees"][1]
        assert one.marker != other.marker
        assert len({(look.dashes, look.marker, look.filled) for look in style.looks().values()}) == len(style.looks())

    def test_an_unknown_predictor_is_named(self):
        with pytest.raises(ValueError, match="'oracle'; add it to DESCRIPTIONS"):
            style.look_of("oracle")

    def test_seeds_are_counted_in_words(self):
        assert style.seeds_text([50, 50]) == "50 seeds"
        assert style.seeds_text([1]) == "1 seed"
        assert style.seeds_text([10, 1000]) == "10 to 1,000 seeds"

    @pytest.mark.parametrize(("name", "start"), [("a.png", b"\x89PNG"), ("a.pdf", b"%PDF")])
    def test_a_figure_is_written_whole_and_always_the_same(self, tmp_path, name, start):
        contents = []
        for folder in ("first", "second"):
            figure = plot_curves(mean_curves({"c": evaluation()}), "c")
            style.save(figure, [tmp_path / folder / name])
            contents.append((tmp_path / folder / name).read_bytes())
            assert [path.name for path in (tmp_path / folder).iterdir()] == [name]
        assert contents[0] == contents[1]
        assert contents[0].startswith(start)
        assert not any(word in contents[0] for word in (b"CreationDate", b"Software"))

    def test_the_settings_of_a_person_change_no_byte(self, tmp_path):
        settings = tmp_path / "matplotlibrc"
        settings.write_text(HOSTILE_SETTINGS)
        notebook = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
        abroad = {"LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Kathmandu"}
        # Few processes, since each draws for seconds; matplotlib cannot be imported with these settings abroad.
        environments = {"clean": {}, "own": {**notebook, "MATPLOTLIBRC": str(settings)}, "abroad": abroad}
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("MPL", "MATPLOTLIB", "LC_"))}
        drawn = {}
        for name, changes in environments.items():
            picture = tmp_path / f"{name}.png"
            command = [sys.executable, "-c", DRAW, str(picture)]
            subprocess.run(command, check=True, env={**clean, **changes}, cwd=Path(__file__).parent)
            drawn[name] = picture.read_bytes()
        assert [name for name in drawn if drawn[name] != drawn["clean"]] == []

    def test_settings_are_back_after_a_figure_is_made(self):
        with matplotlib.rc_context({"font.size": 33}):
            plot_curves(mean_curves({"c": evaluation()}), "c")
            assert matplotlib.rcParams["font.size"] == 33

    def test_a_figure_within_a_page_is_that_of_the_file(self, tmp_path):
        figure, within = plot_curves(mean_curves({"c": evaluation()}), "c"), BytesIO()
        style.save(figure, [tmp_path / "a.png"])
        style.write_png(figure, within)
        assert within.getvalue() == (tmp_path / "a.png").read_bytes()

    def test_an_unknown_format_is_refused(self, tmp_path):
        with pytest.raises(ValueError, match=r"'.gif'; use one of .pdf, .png"):
            style.save(style.new_figure(2, "a", "b"), [tmp_path / "a.gif"])

    def test_train_size_ticks_are_the_real_sizes(self):
        axes = plot_curves(mean_curves({"c": evaluation()}), "c").axes[0]
        assert list(axes.get_xticks()) == list(SIZES)
        assert axes.get_xscale() == "log"


class TestCurves:
    def test_averages_over_combinations(self):
        curves = mean_curves({"a": evaluation(), "b": evaluation(shift=0.1)}).set_index(["predictor", "train_size"])
        assert curves.loc[("lin_reg", 55), "mean"] == pytest.approx(0.75)
        assert curves.loc[("lin_reg", 55), "seeds"] == 7

    def test_a_predictor_that_a_combination_lacks_is_not_averaged(self):
        curves = mean_curves({"a": evaluation(), "b": evaluation(lookup=None)})
        assert set(curves["predictor"]) == set(TAU)

    def test_nothing_to_average_is_an_error(self):
        with pytest.raises(ValueError, match="no predictor has kendall_tau on all of a"):
            mean_curves({"a": evaluation().iloc[:0]})

    def test_no_combinations_to_average_is_an_error(self):
        with pytest.raises(ValueError, match="no combination whose kendall_tau could be averaged"):
            mean_curves({})

    def test_the_lookup_table_is_a_horizontal_line_that_keeps_its_number_of_measurements(self):
        lines = spread_untrained(mean_curves({"c": evaluation()}))
        lookup = lines[lines["predictor"] == "lookup"]
        assert set(lookup["train_size"]) == set(SIZES)
        assert set(lookup["mean"]) == {0.5}
        assert set(lookup["measurements"]) == {25}

    def test_predictors_are_ordered_by_their_final_value(self):
        assert by_final_value(mean_curves({"c": evaluation()})) == ["xgb", "rf", "lin_reg", "lookup"]

    def test_the_ranking_is_ordered_by_tau_at_the_middle_size(self):
        figure = plot_curves(mean_curves({"c": evaluation()}), "c")
        names = [text.get_text() for text in figure.axes[1].get_yticklabels()]
        middle = {key: tau[2] for key, tau in TAU.items()}
        assert names == [style.label_of(key) for key in sorted(middle, key=middle.get)]
        legend = [text.get_text() for text in figure.axes[1].get_legend().get_texts()]
        assert legend == ["after 5", "25", "55", "25 (Lookup table)"]

    def test_the_leaders_are_in_colour_and_named_and_the_others_grey(self):
        tables = [evaluation().replace({"predictor": {"rf": key}}) for key in ("rf", "gp", "mlp")]
        further = [table[table["predictor"].isin(["gp", "mlp"])] for table in tables[1:]]
        curves = mean_curves({"c": pd.concat([tables[0], *further])})
        leaders = leaders_of(curves)
        assert len(leaders) == 3
        assert leaders[0] == curves[curves["train_size"] == 5].sort_values("mean")["predictor"].iloc[-1]
        growth = plot_curves(curves, "c").axes[0]
        assert [text.get_text() for text in growth.texts if text.get_text() in map(style.label_of, leaders)]
        grey = [line for line in growth.lines if line.get_color() == style.GREY]
        assert len(grey) == curves[curves["predictor"].map(style.is_trained)]["predictor"].nunique() - 3

    def test_a_dot_is_a_seed_of_a_leader(self):
        curves = mean_curves({"c": evaluation()})
        growth = plot_curves(curves, "c", seeds()).axes[0]
        dots = {line.get_color(): line for line in growth.lines if line.get_linestyle() == "None"}
        assert {style.look_of(key).color for key in leaders_of(curves)} <= set(dots)
        drawn = dots[style.look_of("xgb").color].get_ydata()
        assert sorted(drawn) == sorted(seeds().query("predictor == 'xgb'")["kendall_tau"])

    def test_figures_say_seeds_and_what_is_left_out(self):
        left_out = {"lookup": REASON}
        for figure in (
            plot_curves(mean_curves({"c": evaluation(lookup=None)}), "a combination", left_out=left_out),
            plot_seeds(seeds(lookup=False), "a combination", left_out),
        ):
            words = texts(figure)
            assert "a combination" in words
            assert "7 seeds" in words
            assert f"Left out: Lookup table ({REASON})." in words

    def test_the_papers_curves_are_dotted(self):
        paper = pd.DataFrame({"predictor": ["xgb", "gp"], "train_size": [5, 5], "kendall_tau": [0.3, 0.3]})
        figure = plot_curves(mean_curves({"c": evaluation()}), "c", paper=paper)
        dotted = [line for axes in figure.axes for line in axes.lines if line.get_linestyle() == ":"]
        assert {line.get_color() for line in dotted} == {style.look_of("xgb").color}

    def test_the_noise_ceiling_is_a_line_and_its_value_stands_below(self):
        curves = mean_curves({"c": evaluation()})
        figure = plot_curves(curves, "c", ceiling=NoiseCeiling(0.9712, 0.012))
        crossed = [any(set(line.get_ydata()) == {0.9712} for line in axes.lines) for axes in figure.axes]
        assert crossed == [True, False]
        assert figure.axes[0].get_ylim()[1] > 0.9712
        assert "noise ceiling 0.971 ± 0.012" in texts(figure)
        assert "of several combinations" not in texts(figure)
        assert "ceiling" not in texts(plot_curves(curves, "c"))
        figure = plot_curves(curves, "c", ceiling=TauCap(0.8459))
        assert "cap by ties 0.846" in texts(figure)
        assert "the same value" in texts(figure)

    def test_a_run_of_the_lookup_table_alone_can_be_drawn(self, tmp_path):
        table = evaluation()
        lookup = table[table["predictor"] == "lookup"]
        style.save(plot_curves(mean_curves({"c": lookup}), "c"), [tmp_path / "a.png"])
        style.save(plot_seeds(seeds().query("predictor == 'lookup'"), "c"), [tmp_path / "b.png"])

    def test_one_seed_has_no_spread(self, tmp_path):
        figure = plot_seeds(seeds(count=1), "c")
        assert "standard deviations" not in texts(figure)
        style.save(figure, [tmp_path / "a.png"])

    def test_seeds_are_dots_at_three_sizes(self):
        figure = plot_seeds(seeds(), "c")
        assert [axes.get_title() for axes in figure.axes] == ["after 5", "after 25", "after 55"]
        assert [text.get_text() for text in figure.axes[0].get_yticklabels()][-1] == "XGBoost"
        dots = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
        assert [len(line.get_xdata()) for line in dots] == [7, 7, 7]
        assert "Median of their standard deviations: 0.022 after 5, 0.022 after 55." in texts(figure)

    def test_where_nobody_ranks_better_than_chance_nobody_is_the_best(self):
        table = evaluation(lookup=None)
        at_first = (table["measure"] == "kendall_tau") & (table["train_size"] < 11)
        tied = dict.fromkeys(SIZES, ("xgb",))
        curves = mean_curves({"c": table.assign(mean=table["mean"].where(~at_first, 0.0))})
        words = texts(plot_curves(curves, "c", tied=tied))
        assert "Best after 25: XGBoost (0.60); after 55: XGBoost (0.80)." in words
        assert "told apart" not in words
        words = texts(plot_curves(mean_curves({"c": table.assign(mean=0.0)}), "c", tied=tied))
        assert "No predictor ranks better than chance." in words
        assert "Best" not in words

    def test_predictors_that_cannot_be_told_apart_are_named_together(self):
        curves = mean_curves({"c": evaluation()})
        tied = {5: ("lin_reg",), 25: ("xgb", "rf"), 55: ("xgb", "rf", "lin_reg", "gp", "mlp")}
        words = texts(plot_curves(curves, "c", tied=tied))
        assert "Best after 5: Linear regression (0.20); after 25: XGBoost (0.60) or Random forest; " in words
        assert "after 55: XGBoost (0.80), Random forest, Linear regression or 2 more." in words
        assert "Those named together cannot be told apart." in words
        words = texts(plot_curves(curves.assign(seeds=1), "c", tied=tied))
        assert "One seed tells no predictors apart." in words

    def test_seeds_that_are_hard_for_all_tie_no_predictor_with_the_best(self):
        means = {"structured_gp": 0.9, "xgb": 0.7, "rf": 0.5, "gp": 0.5, "lookup": 0.95}
        hard = np.array([0.0, -0.2, 0.1, -0.3, -0.1])
        chance = np.random.default_rng(0).normal(0, 0.01, (len(means), len(hard)))
        rows = [
            {"predictor": key, "train_size": size, "seed": seed, "kendall_tau": mean + hard[seed] + chance[i, seed]}
            for i, (key, mean) in enumerate(means.items())
            for seed in range(len(hard))
            for size in ((25,) if key == "lookup" else (11, 25))
        ]
        assert tied_of(pd.DataFrame(rows)) == {11: ("structured_gp",), 25: ("structured_gp",)}


class TestOtherFigures:
    def test_times_leave_out_a_search_that_nobody_does(self, tmp_path):
        evaluations = {"a": evaluation(), "b": evaluation(lookup=None)}
        figure = plot_fit_time(evaluations, {"a": "nasbench201", "b": "fbnet"}, {"lookup": REASON})
        assert [axes.get_title() for axes in figure.axes] == [
            "nasbench201: fit",
            "nasbench201: prediction",
            "fbnet: fit",
            "fbnet: prediction",
        ]
        assert REASON in texts(figure)
        style.save(figure, [tmp_path / "a.png"])

    def test_front_keeps_what_no_other_beats_in_both(self):
        seconds, quality = np.array([1.0, 2, 3, 1, 4]), np.array([0.5, 0.4, 0.9, 0.5, 0.9])
        assert on_front(seconds, quality).tolist() == [True, False, True, True, False]

    def test_cost_front_adds_search_to_fit_and_fades_what_is_beaten(self, tmp_path):
        table = evaluation()
        searched = (table["measure"] == "search_seconds") & (table["predictor"] == "xgb")
        table.loc[searched, ["mean", "q50"]] = 2.0
        points = cost_and_quality({"c": table}).set_index(["predictor", "train_size"])
        assert points.loc[("xgb", 25), "seconds"] == pytest.approx(2.025)
        assert "lookup" not in points.index
        figure = plot_cost_front({"c": table}, {"c": "nasbench201"})
        shown = SIZES[1:]  # three panels
        assert [axes.get_title().split(": ")[1] for axes in figure.axes] == [f"{size} samples" for size in shown]
        colours = {style.look_of(predictor).color: predictor for predictor in TAU}
        fronts = [
            {colours[line.get_color()] for line in axes.lines if line.get_color() in colours} for axes in figure.axes
        ]
        assert fronts == [{"rf"}, {"rf", "xgb"}, {"rf", "xgb"}]
        style.save(figure, [tmp_path / "a.png"])

    def test_a_run_without_search_or_training_sizes_says_so(self, tmp_path):
        table = evaluation()
        lookup = {"c": table[table["predictor"] == "lookup"]}
        figure = plot_cost_front(lookup, {"c": "nasbench201"})
        assert "No predictor" in texts(figure)
        figure = plot_search_gain(search_table({"c": table}, {"c": "nasbench201"}))
        assert "Nothing was searched" in texts(figure)
        style.save(figure, [tmp_path / "a.png"])

    def test_gain_of_the_search_is_averaged_over_combinations(self, tmp_path):
        def with_gain(gain, std, seeds):
            rows = [("xgb", size, "search_gain", gain, std, gain, gain, gain, seeds) for size in SIZES[1:]]
            table = evaluation()
            table.loc[table["measure"] == "search_seconds", ["mean", "q50"]] = 2.0
            return pd.concat([table, pd.DataFrame(rows, columns=list(COLUMNS["evaluation"]))])

        evaluations = {"a": with_gain(0.1, 0.3, 5), "b": with_gain(0.3, 0.8, 20), "other": evaluation()}
        table = search_table(evaluations, {"a": "nasbench201", "b": "nasbench201", "other": "fbnet"})
        assert set(table["space"]) == {"nasbench201"}
        assert table["train_size"].tolist() == list(SIZES[1:])
        assert table["gain"].tolist() == pytest.approx([0.2] * 3)
        # The mean of two means: the squares of their standard errors add up.
        assert table["standard_error"].tolist() == pytest.approx([(0.3**2 / 5 + 0.8**2 / 20) ** 0.5 / 2] * 3)
        one_seed = search_table({"a": with_gain(0.1, np.nan, 1), "b": evaluations["b"]}, dict.fromkeys("ab", "s"))
        assert one_seed["standard_error"].isna().all()
        style.save(plot_search_gain(one_seed), [tmp_path / "b.png"])
        style.save(plot_search_gain(table), [tmp_path / "a.png"])

    def test_correlations_are_the_evaluations(self):
        measures = agreement(with_correlations(evaluation()), 11)
        assert measures["kendall_tau"].tolist() == [0.5, 0.5, 0.4, 0.3]
        assert measures.iloc[2].to_dict() == {
            "predictor": "xgb",
            "seeds": 7,
            "kendall_tau": 0.4,
            "spearman": 0.5,
            "pearson": pytest.approx(0.6),
        }

    def test_a_gain_of_fewer_seeds_draws_no_predictor_twice(self):
        gain = ("xgb", 11, "search_gain", 0.1, 0.1, 0.1, 0.1, 0.1, 2)
        searched = pd.concat(
            [with_correlations(evaluation()), pd.DataFrame([gain], columns=list(COLUMNS["evaluation"]))]
        )
        pd.testing.assert_frame_equal(agreement(searched, 11), agreement(with_correlations(evaluation()), 11))

    def test_predictors_whose_tau_is_not_defined_come_last_with_a_dash(self, tmp_path):
        table = with_correlations(evaluation())
        undefined = (table["predictor"] == "xgb") & table["measure"].isin(["kendall_tau", "spearman", "pearson"])
        measures = agreement(table[~undefined], 11)
        assert measures["predictor"].tolist() == ["lookup", "rf", "lin_reg", "xgb"]
        assert measures["seeds"].tolist() == [1, 7, 7, 0]
        figure = plot_scatter(predictions(), table[~undefined], "c", 11, "latency (ms)")
        assert "tau –" in texts(figure)
        style.save(figure, [tmp_path / "a.png"])

    @pytest.mark.parametrize("draw", [plot_scatter, plot_deviations])
    def test_prediction_figures(self, draw, tmp_path):
        figure = draw(predictions(), with_correlations(evaluation()), "c", 11, "latency (ms)", {"lgb": REASON})
        words = texts(figure)
        shown = ("true latency (ms)", "after 11 measurements", "2 seeds", "LightGBM (no such table)", "XGBoost")
        assert [word for word in shown if word not in words] == []
        style.save(figure, [tmp_path / "a.png", tmp_path / "a.pdf"])

    def test_a_metric_that_spans_more_than_an_order_has_logarithmic_axes(self):
        wide = predictions()
        wide = wide.assign(target=3 ** wide["target"], prediction=3 ** wide["prediction"])
        figure = plot_scatter(wide, with_correlations(evaluation()), "c", 11, "latency (ms)")
        assert {(axes.get_xscale(), axes.get_yscale()) for axes in figure.axes} == {("log", "log")}
        assert re.search(r"half off by at most \d+ %", texts(figure))
        assert frame_of(np.array([1.0, 2.0]))[2] is False
        assert frame_of(np.array([-1.0, 200.0]))[2] is False

    def test_the_best_three_are_shown_against_the_truth(self):
        figure = plot_scatter(predictions(), with_correlations(evaluation()), "c", 11, "latency (ms)")
        assert [axes.get_title() for axes in figure.axes] == ["Random forest", "XGBoost", "Linear regression"]

    def test_no_deviations_at_all(self):
        exact = predictions().assign(prediction=lambda rows: rows["target"] + 1e-8 * rows["architecture"])
        words = texts(plot_deviations(exact, with_correlations(evaluation()), "c", 11, "latency (ms)"))
        assert words.count("all 0.00") == 4
        assert "0 of 4 predictors have heavier tails" in words

    def test_tau_against_deviation(self, tmp_path):
        figure = plot_tau_against_deviation(fits(), {"rf": REASON})
        words = texts(figure)
        beyond = (fits()["deviation_std"] > 2).sum()
        assert f"200 fits, {beyond} beyond 2" in words
        assert "Spearman −1.00" in words
        assert "5 seeds" in words
        style.save(figure, [tmp_path / "a.png"])

    def test_fits_without_tau_are_counted_not_drawn(self, tmp_path):
        some = fits().assign(kendall_tau=lambda rows: rows["kendall_tau"].where(rows.index > 3))
        figure = plot_tau_against_deviation(some)
        assert "196 fits" in texts(figure)
        assert "Left out: 4 fits whose test targets are all equal." in texts(figure)
        style.save(figure, [tmp_path / "a.png"])

    def test_no_fits_at_all_is_an_error(self):
        with pytest.raises(ValueError, match="no fits to draw"):
            plot_tau_against_deviation(fits().iloc[:0])

    def test_tau_of_independent_normal_deviations(self):
        np.testing.assert_allclose(independent_tau(np.array([0.0, 1.0])), [1, 0.5])

    def test_a_device_may_have_hyphens(self):
        value = pd.DataFrame({"value": np.random.default_rng(0).gamma(2, 1, 100)})
        name = "nasbench201-cifar10-my-own-board-latency"
        figure = plot_targets({name: value}, {name: {**TARGET, "device": "my-own-board"}})
        assert figure.axes[0].get_title().startswith("nasbench201-cifar10\nmy-own-board-latency\n")

    def test_targets(self, tmp_path):
        value = np.random.default_rng(0).gamma(2, 1, 100)
        tables = {name: pd.DataFrame({"value": value}) for name in ("nasbench201-a-b-c", "fbnet-a-b-c")}
        figure = plot_targets(tables, {"nasbench201-a-b-c": TARGET, "fbnet-a-b-c": {**TARGET, "space": "fbnet"}})
        assert "latency (ms), smaller is better 2 missing" in texts(figure)
        style.save(figure, [tmp_path / "a.png"])


class TestReading:
    def test_skipped_predictors_are_empty_and_named(self, tmp_path):
        facts = {"combination": "c", "space": "nasbench201"}
        rows = predictions().query("predictor == 'xgb'")
        xgb, lookup = (tmp_path / "c" / predictor / "0-0.parquet" for predictor in ("xgb", "lookup"))
        write_table(rows, xgb, "predictions", {**facts, "predictor": "xgb", "skipped": None})
        skipped = {**facts, "predictor": "lookup", "skipped": REASON}
        write_table(rows.iloc[:0], lookup, "predictions", skipped)
        table, left_out = read_blocks([xgb, lookup], "predictions")
        assert len(table) == len(rows)
        assert set(table["combination"]) == {"c"}
        assert left_out == {"lookup": REASON}
        table, left_out = read_blocks([lookup], "predictions")
        assert table.empty
        assert left_out == {"lookup": REASON}

    def test_evaluations_by_combination(self, tmp_path):
        metadata = {**METADATA, "combination": "c", "skipped_predictors": {"rf": REASON}}
        write_table(evaluation(), tmp_path / "c.parquet", "evaluation", metadata)
        evaluations, metadata = read_evaluations([tmp_path / "c.parquet"])
        pd.testing.assert_frame_equal(evaluations["c"], evaluation(), check_dtype=False)
        assert left_out_of(metadata) == {"rf": REASON}

    @pytest.mark.parametrize(
        ("ceilings", "mean"),
        [([0.96], 0.96), ([0.96, 1], 0.98), ([1, 1.0], None), ([0.96, None], None), ([None], None)],
    )
    def test_noise_ceiling_is_the_mean_if_all_have_one(self, ceilings, mean):
        notes = [{} if ceiling is None else {"noise_ceiling": ceiling} for ceiling in ceilings]
        for note in notes:
            if note.get("noise_ceiling") == 0.96:
                note["noise_ceiling_pairs"] = 300
        metadata = {str(i): {**METADATA, "notes": note} for i, note in enumerate(notes)}
        found = noise_ceiling_of(metadata)
        assert (found and found.tau) == mean
        if found:
            assert found.half_interval == pytest.approx(half_interval_of_tau(0.96, 300) / len(ceilings))

    @pytest.mark.parametrize(
        ("notes", "drawn"),
        [
            ({"noise_ceiling_pairs": LEAST_PAIRS}, True),
            ({"noise_ceiling_pairs": LEAST_PAIRS - 1}, False),
            ({"protocol": {"architectures": 10 * LEAST_PAIRS}}, True),
            ({"protocol": {"architectures": 30}}, False),
            ({}, False),
        ],
    )
    def test_a_noise_ceiling_of_too_few_pairs_is_none(self, notes, drawn):
        for tau in (0.9, 1.0) if notes else (0.9,):
            found = noise_ceiling_of({"c": {**METADATA, "notes": {"noise_ceiling": tau, **notes}}})
            assert (found is not None) == drawn

    def test_a_metric_with_ties_enters_no_mean_over_combinations(self):
        measured = {**METADATA, "tau_cap": 1.0, "notes": {"noise_ceiling": 0.96, "noise_ceiling_pairs": 300}}
        memory = {**METADATA, "tau_cap": 0.8459, "notes": {"noise_ceiling": 1.0}}
        both = {"latency": measured, "memory": memory}
        assert list(averaged(both)) == ["latency"]
        assert noise_ceiling_of(both).tau == highest_tau_of(both).tau == 0.96
        bound = "memory (at most 0.85 without tied predictions)"
        assert capped_note(both) == f"In no mean of taus, since ties bound it there: {bound}."
        assert capped_note({"latency": measured}) == ""

    def test_a_single_metric_with_ties_has_its_cap_drawn(self):
        memory = {**METADATA, "tau_cap": 0.8459, "notes": {"noise_ceiling": 1.0}}
        assert list(averaged({"memory": memory})) == ["memory"]
        assert highest_tau_of({"memory": memory}) == TauCap(0.8459)
        assert highest_tau_of({"c": METADATA}) is None

    def test_repeats_tell_a_ceiling_where_nothing_was_measured_twice(self):
        repeats = {**METADATA, "repeats": {"tau": 0.9, "pairs": 1500}}
        found = noise_ceiling_of({"c": repeats})
        assert found == NoiseCeiling(0.9, half_interval_of_tau(0.9, 1500), by_repeats=True)
        assert "several measurements of one network" in found.note
        passes = noise_ceiling_of({"c": {**repeats, "notes": {"noise_ceiling": 0.96, "noise_ceiling_pairs": 300}}})
        assert (passes.tau, passes.by_repeats) == (0.96, False)
        assert noise_ceiling_of({"c": {**METADATA, "repeats": {"tau": 1.0, "pairs": 1500}}}) is None

    def test_a_table_tells_what_bounds_tau_beside_what_is_reached(self):
        metadata = {"a": {**METADATA, "repeats": {"tau": 0.9, "pairs": 1500}, "tau_cap": 0.99}, "b": METADATA}
        table = ceilings({name: evaluation() for name in "ab"}, metadata).set_index("combination")
        assert table.loc["a", ["ceiling_noise", "known_by", "ceiling_ties"]].tolist() == [0.9, "repeats", 0.99]
        assert table.loc["b", ["ceiling_noise", "known_by", "ceiling_ties"]].isna().all()
        tau = evaluation()[evaluation()["measure"] == "kendall_tau"]
        best = tau.loc[tau["mean"].idxmax()]
        reached = table.loc["a", ["reached", "reached_by", "reached_after"]].tolist()
        assert reached == best[["mean", "predictor", "train_size"]].tolist()

    def test_no_notes_no_noise_ceiling(self):
        assert noise_ceiling_of({"c": METADATA}) is None

    def test_different_reasons_are_all_named_once(self):
        skipped = [{"lookup": "a"}, {}, {"lookup": "b"}, {"lookup": "a"}]
        metadata = {str(i): {"skipped_predictors": reasons} for i, reasons in enumerate(skipped)}
        assert left_out_of(metadata) == {"lookup": "a; b"}


class TestTables:
    def test_tau_by_size_has_an_empty_cell_where_there_is_no_fit(self, tmp_path):
        table = evaluation()
        table = table[(table["predictor"] != "xgb") | (table["train_size"] > 5)]
        write_csv(tau_by_size({"c": table}), tmp_path / "a.csv")
        lines = (tmp_path / "a.csv").read_text().splitlines()
        assert lines[:2] == [
            "combination,predictor,train_size,kendall_tau_mean,kendall_tau_std,seeds",
            "c,lin_reg,5,0.2,0.1,7",
        ]
        assert lines[5:7] == ["c,xgb,5,,,", "c,xgb,11,0.4,0.1,7"]

    @pytest.mark.parametrize("family", [linear_and_xgboost, lookup])
    def test_tables_in_latex_can_be_pasted(self, family, monkeypatch):
        facts = {name: {**METADATA, "device": name} for name in ("b_1", "a%")}
        evaluations = {"b_1": evaluation(), "a%": evaluation(shift=0.1, lookup=None)}
        monkeypatch.setattr(family, "read_evaluations", lambda files: (evaluations, facts))
        (text,) = [value for name, value in family.draw([]).items() if name.endswith(".tex")]
        assert text.startswith("% \\usepackage{booktabs, graphicx}\n")
        body = text.split("\n", 1)[1]
        assert body.count("{") == body.count("}")
        assert re.findall(r"\\begin\{(\w+)\}", body) == re.findall(r"\\end\{(\w+)\}", body)[::-1]
        assert re.search(r"\\caption\{.+\}\n +\\label\{tab:[a-z0-9-]+\}", body)
        assert re.findall(r"\\(\w+rule)", body) == ["toprule", "midrule", "bottomrule"]
        outside_of_mathematics = re.sub(r"\$[^$]+\$", "", body)
        assert not re.search(r"(?<!\\)[_#^~]", outside_of_mathematics)
        assert not re.search(r"(?<!\\)%(?!\n)", outside_of_mathematics)
        (kinds,) = re.findall(r"\\begin\{tabular\}\{([lr]+)\}", body)
        rows = [line for line in body.splitlines() if line.endswith(r"\\")]
        assert len(rows) > 2
        assert {row.count("&") + 1 for row in rows} == {len(kinds)}
        assert r"b\_1 & " in body
        assert r"a\% & " in body

    def test_the_better_predictor_is_bold_and_rounded_by_its_spread(self, monkeypatch):
        monkeypatch.setattr(
            linear_and_xgboost, "read_evaluations", lambda files: ({"c": evaluation()}, {"c": METADATA})
        )
        lines = linear_and_xgboost.draw([])["linear_and_xgboost.tex"].splitlines()
        (row,) = [line for line in lines if "Linear regression &" in line]
        assert row.split(" & ")[4:] == [
            r"$\mathbf{0.20 \pm 0.10}$",
            r"$0.30 \pm 0.10$",
            r"$0.25 \pm 0.10$",
            r"$0.70 \pm 0.10$ \\",
        ]

    def test_a_study_of_other_predictors_has_a_table_without_numbers(self, monkeypatch):
        others = evaluation().query("predictor == 'rf'")
        monkeypatch.setattr(linear_and_xgboost, "read_evaluations", lambda files: ({"c": others}, {"c": METADATA}))
        made = linear_and_xgboost.draw([])
        assert made["linear_and_xgboost.csv"]["kendall_tau_mean"].isna().all()
        assert "0 seeds" in made["linear_and_xgboost.tex"]

    def test_lookup_against_linear_regression(self):
        metadata = {"c": METADATA, "d": {**METADATA, "device": "fpga"}}
        table = lookup_against_linear({"c": evaluation(), "d": evaluation(lookup=None)}, metadata)
        assert table["device"].tolist() == ["fpga", "pixel3"]
        row = table.set_index("device").loc["pixel3"]
        assert row[LOOKUP_COLUMNS].tolist() == [25, 0.5, 25, 0.25, 0.7, 55, 55]
        text = as_text(table).iloc[0]
        assert text[LOOKUP_COLUMNS].tolist() == ["-", "-", "-", "-", "0.700", "-", "-"]

    def test_a_lookup_table_that_nobody_beats(self):
        table = lookup_against_linear({"c": evaluation(lookup=0.99)}, {"c": METADATA})
        assert as_text(table).loc[0, "all_better_from"] == "-"

    def test_tables_of_a_run_without_these_predictors(self):
        table = evaluation()
        table = table[table["predictor"] == "rf"]
        assert set(as_text(tau_by_size({"c": table}))["kendall_tau_mean"]) == {"-"}
        assert set(as_text(lookup_against_linear({"c": table}, {"c": METADATA})).loc[0, LOOKUP_COLUMNS]) == {"-"}


def test_shares_of_an_evaluation_are_in_percent():
    table = evaluation()
    share = table[table["measure"] == "kendall_tau"].assign(measure="coverage_95", mean=0.9, std=0.01)
    row = all_evaluations({"c": pd.concat([table, share])}).iloc[0]
    assert (row["coverage_95_mean"], row["coverage_95_std"]) == (pytest.approx(90), pytest.approx(1))


def test_all_evaluations_keep_every_row_and_measure_once():
    table = all_evaluations({"b": evaluation(), "a": evaluation(shift=0.1)})
    assert list(table.columns[:6]) == [
        "combination",
        "predictor",
        "train_size",
        "seeds",
        "kendall_tau_mean",
        "kendall_tau_std",
    ]
    assert list(table["combination"].unique()) == ["b", "a"]
    assert len(table) == 2 * (len(TAU) * len(SIZES) + 1)
    row = table.query("combination == 'a' and predictor == 'xgb' and train_size == 25").iloc[0]
    assert (row["kendall_tau_mean"], row["kendall_tau_std"], row["seeds"]) == (pytest.approx(0.7), 0.1, 7)
    assert row["fit_seconds_mean"] == pytest.approx(0.025)


def test_a_table_is_a_page_with_its_rounded_cells():
    page = page_of(pd.DataFrame({"train_size": [5], "tau": [0.12345], "name": ["a<b"]}), "all measures")
    assert "<title>All measures</title>" in page
    assert '<th scope="col" class="n">train size</th>' in page
    assert '<th scope="row" class="n">5</th><td class="n">0.123</td><td>a&lt;b</td>' in page
