/// The random shifts of a sequence of samples, side by side.
private typealias Shifts = SIMD8<Double>

extension ExpectedLoss {
    /// The expected loss of any model, whose hidden layer may be ReLU, with a standard error: for each set of active
    /// features a mean over evenly spread values, so that only the values are sampled, and those better than at random.
    ///
    /// The values are shifted Kronecker sequences (Roberts, "The unreasonable effectiveness of quasirandom sequences",
    /// 2018), folded; the means of eight random shifts give the error. One stream gives the same shifts for every
    /// model, so that models can be ranked by less than the error.
    ///
    /// - Parameters:
    ///   - model: with as many features as the distribution.
    ///   - samples: the number of values of all sets and shifts together: probable sets get more, improbable ones fewer.
    ///   - stream: of the shifts.
    /// - Returns: the loss, and its standard error over the shifts.
    /// - Complexity: O(samples · *n m*), and O(2ⁿ · *n m*) for *n* independent features.
    public func estimate(
        of model: ToyModel, samples: Int, using stream: RandomStream
    ) -> LossEstimate {
        precondition(
            model.W.columns == objective.importance.count, "The model has as many features as the distribution.")
        let norm = patterns.patterns.reduce(0) { $0 + $1.probability.squareRoot() }
        var losses = Shifts.zero
        var stream = stream
        var kernel = Kernel(model, objective: objective)
        for pattern in patterns.patterns {
            let active = Array(patterns.members[pattern.range])
            // Probable patterns get more points, as their error counts more.
            let share = pattern.probability.squareRoot() / norm
            let count = active.isEmpty ? 1 : max(4, Int(Double(samples) * share) / Shifts.scalarCount)
            let steps = Self.steps(dimensions: active.count, count: count)
            var values = steps.map { _ in Shifts.zero }
            var position = steps.map { _ in
                Shifts((0..<Shifts.scalarCount).map { _ in Double(stream.nextUniform()) })
            }
            kernel.select(active)
            var sum = Shifts.zero
            for _ in 0..<count {
                for j in position.indices {
                    let next = position[j] + steps[j]
                    position[j] = next.replacing(with: next - 1, where: next .>= 1)
                    // Folded, so that both ends of a period fit together.
                    let folded = 1 - magnitude(2 * position[j] - 1)
                    values[j] = features.isSigned ? 2 * folded - 1 : folded
                }
                sum += kernel.loss(values)
            }
            losses += pattern.probability / Double(count) * sum
        }
        let mean = losses.sum() / Double(Shifts.scalarCount)
        let squares = ((losses - mean) * (losses - mean)).sum()
        let degrees = Double(Shifts.scalarCount * (Shifts.scalarCount - 1))
        return LossEstimate(mean, standardError: (squares / degrees).squareRoot())
    }

    /// The steps of a sequence of `count` points in the unit cube: even along the first axis, and powers of the
    /// generalised golden ratio, the root of $x^k = x + 1$, along the others.
    private static func steps(dimensions k: Int, count: Int) -> [Double] {
        let degree = max(k, 2)
        // Newton's method from above the root, where the polynomial is convex.
        var root = 2.0
        for _ in 0..<60 {
            let power = powers(of: root, count: degree)[degree - 1]
            root -= (power * root - root - 1) / (Double(degree) * power - 1)
        }
        let ratios = powers(of: 1 / root, count: k)
        return (0..<k).map { $0 == 0 ? 1 / Double(count) : ratios[$0] }
    }
}

private func magnitude(_ x: Shifts) -> Shifts { x.replacing(with: -x, where: x .< 0) }

/// A model's loss at inputs of which only some entries are not zero, eight at a time.
private struct Kernel {
    private let model: ToyModel
    private let objective: Objective
    /// The decoder. Shape `[features, hidden]`.
    private let decoder: [Double]
    private var active: [Int] = []
    /// The encoder's columns of the active features. Shape `[active, hidden]`.
    private var columns: [Double] = []
    private var target: [Shifts]
    private var hidden: [Shifts]

    init(_ model: ToyModel, objective: Objective) {
        self.model = model
        self.objective = objective
        let (n, m) = (model.W.columns, model.W.rows)
        decoder = model.W2?.elements ?? (0..<n * m).map { model.W[$0 % m, $0 / m] }
        target = Array(repeating: .zero, count: n)
        hidden = Array(repeating: .zero, count: m)
    }

    mutating func select(_ features: [Int]) {
        for i in active { target[i] = .zero }
        active = features
        columns = features.flatMap { i in hidden.indices.map { model.W[$0, i] } }
    }

    /// The loss where the active features have the given values.
    mutating func loss(_ values: [Shifts]) -> Shifts {
        let m = hidden.count
        for k in 0..<m { hidden[k] = Shifts(repeating: model.b1?[k] ?? 0) }
        for (j, value) in values.enumerated() {
            target[active[j]] = objective.target == .absoluteValue ? magnitude(value) : value
            for k in 0..<m { hidden[k] += columns[j * m + k] * value }
        }
        var penalty = Shifts.zero
        for k in 0..<m {
            if model.hiddenActivation == .relu {
                hidden[k] = hidden[k].replacing(with: 0, where: hidden[k] .< 0)
            }
            if objective.hiddenPenalty > 0 { penalty += magnitude(hidden[k]) }
        }
        var loss = objective.hiddenPenalty * penalty
        for i in target.indices {
            var output = Shifts(repeating: model.b[i])
            for k in 0..<m { output += decoder[i * m + k] * hidden[k] }
            if model.output == .relu { output = output.replacing(with: 0, where: output .< 0) }
            loss += objective.importance[i] * (target[i] - output) * (target[i] - output)
        }
        return loss
    }
}
