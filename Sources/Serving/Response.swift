import Foundation

/// What is sent back.
struct Response: Sendable {
    /// What follows the head.
    enum Body: Sendable {
        case data(Data)
        case file(ServedFolder.OpenFile)
        /// What happens to the report, until the client goes.
        case events
    }

    /// The status, such as 200.
    var status = 200
    /// What the body is.
    var type: String
    /// What follows the head.
    var body: Body
    /// Further headers.
    var headers: [String: String] = [:]

    /// The lines before the body.
    var head: Data {
        var lines = [
            "HTTP/1.1 \(status) \(Self.phrases[status] ?? "")",
            "Content-Type: \(type)",
            "Cache-Control: no-cache",
            // A request is answered and the connection closed, so that no bytes of one are taken for another.
            "Connection: close",
            // What a page of another site may do with this: nothing.
            "Cross-Origin-Resource-Policy: same-origin",
            "Content-Security-Policy: frame-ancestors 'self'",
            "X-Content-Type-Options: nosniff",
        ]
        switch body {
        case .data(let data): lines.append("Content-Length: \(data.count)")
        case .file(let file): lines.append("Content-Length: \(file.size)")
        case .events: break
        }
        lines += headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return Data((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    private static let phrases = [
        200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout",
        414: "URI Too Long", 431: "Request Header Fields Too Large", 503: "Service Unavailable",
    ]

    /// A page that says why there is no other.
    ///
    /// - Parameters:
    ///   - sentence: plain text.
    ///   - script: HTML that has the page loaded again when there is something.
    static func problem(
        _ status: Int, _ sentence: String, headers: [String: String] = [:], script: String = ""
    ) -> Response {
        let title = phrases[status] ?? "Problem"
        let html = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title)</title>
            <style>body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto; padding: 0 1rem }</style>
            </head>
            <body>
            <main>
            <h1>\(title)</h1>
            <p>\(escape(sentence))</p>
            <p><a href="/">The report’s first page</a></p>
            </main>
            \(script)</body>
            </html>

            """
        return Response(status: status, type: ContentType.of("html"), body: .data(Data(html.utf8)), headers: headers)
    }

    private static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
