/// The kind of page that a figure stands on.
public enum Appearance: String, Sendable, Hashable, CaseIterable {
    /// Dark on white, as on paper.
    case light
    /// Light on near-black, for readers who have their screens that way.
    case dark

    /// What the page itself looks like; the style sheet of the report has the same colours.
    var paper: RGB { self == .light ? RGB(1, 1, 1) : RGB(0x16 / 255.0, 0x18 / 255.0, 0x1B / 255.0) }

    /// The strongest colour of a text.
    var ink: RGB { self == .light ? RGB(0, 0, 0) : RGB(0xE8 / 255.0, 0xE6 / 255.0, 0xE1 / 255.0) }
}

/// Red, green and blue of sRGB, from 0 to 1.
typealias RGB = SIMD3<Double>
