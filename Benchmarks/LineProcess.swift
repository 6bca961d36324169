import Foundation

/// A program that is spoken to in lines.
final class LineProcess {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    /// What was read beyond the last line.
    private var rest = Data()

    /// Starts a program; what it writes to standard error is shown.
    init(_ executable: URL, arguments: [String]) throws {
        process.executableURL = executable
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    /// Ends the program's input, and waits for its end.
    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// Writes a line. A program that has ended does not read it: it will be missed when it should answer.
    func write(_ line: Data) {
        try? input.fileHandleForWriting.write(contentsOf: line + [UInt8(ascii: "\n")])
    }

    /// The next line, or nil if the program has ended.
    func readLine() -> Data? {
        var line = rest
        var searched = 0
        while true {
            if let end = line[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                rest = Data(line[(end + 1)...])
                return line[..<end]
            }
            searched = line.count
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            line.append(more)
        }
    }
}
