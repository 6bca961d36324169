import Analysis
import Foundation
import Notebook
import ToyModels

// Phenomenon 2: what the claims about geometric transformations measure.

/// The shape of two sets of three features in three dimensions.
struct TwoTriangles {
    /// The distance between the two sets' centroids; $2/\sqrt3$ in an octahedron whose vertices have length 1.
    let distance: Double
    /// The cosine between the two sets' centroids: −1 where they lie on one axis through the origin.
    let cosine: Double
    /// The area of each set's triangle; $\sqrt3/2$ in the octahedron.
    let areas: [Double]
    /// The angle in degrees, 0 to 60, by which one triangle is turned against the other about the axis between their
    /// centroids: 0 in a prism, 60 in an antiprism.
    let twist: Double
    /// The least over features of minus the cosine to the feature of the other set that is most opposite: 1 where
    /// every feature has an antipode in the other set.
    let antipodality: Double

    /// The angle at the origin between the centroids, in degrees.
    var angle: Double { acos(max(-1, min(1, cosine))) * 180 / .pi }

    /// The values in an octahedron whose vertices have length 1.
    static let octahedron = (distance: 2 / 3.0.squareRoot(), area: 3.0.squareRoot() / 2)

    /// Measures a model of six features in three dimensions, whose first three and last three are the sets.
    init(_ model: ToyModel) {
        let points = model.spatialDirections
        let sets = [Array(points[..<3]), Array(points[3...])]
        let centroids = sets.map { ($0[0] + $0[1] + $0[2]) / 3 }
        let axis = centroids[0] - centroids[1]
        distance = length(axis)
        cosine = dot(centroids[0], centroids[1]) / (length(centroids[0]) * length(centroids[1]))
        areas = sets.map { length(cross($0[1] - $0[0], $0[2] - $0[0])) / 2 }

        // Seen along the axis: a third of the phase of Σ z³ is where a triangle points, up to thirds of a turn.
        let normal = axis / length(axis)
        let helper: SIMD3<Double> = abs(normal.x) < 0.8 ? [1, 0, 0] : [0, 1, 0]
        let first = cross(normal, helper) / length(cross(normal, helper))
        let second = cross(normal, first)
        let phases = zip(sets, centroids).map { set, centroid in
            var sum = (x: 0.0, y: 0.0)
            for point in set {
                let (x, y) = (dot(point - centroid, first), dot(point - centroid, second))
                sum.x += x * x * x - 3 * x * y * y
                sum.y += 3 * x * x * y - y * y * y
            }
            return atan2(sum.y, sum.x) * 180 / .pi / 3
        }
        let turn = (phases[0] - phases[1]).truncatingRemainder(dividingBy: 120)
        let between = turn < 0 ? turn + 120 : turn
        twist = min(between, 120 - between)
        antipodality = (0..<6).map { i in (i < 3 ? 3..<6 : 0..<3).map { -model.cosine(i, $0) }.max() ?? 0 }.min() ?? 0
    }
}

extension ToyModel {
    /// The features' directions in a model with three hidden dimensions. Shape `[features]`.
    var spatialDirections: [SIMD3<Double>] { (0..<W.columns).map { SIMD3(W[0, $0], W[1, $0], W[2, $0]) } }
}

func dot(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { (a * b).sum() }
func length(_ a: SIMD3<Double>) -> Double { dot(a, a).squareRoot() }
func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
}

/// The steps that divide one run into the paper's regimes, as indices of snapshots; nil for what does not happen.
struct Regimes {
    /// A ends, B begins: the sets' distance first exceeds a tenth of the octahedron's.
    let apart: Int?
    /// B ends, C begins: the mean area of the triangles first exceeds a tenth of the octahedron's.
    let opening: Int?
    /// C ends, D begins: the smaller area first exceeds nine tenths of it.
    let turning: Int?
    /// D ends: every feature has an antipode in the other set, to within 8°.
    let settled: Int?

    /// The antipodality at which D ends: that of a cosine of −0.99.
    static let antipodality = 0.99

    init(_ shapes: [TwoTriangles]) {
        let octahedron = TwoTriangles.octahedron
        apart = shapes.firstIndex { $0.distance > 0.1 * octahedron.distance }
        opening = shapes.firstIndex { $0.areas[0] + $0.areas[1] > 0.2 * octahedron.area }
        turning = shapes.firstIndex { min($0.areas[0], $0.areas[1]) > 0.9 * octahedron.area }
        // Features near zero are sometimes opposite by chance: only what follows the opening counts.
        settled = turning.flatMap { start in shapes[start...].firstIndex { $0.antipodality > Self.antipodality } }
    }

