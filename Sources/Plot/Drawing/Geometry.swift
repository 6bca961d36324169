import Foundation

/// A point: in the units of the data where a mark describes it, in points (1/72 inch, y downwards) on a canvas.
public struct Point: Sendable, Hashable {
    public var x, y: Double

    /// The point (x, y).
    public init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }

    /// The origin.
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

    /// A size in points.
    public init(_ width: Double, _ height: Double) {
        self.width = width
        self.height = height
    }
}

/// A rectangle on a canvas, in points, y downwards.
public struct Rect: Sendable, Hashable {
    public var minX, minY, maxX, maxY: Double

    /// A rectangle from its top left corner and its size.
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

    /// From side to side, in points.
    public var width: Double { maxX - minX }
    /// From top to bottom, in points.
    public var height: Double { maxY - minY }
    /// The middle between the sides.
    public var midX: Double { (minX + maxX) / 2 }
    /// The middle between top and bottom.
    public var midY: Double { (minY + maxY) / 2 }
    /// Width and height.
    public var size: Size { Size(width, height) }

    /// The rectangle with every side moved outwards.
    public func expanded(by distance: Double) -> Rect {
        Rect(x: minX - distance, y: minY - distance, width: width + 2 * distance, height: height + 2 * distance)
    }

    /// The smallest rectangle with both in it; the rectangle itself if there is no other.
    public func union(_ other: Rect?) -> Rect {
        guard let other else { return self }
        return Rect(
            Point(min(minX, other.minX), min(minY, other.minY)), Point(max(maxX, other.maxX), max(maxY, other.maxY)))
    }

    /// Whether a point is in the rectangle or on its edge.
    public func contains(_ point: Point) -> Bool {
        point.x >= minX && point.x <= maxX && point.y >= minY && point.y <= maxY
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

    /// Insets of the given sizes.
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

    /// The start of the first line, at the top of its capitals.
    public static let topLeft = Anchor(x: 0, y: 0)
    /// The middle of the first line, at the top of its capitals.
    public static let top = Anchor(x: 0.5, y: 0)
    /// The end of the first line, at the top of its capitals.
    public static let topRight = Anchor(x: 1, y: 0)
    /// Half-way up the start.
    public static let left = Anchor(x: 0, y: 0.5)
    /// The middle of the box.
    public static let center = Anchor(x: 0.5, y: 0.5)
    /// Half-way up the end.
    public static let right = Anchor(x: 1, y: 0.5)
    /// The start of the last baseline.
    public static let bottomLeft = Anchor(x: 0, y: 1)
    /// The middle of the last baseline.
    public static let bottom = Anchor(x: 0.5, y: 1)
    /// The end of the last baseline.
    public static let bottomRight = Anchor(x: 1, y: 1)
}
