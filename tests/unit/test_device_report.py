"""The page of one device: what it says, that it asks for nothing, and that awkward devices have one, too."""

import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

import hwpred
from hwpred import cli
from hwpred.answer import device_tables
from hwpred.answer.svg import Axis, Chart, number
from hwpred.errors import InputError
from hwpred.predictors.classical.lookup import LookupTable
from hwpred.spaces import get_space

RNG = np.random.default_rng(0)
VOID = {"meta", "link"}


def measured(space, count, larger=False):
    """Measurements of random architectures, which cost what their operations' numbers say."""
    known = get_space(space)
    operations = known.enumerate() if known.sample is None else known.draw(count, RNG)
    rows = operations[np.random.default_rng(1).permutation(len(operations))[:count]]
    value = np.exp(rows.sum(axis=1) / known.positions) * np.exp(0.03 * RNG.normal(size=len(rows)))
    return pd.DataFrame(
        {"architecture": [known.to_text(row) for row in rows], "value": 100 / value if larger else value}
    )


def accuracies(space, count):
    known = get_space(space)
    rows = known.enumerate()[np.random.default_rng(2).permutation(known.architectures)[:count]]
    accuracy = 60 + rows.sum(axis=1) + RNG.normal(size=len(rows))
    return pd.DataFrame({"architecture": [known.to_text(row) for row in rows], "accuracy": accuracy})


class Page(HTMLParser):
    """What stands on a page: its words, elements by name, ids, links."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.parts, self.raw = [], [], [], text
        self.feed(text)
        self.close()
        assert self.open == []
        self.words = " ".join(" ".join(self.parts).split())

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.parts.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def page_of(device, folder, *arguments, **more):
    path = folder / "mine.html"
    device.report(path, *arguments, **more)
    return Page(path.read_text(encoding="utf-8"))


@pytest.fixture(autouse=True, scope="module")
def _without_forecast():
    """What twice as many measurements bring takes seconds; one test has it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(device_tables, "MOST_FORECAST", 0)
        yield


@pytest.fixture(scope="module")
def device():
    return hwpred.fit(measured("nasbench201", 30), space="nasbench201", metric="latency", unit="ms")


@pytest.fixture(scope="module")
def known():
    return accuracies("nasbench201", 400)


@pytest.fixture(scope="module")
def page(device, known, tmp_path_factory):
    return page_of(device, tmp_path_factory.mktemp("page"), known, 4.0)


def test_the_page_asks_the_network_for_nothing_and_runs_no_program(page):
    assert page.all("script") == page.all("img") == page.all("iframe") == []
    assert [link["href"] for link in page.all("link")] == ["data:,"]
    assert all(link["href"].startswith("#") for link in page.all("a"))
    assert not re.search(r"url\(|@import|https?://", page.raw)
    (policy,) = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv")]
    assert policy.startswith("default-src 'none'")
    assert len(page.raw) < 3_000_000


