"""The panels that train a model in the reader's browser."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import CHAPTERS, REPORT

PANELS = [
    (name, id)
    for name in CHAPTERS
    for id in re.findall(r'<section class="panel training" id="([^"]+)"', (REPORT / name).read_text())
]
FIVE = ("01-demonstrating-superposition.html", "panel-five-features")
PAIRS = ("03-geometry.html", "panel-two-pairs")


def opened(visit, name, id, **options):
    """A page with a panel in view, and the panel."""
    page = visit(name, **options)
    panel = page.locator(f'[id="{id}"]')
    panel.scroll_into_view_if_needed()
    panel.locator("button.go").wait_for()
    panel.locator(".views").scroll_into_view_if_needed()
    return page, panel


def put(panel, label, text):
    """Moves a slider until it tells a value, by keyboard."""
    slider = panel.get_by_label(label)
    slider.focus()
    slider.press("Home")
    for _ in range(20):
        if slider.get_attribute("aria-valuetext") == text:
            return
        slider.press("ArrowRight")
    raise AssertionError(f"{label} has no value {text}")


def ended(page, panel):
    """What the panel says when it has trained."""
    page.wait_for_function("panel => panel.dataset.state === 'done'", arg=panel.element_handle(), timeout=60_000)
    return panel.get_by_role("status").inner_text()


def test_the_panels_are_there():
    assert FIVE in PANELS and PAIRS in PANELS


@pytest.mark.parametrize("name, id", PANELS)
def test_the_arithmetic_is_that_of_the_reference(visit, name, id):
    _, panel = opened(visit, name, id)
    assert float(panel.get_attribute("data-difference")) < 1e-9
    assert "agree with the program" in panel.locator(".agreement").inner_text()


@pytest.mark.parametrize("part", ["initial", "samples", "loss", "gradientW", "gradientB", "W", "b"])
@pytest.mark.parametrize("name, id", [FIVE, PAIRS])
def test_a_difference_would_be_told(browser, name, id, part):
    """The page with one number of its reference changed by a millionth."""
    html = (REPORT / name).read_text()
    start = html.index(f'id="{id}"')
    match = re.compile(r'class="check">(.*?)</script>', re.S).search(html, start)
    check = json.loads(match[1])

    def changed(value):
        return value + 1e-6 if isinstance(value, (int, float)) else value[:-1] + [changed(value[-1])]

    check[part] = changed(check[part])
    context = browser.new_context()
    page = context.new_page()
    page.set_content(html[: match.start(1)] + json.dumps(check) + html[match.end(1) :])
    panel = page.locator(f'[id="{id}"]')
    panel.scroll_into_view_if_needed()
    panel.locator("button.go").wait_for()
    assert float(panel.get_attribute("data-difference")) > 1e-9
    assert "something else" in panel.locator(".agreement").inner_text()
    context.close()


@pytest.mark.parametrize("density, count", [("0.1", "five features are"), ("1", "two features are")])
def test_sparse_features_are_all_represented_and_dense_ones_are_not(visit, density, count):
    page, panel = opened(visit, *FIVE)
    put(panel, "Density", density)
    panel.get_by_role("button", name="Start", exact=True).click()
    assert f"at density {density}: {count} represented" in ended(page, panel)


def test_a_feature_that_is_given_up_does_not_come_back(visit):
    page, panel = opened(visit, *FIVE)
    for density, count in [("0.1", "five"), ("1", "two"), ("0.1", "two")]:
        put(panel, "Density", density)
        panel.locator("button.go").click()
        assert f"at density {density}: {count} features are represented" in ended(page, panel)


def test_partners_stand_where_the_chapter_says(visit):
    page, panel = opened(visit, *PAIRS)

    def angles(starts):
        found = []
        for _ in range(starts):
            panel.get_by_role("button", name="New start").click()
            found += map(int, re.findall(r"(\d+)°", ended(page, panel)))
        return found

    panel.get_by_label("always together").check()
    found = angles(3)
    assert found and all(abs(angle - 90) < 15 for angle in found), found
    put(panel, "Density", "0.5")
    panel.get_by_label("never together").check()
    found = angles(5)
    # Of many starts about three in five do so.
    assert sum(angle > 165 for angle in found) >= 4, found


def test_it_starts_only_when_asked_and_stops_out_of_view(visit):
    page, panel = opened(visit, *FIVE)
    progress = panel.locator(".progress")
    page.wait_for_timeout(300)
    assert "Not trained yet" in progress.inner_text()
    panel.locator("button.go").click()
    page.wait_for_timeout(1500)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(700)
    before = panel.locator(".loss").get_attribute("d")
    page.wait_for_timeout(1200)
    assert panel.locator(".loss").get_attribute("d") == before
    assert panel.get_attribute("data-state") == "running"
    panel.locator(".views").scroll_into_view_if_needed()
    assert "represented" in ended(page, panel)
    assert panel.locator(".loss").get_attribute("d") != before


def test_pausing_says_so_and_a_new_start_is_another(visit):
    page, panel = opened(visit, *FIVE)
    go = panel.locator("button.go")
    go.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(800)
    assert go.inner_text() == "Pause"
    page.keyboard.press("Enter")
    assert "Paused" in panel.get_by_role("status").inner_text()
    assert go.inner_text() == "Continue"
    first = panel.locator(".plane").get_attribute("aria-label")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    go.click()
    assert panel.locator(".plane").get_attribute("aria-label") != first


def test_the_status_speaks_seldom(visit):
    page, panel = opened(visit, *FIVE)
    page.evaluate(
        "panel => { window.said = []; new MutationObserver(() => window.said.push(panel.querySelector('.status').textContent))"
        ".observe(panel.querySelector('.status'), {childList: true, characterData: true, subtree: true}) }",
        panel.element_handle(),
    )
    panel.locator("button.go").click()
    ended(page, panel)
    assert len(page.evaluate("window.said")) <= 2


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name, id", PANELS)
def test_axe_finds_nothing_in_a_panel(visit, name, id, theme):
    page, panel = opened(visit, name, id, theme=theme)
    found = Axe().run(page, context=f'[id="{id}"]').response["violations"]
    assert not found, "\n".join(f"{item['id']}: {item['nodes'][0]['html'][:200]}" for item in found)


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("name, id", PANELS)
def test_a_panel_fits_the_window(visit, name, id, width):
    page, panel = opened(visit, name, id, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = panel.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width


@pytest.mark.parametrize("name, id", PANELS)
def test_without_scripts_a_panel_is_a_sentence(visit, name, id):
    page = visit(name, script=False)
    panel = page.locator(f'[id="{id}"]')
    assert "if it may run scripts" in panel.inner_text() and panel.locator("button").count() == 0
