/// An outline of straight lines and cubic curves, in points.
public struct Path: Sendable, Hashable {
    enum Element: Sendable, Hashable {
        case move(Point)
        case line(Point)
        case curve(Point, Point, Point)
        case close

        func map(_ change: (Point) -> Point) -> Element {
            switch self {
            case .move(let p): .move(change(p))
            case .line(let p): .line(change(p))
            case .curve(let a, let b, let p): .curve(change(a), change(b), change(p))
            case .close: .close
            }
        }
    }

    private(set) var elements: [Element] = []

    /// An empty outline.
    public init() {}

    /// A polyline; `closed` makes it a polygon.
    public init(_ points: some Sequence<Point>, closed: Bool = false) {
        for point in points {
            if elements.isEmpty { move(to: point) } else { line(to: point) }
        }
        if closed, !elements.isEmpty { close() }
    }

    /// A rectangle.
    public init(_ rect: Rect) {
        self.init(
            [
                Point(rect.minX, rect.minY), Point(rect.maxX, rect.minY), Point(rect.maxX, rect.maxY),
                Point(rect.minX, rect.maxY),
            ], closed: true)
    }

    /// A circle.
    public init(circleAt center: Point, radius: Double) {
        let k = radius * 0.5522847498  // the handle length that brings a cubic closest to a quarter circle
        func at(_ dx: Double, _ dy: Double) -> Point { center + Point(dx, dy) }
        move(to: at(radius, 0))
        curve(to: at(0, radius), at(radius, k), at(k, radius))
        curve(to: at(-radius, 0), at(-k, radius), at(-radius, k))
        curve(to: at(0, -radius), at(-radius, -k), at(-k, -radius))
        curve(to: at(radius, 0), at(k, -radius), at(radius, -k))
        close()
    }

    /// Starts a new part of the outline.
    public mutating func move(to point: Point) { elements.append(.move(point)) }
    /// Adds a straight line from the current point.
    public mutating func line(to point: Point) { elements.append(.line(point)) }
    /// Adds a cubic curve from the current point, with its two handles.
    public mutating func curve(to end: Point, _ first: Point, _ second: Point) {
        elements.append(.curve(first, second, end))
    }
    /// Draws a line back to where the current part started.
    public mutating func close() { elements.append(.close) }
    /// Adds another outline to this one.
    public mutating func append(_ other: Path) { elements += other.elements }

    /// Whether nothing has been added.
    public var isEmpty: Bool { elements.isEmpty }
}
