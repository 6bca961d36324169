import Foundation

/// A point: in the units of the data where a mark describes it, in points (1/72 inch, y downwards) on a canvas.
public struct Point: Sendable, Hashable {
    public var x, y: Double

    public init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }

    public static let zero = Point(0, 0)

    var isFinite: Bool { x.isFinite && y.isFinite }

    static func + (a: Point, b: Point) -> Point { Point(a.x + b.x, a.y + b.y) }
    static func - (a: Point, b: Point) -> Point { Point(a.x - b.x, a.y - b.y) }
    static func * (a: Point, k: Double) -> Point { Point(a.x * k, a.y * k) }
    var length: Double { (x * x + y * y).squareRoot() }

    /// Clockwise, in radians.
    func rotated(by angle: Double) -> Point {
        let (s, c) = (sin(angle), cos(angle))
        return Point(x * c - y * s, x * s + y * c)
    }
}

/// A width and a height, in points.
public struct Size: Sendable, Hashable {
    public var width, height: Double

    public init(_ width: Double, _ height: Double) {
        self.width = width
        self.height = height
    }
}

/// A rectangle on a canvas, in points, y downwards.
public struct Rect: Sendable, Hashable {
    public var minX, minY, maxX, maxY: Double

    public init(x: Double, y: Double, width: Double, height: Double) {
        minX = x
        minY = y
        maxX = x + width
        maxY = y + height
    }

    /// The smallest rectangle with both points in it.
    public init(_ a: Point, _ b: Point) {
        minX = min(a.x, b.x)
        minY = min(a.y, b.y)
        maxX = max(a.x, b.x)
        maxY = max(a.y, b.y)
    }

    public var width: Double { maxX - minX }
    public var height: Double { maxY - minY }
    public var midX: Double { (minX + maxX) / 2 }
    public var midY: Double { (minY + maxY) / 2 }
    public var size: Size { Size(width, height) }

    /// The rectangle with every side moved outwards.
    public func expanded(by distance: Double) -> Rect {
        Rect(x: minX - distance, y: minY - distance, width: width + 2 * distance, height: height + 2 * distance)
    }

    public func union(_ other: Rect?) -> Rect {
        guard let other else { return self }
        return Rect(
            Point(min(minX, other.minX), min(minY, other.minY)), Point(max(maxX, other.maxX), max(maxY, other.maxY)))
    }

    public func contains(_ point: Point) -> Bool {
        (minX...maxX).contains(point.x) && (minY...maxY).contains(point.y)
    }

    func offset(by d: Point) -> Rect { Rect(x: minX + d.x, y: minY + d.y, width: width, height: height) }

    /// How far `outer` reaches beyond this rectangle on each side, never negative.
    func insets(to outer: Rect) -> Insets {
        Insets(
            top: max(0, minY - outer.minY), left: max(0, minX - outer.minX), bottom: max(0, outer.maxY - maxY),
            right: max(0, outer.maxX - maxX))
    }
}

/// The room around a plot area that its decorations take, in points.
public struct Insets: Sendable, Hashable {
    public var top, left, bottom, right: Double

    public init(top: Double = 0, left: Double = 0, bottom: Double = 0, right: Double = 0) {
        self.top = top
        self.left = left
        self.bottom = bottom
        self.right = right
    }
}

/// A side of a plot area.
public enum Edge: Sendable, CaseIterable {
    case top, left, bottom, right

    var isHorizontal: Bool { self == .top || self == .bottom }
}

/// The part of a text's box that sits at the given point: `.left` starts the text there, `.bottom` sets it above.
///
/// The box reaches from the top of the capitals to the baseline, so that centred text is centred to the eye.
public struct Anchor: Sendable, Hashable {
    let x, y: Double

    public static let topLeft = Anchor(x: 0, y: 0)
    public static let top = Anchor(x: 0.5, y: 0)
    public static let topRight = Anchor(x: 1, y: 0)
    public static let left = Anchor(x: 0, y: 0.5)
    public static let center = Anchor(x: 0.5, y: 0.5)
    public static let right = Anchor(x: 1, y: 0.5)
    public static let bottomLeft = Anchor(x: 0, y: 1)
    public static let bottom = Anchor(x: 0.5, y: 1)
    public static let bottomRight = Anchor(x: 1, y: 1)
}
