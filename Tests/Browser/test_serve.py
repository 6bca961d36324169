"""The report as `superposition serve` sends it: it is loaded again when it has changed, and shows what went wrong."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import REPORT, ROOT

PROGRAM = ROOT / ".build/release/superposition"
EVENTS = "**/.superposition/events"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A copy of the report that is served: its folder and its address."""
    if not PROGRAM.exists():
        pytest.skip("The program is not built.")
    folder = tmp_path_factory.mktemp("served") / "output"
    shutil.copytree(REPORT, folder)
    server = subprocess.Popen(
        [PROGRAM, "serve", "--port", "0", "--output", folder], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    yield folder, server.stdout.readline().split()[-1]
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=10) == 0


@pytest.fixture
def page(browser, served):
    """A new page of which no error is written to the console."""
    problems = []
    context = browser.new_context(viewport={"width": 1200, "height": 800}, reduced_motion="reduce")
    page = context.new_page()

    def note(line):
        # A browser tells of a page that is missing, which a test asks for.
        if line.type in ("error", "warning") and "404 (Not Found)" not in line.text:
            problems.append(line.text)

    page.on("console", note)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: request.url.startswith(served[1]) or problems.append(request.url))
    yield page
    context.close()
    assert not problems, "\n".join(problems)


def told(page, address, **notice):
    """Opens the first page, which is told this."""

    def tell(route):
        notice["version"] = re.search(r'data-version="([^"]+)"', page.request.get(address).text())[1]
        data = f"retry: 100000\n\ndata: {json.dumps(notice)}\n\n"
        route.fulfill(status=200, content_type="text/event-stream", body=data)

    page.route(EVENTS, tell)
    page.goto(address)


def test_an_open_page_is_loaded_again_when_the_report_has_changed(page, served):
    folder, address = served
    with page.expect_request(EVENTS):
        page.goto(address)
    page.evaluate("document.documentElement.dataset.old = 'yes'")
    page.wait_for_timeout(700)
    assert page.evaluate("document.documentElement.dataset.old") == "yes", "nothing has changed yet"
    os.utime(folder / "manifest.json")
    page.wait_for_function("document.documentElement.dataset.old === undefined", timeout=10_000)
    page.wait_for_timeout(700)
    page.evaluate("document.documentElement.dataset.old = 'yes'")
    page.wait_for_timeout(700)
    assert page.evaluate("document.documentElement.dataset.old") == "yes", "once is enough"


def test_a_page_that_is_missing_comes_when_it_is_there(page, served):
    folder, address = served
    with page.expect_request(EVENTS):
        page.goto(address + "nothing.html")
    assert page.locator("h1").inner_text() == "Not Found"
    pathlib.Path(folder / "nothing.html").write_text("<!DOCTYPE html><title>x</title><body><h1>There</h1></body>")
    os.utime(folder / "manifest.json")
    page.wait_for_function("document.querySelector('h1').textContent === 'There'", timeout=10_000)


def test_work_is_shown_without_being_in_the_way(page, served):
    told(page, served[1], activity="Building the program …")
    status = page.locator(".live[role=status]")
    status.wait_for()
    assert status.inner_text() == "Building the program …"
    assert not page.locator(".live[role=alert]").is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_problem_is_shown_as_text_and_can_be_closed_by_keyboard(page, served, theme):
    page.emulate_media(color_scheme=theme)
    details = "chapters/01-a/A.swift:12:5: error: cannot find '<img src=x onerror=alert(1)>' in scope\n" + 30 * "  more\n"
    told(page, served[1], problem={"sentence": "The program does not build.", "details": details})
    alert = page.locator(".live[role=alert]")
    alert.wait_for()
    assert "The program does not build." in alert.inner_text() and details.splitlines()[0] in alert.inner_text()
    assert alert.locator("img").count() == 0
    found = Axe().run(page).response["violations"]
    assert not found, str(found)[:1000]
    for width in [360, 1440]:
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=f"{folder}/served-problem-{theme}-{width}.png")
    alert.get_by_role("button", name="Close").press("Enter")
    assert not alert.is_visible()
