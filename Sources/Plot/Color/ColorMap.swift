/// Colours for numbers.
public struct ColorMap: Sendable, Hashable {
    private let stops: [Color]

    /// A map through evenly spaced colours, mixed in a perceptual space between them.
    ///
    /// - Precondition: at least two colours.
    public init(_ stops: [Color]) {
        precondition(stops.count >= 2, "a colour map needs two colours or more")
        self.stops = stops
    }

    /// The colour at a fraction of the map. Outside 0…1 the ends continue; a value that is not a number is clear.
    public func callAsFunction(_ fraction: Double) -> Color {
        guard !fraction.isNaN else { return .clear }
        let position = min(max(fraction, 0), 1) * Double(stops.count - 1)
        let index = min(Int(position), stops.count - 2)
        return stops[index].mixed(with: stops[index + 1], position - Double(index))
    }

    /// The colour of a value where the ends of `domain` have the colours of the map's ends.
    public func callAsFunction(_ value: Double, in domain: ClosedRange<Double>) -> Color {
        let span = domain.upperBound - domain.lowerBound
        return self(span > 0 ? (value - domain.lowerBound) / span : value.isNaN ? .nan : 0.5)
    }

    /// `count` colours from end to end.
    public func colors(_ count: Int) -> [Color] {
        (0..<max(count, 0)).map { self(count > 1 ? Double($0) / Double(count - 1) : 1) }
    }

    /// The colours for light and for dark pages, as many of one as of the other.
    private init(hex: [UInt32], dark: [UInt32]) { self.init(zip(hex, dark).map { Color($0, dark: $1) }) }
}

extension ColorMap {
    /// Magnitudes, dark to light: nine values of matplotlib's viridis (S. van der Walt, N. Smith; CC0). On dark pages its
    /// dark end is lighter, as it could not be told from the page.
    public static let viridis = ColorMap(
        hex: [0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21908C, 0x27AD81, 0x5DC863, 0xAADC32, 0xFDE725],
        dark: [0x6D54B7, 0x5A6DC0, 0x4584C2, 0x329DBD, 0x30B4AD, 0x4BC899, 0x75D87A, 0xB8E45C, 0xF6EA4D])

    /// Signed values: blue, the page's own colour at the middle, red. Equal magnitudes are equally far from the page.
    public static let diverging = ColorMap(
        hex: [0x0D3B80, 0x2F6FBD, 0x7FAEE0, 0xC6DCF3, 0xFFFFFF, 0xFACFC4, 0xEC9683, 0xC9473F, 0x800F1F],
        dark: [0xA8CCF7, 0x589AED, 0x2366B4, 0x153863, 0x16181B, 0x5C231F, 0xA73E37, 0xE27368, 0xFDB6AD])

    /// Importance from least (light, yet clear on white) to most (dark, yet clear on dark pages).
    public static let importance = ColorMap(
        hex: [0x86CFA5, 0x45AFA0, 0x2A8796, 0x2B5C8C, 0x2C2F72, 0x25104F],
        dark: [0xB6F6D2, 0x78DAC0, 0x4EB9CA, 0x5497D9, 0x7071DD, 0x7D51D2])

    /// How much a feature shares its direction: dark blue at 0 (dedicated) to a warm yellow at 1 and beyond.
    public static let superposition = ColorMap(
        hex: [0x1B2F7E, 0x5F45A0, 0xA94B9B, 0xE0607A, 0xF58D52, 0xFBC23F],
        dark: [0x596EDD, 0x946ADE, 0xCD63C6, 0xF76D89, 0xFF9858, 0xFEC84B])
}
