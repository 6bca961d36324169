import Foundation

/// The size at which an SVG is meant to be shown.
public struct SVGSize: Hashable, Codable, Sendable {
    /// Width in CSS pixels (96 per inch).
    public let width: Double
    /// Height in CSS pixels.
    public let height: Double

    /// Reads the size from an SVG file's root element; nil if it states none.
    init?(ofSVG data: Data) {
        let head = String(decoding: data.prefix(2048), as: UTF8.self)
        guard let root = head.firstMatch(of: /<svg\b[^>]*>/)?.output,
            let width = Self.pixels("width", in: root), let height = Self.pixels("height", in: root)
        else { return nil }
        self.width = width
        self.height = height
    }

    private static func pixels(_ attribute: String, in root: Substring) -> Double? {
        for match in root.matches(of: /\s(\w+)="([0-9.]+)(pt|px|in)?"/) where match.output.1 == attribute {
            let perUnit: Double =
                switch match.output.3 {
                case "pt": 96 / 72
                case "in": 96
                default: 1
                }
            return Double(match.output.2).map { ($0 * perUnit).rounded() }
        }
        return nil
    }
}
