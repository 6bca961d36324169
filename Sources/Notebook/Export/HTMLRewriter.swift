import Foundation

/// Changes HTML tag by tag, and leaves the rest as it is. Made for the pages of a report, whose elements are all closed.
enum HTMLRewriter {
    /// A start tag.
    struct Tag: Equatable {
        /// The element's name, in lower case.
        var name: String
        /// The attributes in their order; without a value, it is empty.
        var attributes: [(name: String, value: String)]
        /// What is put behind the tag, as HTML.
        var content = ""

        /// An attribute's value; nil if the tag lacks it. Setting nil removes it.
        subscript(_ name: String) -> String? {
            get { attributes.first { $0.name == name }?.value }
            set {
                let index = attributes.firstIndex { $0.name == name }
                switch (index, newValue) {
                case (let index?, let value?): attributes[index].value = value
                case (let index?, nil): attributes.remove(at: index)
                case (nil, let value?): attributes.append((name, value))
                case (nil, nil): break
                }
            }
        }

        /// Whether the element is of a class.
        func isOf(_ kind: String) -> Bool {
            (self["class"] ?? "").split(whereSeparator: \.isWhitespace).contains { $0 == kind }
        }

        static func == (a: Tag, b: Tag) -> Bool {
            a.name == b.name && a.content == b.content
                && a.attributes.elementsEqual(b.attributes) { $0.name == $1.name && $0.value == $1.value }
        }
    }

    /// What becomes of an element.
    enum Action {
        /// It stays, with its tag as it was changed.
        case keep
        /// Its content stays.
        case unwrap
        /// It goes, with all that is in it.
        case remove
    }

