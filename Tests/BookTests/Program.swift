import Foundation
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// What the program left when it ended.
struct ProgramResult: Sendable {
    var exitCode: Int32
    var output: String
    var error: String
}

/// Runs the program that was built with the tests, as a user would.
func superposition(_ arguments: String...) async throws -> ProgramResult {
    try await superposition(arguments)
}

/// Runs the program with some variables of its environment set.
func superposition(_ arguments: [String], environment: [String: String] = [:]) async throws -> ProgramResult {
    try await run(program.path(percentEncoded: false), arguments, environment: environment)
}

/// Runs another program of the package.
func tool(_ name: String, _ arguments: [String]) async throws -> ProgramResult {
    let path = program.deletingLastPathComponent().appending(path: name).path(percentEncoded: false)
    return try await run(path, arguments, environment: [:])
}

/// Runs a shell script whose `$0` is the program and whose `$@` are its arguments.
func shell(
    _ script: String, _ arguments: [String], environment: [String: String] = [:]
) async throws -> ProgramResult {
    try await run(
        "/bin/sh", ["-c", script, program.path(percentEncoded: false)] + arguments, environment: environment)
}

private func run(
    _ path: String, _ arguments: [String], environment: [String: String]
) async throws -> ProgramResult {
    let result = try await Subprocess.run(
        .path(FilePath(path)), arguments: Arguments(arguments), environment: inherited(with: environment),
        output: .string(limit: 1 << 24), error: .string(limit: 1 << 20))
    return ProgramResult(
        exitCode: code(of: result.terminationStatus), output: result.standardOutput, error: result.standardError)
}

/// Runs the program and kills it after some time; false if it has ended before.
func isKilled(
    _ arguments: [String], after time: Duration, environment: [String: String]
) async throws -> Bool {
    let result = try await Subprocess.run(
        .path(FilePath(program.path(percentEncoded: false))), arguments: Arguments(arguments),
        environment: inherited(with: environment), input: .none, output: .discarded, error: .discarded
    ) { execution in
        try await Task.sleep(for: time)
        try execution.send(signal: .kill)
    }
    return result.terminationStatus == .signaled(SIGKILL)
}

/// Runs the program and sends it a signal as soon as it has written a text on standard error.
func superposition(_ arguments: [String], signal: Int32, whenErrorContains trigger: String) async throws
    -> ProgramResult
{
    let result = try await Subprocess.run(
        .path(FilePath(program.path(percentEncoded: false))), arguments: Arguments(arguments), input: .none,
        output: .discarded, error: .sequence
    ) { execution in
        var error = ""
        var isSent = false
        for try await line in execution.standardError.strings() {
            error += line + "\n"
            if !isSent && error.contains(trigger) {
                kill(pid_t(execution.processIdentifier.value), signal)
                isSent = true
            }
        }
        return error
    }
    return ProgramResult(exitCode: code(of: result.terminationStatus), output: "", error: result.closureResult)
}

private func inherited(with variables: [String: String]) -> Environment {
    variables.reduce(.inherit) { $0.updating([Environment.Key(stringLiteral: $1.key): $1.value]) }
}

/// SwiftPM puts the program beside the test bundle.
var program: URL {
    let bundles = Bundle.allBundles.map(\.bundleURL).filter { $0.pathExtension == "xctest" }
    let folder = bundles.first?.deletingLastPathComponent() ?? Bundle.main.bundleURL
    return folder.appending(path: "superposition")
}

func code(of status: TerminationStatus) -> Int32 {
    switch status {
    case .exited(let code): code
    case .signaled(let signal): 128 + signal
    }
}

/// Calls with a new folder, which is gone afterwards.
func withTemporaryFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "book-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}
