import ToyModels

/// The expected loss of a model split by the number $k$ of features that are active at once:
/// $L = \sum_k \binom{n}{k} p^k (1-p)^{n-k} L_k$, for features of the same density $p$. (Section "Demonstrating
/// Superposition", Mathematical Understanding.)
public struct LossExpansion: Sendable {
    /// The parts of the 1-sparse loss $L_1$, which add up to it.
    public struct OneSparse: Sendable {
        /// The active feature's own error, $\frac1n \sum_i I_i \int (x - x'_i)^2 dx$: what the feature's benefit leaves
        /// of it.
        public var ownError: Double
        /// The error at inactive features that the model does not represent: it outputs their mean whatever is active.
        public var unrepresented: Double
        /// The error at inactive, represented features whose direction has a positive product with the active one's.
        public var positiveInterference: Double
        /// The same where the product is negative.
        public var negativeInterference: Double
        /// What the negative products would cost without ReLU and bias, $\frac1n \sum I_j (W_i \cdot W_j)^2 / 3$.
        public var negativeInterferenceIfLinear: Double

        /// The 1-sparse loss $L_1$.
        public var loss: Double { ownError + unrepresented + positiveInterference + negativeInterference }
    }

    /// The mean loss $L_k$ with exactly $k$ active features, $k$ = 0...n. Shape `[features + 1]`.
    public let losses: [Double]
    /// The probability $\binom{n}{k} p^k (1-p)^{n-k}$ of $k$ active features. Shape `[features + 1]`.
    public let probabilities: [Double]
    /// The 1-sparse term, taken apart.
    public let oneSparse: OneSparse

    /// What each $k$ contributes to the loss, $\binom{n}{k} p^k (1-p)^{n-k} L_k$. Shape `[features + 1]`.
    public var contributions: [Double] { zip(losses, probabilities).map { $0 * $1 } }

    /// Splits a model's loss at one density.
    ///
    /// $L_0$ and $L_1$ are exact; the others are means over `samples` random choices of the active features and their
    /// values, and are taken as 0 where $k$ active features are less likely than 10⁻⁶.
    ///
    /// - Precondition: the model is tied and has one feature per importance; its hidden layer is linear, without bias.
    /// - Complexity: O(*n* · `samples` · *n m*) at most.
    public init(
        of model: ToyModel, importance: [Double], density p: Double, samples: Int = 4000, using stream: RandomStream
    ) {
        let n = importance.count
        let objective = Objective(importance: importance)
        var binomial = 1.0
        probabilities = (0...n).map { k in
            if k > 0 { binomial *= Double(n - k + 1) / Double(k) }
            return binomial * power(p, k) * power(1 - p, n - k)
        }
        let oneSparse = OneSparse(of: model, importance: importance)
        var stream = stream
        var features = Array(0..<n)
        losses = probabilities.enumerated().map { k, probability in
            if k == 0 { return model.loss(Array(repeating: 0, count: n), objective) }
            if k == 1 { return oneSparse.loss }
            if probability < 1e-6 { return 0 }
            var sum = 0.0
            for _ in 0..<samples {
                var x = Array(repeating: 0.0, count: n)
                for j in 0..<k {
                    // A partial Fisher–Yates shuffle: the first k entries are a uniform choice of k features.
                    features.swapAt(j, Int.random(in: j..<n, using: &stream))
                    x[features[j]] = Double(stream.nextUniform())
                }
                sum += model.loss(x, objective)
            }
            return sum / Double(samples)
        }
        self.oneSparse = oneSparse
    }
}

extension LossExpansion.OneSparse {
    /// The exact 1-sparse loss of a model: the active feature is uniform on [0, 1], every feature equally likely.
    init(of model: ToyModel, importance: [Double]) {
        let (gram, b, n) = (model.W.gram, model.b, importance.count)
        let represented = Set(model.represented())
        self.init(
            ownError: 0, unrepresented: 0, positiveInterference: 0, negativeInterference: 0,
            negativeInterferenceIfLinear: 0)
        var integral = CubeIntegral(capacity: 1)
        for active in 0..<n {
            for i in 0..<n {
                let product = gram[i, active]
                let weight = importance[i] / Double(n)
                integral.removeAll()
                integral.append(product, isOwn: i == active)
                let loss = weight * integral.meanSquaredError(bias: b[i], output: model.output)
                if i == active {
                    ownError += loss
                } else if !represented.contains(i) {
                    unrepresented += loss
                } else if product >= 0 {
                    positiveInterference += loss
                } else {
                    negativeInterference += loss
                    negativeInterferenceIfLinear += weight * product * product / 3
                }
            }
        }
    }
}

private func power(_ x: Double, _ k: Int) -> Double { (0..<k).reduce(1) { product, _ in product * x } }
