import Foundation

/// How values become positions along an axis.
public struct Scale: Sendable, Hashable {
    /// The ways to space values.
    public enum Kind: Sendable, Hashable {
        case linear
        case log
        /// The i-th category sits at the value i and reaches half a unit to both sides.
        case categories([String])
    }

    /// How the scale spaces values.
    public let kind: Kind
    /// The values at the two ends.
    public let domain: ClosedRange<Double>
    /// Whether the axis runs right to left, or top to bottom.
    public let isReversed: Bool

    init(_ kind: Kind, _ domain: ClosedRange<Double>, isReversed: Bool = false) {
        self.kind = kind
        self.domain = domain
        self.isReversed = isReversed
    }

    /// Where a value is along the axis: 0 at its start, 1 at its end; nil for what the scale cannot show,
    /// such as infinities, or zero on a logarithmic one.
    public func fraction(of value: Double) -> Double? {
        guard Self.shows(value, kind) else { return nil }
        let (low, high, v) = (transform(domain.lowerBound), transform(domain.upperBound), transform(value))
        let fraction = (v - low) / (high - low)
        guard fraction.isFinite else { return nil }
        return isReversed ? 1 - fraction : fraction
    }

    /// The length of the domain in units of the scale (decades if logarithmic), for equal aspects.
    var length: Double { transform(domain.upperBound) - transform(domain.lowerBound) }

    private func transform(_ value: Double) -> Double { kind == .log ? log10(value) : value }

    static func shows(_ value: Double, _ kind: Kind) -> Bool { value.isFinite && (kind != .log || value > 0) }
}
