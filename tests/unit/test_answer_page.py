"""The page that says which predictor to use: one file, whole, small, and with its answers in it."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from answer_run import NAME, SIZES, write_combination, write_page

from hwpred.advice.planning import plan
from hwpred.answer.budget import text_of, within
from hwpred.answer.card import card_of
from hwpred.answer.criteria import errors, median_errors
from hwpred.answer.fronts import best_at_least_as_accurate
from hwpred.answer.page import LARGEST, script_safe
from hwpred.answer.plain import rounded
from hwpred.answer.plans import plans_of
from hwpred.answer.reading import read_combination
from hwpred.answer.summary import MOST_LINES, nearest, summary
from hwpred.study.__main__ import main
from hwpred.study.studies import Studies

ROOT = Path(__file__).parents[2]
VOID = {"meta", "link", "input", "br", "hr", "img"}


class Reader(HTMLParser):
    """Checks that elements are closed in order, and collects what stands there."""

    def __init__(self, text):
        super().__init__()
        self.open, self.addresses, self.ids, self.words, self.content = [], [], [], [], {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        self.addresses += [known[key] for key in ("href", "src", "action", "srcset", "data") if key in known]
        self.ids += [known["id"]] if "id" in known else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> at line {self.getpos()[0]} closes another element"

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("script", "style"):
            self.words.append(data)
        self.content.setdefault(self.open[-1] if self.open else "", []).append(data)


def contents(page):
    return json.loads(re.search(r'id="contents">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL).group(1))


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("answer"))[0]


@pytest.fixture(scope="module")
def read(page):
    return Reader(page.read_text(encoding="utf-8"))


def test_the_page_is_whole_small_and_asks_for_nothing(page, read):
    assert page.stat().st_size < LARGEST
    assert read.open == []
    assert len(read.ids) == len(set(read.ids))
    assert [address for address in read.addresses if not address.startswith(("#", "data:,"))] == []
    style = "".join(read.content["style"])
    script = "".join(read.content["script"])
    assert "url(" not in style
    assert "@import" not in style
    assert not re.search(r"fetch\(|XMLHttpRequest|import\(|WebSocket|sendBeacon", script)


def test_the_answers_stand_there_without_javascript(read):
    words = " ".join(read.words)
    assert "With 55 measurements on phone (cifar10, latency), use" in words
    for device in ("phone", "board"):
        assert f"{device}: latency, nasbench201 cifar10" in words
    assert len(re.findall(r"\b(?:11|55): Structured GP, tau 0\.\d\d", words)) == 4


def test_how_often_a_limit_is_broken_stands_there(page, read):
    words = " ".join(read.words)
    assert "Under a limit" in words
    found = re.findall(r"11: Structured GP breaks (\d+) %; verified (\d+) %", words)
    limits = [one["limits"][one["predictors"].index("structured_gp")] for one in contents(page)["combinations"]]
    assert found == [(f"{sizes[0][0]:.0f}", f"{sizes[0][1]:.0f}") for sizes in limits]
    assert all(0 <= none <= broken <= 100 and broken > 0 for sizes in limits for broken, none in sizes)


def test_words_of_people_are_no_markup(page):
    text = page.read_text(encoding="utf-8")
    assert "<processor>" not in text
    assert "A <processor> & co, Linux, 1 thread" in str(contents(page)["combinations"][0]["card"])
    assert json.loads(script_safe(json.dumps("</script><!--"))) == "</script><!--"
    assert "</script>" not in script_safe('"</script>"')


def test_every_size_has_a_sentence_and_every_fit_a_dot(page):
    one = contents(page)["combinations"][0]
    assert one["sizes"] == list(SIZES)
    for told in one["criteria"].values():
        assert [f"With {size} measurements" in at["sentence"] for at, size in zip(told, SIZES, strict=True)] == [
            True
        ] * 3
        assert {len(dots) for at in told for dots in at["dots"]} == {3}


def test_errors_stand_in_the_unit_of_the_metric(page):
    one = contents(page)["combinations"][0]
    place = one["predictors"].index("rf")
    # Errors of one standard deviation are 0.8 of it in the mean, and the values vary by more than 1 ms.
    assert 0.5 < one["criteria"]["error"][0]["means"][place] < 3
    assert one["percent"][place][0] > one["percent"][one["predictors"].index("structured_gp")][0]


def test_where_logarithms_were_learnt_errors_are_those_of_the_metric(tmp_path):
    files = write_combination(tmp_path, "phone", logarithmic=True)
    combination = read_combination(files)
    targets = pd.read_parquet(files.targets)
    np.testing.assert_allclose(combination.in_unit(targets["target"]), targets["value"], rtol=1e-5)
    fits = combination.fits_at(25).pivot_table(index="predictor", columns="seed", values="median_error_percent")
    np.testing.assert_allclose(median_errors(combination, 25)[1].to_numpy(), fits.to_numpy(), rtol=1e-4)
    rows = combination.predictions_at(25).query("predictor == 'rf' and seed == 1")
    assert errors(combination, 25).loc["rf", 1] == pytest.approx((rows["predicted"] - rows["true"]).abs().mean())
    assert (rows["predicted"] > 0).all()


def test_selections_get_better_by_verifying(page):
    front = contents(page)["combinations"][0]["front"]
    assert front["title"] == "accuracy on noisy letters"
    assert front["label"] == "accuracy on noisy letters (%)"
    for row in front["losses"]:
        for cell in row:
            assert np.mean(cell[0]) >= np.mean(cell[-1]) >= 0
    cell = front["cells"][0][0]
    assert max(number for number, _ in cell["believed"]) < len(front["points"])
    assert cell["promising"] == 64


def test_the_page_does_without_accuracies_with_one_split_and_with_missing_fits(tmp_path):
    page, words = write_page(tmp_path, ["phone"], seeds=1, accuracies=False, lacking=[("rf", 55)])
    one = contents(page)["combinations"][0]
    assert one["front"] is None
    assert one["criteria"]["tau"][2]["means"][one["predictors"].index("rf")] is None
    assert one["criteria"]["tau"][0]["limit"] is None
    assert "one training set cannot tell predictors apart" in one["criteria"]["tau"][0]["sentence"]
    assert "by one split" in words.read_text(encoding="utf-8")


def test_a_metric_whose_test_values_are_all_equal_has_no_tau(page):
    known = contents(page)
    one = {**known["combinations"][0], "criteria": {"tau": [None] * 3}}
    assert "no tau" in summary({**known, "combinations": [one]}, "answer.html")


def test_the_terminal_gets_at_most_ten_short_lines(page):
    known = contents(page)
    many = {**known, "combinations": known["combinations"] * 20}
    for each in (known, many):
        lines = summary(each, "results/small/answer.html").splitlines()
        assert len(lines) <= MOST_LINES + 1
        assert max(map(len, lines)) < 140
        assert lines[-1].endswith("results/small/answer.html")
    assert summary(many, "x").startswith("nasbench201, 11 measurements: Structured GP on 40 of 40 combinations")


@pytest.mark.parametrize(("number", "size"), [(55, 65), (11, 9), (1, 9), (10**6, 837)])
def test_nearest_size_by_ratio(number, size):
    assert nearest([9, 18, 34, 65, 123, 837], number) == size


def test_many_combinations_keep_single_predictions_of_the_best_only(page):
    known = {"combinations": contents(page)["combinations"] * 20}
    whole = len(text_of(known).encode())
    cut = within(known, int(0.9 * whole))
    assert cut["kept"] is not None
    assert len(text_of(cut).encode()) <= 0.9 * whole
    one = cut["combinations"][0]
    best, worst = (one["predictors"].index(key) for key in ("structured_gp", "rf"))
    assert one["scatter"]["predicted"][best][0] is not None
    assert one["scatter"]["predicted"][worst][0] is None
    assert within(known, 2 * whole)["kept"] is None


def test_the_last_to_go_are_single_seeds_and_a_page_is_written_in_any_case(page, caplog):
    cut = within({"combinations": contents(page)["combinations"]}, 1000)["combinations"][0]
    assert cut["scatter"] is cut["front"] is None
    assert {len(dots) for dots in cut["criteria"]["tau"][0]["dots"]} == {0}
    assert cut["criteria"]["tau"][0]["means"][0] is not None
    assert "fewer combinations" in caplog.text


def test_points_keep_their_architecture_when_others_are_left_out(page):
    known = contents(page)["combinations"]
    cut = within({"combinations": known}, int(0.8 * len(text_of({"combinations": known}).encode())))
    before, after = known[0]["front"], cut["combinations"][0]["front"]
    for row, cut_row in zip(before["cells"], after["cells"], strict=True):
        for cell, cut_cell in zip(row, cut_row, strict=True):
            if cut_cell:
                told = [[before["points"][number] for number in front] for front in cell["fronts"]]
                assert [[after["points"][number] for number in front] for front in cut_cell["fronts"]] == told
    assert [after["points"][number] for number in after["true"]] == [
        before["points"][number] for number in before["true"]
    ]


def test_best_at_least_as_accurate():
    accuracy, metric = np.array([9, 8, 8, 7.0]), np.array([5, 4, 3, 6.0])
    assert best_at_least_as_accurate(accuracy, metric).tolist() == [5, 3, 3, 3]


def test_rounded():
    assert [rounded(value) for value in (1234567.0, 0.000123456, 2.0, float("nan"), None)] == [
        1235000,
        0.0001235,
        2,
        None,
        None,
    ]


def test_a_card_leaves_out_what_nobody_noted():
    assert card_of({"architectures": 5, "missing": 0, "source": "help", "batch_size": None}) == [
        ["Values", "help"],
        ["Architectures", "5"],
    ]


def test_the_plan_names_the_tables_of_the_page():
    mine = Studies(ROOT, {"run": "mine", "predictors": ["ridge_reg"], "seeds": 2}).main
    tables = mine.answer_tables()
    assert list(tables) == mine.study.combinations
    for name, one in tables.items():
        assert one["fits"] == mine.fits(name)
        assert ("accuracy" in one) == (name in mine.with_accuracy)
    inputs = mine.answer_inputs()
    assert len(inputs) == len(set(inputs))
    assert {mine.targets(name) for name in tables} <= set(inputs)
    assert mine.answer() == "results/mine/answer.html"
    assert mine.plans() == [f"results/mine/plans/{space}.json" for space in ("nasbench201", "transnas_macro", "zoo")]


def test_plans_are_those_of_the_command():
    plans = plans_of("transnas_macro", [9, 34])
    assert list(plans["few"]) == [9]
    assert len(set(plans["few"][9])) == 9
    assert plans["random"][:34] == plan("transnas_macro", 34)["architecture"].tolist()


def test_the_answer_is_printed_after_a_run_and_not_before(tmp_path, monkeypatch, capsys):
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump({"run": "mine"}))
    monkeypatch.chdir(tmp_path)
    assert main(["mine.yaml"]) == 0
    assert capsys.readouterr().out == "Figures: results/mine/figures\n"
    words = tmp_path / "results/mine/answer.txt"
    words.parent.mkdir(parents=True)
    words.write_text("Use A.\n")
    assert main(["mine.yaml"]) == 0
    assert capsys.readouterr().out == "Use A.\nFigures: results/mine/figures\n"


def test_names_of_combinations_are_those_of_files(page):
    assert [one["combination"] for one in contents(page)["combinations"]] == [
        NAME.format("phone"),
        NAME.format("board"),
    ]
