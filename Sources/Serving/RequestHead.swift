/// The first lines of a request, checked strictly: what is not plainly right is refused.
struct RequestHead: Hashable, Sendable {
    /// The longest that is read, in bytes.
    static let longest = 16 << 10
    /// The longest target, in bytes.
    static let longestTarget = 2 << 10

    /// `GET`, `HEAD`, or what else the client wants.
    var method: String
    /// The path and what follows it, as they were sent.
    var target: String
    /// The only `Host`.
    var host: String

    /// Why there is no answer but this.
    enum Refusal: Error, Hashable {
        /// It is not HTTP/1, or not as that must be.
        case malformed
        /// The target is too long.
        case targetTooLong
        /// All of it is too long.
        case tooLong
    }

    /// Reads the lines up to the blank one.
    init(_ bytes: some Collection<UInt8>) throws(Refusal) {
        // Neither a line end without its return nor any other control character is a part of a head.
        let lines = try Self.lines(of: Array(bytes))
        guard let first = lines.first else { throw .malformed }
        let parts = first.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, Self.isToken(parts[0]), !parts[1].isEmpty,
            ["HTTP/1.1", "HTTP/1.0"].contains(String(decoding: parts[2], as: UTF8.self))
        else { throw .malformed }
        if parts[1].count > Self.longestTarget { throw .targetTooLong }

        var hosts: [String] = []
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), Self.isToken(line[..<colon]) else {
                throw .malformed
            }
            guard String(decoding: line[..<colon], as: UTF8.self).lowercased() == "host" else { continue }
            let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
            let value = line[(colon + 1)...].drop(while: isBlank).reversed().drop(while: isBlank).reversed()
            hosts.append(String(decoding: value, as: UTF8.self))
        }
        guard hosts.count == 1 else { throw .malformed }
        method = String(decoding: parts[0], as: UTF8.self)
        target = String(decoding: parts[1], as: UTF8.self)
        host = hosts[0]
    }

    private static func lines(of bytes: [UInt8]) throws(Refusal) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\r")) {
            guard end + 1 < bytes.count, bytes[end + 1] == UInt8(ascii: "\n") else { throw .malformed }
            let line = bytes[start..<end]
            if line.contains(where: { $0 < 0x20 && $0 != UInt8(ascii: "\t") || $0 == 0x7F }) { throw .malformed }
            if line.isEmpty { return lines }
            lines.append(line)
            start = end + 2
        }
        throw .malformed
    }

    /// Whether this can name a method or a header.
    private static func isToken(_ bytes: ArraySlice<UInt8>) -> Bool {
        let others = Array("!#$%&'*+-.^_`|~".utf8)
        return !bytes.isEmpty
            && bytes.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || others.contains(byte)
            }
    }
}
