/// What marks report, so that automatic domains cover them.
public struct Bounds: Sendable {
    /// The values seen along one axis.
    struct Extent: Sendable, Hashable {
        var lower, upper: Double
        var lowerIsTight, upperIsTight: Bool

        mutating func include(_ value: Double, tight: Bool) {
            if value < lower || (value == lower && tight) { (lower, lowerIsTight) = (value, tight) }
            if value > upper || (value == upper && tight) { (upper, upperIsTight) = (value, tight) }
        }
    }

    let xKind, yKind: Scale.Kind
    var x: Extent?
    var y: Extent?

    init(x: Scale.Kind, y: Scale.Kind) {
        xKind = x
        yKind = y
    }

    /// Makes room for a point, with some air; skipped if the scales cannot show it.
    public mutating func include(_ point: Point) {
        guard canShow(point) else { return }
        include(x: point.x)
        include(y: point.y)
    }

    /// Whether the scales can show a point.
    public func canShow(_ point: Point) -> Bool { Scale.shows(point.x, xKind) && Scale.shows(point.y, yKind) }

    /// Makes room for a value on the x axis. A `tight` value may be the very end of the axis, like the base of a bar.
    public mutating func include(x value: Double, tight: Bool = false) {
        Self.include(value, tight, xKind, &x)
    }

    /// Makes room for a value on the y axis.
    public mutating func include(y value: Double, tight: Bool = false) {
        Self.include(value, tight, yKind, &y)
    }

    private static func include(_ value: Double, _ tight: Bool, _ kind: Scale.Kind, _ extent: inout Extent?) {
        guard Scale.shows(value, kind) else { return }
        if extent == nil {
            extent = Extent(lower: value, upper: value, lowerIsTight: tight, upperIsTight: tight)
        } else {
            extent?.include(value, tight: tight)
        }
    }
}
