import Analysis
import Foundation
import Testing
import ToyModels

@testable import LearningDynamics

/// What the verdicts on learning dynamics rest on, on courses and shapes made by hand.
@Suite struct LearningDynamicsTests {
    /// Snapshots every 50 steps up to 2000; one feature leaves 0 for ½ around `jump`, the other stays at ½; the loss
    /// drops from 2 to 1 around `drop`.
    private func course(jump: Int, drop: Int) -> Course {
        let steps = Array(stride(from: 0, through: 2000, by: 50))
        func ramp(_ step: Int, around middle: Int) -> Double { min(max(Double(step - middle) / 200 + 0.5, 0), 1) }
        return Course(
            steps: steps, dimensionalities: [steps.map { 0.5 * ramp($0, around: jump) }, steps.map { _ in 0.5 }],
            losses: steps.map { 2 - ramp($0, around: drop) })
    }

    @Test func `a jump is found where it is, once, with its ends`() {
        let jumps = course(jump: 1200, drop: 1200).jumps(JumpRule())
        #expect(jumps.map(\.feature) == [0])
        #expect(jumps.map(\.from) == [0])
        #expect(jumps.map(\.to) == [0.5])
        // The ramp is from 1100 to 1300, and a window of 150 steps counts from a change of 0.1 on.
        #expect(jumps.map { 50 * $0.snapshots.lowerBound } == [1000])
        #expect(jumps.map { 50 * $0.snapshots.upperBound } == [1400])
    }

    @Test func `what comes before the rule's first step or is too small is no jump`() {
        #expect(course(jump: 400, drop: 400).jumps(JumpRule()) == [])
        #expect(course(jump: 400, drop: 400).jumps(JumpRule(after: 0)).count == 1)
        #expect(course(jump: 1200, drop: 1200).jumps(JumpRule(height: 0.6)) == [])
    }

    @Test func `jumps that overlap are one episode, and others are not`() {
        let one = course(jump: 1000, drop: 1000)
        func both(_ second: Int) -> Course {
            Course(
                steps: one.steps,
                dimensionalities: one.dimensionalities + course(jump: second, drop: second).dimensionalities,
                losses: one.losses)
        }
        #expect(both(1100).episodes(JumpRule()).count == 1)
        let apart = both(1600).episodes(JumpRule())
        #expect(apart.count == 2)
        #expect(apart[0].upperBound < apart[1].lowerBound)
    }

    @Test func `the fastest stretch of a fall`() {
        // All of the fall within 200 steps: three quarters of it in 150.
        #expect(abs(course(jump: 1200, drop: 1200).steepest(JumpRule()) - 0.75) < 1e-9)
    }

    @Test func `the fall is divided between jumps and the rest`() {
        let together = course(jump: 1200, drop: 1200)
        let share = fallShare(of: together, inJumpsOf: together, JumpRule())
        #expect(abs(share.fall - 1) < 1e-12)
        #expect(abs(share.time - 400.0 / 1200) < 1e-12)
        let apart = fallShare(of: course(jump: 1200, drop: 1700), inJumpsOf: together, JumpRule())
        #expect(apart.fall == 0)
    }

    @Test func `the pairing test finds jumps that matter and no others`() {
        let times = (0..<12).map { 950 + 75 * $0 }
        let matching = PairingTest(times.map { course(jump: $0, drop: $0) }, JumpRule(), using: RandomStream(key: 1))
        #expect(matching.result.observed > 0.99)
        #expect(matching.result.pValue == 0.0001)
        // Runs in which nothing jumps do not fall at all here.
        #expect(matching.speed.observed == .infinity)
        #expect(matching.histogram(bins: 10).reduce(0) { $0 + $1.count } == 9999)
        // Each loss drops at the time of another run's jump: the same times, the wrong pairing.
        let shifted = PairingTest(
            times.indices.map { course(jump: times[$0], drop: times[($0 + 6) % 12]) }, JumpRule(),
            using: RandomStream(key: 1))
        #expect(shifted.result.pValue > 0.5)
        // All of what timing leaves, and nothing.
        #expect(abs(matching.beyondTiming(1) - 1) < 1e-12 && matching.beyondTiming(matching.othersMean) == 0)
        #expect(matching.beyondTiming(matching.result.observed) > 0.98)
    }

