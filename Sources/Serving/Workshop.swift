/// What can be done to bring a report up to date. The parts are given, as they are other programs' work.
public struct Workshop: Sendable {
    /// The chapters whose pages differ from their sources: in prose, or in code. It is asked often.
    public var differences: @Sendable () -> (prose: Set<String>, code: Set<String>)
    /// All chapters of the report.
    public var chapters: @Sendable () -> Set<String>
    /// Weaves the pages of chapters anew.
    public var weave: @Sendable (Set<String>) async throws -> Void
    /// Builds the program.
    public var build: @Sendable () async throws -> Void
    /// Runs chapters with the program as it was built last.
    public var run: @Sendable (Set<String>) async throws -> Void
    /// Tells the user what is being done, or how it ended, as a sentence.
    public var tell: @Sendable (String) -> Void

    /// A workshop with these tools.
    public init(
        differences: @escaping @Sendable () -> (prose: Set<String>, code: Set<String>),
        chapters: @escaping @Sendable () -> Set<String>,
        weave: @escaping @Sendable (Set<String>) async throws -> Void,
        build: @escaping @Sendable () async throws -> Void,
        run: @escaping @Sendable (Set<String>) async throws -> Void,
        tell: @escaping @Sendable (String) -> Void
    ) {
        self.differences = differences
        self.chapters = chapters
        self.weave = weave
        self.build = build
        self.run = run
        self.tell = tell
    }

    /// A tool has failed.
    public struct Failure: Error, Hashable, Sendable {
        /// What went wrong, as a page and the terminal show it.
        public var problem: NoticeBoard.Problem

        /// A failure that is told in a sentence, with what the tool said.
        public init(_ sentence: String, details: String = "") {
            problem = .init(sentence, details: details)
        }
    }
}
