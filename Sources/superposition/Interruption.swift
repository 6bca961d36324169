import ArgumentParser
import Dispatch
import Foundation
import Synchronization

/// Runs an operation; Ctrl-C or a request to terminate cancels it and ends the program with the signal's exit code.
///
/// A second signal ends the program at once.
func untilInterrupted<Result: Sendable>(
    _ operation: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    let task = Task { try await operation() }
    let received = Interruption()
    let sources = [SIGINT, SIGTERM].map { number in
        // The default action would end the program before it can clean up.
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
        source.setEventHandler {
            received.signal.withLock { $0 = number }
            task.cancel()
            signal(SIGINT, SIG_DFL)
            signal(SIGTERM, SIG_DFL)
        }
        source.activate()
        return source
    }
    defer {
        for source in sources { source.cancel() }
        signal(SIGINT, SIG_DFL)
        signal(SIGTERM, SIG_DFL)
    }
    do {
        return try await task.value
    } catch {
        // A program that the run waits for gets the signal too, and may fail in its own way.
        guard let number = received.signal.withLock({ $0 }) else { throw error }
        FileHandle.standardError.write(Data("Interrupted; earlier results are untouched.\n".utf8))
        throw ExitCode(128 + number)
    }
}

private final class Interruption: Sendable {
    let signal = Mutex<Int32?>(nil)
}
