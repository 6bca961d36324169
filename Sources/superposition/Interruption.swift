import ArgumentParser
import Foundation
import Synchronization

/// Runs an operation; Ctrl-C, the end of the terminal or a request to terminate cancels it and ends the program with the
/// signal's exit code.
///
/// If the operation has not ended two seconds after the signal, the program ends without it. What is then half-written is
/// staged, and the next run sweeps it. A second signal ends the program at once. A signal that the program was started to
/// ignore, as by `nohup`, stays so.
func untilInterrupted<Result: Sendable>(
    _ operation: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    let task = Task { try await operation() }
    if let wakeUps = wakeUps() {
        // A thread of its own, which need not wait until what computes steps back.
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while read(wakeUps, &byte, 1) < 0, errno == EINTR {}
            task.cancel()
        }
    }
    let numbers = endings.filter { !isIgnored($0) }
    received.store(0, ordering: .sequentiallyConsistent)
    signal(SIGALRM, giveUp)
    for number in numbers { signal(number, receive) }
    defer {
        for number in numbers { signal(number, SIG_DFL) }
        // What has ended need not be ended.
        alarm(0)
    }
    do {
        return try await task.value
    } catch {
        // A program that the run waits for gets the signal too, and may fail in its own way.
        let number = received.load(ordering: .sequentiallyConsistent)
        guard number != 0 else { throw error }
        writeError(sentence.description)
        throw ExitCode(128 + number)
    }
}

/// Lets the signals through that end the program, which a parent may have blocked.
func letSignalsThrough() {
    var set = sigset_t()
    sigemptyset(&set)
    for number in endings + [SIGALRM] { sigaddset(&set, number) }
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
}

private let endings = [SIGINT, SIGTERM, SIGHUP]
private let sentence: StaticString = "Interrupted; earlier results are untouched.\n"

// MARK: - In the signals' handlers, which may do little: they interrupt any code, also that which allocates.

/// The first signal; 0 before.
private let received = Atomic<Int32>(0)
/// Where a handler writes a byte to have the operation cancelled.
private let wakeUp = Atomic<Int32>(-1)

private func receive(_ number: Int32) {
    let error = errno
    // The exit code is the same whether the signal's own action ends the program, or this.
    if received.exchange(number, ordering: .sequentiallyConsistent) != 0 { _exit(128 + number) }
    alarm(2)
    var byte: UInt8 = 0
    _ = write(wakeUp.load(ordering: .sequentiallyConsistent), &byte, 1)
    errno = error
}

private func giveUp(_: Int32) {
    // Unless this, too, would have to wait for a reader, or there is none.
    var output = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
    if poll(&output, 1, 0) == 1, output.revents == Int16(POLLOUT) {
        // The bar may be on the line.
        var newline = UInt8(ascii: "\n")
        _ = write(STDERR_FILENO, &newline, 1)
        _ = write(STDERR_FILENO, sentence.utf8Start, sentence.utf8CodeUnitCount)
    }
    _exit(128 + received.load(ordering: .sequentiallyConsistent))
}

/// A file that can be read when a signal has come; nil if there can be none, so that only the alarm ends the program.
private func wakeUps() -> Int32? {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    wakeUp.store(ends[1], ordering: .sequentiallyConsistent)
    return ends[0]
}

private func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    #if canImport(Darwin)
        let handler = action.__sigaction_u.__sa_handler
    #else
        let handler = action.__sigaction_handler.sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
}
