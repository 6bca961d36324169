import RealModule
import ToyModels

extension ToyModel {
    /// This tied model with two linear hidden dimensions, turned or mirrored so that its directions come as close as
    /// they can to those of `reference` in the sum of squares; its output stays the same. (The orthogonal Procrustes
    /// problem, which in two dimensions has a closed form.)
    ///
    /// - Parameters:
    ///   - reference: the model to come close to.
    ///   - relabellings: the orders of the features that are equivalent for the problem at hand, of which the one that
    ///     comes closest is taken; see ``relabellings(generatedBy:)``. None but the given one if empty.
    /// - Returns: the model, and the order: its feature `i` is this model's feature `relabelling[i]`.
    /// - Precondition: both models have two hidden dimensions and the same number of features; this one is tied, and
    ///   its hidden layer is linear, without bias.
    /// - Complexity: O(relabellings · *n*).
    public func aligned(
        to reference: ToyModel, relabellings: [[Int]] = []
    ) -> (model: ToyModel, relabelling: [Int]) {
        precondition(W.rows == 2 && reference.W.rows == 2, "There are two hidden dimensions.")
        precondition(W.columns == reference.W.columns, "Both models have the same features.")
        precondition(W2 == nil && hiddenActivation == .linear, "The model is tied, its hidden layer linear.")
        let identity = Array(0..<W.columns)
        let orders = relabellings.isEmpty ? [identity] : relabellings
        var best = (order: identity, turn: Turn(angle: 0, isMirrored: false), product: -Double.infinity)
        for order in orders {
            for isMirrored in [false, true] {
                // Σ r_i · Q w_i = A cos φ + B sin φ is largest, √(A² + B²), at tan φ = B/A.
                var (a, b) = (0.0, 0.0)
                for (i, j) in order.enumerated() {
                    let (x, y) = (W[0, j], isMirrored ? -W[1, j] : W[1, j])
                    a += reference.W[0, i] * x + reference.W[1, i] * y
                    b += reference.W[1, i] * x - reference.W[0, i] * y
                }
                let product = a * a + b * b
                if product > best.product {
                    best = (order, Turn(angle: Double.atan2(y: b, x: a), isMirrored: isMirrored), product)
                }
            }
        }
        return (relabelled(best.order).turned(best.turn), best.order)
    }

    /// All orders of features that the given ones make when applied after each other: swapping two exchangeable
    /// features, swapping two sets, and so on. The unchanged order comes first. None if there are no generators.
    ///
    /// - Precondition: each generator has each feature once.
    /// - Complexity: O(generators · size · *n*) for a result of `size` orders, which may be *n*!: there are 720 for six
    ///   exchangeable features, 3.6 million for ten.
    public static func relabellings(generatedBy generators: [[Int]]) -> [[Int]] {
        guard let count = generators.first?.count else { return [] }
        let identity = Array(0..<count)
        precondition(generators.allSatisfy { $0.sorted() == identity }, "A relabelling has each feature once.")
        var all = [identity]
        var known: Set = [identity]
        var next = 0
        while next < all.count {
            for generator in generators {
                let composed = generator.map { all[next][$0] }
                if known.insert(composed).inserted { all.append(composed) }
            }
            next += 1
        }
        return all
    }

    /// A mirroring, (x, y) to (x, −y), if any, and then a rotation by an angle in radians.
    private struct Turn {
        var angle: Double
        var isMirrored: Bool

        func callAsFunction(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
            let (cosine, sine) = (Double.cos(angle), Double.sin(angle))
            let y = isMirrored ? -y : y
            return (cosine * x - sine * y, sine * x + cosine * y)
        }
    }

    /// The model with feature `order[i]` as its feature `i`.
    private func relabelled(_ order: [Int]) -> ToyModel {
        var model = self
        for (i, j) in order.enumerated() {
            for k in 0..<W.rows { model.W[k, i] = W[k, j] }
            model.b[i] = b[j]
        }
        return model
    }

    /// The model with its two hidden dimensions turned.
    private func turned(_ turn: Turn) -> ToyModel {
        var model = self
        for i in 0..<W.columns { (model.W[0, i], model.W[1, i]) = turn(W[0, i], W[1, i]) }
        return model
    }
}
