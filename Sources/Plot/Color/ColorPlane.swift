/// Colours for two numbers at once: how strong something is, and a quality of it that matters only as far as it is
/// there. A strength of 0 is a grey close to the page's colour, which sets it off from that; one of 1 has the colours of a map.
///
///     ImageMark(
///         Raster(width: 64, height: 64) { x, y in ColorPlane.superposition(norm(x, y), superposition(x, y)) },
///         x: 0.1...10, y: 0.01...1)
public struct ColorPlane: Sendable, Hashable {
    private static let nothing = Color(gray: 0.93).onDark(0x383C42)
    private let map: ColorMap

    /// A plane whose colours at full strength are those of `map`.
    public init(_ map: ColorMap) { self.map = map }

    /// The colour for a strength and a fraction of the map. Outside 0…1 the ends continue. What is not a number is
    /// clear, except a fraction of no strength.
    public func callAsFunction(_ strength: Double, _ fraction: Double) -> Color {
        // Of what is not there, the quality may well be undefined.
        if strength <= 0 { return Self.nothing }
        guard !strength.isNaN, !fraction.isNaN else { return .clear }
        return Self.nothing.mixed(with: map(fraction), min(strength, 1))
    }

    /// The fate of a feature: not learned where its weights have no length (strength 0), else as in the map of this
    /// name, dedicated (0) or in superposition (1).
    public static let superposition = ColorPlane(.superposition)
}
