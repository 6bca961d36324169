import Foundation
import Testing

@testable import Serving

@Suite struct ReportServerTests {
    private static let page = "<!DOCTYPE html>\n<html><body><p>Its </body> text.</p>\n</body>\n</html>\n"

    /// Serves `report` in a folder that has a secret beside it, and links that lead to it.
    private func withServer(
        limits: ReportServer.Limits = .init(), board: NoticeBoard = NoticeBoard(),
        _ body: (ReportServer, URL) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let report = folder.appending(path: "report")
            try write("SECRET", to: "secret.txt", in: folder)
            for name in ["index.html", "01-a.html"] { try write(Self.page, to: name, in: report) }
            for path in [
                "figures/01-a/f.svg", "figures/01-a/f.png", "figures/01-a/f.pdf", "data/01-a/t.csv", "a.css", "a.js",
                "data/01-a/w.safetensors", "manifest.json", "a b.txt", "é.txt", "a%2fb.txt", "plain", "a.HTML",
            ] { try write("content of \(path)", to: path, in: report) }
            for path in [".hidden", ".staging/secret.txt", "figures/.secret"] {
                try write("SECRET", to: path, in: report)
            }
            let files = FileManager.default
            for (link, target) in [
                ("link.txt", "../secret.txt"), ("folder", ".."), ("loop", "loop"), ("inside.txt", "plain"),
                ("absolute.txt", folder.appending(path: "secret.txt").path()),
            ] {
                try files.createSymbolicLink(
                    atPath: report.appending(path: link).path(), withDestinationPath: target)
            }
            mkfifo(report.appending(path: "pipe").path(), 0o600)
            let server = try ReportServer(report, port: 0, board: board, limits: limits)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await server.run() }
                try await body(server, folder)
                tasks.cancelAll()
            }
        }
    }

    // MARK: - What is served

    @Test func `files come whole, with their types and nothing to guess`() async throws {
        try await withServer { server, _ in
            for (path, type) in [
                ("/figures/01-a/f.svg", "image/svg+xml"), ("/figures/01-a/f.png", "image/png"),
                ("/figures/01-a/f.pdf", "application/pdf"), ("/data/01-a/t.csv", "text/csv; charset=utf-8"),
                ("/data/01-a/w.safetensors", "application/octet-stream"), ("/manifest.json", "application/json"),
                ("/a.css", "text/css; charset=utf-8"), ("/a.js", "text/javascript; charset=utf-8"),
                ("/plain", "application/octet-stream"),
            ] {
                let answer = try await request(path, port: server.port)
                #expect(answer.status == 200 && answer.text == "content of \(path.dropFirst())")
                #expect(answer.headers["Content-Type"] == type)
                #expect(answer.headers["Content-Length"] == String(answer.body.count))
                #expect(answer.headers["Cache-Control"] == "no-cache")
                #expect(answer.headers["X-Content-Type-Options"] == "nosniff")
                #expect(answer.headers["Cross-Origin-Resource-Policy"] == "same-origin")
            }
            #expect(try await request("/a%20b.txt?x=1", port: server.port).text == "content of a b.txt")
            #expect(try await request("/%C3%A9.txt", port: server.port).text == "content of é.txt")
            // Decoded once, not twice.
            #expect(try await request("/a%252fb.txt", port: server.port).text == "content of a%2fb.txt")
        }
    }

    @Test func `pages get the script that loads them again, and the files do not`() async throws {
        try await withServer { server, folder in
            for path in ["/", "/index.html", "/01-a.html"] {
                let answer = try await request(path, port: server.port)
                #expect(answer.status == 200 && answer.headers["Content-Type"] == "text/html; charset=utf-8")
                let script = "<script src=\"/.superposition/live.js\" data-version=\"\(server.board.notice.version)\""
                #expect(answer.text.hasPrefix("<!DOCTYPE html>\n<html><body><p>Its </body> text.</p>\n\(script)"))
                #expect(answer.text.hasSuffix("</script>\n</body>\n</html>\n"))
                #expect(answer.headers["Content-Length"] == String(answer.body.count))
            }
            let file = folder.appending(path: "report/index.html")
            #expect(try String(contentsOf: file, encoding: .utf8) == Self.page)
            let script = try await request("/.superposition/live.js", port: server.port)
            #expect(script.text.contains("EventSource"))
            #expect(script.headers["Content-Type"] == "text/javascript; charset=utf-8")
        }
    }

    @Test func `a long file comes whole`() async throws {
        try await withServer { server, folder in
            let long = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try Data(long).write(to: folder.appending(path: "report/long.bin"))
            #expect(try await request("/long.bin", port: server.port).body == Data(long))
        }
    }

    @Test(arguments: ["/", "/plain", "/figures/01-a/f.svg", "/nothing.html", "/../x"])
    func `HEAD gives the head of GET, and no body`(target: String) async throws {
        try await withServer { server, _ in
            let (get, head) = (
                try await request(target, port: server.port),
                try await request(target, method: "HEAD", port: server.port)
            )
            #expect(head.status == get.status && head.headers == get.headers && head.body.isEmpty)
        }
    }

    @Test func `the folder itself may be a link`() async throws {
        try await withServer { _, folder in
            let link = folder.appending(path: "link")
            try FileManager.default.createSymbolicLink(
                at: link, withDestinationURL: folder.appending(path: "report"))
            let server = try ReportServer(link, port: 0)
            let running = Task { try await server.run() }
            #expect(try await request("/plain", port: server.port).status == 200)
            running.cancel()
            try await running.value
        }
    }

    // MARK: - What is not

    @Test(arguments: [
        ("/../secret.txt", 400), ("/figures/../../secret.txt", 400), ("/figures/01-a/../../../secret.txt", 400),
        ("/%2e%2e/secret.txt", 400), ("/%2E%2e/secret.txt", 400), ("/.%2e/secret.txt", 400), ("/./plain", 400),
        ("/..%2fsecret.txt", 400), ("/%2e%2e%2fsecret.txt", 400), ("/figures%2f..%2f..%2fsecret.txt", 400),
        ("/..%5csecret.txt", 400), ("/..\\secret.txt", 400), ("\\..\\secret.txt", 400),
        ("/figures\\..\\..\\secret.txt", 400),
        ("/%252e%252e/secret.txt", 404), ("/..%252fsecret.txt", 404), ("/%c0%ae%c0%ae/secret.txt", 400),
        ("/%c0%af", 400), ("/%ff", 400), ("/plain%00.svg", 400), ("/%00", 400), ("/%0a", 400), ("/%7f", 400),
        ("/%", 400), ("/%2", 400), ("/%zz", 400), ("/%+1", 400),
        ("/link.txt", 404), ("/absolute.txt", 404), ("/folder/secret.txt", 404), ("/folder", 404), ("/loop", 404),
        ("/inside.txt", 404), ("/pipe", 404), ("/figures", 404), ("/figures/", 404), ("/plain/", 404),
        ("/.hidden", 404), ("/.staging/secret.txt", 404), ("/%2ehidden", 404), ("/figures/.secret", 404),
        ("/.superposition", 404), ("/.superposition/other", 404), ("//plain", 404), ("//", 404),
        ("/nothing.html", 404), ("/plain/below", 404),
        ("*", 400), ("plain", 400), ("http://127.0.0.1/plain", 400), ("file:///etc/passwd", 400), ("?x", 400),
    ]) func `nothing else can be read`(target: String, status: Int) async throws {
        try await withServer { server, _ in
            let answer = try await request(target, port: server.port)
            #expect(answer.status == status)
            #expect(!answer.text.contains("SECRET") && !answer.text.contains("content of"))
            #expect(answer.headers["Content-Type"] == "text/html; charset=utf-8")
            #expect(answer.headers["X-Content-Type-Options"] == "nosniff")
        }
    }

    @Test func `a path in the file system is not one in the report`() async throws {
        try await withServer { server, folder in
            let secret = folder.appending(path: "secret.txt").path()
            for target in [secret, "/" + secret] {
                let answer = try await request(target, port: server.port)
                #expect(answer.status == 404 && !answer.text.contains("SECRET"))
            }
        }
    }

    @Test(arguments: [(255, 404), (256, 404), (2_000, 404), (2_100, 414), (40_000, 414), (1_000_000, 414)])
    func `a long path is refused`(length: Int, status: Int) async throws {
        try await withServer { server, _ in
            for name in ["a", "a/"] {
                let target = "/" + String(repeating: name, count: length / name.utf8.count)
                let answer = try await request(target, port: server.port)
                #expect(answer.status == status)
            }
        }
    }

    @Test func `a link that takes a folder's place is not followed`() async throws {
        try await withServer { server, folder in
            let data = folder.appending(path: "report/data")
            #expect(try await request("/data/01-a/t.csv", port: server.port).status == 200)
            try FileManager.default.moveItem(at: data, to: folder.appending(path: "moved"))
            try FileManager.default.createSymbolicLink(at: data, withDestinationURL: folder.appending(path: "moved"))
            #expect(try await request("/data/01-a/t.csv", port: server.port).status == 404)
        }
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "Head"])
    func `a report can only be read`(method: String) async throws {
        try await withServer { server, _ in
            let answer = try await request("/plain", method: method, port: server.port)
            #expect(answer.status == 405 && answer.headers["Allow"] == "GET, HEAD")
            #expect(answer.text.contains("can only be read"))
        }
    }

    @Test(arguments: [100, 3_000_000]) func `what follows a request is not taken for another`(length: Int) async throws
    {
        try await withServer { server, _ in
            let second = "GET /plain HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n\r\n"
            let body = String(repeating: " ", count: max(0, length - second.utf8.count)) + second
            for host in ["127.0.0.1:\(server.port)", "evil.example:\(server.port)"] {
                let first = "POST / HTTP/1.1\r\nHost: \(host)\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                let data = try await reply(to: Array((first + body).utf8), port: server.port)
                let text = String(decoding: data, as: UTF8.self)
                #expect(text.hasPrefix("HTTP/1.1 40"), "the answer comes though the body is not read")
                #expect(text.matches(of: /HTTP\/1\.1 \d/).count == 1 && !text.contains("content of"))
                #expect(text.contains("\r\nConnection: close\r\n"))
            }
        }
    }

    @Test func `only this machine's own names are answered to`() async throws {
        try await withServer { server, _ in
            let port = server.port
            for host in ["127.0.0.1:\(port)", "localhost:\(port)", "LocalHost:\(port)", "[::1]:\(port)"] {
                #expect(try await request("/plain", host: host, port: port).status == 200)
            }
            for host in [
                "evil.example:\(port)", "127.0.0.1.evil.example:\(port)", "localhost.evil.example:\(port)",
                "127.0.0.1", "localhost", "127.0.0.1:\(port &+ 1)", "127.0.0.1:0\(port)",
                "127.0.0.1:\(port)@evil.example", "", ":\(port)",
                "127.0.0.2:\(port)", "0.0.0.0:\(port)", "::1:\(port)", "evil.example:\(port), 127.0.0.1:\(port)",
            ] {
                let answer = try await request("/plain", host: host, port: port)
                #expect(answer.status == 400 && !answer.text.contains("content of"), "Host: \(host)")
                // The pages' news are no less their own.
                #expect(try await request("/.superposition/events", host: host, port: port).status == 400)
            }
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: HOST\r\nhost: evil.example\r\n\r\n", "GET / HTTP/2.0\r\nHost: HOST\r\n\r\n",
        "GET /\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: HOST\r\n\r\n", "GET / x HTTP/1.1\r\nHost: HOST\r\n\r\n", "\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: HOST\r\n folded\r\n\r\n", "GET / HTTP/1.1\r\nHost : HOST\r\n\r\n",
        "GET / HTTP/1.1\r\nNo colon\r\nHost: HOST\r\n\r\n", "GET / HTTP/1.1\nHost: HOST\n\n\r\n\r\n",
        "GET / HTTP/1.1\r\nX: a\u{0}b\r\nHost: HOST\r\n\r\n", "GET / HTTP/1.1\r\nX: a\rb\r\nHost: HOST\r\n\r\n",
        "GET /a\u{0} HTTP/1.1\r\nHost: HOST\r\n\r\n", "G\u{E9}T / HTTP/1.1\r\nHost: HOST\r\n\r\n",
    ]) func `what is no proper request is refused with a sentence`(text: String) async throws {
        try await withServer { server, _ in
            let bytes = Array(text.replacing("HOST", with: "127.0.0.1:\(server.port)").utf8)
            let answer = try await answer(to: bytes, port: server.port)
            #expect(answer.status == 400 && answer.text.contains("<p>"))
            #expect(!answer.text.contains("Its text"))
        }
    }

    @Test func `a request of any length is bounded, and one that does not end is ended`() async throws {
        var limits = ReportServer.Limits()
        limits.request = .milliseconds(300)
        try await withServer(limits: limits) { server, _ in
            let start = "GET / HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n"
            let cases: [(bytes: [UInt8], status: Int)] = [
                (Array((start + String(repeating: "X: y\r\n", count: 20_000)).utf8), 431),
                (Array((start + "X: " + String(repeating: "y", count: 1_000_000)).utf8), 431),
                (Array(start.utf8), 408),
                // A binary start, as of TLS, has no end either.
                ([0x16, 0x03, 0x01, 0x02], 408),
            ]
            for (bytes, status) in cases {
                let answer = try await answer(to: bytes, port: server.port)
                #expect(answer.status == status)
            }
        }
    }

    @Test func `it listens on this machine's own address alone`() async throws {
        try await withServer { server, _ in
            #expect(server.address == "http://127.0.0.1:\(server.port)/")
            #if os(Linux)
                // All of 127.0.0.0/8 leads here, but only to who listens on it.
                #expect(throws: POSIXError(.ECONNREFUSED)) { try Client(port: server.port, host: "127.0.0.2") }
            #endif
        }
    }

    @Test func `a port that is taken is told, if it was asked for`() async throws {
        try await withTemporaryFolder { folder in
            let first = try ReportServer(folder, port: 0)
            #expect(throws: ServingError.portTaken(first.port)) { try ReportServer(folder, port: first.port) }
            // Without a wish there is a port in any case, be the usual one taken or not.
            let servers = try (0..<3).map { _ in try ReportServer(folder) }
            #expect(Set(servers.map(\.port)).count == 3)
        }
    }

    @Test func `too many connections are told so, and have room when others are gone`() async throws {
        var limits = ReportServer.Limits()
        limits.connections = 2
        try await withServer(limits: limits) { server, _ in
            var idle = try (0..<2).map { _ in try Client(port: server.port) }
            #expect(try await eventually { try await request("/plain", port: server.port).status == 503 })
            idle.removeAll()
            #expect(try await eventually { try await request("/plain", port: server.port).status == 200 })
            _ = idle
        }
    }

    // MARK: - News

    @Test func `an open page hears of a change, of work and of problems`() async throws {
        let board = NoticeBoard()
        try await withServer(board: board) { server, _ in
            let before = board.notice.version
            let page = try Client(port: server.port)
            page.send(Array("GET /.superposition/events HTTP/1.1\r\nHost: localhost:\(server.port)\r\n\r\n".utf8))
            nonisolated(unsafe) let client = page
            let head = try await offTheServersThreads { try client.upTo(before) }
            #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n") && head.contains("Content-Type: text/event-stream\r\n"))
            #expect(!head.contains("Content-Length") && head.contains("data: {"))

            board.reportChanged()
            let after = board.notice.version
            #expect(after != before)
            #expect(try await offTheServersThreads { try client.upTo(after) }.contains(after))
            board.say("Building …")
            #expect(try await offTheServersThreads { try client.upTo("Building …") }.contains("\"activity\""))
            board.report(.init("It does not build.", details: "a.swift:1:2: error: \"x\"\nmore"))
            let problem = try await offTheServersThreads { try client.upTo("more") }
            #expect(problem.contains("It does not build.") && problem.contains(#"error: \"x\"\nmore"#))
            // What is told on one line is one event.
            #expect(problem.split(separator: "\n").allSatisfy { $0.hasPrefix("data: {") })
        }
    }

    @Test func `a page that is closed is forgotten`() async throws {
        let board = NoticeBoard()
        try await withServer(board: board) { server, _ in
            var page: Client? = try Client(port: server.port)
            page?.send(Array("GET /.superposition/events HTTP/1.1\r\nHost: localhost:\(server.port)\r\n\r\n".utf8))
            #expect(try await eventually { board.readers == 1 })
            page = nil
            #expect(try await eventually { board.readers == 0 })
        }
    }

    @Test func `pages of an earlier server at the port are loaded again`() {
        #expect(NoticeBoard().notice.version != NoticeBoard().notice.version)
    }

    @Test func `the end of the server ends what is open`() async throws {
        try await withTemporaryFolder { folder in
            let server = try ReportServer(folder, port: 0)
            let running = Task { try await server.run() }
            let page = try Client(port: server.port)
            page.send(Array("GET /.superposition/events HTTP/1.1\r\nHost: localhost:\(server.port)\r\n\r\n".utf8))
            #expect(try await eventually { server.board.readers == 1 })
            running.cancel()
            try await running.value
            #expect(throws: POSIXError(.ECONNREFUSED)) { try Client(port: server.port) }
            // The port is free for the next.
            _ = try ReportServer(folder, port: server.port)
        }
    }
}
