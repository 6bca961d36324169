/// A toy model with tied weights: $h = W x$, $x' = f(W^T h + b)$, with $f$ the identity (the linear model) or
/// ReLU (the ReLU output model). (Section "Demonstrating Superposition", The Model.)
///
/// This is the reference implementation: short, in double precision, one sample at a time. The training
/// engines compute the same loss and gradient and are tested against it; it is not for training.
public struct ToyModel: Hashable, Sendable {
    /// What is applied to the output.
    public enum Output: String, Hashable, Codable, Sendable {
        /// Nothing: the linear model.
        case linear
        /// $\max(0, \cdot)$: the ReLU output model.
        case relu
    }

    /// The shape of a model: everything but its weights.
    public struct Architecture: Hashable, Codable, Sendable {
        /// Number of features $n$.
        public var features: Int
        /// Number of hidden dimensions $m$.
        public var hidden: Int
        /// The output's activation function.
        public var output: Output

        /// A model of `features` features in `hidden` dimensions.
        public init(features: Int, hidden: Int, output: Output = .relu) {
            self.features = features
            self.hidden = hidden
            self.output = output
        }
    }

    /// The output's activation function.
    public var output: Output
    /// The weights, shape `[hidden, features]`; column $W_i$ is the direction of feature $i$.
    public var W: Matrix
    /// The bias, shape `[features]`.
    public var b: [Double]

    /// A model with the given weights `[hidden, features]` and bias `[features]`.
    public init(output: Output = .relu, W: Matrix, b: [Double]) {
        precondition(b.count == W.columns, "The bias has one entry per feature.")
        self.output = output
        self.W = W
        self.b = b
    }

    /// The shape of this model.
    public var architecture: Architecture {
        Architecture(features: W.columns, hidden: W.rows, output: output)
    }

    /// The hidden activations $h = W x$, shape `[hidden]`, of an input of shape `[features]`.
    public func hidden(_ x: [Double]) -> [Double] {
        (0..<W.rows).map { k in (0..<W.columns).reduce(0) { $0 + W[k, $1] * x[$1] } }
    }

    /// The output $x'$, shape `[features]`, of an input of shape `[features]`.
    public func callAsFunction(_ x: [Double]) -> [Double] {
        preactivation(hidden(x)).map { output == .relu ? max(0, $0) : $0 }
    }

    /// The loss $\sum_i I_i (x_i - x'_i)^2$ of one input. Shapes `[features]`.
    public func loss(_ x: [Double], importance: [Double]) -> Double {
        zip(importance, zip(x, self(x))).reduce(0) { sum, term in
            let error = term.1.1 - term.1.0
            return sum + term.0 * error * error
        }
    }

    /// The loss's gradient, in the shapes of the weights.
    public struct Gradient: Sendable {
        /// $\partial L / \partial W$, shape `[hidden, features]`.
        public var W: Matrix
        /// $\partial L / \partial b$, shape `[features]`.
        public var b: [Double]
    }

    /// The mean loss over a batch, shape `[samples][features]`, and its gradient.
    ///
    /// ReLU's derivative at 0 is taken as 0.
    public func lossAndGradient(
        batch: [[Double]], importance: [Double]
    ) -> (loss: Double, gradient: Gradient) {
        let (m, n) = (W.rows, W.columns)
        var loss = 0.0
        var gradient = Gradient(W: Matrix(rows: m, columns: n), b: Array(repeating: 0, count: n))
        let scale = 1 / Double(batch.count)
        for x in batch {
            let h = hidden(x)
            let z = preactivation(h)
            // ∂L/∂z, the gradient at the output before its activation function.
            let delta = (0..<n).map { i in
                let error = (output == .relu ? max(0, z[i]) : z[i]) - x[i]
                loss += scale * importance[i] * error * error
                return output == .relu && z[i] <= 0 ? 0 : 2 * scale * importance[i] * error
            }
            // The tied weights are used twice: to decode (δ hᵀ) and to encode (Wδ xᵀ).
            let back = hidden(delta)
            for i in 0..<n {
                gradient.b[i] += delta[i]
                for k in 0..<m { gradient.W[k, i] += delta[i] * h[k] + back[k] * x[i] }
            }
        }
        return (loss, gradient)
    }

    /// $W^T h + b$, shape `[features]`.
    private func preactivation(_ h: [Double]) -> [Double] {
        (0..<W.columns).map { i in (0..<W.rows).reduce(b[i]) { $0 + W[$1, i] * h[$1] } }
    }
}
