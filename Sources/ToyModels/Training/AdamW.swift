/// Adam with decoupled weight decay (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019).
public struct AdamW: Hashable, Codable, Sendable {
    /// Decay of the running mean of the gradient.
    public var beta1: Double
    /// Decay of the running mean of the squared gradient.
    public var beta2: Double
    /// Added to the denominator.
    public var epsilon: Double
    /// Weight decay per step, times the learning rate.
    public var weightDecay: Double

    /// The field's defaults, with the weight decay of the authors' notebook.
    public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0.01) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
    }
}

/// AdamW's running means for `count` vectors of parameters.
struct AdamWState {
    private let optimizer: AdamW
    private let mean: UnsafeMutablePointer<Vector>
    private let meanSquare: UnsafeMutablePointer<Vector>
    private let count: Int
    // β₁ᵗ and β₂ᵗ, as running products: a power function's last bit depends on the C library.
    private var beta1Power = 1.0
    private var beta2Power = 1.0

    /// Borrows `2 * count` zeroed vectors as storage, which must outlive the state.
    init(_ optimizer: AdamW, count: Int, storage: UnsafeMutablePointer<Vector>) {
        self.optimizer = optimizer
        self.count = count
        mean = storage
        meanSquare = storage + count
    }

    /// Forgets the gradients of some vectors of parameters, which begin anew.
    func forget(_ vectors: Range<Int>) {
        for j in vectors { (mean[j], meanSquare[j]) = (.zero, .zero) }
    }

    /// Forgets the gradients of one number among the parameters.
    func forget(number: Int) { (mean.numbers[number], meanSquare.numbers[number]) = (0, 0) }

    /// Moves the parameters by one step against the gradient, times `gradientScale`.
    mutating func update(
        _ parameters: UnsafeMutablePointer<Vector>, gradient: UnsafePointer<Vector>,
        gradientScale: Float, learningRate: Double
    ) {
        beta1Power *= optimizer.beta1
        beta2Power *= optimizer.beta2
        let keep = Float(1 - learningRate * optimizer.weightDecay)
        let stepSize = Float(learningRate / (1 - beta1Power))
        let correction = Float(1 / (1 - beta2Power).squareRoot())
        let (beta1, rest1) = (Float(optimizer.beta1), Float(1 - optimizer.beta1))
        let (beta2, rest2) = (Float(optimizer.beta2), Float(1 - optimizer.beta2))
        let epsilon = Float(optimizer.epsilon)
        for j in 0..<count {
            let g = gradient[j] * gradientScale
            let first = (mean[j] * beta1).addingProduct(g, Vector(repeating: rest1))
            let second = (meanSquare[j] * beta2).addingProduct(g * g, Vector(repeating: rest2))
            mean[j] = first
            meanSquare[j] = second
            let denominator = squareRoot(second) * correction + epsilon
            parameters[j] = parameters[j] * keep - first / denominator * stepSize
        }
    }
}
