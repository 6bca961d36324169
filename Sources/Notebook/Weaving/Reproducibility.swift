import Foundation

/// The page for those who check: what is here for each of the questions that badges for artefacts ask.
struct Reproducibility {
    let book: Book
    let manifest: Manifest

    /// The page's file name.
    static let page = "reproducibility.html"

    /// What the first page tells of it.
    static func notice(_ book: Book, _ manifest: Manifest) -> String {
        HTML.raw(
            """
            <section class="reproducibility">
            <h2>Check it, cite it</h2>
            <p>\(HTML.link("Reproducibility", to: page)) says what is here to check these results with, and with which \
            commands.</p>
            <details class="cite">
            <summary>Cite this</summary>
            \(Citation.html(of: book, manifest.provenance))
            </details>
            </section>
            """)
    }

    /// The page.
    func woven(home: String) -> Pandoc.Page {
        let isQuick = manifest.chapters.contains { $0.provenance.profile == .quick }
        let sections = (isQuick ? [Report.quickBanner] : []) + [introduction, available, functional, reproduced, cite]
        return Pandoc.Page(
            name: Self.page, title: "Reproducibility", body: sections.joined(separator: "\n\n") + "\n",
            footer: manifest.provenance.footer(seconds: nil),
            variables: ["home": home].merging(isQuick ? ["quick": "true"] : [:]) { _, new in new })
    }

    // MARK: - Sections

    private var provenance: Provenance { manifest.provenance }
    private var experiments: [Manifest.Experiment] { manifest.chapters.flatMap(\.experiments) }
    private var figures: [Manifest.Figure] { manifest.chapters.flatMap(\.figures) }
    private var tables: [Manifest.Table] { manifest.chapters.flatMap(\.tables) }

    private var introduction: String {
        """
        The [badges of the ACM](https://www.acm.org/publications/policies/artifact-review-and-badging-current) ask three \
        things of the material behind a result. Is it available? Does it work? Do the results come out again? Nobody has \
        awarded this report a badge: reviewers do that. Here is what they would look at, with the commands to check it. \
        The numbers are those of the run that made this report.
        """
    }

    private var available: String {
        let files =
            figures.flatMap(\.files.values) + tables.map(\.file) + experiments.map(\.file)
        let paths = Dictionary(files.map { ($0.path, $0.bytes) }, uniquingKeysWith: { first, _ in first })
        let commit = provenance.commit.map { ", commit `\($0)`" } ?? ""
        let state = provenance.uncommittedChanges == true ? ", with changes that are in no commit" : ""
        return """
            ## Available

            - **The program**: version \(provenance.version)\(commit)\(state). It is under the \(Citation.licence) licence.
            - **The results**: \(display(paths.count, "file")) beside this page, \
            \(display(bytes: paths.values.reduce(0, +))) in all: \(display(experiments.count, "file")) of trained weights, \
            the figures, and the numbers that they show.
            - **The record**: [`\(Manifest.fileName)`](\(Manifest.fileName)) has the settings, losses, claims and verdicts, \
            and the SHA-256 of every file.

            In the folder of the report, this checks that all files are as the run left them, and then that the record is:

            \(Self.commands([
                "jq -r '.files[] | .sha256 + \"  \" + .path' \(Manifest.fileName) | sha256sum --check --quiet",
                "sed 2d \(Manifest.fileName) | sha256sum; sed -n 2p \(Manifest.fileName)",
            ]))

            Everything goes into one archive, with a description of the run for other programs (RO-Crate):

            \(Self.commands(["superposition export --ro-crate report.zip"]))

            The badge also asks for a copy in a public archive that gives it a DOI. Whoever publishes this report can \
            deposit that archive there.
            """
    }

    private var functional: String {
        let models = experiments.reduce(0) { $0 + $1.models }
        let cells = manifest.chapters.reduce(0) { $0 + $1.cells.count }
        let isWhole = manifest.chapters.count == book.chapters.count
        let chapters =
            isWhole
            ? "all \(display(book.chapters.count, "chapter")) of the book"
            : "\(manifest.chapters.count) of the book’s \(display(book.chapters.count, "chapter"))"
        let values = manifest.chapters.reduce(0) { $0 + $1.values.count }
        let seconds = manifest.chapters.compactMap(\.seconds)
        let time = seconds.isEmpty ? "" : " The cells took \(display(seconds: seconds.reduce(0, +))) of core time"
        let processor = seconds.isEmpty ? "" : (provenance.cpu.map { " on this processor: \($0)." } ?? ".")
        let code = cells == 0 ? "" : ", in \(display(cells, "cell"))"
        return """
            ## Functional

            - **Documented**: each chapter is its own source. The code that made a figure is folded above it\(code). The \
            README tells how to run it, and `make docs` makes the documentation of all modules.
            - **Complete**: this report has \(chapters), with \(display(experiments.count, "experiment")), \
            \(models.formatted(.number.locale(Locale(identifier: "en_US")))) trained models, \(display(figures.count, "figure")), \(display(tables.count, "table")) and \
            \(display(manifest.claims.count, "claim")).
            - **Consistent**: nothing measured is typed in. \(display(values, "value")) in the prose come from the run, as \
            do the verdicts and the numbers on this page.
            - **It runs**: on a laptop, without a GPU and without a network.\(time)\(processor)

            This makes the report from the sources, and runs the tests of the program:

            \(Self.commands([makeCommand, "make test"]))
            """
    }

