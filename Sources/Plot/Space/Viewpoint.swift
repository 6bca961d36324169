import Foundation

/// A point in space, in the units of the data.
public struct Point3: Sendable, Hashable {
    public var x, y, z: Double

    /// The point (x, y, z).
    public init(_ x: Double, _ y: Double, _ z: Double) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// The origin.
    public static let zero = Point3(0, 0, 0)

    static func + (a: Point3, b: Point3) -> Point3 { Point3(a.x + b.x, a.y + b.y, a.z + b.z) }
    static func - (a: Point3, b: Point3) -> Point3 { Point3(a.x - b.x, a.y - b.y, a.z - b.z) }
    static func * (a: Point3, k: Double) -> Point3 { Point3(a.x * k, a.y * k, a.z * k) }
    var length: Double { (x * x + y * y + z * z).squareRoot() }
}

/// A direction from which space is seen; z points up.
///
/// The projection is orthographic: equal lengths in parallel directions stay equal, opposite points stay opposite and
/// as far from the centre, so that what a figure shows can be measured. Depth is shown by other means, see `Wireframe`.
///
///     let view = Viewpoint(azimuth: 30, elevation: 20)
///     Axes(x: .linear(-1.2...1.2).hidden(), y: .linear(-1.2...1.2).hidden(), aspect: 1) {
///         Wireframe(vertices: vertices, edges: edges, viewpoint: view)
///         Label("origin", at: view.project(.zero))
///     }
public struct Viewpoint: Sendable, Hashable {
    private let azimuth, elevation: Double

    /// Angles in degrees. At azimuth 0 and elevation 0 the eye is on the x axis and sees y to the right and z upwards.
    /// The azimuth turns it towards the y axis, the elevation lifts it; at 90 it looks down the z axis.
    public init(azimuth: Double = 30, elevation: Double = 20) {
        self.azimuth = azimuth * .pi / 180
        self.elevation = elevation * .pi / 180
    }

    /// Where a point of space is in the plane of the figure, in the units of the data; the origin stays.
    public func project(_ point: Point3) -> Point {
        let (along, across) = turned(point)
        return Point(across, point.z * cos(elevation) - along * sin(elevation))
    }

    /// How far a point is in front of the origin, towards the eye, in the units of the data.
    func depth(_ point: Point3) -> Double { turned(point).along * cos(elevation) + point.z * sin(elevation) }

    /// The point turned about the z axis: towards the eye, and to its right.
    private func turned(_ point: Point3) -> (along: Double, across: Double) {
        (
            point.x * cos(azimuth) + point.y * sin(azimuth),
            point.y * cos(azimuth) - point.x * sin(azimuth)
        )
    }
}
