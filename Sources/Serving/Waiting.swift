import Synchronization

/// Something did not come to its end in time.
struct TimedOut: Error {}

/// A connection that is not served.
enum RefusedConnection: Error {
    case tooMany
}

/// What an operation gives, if it ends in time; it is cancelled if not.
///
/// - Throws: ``TimedOut``; what the operation throws.
func within<Result: Sendable>(
    _ limit: Duration, _ operation: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { tasks in
        tasks.addTask { try await operation() }
        tasks.addTask {
            try await Task.sleep(for: limit)
            throw TimedOut()
        }
        defer { tasks.cancelAll() }
        guard let result = try await tasks.next() else { throw TimedOut() }
        return result
    }
}

/// Places that are taken and given back.
final class Places: Sendable {
    private let taken = Atomic<Int>(0)
    private let count: Int

    init(_ count: Int) { self.count = count }

    /// Takes a place, even if there is none.
    ///
    /// - Returns: whether there was one.
    func take() -> Bool { taken.add(1, ordering: .relaxed).newValue <= count }

    /// Gives a place back.
    func give() { taken.subtract(1, ordering: .relaxed) }
}