    @Test func `a loss that falls while its own features jump is told from one that does not`() {
        let times = (0..<8).map { 950 + 100 * $0 }
        let own = CrowdTest(
            times.map { course(jump: $0, drop: $0) }, JumpRule(), pairings: 999, using: RandomStream(key: 2))
        // A jump's windows reach beyond the fall on both sides.
        #expect(own.result.observed > 0.5)
        #expect(own.result.pValue < 0.01)
        #expect(own.jumping.allSatisfy { $0.max() == 1 })
        let others = CrowdTest(
            times.indices.map { course(jump: times[$0], drop: times[($0 + 4) % 8]) }, JumpRule(), pairings: 999,
            using: RandomStream(key: 2))
        #expect(others.result.observed < 0.1)
    }

    @Test func `the excess fall peaks at the jump and is nothing if all runs fall alike`() {
        let courses = (0..<8).map { course(jump: 1000 + 100 * $0, drop: 1000 + 100 * $0) }
        let around = FallAroundJumps(courses, JumpRule(), reach: 500)
        let peak = around.excess.indices.max { around.excess[$0] < around.excess[$1] } ?? 0
        #expect(abs(around.offsets[peak]) <= 50)
        let extent = around.extent
        #expect(extent?.contains(0) == true && extent?.contains(500) == false)
        let alike = FallAroundJumps((0..<8).map { course(jump: 1000 + 100 * $0, drop: 1400) }, JumpRule(), reach: 500)
        #expect(alike.excess.allSatisfy { abs($0) < 1e-9 })
    }

    @Test func `levels are those of digons and of features that are not stored`() {
        #expect(course(jump: 1200, drop: 1200).endsInDigons)
        #expect(!course(jump: 2000, drop: 1200).endsInDigons)
        let rule = JumpRule()
        // Away from its jump the mover is at 0 and ½; the other feature does not move.
        let movers = course(jump: 1200, drop: 1200).levelsOfMovers(rule)
        #expect(movers.onLevel == movers.total && movers.total > 0 && movers.total < 25)
        // The mover is stored while it rises, and then not yet on a level.
        let stored = course(jump: 1200, drop: 1200).levelsOfStored(rule)
        #expect(stored.onLevel < stored.total && stored.total < 50)
        #expect(LevelTime.share([LevelTime(onLevel: 1, total: 2), LevelTime(onLevel: 2, total: 2)]) == 0.75)
        #expect(course(jump: 1200, drop: 1200).shareAtLevels(atStep: 1200) == 0.5)
        #expect(course(jump: 1200, drop: 1200).shareOfFall(before: 1200) == 0.5)
    }

    /// Two triangles of radius `radius` at heights ±`height`, the second turned by `twist` degrees and mirrored in
    /// place, all turned in space so that no axis is a coordinate's.
    private func model(radius: Double, height: Double, twist: Double) -> ToyModel {
        let columns = (0..<6).map { i in
            let angle = (Double(i % 3) * 120 + (i < 3 ? 10 : 10 + twist)) * .pi / 180
            let (x, y, z) = (radius * cos(angle), radius * sin(angle), i < 3 ? height : -height)
            let (u, v) = (0.8 * x - 0.6 * z, 0.6 * x + 0.8 * z)
            return [u, 0.28 * y - 0.96 * v, 0.96 * y + 0.28 * v]
        }
        return ToyModel(W: Matrix((0..<3).map { k in columns.map { $0[k] } }), b: Array(repeating: 0, count: 6))
    }

