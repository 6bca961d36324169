/// Weaves a chapter's source with what its run emitted into Pandoc Markdown.
///
/// Pure: the same source and record give the same text. Prose comes as it is written, with its values filled in;
/// each cell as folded code, followed by its outputs in the order of their emission and the time that it took.
struct Weaver {
    /// The chapter's source.
    let text: ChapterText
    /// What its run emitted.
    let record: RunRecord
    /// How the claims fare with several seeds; empty if there was one.
    var spreads: [SeedSpread] = []
    /// Where the paper can be read.
    var paper: String?

    /// The body of the chapter's page.
    ///
    /// - Throws: ``NotebookError`` if the prose uses an undefined value or an output comes from no cell.
    func markdown() throws(NotebookError) -> String {
        var blocks = record.claims.isEmpty ? [] : [claims]
        var outputs = Dictionary(grouping: record.outputs.indices) { cell(ofLine: record.outputs[$0].line) }
        if let stray = outputs[nil]?.first {
            throw .staleSource(file: text.file, line: record.outputs[stray].line)
        }
        for (index, segment) in text.segments.enumerated() {
            switch segment {
            case .prose(let lines):
                blocks.append(try interpolate(lines, values: values, file: text.file))
            case .cell(let code, _):
                if !code.isEmpty { blocks.append(fold(code)) }
                let outputs = (outputs.removeValue(forKey: index) ?? []).map { record.outputs[$0] }
                blocks += outputs.map { block($0.content) }
                let seconds = outputs.reduce(0) { $0 + ($1.seconds ?? 0) }
                if seconds >= 0.05 { blocks.append(HTML.raw("<p class=\"time\">\(display(seconds: seconds))</p>")) }
            }
        }
        if citesSomething {
            blocks.append("## References {#references .unnumbered}\n\n::: {#refs}\n:::")
        }
        return blocks.joined(separator: "\n\n") + "\n"
    }

    /// The first paragraph of prose as Markdown.
    func summary() throws(NotebookError) -> String {
        try interpolate(text.firstParagraph, values: values, file: text.file)
    }

    /// What each cell took, of those that emitted something; empty if times were not recorded.
    var cells: [Manifest.Cell] {
        text.segments.compactMap { segment in
            guard case .cell(_, let lines) = segment else { return nil }
            let outputs = record.outputs.filter { lines.contains($0.line) }
            let seconds = outputs.compactMap(\.seconds)
            // An experiment is named after a figure that it serves.
            var ids: Set<String> = []
            guard !seconds.isEmpty else { return nil }
            return Manifest.Cell(
                lines: lines, gives: outputs.compactMap(\.content.id).filter { ids.insert($0).inserted },
                seconds: seconds.reduce(0, +) + outputs.reduce(0) { $0 + ($1.content.trainingSeconds ?? 0) },
                peakMemory: outputs.compactMap(\.peakMemory).max())
        }
    }

    /// What `\(name)` stands for.
    private var values: [String: String] {
        var values = record.values
        for figure in record.figures { values["fig-\(figure.id)"] = "[Figure \(figure.number)](#fig-\(figure.id))" }
        for table in record.tables { values["tab-\(table.id)"] = "[Table \(table.number)](#tab-\(table.id))" }
        return values
    }

    private func cell(ofLine line: Int) -> Int? {
        text.segments.firstIndex { if case .cell(_, let lines) = $0 { lines.contains(line) } else { false } }
    }

