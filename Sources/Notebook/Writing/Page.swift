import Foundation
import Plot
import Synchronization
import ToyModels

/// Where a chapter trains, draws and checks. Every call appears on the page under the cell that makes it.
public final class Page: Sendable {
    /// How much computing the run may take.
    public let profile: Profile

    private let source: Source
    private let lines: [Substring]
    private let laboratory: Laboratory
    private let folder: OutputFolder?
    private let isTimed: Bool
    private let state = Mutex(State())

    private struct State {
        var record = RunRecord()
        var ids: Set<String> = []
        // The first error of calls that do not throw, so that a chapter is easy to read.
        var problem: NotebookError?
        var trained = 0.0
        var lastEmission = ContinuousClock.now
    }

    /// - Parameters:
    ///   - lines: the source's.
    ///   - folder: where files are staged; nil only to measure, that is, to train and check but neither draw nor write.
    ///   - isTimed: whether times and memory are recorded.
    init(
        _ source: Source, lines: [Substring], profile: Profile, laboratory: Laboratory, folder: OutputFolder?,
        isTimed: Bool = true
    ) {
        self.source = source
        self.lines = lines
        self.profile = profile
        self.laboratory = laboratory
        self.folder = folder
        self.isTimed = isTimed
    }

    /// The random numbers of a measurement, such as a permutation test or samples to measure on. They depend on the
    /// run's seed, the chapter and the name; the same name gives the same numbers again.
    public func stream(_ name: String) -> RandomStream {
        RandomStream(seed: laboratory.seed, measurement: source.slug + "/" + name)
    }

    /// One of two values, by the run's profile, or of three.
    public func choose<Value>(paper: Value, quick: Value, full: Value? = nil) -> Value {
        switch profile {
        case .paper: paper
        case .quick: quick
        case .full: full ?? paper
        }
    }

    /// The finite set of samples that the models of an experiment's setting are trained on; nil if samples are fresh or
    /// given.
    ///
    /// - Precondition: there is such a setting.
    public func trainingSet(of experiment: Experiment, setting: Int) -> SampleTable? {
        experiment.trainingSet(ofSetting: setting, seed: laboratory.seed)
    }

    /// Makes samples available to the experiments that refer to them; see `TrainingData`.
    public func provide(_ table: SampleTable) -> SampleTableReference { laboratory.provide(table) }

    /// Trains an experiment, unless the run store has its models, and saves them as
    /// `data/<chapter>/<id>.safetensors`.
    ///
    /// - Parameter deciding: models by which the experiment was made what it is, besides those that it uses: a plan of the
    ///   training then knows that they come first.
    /// - Throws: `TrainingError`; ``NotebookError`` if the experiment's id is used twice or cannot name a file, or the
    ///   call is not in the chapter's own file as it was compiled; `CancellationError`.
    public func train(
        _ experiment: Experiment, decidedBy deciding: [TrainedModels] = [], file: String = #filePath, line: Int = #line
    ) async throws -> TrainedModels {
        try await train(all: [experiment], decidedBy: deciding, file: file, line: line)[0]
    }

    /// Trains experiments side by side, each as ``train(_:decidedBy:file:line:)`` does one.
    ///
    /// - Returns: their models, in the order of the experiments.
    /// - Throws: as for one experiment.
    public func train(
        all experiments: [Experiment], decidedBy deciding: [TrainedModels] = [], file: String = #filePath,
        line: Int = #line
    ) async throws -> [TrainedModels] {
        try checkCall("train", file, line)
        for experiment in experiments { try take(id: experiment.id, kind: "experiment") }
        let start = ContinuousClock.now
        let results = try await sideBySide(experiments, atMost: experiments.count) { [laboratory] in
            try await laboratory.result(of: $0, decidedBy: deciding.map(\.key))
        }
        state.withLock { $0.trained += (ContinuousClock.now - start).seconds }

        for (experiment, result) in zip(experiments, results) {
            let file = try save(result.data, to: "data/\(source.slug)/\(experiment.id).safetensors")
            let entry = try Manifest.Experiment(of: result.models, file: file, seconds: isTimed ? result.seconds : nil)
            emit(line: line, memoryThen: result.peakMemory) { _ in .experiment(entry, experiment) }
        }
        return results.map(\.models)
    }

