import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// A client that says to a server whatever it is told, also what no browser would.
final class Client {
    /// Nothing came.
    struct Silence: Error {}

    private let descriptor: Int32

    /// Connects to a port of this machine.
    init(port: UInt16, host: String = "127.0.0.1") throws {
        #if canImport(Darwin)
            descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #else
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        var timeout = timeval(tv_sec: 300, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result != 0 {
            close(descriptor)
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
    }

    deinit { close(descriptor) }

    /// Sends bytes, as far as the server takes them.
    func send(_ bytes: some Collection<UInt8>) {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            #if canImport(Darwin)
                let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            #else
                let count = rest.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
            #endif
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }

    /// All that the server sends until it ends the connection.
    func rest() throws -> Data {
        var data = Data()
        while let part = try next() { data += part }
        return data
    }

    /// What the server sends next; nil at the end.
    func next() throws -> Data? {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0 { throw Silence() }
        return count == 0 ? nil : Data(buffer.prefix(count))
    }

    /// What the server sends until a text has come.
    func upTo(_ text: String) throws -> String {
        var all = Data()
        while !String(decoding: all, as: UTF8.self).contains(text) {
            guard let part = try next() else { break }
            all += part
        }
        return String(decoding: all, as: UTF8.self)
    }
}

/// What a server has answered.
struct Answer: Sendable {
    var status: Int
    var headers: [String: String]
    var body: Data

    var text: String { String(decoding: body, as: UTF8.self) }

    init(_ data: Data) throws {
        let end = try #require(data.range(of: Data("\r\n\r\n".utf8)), "There is no head.")
        let lines = String(decoding: data[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let first = lines[0].split(separator: " ")
        status = try #require(first.count > 1 && first[0] == "HTTP/1.1" ? Int(first[1]) : nil)
        headers = Dictionary(
            lines.dropFirst().map { line in
                let parts = line.components(separatedBy: ": ")
                return (parts[0], parts.dropFirst().joined(separator: ": "))
            }, uniquingKeysWith: { "\($0), \($1)" })
        body = Data(data[end.upperBound...])
    }
}

/// What a server answers to bytes. Blocking calls are kept off the threads that the server works on.
func answer(to bytes: [UInt8], port: UInt16) async throws -> Answer {
    try Answer(try await reply(to: bytes, port: port))
}

/// All bytes that a server answers to bytes.
func reply(to bytes: [UInt8], port: UInt16) async throws -> Data {
    try await offTheServersThreads {
        let client = try Client(port: port)
        client.send(bytes)
        return try client.rest()
    }
}

/// A plain request.
func request(_ target: String, method: String = "GET", host: String? = nil, port: UInt16) async throws -> Answer {
    let head = "\(method) \(target) HTTP/1.1\r\nHost: \(host ?? "127.0.0.1:\(port)")\r\n\r\n"
    return try await answer(to: Array(head.utf8), port: port)
}

func offTheServersThreads<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Swift.Result { try body() }) }
    }
}

/// Calls until something holds, or for five minutes: where all cores are busy with other tests, it may take a while.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<6000 {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(50))
    }
    return false
}

/// Calls with a new folder, which is gone afterwards.
func withTemporaryFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "serving-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}

/// Writes a file, and the folders above it.
func write(_ text: String, to path: String, in folder: URL) throws {
    let file = folder.appending(path: path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
}
