import ToyModels

extension Polytope {
    /// A set of features that forms a known polytope.
    public struct Match: Hashable, Sendable {
        /// The polytope; a square antiprism has the height at which it deviates least.
        public let polytope: Polytope
        /// The feature at each of its vertices. Shape `[vertices]`.
        public let features: [Int]
        /// The largest difference between the cosine of two features' directions and that of their vertices.
        public let deviation: Double
    }

    /// The known polytope that some features' directions form, up to rotation, reflection and the order of the
    /// features; nil if it is none of ``all``.
    ///
    /// Directions with the polytope's cosines span its dimension, so this need not be checked. Of polytopes with as
    /// many vertices, and of the ways to put features at them, the one that deviates least is taken.
    ///
    /// - Parameters:
    ///   - features: the set, each once: a component of a ``FeatureGraph``.
    ///   - model: its encoder's columns are the directions.
    ///   - tolerance: how far the cosine of two features' directions may be from that of their vertices. Polytopes with
    ///     equally many vertices differ by 1/2 and more.
    /// - Complexity: O(*k*² *m*) for the cosines of *k* features, and O(*k*!) at worst for the orders that are tried,
    ///   where one that deviates too far is given up as soon as it does. The known polytopes have at most 8 vertices;
    ///   with more features no order is tried.
    public static func match(_ features: [Int], of model: ToyModel, tolerance: Double = 0.1) -> Match? {
        let cosines = features.map { i in features.map { model.cosine(i, $0) } }
        var best: Match?
        for polytope in shapes where polytope.vertices.count == features.count {
            let bound = best?.deviation ?? tolerance
            if let (order, deviation) = polytope.bestOrder(of: cosines, below: bound) {
                best = Match(polytope: polytope, features: order.map { features[$0] }, deviation: deviation)
            }
        }
        return best
    }

    /// The order in which vectors with the given cosines come closest to the vertices, if they deviate by less than
    /// `bound`.
    private func bestOrder(of cosines: [[Double]], below bound: Double) -> (order: [Int], deviation: Double)? {
        let count = vertices.count
        let expected = model.W.gram
        var best: (order: [Int], deviation: Double)?
        var order: [Int] = []

        /// Extends `order`, whose vectors deviate by `deviation` so far, by a vector for the next vertex.
        func extend(_ deviation: Double) {
            guard order.count < count else {
                best = (order, deviation)
                return
            }
            for next in 0..<count where !order.contains(next) {
                var worst = deviation
                for (vertex, vector) in order.enumerated() {
                    worst = max(worst, abs(cosines[vector][next] - expected[vertex, order.count]))
                }
                guard worst < best?.deviation ?? bound else { continue }
                order.append(next)
                extend(worst)
                order.removeLast()
            }
        }
        extend(0)
        return best
    }
}