    /// Draws a figure and saves it as `figures/<chapter>/<id>.svg`, `.png` and `.pdf`, for dark pages as
    /// `<id>.dark.svg`, and the numbers that it shows as `data/<chapter>/<id>.csv`.
    ///
    /// - Parameters:
    ///   - id: the name, unique among the chapter's figures and tables: lower-case letters, digits, `-`, `.`.
    ///   - caption: Markdown. The number is put in front of it.
    ///   - alt: what a sighted reader would conclude, in plain text.
    ///   - data: the numbers that the figure shows, one row per mark.
    ///   - exploration: what readers may do with the figure besides looking at it.
    ///   - file: where the call is; not to be given.
    ///   - line: where the call is; not to be given. It decides the place on the page.
    ///   - figure: the drawing.
    /// - Throws: ``NotebookError`` if the id or the alt text will not do or the call is not in the chapter's own file
    ///   as it was compiled; what drawing and writing throw.
    public func figure(
        _ id: String, caption: String, alt: String, data: Table,
        exploring exploration: @autoclosure () throws -> Exploration? = nil, file: String = #filePath,
        line: Int = #line, _ figure: () throws -> Figure
    ) throws {
        try Task.checkCancellation()
        try checkCall("figure", file, line)
        try take(id: id, kind: "figure")
        guard alt.contains(where: { !$0.isWhitespace }) else { throw NotebookError.missingAlt(figure: id) }

        let number = state.withLock { "\(source.number).\($0.record.figures.count + 1)" }
        var files: [String: Manifest.File] = [:]
        var size: SVGSize?
        var answers = FigureAnswers()
        if folder != nil {
            let figure = try figure()
            files["csv"] = try write(data, id: id)
            let title = "Figure \(number): \(id)"
            for (format, appearance) in Figure.Format.allCases.map({ ($0, Appearance.light) }) + [(.svg, .dark)] {
                try Task.checkCancellation()
                let drawing = try figure.drawing(as: format, on: appearance, title: title, description: alt)
                let rendered = drawing.file
                guard !rendered.isEmpty else { throw NotebookError.emptyFigure(id: id, format: format.rawValue) }
                let kind = (appearance == .dark ? "dark." : "") + format.rawValue
                if kind == "svg" {
                    size = SVGSize(ofSVG: rendered)
                    answers.marks = drawing.readout
                }
                files[kind] = try save(rendered, to: "figures/\(source.slug)/\(id).\(kind)")
            }
            answers.exploration = try exploration()?.drawn(id: id, title: title) { file, data in
                try save(data, to: "figures/\(source.slug)/\(file)").path
            }
        }
        state.withLock { $0.record.answers[id] = try? answers.json }
        emit(line: line) { _ in
            .figure(
                Manifest.Figure(
                    id: id, number: number, caption: caption, alt: alt, files: files, size: size,
                    frames: answers.exploration?.count))
        }
    }

    /// Shows a table and saves it as `data/<chapter>/<id>.csv`.
    ///
    /// - Parameters:
    ///   - id: the name, unique among the chapter's figures and tables: lower-case letters, digits, `-`, `.`.
    ///   - caption: Markdown. The number is put in front of it.
    ///   - table: its numbers are shown to four digits and saved exactly.
    ///   - file: where the call is; not to be given.
    ///   - line: where the call is; not to be given. It decides the place on the page.
    /// - Throws: ``NotebookError`` if the id will not do or the call is not in the chapter's own file as it was
    ///   compiled; what writing throws.
    public func table(
        _ id: String, caption: String, _ table: Table, file: String = #filePath, line: Int = #line
    ) throws {
        try checkCall("table", file, line)
        try take(id: id, kind: "table")
        let file = try write(table, id: id)
        emit(line: line) { [source] record in
            .table(
                Manifest.Table(
                    id: id, number: "\(source.number).\(record.tables.count + 1)", caption: caption, file: file),
                table)
        }
    }