    /// HTML with each start tag as `visit` leaves it. What is in a removed element is not visited.
    static func rewrite<Failure: Error>(
        _ html: String, visit: (inout Tag) throws(Failure) -> Action
    ) throws(Failure) -> String {
        let bytes = Array(html.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        // The elements that are open, by name: what becomes of each, and its new name.
        var open: [String: [(action: Action, name: String)]] = [:]
        var removed = 0
        var position = 0

        func copy(to end: Int) {
            if removed == 0 { output += bytes[position..<end] }
            position = end
        }
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "<") else {
                copy(to: bytes[position...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count)
                continue
            }
            if starts("<!--", at: position, in: bytes) {
                copy(to: find("-->", from: position + 4, in: bytes).map { $0 + 3 } ?? bytes.count)
            } else if starts("</", at: position, in: bytes) {
                let end = (bytes[position...].firstIndex(of: UInt8(ascii: ">")) ?? bytes.count - 1) + 1
                let name = String(decoding: bytes[position + 2..<end - 1], as: UTF8.self)
                    .trimmingCharacters(in: .whitespaces).lowercased()
                let element = open[name]?.popLast()
                switch element?.action {
                case .remove:
                    position = end
                    removed -= 1
                case .unwrap: position = end
                case .keep where element?.name != name:
                    if removed == 0 { output += Array("</\(element?.name ?? name)>".utf8) }
                    position = end
                case .keep, nil: copy(to: end)
                }
            } else if let (tag, end, isClosed) = startTag(at: position, in: bytes) {
                let isVoid = isClosed || voidElements.contains(tag.name)
                var changed = tag
                let action = removed > 0 ? .keep : try visit(&changed)
                if removed == 0, action == .keep {
                    output +=
                        changed == tag ? bytes[position..<end] : Array(text(of: changed, isClosed: isClosed).utf8)[...]
                }
                position = end
                if !isVoid {
                    open[tag.name, default: []].append((action, changed.name))
                    if action == .remove { removed += 1 }
                    if rawElements.contains(tag.name) {
                        copy(to: find("</\(tag.name)", from: position, in: bytes) ?? bytes.count)
                    }
                }
            } else {
                // A doctype, or a sign that starts no tag.
                copy(to: position + 1)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The first element of a name, without its tags, as far as its end is the last one of that name or, if `isFirst`,
    /// the first; nil if there is none.
    static func content(of name: String, in html: String, isFirst: Bool = false) -> String? {
        let bytes = Array(html.utf8)
        var position = 0
        while let start = find("<\(name)", from: position, in: bytes) {
            guard let (tag, end, _) = startTag(at: start, in: bytes), tag.name == name else {
                position = start + 1
                continue
            }
            let close = "</\(name)>"
            let last = isFirst ? find(close, from: end, in: bytes) : findLast(close, from: end, in: bytes)
            return last.map { String(decoding: bytes[end..<$0], as: UTF8.self) }
        }
        return nil
    }

    /// All elements of a name that have nothing of that name inside, without their tags.
    static func contents(of name: String, in html: String) -> [String] {
        let bytes = Array(html.utf8)
        var contents: [String] = []
        var position = 0
        while let start = find("<\(name)", from: position, in: bytes) {
            position = start + 1
            guard let (tag, end, _) = startTag(at: start, in: bytes), tag.name == name, tag["type"] == nil,
                let close = find("</\(name)>", from: end, in: bytes)
            else { continue }
            contents.append(String(decoding: bytes[end..<close], as: UTF8.self))
            position = close
        }
        return contents
    }

    /// HTML without its tags.
    static func plain(_ html: String) -> String { rewrite(html) { _ in .unwrap }.replacing(/<[^>]*>/, with: "") }

    // MARK: - Tags

    private static let voidElements: Set = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
    ]
    private static let rawElements: Set = ["script", "style", "textarea", "title"]

    private static func text(of tag: Tag, isClosed: Bool) -> String {
        let attributes = tag.attributes.map { name, value in
            value.isEmpty && name != "alt" ? " \(name)" : " \(name)=\"\(HTML.escape(value))\""
        }
        return "<\(tag.name)\(attributes.joined())\(isClosed ? "/" : "")>\(tag.content)"
    }

    /// The start tag at a position, where it ends, and whether it closes its element; nil if there is none.
    private static func startTag(at start: Int, in bytes: [UInt8]) -> (tag: Tag, end: Int, isClosed: Bool)? {
        var position = start + 1
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        func take(while condition: (UInt8) -> Bool) -> String {
            let from = position
            while position < bytes.count, condition(bytes[position]) { position += 1 }
            return String(decoding: bytes[from..<position], as: UTF8.self)
        }
        let ends = [UInt8(ascii: ">"), UInt8(ascii: "/"), UInt8(ascii: "=")]
        let name = take { !isSpace($0) && !ends.contains($0) }.lowercased()
        guard name.first?.isLetter == true, name.first?.isASCII == true else { return nil }
        var tag = Tag(name: name, attributes: [])
        var isClosed = false
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: ">") { return (tag, position + 1, isClosed) }
            if isSpace(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "=") {
                isClosed = byte == UInt8(ascii: "/")
                position += 1
                continue
            }
            let attribute = take { !isSpace($0) && !ends.contains($0) }
            _ = take(while: isSpace)
            var value = ""
            if position < bytes.count, bytes[position] == UInt8(ascii: "=") {
                position += 1
                _ = take(while: isSpace)
                guard position < bytes.count else { return nil }
                let quote = bytes[position]
                if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                    position += 1
                    value = take { $0 != quote }
                    position += 1
                } else {
                    value = take { !isSpace($0) && $0 != UInt8(ascii: ">") }
                }
            }
            tag.attributes.append((attribute, unescape(value)))
        }
        return nil
    }

    /// The text of an attribute's value.
    private static func unescape(_ value: String) -> String {
        guard value.contains("&") else { return value }
        return value.replacing(/&(#x[0-9A-Fa-f]+|#[0-9]+|quot|apos|lt|gt|amp);/) { match -> String in
            switch match.output.1 {
            case "quot": return "\""
            case "apos": return "'"
            case "lt": return "<"
            case "gt": return ">"
            case "amp": return "&"
            case let number:
                let digits = number.dropFirst()
                let code = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
                return code.flatMap(Unicode.Scalar.init).map { String(Character($0)) } ?? String(match.output.0)
            }
        }
    }

    // MARK: - Bytes

    private static func starts(_ text: StaticString, at position: Int, in bytes: [UInt8]) -> Bool {
        let count = text.utf8CodeUnitCount
        return position + count <= bytes.count
            && (0..<count).allSatisfy { bytes[position + $0] == text.utf8Start[$0] }
    }

    private static func find(_ text: String, from start: Int, in bytes: [UInt8]) -> Int? {
        let pattern = Array(text.utf8)
        guard let first = pattern.first else { return nil }
        var position = start
        while position + pattern.count <= bytes.count {
            guard let next = bytes[position...].firstIndex(of: first) else { return nil }
            if bytes[next...].starts(with: pattern) { return next }
            position = next + 1
        }
        return nil
    }

    private static func findLast(_ text: String, from start: Int, in bytes: [UInt8]) -> Int? {
        let pattern = Array(text.utf8)
        var position = bytes.count - pattern.count
        while position >= start {
            if bytes[position...].starts(with: pattern) { return position }
            position -= 1
        }
        return nil
    }
}
