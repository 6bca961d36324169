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
    /// The folder of the report that has copies of the chapter's Swift files.
    var copies: String?
    /// The seed from which the run's random numbers derive.
    var seed: UInt64?

    /// The body of the chapter's page.
    ///
    /// - Throws: ``NotebookError`` if the prose uses an undefined value or an output comes from no cell.
    func markdown() throws(NotebookError) -> String {
        var blocks: [String] = []
        var outputs = Dictionary(grouping: record.outputs.indices) { cell(ofLine: record.outputs[$0].line) }
        if let stray = outputs[nil]?.first {
            throw .staleSource(file: text.file, line: record.outputs[stray].line)
        }
        for (index, segment) in text.segments.enumerated() {
            switch segment {
            case .prose(let lines):
                blocks.append(try interpolate(lines, values: values, file: text.file))
            case .cell(let code, let lines):
                if !code.isEmpty { blocks.append(fold(code, id: "cell-\(lines.lowerBound)")) }
                let outputs = (outputs.removeValue(forKey: index) ?? []).map { record.outputs[$0] }
                blocks += joined(outputs.map(\.content)).map { block($0, cell: code.isEmpty ? nil : lines) }
                let seconds = outputs.reduce(0) { $0 + ($1.seconds ?? 0) }
                if seconds >= 0.05 { blocks.append(HTML.raw("<p class=\"time\">\(display(seconds: seconds))</p>")) }
            }
        }
        if !record.claims.isEmpty { blocks.append(claims) }
        if citesSomething {
            blocks.append("## References {#references .unnumbered}\n\n::: {#refs}\n:::")
        }
        return blocks.joined(separator: "\n\n") + "\n"
    }

    /// What is shown as one block each: what was trained together is one.
    private func joined(_ contents: [RunRecord.Content]) -> [[RunRecord.Content]] {
        contents.reduce(into: []) { blocks, content in
            if case .experiment = content, case .experiment? = blocks.last?.last {
                blocks[blocks.count - 1].append(content)
            } else {
                blocks.append([content])
            }
        }
    }

    /// The first paragraph of prose as Markdown.
    func summary() throws(NotebookError) -> String {
        try interpolate(text.firstParagraph, values: values, file: text.file)
    }

    /// The result as Markdown; nil if the chapter does not sum itself up.
    func result() throws(NotebookError) -> String? {
        guard let result = record.result else { return nil }
        return try interpolate([.init(number: 0, text: result.sentence)], values: values, file: text.file)
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
        for figure in record.figures { values["figure:\(figure.id)"] = "[Figure \(figure.number)](#fig-\(figure.id))" }
        for table in record.tables { values["table:\(table.id)"] = "[Table \(table.number)](#tab-\(table.id))" }
        for claim in record.claims { values["claim:\(claim.id)"] = "[\(claim.measuredText)](#claim-\(claim.id))" }
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

    private var claimViews: [ClaimView] {
        [ClaimView](
            record.claims, figures: record.figures, experiments: record.experiments.map(\.entry), spreads: spreads,
            paper: paper)
    }

    private var claims: String {
        """
        ## Claims {#claims .unnumbered}

        \(HTML.raw("<div class=\"claims\">\n<p class=\"key\">\(ClaimView.key)</p>\n\(ClaimView.table(claimViews))\n</div>"))
        """
    }

    private func fold(_ code: String, id: String) -> String {
        [
            HTML.raw("<details class=\"code\" id=\"\(id)\"><summary>code</summary>"),
            HTML.fenced(code, as: "swift"),
            HTML.raw("</details>"),
        ].joined(separator: "\n\n")
    }

    /// - Parameters:
    ///   - contents: one thing, or experiments.
    ///   - cell: the lines of the cell that emitted it; nil if the page does not show that.
    private func block(_ contents: [RunRecord.Content], cell: ClosedRange<Int>?) -> String {
        guard let first = contents.first else { return "" }
        switch first {
        case .experiment:
            let experiments = contents.compactMap { content -> Manifest.Experiment? in
                if case .experiment(let experiment, _) = content { experiment } else { nil }
            }
            let models = display(experiments.reduce(0) { $0 + $1.models }, "model")
            let count = experiments.count > 1 ? " of \(experiments.count) experiments" : ""
            let seconds = experiments.compactMap(\.seconds)
            let time = seconds.isEmpty ? "" : " in \(display(seconds: seconds.reduce(0, +))) of core time"
            return HTML.raw("<p class=\"time\">trained \(models)\(count)\(time)</p>")
        case .figure(let figure): return block(figure, cell: cell)
        case .table(let table, let content): return block(table, content)
        case .claim(let claim):
            return HTML.raw(claimViews.first { $0.claim.id == claim.id }?.paragraph ?? "")
        case .note(let markdown): return markdown
        }
    }

    private func block(_ figure: Manifest.Figure, cell: ClosedRange<Int>?) -> String {
        let opening = """
            <figure id="fig-\(figure.id)">
            \(HTML.plot(figure, answers: record.answers[figure.id]))
            """
        let files = ["svg", "png", "pdf", "csv"].compactMap { kind in figure.files[kind].map { (kind, $0) } }
        return enclose(
            opening, caption: "[Figure \(figure.number)]{.number} " + figure.caption, files: files,
            details: origin(of: figure, cell: cell))
    }

    /// What a figure was made from: the experiments, their settings and weights, and the cell.
    private func origin(of figure: Manifest.Figure, cell: ClosedRange<Int>?) -> String {
        let ids = Set(
            record.experiments(namedAfter: figure.id)
                + record.claims.filter { $0.figure == figure.id }.flatMap(\.weights))
        let experiments = record.experiments.filter { ids.contains($0.entry.id) }
        let rows = experiments.map { entry, experiment in
            """
            <li><a href="\(HTML.escape(entry.file.path))"><code>\(HTML.escape(entry.id))</code></a>: \
            \(HTML.escape(experiment.summary(seed: seed)))</li>
            """
        }
        let code = cell.map { lines in
            "<a href=\"#cell-\(lines.lowerBound)\">the code above</a>, lines \(lines.lowerBound) to \(lines.upperBound)"
                + (copies.map { " of <a href=\"\($0)/\(text.file)\"><code>\(text.file)</code></a>" } ?? "")
        }
        let data = figure.files["csv"].map { "<a href=\"\(HTML.escape($0.path))\">its numbers</a>" }
        let made = [code, data].compactMap(\.self).joined(separator: "; ")
        let trained = rows.isEmpty ? "" : "\n<ul>\n\(rows.joined(separator: "\n"))\n</ul>"
        guard !made.isEmpty || !rows.isEmpty else { return "" }
        return """
            <details class="made">
            <summary>how it was made</summary>
            <p>Made by \(made)\(rows.isEmpty ? "." : ", from the weights of:")</p>\(trained)
            </details>
            """
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
    private func enclose(
        _ opening: String, caption: String, files: [(kind: String, file: Manifest.File)], details: String = ""
    ) -> String {
        let links = files.map { "<a href=\"\($0.file.path)\">\($0.kind.uppercased())</a>" }
        return [
            HTML.raw(opening + "\n<figcaption>"),
            caption,
            HTML.raw(
                "<p class=\"downloads\">\(links.joined(separator: " "))</p>\n\(details)\n</figcaption>\n</figure>"),
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