    /// What to type for a report with the settings of this one.
    private var makeCommand: String {
        var options: [String] = []
        if provenance.profile != .paper { options.append("--profile \(provenance.profile.rawValue)") }
        if provenance.seed != 0 { options.append("--seed \(provenance.seed)") }
        return options.isEmpty ? "make report" : "make report ARGS=\"\(options.joined(separator: " "))\""
    }

    private var reproduced: String {
        let spreads = manifest.chapters.flatMap(\.spreads)
        let steady = spreads.count(where: \.isSteady)
        let most = spreads.map(\.seeds.count).max() ?? 0
        let seeds =
            spreads.isEmpty
            ? ""
            : " Tried with up to \(display(most, "seed")), \(steady) of \(display(spreads.count, "claim")) hold with at least "
                + "nine of ten."
        let profile = provenance.profile.rawValue
        let verify = provenance.profile == .paper ? "make verify" : "make verify ARGS=\"--profile \(profile)\""
        return """
            ## Reproduced

            The word has two meanings here.

            **The same program gives the same results.** The same seed gives the same bits, with any number of threads. This \
            trains everything again and compares the SHA-256 of each experiment’s data, and the value of each claim, with \
            the references in the repository (seed 0):

            \(Self.commands([verify]))

            \(HTML.raw(hashes))

            **The paper’s results come out of another program.** No code of the paper’s authors is used here; in the ACM’s \
            words, results that come out of such a program are *replicated*. A claim is reproduced if what was measured is in \
            the range that the paper’s words allow.\(seeds)

            \(HTML.raw(verdicts))
            """
    }

    private var cite: String { "## Cite this {#cite}\n\n\(HTML.raw(Citation.html(of: book, provenance)))" }

    // MARK: - Tables

    private var verdicts: String {
        func row(_ name: String, _ counts: [(standing: Standing, count: Int)], of total: Int, kind: String = "")
            -> String
        {
            let badges = counts.map { HTML.badge($0.standing, count: $0.count) }.joined(separator: " ")
            return """
                <tr\(kind)><th scope="row">\(name)</th><td class="numeric">\(total)</td><td>\(badges)</td></tr>
                """
        }
        let rows = manifest.chapters.map { chapter in
            row(
                HTML.link("\(chapter.number). \(chapter.title)", to: chapter.page),
                chapter.claims.standings(chapter.spreads),
                of: chapter.claims.count)
        }
        return """
            <table class="standings">
            <thead><tr><th scope="col">Chapter</th><th scope="col" class="numeric">Claims</th>\
            <th scope="col">Verdicts</th></tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            \(row("All", manifest.standings, of: manifest.claims.count, kind: " class=\"total\""))
            </tbody>
            </table>
            """
    }

    private var hashes: String {
        let rows = manifest.chapters.flatMap { chapter in
            chapter.experiments.map { experiment in
                """
                <tr><td class="numeric">\(chapter.number)</td>\
                <td>\(HTML.link(experiment.id, to: experiment.file.path))</td>\
                <td class="numeric">\(experiment.models)</td><td><code>\(experiment.file.sha256)</code></td></tr>
                """
            }
        }
        guard !rows.isEmpty else { return "" }
        return """
            <details class="hashes">
            <summary>The SHA-256 of the weights of \(display(rows.count, "experiment"))</summary>
            <table>
            <thead><tr><th scope="col" class="numeric">Chapter</th><th scope="col">Experiment</th>\
            <th scope="col" class="numeric">Models</th><th scope="col">SHA-256 of the file</th></tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody>
            </table>
            </details>
            """
    }

    /// Commands for a shell.
    private static func commands(_ lines: [String]) -> String {
        HTML.raw(
            """
            <pre class="commands"><code>\(HTML.escape(lines.joined(separator: "\n")))</code></pre>
            """)
    }
}

extension HTML {
    /// A link to a file of the report.
    fileprivate static func link(_ text: String, to path: String) -> String {
        "<a href=\"\(escape(path))\">\(escape(text))</a>"
    }
}
