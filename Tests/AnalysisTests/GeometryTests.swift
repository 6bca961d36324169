import RealModule
import Testing
import TestSupport
import ToyModels

@testable import Analysis

/// Directions in more dimensions: turned at random, every entry shifted by normal noise.
private func embedded(
    _ directions: [[Double]], dimensions: Int, noise: Double = 0, using stream: inout RandomStream
) -> [[Double]] {
    let rotation = rotation(dimensions: dimensions, using: &stream)
    return directions.map { direction in
        rotation.times(direction + Array(repeating: 0, count: dimensions - direction.count))
            .map { $0 + noise * stream.nextNormal() }
    }
}

@Suite struct PolytopeTests {
    @Test(
        "A named polytope is a tight frame of unit vectors, each with its share of the dimensions",
        arguments: Polytope.all)
    func tightFrames(polytope: Polytope) {
        let share = Double(polytope.dimension) / Double(polytope.vertices.count)
        #expect(polytope.dimensionality.allSatisfy { abs($0 - share) < 1e-14 })
        #expect(polytope.model.norms.allSatisfy { abs($0 - 1) < 1e-14 })
    }

    @Test("Dimensionalities and edges are those that the paper names")
    func named() {
        let expected: [(String, Double, Int)] = [
            ("dedicated dimension", 1, 0), ("4-simplex", 4.0 / 5, 10), ("tetrahedron", 3.0 / 4, 6),
            ("triangle", 2.0 / 3, 3), ("digon", 1.0 / 2, 1), ("pentagon", 2.0 / 5, 5),
            ("square antiprism", 3.0 / 8, 16), ("hexagon", 1.0 / 3, 6),
        ]
        for (polytope, expected) in zip(Polytope.all, expected) {
            #expect(polytope.name == expected.0)
            #expect(abs(polytope.dimensionality[0] - expected.1) < 1e-14)
            #expect(polytope.edges.count == expected.2)
        }
    }

    @Test(
        "Every polytope is found again: turned in 30 dimensions, permuted, mirrored, scaled, with noise",
        arguments: Polytope.all, [0, 0.004])
    func identification(polytope: Polytope, noise: Double) throws {
        var stream = RandomStream(key: 12)
        for _ in 0..<10 {
            let turned = embedded(polytope.vertices, dimensions: 30, noise: noise, using: &stream)
            let order = turned.indices.shuffled(using: &stream)
            // The features of the polytope are not the first of the model, and of different lengths.
            let other = Array(repeating: 0.3, count: 30)
            let directions = [other] + order.map { vertex in turned[vertex].map { $0 * (1 + 0.1 * Double(vertex)) } }
            let model = model(ofDirections: directions)
            let match = try #require(Polytope.match(Array(1...order.count), of: model))
            #expect(match.polytope.name == polytope.name)
            #expect(match.deviation < (noise == 0 ? 1e-13 : 0.1))
            #expect(Set(match.features) == Set(1...order.count))
            // Which feature is where need not be what it was, as a polytope has symmetries, but the cosines must be.
            for (v, i) in match.features.enumerated() {
                for (w, j) in match.features.enumerated() {
                    let difference = abs(model.cosine(i, j) - match.polytope.model.cosine(v, w))
                    #expect(difference <= match.deviation + 1e-15)
                }
            }
        }
    }

    @Test("With noise above the tolerance it is none of these", arguments: Polytope.all.dropFirst())
    func noise(polytope: Polytope) {
        var stream = RandomStream(key: 13)
        for _ in 0..<10 {
            let model = model(
                ofDirections: embedded(polytope.vertices, dimensions: 30, noise: 0.15, using: &stream))
            let all = Array(polytope.vertices.indices)
            let deviation = all.flatMap { i in all.map { abs(model.cosine(i, $0) - polytope.model.cosine(i, $0)) } }
                .max()
            // Noise of this size turns every direction by some 40°.
            #expect((deviation ?? 0) > 0.1)
            #expect(Polytope.match(all, of: model) == nil)
        }
    }

