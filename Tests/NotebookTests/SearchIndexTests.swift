import Foundation
import Testing

@testable import Notebook

@Suite struct SearchIndexTests {
    private static let page = """
        <head><title>No</title></head><nav>No</nav>
        <main id="text" tabindex="-1">
        <p>Opening &amp; more.</p>
        <section id="first" class="level2"><h2>First <em>heading</em></h2><p>Some<br>prose.</p>
        <details class="code" id="cell-1"><pre>let no = 1</pre></details>
        <figure id="fig-intro"><img src="x.svg" alt="Two &lt; three."><figcaption><p><span class="number">Figure 1.1</span> A caption.</p>
        <p class="downloads"><a href="x">No</a></p></figcaption></figure>
        <div class="claim" id="claim-c"><p><span class="verdict partly">partly</span> It holds (ratio).</p></div>
        <p>After <math><mi>m</mi><annotation>no</annotation></math>.</p></section>
        <script>no</script></main><p>No</p>
        """

    @Test func `text belongs to the section, figure or claim that it stands in`() {
        let entries = SearchIndex.entries(of: Self.page)
        #expect(
            entries == [
                ["", "page", "", "Opening & more."],
                ["first", "section", "First heading", "Some prose. After m ."],
                ["fig-intro", "figure", "Figure 1.1", "Two < three. A caption."],
                ["claim-c", "claim", "It holds", "It holds (ratio)."],
            ])
    }

    @Test func `headings outside of sections do not make a page’s heading`() {
        let entries = SearchIndex.entries(of: "<main><p>Opening.</p><h2>A chapter</h2><p>Its result.</p></main>")
        #expect(entries == [["", "page", "", "Opening. A chapter Its result."]])
    }

    @Test func `a page without text has no entries`() {
        #expect(SearchIndex.entries(of: "<p>Nothing").isEmpty)
        #expect(SearchIndex.entries(of: "<main><p").isEmpty)
    }

    @Test func `the index is a script`() throws {
        var index = SearchIndex()
        index.add(Data(Self.page.utf8), name: "a.html", title: "A")
        let script = String(decoding: try index.script(), as: UTF8.self)
        #expect(script.hasPrefix("globalThis.bookIndex = [{") && script.hasSuffix("}];\n"))
    }
}

@Suite struct RepositoryTests {
    @Test(arguments: [
        ("https://example.org/a/b.git\n", "https://example.org/a/b"),
        ("https://user:secret@example.org/a/b", "https://example.org/a/b"),
        ("git@example.org:a/b.git", "https://example.org/a/b"),
        ("ssh://git@example.org:2222/a/b.git", "https://example.org/a/b"),
    ]) func `an origin on the web has an address without credentials`(origin: String, address: String) {
        #expect(webAddress(ofOrigin: origin) == address)
    }

    @Test(arguments: ["/srv/git/a.git", "../a", "file:///a", "", "C:/a"]) func `a path has none`(origin: String) {
        #expect(webAddress(ofOrigin: origin) == nil)
    }
}
