"""What a reader does with the page of answers: at a desk and on a phone, by keyboard, in the dark, on paper."""

import csv
import re
from pathlib import Path

import pytest
import yaml
from conftest import WIDTHS

from hwpred.study.config import Study
from hwpred.study.studies import merged

ROOT = Path(__file__).parents[2]
SENTENCE = "#sentence"
PHONE = "nasbench201-cifar10-phone-latency"


@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_its_window_and_answers_at_once(opened, width):
    page = opened(width)
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTHS[width]
    assert "With 55 measurements on phone (cifar10, latency), use" in page.inner_text(SENTENCE)
    assert page.locator(SENTENCE).bounding_box()["y"] < 900
    assert page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd") < 5000
    assert page.locator("#growth svg path").count() >= 3
    assert page.locator("#scatter svg circle").count() > 50


@pytest.mark.parametrize("width", WIDTHS)
def test_the_sentence_follows_the_slider_and_says_what_is_interpolated(opened, width):
    page = opened(width)
    page.focus("#slider")
    page.keyboard.press("Home")
    assert page.inner_text(SENTENCE).startswith("With 11 measurements")
    page.fill("#number", "40")
    assert page.inner_text(SENTENCE).startswith("With 40 measurements on phone")
    assert "Interpolated between 25 and 55 measurements, which were run." in page.inner_text(SENTENCE)
    assert page.get_attribute("#slider", "aria-valuetext") == "40 measurements"
    page.fill("#number", "5000")
    assert "This run goes to 55 measurements" in page.inner_text(SENTENCE)


def test_time_and_number_are_one_constraint(opened):
    page = opened()
    assert float(page.input_value("#seconds")) == 2
    page.fill("#minutes", "1")
    assert page.input_value("#number") == "30"
    page.fill("#seconds", "4")
    page.fill("#number", "15")
    assert float(page.input_value("#minutes")) == 1
    page.fill("#minutes", "60")
    assert "you need no predictor" in page.inner_text("#more")


def test_the_keyboard_chooses_a_predictor_and_reads_a_chart(opened):
    page = opened()
    first = page.inner_text("#scatter-title")
    page.focus("#ranking input:checked")
    page.keyboard.press("ArrowDown")
    assert page.inner_text("#scatter-title") != first
    assert page.evaluate("document.activeElement.name") == "predictor"
    page.focus("#scatter svg")
    page.keyboard.press("ArrowRight")
    assert re.search(r"\|.*: true [\d.]+, predicted [\d.]+ ms", page.inner_text("#scatter output"))


def test_the_address_brings_the_state_back(opened):
    page = opened()
    page.select_option("#combination", "nasbench201-cifar10-board-latency")
    page.select_option("#criterion", "error")
    page.fill("#number", "30")
    page.check("#ranking input[value=ridge_reg]", force=True)
    page.check("#verify input[value='16']", force=True)
    address, before = page.evaluate("location.hash"), page.inner_text("main")
    again = opened(address=address)
    assert again.input_value("#combination") == "nasbench201-cifar10-board-latency"
    assert again.inner_text("main") == before
    opened(address="#c=none&n=-3&by=hope&v=5")


def test_verifying_moves_what_is_selected(opened):
    page = opened(address=f"#c={PHONE}&n=11&p=rf")
    assert "Accuracy on noisy letters" in page.inner_text("#front-words")
    before = page.inner_html("#front svg")
    page.check("#verify input[value='64']", force=True)
    assert "The 64 most promising are measured" in page.inner_text("#front-words")
    assert page.inner_html("#front svg") != before


def test_more_than_ten_devices_can_be_searched(opened):
    page = opened()
    assert page.locator("#combination option").count() == 12
    page.fill("#search", "board lat")
    assert page.locator("#combination option").count() == 1
    assert "on board" in page.inner_text(SENTENCE)
    page.fill("#search", "no such device")
    assert "No device has all of these words" in page.inner_text("#search-words")
    assert "on board" in page.inner_text(SENTENCE)
    page.fill("#search", "")
    assert page.inner_text("#search-words") == ""
    assert page.locator("#combination option").count() == 12


def test_a_table_sorts_by_keyboard_and_downloads(opened):
    page = opened()
    page.focus("#table th:nth-child(3) button")
    page.keyboard.press("Enter")
    assert page.get_attribute("#table th:nth-child(3)", "aria-sort") == "ascending"
    assert page.evaluate("document.activeElement.closest('th').cellIndex") == 2
    with page.expect_download() as waiting:
        page.click("#table-download")
    rows = list(csv.DictReader(waiting.value.path().read_text(encoding="utf-8").splitlines()))
    assert {row["predictor"] for row in rows} == {"structured_gp", "ridge_reg", "rf"}
    assert {row["combination"] for row in rows} == {PHONE}
    page.click("#growth summary")
    page.locator("#growth tbody tr").first.wait_for()  # the table is written once it is opened
    assert page.locator("#growth tbody tr").count() == 3


