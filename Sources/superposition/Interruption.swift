import ArgumentParser
import Dispatch
import Foundation
import Synchronization

/// Runs an operation; Ctrl-C, the end of the terminal or a request to terminate cancels it and ends the program with the
/// signal's exit code.
///
/// A second signal ends the program at once. A signal that the program was started to ignore, as by `nohup`, stays so.
func untilInterrupted<Result: Sendable>(
    _ operation: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    let task = Task { try await operation() }
    let received = Interruption()
    // The default action would end the program before it can clean up.
    let numbers = [SIGINT, SIGTERM, SIGHUP].filter { !isIgnored($0) }
    for number in numbers { signal(number, SIG_IGN) }
    let restore = { @Sendable in
        for number in numbers { signal(number, SIG_DFL) }
    }
    let sources = numbers.map { number in
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
        source.setEventHandler {
            received.signal.withLock { $0 = number }
            task.cancel()
            restore()
        }
        source.activate()
        return source
    }
    defer {
        for source in sources { source.cancel() }
        restore()
    }
    do {
        return try await task.value
    } catch {
        // A program that the run waits for gets the signal too, and may fail in its own way.
        guard let number = received.signal.withLock({ $0 }) else { throw error }
        writeError("Interrupted; earlier results are untouched.\n")
        throw ExitCode(128 + number)
    }
}

private func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    #if canImport(Darwin)
        let handler = action.__sigaction_u.__sa_handler
    #else
        let handler = action.__sigaction_handler.sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
}

/// Writes to standard error, unless it is gone, as with a closed terminal.
func writeError(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
}

private final class Interruption: Sendable {
    let signal = Mutex<Int32?>(nil)
}