    private var citesSomething: Bool {
        text.segments.contains { segment in
            guard case .prose(let lines) = segment else { return false }
            return lines.contains { $0.text.contains(/(^|[\s\[(;\-])@[A-Za-z{]/) }
        }
    }

    // MARK: - Blocks

    private var claims: String {
        let counts = record.claims.standings(spreads).map { HTML.badge($0, count: $1) }.joined(separator: " ")
        return HTML.raw(
            """
            <section class="claims">
            <details open>
            <summary>claims \(counts)</summary>
            \(HTML.claims(
                record.claims, figures: record.figures, experiments: record.experiments.map(\.entry), spreads: spreads,
                paper: paper))
            </details>
            </section>
            """)
    }

    private func fold(_ code: String) -> String {
        [
            HTML.raw("<details class=\"code\"><summary>code</summary>"),
            HTML.fenced(code, as: "swift"),
            HTML.raw("</details>"),
        ].joined(separator: "\n\n")
    }

    private func block(_ content: RunRecord.Content) -> String {
        switch content {
        case .experiment(let experiment, _):
            let models = display(experiment.models, "model")
            let time = experiment.seconds.map { " in \(display(seconds: $0)) of core time" } ?? ""
            return HTML.raw("<p class=\"time\">trained \(models)\(time)</p>")
        case .figure(let figure): return block(figure)
        case .table(let table, let content): return block(table, content)
        case .claim(let claim):
            let spread = spreads.first { $0.claim == claim.id }
            return HTML.raw(
                """
                <p class="claim" id="claim-\(claim.id)">\(HTML.badge(Standing(of: claim, spread: spread))) \(HTML.escape(claim.statement)) \
                <span class="measured">Measured: \(HTML.escape(claim.measuredText)); \
                \(claim.controlText.map { HTML.escape($0) + "; " } ?? "")\
                expected: \(HTML.escape(claim.expectedText)).\(spread.map { " It " + HTML.seeds($0, of: claim) + "." } ?? "")</span></p>
                """)
        case .note(let markdown): return markdown
        }
    }

    private func block(_ figure: Manifest.Figure) -> String {
        let opening = """
            <figure id="fig-\(figure.id)">
            \(HTML.plot(figure, answers: record.answers[figure.id]))
            """
        let files = ["svg", "png", "pdf", "csv"].compactMap { kind in figure.files[kind].map { (kind, $0) } }
        return enclose(
            opening, caption: "[Figure \(figure.number)]{.number} " + figure.caption, files: files)
    }

    private func block(_ table: Manifest.Table, _ content: Table) -> String {
        func row(_ cells: [Table.Cell]) -> String {
            let cells = cells.map { cell in
                switch cell {
                case .number(let number): "<td class=\"numeric\">\(display(number))</td>"
                case .text(let text): "<td>\(HTML.escape(text))</td>"
                }
            }
            return "<tr>\(cells.joined())</tr>"
        }
        let header = content.columns.indices.map { column in
            let isNumeric = content.rows.contains { if case .number = $0[column] { true } else { false } }
            let name = HTML.escape(content.columns[column])
            return "<th scope=\"col\"\(isNumeric ? " class=\"numeric\"" : "")>\(name)</th>"
        }
        let opening = """
            <figure class="table" id="tab-\(table.id)">
            <table>
            <thead><tr>\(header.joined())</tr></thead>
            <tbody>
            \(content.rows.map(row).joined(separator: "\n"))
            </tbody>
            </table>
            """
        return enclose(
            opening, caption: "[Table \(table.number)]{.number} " + table.caption, files: [("csv", table.file)])
    }

    /// A figure element from its opening, a caption in Markdown and links to files.
    private func enclose(_ opening: String, caption: String, files: [(kind: String, file: Manifest.File)]) -> String {
        let links = files.map { "<a href=\"\($0.file.path)\">\($0.kind.uppercased())</a>" }
        return [
            HTML.raw(opening + "\n<figcaption>"),
            caption,
            HTML.raw("<p class=\"downloads\">\(links.joined(separator: " "))</p>\n</figcaption>\n</figure>"),
        ].joined(separator: "\n\n")
    }
}

extension RunRecord.Content {
    /// The name of what was emitted; a note has none.
    fileprivate var id: String? {
        switch self {
        case .experiment(let experiment, _): experiment.id
        case .figure(let figure): figure.id
        case .table(let table, _): table.id
        case .claim(let claim): claim.id
        case .note: nil
        }
    }

    fileprivate var trainingSeconds: Double? {
        if case .experiment(let experiment, _) = self { experiment.seconds } else { nil }
    }
}
