import Synchronization

/// The threads and the memory that experiments share which are trained at the same time.
///
/// A group of models trains only while it has a thread. Who waits for one is served by priority, and among equals in
/// order.
public final class Machine: Sendable {
    /// The number of threads.
    public let threads: Int
    private let state: Mutex<State>

    /// A part of the machine.
    struct Share {
        var threads = 0
        /// In bytes, as a floating-point number, which does not overflow.
        var memory = 0.0
    }

    /// Who is served first: who has most to do, so that nothing large is left alone for the end.
    ///
    /// What a trainer has still to do is not known, but what it has done tells of it. So all that it trains after an
    /// expensive experiment comes before what others train, and before that a first experiment, which tells nothing yet. Of
    /// experiments that are alike in this the most expensive comes first.
    struct Priority: Comparable {
        /// The cost of the trainer's most expensive experiment so far; infinite for its first experiment.
        var trainer = 0.0
        /// The cost of the experiment.
        var experiment = 0.0

        static func < (a: Priority, b: Priority) -> Bool { (a.trainer, a.experiment) < (b.trainer, b.experiment) }
    }

    private struct State {
        var free: Share
        /// Who comes first is first.
        var waiting: [Request] = []
        var requests = 0

        /// Gives to those that wait what there is.
        mutating func serve() -> [Request] {
            var served: [Request] = []
            waiting.removeAll { request in
                guard request.share.threads <= free.threads, request.share.memory <= free.memory else { return false }
                free.threads -= request.share.threads
                free.memory -= request.share.memory
                served.append(request)
                return true
            }
            return served
        }
    }

    private struct Request {
        let number: Int
        let share: Share
        let priority: Priority
        let continuation: CheckedContinuation<Void, any Error>
    }

    /// A machine with so many threads, at least one, and the memory that there is.
    public convenience init(threads: Int) {
        self.init(threads: threads, memory: PhysicalMemory.bytes.map(Double.init) ?? .infinity)
    }

    init(threads: Int, memory: Double) {
        self.threads = max(1, threads)
        state = Mutex(State(free: Share(threads: self.threads, memory: memory)))
    }

    /// Waits for a share, and has it while `body` runs.
    ///
    /// - Throws: `CancellationError` if the task is cancelled while it waits; what `body` throws.
    func with<Result>(
        _ share: Share, priority: Priority, _ body: () async throws -> Result
    ) async throws -> Result {
        try await take(share, priority: priority)
        defer { give(share) }
        return try await body()
    }

    /// Takes idle threads, up to a number, without waiting. They are to be given back soon, as others may wait by then.
    func borrow(threads: Int) -> Int {
        state.withLock { state in
            let count = min(threads, state.free.threads)
            state.free.threads -= count
            return count
        }
    }

    /// Gives a share back.
    func give(_ share: Share) {
        let served = state.withLock { state in
            state.free.threads += share.threads
            state.free.memory += share.memory
            return state.serve()
        }
        for request in served { request.continuation.resume() }
    }

    private func take(_ share: Share, priority: Priority) async throws {
        let number = state.withLock { state in
            state.requests += 1
            return state.requests
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let request = Request(number: number, share: share, priority: priority, continuation: continuation)
                let served: [Request]? = state.withLock { state in
                    // The handler below has come too early to find the request.
                    if Task.isCancelled { return nil }
                    let place = state.waiting.firstIndex { $0.priority < priority } ?? state.waiting.endIndex
                    state.waiting.insert(request, at: place)
                    return state.serve()
                }
                guard let served else { return continuation.resume(throwing: CancellationError()) }
                for request in served { request.continuation.resume() }
            }
        } onCancel: {
            let request = state.withLock { state in
                state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
            }
            request?.continuation.resume(throwing: CancellationError())
        }
    }

    /// How many wait.
    var waiting: Int { state.withLock { $0.waiting.count } }
    /// What nobody has.
    var free: Share { state.withLock { $0.free } }
}