def test_the_page_can_be_read_without_seeing_it(page):
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in page.all("a")} <= set(ids)
    assert len(page.all("h1")) == 1
    assert page.all("html") == [{"lang": "en"}]
    assert all(cell.get("scope") in ("row", "col") for cell in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table")) >= 6
    assert all(chart["role"] == "img" and "table below" in chart["aria-label"] for chart in page.all("svg"))
    assert all(part["aria-label"] for part in page.all("div") if part.get("class") == "scroll")


def test_the_sentence_says_what_the_device_knows(page, device, known):
    last, best = device.history[-1], device.select(known, 4.0).best
    prediction, _ = device.held_out
    assert "30 architectures are measured" in page.words
    assert f"median error of {last['percent']:.1f} %" in page.words
    assert f"about {number(np.median(np.abs(prediction - device.value)), 2)} ms" in page.words
    assert f"tau of {last['tau']:.2f}" in page.words
    assert f"take {best['architecture']} : its accuracy is {best['accuracy']:.2f} %" in page.words
    assert "hwpred select mine.hwpred --accuracy accuracies.csv --limit 4 " in page.words


def test_the_forecast_is_that_of_advise(tmp_path, monkeypatch):
    rows = measured("nasbench201", 30)
    table = hwpred.advise(rows, "nasbench201", predictors=["ridge_reg"]).table.iloc[0]
    device = hwpred.fit(rows, "nasbench201", predictor="ridge_reg")
    assert "Twice as many" not in page_of(device, tmp_path).words
    monkeypatch.setattr(device_tables, "MOST_FORECAST", 30)
    page = page_of(device, tmp_path)
    assert (
        f"Twice as many measurements would bring about {table['twice_percent']:.1f} % and tau {table['twice_tau']:.2f}"
        in page.words
    )
    assert f"now {table['percent_low']:.1f} to {table['percent_high']:.1f} %" in page.words


def test_a_saved_device_has_the_same_page_to_the_byte(device, known, tmp_path):
    device.save(tmp_path / "mine.hwpred")
    page = page_of(device, tmp_path, known, 4.0)
    assert page_of(hwpred.load(tmp_path / "mine.hwpred"), tmp_path, known, 4.0).raw == page.raw


def test_without_accuracies_the_page_says_how_many_keep_the_limit(device, tmp_path):
    page = page_of(device, tmp_path, limit=4.0)
    count = int((device.predict("all")["value"] <= 4.0).sum())
    assert f"predicted to be kept by {count:,} of 15,625 architectures" in page.words
    assert "Which architecture to take" not in page.words
    assert "These teach most" in page.words


def test_a_limit_that_nothing_keeps_names_the_likeliest(device, known, tmp_path):
    page = page_of(device, tmp_path, known, 1e-6)
    assert "No architecture keeps the limit" in page.words
    assert "No better accuracy is to be expected" in page.words
    with pytest.raises(InputError, match="positive"):
        page_of(device, tmp_path, known, -1.0)
    with pytest.raises(InputError, match="positive"):
        page_of(device, tmp_path, limit=float("nan"))


def test_where_larger_is_better_the_limit_is_the_least(tmp_path):
    device = hwpred.fit(measured("nasbench201", 12, larger=True), "nasbench201", "throughput", "images/s")
    page = page_of(device, tmp_path, accuracies("nasbench201", 50), 20.0)
    assert "Larger is better" in page.words
    assert "keep the limit of at least 20.0 images/s" in page.words
    assert "From 20 measurements on" in page.words


@pytest.mark.parametrize("space", ["fbnet", "mnasnet", "transnas_macro"])
def test_every_space_has_a_page(space, tmp_path):
    page = page_of(hwpred.fit(measured(space, 8), space), tmp_path)
    assert "random architectures" in page.words or get_space(space).sample is None
    assert len(page.all("svg")) == 2
    if space == "mnasnet":
        # One table for each of the four kinds of choice, and one for the block that may have four layers.
        assert sum(part.get("aria-label", "").startswith("Costs of") for part in page.all("div")) == 5


@pytest.mark.parametrize("rows", [5, 6])
def test_a_handful_of_rows_has_a_page(rows, tmp_path):
    device = hwpred.fit(measured("nasbench201", rows), "nasbench201", predictor="ridge_reg")
    page = page_of(device, tmp_path, accuracies("nasbench201", 2), 1.0)
    assert f"{rows} architectures are measured" in page.words


def test_a_predictor_without_deviations_says_so_and_suggests_at_random(tmp_path):
    device = hwpred.fit(measured("nasbench201", 25), "nasbench201", predictor="ridge_reg")
    assert "ridge_reg does not say of which architectures it is least sure" in page_of(device, tmp_path).words
    places = get_space("nasbench201").enumerate().tolist()
    suggested = [places.index(list(get_space("nasbench201").from_text(t))) for t in device.suggest(10)["architecture"]]
    assert max(suggested) > 5_000


def test_a_lookup_table_is_judged_by_what_is_not_in_it(tmp_path):
    known = get_space("nasbench201")
    design = [known.to_text(row) for row in LookupTable.measured("nasbench201")]
    in_it = pd.DataFrame({"architecture": design, "value": 2.0 + RNG.random(len(design))})
    rows = pd.concat([measured("nasbench201", 10), in_it]).drop_duplicates("architecture")
    device = hwpred.fit(rows, "nasbench201", predictor="lookup")
    page = page_of(device, tmp_path)
    assert "by cross-validation over 10 architectures" in page.words
    assert "Twice as many" not in page.words


@pytest.fixture(scope="module")
def ridge():
    return hwpred.fit(measured("nasbench201", 30), "nasbench201", predictor="ridge_reg")


def test_history_has_a_chart_once_there_is_one(ridge, tmp_path):
    grown = ridge.append(measured("nasbench201", 40).tail(10))
    page = page_of(grown, tmp_path)
    assert len(page.all("svg")) == 3
    assert "the same over earlier rows, %" in page.words


def test_words_of_a_person_are_no_markup(tmp_path):
    device = hwpred.fit(measured("nasbench201", 6), "nasbench201", "<b>heat", 'K"><i>', "smaller", "ridge_reg")
    page = page_of(device, tmp_path, name="</title><script>alert(1)</script>")
    assert page.all("script") == page.all("b") == page.all("i") == []
    assert "</title><script>alert(1)</script>: <b>heat on nasbench201" in page.words


def test_the_command_names_the_files_that_were_given(device, known, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    device.save("my phone.hwpred")
    known.to_csv("known.csv", index=False)
    assert cli.main(["report", "my phone.hwpred", "--accuracy", "known.csv", "--limit", "4", "--quiet"]) == 0
    assert capsys.readouterr().out == "my phone.html\n"
    page = Page((tmp_path / "my phone.html").read_text(encoding="utf-8"))
    assert "hwpred select 'my phone.hwpred' --accuracy known.csv --limit 4 " in page.words
    assert cli.main(["report", "my phone.hwpred", "--accuracy", "none.csv", "--quiet"]) == 1
    assert "none.csv" in capsys.readouterr().err


def test_suggestions_are_written_to_be_filled_in(ridge, tmp_path, monkeypatch, capsys):
    """Predictions must not be taken for measurements when the file is given back."""
    monkeypatch.chdir(tmp_path)
    ridge.save("mine.hwpred")
    assert cli.main(["suggest", "mine.hwpred", "3", "--output", "next.csv", "--quiet"]) == 0
    table = pd.read_csv("next.csv")
    assert list(table.columns[:3]) == ["architecture", "value", "predicted"]
    assert table["value"].isna().all()
    assert cli.main(["fit", "next.csv", "--add-to", "mine.hwpred", "--quiet"]) == 1
    table.assign(value=[1.0, 2.0, 3.0]).to_csv("next.csv", index=False)
    assert cli.main(["fit", "next.csv", "--add-to", "mine.hwpred", "--quiet"]) == 0
    assert "33 architectures" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("numbers", "ticks"),
    [
        ([0, 10], [0, 2, 4, 6, 8, 10]),
        ([0.151, 2.9], [0.2, 0.5, 1, 2]),
        ([1, 1_000_000], [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]),
        ([95.2, 95.9], [95.2, 95.4, 95.6, 95.8]),
        ([-3, 4], [-2, 0, 2, 4]),
    ],
)
def test_ticks_are_round_numbers_on_the_axis(numbers, ticks):
    np.testing.assert_allclose(Axis(numbers, (0, 100)).ticks(), ticks, atol=1e-9)


@pytest.mark.parametrize("numbers", [[5.0], [0.0], [3, 3], [1e-9, 1e9], [1e-30, 1e30]])
def test_every_axis_has_ticks_and_places_within_it(numbers):
    axis = Axis(numbers, (10, 90))
    assert 1 <= len(axis.ticks()) <= 9
    assert all(10 <= axis(value) <= 90 for value in [*numbers, -1e9, 1e9])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (0.98765, "0.988"), (12345.6, "12,300"), (999.6, "1,000"), (0.0012345, "0.00123"), (-0.5, "−0.500"),
        (1e-7, "1.00e-07"), (float("nan"), "not known"),
    ],
)  # fmt: skip
def test_numbers_are_written_with_three_digits(value, text):
    assert number(value) == text


