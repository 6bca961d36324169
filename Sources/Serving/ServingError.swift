/// Why a report is not served. Every case is described by one sentence that says what to do.
public enum ServingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another program listens on the port.
    case portTaken(UInt16)
    /// The port cannot be listened on.
    case notListening(port: UInt16, reason: String)

    /// A sentence that says what was wrong.
    public var description: String {
        switch self {
        case .portTaken(let port):
            "Another program listens on port \(port): name another with --port, or leave it out to get a free one."
        case .notListening(let port, let reason):
            "Port \(port) cannot be listened on (\(reason)): name another with --port."
        }
    }
}