def test_what_one_takes_along_is_what_the_workflow_reads(opened):
    page = opened(address=f"#c={PHONE}&n=55")
    with page.expect_download() as waiting:
        page.click("#plan-download")
    lines = waiting.value.path().read_text(encoding="utf-8").splitlines()
    assert lines[0] == "architecture,value"
    assert len(lines) == 56
    study, device = (yaml.safe_load(page.inner_text(f"#{part}")) for part in ("study", "definition"))
    default = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    parsed = Study.model_validate(merged(default, study))
    assert parsed.train_sizes["nasbench201"][-1] + parsed.test_sizes["nasbench201"] == 55
    one = device["combinations"][0]
    assert study["combinations"] == ["-".join(one[key] for key in ("space", "task", "device", "metric"))]
    assert "hwpred plan --space nasbench201 --number 55" in page.inner_text("#plan")
    # Whoever copies them has filled in the file that a plan would replace.
    assert "hwpred plan" not in page.inner_text("#commands")
    assert "hwpred fit to_measure.csv --space nasbench201" in page.inner_text("#commands")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_in_either_scheme(opened, scheme):
    page = opened(color_scheme=scheme)
    for selector in (SENTENCE, ".hint", "h1", ".row.tied .value", "#more"):
        assert page.evaluate(CONTRAST, selector) >= 4.5, selector
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (scheme == "light")


def test_paper_has_the_answer_and_no_controls(opened):
    page = opened(color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.is_visible(SENTENCE)
    assert not page.is_visible("#controls")
    assert not page.is_visible("#table-download")


def test_it_says_its_answers_without_javascript(opened):
    page = opened(java_script_enabled=False)
    assert "With 55 measurements on phone" in page.inner_text(SENTENCE)
    for table in ("glance-title", "limits-title"):
        assert page.locator(f".scroll[aria-labelledby={table}] tbody tr").count() == 12
    assert not page.is_visible("#controls")


@pytest.mark.parametrize("width", WIDTHS)
def test_numbers_below_the_slider_stand_where_it_stops(opened, width):
    page = opened(width)
    slider, last = page.locator("#slider").bounding_box(), page.locator("#ticks-shown span").last.bounding_box()
    handle = 16
    assert last["x"] + last["width"] / 2 == pytest.approx(slider["x"] + slider["width"] - handle / 2, abs=2)


@pytest.mark.parametrize("width", [*WIDTHS.values(), 700, 1000])
def test_no_button_covers_what_it_copies(opened, width):
    page = opened()
    page.set_viewport_size({"width": width, "height": 900})
    for code in page.locator(".code").all():
        text, button = code.locator("pre").bounding_box(), code.locator("button").bounding_box()
        assert button["x"] >= text["x"] + text["width"] or button["y"] >= text["y"] + text["height"]


def test_parts_of_the_page_have_names_of_their_own(opened):
    page = opened()
    page.eval_on_selector_all(".twin", "boxes => boxes.forEach((box) => (box.open = true))")
    page.wait_for_function("document.querySelectorAll('.twin .scroll').length === 3")
    names = page.eval_on_selector_all(".twin .scroll", "parts => parts.map((part) => part.getAttribute('aria-label'))")
    assert len(set(names)) == 3
    sizes = [
        page.evaluate(f"parseFloat(getComputedStyle(document.querySelector('{tag}')).fontSize)")
        for tag in ("h1", "h2", "h3")
    ]
    assert sizes == sorted(sizes, reverse=True)


def test_every_control_has_a_name_and_a_visible_focus(opened):
    page = opened()
    unnamed = page.evaluate(UNNAMED)
    assert unnamed == []
    page.focus("#combination")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


UNNAMED = """() => {
  const named = (one) => one.labels?.length || one.getAttribute('aria-label') || one.getAttribute('aria-labelledby')
    || one.textContent.trim();
  const controls = document.querySelectorAll('input, select, button, svg, [role=region], [role=radiogroup]');
  return [...controls].filter((one) => !one.hidden && !named(one)).map((one) => one.outerHTML);
}"""

CONTRAST = """(selector) => {
  const light = (colour) => {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255);
    const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const one = document.querySelector(selector);
  let behind = one;
  while (getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)') behind = behind.parentElement;
  const [a, b] = [light(getComputedStyle(one).color), light(getComputedStyle(behind).backgroundColor)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""
