"""A page of answers, opened in Debian's Chromium without a network; skipped where there is none."""

import shutil
from functools import partial

import pytest
from answer_run import write_page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WIDTHS = {"phone": 400, "desk": 1280}


@pytest.fixture(scope="session")
def page_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    return write_page(folder, ["phone", "board", *(f"device{i}" for i in range(10))], lacking=[("rf", 55)])[0]


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip("there is no chromium: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="there is no playwright: pip install playwright")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser, page_file):
    """A function that opens the page; the test fails if the page then complains or asks for something."""
    contexts, complaints = [], []

    def note(kind, what):
        complaints.append(f"{kind}: {what}")

    def open_page(width="desk", address="", **options):
        context = browser.new_context(viewport={"width": WIDTHS[width], "height": 900}, offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: note("console", message.text))
        page.on("pageerror", partial(note, "error"))
        page.on(
            "request",
            lambda request: request.url.startswith(("file:", "data:", "blob:")) or note("request", request.url),
        )
        page.goto(f"{page_file.as_uri()}{address}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
