import FlyingSocks
import Foundation

/// Serves the files of a report to the browsers of this machine.
///
/// It listens on 127.0.0.1 alone, answers `GET` and `HEAD` alone, and reads files of one folder alone. A request must name this
/// server as its `Host`: else a page of another site, whose name leads here, could read the report in a visitor's browser.
/// Pages that it sends have a script that loads them again when the report changes; the files stay as they are.
///
/// The sockets are FlyingSocks'. What is spoken through them is written here, as little of HTTP is needed: one request for each
/// connection, without a body, of a bounded length.
public final class ReportServer: Sendable {
    /// The port that it listens on.
    public let port: UInt16
    /// What open pages are told.
    public let board: NoticeBoard

    private let folder: ServedFolder
    private let socket: Socket
    private let pool: any AsyncSocketPool
    let limits: Limits

    /// How long it waits, and how much it does at the same time.
    struct Limits: Sendable {
        /// The time in which a request must have come.
        var request: Duration = .seconds(10)
        /// The time in which an answer must have been taken.
        var response: Duration = .seconds(60)
        /// How often a page that is open hears that the server is there.
        var pulse: Duration = .seconds(15)
        /// How many connections are served at the same time.
        var connections = 128
    }

    /// Where the server tells pages what happens, and has their script. No file of a report has a hidden name.
    static let (events, script) = (".superposition/events", ".superposition/live.js")

    /// The port if none is asked for.
    public static let usualPort: UInt16 = 8000

    /// A server that listens from now on.
    ///
    /// - Parameters:
    ///   - folder: the report's.
    ///   - port: where to listen; 0 for any free port, nil for the usual one, or any if that is taken.
    ///   - board: what open pages are told.
    /// - Throws: ``ServingError``.
    public convenience init(_ folder: URL, port: UInt16? = nil, board: NoticeBoard = NoticeBoard()) throws(ServingError)
    {
        try self.init(folder, port: port, board: board, limits: Limits())
    }

    init(_ folder: URL, port: UInt16?, board: NoticeBoard, limits: Limits) throws(ServingError) {
        self.folder = ServedFolder(url: folder)
        self.board = board
        self.limits = limits
        do {
            socket = try Self.listen(on: port ?? Self.usualPort)
        } catch {
            guard port == nil, case .portTaken = error else { throw error }
            socket = try Self.listen(on: 0)
        }
        guard case .ip4(_, let port)? = try? socket.sockname() else {
            throw .notListening(port: port ?? Self.usualPort, reason: "it has no address")
        }
        self.port = port
        pool = SocketPool.make()
    }

    /// Where the report is.
    public var address: String { "http://127.0.0.1:\(port)/" }

    private static func listen(on port: UInt16) throws(ServingError) -> Socket {
        do {
            let socket = try Socket(domain: AF_INET, type: .stream)
            do {
                try socket.setValue(true, for: .localAddressReuse)
                #if canImport(Darwin)
                    try socket.setValue(true, for: .noSIGPIPE)
                #endif
                try socket.bind(to: .inet(ip4: "127.0.0.1", port: port))
                try socket.listen()
                keepFromOtherPrograms(socket)
                return socket
            } catch {
                try? socket.close()
                throw error
            }
        } catch SocketError.failed(_, EADDRINUSE, _) {
            throw .portTaken(port)
        } catch SocketError.failed(_, _, let message) {
            throw .notListening(port: port, reason: message)
        } catch {
            throw .notListening(port: port, reason: error.localizedDescription)
        }
    }

    /// A program that is started must not hold a socket open.
    private static func keepFromOtherPrograms(_ socket: Socket) {
        _ = fcntl(socket.file.rawValue, F_SETFD, FD_CLOEXEC)
    }

    // MARK: - Connections

    /// Serves until the task is cancelled.
    ///
    /// - Throws: what the system says if it can watch no sockets.
    public func run() async throws {
        defer { try? socket.close() }
        try await pool.prepare()
        let listener = try AsyncSocket(socket: socket, pool: pool)
        await withDiscardingTaskGroup { tasks in
            tasks.addTask { try? await self.pool.run() }
            await self.accept(from: listener, in: &tasks)
            tasks.cancelAll()
        }
    }

