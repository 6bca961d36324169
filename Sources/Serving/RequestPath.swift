/// The names that lead from the served folder to what a request wants.
struct RequestPath: Hashable, Sendable {
    /// The folders and the file, none of them empty, hidden, or with a separator; no names for the folder itself.
    let names: [String]

    /// Why a target leads nowhere.
    enum Refusal: Error, Hashable {
        /// It is not a path, or one that could lead somewhere else.
        case malformed
        /// It has a name that no file of a report has.
        case notFound
    }

    /// Reads the target of a request. What was encoded is decoded once, name by name, so that no separator and no `..` comes
    /// out of it.
    init(target: String) throws(Refusal) {
        let path = target.prefix { $0 != "?" && $0 != "#" }
        guard path.utf8.first == UInt8(ascii: "/") else { throw .malformed }
        var names: [String] = []
        let parts = path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for part in parts {
            let name = try Self.decode(part)
            if name == "." || name == ".." { throw .malformed }
            names.append(name)
        }
        if names == [""] { names = [] }
        guard names.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") && $0.utf8.count <= 255 }) else { throw .notFound }
        self.names = names
    }

    private static func decode(_ part: Substring.UTF8View) throws(Refusal) -> String {
        var bytes: [UInt8] = []
        var rest = part[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(Self.digit), let low = rest.popFirst().flatMap(Self.digit) else {
                throw .malformed
            }
            bytes.append(high << 4 | low)
        }
        let isSafe = bytes.allSatisfy {
            $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\")
        }
        guard isSafe, let name = String(validating: bytes, as: UTF8.self) else { throw .malformed }
        return name
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).isASCII ? Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init) : nil
    }
}
