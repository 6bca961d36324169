import Foundation

/// Writes a line, or several, to standard output, all of it; `print` would not tell of a disk that is full.
///
/// - Throws: ``OutputNotWritten``.
func writeOutput(_ lines: String) throws(OutputNotWritten) {
    var bytes = Array((lines + "\n").utf8)[...]
    while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        if count > 0 {
            bytes.removeFirst(count)
        } else if errno != EINTR {
            throw OutputNotWritten(reason: String(cString: strerror(errno)))
        }
    }
}

/// Writes to standard error, unless it is gone, as with a closed terminal.
func writeError(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
}

/// What was asked for is not on standard output.
struct OutputNotWritten: Error, CustomStringConvertible {
    let reason: String

    var description: String { "Standard output cannot be written to (\(reason))." }
}