    private func accept(from listener: AsyncSocket, in tasks: inout DiscardingTaskGroup) async {
        let places = Places(limits.connections)
        while !Task.isCancelled {
            do {
                let connection = try await listener.accept()
                Self.keepFromOtherPrograms(connection.socket)
                tasks.addTask {
                    await self.serve(connection, hasPlace: places.take())
                    try? connection.close()
                    places.give()
                }
            } catch {
                // One client that is gone, or too many files that are open: the next may be served.
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    private func serve(_ connection: AsyncSocket, hasPlace: Bool) async {
        let response: Response
        var hasBody = true
        do {
            if !hasPlace { throw RefusedConnection.tooMany }
            let head = try await within(limits.request) { try await Self.head(from: connection) }
            hasBody = head.method != "HEAD"
            response = self.response(to: head)
        } catch {
            guard let answer = Self.answer(to: error) else { return }
            response = answer
        }
        if case .events = response.body, hasBody { return await sendEvents(after: response, to: connection) }
        let sendsBody = hasBody
        try? await within(limits.response) {
            try await Self.send(response, withBody: sendsBody, to: connection)
            try await Self.waitForEnd(of: connection)
        }
    }

    /// Reads until the blank line.
    private static func head(from connection: AsyncSocket) async throws -> RequestHead {
        var bytes: [UInt8] = []
        let end = Array("\r\n\r\n".utf8)
        while bytes.count <= RequestHead.longest {
            let start = max(0, bytes.count - 3)
            bytes += try await connection.read(atMost: 4096)
            if let range = bytes[start...].firstRange(of: end) { return try RequestHead(bytes[..<range.upperBound]) }
        }
        // What is too long may be so in its first line.
        let isInTarget = bytes.firstIndex(of: UInt8(ascii: "\r")).map { $0 > RequestHead.longestTarget } ?? true
        throw isInTarget ? RequestHead.Refusal.targetTooLong : RequestHead.Refusal.tooLong
    }

    private static func send(_ response: Response, withBody: Bool, to connection: AsyncSocket) async throws {
        try await connection.write(response.head)
        guard withBody else { return }
        switch response.body {
        case .data(let data): try await connection.write(data)
        case .file(let file):
            var rest = file.size
            while rest > 0, let part = try file.handle.read(upToCount: min(rest, 1 << 16)), !part.isEmpty {
                try await connection.write(part)
                rest -= part.count
            }
        case .events: break
        }
    }

    /// Has the client know that this was all, and waits a moment for it to go: to close while it still sends would have it lose
    /// the answer.
    private static func waitForEnd(of connection: AsyncSocket) async throws {
        shutdown(connection.socket.file.rawValue, Int32(SHUT_WR))
        try await within(.seconds(1)) {
            var ignored = 0
            while ignored < 1 << 20 { ignored += try await connection.read(atMost: 4096).count }
        }
    }

    // MARK: - Answers

    /// What a request is answered with.
    func response(to head: RequestHead) -> Response {
        let hosts = ["127.0.0.1", "localhost", "[::1]"]
        // At the port of HTTP itself a browser leaves it out.
        let names = hosts.map { "\($0):\(port)" } + (port == 80 ? hosts : [])
        guard names.contains(head.host.lowercased()) else {
            return .problem(400, "This server answers only to \(names[0]) and \(names[1]).")
        }
        guard head.method == "GET" || head.method == "HEAD" else {
            return .problem(
                405, "A report can only be read: GET and HEAD are answered.", headers: ["Allow": "GET, HEAD"])
        }
        switch head.target.prefix(while: { $0 != "?" }) {
        case "/\(Self.events)": return Response(type: "text/event-stream", body: .events)
        case "/\(Self.script)":
            return Response(type: ContentType.of(Self.script), body: .data(Data(PackageResources.live_js)))
        default: break
        }
        do {
            return response(to: try RequestPath(target: head.target))
        } catch {
            return error == .notFound
                ? notFound : .problem(400, "The address is not the path of a file in the report.")
        }
    }

    private func response(to path: RequestPath) -> Response {
        // Taken before the file is read: at worst a page is loaded once more.
        let version = board.notice.version
        let names = path.names.isEmpty ? ["index.html"] : path.names
        guard let file = folder.open(names), let name = names.last else { return notFound }
        let type = ContentType.of(name)
        // A page of a report has some megabytes at most.
        guard type.hasPrefix("text/html"), file.size < 1 << 26, let page = try? file.handle.readToEnd() else {
            return Response(type: type, body: .file(file))
        }
        return Response(type: type, body: .data(Self.page(page, with: scriptTag(for: version))))
    }

    private var notFound: Response {
        .problem(
            404, "The report has no such file. It may be one of a chapter that has not been run.",
            script: scriptTag(for: board.notice.version))
    }

    /// A page with a script at its end.
    private static func page(_ page: Data, with script: String) -> Data {
        guard let range = page.range(of: Data("</body>".utf8), options: .backwards) else { return page }
        return page[..<range.lowerBound] + Data(script.utf8) + page[range.lowerBound...]
    }

    /// What loads a page again when there is another version.
    private func scriptTag(for version: String) -> String {
        let data = "data-version=\"\(version)\" data-events=\"/\(Self.events)\""
        return "<script src=\"/\(Self.script)\" \(data)></script>\n"
    }

    private static func answer(to error: any Error) -> Response? {
        switch error {
        case RequestHead.Refusal.malformed: .problem(400, "The request is not one of HTTP/1.1.")
        case RequestHead.Refusal.targetTooLong: .problem(414, "The address is longer than any in a report.")
        case RequestHead.Refusal.tooLong: .problem(431, "The request is longer than a browser’s.")
        case RefusedConnection.tooMany: .problem(503, "Too many pages are open at the same time: close some.")
        case is TimedOut: .problem(408, "The request did not come to its end.")
        default: nil
        }
    }
}