    /// Checks a statement of the paper.
    ///
    /// A repeated or unusable id, a figure that the chapter does not have, or a call that is not in the chapter's
    /// own file as it was compiled ends the run after the chapter.
    ///
    /// - Parameters:
    ///   - id: the name, unique among the chapter's claims: lower-case letters, digits, `-`, `.`.
    ///   - statement: what the paper says, in plain text.
    ///   - source: where the paper says it.
    ///   - passage: the words with which the paper's own statement begins, exactly as there: the report links to it.
    ///   - measured: the value found.
    ///   - total: what a count is out of.
    ///   - unit: shown after the measured and expected values.
    ///   - expected: the range that reproduces the statement; its ends may be infinite.
    ///   - partly: the wider range in which the phenomenon is there but a number differs.
    ///   - control: what chance or a control gives by the same measure. A range that has this value gives no verdict.
    ///   - reason: why it is not reproduced, in a sentence of plain text; kept only where it is not.
    ///   - figure: the id of the figure that shows it.
    ///   - weights: the ids of the experiments that it is measured on; if none are given, those named after the figure.
    ///   - file: where the call is; not to be given.
    ///   - line: where the call is; not to be given. It decides the place on the page.
    public func claim(
        _ id: String, _ statement: String, source: String, passage: String? = nil, measured: Double,
        of total: Double? = nil, unit: String = "", expected: ClosedRange<Double>,
        partly: ClosedRange<Double>? = nil, control: Claim.Control? = nil, reason: String? = nil,
        figure: String? = nil, weights: [String]? = nil, file: String = #filePath, line: Int = #line
    ) {
        remember { () throws(NotebookError) in
            try checkCall("claim", file, line)
            try take(id: id, kind: "claim")
        }
        emit(line: line) { record in
            .claim(
                Claim(
                    id: id, statement: statement, source: source, passage: passage, measured: measured, of: total,
                    unit: unit, expected: expected, partly: partly, control: control, reason: reason, figure: figure,
                    weights: weights ?? record.experiments(namedAfter: figure)))
        }
    }

    /// Checks a statement of the paper that counts: how many of `total` things are so.
    ///
    /// As ``claim(_:_:source:passage:measured:of:unit:expected:partly:control:reason:figure:weights:file:line:)``, with ranges that are shares of the
    /// total.
    ///
    /// - Parameters:
    ///   - id: the name, unique among the chapter's claims: lower-case letters, digits, `-`, `.`.
    ///   - statement: what the paper says, in plain text.
    ///   - source: where the paper says it.
    ///   - passage: the words with which the paper's own statement begins, exactly as there: the report links to it.
    ///   - count: how many there are.
    ///   - total: of how many.
    ///   - unit: what is counted, such as "models".
    ///   - expected: the share of the total that reproduces the statement.
    ///   - partly: the wider range of shares in which the phenomenon is there but a number differs.
    ///   - control: what chance or a control gives by the same measure. A range that has this value gives no verdict.
    ///   - reason: why it is not reproduced, in a sentence of plain text; kept only where it is not.
    ///   - figure: the id of the figure that shows it.
    ///   - weights: the ids of the experiments that it is measured on; if none are given, those named after the figure.
    ///   - file: where the call is; not to be given.
    ///   - line: where the call is; not to be given. It decides the place on the page.
    public func claim(
        _ id: String, _ statement: String, source: String, passage: String? = nil, count: Int, of total: Int,
        unit: String, expected: ClosedRange<Double>, partly: ClosedRange<Double>? = nil,
        control: Claim.Control? = nil, reason: String? = nil, figure: String? = nil, weights: [String]? = nil,
        file: String = #filePath, line: Int = #line
    ) {
        func counts(_ shares: ClosedRange<Double>) -> ClosedRange<Double> {
            shares.lowerBound * Double(total)...shares.upperBound * Double(total)
        }
        claim(
            id, statement, source: source, passage: passage, measured: Double(count), of: Double(total), unit: unit,
            expected: counts(expected), partly: partly.map(counts), control: control, reason: reason,
            figure: figure, weights: weights, file: file, line: line)
    }

    /// Sums the chapter up for the report's first page.
    ///
    /// - Parameters:
    ///   - sentence: the result in one sentence of Markdown. As in the prose, `\(name)` stands for a value: in a raw
    ///     string, `#"…"#`, it can be written as there.
    ///   - figure: the id of the figure that shows it.
    public func result(_ sentence: String, figure: String) {
        state.withLock { $0.record.result = .init(sentence: sentence, figure: figure) }
    }