    @Test(arguments: [0.0, 10, 30, 55, 60, 80, 120])
    func `the twist of two triangles`(twist: Double) {
        let shape = TwoTriangles(model(radius: 0.8, height: 0.3, twist: twist))
        let expected = min(twist, 120 - twist)
        #expect(abs(shape.twist - expected) < 1e-9)
        #expect(abs(shape.distance - 0.6) < 1e-12)
        #expect(abs(shape.cosine + 1) < 1e-12)
        #expect(shape.areas.allSatisfy { abs($0 - 0.64 * 0.75 * 3.0.squareRoot()) < 1e-12 })
    }

    @Test func `an octahedron has its own measures`() {
        let octahedron = model(radius: (2.0 / 3).squareRoot(), height: (1.0 / 3).squareRoot(), twist: 60)
        let shape = TwoTriangles(octahedron)
        #expect(abs(shape.distance - TwoTriangles.octahedron.distance) < 1e-12)
        #expect(abs(shape.areas[0] - TwoTriangles.octahedron.area) < 1e-12)
        #expect(abs(shape.antipodality - 1) < 1e-12)
        #expect(TwoTriangles(model(radius: 0.8, height: 0.5, twist: 0)).antipodality < 0.9)
    }

    @Test func `regimes are told in their order`() {
        let (radius, height) = ((2.0 / 3).squareRoot(), (1.0 / 3).squareRoot())
        func shape(_ radius: Double, _ height: Double, _ twist: Double) -> TwoTriangles {
            TwoTriangles(model(radius: radius, height: height, twist: twist))
        }
        let (near, apart, half) = (shape(0.01, 0.01, 60), shape(0.01, height, 20), shape(0.5, height, 20))
        let (prism, end) = (shape(radius, height, 10), shape(radius, height, 60))
        let regimes = Regimes([near, apart, half, prism, prism, end])
        #expect(regimes.events == [1, 2, 3, 5])
        #expect(regimes.areInOrder)
        #expect(!Regimes([near, apart, end]).areInOrder)  // No regime between.
        #expect(Regimes([near, apart, half]).events == nil)
        #expect(Route(half) == .oneAxis)
    }

    @Test func `principal component analysis has cosine 1, one axis and the octahedron less`() {
        func columns(_ vectors: [[Double]]) -> ToyModel {
            ToyModel(W: Matrix((0..<3).map { k in vectors.map { $0[k] } }), b: Array(repeating: 0, count: 6))
        }
        let (up, side) = ([0, 0, 1.0], [0.6, 0.8, 0])
        #expect(abs(principalCosine(columns([up, up, up, side, side, side])) - 1) < 1e-12)
        let down = up.map { -$0 }
        #expect(abs(principalCosine(columns([up, up, up, down, down, down])) - 0.5.squareRoot()) < 1e-12)
        let octahedron = model(radius: (2.0 / 3).squareRoot(), height: (1.0 / 3).squareRoot(), twist: 60)
        #expect(abs(principalCosine(octahedron) - 1 / 6.0.squareRoot()) < 1e-12)
    }

    @Test func `falls of regimes, and of pieces cut at random`() {
        let falls = regimeFalls([4, 2, 1.9, 1.9])
        #expect(zip(falls, [0.5, 0.05, 0]).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(falls.map(isVisible) == [true, falls[1] >= 0.05, false])
        var stream = RandomStream(key: 3)
        let flat = Array(repeating: 1.0, count: 50)
        #expect(visibleShareOfRandomPieces(flat, cuts: 20, using: &stream) == 0)
        let step = (0..<50).map { $0 < 25 ? 2.0 : 1 }
        #expect(visibleShareOfRandomPieces(step, cuts: 20, using: &stream) == 0.25)
        #expect(zip(cubeAngles, [0, 70.53, 109.47, 180]).allSatisfy { abs($0 - $1) < 0.01 })
    }

    @Test func `signs of centroids are compared by coordinate`() {
        let opposite = ToyModel(
            W: Matrix([[1, 1, -0.5, -1, -1, 0], [-1, 0, 0, 1, 0, 0], [1, 0, 0, 1, 0, 0]]),
            b: Array(repeating: 0, count: 6))
        #expect(oppositeSigns(opposite) == 2)
    }
}