    @Test("The tolerance is on the cosines: as far as it goes and no farther")
    func tolerance() {
        // A triangle with one direction turned by 0.1: cosines change by up to sin 60° · 0.1 or so, 0.09.
        let turned = model(ofDirections: [[Double.cos(0.1), Double.sin(0.1)]] + polygon(3).dropFirst())
        let deviation = abs(Double.cos(2 * Double.pi / 3 - 0.1) + 0.5)
        #expect(Polytope.match([0, 1, 2], of: turned, tolerance: deviation * 1.001)?.polytope == .triangle)
        #expect(Polytope.match([0, 1, 2], of: turned, tolerance: deviation * 0.999) == nil)
    }

    @Test("A square antiprism is recognised at the heights at which its vertices are spread well")
    func antiprismHeight() {
        // From all edges equal to the tight frame, and a little beyond.
        for squareOfHeight in stride(from: 0.26, through: 0.38, by: 0.01) {
            let (height, radius) = (squareOfHeight.squareRoot(), (1 - squareOfHeight).squareRoot())
            let model = model(
                ofDirections: (0..<8).map { vertex in
                    let angle = Double(vertex) * Double.pi / 4
                    return [radius * Double.cos(angle), radius * Double.sin(angle), vertex % 2 == 0 ? height : -height]
                })
            let match = Polytope.match(Array(0..<8), of: model)
            #expect(match?.polytope.name == "square antiprism")
            #expect(match?.deviation ?? 1 < (squareOfHeight < 1.0 / 3 ? 0.006 : 0.1))
        }
    }

    static let nearMisses: [(name: String, directions: [[Double]])] = {
        let r = 0.5.squareRoot()
        let third = (1.0 / 3).squareRoot()
        let signs = [1.0, -1]
        let corners = signs.flatMap { x in signs.flatMap { y in signs.map { [third * x, third * y, third * $0] } } }
        let square = [[1.0, 0], [0, 1], [-1, 0], [0, -1]]
        return [
            ("two at a right angle", [[1, 0], [0, 1]]),
            ("two alike", [[1, 0], [1, 0]]),
            ("square", square),
            ("square pyramid", square.map { $0.map { r * $0 } + [-r] } + [[0, 0, 1]]),
            ("cube", corners),
            ("octahedron", square.map { $0 + [0] } + [[0, 0, 1], [0, 0, -1]]),
            (
                "triangular prism",
                polygon(3).flatMap { corner in signs.map { corner.map { r * $0 } + [r * $0] } }
            ),
            ("heptagon", polygon(7)),
            ("icosahedron's twelve", polygon(12)),
            ("pentagon with one corner missing", Array(polygon(5).dropLast())),
        ]
    }()

    @Test("Near misses are none of these", arguments: nearMisses.indices)
    func nearMiss(index: Int) {
        let (name, directions) = Self.nearMisses[index]
        #expect(Polytope.match(Array(directions.indices), of: model(ofDirections: directions)) == nil, "\(name)")
    }

    @Test("Random directions are none of these")
    func randomDirections() {
        var stream = RandomStream(key: 14)
        for count in 3...12 {
            for _ in 0..<20 {
                let directions = (0..<count).map { _ in (0..<3).map { _ in stream.nextNormal() } }
                #expect(Polytope.match(Array(0..<count), of: model(ofDirections: directions), tolerance: 0.05) == nil)
            }
        }
    }

    @Test("Tegum products have their factors' dimensionalities, and the edges of the polyhedron")
    func tegumProducts() {
        let triangular = Polytope.tegumProduct(of: [.triangle, .digon], name: "triangular bipyramid")
        let expectedTriangular = [2.0 / 3, 2.0 / 3, 2.0 / 3, 0.5, 0.5]
        #expect(zip(triangular.dimensionality, expectedTriangular).allSatisfy { abs($0 - $1) < 1e-14 })
        let pentagonal = Polytope.tegumProduct(of: [.pentagon, .digon], name: "pentagonal bipyramid")
        #expect(
            zip(pentagonal.dimensionality, [0.4, 0.4, 0.4, 0.4, 0.4, 0.5, 0.5]).allSatisfy { abs($0 - $1) < 1e-14 })
        let octahedron = Polytope.tegumProduct(of: [.digon, .digon, .digon], name: "octahedron")
        #expect(octahedron.dimensionality == Array(repeating: 0.5, count: 6))

