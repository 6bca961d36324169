import ToyModels

/// An attack by projected gradient ascent on the loss, made without looking into the model (Madry et al., "Towards deep
/// learning models resistant to adversarial attacks", 2018).
///
/// Each step goes along the gradient and back into the ball of allowed attacks; the worst point on the way counts.
/// Where no output is active or wrong the gradient is zero and the attack does not move: the gradient masking of
/// section "Relationship to Adversarial Robustness". For the models of ``AttackSet``.
public struct GradientAttack: Hashable, Sendable {
    /// How far a step goes.
    public enum Step: Hashable, Sendable {
        /// A share of the greatest length, however long the gradient is.
        case fixed(Double)
        /// The gradient times a rate.
        case proportional(rate: Double)
    }

    /// What an attack does to samples.
    public struct Harm: Sendable {
        /// The rise of each sample's loss $\sum_i (x_i - x'_i)^2$. Shape `[samples]`.
        public var rises: [Double]
        /// For each sample whether the gradient is zero where the attack starts. Shape `[samples]`.
        public var isMasked: [Bool]
    }

    /// The greatest length $\|\delta\|$.
    public var norm: Double
    /// The number of steps.
    public var steps: Int
    /// How far each of them goes.
    public var step: Step
    /// Whether it starts at a random point of the greatest length instead of at the sample.
    public var startsAtRandom: Bool

    /// An attack of at most length `norm`.
    public init(norm: Double, steps: Int = 20, step: Step = .fixed(0.5), startsAtRandom: Bool = false) {
        self.norm = norm
        self.steps = steps
        self.step = step
        self.startsAtRandom = startsAtRandom
    }

    /// What the attack does to samples.
    ///
    /// - Parameters:
    ///   - model: what is attacked.
    ///   - samples: of the model's features.
    ///   - stream: of the random starts, where there are any.
    /// - Precondition: the model is tied; its hidden layer is linear, without bias; there is at least one step.
    /// - Complexity: O(samples · steps · *n m*).
    public func harm(on model: ToyModel, to samples: FixedSamples, using stream: RandomStream) -> Harm {
        let kernel = GroupKernel(model)
        let (count, size) = (kernel.outputSize, VectorBlock.count)
        let buffers = Buffers(capacity: 4 * count + kernel.hiddenSize + 4 * size)
        let (delta, input, z) = (buffers.take(count), buffers.take(count), buffers.take(count))
        let (gradient, h) = (buffers.take(count), buffers.take(kernel.hiddenSize))
        let (losses, worst, lengths) = (buffers.take(size), buffers.take(size), buffers.take(size))
        let clean = buffers.take(size)
        let noBias = [Float](repeating: 0, count: kernel.n)
        var stream = stream
        var harm = Harm(rises: [], isMasked: [])
        samples.forEachGroup { x in
            /// Computes the losses at `x + delta`, and the outputs there.
            func evaluate() {
                for j in 0..<count { input[j] = x[j] + delta[j] }
                kernel.outputs(of: input, hidden: h, into: z)
                kernel.losses(z, of: x).store(losses)
            }
            delta.update(repeating: .zero, count: count)
            evaluate()
            clean.update(from: losses, count: size)
            worst.update(from: losses, count: size)
            if startsAtRandom {
                for j in 0..<count {
                    for lane in 0..<Vector.scalarCount { delta[j][lane] = Float(stream.nextNormal()) }
                }
                measure(delta, count: count, into: lengths)
                rescale(delta, count: count, of: lengths, to: Float(norm))
                evaluate()
            }
            for number in 0..<steps {
                // Half the loss's gradient at the output before its activation function, and from there at the input.
                for j in 0..<count {
                    let error = kernel.activated(z[j]) - x[j]
                    z[j] = kernel.isReLU ? error.replacing(with: 0, where: z[j] .<= 0) : error
                }
                kernel.roundTrip(z, from: noBias, hidden: h, into: gradient)
                measure(gradient, count: count, into: lengths)
                if number == 0 { harm.isMasked += numbers(lengths).map { $0 == 0 } }
                switch step {
                case .fixed(let share):
                    rescale(gradient, count: count, of: lengths, to: Float(share * norm))
                    for j in 0..<count { delta[j] += gradient[j] }
                case .proportional(let rate):
                    for j in 0..<count { delta[j] += gradient[j] * Float(2 * rate) }
                }
                measure(delta, count: count, into: lengths)
                rescale(delta, count: count, of: lengths, to: Float(norm), shortens: true)
                evaluate()
                for s in 0..<size { worst[s] = pointwiseMax(worst[s], losses[s]) }
            }
            for s in 0..<size { worst[s] -= clean[s] }
            harm.rises += numbers(worst)
        }
        return harm
    }

    /// The lengths of a group's vectors of shape `[count / 8, 8]`. Shape `[8]`.
    private func measure(_ vectors: UnsafePointer<Vector>, count: Int, into lengths: UnsafeMutablePointer<Vector>) {
        var squares = VectorBlock(repeating: .zero)
        for start in stride(from: 0, to: count, by: VectorBlock.count) {
            squares.replaceEach { s, sum in sum.addingProduct(vectors[start &+ s], vectors[start &+ s]) }
        }
        squares.replaceEach { _, sum in squareRoot(sum).replacing(with: 0, where: sum .== 0) }
        squares.store(lengths)
    }

    /// Brings a group's vectors of the given lengths to another one, except for those without length.
    ///
    /// - Parameter shortens: whether those that are not longer stay as they are.
    private func rescale(
        _ vectors: UnsafeMutablePointer<Vector>, count: Int, of lengths: UnsafePointer<Vector>, to length: Float,
        shortens: Bool = false
    ) {
        for s in 0..<VectorBlock.count {
            let from = lengths[s]
            let stays = shortens ? from .<= length : from .== 0
            let factor = (Vector(repeating: length) / from).replacing(with: 1, where: stays)
            for j in stride(from: s, to: count, by: VectorBlock.count) { vectors[j] *= factor }
        }
    }
}
