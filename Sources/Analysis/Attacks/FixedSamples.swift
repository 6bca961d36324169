import ToyModels

/// Samples that stay the same, so that models can be compared on them, and attacks on a model, without the noise of a
/// draw.
///
/// For tied models with a linear hidden layer, and features of equal importance. In single precision, vectorised
/// across samples; the order of all sums is fixed.
public struct FixedSamples: Sendable {
    /// The number of samples that are computed with together.
    static let groupSize = VectorBlock.count * Vector.scalarCount

    /// The number of features $n$.
    public let features: Int
    /// The number of samples: what was asked for, rounded up to a multiple of 128.
    public var count: Int { groups * Self.groupSize }
    /// The mean of the samples' lengths $\|x\|$.
    public let meanNorm: Double

    let groups: Int
    /// Shape `[groups, features, 8]`.
    let values: [Vector]

    /// Draws `count` samples, rounded up to a multiple of 128.
    ///
    /// - Parameters:
    ///   - features: where they come from.
    ///   - count: how many.
    ///   - skipsEmpty: whether samples without any active feature are drawn again.
    ///   - stream: of the draws.
    /// - Precondition: where empty samples are skipped there are others.
    public init(
        _ features: FeatureDistribution, count: Int, skipsEmpty: Bool = false, using stream: RandomStream
    ) {
        precondition(!skipsEmpty || features.density.contains { $0 > 0 }, "Some feature is active at times.")
        let (n, size) = (features.features, Vector.scalarCount)
        let groups = (count + Self.groupSize - 1) / Self.groupSize
        var values = [Vector](repeating: .zero, count: groups * n * VectorBlock.count)
        var stream = stream
        var norms = 0.0
        for group in 0..<groups {
            for s in 0..<Self.groupSize {
                var x = features.sample(using: &stream)
                while skipsEmpty && x.allSatisfy({ $0 == 0 }) { x = features.sample(using: &stream) }
                for i in 0..<n {
                    values[(group * n + i) * VectorBlock.count + s / size][s % size] = Float(x[i])
                }
                norms += x.reduce(0) { $0 + $1 * $1 }.squareRoot()
            }
        }
        self.features = n
        self.groups = groups
        self.values = values
        meanNorm = norms / Double(groups * Self.groupSize)
    }

    /// One of the samples. Shape `[features]`.
    ///
    /// - Precondition: `sample` is in 0..<``count``.
    public subscript(sample: Int) -> [Double] {
        let (group, s) = sample.quotientAndRemainder(dividingBy: Self.groupSize)
        return (0..<features).map { i in
            let block = (group * features + i) * VectorBlock.count
            return Double(values[block + s / Vector.scalarCount][s % Vector.scalarCount])
        }
    }

    /// A model's mean loss $\sum_i (x_i - x'_i)^2$ over the samples.
    ///
    /// - Precondition: the model is tied, its hidden layer is linear and without bias, and it has these samples' number
    ///   of features.
    /// - Complexity: O(samples · *n m*).
    public func meanLoss(of model: ToyModel) -> Double {
        let kernel = GroupKernel(model)
        precondition(model.W.columns == features, "The samples are of other features than the model's.")
        let buffers = Buffers(capacity: kernel.outputSize + kernel.hiddenSize + VectorBlock.count)
        let (z, h) = (buffers.take(kernel.outputSize), buffers.take(kernel.hiddenSize))
        let losses = buffers.take(VectorBlock.count)
        var sum = 0.0
        forEachGroup { x in
            kernel.outputs(of: x, hidden: h, into: z)
            kernel.losses(z, of: x).store(losses)
            sum += total(losses)
        }
        return sum / Double(count)
    }

    /// The share of a model's outputs that are off, that is, whose ReLU gives 0, over all samples and features.
    ///
    /// - Precondition: as for ``meanLoss(of:)``.
    public func shareOff(in model: ToyModel) -> Double {
        let kernel = GroupKernel(model)
        precondition(model.W.columns == features, "The samples are of other features than the model's.")
        let buffers = Buffers(capacity: kernel.outputSize + kernel.hiddenSize)
        let (z, h) = (buffers.take(kernel.outputSize), buffers.take(kernel.hiddenSize))
        var off = 0
        forEachGroup { x in
            kernel.outputs(of: x, hidden: h, into: z)
            for place in 0..<kernel.outputSize {
                for lane in 0..<Vector.scalarCount where z[place][lane] <= 0 { off += 1 }
            }
        }
        return Double(off) / Double(count * features)
    }