    /// Shows a paragraph of Markdown that was computed.
    ///
    /// A call that is not in the chapter's own file as it was compiled ends the run after the chapter.
    public func note(_ markdown: String, file: String = #filePath, line: Int = #line) {
        remember { () throws(NotebookError) in try checkCall("note", file, line) }
        emit(line: line) { _ in .note(markdown) }
    }

    /// Shows a panel that computes in the reader's browser.
    ///
    /// A repeated or unusable id, or a call that is not in the chapter's own file as it was compiled, ends the run after
    /// the chapter.
    public func panel(_ panel: Panel, file: String = #filePath, line: Int = #line) {
        remember { () throws(NotebookError) in
            try checkCall("panel", file, line)
            try take(id: panel.id, kind: "panel")
        }
        emit(line: line) { _ in .note(HTML.raw(panel.html)) }
    }

    /// The Markdown that `\(name)` stands for in the chapter's prose, before or after.
    public subscript(name: String) -> String? {
        get { state.withLock { $0.record.values[name] } }
        set { state.withLock { $0.record.values[name] = newValue } }
    }

    /// What was emitted, when the chapter has run.
    func finish() throws(NotebookError) -> RunRecord {
        let (record, problem) = state.withLock { ($0.record, $0.problem) }
        if let problem { throw problem }
        let figures = Set(record.figures.map(\.id))
        if let figure = record.result?.figure, !figures.contains(figure) {
            throw .unknownFigure(claim: "result", figure: figure)
        }
        let experiments = Set(record.experiments.map(\.entry.id))
        for claim in record.claims {
            if let figure = claim.figure, !figures.contains(figure) {
                throw .unknownFigure(claim: claim.id, figure: figure)
            }
            if let id = claim.weights.first(where: { !experiments.contains($0) }) {
                throw .unknownExperiment(claim: claim.id, experiment: id)
            }
        }
        return record
    }

    private func write(_ table: Table, id: String) throws -> Manifest.File {
        try save(Data(table.csv.utf8), to: "data/\(source.slug)/\(id).csv")
    }

    private func save(_ data: Data, to path: String) throws(NotebookError) -> Manifest.File {
        try folder?.write(data, to: path) ?? Manifest.File(path: path, data)
    }

    /// Takes an id, in the name space of what it names: figures and tables share one, as both have a CSV.
    private func take(id: String, kind: String) throws(NotebookError) {
        try validate(id: id, kind: kind)
        let key = (kind == "table" ? "figure" : kind) + " " + id
        let isNew = state.withLock { $0.ids.insert(key).inserted }
        if !isNew { throw .duplicateID(kind: kind, id: id) }
    }

    /// Throws unless a call is where it was when it was compiled, in the chapter's own file: its line decides its
    /// place.
    private func checkCall(_ name: String, _ file: String, _ line: Int) throws(NotebookError) {
        guard file == source.path else {
            throw .foreignFile(file: URL(filePath: file).lastPathComponent, line: line, chapter: source.name)
        }
        guard lines.indices.contains(line - 1), lines[line - 1].contains(".\(name)(") else {
            throw .staleSource(file: source.name, line: line)
        }
    }

    /// Keeps the first error of calls that do not throw.
    private func remember(_ check: () throws(NotebookError) -> Void) {
        do {
            try check()
        } catch {
            state.withLock { $0.problem = $0.problem ?? error }
        }
    }

    /// - Parameter memoryThen: the peak of an earlier run that did a part of the work.
    private func emit(line: Int, memoryThen: Int? = nil, _ content: (RunRecord) -> RunRecord.Content) {
        let memory = isTimed ? [PeakMemory.bytes, memoryThen].compactMap(\.self).max() : nil
        state.withLock { state in
            let now = ContinuousClock.now
            let seconds = max(0, (now - state.lastEmission).seconds - state.trained)
            let content = content(state.record)
            state.record.outputs.append(
                .init(line: line, seconds: isTimed ? seconds : nil, peakMemory: memory, content: content))
            state.lastEmission = now
            state.trained = 0
        }
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double { self / .seconds(1) }
}
