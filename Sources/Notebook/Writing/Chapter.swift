import ToyModels

/// A section of the paper: a Swift file that is also the document.
///
/// Lines that start with `//:` are prose in Pandoc Markdown. The code between two passages of prose is a cell, and what
/// a cell emits through its ``Page`` appears under it. The prose may use any value that the run defines: `\(kept)`
/// stands for `page["kept"]`, `\(figure:intro)` and `\(table:counts)` for a link to a figure or table with its number, and
/// `\(claim:kept)` for what a claim has measured, with a link to it. All calls that emit must be in the chapter's own
/// file, as their line decides their place.
public protocol Chapter: Sendable {
    /// The file that the chapter is written in: `let source = Source()`.
    var source: Source { get }

    /// What the chapter needs and this machine does not have, in a sentence that says what to do; nil if it can run. A run of
    /// all chapters skips it then.
    var missing: String? { get }

    /// Trains the chapter's models, draws its figures and checks its claims.
    ///
    /// - Throws: what the calls on the page throw; it ends the run, and no report is written.
    func run(_ page: Page) async throws
}

extension Chapter {
    /// Nothing: most chapters need no more than the program.
    public var missing: String? { nil }
}

/// Chapters in reading order, with what the report's first page says about them.
public struct Book: Sendable {
    /// The report's title, in plain text.
    public let title: String
    /// The paragraph that opens the report, in Markdown.
    public let summary: String
    /// Where to read the paper whose statements the claims check.
    public let paper: String?
    /// The chapters, in reading order.
    public let chapters: [any Chapter]

    /// A book of chapters.
    public init(title: String, summary: String, paper: String? = nil, chapters: [any Chapter]) {
        self.title = title
        self.summary = summary
        self.paper = paper
        self.chapters = chapters
    }
}

/// How much computing a run may take.
public enum Profile: String, CaseIterable, Codable, Sendable {
    /// The paper's own scale: its numbers of features and dimensions, and training to the end.
    case paper
    /// The same code and figures with fewer steps, for tests.
    case quick
    /// As `paper`, and the scale of the works that came after the paper, too, where `paper` has a smaller one.
    case full
}

/// What happens while a book runs. Chapters run side by side, so their events come mixed.
public struct RunEvent: Sendable {
    /// The number of the chapter that it is of; nil if it is of the whole run.
    public var chapter: Int?
    /// The seed that the chapter runs with; nil if all run with one.
    public var seed: UInt64?
    /// What happens.
    public var what: What

    /// What can happen.
    public enum What: Sendable {
        /// The run begins; what is expected of its chapters.
        case began([Forecast.Expectation])
        /// A chapter begins.
        case chapterStarted(title: String)
        /// An experiment need not be trained: an earlier run has trained it, in that time of threads, added up.
        case found(Experiment, seconds: Double)
        /// Training of an experiment begins, as soon as threads are free; why, if its result was looked for.
        case trainingStarted(Experiment, because: String?)
        /// Training has come further. Sent from any thread.
        case training(Experiment, Trainer.Progress)
        /// Training has ended, with success, in that time of threads, added up.
        case trainingEnded(Experiment, seconds: Double, because: String?)
        /// A chapter has ended; its page, if there is to be one, is made.
        case chapterEnded(title: String)
        /// Everything has ended.
        case ended(Utilisation)
        /// Something that the user should know, as a sentence.
        case notice(String)
    }
}