    /// All four, if they happen.
    var events: [Int]? {
        guard let apart, let opening, let turning, let settled else { return nil }
        return [apart, opening, turning, settled]
    }

    /// Whether the regimes follow each other: A, B, C, D.
    var areInOrder: Bool { events.map { zip($0, $0.dropFirst()).allSatisfy { $0 < $1 } } ?? false }
}

/// How two sets lie while they are apart and not yet open.
enum Route: String, CaseIterable {
    case oneAxis = "one axis"
    case rightAngle = "right angle"
    case other = "between"

    /// By the angle at the origin between the centroids: the last 26° before 180°, or within 17° of 90°.
    init(_ shape: TwoTriangles) {
        self = shape.cosine < -0.9 ? .oneAxis : abs(shape.cosine) < 0.3 ? .rightAngle : .other
    }
}

/// The number of hidden coordinates, 0 to 3, in which the sets' centroids have opposite signs.
func oppositeSigns(_ model: ToyModel) -> Int {
    (0..<3).count { k in
        (model.W[k, 0] + model.W[k, 1] + model.W[k, 2]) * (model.W[k, 3] + model.W[k, 4] + model.W[k, 5]) < 0
    }
}

/// How near a model of two sets of three features is to principal component analysis, the linear solution: the cosine
/// between $W^T W$ and the projection on the first two principal components, the means of the sets.
///
/// 1 where both sets are single directions at a right angle and of one length; $1/\sqrt2$ where they are opposite;
/// $1/\sqrt6$ in an octahedron with antipodes from different sets.
func principalCosine(_ model: ToyModel) -> Double {
    let gram = model.W.gram
    var (inner, square) = (0.0, 0.0)
    for i in 0..<6 {
        for j in 0..<6 {
            square += gram[i, j] * gram[i, j]
            if i / 3 == j / 3 { inner += gram[i, j] / 3 }
        }
    }
    return inner / (2 * square).squareRoot()
}

/// One run of two sets of three features: its shape during training.
struct Trajectory {
    let steps: [Int]
    let shapes: [TwoTriangles]
    let regimes: Regimes
    /// The number of hidden coordinates in which the sets' centroids start with opposite signs.
    let startSigns: Int
    /// How near it is to principal component analysis at each snapshot. Shape `[snapshots]`.
    let likenessToPCA: [Double]

    init(of trained: TrainedModels, model: Int) {
        let models = trained.snapshots.map { trained[model, $0] }
        steps = trained.snapshots.map(\.step)
        shapes = models.map(TwoTriangles.init)
        regimes = Regimes(shapes)
        likenessToPCA = models.map(principalCosine)
        startSigns = models.first.map(oppositeSigns) ?? 0
    }

    /// How the sets lie when they begin to open.
    var route: Route { regimes.opening.map { Route(shapes[$0]) } ?? .other }

    /// Whether the sets are more than half as far apart as in the octahedron when they open. In one that grew in place they
    /// would be a third of the way.
    var opensApart: Bool {
        regimes.opening.map { shapes[$0].distance > 0.5 * TwoTriangles.octahedron.distance } ?? false
    }

    /// The snapshot in regime B at which it is nearest to principal component analysis; nil if there is no regime B.
    var nearestInB: Int? {
        guard let start = regimes.apart, let end = regimes.opening, start < end else { return nil }
        return (start...end).max { likenessToPCA[$0] < likenessToPCA[$1] }
    }

    /// How near it is there; not a number where there is no regime B.
    var likenessInB: Double { nearestInB.map { likenessToPCA[$0] } ?? .nan }

    /// How near it is at the snapshot in the middle of regime B; not a number where there is no regime B.
    var likenessInMiddleOfB: Double {
        guard let start = regimes.apart, let end = regimes.opening, start < end else { return .nan }
        return likenessToPCA[(start + end) / 2]
    }

    /// Control: how near the nearest of as many models with random weights is as there are snapshots in regime B; not a
    /// number where there is none.
    func highestOfUntrained(using stream: inout RandomStream) -> Double {
        guard let start = regimes.apart, let end = regimes.opening, start < end else { return .nan }
        return (start...end).map { _ in
            var model = ToyModel(W: Matrix(rows: 3, columns: 6), b: Array(repeating: 0, count: 6))
            for k in model.W.elements.indices { model.W.elements[k] = stream.nextNormal() }
            return principalCosine(model)
        }.max() ?? .nan
    }

