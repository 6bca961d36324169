import Foundation
import Subprocess
import Testing

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// The commands that show a report, as a user calls them.
@Suite struct ServeTests {
    /// A report of one chapter.
    private func withReport(_ body: (_ output: URL, _ store: URL) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let (output, store) = (folder.appending(path: "output"), folder.appending(path: "store"))
            let result = try await superposition(
                "run", "appendix", "--profile", "quick", "--quiet", "--output", output.path(), "--store",
                store.path())
            try #require(result.exitCode == 0, "\(result.error)")
            try await body(output, store)
        }
    }

    @Test(arguments: ["serve", "open", "weave"])
    func `without a report it is said how to make one, and none is made`(command: String) async throws {
        try await withTemporaryFolder { folder in
            let output = folder.appending(path: "output")
            let result = try await superposition(command, "--output", output.path())
            #expect(result.exitCode == 1 && result.output.isEmpty)
            #expect(result.error.hasPrefix("Error: There is no report in '\(output.path())': make one with "))
            #expect(result.error.split(separator: "\n").count == 1)
            #expect(!FileManager.default.fileExists(atPath: output.path()))
        }
    }

    @Test(arguments: [["--port", "-1"], ["--port", "65536"], ["--port", "http"], ["--output", ""]])
    func `bad input is refused in a sentence`(arguments: [String]) async throws {
        let result = try await superposition(["serve"] + arguments)
        #expect(result.exitCode != 0 && result.output.isEmpty)
        #expect(result.error.hasPrefix("Error: ") && result.error.split(separator: "\n").count == 1)
    }

    @Test(.timeLimit(.minutes(10)), arguments: [SIGINT, SIGTERM])
    func `the report is served until Ctrl-C, and a taken port is told`(signal: Int32) async throws {
        try await withReport { output, _ in
            let before = try ReportFolder(output).files
            let result = try await serving(["--port", "0", "--output", output.path()], until: signal) { address in
                let match = try #require(address.wholeMatch(of: /The report is at http:\/\/127\.0\.0\.1:(\d+)\//))
                let port = try #require(UInt16(match.output.1))
                let answer = try get("/", port: port)
                #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"))
                #expect(answer.contains("<title>Toy Models of Superposition, reproduced"))
                #expect(answer.contains("live.js"))
                #expect(try get("/../store/run-store.txt", port: port).hasPrefix("HTTP/1.1 400 "))

                let other = try await superposition("serve", "--port", "\(port)", "--output", output.path())
                #expect(other.exitCode == 1 && other.output.isEmpty)
                #expect(other.error.hasPrefix("Error: Another program listens on port \(port): "))
            }
            #expect(result.exitCode == 0, "that is how it is ended")
            #expect(result.error == "Changes of the sources are woven in or run. Ctrl-C ends this.\n")
            #expect(try ReportFolder(output).files == before)
        }
    }

    /// Serves, calls with the first line of what is printed, and sends a signal.
    private func serving(
        _ arguments: [String], until signal: Int32, _ body: @escaping (String) async throws -> Void
    ) async throws -> ProgramResult {
        let result = try await Subprocess.run(
            .path(FilePath(program.path(percentEncoded: false))), arguments: Arguments(["serve"] + arguments),
            input: .none, output: .sequence, error: .string(limit: 1 << 16)
        ) { execution in
            for try await line in execution.standardOutput.strings() {
                try await body(line.trimmingCharacters(in: .newlines))
                kill(pid_t(execution.processIdentifier.value), signal)
            }
        }
        return ProgramResult(exitCode: code(of: result.terminationStatus), output: "", error: result.standardError)
    }

    /// All that a server answers.
    private func get(_ target: String, port: UInt16) throws -> String {
        let descriptor = socket(AF_INET, streams, 0)
        defer { close(descriptor) }
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0)
        let request = Array("GET \(target) HTTP/1.1\r\nHost: localhost:\(port)\r\n\r\n".utf8)
        try #require(write(descriptor, request, request.count) == request.count)
        var (answer, buffer) = (Data(), [UInt8](repeating: 0, count: 1 << 16))
        while case let count = read(descriptor, &buffer, buffer.count), count > 0 { answer += buffer.prefix(count) }
        return String(decoding: answer, as: UTF8.self)
    }

    #if canImport(Darwin)
        private let streams = SOCK_STREAM
    #else
        private let streams = Int32(SOCK_STREAM.rawValue)
    #endif

    @Test func `weaving what has not changed changes nothing`() async throws {
        try await withReport { output, _ in
            let before = try ReportFolder(output).files
            let none = try await superposition("weave", "--output", output.path())
            #expect(none.exitCode == 0 && none.output == "No prose has changed.\n")
            let one = try await superposition("weave", "9", "--output", output.path())
            #expect(one.exitCode == 0 && one.output == "Wove 09-appendix anew.\n")
            #expect(try ReportFolder(output).files == before)
            let other = try await superposition("weave", "1", "--output", output.path())
            #expect(other.exitCode == 1)
            #expect(other.error.contains("does not have chapter '01-demonstrating-superposition'"))
        }
    }

    #if os(Linux)
        @Test func `the report is opened with what the desktop has for that`() async throws {
            try await withReport { output, _ in
                let programs = output.deletingLastPathComponent().appending(path: "programs")
                try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
                func open() async throws -> ProgramResult {
                    try await superposition(
                        ["open", "--output", output.path()], environment: ["PATH": programs.path()])
                }
                let page = output.appending(path: "index.html").path()
                let missing = try await open()
                #expect(missing.exitCode == 1)
                #expect(
                    missing.error.hasPrefix("Error: There is no 'xdg-open' here, which opens pages in the browser: "))
                #expect(missing.error.hasSuffix(": open \(page) in one yourself.\n"))

                let opener = programs.appending(path: "xdg-open").path()
                func install(_ script: String) throws {
                    try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: opener))
                    chmod(opener, 0o755)
                }
                try install("echo \"$@\" >\(programs.path())/opened")
                let opened = try await open()
                #expect(opened.exitCode == 0 && opened.output.isEmpty && opened.error.isEmpty)
                #expect(try String(contentsOf: programs.appending(path: "opened"), encoding: .utf8) == page + "\n")
                try install("echo 'no browser' >&2; exit 3")
                let failed = try await open()
                #expect(failed.exitCode == 1)
                #expect(
                    failed.error.hasPrefix("Error: 'xdg-open' did not open the browser (no browser): open \(page) "))
            }
        }
    #endif
}