        #expect([triangular, pentagonal, octahedron].map(\.dimension) == [3, 3, 3])
        #expect([triangular, pentagonal, octahedron].map(\.edges.count) == [9, 15, 12])
        // A triangulated sphere has 3 (V − 2) edges.
        for polyhedron in [triangular, pentagonal, octahedron] {
            #expect(polyhedron.edges.count == 3 * (polyhedron.vertices.count - 2))
        }
        // No edge joins antipodes.
        #expect(octahedron.edges.allSatisfy { octahedron.model.cosine($0.first, $0.second) == 0 })
    }
}

@Suite struct FeatureGraphTests {
    @Test("Polytopes in orthogonal subspaces are the components, whatever the order of the features")
    func components() {
        var stream = RandomStream(key: 15)
        let factors: [Polytope] = [.squareAntiprism, .pentagon, .triangle, .digon, .digon, .dedicated]
        let product = Polytope.tegumProduct(of: factors, name: "product")
        for _ in 0..<10 {
            let turned = embedded(product.vertices, dimensions: 12, noise: 0.003, using: &stream)
            let order = turned.indices.shuffled(using: &stream)
            // Feature 0 is not represented.
            let model = model(
                ofDirections: [Array(repeating: 0.05, count: 12)] + order.map { turned[$0] })
            let graph = FeatureGraph(of: model)
            #expect(graph.features == Array(1...product.vertices.count))
            #expect(graph.components.map(\.count) == [8, 5, 3, 2, 2, 1])
            #expect(graph.components.flatMap { $0 }.sorted() == graph.features)
            #expect(graph.components.allSatisfy { $0 == $0.sorted() })
            #expect(graph.components[3][0] < graph.components[4][0])
            let names = graph.components.map { Polytope.match($0, of: model)?.polytope.name }
            #expect(names == factors.map(\.name))
            #expect(graph.largestCosineAcross < 0.05 && graph.largestCosineAcross > 0)
        }
    }

    @Test("Edges are decided by the angle and weighed by the product")
    func edges() {
        let model = model(ofDirections: [[2, 0], [0, 0.6], [-0.6, 0], [0, 0], [0, -1]])
        let graph = FeatureGraph(of: model, features: [0, 1, 2, 3, 4])
        #expect(
            graph.edges == [
                .init(first: 0, second: 2, weight: 1.2), .init(first: 1, second: 4, weight: 0.6),
            ])
        #expect(graph.components == [[0, 2], [1, 4], [3]])
        #expect(graph.largestCosineAcross == 0)
        // Without feature 1, feature 4 stands alone.
        #expect(FeatureGraph(of: model, features: [4, 2, 0]).components == [[0, 2], [4]])
    }

    @Test("The threshold decides what is connected; what is not is the rest of the cosines")
    func threshold() {
        let angle = 0.4
        let model = model(ofDirections: [[1, 0], [Double.sin(angle), Double.cos(angle)]])
        #expect(FeatureGraph(of: model, threshold: Double.sin(angle) - 1e-9).components == [[0, 1]])
        let apart = FeatureGraph(of: model, threshold: Double.sin(angle) + 1e-9)
        #expect(apart.components == [[0], [1]])
        #expect(abs(apart.largestCosineAcross - Double.sin(angle)) < 1e-15)
    }
}

@Suite struct AlignmentTests {
    /// Two pairs of features: the members of a pair can be swapped, and the pairs.
    static let pairs = ToyModel.relabellings(generatedBy: [[1, 0, 2, 3], [0, 1, 3, 2], [2, 3, 0, 1]])