    /// The twist in degrees when B ends; not a number where it does not.
    var twistAtOpening: Double { regimes.opening.map { shapes[$0].twist } ?? .nan }

    /// The twist in degrees at the start of regime D; not a number where there is none.
    var twistAtTurning: Double { regimes.turning.map { shapes[$0].twist } ?? .nan }

    /// The twist in degrees at the end of training.
    var twistAtEnd: Double { shapes.last?.twist ?? .nan }

    /// Whether it ends in an octahedron with antipodes from different sets, to within 10°.
    var endsInOctahedron: Bool { shapes.last.map(Self.isOctahedron) ?? false }

    /// The same of its initial weights.
    var startsInOctahedron: Bool { shapes.first.map(Self.isOctahedron) ?? false }

    private static func isOctahedron(_ shape: TwoTriangles) -> Bool {
        shape.antipodality > 0.985 && min(shape.areas[0], shape.areas[1]) > 0.8
    }
}

/// The angles between the corners of a cube, seen from its middle, in degrees.
let cubeAngles = [1, 1.0 / 3, -1.0 / 3, -1].map { acos($0) * 180 / .pi }

/// The share of runs in which the sets' centroids are within 5° of an angle between corners of a cube when A ends.
func cubeShare(_ runs: [Trajectory]) -> Double {
    let angles = runs.compactMap { run in run.regimes.apart.map { run.shapes[$0].angle } }
    return mean(angles.map { angle in cubeAngles.contains { abs($0 - angle) < 5 } ? 1 : 0 })
}

/// The runs with one optimiser and one size of the initial weights.
struct StartCell {
    let optimizer: String
    let scale: Double
    let runs: [Trajectory]

    /// The runs in which the sets open.
    var opened: [Trajectory] { runs.filter { $0.regimes.opening != nil } }

    /// The share of the runs that open on a route; not a number if none open.
    func share(of route: Route) -> Double { Double(opened.count { $0.route == route }) / Double(opened.count) }
}

/// One row per cell.
func startTable(_ cells: [StartCell]) -> Table {
    var table = Table("optimiser", "size of the start", "runs", "open", "one axis", "right angle", "between")
    for cell in cells {
        table.append(
            cell.optimizer, cell.scale, cell.runs.count, cell.opened.count, cell.share(of: .oneAxis),
            cell.share(of: .rightAngle), cell.share(of: .other))
    }
    return table
}

/// The runs of one optimiser.
struct RunsOfOptimizer {
    let title: String
    let runs: [Trajectory]

    /// The runs that are drawn: the first 64.
    var shown: ArraySlice<Trajectory> { runs.prefix(64) }

    func runs(on route: Route) -> [Trajectory] { runs.filter { $0.route == route } }

    /// The share of runs on a route.
    func share(of route: Route) -> Double { Double(runs(on: route).count) / Double(runs.count) }
}

/// By how much a loss falls in each regime, relative to what it is when the regime begins.
///
/// - Parameters:
///   - losses: at the start and at the ends of the regimes.
func regimeFalls(_ losses: [Double]) -> [Double] { zip(losses, losses.dropFirst()).map { 1 - $1 / $0 } }

/// Whether a regime can be seen in the loss: it falls by at least a twentieth in it.
func isVisible(_ fall: Double) -> Bool { fall >= 0.05 }

/// The share of pieces in which a loss falls visibly where its course is cut into four at random, by the number of the
/// snapshot; the last snapshot ends the last piece.
func visibleShareOfRandomPieces(_ losses: [Double], cuts: Int, using stream: inout RandomStream) -> Double {
    let shares = (0..<cuts).map { _ in
        let places = (0..<3).map { _ in Int.random(in: 1..<losses.count - 1, using: &stream) }.sorted()
        let falls = regimeFalls(([0] + places + [losses.count - 1]).map { losses[$0] })
        return Double(falls.count(where: isVisible)) / Double(falls.count)
    }
    return mean(shares)
}

/// The median step at which a regime ends; not a number where it ends in none of the runs.
func medianEnd(_ runs: [Trajectory], _ event: KeyPath<Regimes, Int?>) -> Double {
    median(runs.compactMap { run in run.regimes[keyPath: event].map { Double(run.steps[$0]) } })
}
