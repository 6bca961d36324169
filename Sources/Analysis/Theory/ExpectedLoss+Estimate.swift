import RealModule
import ToyModels

extension ExpectedLoss {
    /// The expected loss of any model, whose hidden layer may be ReLU, with a standard error: for each set of active
    /// features a mean over evenly spread values, so that only the values are sampled, and those better than at random.
    ///
    /// The values are shifted Kronecker sequences (Roberts, "The unreasonable effectiveness of quasirandom sequences",
    /// 2018), folded; the means of eight random shifts give the error. One stream gives the same shifts for every
    /// model, so that models can be ranked by less than the error. Measured for $n$ = 10, $m$ = 5, $p$ = 0.12: an error
    /// of 10⁻⁴ of the loss in 25 ms, where a million samples have 1.6 · 10⁻³.
    ///
    /// - Parameters:
    ///   - model: with as many features as the distribution. Its hidden layer may be ReLU and have a bias.
    ///   - points: the number of values per set of features on average; probable sets get more, improbable ones fewer.
    ///   - stream: of the shifts.
    /// - Returns: the loss, and its standard error over the shifts.
    /// - Complexity: O(points · 2ⁿ · *n m*) for *n* independent features.
    public func estimate(
        of model: ToyModel, points: Int = 256, using stream: RandomStream
    ) -> (value: Double, standardError: Double) {
        precondition(model.W.columns == importance.count, "The model has as many features as the distribution.")
        let shifts = 8
        let budget = Double(points * patterns.patterns.count)
        let norm = patterns.patterns.reduce(0) { $0 + $1.probability.squareRoot() }
        var losses = [Double](repeating: 0, count: shifts)
        var stream = stream
        var kernel = Kernel(model, importance: importance)
        for pattern in patterns.patterns {
            let active = Array(patterns.members[pattern.range])
            // Probable patterns get more points, as their error counts more.
            let count = max(4, Int(budget * pattern.probability.squareRoot() / norm) / shifts)
            let steps = Self.steps(dimensions: active.count, count: count)
            var values = steps
            kernel.select(active)
            for shift in 0..<shifts {
                var position = active.map { _ in Double(stream.nextUniform()) }
                var sum = 0.0
                for _ in 0..<count {
                    for j in position.indices {
                        position[j] += steps[j]
                        if position[j] >= 1 { position[j] -= 1 }
                        // Folded, so that both ends of a period fit together.
                        values[j] = 1 - abs(2 * position[j] - 1)
                    }
                    sum += kernel.loss(values)
                }
                losses[shift] += pattern.probability * sum / Double(count)
            }
        }
        let mean = losses.reduce(0, +) / Double(shifts)
        let squares = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, (squares / Double(shifts * (shifts - 1))).squareRoot())
    }

    /// The steps of a sequence of `count` points in the unit cube: even along the first axis, and powers of the
    /// generalised golden ratio, the root of $x^k = x + 1$, along the others.
    private static func steps(dimensions k: Int, count: Int) -> [Double] {
        var root = 1.5
        for _ in 0..<60 { root = Double.pow(1 + root, 1 / Double(max(k, 2))) }
        return (0..<k).map { $0 == 0 ? 1 / Double(count) : 1 / Double.pow(root, $0) }
    }
}

/// A model's loss at inputs of which only some entries are not zero.
private struct Kernel {
    private let model: ToyModel
    private let importance: [Double]
    /// The decoder. Shape `[features, hidden]`.
    private let decoder: [Double]
    private var active: [Int] = []
    /// The encoder's columns of the active features. Shape `[active, hidden]`.
    private var columns: [Double] = []
    private var target: [Double]
    private var hidden: [Double]

    init(_ model: ToyModel, importance: [Double]) {
        self.model = model
        self.importance = importance
        let (n, m) = (model.W.columns, model.W.rows)
        decoder = model.W2?.elements ?? (0..<n * m).map { model.W[$0 % m, $0 / m] }
        target = Array(repeating: 0, count: n)
        hidden = Array(repeating: 0, count: m)
    }

    mutating func select(_ features: [Int]) {
        for i in active { target[i] = 0 }
        active = features
        columns = features.flatMap { i in hidden.indices.map { model.W[$0, i] } }
    }

    /// The loss where the active features have the given values.
    mutating func loss(_ values: [Double]) -> Double {
        let m = hidden.count
        for k in 0..<m { hidden[k] = model.b1?[k] ?? 0 }
        for (j, value) in values.enumerated() {
            target[active[j]] = value
            for k in 0..<m { hidden[k] += columns[j * m + k] * value }
        }
        if model.hiddenActivation == .relu {
            for k in 0..<m { hidden[k] = max(0, hidden[k]) }
        }
        var loss = 0.0
        for i in target.indices {
            var output = model.b[i]
            for k in 0..<m { output += decoder[i * m + k] * hidden[k] }
            if model.output == .relu { output = max(0, output) }
            loss += importance[i] * (target[i] - output) * (target[i] - output)
        }
        return loss
    }
}
