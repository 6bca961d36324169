/// A toy model: it compresses $n$ features into $m$ hidden dimensions and recovers them, $h = g(W x)$,
/// $x' = f(W^T h + b)$. (Section "Demonstrating Superposition", The Model.)
///
/// With $g$ the identity, $f$ is the identity in the linear model and ReLU in the ReLU output model. With $g$ = ReLU the
/// hidden dimensions are neurons. An untied model has a decoder of its own, $x' = f(W_2 h + b)$, and computes.
///
/// This is the reference implementation: short, in double precision, one sample at a time. The training
/// engines compute the same loss and gradient and are tested against it; it is not for training.
public struct ToyModel: Hashable, Sendable {
    /// What is applied to each entry of a layer.
    public enum Activation: String, Hashable, Codable, Sendable {
        /// Nothing.
        case linear
        /// $\max(0, \cdot)$, with derivative 0 at 0.
        case relu

        func callAsFunction(_ z: Double) -> Double { self == .relu ? max(0, z) : z }
        func derivative(at z: Double) -> Double { self == .relu && z <= 0 ? 0 : 1 }
    }

    /// The shape of a model: everything but its weights.
    public struct Architecture: Hashable, Codable, Sendable {
        /// Number of features $n$.
        public var features: Int
        /// Number of hidden dimensions $m$.
        public var hidden: Int
        /// The hidden layer's activation function.
        public var hiddenActivation: Activation
        /// The output's activation function.
        public var output: Activation
        /// Whether the decoder is the encoder's transpose.
        public var isTied: Bool

        /// A model of `features` features in `hidden` dimensions.
        public init(
            features: Int, hidden: Int, hiddenActivation: Activation = .linear, output: Activation = .relu,
            isTied: Bool = true
        ) {
            self.features = features
            self.hidden = hidden
            self.hiddenActivation = hiddenActivation
            self.output = output
            self.isTied = isTied
        }
    }

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

    /// A model with the given encoder `[hidden, features]`, bias `[features]`, and decoder `[features, hidden]` if untied.
    public init(
        hiddenActivation: Activation = .linear, output: Activation = .relu, W: Matrix, W2: Matrix? = nil, b: [Double]
    ) {
        precondition(b.count == W.columns, "The bias has one entry per feature.")
        precondition(W2 == nil || (W2?.rows == W.columns && W2?.columns == W.rows), "The decoder is features × hidden.")
        self.hiddenActivation = hiddenActivation
        self.output = output
        self.W = W
        self.W2 = W2
        self.b = b
    }

    /// The shape of this model.
    public var architecture: Architecture {
        Architecture(
            features: W.columns, hidden: W.rows, hiddenActivation: hiddenActivation, output: output, isTied: W2 == nil)
    }

    /// The hidden activations $h$, shape `[hidden]`, of an input of shape `[features]`.
    public func hidden(_ x: [Double]) -> [Double] {
        W.times(x).map { hiddenActivation($0) }
    }

    /// The output $x'$, shape `[features]`, of an input of shape `[features]`.
    public func callAsFunction(_ x: [Double]) -> [Double] {
        zip(decode(hidden(x)), b).map { output($0 + $1) }
    }

    /// $W^T h$ or $W_2 h$, shape `[features]`.
    private func decode(_ h: [Double]) -> [Double] {
        W2?.times(h) ?? W.transposeTimes(h)
    }

    /// What the loss measures besides the error itself.
    public struct Objective: Hashable, Sendable {
        /// Importance $I_i$ of each feature. Shape `[features]`.
        public var importance: [Double]
        /// Factor λ of the penalty $\lambda \sum_k |h_k|$ on the hidden layer.
        public var hiddenPenalty: Double

        /// The squared error weighed by importance, plus a penalty on the hidden layer.
        public init(importance: [Double], hiddenPenalty: Double = 0) {
            self.importance = importance
            self.hiddenPenalty = hiddenPenalty
        }
    }

    /// The loss $\sum_i I_i (t_i - x'_i)^2 + \lambda \sum_k |h_k|$ of one input. Shapes `[features]`.
    ///
    /// - Parameter target: what the output should be; the input itself if nil.
    public func loss(_ x: [Double], target: [Double]? = nil, _ objective: Objective) -> Double {
        let target = target ?? x
        var loss = objective.hiddenPenalty * hidden(x).reduce(0) { $0 + abs($1) }
        for (i, y) in self(x).enumerated() {
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
    }

    /// The mean loss over a batch of inputs, shape `[samples][features]`, and its gradient.
    ///
    /// - Parameter targets: what the outputs should be, shape `[samples][features]`; the inputs themselves if nil.
    public func lossAndGradient(
        _ inputs: [[Double]], targets: [[Double]]? = nil, _ objective: Objective
    ) -> (loss: Double, gradient: Gradient) {
        let (m, n) = (W.rows, W.columns)
        let scale = 1 / Double(inputs.count)
        var loss = 0.0
        var gradient = Gradient(
            W: Matrix(rows: m, columns: n), W2: W2.map { Matrix(rows: $0.rows, columns: $0.columns) },
            b: Array(repeating: 0, count: n))
        for (x, target) in zip(inputs, targets ?? inputs) {
            loss += scale * self.loss(x, target: target, objective)
            let a = W.times(x)
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
