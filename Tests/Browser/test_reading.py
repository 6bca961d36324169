"""What the front page and the chapters answer."""

import pytest
from conftest import CHAPTERS, PAGES, REPORT


def chosen(page):
    return page.locator(".claims tr[data-standing]:visible")


def test_claims_that_do_not_hold_come_first(visit):
    page = visit("index.html")
    order = page.locator(".claims tr[data-standing]").evaluate_all("rows => rows.map(row => row.dataset.standing)")
    ranks = ["not reproduced", "partly", "unsteady", "reproduced"]
    assert [ranks.index(standing) for standing in order] == sorted(ranks.index(standing) for standing in order)
    assert len(order) > 100


def test_every_chapter_has_a_picture_and_a_result(visit):
    page = visit("index.html")
    cards = page.locator("ol.chapters > li")
    assert cards.count() == len(CHAPTERS)
    for card in cards.all():
        card.scroll_into_view_if_needed()
        picture = card.locator("a.picture img")
        page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
        assert any(letter.isdigit() for letter in card.locator("p").first.inner_text())


@pytest.mark.parametrize("standing", ["not reproduced", "partly", "unsteady", "reproduced"])
def test_claims_are_filtered_by_verdict(visit, standing):
    page = visit("index.html")
    all_claims = page.locator(".claims tr[data-standing]").count()
    page.get_by_label("Verdict").select_option(standing)
    rows = chosen(page)
    assert 0 < rows.count() < all_claims
    assert set(rows.evaluate_all("rows => rows.map(row => row.dataset.standing)")) == {standing}
    assert page.locator(".filter output").inner_text() == f"{rows.count()} of {all_claims} claims"


def test_claims_are_filtered_by_chapter_and_words_and_the_choice_can_be_shared(visit):
    page = visit("index.html")
    page.get_by_label("Chapter").select_option("3")
    of_chapter = chosen(page).count()
    assert set(chosen(page).evaluate_all("rows => rows.map(row => row.dataset.chapter)")) == {"3"}
    page.get_by_label("With the words").fill("polytope")
    assert 0 < chosen(page).count() < of_chapter
    page.get_by_label("With the words").fill("no claim says this")
    assert chosen(page).count() == 0
    shared = visit("index.html", fragment="?chapter=3")
    assert chosen(shared).count() == of_chapter


@pytest.mark.parametrize("name", [PAGES[0], PAGES[3]])
def test_search_finds_prose_captions_claims_and_goes_there(visit, name):
    page = visit(name)
    page.keyboard.press("/")
    field = page.get_by_role("search").get_by_role("searchbox")
    for words, kind in [("antipodal", "section"), ("phase diagram", "figure"), ("superposition", "claim")]:
        # What was found before would answer for what is found now.
        field.fill("")
        page.locator(".found li").first.wait_for(state="detached")
        field.fill(words)
        where = page.locator(".where", has_text=f" {kind},")
        page.locator(".found li", has=where, has_text=words).first.wait_for()
    field.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**#*")
    target = page.url.split("#")[1]
    assert page.locator(f"[id='{target}']").count() == 1
    page.keyboard.press("/")
    page.get_by_role("search").get_by_role("searchbox").fill("zxqv")
    page.get_by_text("0 places").wait_for()


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_opens_with_its_prose(visit, name):
    page = visit(name)
    page.evaluate("document.fonts.ready")
    first = page.locator("main > p").first
    assert first.bounding_box()["y"] < 700
    # Skip to the text skips to the text.
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "text"
    # The claims stand at the end.
    positions = page.evaluate("[...document.querySelectorAll('main > section')].map(section => section.id)")
    assert positions.index("claims") > len(positions) - 4


@pytest.mark.parametrize("name", CHAPTERS)
def test_titles_have_the_number_and_neighbours_stand_at_both_ends(visit, name):
    page = visit(name)
    number = str(int(name[:2]))
    assert page.title().startswith(number + " ")
    assert page.locator("h1").inner_text().startswith(number)
    for link in page.locator("nav.turn").all():
        assert link.locator("a").count() == (1 if name in (CHAPTERS[0], CHAPTERS[-1]) else 2)
    assert page.locator("nav.turn").count() == 2


def test_the_contents_show_where_one_is(visit):
    page = visit("03-geometry.html")
    links = page.locator(".contents a")
    for index in [1, links.count() // 2, links.count() - 1]:
        links.nth(index).click()
        page.wait_for_timeout(200)
        current = page.locator(".contents [aria-current]")
        assert current.count() == 1
        assert abs(links.evaluate_all("(links, one) => links.indexOf(one)", current.element_handle()) - index) <= 1
    assert page.locator(".contents a[href='#provenance']").count() == 1


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_claim_leads_on(visit, name):
    page = visit(name)
    for claim in page.locator("div.claim").all():
        links = claim.locator("a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
        assert f"#{claim.get_attribute('id')}" in links
        assert any(link.startswith("manifest.json#") for link in links)
        assert all(not link.startswith("#") or page.locator(f"[id='{link[1:]}']").count() == 1 for link in links)


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_figure_tells_how_it_was_made(visit, name):
    page = visit(name)
    for figure in page.locator("figure:has(.plot)").all():
        made = figure.locator("details.made")
        made.locator("summary").click()
        cell, source = made.locator("a").first, made.locator("a[href^='source/']")
        assert (REPORT / source.get_attribute("href")).exists()
        target = page.locator(cell.get_attribute("href"))
        assert target.count() == 1
    cell.click()
    assert target.evaluate("details => details.open")


def test_citations_show_what_they_cite_and_references_lead_back(visit):
    page = visit("01-demonstrating-superposition.html")
    link = page.locator("main a[href^='#ref-']").first
    link.hover()
    note = page.locator(".note")
    assert "2022" in note.inner_text()
    page.keyboard.press("Escape")
    assert note.is_hidden()
    link.focus()
    assert note.is_visible()
    assert page.evaluate("element => element.getAttribute('aria-describedby')", link.element_handle()) == "note"
    back = page.locator(".csl-entry .back a").first
    back.click()
    assert page.evaluate("location.hash").startswith("#cited-")


def test_every_control_is_reached_by_keyboard(visit):
    page = visit("index.html")
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('name') || document.activeElement.className"))
    assert {"words", "standing", "chapter"} <= reached
