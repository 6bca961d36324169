import CPangoCairo
import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// An SVG as a sequence of elements, compared with a tolerance: a different FreeType moves outlines by a hundredth
/// of a point, a changed figure by more.
struct SVGComparison {
    static let tolerance = 0.05

    /// A sentence about the first difference, or nil.
    static func difference(expected: Data, actual: Data) -> String? {
        guard let old = elements(of: expected) else { return "the snapshot is not XML" }
        guard let new = elements(of: actual) else { return "the figure is not XML" }
        for (index, (a, b)) in zip(old, new).enumerated() {
            let place = "element \(index + 1) of \(old.count)"
            if a.name != b.name { return "\(place): expected <\(a.name)>, got <\(b.name)>" }
            for key in Set(a.attributes.keys).union(b.attributes.keys).sorted() {
                let (x, y) = (a.attributes[key], b.attributes[key])
                guard let x, let y, agree(x, y) else {
                    return "\(place), <\(a.name)> attribute \(key): expected \(short(x)), got \(short(y))"
                }
            }
        }
        return old.count == new.count ? nil : "expected \(old.count) elements, got \(new.count)"
    }

    private static func short(_ text: String?) -> String { text.map { "“\($0.prefix(120))”" } ?? "none" }

    // MARK: - Elements

    private struct Element {
        let name: String
        let attributes: [String: String]
    }

    private final class Reader: NSObject, XMLParserDelegate {
        var elements: [Element] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            elements.append(Element(name: name, attributes: attributes))
        }
    }

    private static func elements(of file: Data) -> [Element]? {
        let parser = XMLParser(data: file)
        let reader = Reader()
        parser.delegate = reader
        return withExtendedLifetime(reader) { parser.parse() ? reader.elements : nil }
    }

    // MARK: - Attributes

    private static func agree(_ a: String, _ b: String) -> Bool {
        if a == b { return true }
        let marker = "data:image/png;base64,"
        if a.hasPrefix(marker), b.hasPrefix(marker) {
            let pictures = [a, b].map { Data(base64Encoded: String($0.dropFirst(marker.count))).flatMap(Picture.init) }
            return pictures[0] != nil && pictures[0] == pictures[1]
        }
        let (x, y) = (tokens(a), tokens(b))
        return x.count == y.count && zip(x, y).allSatisfy { $0.agrees(with: $1) }
    }

    private enum Token {
        case number(Double)
        case text(Substring)

        func agrees(with other: Token) -> Bool {
            switch (self, other) {
            case (.number(let a), .number(let b)): abs(a - b) <= SVGComparison.tolerance
            case (.text(let a), .text(let b)): a == b
            default: false
            }
        }
    }

    /// The numbers and what is between them. Identifiers lose their prefix, which depends on every digit of the file.
    private static func tokens(_ text: String) -> [Token] {
        let text = text.replacing(/f[0-9a-z]+-(\d+)/) { "id\($0.1)" }
        var tokens: [Token] = []
        var rest = text[...]
        while let match = rest.firstMatch(of: /-?\d+(?:\.\d+)?(?:e-?\d+)?/) {
            tokens.append(.text(rest[..<match.range.lowerBound]))
            tokens.append(Double(match.0).map { .number($0) } ?? .text(match.0))
            rest = rest[match.range.upperBound...]
        }
        return tokens + [.text(rest)]
    }
}

/// The pixels of a PNG.
struct Picture: Equatable {
    let width, height: Int
    /// `0xAARRGGBB`, row by row.
    let pixels: [UInt32]

    init?(png: Data) {
        final class Source {
            var data: Data
            init(_ data: Data) { self.data = data }
        }
        let source = Source(png)
        let surface = cairo_image_surface_create_from_png_stream(
            { closure, bytes, count in
                guard let closure, let bytes else { return CAIRO_STATUS_READ_ERROR }
                let source = Unmanaged<Source>.fromOpaque(closure).takeUnretainedValue()
                guard source.data.count >= Int(count) else { return CAIRO_STATUS_READ_ERROR }
                source.data.copyBytes(to: bytes, count: Int(count))
                source.data = Data(source.data.dropFirst(Int(count)))
                return CAIRO_STATUS_SUCCESS
            }, Unmanaged.passUnretained(source).toOpaque())
        defer {
            cairo_surface_destroy(surface)
            withExtendedLifetime(source) {}
        }
        guard let bytes = cairo_image_surface_get_data(surface) else { return nil }
        let (width, height) = (
            Int(cairo_image_surface_get_width(surface)), Int(cairo_image_surface_get_height(surface))
        )
        let stride = Int(cairo_image_surface_get_stride(surface))
        let isOpaque = cairo_image_surface_get_format(surface) == CAIRO_FORMAT_RGB24
        self.width = width
        self.height = height
        pixels = (0..<height).flatMap { y in
            let row = UnsafeRawPointer(bytes + y * stride)
            return (0..<width).map { x in
                row.load(fromByteOffset: 4 * x, as: UInt32.self) | (isOpaque ? 0xFF00_0000 : 0)
            }
        }
    }

    subscript(x: Int, y: Int) -> UInt32 { pixels[y * width + x] }
}