def luminance(colour):
    red, green, blue = (v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_numbers_stand_out_on_the_densest_colour_of_a_cell(page, scheme):
    """By the rule of WCAG 2: 4.5 to 1."""
    look = page.raw.split(":root {")[1:][scheme]
    hexes = {name: re.search(rf"--{name}: #(\w+)", look)[1] for name in ("ink", "ground")}
    ink, ground = (
        [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        for digits in (text if len(text) == 6 else 2 * text for text in hexes.values())
    )
    densest = float(re.search(r"--densest: ([\d.]+)", look)[1])
    for name in ("more", "less"):
        colour = [int(part) / 255 for part in re.search(rf"--{name}: ([\d, ]+)", look)[1].split(",")]
        cell = [densest * over + (1 - densest) * under for over, under in zip(colour, ground, strict=True)]
        dark, light = sorted((luminance(ink), luminance(cell)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_words_in_a_chart_are_escaped():
    chart = str(Chart([0, 1], [0, 1], "<x>", "&", '"title"'))
    assert "&lt;x&gt;" in chart
    assert "&amp;" in chart
    assert 'aria-label="&quot;title&quot;"' in chart


def test_a_quality_of_which_less_is_better_chooses_the_same(device, known, page, tmp_path):
    perplexity = known.rename(columns={"accuracy": "mPerplexity"}).assign(mPerplexity=100 - known["accuracy"])
    told = {"quality": "mPerplexity", "quality_direction": "smaller"}
    found = page_of(device, tmp_path, perplexity, 4.0, **told)
    best = device.select(known, 4.0).best
    assert f"take {best['architecture']} : its mPerplexity is {100 - best['accuracy']:.4g} , and" in found.words
    assert "of mPerplexity over the best one" in found.words
    assert "--quality mPerplexity --quality-direction smaller --limit 4" in found.words
    assert " accuracy" not in found.words.replace(" --accuracy", "")
    with pytest.raises(InputError, match="direction of 'mPerplexity' is None"):
        device.report(tmp_path / "mine.html", perplexity, 4.0, quality="mPerplexity")
