/// A toy model: it compresses $n$ features into $m$ hidden dimensions and recovers them, $h = g(W x)$,
/// $x' = f(W^T h + b)$. (Section "Demonstrating Superposition", The Model.)
///
/// With $g$ the identity, $f$ is the identity in the linear model and ReLU in the ReLU output model. With $g$ = ReLU
/// the hidden dimensions are neurons. An untied model has a decoder of its own, $x' = f(W_2 h + b)$, and computes. The
/// hidden layer may have a bias, $h = g(W x + b_1)$.
///
/// This is the reference implementation: short, in double precision, one sample at a time. The training
/// engines compute the same loss and gradient and are tested against it; it is not for training.
public struct ToyModel: Hashable, Sendable {
    /// The hidden layer's activation function.
    public var hiddenActivation: Activation
    /// The output's activation function.
    public var output: Activation
    /// The encoder, shape `[hidden, features]`; column $W_i$ is the direction of feature $i$.
    public var W: Matrix
    /// The decoder of an untied model, shape `[features, hidden]`; nil where it is the encoder's transpose.
    public var W2: Matrix?
    /// The bias, shape `[features]`.
    public var b: [Double]
    /// The hidden layer's bias, shape `[hidden]`; nil where it has none.
    public var b1: [Double]?

    /// A model with the given encoder `[hidden, features]`, bias `[features]`, decoder `[features, hidden]` if untied,
    /// and bias of the hidden layer `[hidden]` if it has one.
    ///
    /// - Precondition: the shapes agree.
    public init(
        hiddenActivation: Activation = .linear, output: Activation = .relu, W: Matrix, W2: Matrix? = nil, b: [Double],
        b1: [Double]? = nil
    ) {
        precondition(b.count == W.columns, "The bias has one entry per feature.")
        precondition(b1 == nil || b1?.count == W.rows, "The hidden bias has one entry per hidden dimension.")
        precondition(W2 == nil || (W2?.rows == W.columns && W2?.columns == W.rows), "The decoder is features × hidden.")
        self.hiddenActivation = hiddenActivation
        self.output = output
        self.W = W
        self.W2 = W2
        self.b = b
        self.b1 = b1
    }

    /// The shape of this model.
    public var architecture: Architecture {
        Architecture(
            features: W.columns, hidden: W.rows, hiddenActivation: hiddenActivation, output: output, isTied: W2 == nil,
            hasHiddenBias: b1 != nil)
    }

    /// The hidden activations $h$, shape `[hidden]`, of an input of shape `[features]`.
    public func hidden(_ x: [Double]) -> [Double] {
        beforeHiddenActivation(x).map { hiddenActivation($0) }
    }

    /// $W x + b_1$, shape `[hidden]`.
    private func beforeHiddenActivation(_ x: [Double]) -> [Double] {
        guard let b1 else { return W.times(x) }
        return zip(W.times(x), b1).map { $0 + $1 }
    }

    /// The output $x'$, shape `[features]`, of an input of shape `[features]`.
    ///
    /// - Complexity: O(*n m*) for *n* features and *m* hidden dimensions.
    public func callAsFunction(_ x: [Double]) -> [Double] {
        zip(decode(hidden(x)), b).map { output($0 + $1) }
    }

    /// $W^T h$ or $W_2 h$, shape `[features]`.
    private func decode(_ h: [Double]) -> [Double] {
        W2?.times(h) ?? W.transposeTimes(h)
    }

    /// The loss $\sum_i I_i (t_i - x'_i)^2 + \lambda \sum_k |h_k|$ of one input, shape `[features]`.
    ///
    /// - Parameters:
    ///   - x: the input, of which the target is made.
    ///   - seen: the input as the model sees it, where it is attacked; shape `[features]`.
    ///   - objective: target, importance and penalty.
    ///   - teacher: the model that the objective names, where its target is a model's output. Without it the target is
    ///     the input.
    public func loss(
        _ x: [Double], seen: [Double]? = nil, _ objective: Objective, teacher: ToyModel? = nil
    ) -> Double {
        let (target, seen) = (objective.target(of: x, teacher: teacher), seen ?? x)
        var loss = objective.hiddenPenalty * hidden(seen).reduce(0) { $0 + abs($1) }
        for (i, y) in self(seen).enumerated() {
            loss += objective.importance[i] * (target[i] - y) * (target[i] - y)
        }
        return loss
    }

    /// The loss's gradient, in the shapes of the weights.
    public struct Gradient: Hashable, Sendable {
        /// $\partial L / \partial W$, shape `[hidden, features]`.
        public var W: Matrix
        /// $\partial L / \partial W_2$, shape `[features, hidden]`, of an untied model.
        public var W2: Matrix?
        /// $\partial L / \partial b$, shape `[features]`.
        public var b: [Double]
        /// $\partial L / \partial b_1$, shape `[hidden]`, of a hidden layer with a bias.
        public var b1: [Double]?
    }

    /// The mean loss over a batch of inputs, shape `[samples][features]`, and its gradient.
    ///
    /// - Parameters:
    ///   - inputs: the batch, of which the targets are made.
    ///   - seen: the inputs as the model sees them, where they are attacked; shape `[samples][features]`.
    ///   - objective: target, importance and penalty.
    ///   - teacher: the model that the objective names, where its target is a model's output. Without it the target is
    ///     the input.
    /// - Complexity: O(samples · *n m*).
    public func lossAndGradient(
        _ inputs: [[Double]], seen: [[Double]]? = nil, _ objective: Objective, teacher: ToyModel? = nil
    ) -> (loss: Double, gradient: Gradient) {
        let (m, n) = (W.rows, W.columns)
        let scale = 1 / Double(inputs.count)
        var loss = 0.0
        var gradient = Gradient(
            W: Matrix(rows: m, columns: n), W2: W2.map { Matrix(rows: $0.rows, columns: $0.columns) },
            b: Array(repeating: 0, count: n), b1: b1.map { $0.map { _ in 0 } })
        for (input, x) in zip(inputs, seen ?? inputs) {
            let target = objective.target(of: input, teacher: teacher)
            loss += scale * self.loss(input, seen: x, objective, teacher: teacher)
            let a = beforeHiddenActivation(x)
            let h = a.map { hiddenActivation($0) }
            let z = zip(decode(h), b).map { $0 + $1 }
            // ∂L/∂z at the output, and ∂L/∂a at the hidden layer, each before its activation function.
            let delta = (0..<n).map { i in
                2 * scale * objective.importance[i] * (output(z[i]) - target[i]) * output.derivative(at: z[i])
            }
            let back = W2?.transposeTimes(delta) ?? W.times(delta)
            let encoderDelta = (0..<m).map { k in
                (back[k] + scale * objective.hiddenPenalty * (h[k] > 0 ? 1 : h[k] < 0 ? -1 : 0))
                    * hiddenActivation.derivative(at: a[k])
            }
            for k in 0..<m { gradient.b1?[k] += encoderDelta[k] }
            for i in 0..<n {
                gradient.b[i] += delta[i]
                for k in 0..<m {
                    gradient.W[k, i] += encoderDelta[k] * x[i]
                    if W2 == nil { gradient.W[k, i] += delta[i] * h[k] } else { gradient.W2?[i, k] += delta[i] * h[k] }
                }
            }
        }
        return (loss, gradient)
    }
}
