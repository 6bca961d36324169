"""Figures answer: what marks tell, what sliders show, and how dark pages and phones have them."""

import pytest
from conftest import CHAPTERS

FRAMES = {
    "01": ["intro", "basic-small", "basic-large"],
    "03": ["feature-dimensionality", "correlated-collapse"],
    "04": ["energy-levels"],
    "06": ["neuron-codes"],
    "07": ["absolute-value-sparsity"],
}


def chapter(number):
    return next(name for name in CHAPTERS if name.startswith(number))


def shown(figure):
    return figure.locator(".plot img").evaluate("image => image.currentSrc")


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_figure_is_drawn_for_both_themes(visit, name):
    for theme in ["light", "dark"]:
        page = visit(name, theme=theme)
        images = page.locator("figure .plot img")
        assert images.count() > 0
        for index in range(images.count()):
            image = images.nth(index)
            # A picture that is asked for is there.
            page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=image.element_handle())
            source = image.evaluate("image => image.currentSrc")
            assert source.endswith(".dark.svg") == (theme == "dark"), source
            assert source.endswith(".svg")


def test_dark_figures_are_dark(visit):
    page = visit(chapter("01"), theme="dark")
    corner = """image => {
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = 8;
        canvas.getContext("2d").drawImage(image, 0, 0, 8, 8);
        return getComputedStyle(document.body).backgroundColor;
    }"""
    assert page.locator("#fig-intro .plot img").evaluate(corner) == "rgb(22, 24, 27)"
    assert page.locator("#fig-intro .plot").evaluate("plot => getComputedStyle(plot).filter") == "none"


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_arrow_keys_go_from_mark_to_mark(visit, name):
    page = visit(name)
    layers = page.locator("figure .marks:not([hidden])")
    assert layers.count() > 0
    for index in range(layers.count()):
        layer = layers.nth(index)
        assert "arrow keys" in layer.get_attribute("aria-label")
        layer.focus()
        told = layer.locator("xpath=following-sibling::span[@aria-live]")
        page.keyboard.press("ArrowRight")
        first = told.inner_text()
        assert first, f"figure {index + 1} tells nothing"
        assert layer.locator(".tip").is_visible() and layer.locator(".ring").is_visible()
        page.keyboard.press("End")
        assert told.inner_text() and "NaN" not in told.inner_text() and "undefined" not in told.inner_text()
        page.keyboard.press("Escape")
        assert not layer.locator(".tip").is_visible()


def test_a_mark_tells_its_numbers_where_one_points(visit):
    page = visit(chapter("01"))
    figure = page.locator("#fig-cosines")
    figure.scroll_into_view_if_needed()
    layer, image = figure.locator(".marks"), figure.locator(".plot img")
    # The place of the last mark, which the keys find, is where the pointer finds it.
    layer.focus()
    page.keyboard.press("End")
    ring = figure.locator(".ring").bounding_box()
    by_keys = figure.locator(".told").inner_text()
    page.keyboard.press("Escape")
    page.mouse.move(ring["x"] + ring["width"] / 2 + 3, ring["y"] + ring["height"] / 2 - 2)
    assert figure.locator(".tip").is_visible()
    assert ", ".join(figure.locator(".tip span").all_inner_texts()) == by_keys
    assert "Density 1 − S: 0.001" in by_keys and "Mean largest cosine" in by_keys
    box = image.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] - 30)
    assert not figure.locator(".tip").is_visible()


def test_a_touch_tells_too(browser, visit):
    page = visit(chapter("01"), width=360)
    figure = page.locator("#fig-cosines")
    figure.scroll_into_view_if_needed()
    figure.locator(".marks").evaluate(
        """layer => {
            const box = layer.getBoundingClientRect();
            layer.dispatchEvent(new PointerEvent("pointerdown", {
                pointerType: "touch", bubbles: true, clientX: box.left + box.width * 0.89, clientY: box.top + 8}));
        }"""
    )
    assert figure.locator(".tip").is_visible()
    assert "Density" in figure.locator(".told").inner_text()
    tip = figure.locator(".tip").bounding_box()
    assert tip["x"] >= 0 and tip["x"] + tip["width"] <= 360


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("number,figure_id", [(number, name) for number, names in FRAMES.items() for name in names])
def test_a_slider_changes_the_picture(visit, number, figure_id, theme):
    page = visit(chapter(number), theme=theme)
    figure = page.locator(f"#fig-{figure_id}")
    whole, alt = shown(figure), figure.locator(".plot img").get_attribute("alt")
    slider = figure.get_by_role("slider")
    slider.focus()
    seen = set()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        page.wait_for_function(
            "image => image.complete && image.naturalWidth > 0", arg=figure.locator(".plot img").element_handle()
        )
        value = figure.locator("output").inner_text()
        assert slider.get_attribute("aria-valuetext") == value
        seen.add((shown(figure), value, figure.locator(".statement").inner_text()))
    assert len(seen) == 3 and whole not in {source for source, _, _ in seen}
    assert all(source.endswith(".dark.svg") == (theme == "dark") for source, _, _ in seen)
    assert figure.locator(".plot img").get_attribute("alt") == figure.locator(".statement").inner_text() != alt
    figure.locator(".marks").focus()
    page.keyboard.press("ArrowRight")
    assert figure.locator(".told").inner_text()
    figure.get_by_role("button", name="Whole figure").click()
    assert shown(figure) == whole and figure.locator(".plot img").get_attribute("alt") == alt