    @Test("Generators make their whole group")
    func groups() {
        #expect(Self.pairs.count == 8)
        #expect(Self.pairs[0] == [0, 1, 2, 3])
        #expect(Set(Self.pairs).count == 8)
        // Four exchangeable features beside a perturbed one: a swap and a cycle make all 4! orders.
        let four = ToyModel.relabellings(generatedBy: [[0, 2, 1, 3, 4], [0, 2, 3, 4, 1]])
        #expect(four.count == 24 && four.allSatisfy { $0[0] == 0 })
        // Three pairs: 2³ swaps within, 3! of the pairs.
        let three = ToyModel.relabellings(
            generatedBy: [[1, 0, 2, 3, 4, 5], [2, 3, 0, 1, 4, 5], [2, 3, 4, 5, 0, 1]])
        #expect(three.count == 48)
        #expect(ToyModel.relabellings(generatedBy: []).isEmpty)
    }

    @Test("Rotation, reflection and relabelling are undone", arguments: [false, true], 0..<8)
    func undone(isMirrored: Bool, element: Int) {
        let reference = Example(.init(features: 4, hidden: 2)).model
        var changed = reference
        let order = Self.pairs[element]
        let (cosine, sine) = (Double.cos(2.1), Double.sin(2.1))
        for (i, j) in order.enumerated() {
            let (x, y) = (reference.W[0, i], isMirrored ? -reference.W[1, i] : reference.W[1, i])
            changed.W[0, j] = cosine * x - sine * y
            changed.W[1, j] = sine * x + cosine * y
            changed.b[j] = reference.b[i]
        }
        let (aligned, relabelling) = changed.aligned(to: reference, relabellings: Self.pairs)
        #expect(relabelling == order)
        #expect(zip(aligned.W.elements, reference.W.elements).allSatisfy { abs($0 - $1) < 1e-14 })
        #expect(aligned.b == reference.b)
    }

    @Test("Alignment is the best rotation or reflection, and leaves the output as it was")
    func optimal() {
        let reference = Example(.init(features: 5, hidden: 2)).model
        let other = Example(.init(features: 5, hidden: 2, output: .linear)).model
        var model = reference
        model.W = Matrix([[0.2, -0.5, 0.9, 0.1, 0.3], [0.7, 0.4, -0.2, -1.1, 0.6]])
        let (aligned, relabelling) = model.aligned(to: reference)
        #expect(relabelling == [0, 1, 2, 3, 4] && aligned.b == other.b)
        func distance(_ W: Matrix) -> Double {
            zip(W.elements, reference.W.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        for step in 0..<360 {
            for mirror in [1.0, -1] {
                let angle = Double(step) * Double.pi / 180
                var turned = model.W
                for i in 0..<5 {
                    let (x, y) = (model.W[0, i], mirror * model.W[1, i])
                    turned[0, i] = Double.cos(angle) * x - Double.sin(angle) * y
                    turned[1, i] = Double.sin(angle) * x + Double.cos(angle) * y
                }
                #expect(distance(aligned.W) <= distance(turned) + 1e-14)
            }
        }
        for (before, after) in zip(model([0.1, 0.9, 0, 0.4, 0.5]), aligned([0.1, 0.9, 0, 0.4, 0.5])) {
            #expect(abs(before - after) < 1e-14)
        }
    }
}

@Suite struct ThomsonProblemTests {
    @Test(
        "Charges rest where the literature has them: the least energies of the Thomson problem",
        arguments: [
            (2, 0.5), (3, 1.732050808), (4, 3.674234614), (5, 6.474691495), (6, 9.985281374), (7, 14.452977414),
            (8, 19.675287861),
        ])
    func energies(points: Int, energy: Double) {
        let places = ThomsonProblem.solution(points: points, using: RandomStream(key: 3))
        #expect(places.allSatisfy { abs($0.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12 })
        #expect(abs(ThomsonProblem.energy(places) - energy) < 1e-6)
    }

    @Test("In a plane they rest as a regular polygon")
    func polygon() {
        let places = ThomsonProblem.solution(points: 5, dimension: 2, using: RandomStream(key: 3))
        #expect(Polytope.match(Array(0..<5), of: model(ofDirections: places))?.polytope.name == "pentagon")
    }
}
