/// A trained model in the layout of the wide engine that only answers: an encoder of inputs, or a teacher.
struct RowNetwork {
    private let n: Int
    private let m: Int
    /// Vectors per row of features, and of hidden dimensions.
    let width, hiddenWidth: Int
    private let isReLU: Bool
    private let isHiddenReLU: Bool
    // The encoder `[features, hiddenWidth]`, the decoder `[hidden, width]`, and the biases `[width]` and
    // `[hiddenWidth]`.
    private let encoder, decoder, bias, hiddenBias: UnsafeMutablePointer<Vector>

    /// The vectors that a network of an architecture keeps.
    static func capacity(_ architecture: ToyModel.Architecture) -> Int {
        let (n, m) = (architecture.features, architecture.hidden)
        let (width, hiddenWidth) = (Vector.count(for: n), Vector.count(for: m))
        return n * hiddenWidth + m * width + width + hiddenWidth
    }

    init(_ model: ToyModel, buffers: Buffers) {
        let architecture = model.architecture
        (n, m) = (architecture.features, architecture.hidden)
        (width, hiddenWidth) = (Vector.count(for: n), Vector.count(for: m))
        isReLU = architecture.output == .relu
        isHiddenReLU = architecture.hiddenActivation == .relu
        encoder = buffers.take(n * hiddenWidth)
        decoder = buffers.take(m * width)
        bias = buffers.take(width)
        hiddenBias = buffers.take(hiddenWidth)
        let (stride, hiddenStride) = (width * Vector.scalarCount, hiddenWidth * Vector.scalarCount)
        for i in 0..<n {
            bias.numbers[i] = Float(model.b[i])
            for k in 0..<m {
                encoder.numbers[i * hiddenStride + k] = Float(model.W[k, i])
                decoder.numbers[k * stride + i] = Float(model.W2?[i, k] ?? model.W[k, i])
            }
        }
        for k in 0..<m { hiddenBias.numbers[k] = Float(model.b1?[k] ?? 0) }
    }

    /// Computes the hidden activations of the first `count` rows, of shape `[samples, hiddenWidth]`; the others are
    /// zero.
    func encode(_ rows: SampleRows, count: Int, into h: UnsafeMutablePointer<Vector>) {
        WideKernels.project(
            rows, count: count, columns: n, through: encoder, hidden: m, width: hiddenWidth, into: h)
        for s in 0..<count {
            for j in 0..<hiddenWidth {
                let a = h[s &* hiddenWidth &+ j] + hiddenBias[j]
                h[s &* hiddenWidth &+ j] = isHiddenReLU ? a.replacing(with: 0, where: a .<= 0) : a
            }
        }
    }

    /// Computes the outputs of the first `count` rows, of shape `[samples, width]`, by way of `h` of shape
    /// `[samples, hiddenWidth]`.
    func answer(
        _ rows: SampleRows, count: Int, hidden h: UnsafeMutablePointer<Vector>, into y: UnsafeMutablePointer<Vector>
    ) {
        encode(rows, count: count, into: h)
        let hiddenStride = hiddenWidth &* Vector.scalarCount
        for s in 0..<count {
            for j in 0..<width {
                var z = bias[j]
                for k in 0..<m {
                    z.addProduct(decoder[k &* width &+ j], Vector(repeating: h.numbers[s &* hiddenStride &+ k]))
                }
                y[s &* width &+ j] = isReLU ? z.replacing(with: 0, where: z .<= 0) : z
            }
        }
    }
}