    /// Calls `body` with each group's samples, shape `[features, 8]`.
    func forEachGroup(_ body: (UnsafePointer<Vector>) -> Void) {
        values.withUnsafeBufferPointer { values in
            guard let start = values.baseAddress else { return }
            for group in 0..<groups { body(start + group * features * VectorBlock.count) }
        }
    }
}

/// A model in single precision, applied to a group of samples at a time.
struct GroupKernel {
    let n: Int
    let m: Int
    /// Shape `[hidden, features]`.
    let W: [Float]
    let b: [Float]
    let isReLU: Bool

    init(_ model: ToyModel) {
        precondition(
            model.W2 == nil && model.hiddenActivation == .linear && model.b1 == nil,
            "Only tied models with a linear hidden layer without a bias.")
        (n, m) = (model.W.columns, model.W.rows)
        W = model.W.elements.map { Float($0) }
        b = model.b.map { Float($0) }
        isReLU = model.output == .relu
    }

    /// Vectors for a group's inputs or outputs.
    var outputSize: Int { n * VectorBlock.count }
    /// Vectors for a group's hidden activations.
    var hiddenSize: Int { m * VectorBlock.count }

    /// Computes $h = W x$ of shape `[hidden, 8]`, and $z = W^T h + b$, before the activation function, of shape
    /// `[features, 8]`.
    func outputs(
        of x: UnsafePointer<Vector>, hidden h: UnsafeMutablePointer<Vector>, into z: UnsafeMutablePointer<Vector>
    ) {
        roundTrip(x, from: b, hidden: h, into: z)
    }

    /// Computes $W^T W x$ plus `start`, of shape `[features]`.
    func roundTrip(
        _ x: UnsafePointer<Vector>, from start: [Float], hidden h: UnsafeMutablePointer<Vector>,
        into z: UnsafeMutablePointer<Vector>
    ) {
        let size = VectorBlock.count
        project(x, into: h)
        W.withUnsafeBufferPointer { W in
            for i in 0..<n {
                var block = VectorBlock(repeating: Vector(repeating: start[i]))
                for k in 0..<m { block.add(Vector(repeating: W[k &* n &+ i]), times: h + k &* size) }
                block.store(z + i &* size)
            }
        }
    }

    private func project(_ x: UnsafePointer<Vector>, into h: UnsafeMutablePointer<Vector>) {
        let size = VectorBlock.count
        W.withUnsafeBufferPointer { W in
            for k in 0..<m {
                var block = VectorBlock(repeating: .zero)
                for i in 0..<n { block.add(Vector(repeating: W[k &* n &+ i]), times: x + i &* size) }
                block.store(h + k &* size)
            }
        }
    }

    /// The samples' losses for outputs `z` before the activation function.
    func losses(_ z: UnsafePointer<Vector>, of x: UnsafePointer<Vector>) -> VectorBlock {
        var losses = VectorBlock(repeating: .zero)
        for i in 0..<n {
            let place = i &* VectorBlock.count
            losses.replaceEach { s, loss in
                let error = activated(z[place &+ s]) - x[place &+ s]
                return loss.addingProduct(error, error)
            }
        }
        return losses
    }

    @inline(__always)
    func activated(_ z: Float) -> Float { isReLU ? max(z, 0) : z }

    @inline(__always)
    func activated(_ z: Vector) -> Vector { isReLU ? z.replacing(with: 0, where: z .<= 0) : z }
}

/// The sum of one number per sample of a group. Shape `[8]`.
func total(_ values: UnsafePointer<Vector>) -> Double {
    let sum = VectorBlock(at: values).sum(from: .zero)
    return sum.indices.reduce(0) { $0 + Double(sum[$1]) }
}

/// One number per sample of a group, shape `[8]`, in the order of samples.
func numbers(_ values: UnsafePointer<Vector>) -> [Double] {
    (0..<FixedSamples.groupSize).map { Double(values[$0 / Vector.scalarCount][$0 % Vector.scalarCount]) }
}
