"""Pictures of a report for the README: `make pictures`."""

import pathlib
import shutil
import sys

from playwright.sync_api import sync_playwright

# What is shown: the picture's name, the page, and what stands near the top of the window; nothing for the page's start.
PICTURES = [
    ("front-page.png", "index.html", None),
    ("chapter.png", "01-demonstrating-superposition.html", "#fig-intro"),
]


def main(report, folder):
    missing = [page for _, page, _ in PICTURES if not (report / page).exists()]
    if missing:
        sys.exit(f"There is no '{missing[0]}' in '{report}': make the whole report first, with 'make report'.")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        # Without an own user's namespace a sandbox cannot be made, as in containers.
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        window = browser.new_context(
            viewport={"width": 1200, "height": 900}, color_scheme="light", reduced_motion="reduce"
        )
        for name, page_name, place in PICTURES:
            page = window.new_page()
            page.goto((report / page_name).as_uri())
            if place:
                page.locator(place).evaluate(
                    "element => scrollTo(0, scrollY + element.getBoundingClientRect().top - innerHeight / 6)"
                )
            # What is scrolled to may load only now.
            page.wait_for_function(
                "[...document.images].every(image => image.complete || image.getBoundingClientRect().top > innerHeight)"
            )
            page.wait_for_timeout(300)
            page.screenshot(path=folder / name, animations="disabled")
            page.close()
            print(f"{folder / name}: {(folder / name).stat().st_size // 1000} kB")
        browser.close()


main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]))
