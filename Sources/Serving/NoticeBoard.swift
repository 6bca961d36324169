import Foundation
import Synchronization

/// What open pages are told: which version of the report there is, what is being done to it, and what went wrong.
public final class NoticeBoard: Sendable {
    /// What a page needs to know.
    public struct Notice: Hashable, Codable, Sendable {
        /// Another one means that the page is to be loaded again.
        public var version: String
        /// What is being done, as a sentence.
        public var activity: String?
        /// What went wrong.
        public var problem: Problem?
    }

    /// What went wrong.
    public struct Problem: Hashable, Codable, Sendable {
        /// A sentence.
        public var sentence: String
        /// What the program that failed has said; empty if there is none.
        public var details: String

        /// A problem in a sentence, with what the program that failed has said.
        public init(_ sentence: String, details: String = "") {
            self.sentence = sentence
            self.details = details
        }
    }

    private struct State {
        var notice: Notice
        var versions = 1
        var readers: [UUID: AsyncStream<Notice>.Continuation] = [:]
    }

    // Another server at the same port has other versions, also after the same number of changes.
    private let name = UUID().uuidString
    private let state: Mutex<State>

    /// A board with the report as it is.
    public init() {
        state = Mutex(State(notice: Notice(version: "\(name).1")))
    }

    /// What is on the board.
    public var notice: Notice { state.withLock { $0.notice } }

    /// Says that the report has changed.
    public func reportChanged() {
        change { state in
            state.versions += 1
            state.notice.version = "\(name).\(state.versions)"
        }
    }

    /// Says what is being done; nil if nothing is.
    public func say(_ activity: String?) {
        change { $0.notice.activity = activity }
    }

    /// Says what went wrong; nil if nothing is wrong any more.
    public func report(_ problem: Problem?) {
        change { $0.notice.problem = problem }
    }

    /// What is on the board, now and whenever it changes. Who reads slowly gets only the latest.
    public func notices() -> AsyncStream<Notice> {
        let (stream, continuation) = AsyncStream.makeStream(of: Notice.self, bufferingPolicy: .bufferingNewest(1))
        let id = UUID()
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.readers[id] = nil }
        }
        state.withLock { state in
            state.readers[id] = continuation
            continuation.yield(state.notice)
        }
        return stream
    }

    /// How many read.
    var readers: Int { state.withLock { $0.readers.count } }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { state in
            let before = state.notice
            body(&state)
            guard state.notice != before else { return }
            for reader in state.readers.values { reader.yield(state.notice) }
        }
    }
}
