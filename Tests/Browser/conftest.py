"""The report in a real browser: Debian's Chromium, driven by Playwright.

`make browser` makes a report in the quick profile and runs these tests on it; REPORT names another report's folder, and
SCREENSHOTS a folder for pictures of all pages.
"""

import os
import pathlib
import shutil

import pytest
from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
REPORT = pathlib.Path(os.environ.get("REPORT", ROOT / ".build/quick-report")).resolve()
CHAPTERS = sorted(path.name for path in REPORT.glob("[0-9][0-9]-*.html"))
PAGES = ["index.html"] + CHAPTERS


@pytest.fixture(scope="session")
def browser():
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        # Without an own user's namespace a sandbox cannot be made, as in containers.
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser):
    """Opens a page of the report: `visit("index.html", width=360, theme="dark")`.

    The test fails at its end if a page has written an error to the console, or asked for anything but its own files.
    """
    contexts, problems = [], []

    def visit(name, *, width=1440, height=900, theme="light", script=True, fragment=""):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, java_script_enabled=script,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda line: line.type in ("error", "warning") and problems.append(f"{name}: {line.text}"))
        page.on("pageerror", lambda error: problems.append(f"{name}: {error}"))

        def check(request):
            if not request.url.startswith((REPORT.as_uri(), "data:", "blob:")):
                problems.append(f"{name} asks for {request.url}")

        page.on("request", check)
        page.goto((REPORT / name).as_uri() + fragment)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems)
