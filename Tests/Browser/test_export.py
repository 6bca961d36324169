"""What `superposition export` makes of a report, checked by the tools of those who take it."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

import pytest
from conftest import CHAPTERS, REPORT, ROOT

PROGRAM = pathlib.Path(os.environ.get("PROGRAM", ROOT / ".build/release/superposition"))


def export(*arguments, report=REPORT, environment=None):
    return subprocess.run(
        [PROGRAM, "export", "--output", report, *arguments], capture_output=True, text=True, timeout=600,
        env=os.environ | (environment or {}),
    )


@pytest.fixture(scope="session")
def exports(tmp_path_factory):
    """A folder with one export of each kind."""
    folder = tmp_path_factory.mktemp("exports")
    result = export(
        "--single-file", folder / "report.html", "--pdf", folder / "report.pdf", "--epub", folder / "report.epub",
        "--ro-crate", folder / "crate",
    )
    assert result.returncode == 0, result.stderr
    # Nothing is left beside what was asked for.
    assert sorted(path.name for path in folder.iterdir()) == ["crate", "report.epub", "report.html", "report.pdf"]
    return folder


@pytest.fixture
def bound(exports, browser):
    """The whole report in one file, opened where none of its neighbours are."""
    problems = []
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.on("console", lambda line: line.type in ("error", "warning") and problems.append(line.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    own = (exports / "report.html").as_uri()
    page.on(
        "request",
        lambda request: request.url.startswith((own, "data:", "blob:")) or problems.append(f"asks for {request.url}"),
    )
    page.goto(own)
    yield page
    context.close()
    assert not problems, "\n".join(problems)


def test_one_file_has_all_chapters_and_figures(bound):
    titles = bound.locator("article > header h1").all_inner_texts()
    assert len(titles) >= len(CHAPTERS) + 2
    manifest = json.loads((REPORT / "manifest.json").read_text())
    for chapter in manifest["chapters"]:
        assert bound.locator(f'[id="{chapter["slug"]}"]').count() == 1
        for figure in chapter["figures"]:
            assert bound.locator(f'[id="{chapter["slug"]}--fig-{figure["id"]}"] img').count() >= 1
    shown = bound.evaluate(
        "async () => { const images = [...document.images]; images.forEach(i => i.loading = 'eager');"
        " await Promise.all(images.map(i => i.decode().catch(() => null)));"
        " return images.filter(i => i.naturalWidth == 0).length }"
    )
    assert shown == 0, "images that are not there"


def test_one_file_has_no_id_twice_and_no_link_that_leads_nowhere(bound):
    ids = bound.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    targets = bound.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))")
    assert len(targets) > 100
    for target in targets:
        assert target.startswith("#") or re.match(r"https?://", target), target
        if target.startswith("#"):
            assert target[1:] in ids, target
    named = bound.evaluate(
        "[...document.querySelectorAll('[for], [aria-labelledby], [aria-describedby], [aria-controls]')].flatMap(e =>"
        " ['for', 'aria-labelledby', 'aria-describedby', 'aria-controls'].flatMap(n => (e.getAttribute(n) ?? '').split(' ')))"
    )
    assert {name for name in named if name} <= set(ids)


@pytest.mark.parametrize("width", [360, 1440])
def test_one_file_is_not_wider_than_the_window(bound, width):
    bound.set_viewport_size({"width": width, "height": 900})
    assert bound.evaluate("document.documentElement.scrollWidth") <= width


def test_the_pdf_has_the_text_of_all_chapters(exports):
    data = (exports / "report.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    pages = max(int(count) for count in re.findall(rb"/Count (\d+)", data))
    assert pages > 3 * len(CHAPTERS)


@pytest.mark.skipif(not shutil.which("epubcheck"), reason="epubcheck is not installed: ./setup.sh --browser")
def test_the_e_book_is_valid(exports):
    # Debian's is an archive of Java with a program's name.
    result = subprocess.run(
        ["java", "-jar", os.path.realpath(shutil.which("epubcheck")), exports / "report.epub"], capture_output=True,
        text=True,
    )
    assert result.returncode == 0, (result.stdout + result.stderr)[-4000:]
    with zipfile.ZipFile(exports / "report.epub") as book:
        assert book.testzip() is None
        text = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xhtml"))
    manifest = json.loads((REPORT / "manifest.json").read_text())
    for chapter in manifest["chapters"]:
        assert chapter["title"] in text
    assert text.count("<img") >= sum(len(chapter["figures"]) for chapter in manifest["chapters"])
    assert "<math" in text and "<script" not in text


def crate_is_valid(crate):
    """Whether the validator of the RO-Crate community accepts a crate. What it would ask for on the network, the terms
    of RO-Crate 1.1, comes from a package."""
    import requests
    import rocrate
    from rocrate_validator import models, services
    from rocrate_validator.utils.http import HttpRequester

    terms = (pathlib.Path(rocrate.__file__).parent / "data/ro-crate.jsonld").read_bytes()

    def get(self, url, *arguments, **options):
        response = requests.Response()
        response.url = url
        response.status_code = 504
        if url == "https://w3id.org/ro/crate/1.1/context":
            response.status_code = 200
            response._content = terms
            response.headers["Content-Type"] = "application/ld+json"
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HttpRequester, "get", get, raising=False)
        patch.setattr(HttpRequester, "head", get, raising=False)
        result = services.validate(
            services.ValidationSettings(
                rocrate_uri=str(crate), profile_identifier="process-run-crate-0.5",
                requirement_severity=models.Severity.REQUIRED,
            )
        )
    return result.passed(), [f"{issue.check.identifier}: {issue.message}" for issue in result.get_issues()]


def test_the_crate_is_a_process_run_crate(exports, tmp_path):
    passed, issues = crate_is_valid(exports / "crate")
    assert passed, issues
    # The validator looks.
    broken = tmp_path / "broken"
    shutil.copytree(exports / "crate", broken)
    metadata = json.loads((broken / "ro-crate-metadata.json").read_text())
    for entity in metadata["@graph"]:
        entity.pop("instrument", None)
    (broken / "ro-crate-metadata.json").write_text(json.dumps(metadata))
    assert not crate_is_valid(broken)[0]


def test_the_crate_tells_of_every_file(exports):
    crate = exports / "crate"
    graph = {entity["@id"]: entity for entity in json.loads((crate / "ro-crate-metadata.json").read_text())["@graph"]}
    files = {str(path.relative_to(crate)) for path in crate.rglob("*") if path.is_file()} - {"ro-crate-metadata.json"}
    assert files == {name for name, entity in graph.items() if entity["@type"] == "File"}
    for name in files:
        data = (crate / name).read_bytes()
        assert graph[name]["sha256"] == hashlib.sha256(data).hexdigest()
        assert data == (REPORT / name).read_bytes()
    action = graph["#run"]
    assert {entry["@id"] for entry in action["result"]} == files
    manifest = json.loads((REPORT / "manifest.json").read_text())
    assert graph[action["instrument"]["@id"]]["softwareVersion"] == manifest["provenance"]["version"]
    assert graph["#setting-seed"]["value"] == str(manifest["provenance"]["seed"])
    paper = graph[graph["./"]["citation"]["@id"]]
    assert paper["name"] == "Toy Models of Superposition" and len(paper["author"]) > 10


def test_the_archive_is_the_folder(exports, tmp_path):
    result = export("--ro-crate", tmp_path / "crate.zip")
    assert result.returncode == 0, result.stderr
    with zipfile.ZipFile(tmp_path / "crate.zip") as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        for name in names:
            assert archive.read(name) == (exports / "crate" / name).read_bytes()
    assert len(names) == sum(path.is_file() for path in (exports / "crate").rglob("*"))


def test_only_what_an_export_left_is_replaced(exports, tmp_path):
    file, crate = tmp_path / "report.html", tmp_path / "crate"
    shutil.copy(exports / "report.html", file)
    shutil.copytree(exports / "crate", crate)
    assert export("--single-file", file, "--ro-crate", crate).returncode == 0
    file.write_text(file.read_text() + "mine")
    result = export("--single-file", file)
    assert result.returncode != 0 and "--force" in result.stderr and file.read_text().endswith("mine")
    (crate / "notes.txt").write_text("mine")
    result = export("--ro-crate", crate)
    assert result.returncode != 0 and "--force" in result.stderr and (crate / "notes.txt").exists()
    assert export("--single-file", file, "--ro-crate", crate, "--force").returncode == 0
    assert not file.read_text().endswith("mine") and not (crate / "notes.txt").exists()
    # A folder of something else is not replaced, whatever is asked for.
    other = tmp_path / "thesis"
    other.mkdir()
    (other / "thesis.tex").write_text("mine")
    assert export("--ro-crate", other, "--force").returncode != 0
    assert (other / "thesis.tex").read_text() == "mine"


def test_without_a_browser_a_sentence_says_so(tmp_path):
    result = export("--pdf", tmp_path / "report.pdf", environment={"PATH": str(tmp_path)})
    assert result.returncode != 0 and "Chromium" in result.stderr and len(result.stderr.splitlines()) == 1


def test_the_same_report_gives_the_same_file(exports, tmp_path):
    assert export("--single-file", tmp_path / "report.html").returncode == 0
    assert (tmp_path / "report.html").read_bytes() == (exports / "report.html").read_bytes()


def test_the_citation_file_is_valid():
    program = pathlib.Path(sys.executable).parent / "cffconvert"
    result = subprocess.run([program, "--validate", "-i", ROOT / "CITATION.cff"], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_page_for_reviewers_has_the_run_s_numbers(visit):
    manifest = json.loads((REPORT / "manifest.json").read_text())
    page = visit("reproducibility.html")
    claims = [claim for chapter in manifest["chapters"] for claim in chapter["claims"]]
    total, verdicts = page.locator("table.standings tr.total td").all_inner_texts()
    counts = {name: int(count) for count, name in re.findall(r"(\d+) ([a-z ]+?)(?=\s*(?:\d|$))", verdicts)}
    assert int(total) == len(claims) == sum(counts.values())
    assert counts["not reproduced"] == sum(claim["verdict"] == "not reproduced" for claim in claims)
    assert page.locator("table.standings tbody tr").count() == len(manifest["chapters"]) + 1
    experiments = [experiment for chapter in manifest["chapters"] for experiment in chapter["experiments"]]
    page.locator("details.hashes > summary").click()
    shown = page.locator("details.hashes td code").all_inner_texts()
    assert shown == [experiment["file"]["sha256"] for experiment in experiments]
    assert str(manifest["provenance"]["seed"]) in page.locator("pre.bibtex").first.inner_text()
    assert page.locator("pre.bibtex").count() == 2
    # The commands that the page gives, but for those that take minutes.
    check = page.locator("pre.commands").first.inner_text()
    if shutil.which("jq"):
        result = subprocess.run(check, shell=True, cwd=REPORT, capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
        computed, told = result.stdout.strip().splitlines()
        assert computed.split()[0] in told


def test_the_front_page_leads_to_citing_and_checking(visit):
    page = visit("index.html")
    page.locator("details.cite > summary").click()
    assert "@misc{" in page.locator("pre.bibtex").first.inner_text()
    page.get_by_role("link", name="Reproducibility").first.click()
    assert page.locator("h1").inner_text() == "Reproducibility"
