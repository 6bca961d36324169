import Foundation

/// The description of an axis: its scale, its label, its ticks.
///
///     Axes(x: .log(0.01...1, label: "Density 1 − <i>S</i>").reversed(), y: .linear().hidden()) { … }
public struct Axis: Sendable, Hashable {
    /// Which values are marked.
    public enum Ticks: Sendable, Hashable {
        /// Round values, as many as fit.
        case automatic
        /// These values.
        case at([Double])
        /// Values with texts of their own, in Pango markup.
        case labelled([Double: String])
        /// No values.
        case none
    }

    var kind: Scale.Kind
    var domain: ClosedRange<Double>?
    var label: String?
    var ticks: Ticks
    var isReversed = false
    var isHidden = false
    /// An inner panel of a grid with shared axes keeps its ticks and leaves the texts to the outer one.
    var hasText = true
    var isOpposite = false

    private init(_ kind: Scale.Kind, _ domain: ClosedRange<Double>?, _ label: String?, _ ticks: Ticks) {
        self.kind = kind
        self.domain = domain
        self.label = label
        self.ticks = ticks
    }

    /// An axis with equal steps for equal differences. Without a domain it covers the marks.
    public static func linear(
        _ domain: ClosedRange<Double>? = nil, label: String? = nil, ticks: Ticks = .automatic
    ) -> Axis { Axis(.linear, domain, label, ticks) }

    /// An axis with equal steps for equal ratios. Without a positive domain it covers the marks' positive values.
    public static func log(
        _ domain: ClosedRange<Double>? = nil, label: String? = nil, ticks: Ticks = .automatic
    ) -> Axis { Axis(.log, domain, label, ticks) }

    /// An axis with a place for every name; the i-th is at the value i.
    public static func categories(_ names: [String], label: String? = nil) -> Axis {
        Axis(.categories(names), nil, label, .automatic)
    }

    /// The same axis from right to left, or from top to bottom.
    public func reversed() -> Axis { with { $0.isReversed = true } }

    /// The same axis without line, ticks and texts.
    public func hidden() -> Axis { with { $0.isHidden = true } }

    /// The same axis at the top, or on the right.
    public func opposite() -> Axis { with { $0.isOpposite = true } }

    func withoutText() -> Axis { with { $0.hasText = false } }

    func with(_ change: (inout Axis) -> Void) -> Axis {
        var axis = self
        change(&axis)
        return axis
    }
}

extension Axis {
    /// The scale for marks that cover `extent`.
    func scale(covering extent: Bounds.Extent?) -> Scale {
        Scale(kind, explicitDomain ?? automaticDomain(extent), isReversed: isReversed)
    }

    /// The domain asked for, if a scale of this kind can have it.
    var explicitDomain: ClosedRange<Double>? {
        guard let domain, Scale.shows(domain.lowerBound, kind), Scale.shows(domain.upperBound, kind),
            domain.lowerBound < domain.upperBound
        else { return nil }
        return domain
    }

    private func automaticDomain(_ extent: Bounds.Extent?) -> ClosedRange<Double> {
        let air = 0.04
        switch kind {
        case .categories(let names):
            return -0.5...(Double(max(names.count, 1)) - 0.5)
        case .linear:
            guard let extent else { return 0...1 }
            let span = extent.upper - extent.lower
            guard span > 0, span.isFinite else {
                let reach = extent.lower == 0 ? 0.5 : 0.1 * abs(extent.lower)
                return Self.ordered(extent.lower - reach, extent.upper + reach)
            }
            let low = extent.lower - (extent.lowerIsTight ? 0 : air * span)
            let high = extent.upper + (extent.upperIsTight ? 0 : air * span)
            // Air must not make room for values of the other sign.
            return (extent.lower >= 0 ? max(low, 0) : low)...(extent.upper <= 0 ? min(high, 0) : high)
        case .log:
            guard let extent else { return 1...10 }
            guard extent.upper > extent.lower else {
                return Self.ordered(max(extent.lower / 2, .leastNonzeroMagnitude), extent.upper * 2)
            }
            let factor = pow(extent.upper / extent.lower, air)
            return Self.ordered(
                extent.lower / (extent.lowerIsTight ? 1 : factor), extent.upper * (extent.upperIsTight ? 1 : factor))
        }
    }

    /// A range of the two values, or of the unit interval where rounding or overflow has left nothing between them.
    private static func ordered(_ low: Double, _ high: Double) -> ClosedRange<Double> {
        low.isFinite && high.isFinite && low < high ? low...high : 0.1...1
    }
}
