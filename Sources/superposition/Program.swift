import Foundation
import Notebook
import Serving
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// This program as it is on the disk: after a build that is another than the one that runs.
struct Program: Sendable {
    /// The program's file.
    private let file: String
    /// What builds it; nil if it is not where the package manager puts it, or the package is gone.
    private let build: (package: String, scratch: String, configuration: String)?

    /// The program that runs, and the package whose chapters it has.
    init(package: URL) {
        let executable = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
        file = executable.path(percentEncoded: false)
        // .build/release/superposition, or .build/x86_64-unknown-linux-gnu/release/superposition.
        let folder = executable.deletingLastPathComponent()
        var scratch = folder.deletingLastPathComponent()
        if scratch.lastPathComponent.contains("-") && !Self.isScratch(scratch) { scratch.deleteLastPathComponent() }
        let manifest = package.appending(path: "Package.swift").path(percentEncoded: false)
        guard Self.isScratch(scratch), ["release", "debug"].contains(folder.lastPathComponent),
            FileManager.default.fileExists(atPath: manifest)
        else {
            build = nil
            return
        }
        build = (
            package.path(percentEncoded: false), scratch.path(percentEncoded: false), folder.lastPathComponent
        )
    }

    /// Whether the package manager builds in a folder.
    private static func isScratch(_ folder: URL) -> Bool {
        let state = folder.appending(path: "workspace-state.json").path(percentEncoded: false)
        return FileManager.default.fileExists(atPath: state)
    }

    /// Builds the program as it was built.
    func rebuild() async throws {
        guard let build else {
            throw Workshop.Failure("The code has changed, and this program is not where it was built: build it again.")
        }
        let arguments: Arguments = [
            "build", "--configuration", "\(build.configuration)", "--product", "superposition", "--package-path",
            "\(build.package)", "--scratch-path", "\(build.scratch)",
        ]
        let (isBuilt, log): (Bool, String)
        do {
            let result = try await Subprocess.run(
                .name("swift"), arguments: arguments, input: .none, output: .string(limit: 1 << 24),
                error: .string(limit: 1 << 24))
            (isBuilt, log) = (result.terminationStatus.isSuccess, result.standardOutput + "\n" + result.standardError)
        } catch {
            try Task.checkCancellation()
            throw Workshop.Failure("The code has changed, and 'swift' cannot be run to build it.", details: "\(error)")
        }
        if isBuilt { return }
        try Task.checkCancellation()
        throw Workshop.Failure(
            "The program does not build; the report stays as it was.", details: Self.errors(in: log))
    }

    /// What the compiler says of errors, each once: the first lines of each, up to the next message.
    static func errors(in log: String) -> String {
        var seen: Set<Substring> = []
        var kept: [Substring] = []
        var isKept = false
        for line in log.split(whereSeparator: \.isNewline) {
            if line.contains(": error: ") || line.hasPrefix("error: ") {
                isKept = seen.insert(line).inserted
            } else if line.contains(": warning: ") || line.contains(": note: ") || line.contains(/^\[\d+\/\d+\]/) {
                isKept = false
            }
            if isKept { kept.append(line) }
        }
        let lines = kept.isEmpty ? Array(log.split(whereSeparator: \.isNewline).suffix(40)) : kept
        return lines.prefix(200).joined(separator: "\n")
    }

    /// Runs the program, and passes on what it tells while it works.
    func run(_ arguments: [String]) async throws {
        let result = try await Subprocess.run(
            .path(FilePath(file)), arguments: Arguments(arguments), input: .none, output: .discarded, error: .sequence
        ) { execution in
            var problem: String?
            for try await line in execution.standardError.strings() {
                if line.hasPrefix("Error: ") { problem = String(line.dropFirst(7)) } else { writeError(line + "\n") }
            }
            return problem
        }
        guard !result.terminationStatus.isSuccess else { return }
        try Task.checkCancellation()
        throw Workshop.Failure(result.closureResult ?? "The program ended without success or a reason.")
    }
}