def test_a_player_plays_and_pauses(visit):
    page = visit(chapter("04"))
    for figure_id in ["energy-levels", "geometric-transformations"]:
        figure = page.locator(f"#fig-{figure_id}")
        output = figure.locator("output")
        figure.get_by_role("button", name="Play").click()
        first = output.inner_text()
        page.wait_for_function("([node, first]) => node.textContent !== first", arg=[output.element_handle(), first])
        figure.get_by_role("button", name="Pause").click()
        paused = output.inner_text()
        page.wait_for_timeout(300)
        assert output.inner_text() == paused
        assert figure.get_by_role("button", name="Play").is_visible()


def test_space_turns_with_pointer_and_keys(visit):
    page = visit(chapter("04"))
    canvas = page.locator("#fig-geometric-transformations canvas")
    canvas.scroll_into_view_if_needed()
    pixels = "canvas => canvas.toDataURL()"
    pictures = [canvas.evaluate(pixels)]
    canvas.focus()
    page.keyboard.press("ArrowRight")
    pictures.append(canvas.evaluate(pixels))
    page.keyboard.press("ArrowUp")
    pictures.append(canvas.evaluate(pixels))
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 180, box["y"] + 130)
    page.mouse.up()
    pictures.append(canvas.evaluate(pixels))
    assert len(set(pictures)) == 4


@pytest.mark.parametrize("figure_id", ["phase-2x1-empirical", "phase-3x2-empirical"])
def test_a_cell_shows_its_weights_and_the_surface_of_its_loss(visit, figure_id):
    page = visit(chapter("02"))
    figure = page.locator(f"#fig-{figure_id}")
    layer = figure.locator(".marks")
    layer.focus()
    texts = set()
    for key in ["End", "ArrowLeft", "ArrowUp"]:
        page.keyboard.press(key)
        page.keyboard.press("Home" if key == "End" else key)
        page.keyboard.press("Enter")
        assert figure.locator(".cell table").is_visible()
        texts.add(figure.locator(".cell").inner_text())
        # The surface, at the model's weights, has the loss that the program computed.
        model, surface = (float(figure.locator(".cells").get_attribute(f"data-{name}")) for name in ["model", "surface"])
        assert surface == pytest.approx(model, rel=0.01, abs=1e-6)
    assert len(texts) > 1
    before = figure.locator(".cells").get_attribute("data-cell")
    box = layer.bounding_box()
    layer.click(position={"x": box["width"] * 0.5, "y": box["height"] * 0.25})
    assert figure.locator(".cells").get_attribute("data-cell") != before
    assert figure.locator("canvas.surface").evaluate("canvas => new Set(canvas.getContext('2d').getImageData(0, 0, 57, 57).data).size") > 10


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone_opens_a_figure_in_full(visit, theme):
    page = visit(chapter("01"), width=360, theme=theme)
    figure = page.locator("#fig-basic-small")
    box = figure.locator(".plot img").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360, "a figure fits the screen"
    button = figure.get_by_role("button", name="Open in full")
    button.click()
    dialog = page.get_by_role("dialog")
    image = dialog.locator("img")
    width = image.bounding_box()["width"]
    assert width > 600
    assert image.evaluate("image => image.currentSrc").endswith(".dark.svg") == (theme == "dark")
    dialog.get_by_role("button", name="Larger").click()
    assert image.bounding_box()["width"] > width
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0
    assert button.evaluate("button => button === document.activeElement")


def test_without_scripts_a_figure_can_be_opened_alone(visit):
    page = visit(chapter("01"), width=360, script=False)
    link = page.locator("#fig-basic-small .enlarge a")
    assert link.is_visible() and link.get_attribute("href").endswith("basic-small.svg")
    assert page.locator("#fig-basic-small input").count() == 0


def test_an_svg_says_what_it_is(visit):
    page = visit("figures/" + chapter("01").removesuffix(".html") + "/basic-small.svg")
    assert page.locator("title").first.text_content().startswith("Figure 1.")
    assert "ReLU" in page.locator("desc").text_content()
    assert "Superposition of a feature" in page.locator("text").all_text_contents()
