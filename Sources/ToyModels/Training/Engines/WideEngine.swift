/// The engine for large models: trains one model, vectorised across its features, and spends nothing on zeros.
///
/// Of sparse inputs only the active features are drawn and multiplied. The output is computed whole, as every feature may
/// answer; back from it go only the active outputs where they are few. A step's batch is cut into chunks
/// that have random streams and gradients of their own, which are added in order: the bits do not depend on
/// how many threads work on it.
///
/// Computes what ``ToyModel/lossAndGradient(_:targets:_:)`` computes.
final class WideEngine: Engine {
    private let experiment: Experiment
    private let setting: Experiment.Setting
    private let model: Int
    private let key: StreamKey
    private let shape: Shape
    private let source: InputSource
    private let buffers: Buffers
    private let workspaces: [Workspace]
    private var optimizer: AdamWState
    // The parameters: the encoder by feature `[features, hidden]`, an untied decoder likewise, the bias `[features]`.
    private let parameters: UnsafeMutablePointer<Vector>
    /// The decoder by hidden dimension, `[hidden, features]`.
    private let decoderByHidden: UnsafeMutablePointer<Vector>
    private let importance: UnsafeMutablePointer<Vector>
    private let gradient: UnsafeMutablePointer<Vector>
    /// A gradient per chunk where several threads work on them, otherwise one.
    private let chunkGradients: [UnsafeMutablePointer<Vector>]
    private let chunkLosses: UnsafeMutableBufferPointer<Double>
    // Of an input without an active feature: its loss, and half the gradient at its output.
    private var lossOfZero = 0.0
    private let deltaOfZero: UnsafeMutablePointer<Vector>
    // The attack on each feature, `[features, features]`, and what it adds to the hidden layer, `[features, hidden]`.
    private let attacks: UnsafeMutablePointer<Vector>
    private let attackedHidden: UnsafeMutablePointer<Vector>

    /// How the arrays are laid out. Widths and offsets are in vectors.
    private struct Shape {
        let n, m: Int
        /// Vectors per row over features, and over hidden dimensions.
        let width, hiddenWidth: Int
        /// Rows over hidden dimensions are kept for whole blocks of them.
        let hiddenRows: Int
        let isTied, isAttacked: Bool

        var byFeature: Int { n * hiddenWidth }
        var byHidden: Int { hiddenRows * width }
        var decoder: Int { isTied ? 0 : byFeature }
        var bias: Int { decoder + byFeature }
        var parameters: Int { bias + width }
        // A gradient is laid out as the parameters are, followed by what is summed by hidden dimension and by attack.
        var encoderByHidden: Int { parameters }
        var decoderByHidden: Int { isTied ? encoderByHidden : encoderByHidden + byHidden }
        var attack: Int { decoderByHidden + byHidden }
        var gradient: Int { attack + (isAttacked ? byFeature : 0) }

        init(_ architecture: ToyModel.Architecture, isAttacked: Bool) {
            func vectors(_ count: Int) -> Int { (count + Vector.scalarCount - 1) / Vector.scalarCount }
            (n, m) = (architecture.features, architecture.hidden)
            (width, hiddenWidth) = (vectors(n), vectors(m))
            hiddenRows = (m + VectorBlock.count - 1) / VectorBlock.count * VectorBlock.count
            isTied = architecture.isTied
            self.isAttacked = isAttacked
        }

        /// Vectors in all, but for the workspaces, with so many gradients of chunks.
        func capacity(slots: Int) -> Int {
            3 * parameters + byHidden + 2 * width + InputSource.capacity(width: width) + (slots + 1) * gradient
                + (isAttacked ? n * width + byFeature : 0)
        }

        /// Vectors in a workspace.
        var workspace: Int { 2 * SampleRows.samples * (width + hiddenWidth) + width + 2 }
        /// Columns of the samples in a workspace, twice: of the inputs and of the outputs.
        var places: Int { SampleRows.samples * width * Vector.scalarCount }
    }

    /// The bytes that an engine needs on so many threads.
    static func memory(for experiment: Experiment, threads: Int) -> Int {
        let shape = Shape(experiment.architecture, isAttacked: experiment.settings.contains { $0.attackNorm != 0 })
        let chunks = Chunks(of: experiment.batchSize).count
        let workspace = shape.workspace * MemoryLayout<Vector>.stride + 2 * shape.places * MemoryLayout<Int32>.stride
        return shape.capacity(slots: threads > 1 ? chunks : 1) * MemoryLayout<Vector>.stride
            + max(1, min(threads, chunks)) * workspace
            + Chunks(of: experiment.evaluationSamples).count * MemoryLayout<Double>.stride
    }

    /// What one thread needs.
    private final class Workspace {
        var x, delta: SampleRows
        let h, back, scratch: UnsafeMutablePointer<Vector>
        private let buffers: Buffers
        private let columns: UnsafeMutablePointer<Int32>
        private let counts: UnsafeMutablePointer<Int>

        init(_ shape: Shape) {
            let (samples, places) = (SampleRows.samples, shape.places)
            buffers = Buffers(capacity: shape.workspace)
            columns = .allocate(capacity: 2 * places)
            columns.initialize(repeating: 0, count: 2 * places)
            counts = .allocate(capacity: 2 * samples)
            counts.initialize(repeating: 0, count: 2 * samples)
            x = SampleRows(
                values: buffers.take(samples * shape.width), width: shape.width, columns: columns, counts: counts)
            delta = SampleRows(
                values: buffers.take(samples * shape.width), width: shape.width, columns: columns + places,
                counts: counts + samples)
            h = buffers.take(samples * shape.hiddenWidth)
            back = buffers.take(samples * shape.hiddenWidth)
            scratch = buffers.take(shape.width + 2)
        }

        deinit {
            columns.deallocate()
            counts.deallocate()
        }
    }

    /// An engine for one model of a valid experiment, at its start.
    ///
    /// - Parameter threads: how many work on a batch.
    init(_ experiment: Experiment, model: Int, seed: UInt64, threads: Int = 1) {
        self.experiment = experiment
        self.model = model
        setting = experiment.setting(ofModel: model)
        key = StreamKey(seed: seed, experiment: experiment.id)
        let shape = Shape(experiment.architecture, isAttacked: setting.attackNorm != 0)
        self.shape = shape
        let (n, m) = (shape.n, shape.m)

        let chunks = Chunks(of: experiment.batchSize).count
        let slots = threads > 1 ? chunks : 1
        buffers = Buffers(capacity: shape.capacity(slots: slots))
        parameters = buffers.take(shape.parameters)
        optimizer = AdamWState(
            experiment.optimizer, count: shape.parameters, storage: buffers.take(2 * shape.parameters))
        decoderByHidden = buffers.take(shape.byHidden)
        importance = buffers.take(shape.width)
        deltaOfZero = buffers.take(shape.width)
        source = InputSource(
            setting.features, width: shape.width, hiddenWidth: shape.hiddenWidth, buffers: buffers)
        gradient = buffers.take(shape.gradient)
        chunkGradients = (0..<slots).map { [buffers] _ in buffers.take(shape.gradient) }
        attacks = buffers.take(shape.isAttacked ? n * shape.width : 0)
        attackedHidden = buffers.take(shape.isAttacked ? shape.byFeature : 0)
        workspaces = (0..<max(1, min(threads, chunks))).map { _ in Workspace(shape) }
        chunkLosses = .allocate(capacity: max(chunks, Chunks(of: experiment.evaluationSamples).count))
        chunkLosses.initialize(repeating: 0)

        let start = InitialWeights(ofModel: model, of: experiment, key: key)
        let stride = shape.hiddenWidth * Vector.scalarCount
        for i in 0..<n {
            for k in 0..<m {
                parameters.numbers[i * stride + k] = start.W[k * n + i]
                if let W2 = start.W2 { (parameters + shape.decoder).numbers[i * stride + k] = W2[i * m + k] }
            }
            (parameters + shape.bias).numbers[i] = start.b[i]
            importance.numbers[i] = Float(setting.importance[i])
        }
        prepareStep()
    }

    deinit { chunkLosses.deallocate() }

    // MARK: - Steps

    func step(_ step: Int, addingTo losses: inout [Double]) throws(TrainingError) {
        let loss = sumLossAndGradient(step) / Double(experiment.batchSize)
        guard loss.isFinite else { throw .diverged(experiment, model: model, step: step) }
        optimizer.update(
            parameters, gradient: gradient, gradientScale: 2 / Float(experiment.batchSize),
            learningRate: experiment.learningRate.rate(step: step, of: experiment.steps))
        prepareStep()
        losses[0] += loss
    }

    func evaluate() -> [Double] {
        // Restarts of one setting see the same samples, so that their losses can be compared.
        let setting = model / experiment.restarts
        let sum = overChunks(of: experiment.evaluationSamples) { chunk, count, workspace in
            sumLoss(
                of: count, key: key.appending(.evaluation, setting, chunk), attackKey: nil, in: workspace, gradient: nil
            )
        }
        return [sum / Double(experiment.evaluationSamples)]
    }

    var weights: TrainedModels.Weights { unpacked(parameters, scale: 1) }

    /// Sums the loss and half its gradient over the batch of a step.
    private func sumLossAndGradient(_ step: Int) -> Double {
        gradient.update(repeating: .zero, count: shape.gradient)
        let isParallel = chunkGradients.count > 1
        let loss = overChunks(of: experiment.batchSize) { chunk, count, workspace in
            let slot = self.chunkGradients[isParallel ? chunk : 0]
            slot.update(repeating: .zero, count: self.shape.gradient)
            let loss = self.sumLoss(
                of: count, key: self.key.appending(.training, self.model, step, chunk),
                attackKey: self.shape.isAttacked ? self.key.appending(.attack, self.model, step, chunk) : nil,
                in: workspace, gradient: slot)
            if !isParallel { self.add(slot) }
            return loss
        }
        if isParallel { chunkGradients.forEach(add) }
        foldGradient()
        return loss
    }

    private func add(_ chunkGradient: UnsafeMutablePointer<Vector>) {
        for j in 0..<shape.gradient { gradient[j] += chunkGradient[j] }
    }

    /// Adds what was summed by hidden dimension and by attack to the gradient of the parameters.
    private func foldGradient() {
        func fold(_ byHidden: Int, into byFeature: Int) {
            WideKernels.transpose(
                gradient + byHidden, rows: shape.m, columns: shape.n, width: shape.width,
                into: gradient + byFeature, intoWidth: shape.hiddenWidth, adding: true)
        }
        fold(shape.encoderByHidden, into: 0)
        if !shape.isTied { fold(shape.decoderByHidden, into: shape.decoder) }
        guard shape.isAttacked else { return }
        for attacked in 0..<shape.n {
            let attack = (attacks + attacked * shape.width).numbers
            let sum = gradient + (shape.attack + attacked * shape.hiddenWidth)
            for i in 0..<shape.n {
                for j in 0..<shape.hiddenWidth {
                    gradient[i * shape.hiddenWidth + j].addProduct(sum[j], Vector(repeating: attack[i]))
                }
            }
        }
    }

    /// Brings what is derived from the parameters up to date with them.
    private func prepareStep() {
        WideKernels.transpose(
            parameters + shape.decoder, rows: shape.n, columns: shape.m, width: shape.hiddenWidth,
            into: decoderByHidden, intoWidth: shape.width, adding: false)
        var sum = Vector.zero
        for j in 0..<shape.width {
            let z = parameters[shape.bias + j]
            let y = experiment.architecture.output == .relu ? z.replacing(with: 0, where: z .<= 0) : z
            deltaOfZero[j] = importance[j] * y
            sum.addProduct(deltaOfZero[j], y)
        }
        lossOfZero = sum.indices.reduce(0) { $0 + Double(sum[$1]) }
        guard shape.isAttacked else { return }
        // The attack on feature i is along row i of WᵀW.
        let stride = shape.hiddenWidth * Vector.scalarCount
        for i in 0..<shape.n {
            let attack = attacks + i * shape.width
            var squares = Vector.zero
            for j in 0..<shape.width {
                var product = Vector.zero
                for k in 0..<shape.m {
                    product.addProduct(
                        decoderByHidden[k * shape.width + j], Vector(repeating: parameters.numbers[i * stride + k]))
                }
                attack[j] = product
                squares.addProduct(product, product)
            }
            let norm = squares.indices.reduce(Float(0)) { $0 + squares[$1] }.squareRoot()
            let scale = norm > 0 ? Float(setting.attackNorm) / norm : 0
            for j in 0..<shape.width { attack[j] *= scale }
            for j in 0..<shape.hiddenWidth {
                var sum = Vector.zero
                for f in 0..<shape.n {
                    sum.addProduct(parameters[f * shape.hiddenWidth + j], Vector(repeating: attack.numbers[f]))
                }
                attackedHidden[i * shape.hiddenWidth + j] = sum
            }
        }
    }

    /// Adds up what `body` returns for every chunk of `samples` samples.
    private func overChunks(of samples: Int, _ body: (_ chunk: Int, _ count: Int, Workspace) -> Double) -> Double {
        let chunks = Chunks(of: samples)
        chunks.forEach(threads: workspaces.count) { chunk, thread in
            chunkLosses[chunk] = body(chunk, chunks.count(of: chunk), workspaces[thread])
        }
        return chunkLosses[..<chunks.count].reduce(0, +)
    }

    // MARK: - Blocks of samples

    /// The sum of the losses of `count` samples, and half its gradient added to `gradient`.
    private func sumLoss(
        of count: Int, key: UInt64, attackKey: UInt64?, in workspace: Workspace,
        gradient: UnsafeMutablePointer<Vector>?
    ) -> Double {
        var streams = RandomLanes(key: key)
        var attackStream = attackKey.map(RandomStream.init(key:))
        var sum = 0.0
        var left = count
        while left > 0 {
            let drawn = source.draw(
                upTo: left, keepsZeros: attackStream != nil, into: &workspace.x, from: &streams,
                scratch: workspace.scratch)
            left -= drawn.inputs
            addZeros(drawn.inputs - drawn.rows, to: &sum, gradient)
            let attacks = drawAttacks(drawn.rows, from: &attackStream)
            sum += Double(forward(drawn.rows, attacks: attacks, in: workspace))
            if let gradient { backward(attacks: attacks, in: workspace, gradient: gradient) }
        }
        return sum
    }

    /// Adds what inputs without an active feature add: all the same, as they leave the hidden layer at zero and the output
    /// at the bias.
    private func addZeros(_ count: Int, to loss: inout Double, _ gradient: UnsafeMutablePointer<Vector>?) {
        guard count > 0 else { return }
        loss += Double(count) * lossOfZero
        guard let gradient else { return }
        for j in 0..<shape.width {
            gradient[shape.bias + j].addProduct(deltaOfZero[j], Vector(repeating: Float(count)))
        }
    }

    /// A random feature and sign per row; none without a stream.
    private func drawAttacks(_ count: Int, from stream: inout RandomStream?) -> [Attack] {
        guard var attackStream = stream else { return [] }
        defer { stream = attackStream }
        return (0..<count).map { _ in
            let bits = attackStream.next32()
            return Attack(feature: Int(bits >> 1) % shape.n, sign: bits & 1 == 0 ? 1 : -1)
        }
    }

    private struct Attack {
        var feature: Int
        var sign: Float
    }

    /// Computes the hidden layer, and half the gradient at the output before its activation function; returns the sum of
    /// the losses.
    private func forward(_ count: Int, attacks: [Attack], in workspace: Workspace) -> Float {
        let (hiddenWidth, h) = (shape.hiddenWidth, workspace.h)
        WideKernels.project(workspace.x, columns: shape.n, through: parameters, width: hiddenWidth, into: h)
        for (s, attack) in attacks.enumerated() {
            for j in 0..<hiddenWidth {
                h[s * hiddenWidth + j].addProduct(
                    attackedHidden[attack.feature * hiddenWidth + j], Vector(repeating: attack.sign))
            }
        }
        if experiment.architecture.hiddenActivation == .relu {
            for j in 0..<SampleRows.samples * hiddenWidth { h[j].replace(with: 0, where: h[j] .<= 0) }
        }
        var output = WideKernels.Output(
            isReLU: experiment.architecture.output == .relu, isAbsolute: experiment.target == .absoluteValue,
            bias: parameters + shape.bias, importance: importance)
        if setting.hiddenPenalty != 0 {
            let weight = Float(setting.hiddenPenalty)
            for j in 0..<count * hiddenWidth { output.loss += weight * magnitude(h[j]) }
        }
        WideKernels.decode(
            h, hidden: shape.m, hiddenWidth: hiddenWidth, matrix: decoderByHidden, inputs: workspace.x, count: count,
            output: &output, into: workspace.delta)
        let active = Double(output.active.wrappedSum()) / Double(count)
        workspace.delta.isListed = false
        if SampleRows.isWorthListing(active: active, of: shape.n, width: hiddenWidth) { workspace.delta.list() }
        return output.loss.indices.reduce(0) { $0 + output.loss[$1] }
    }

    /// Adds the block's share to half the gradient.
    private func backward(attacks: [Attack], in workspace: Workspace, gradient: UnsafeMutablePointer<Vector>) {
        let (hiddenWidth, h, back) = (shape.hiddenWidth, workspace.h, workspace.back)
        let (x, delta) = (workspace.x, workspace.delta)
        WideKernels.project(
            delta, columns: shape.n, through: parameters + shape.decoder, width: hiddenWidth, into: back)
        if setting.hiddenPenalty != 0 {
            let half = Vector(repeating: Float(setting.hiddenPenalty) / 2)
            for j in 0..<SampleRows.samples * hiddenWidth {
                back[j] += half.replacing(with: -half, where: h[j] .< 0).replacing(with: 0, where: h[j] .== 0)
            }
        }
        if experiment.architecture.hiddenActivation == .relu {
            for j in 0..<SampleRows.samples * hiddenWidth { back[j].replace(with: 0, where: h[j] .<= 0) }
        }
        WideKernels.accumulate(
            delta, times: h, hidden: shape.m, hiddenWidth: hiddenWidth,
            byFeature: gradient + shape.decoder, byHidden: gradient + shape.decoderByHidden)
        WideKernels.accumulate(
            x, times: back, hidden: shape.m, hiddenWidth: hiddenWidth,
            byFeature: gradient, byHidden: gradient + shape.encoderByHidden)
        for (s, attack) in attacks.enumerated() {
            let sum = gradient + (shape.attack + attack.feature * hiddenWidth)
            for j in 0..<hiddenWidth { sum[j].addProduct(back[s * hiddenWidth + j], Vector(repeating: attack.sign)) }
        }
        let bias = gradient + shape.bias
        for j in 0..<shape.width {
            var sum = bias[j]
            for s in 0..<SampleRows.samples { sum += delta.row(s)[j] }
            bias[j] = sum
        }
    }

    // MARK: - Results and tests

    /// The loss and gradient of a step's batch, without taking the step. For tests.
    func lossAndGradient(step: Int) -> (loss: Double, gradient: TrainedModels.Weights) {
        let loss = sumLossAndGradient(step) / Double(experiment.batchSize)
        return (loss, unpacked(gradient, scale: 2 / Float(experiment.batchSize)))
    }

    /// The batch of a step, in some order: what the model sees, attacked if it is, and the inputs before that. Shapes
    /// `[samples][features]`. For tests.
    func batch(step: Int) -> (seen: [[Double]], inputs: [[Double]]) {
        var (seen, inputs): ([[Double]], [[Double]]) = ([], [])
        _ = overChunks(of: experiment.batchSize) { chunk, count, workspace in
            var streams = RandomLanes(key: key.appending(.training, model, step, chunk))
            var attackStream =
                shape.isAttacked ? RandomStream(key: key.appending(.attack, model, step, chunk)) : nil
            var left = count
            while left > 0 {
                let drawn = source.draw(
                    upTo: left, keepsZeros: shape.isAttacked, into: &workspace.x, from: &streams,
                    scratch: workspace.scratch)
                left -= drawn.inputs
                let attacks = drawAttacks(drawn.rows, from: &attackStream)
                for s in 0..<drawn.inputs {
                    let x = (0..<shape.n).map { s < drawn.rows ? Double(workspace.x.row(s).numbers[$0]) : 0 }
                    inputs.append(x)
                    seen.append(
                        attacks.isEmpty
                            ? x
                            : x.indices.map { i in
                                let attack = (self.attacks + attacks[s].feature * shape.width).numbers[i]
                                return x[i] + Double(attacks[s].sign * attack)
                            })
                }
            }
            return 0
        }
        return (seen, inputs)
    }

    private func unpacked(_ vectors: UnsafeMutablePointer<Vector>, scale: Float) -> TrainedModels.Weights {
        let (n, m, stride) = (shape.n, shape.m, shape.hiddenWidth * Vector.scalarCount)
        let (encoder, decoder) = (vectors.numbers, (vectors + shape.decoder).numbers)
        let bias = (vectors + shape.bias).numbers
        return TrainedModels.Weights(
            W: (0..<m * n).map { encoder[$0 % n * stride + $0 / n] * scale },
            W2: shape.isTied ? nil : (0..<n * m).map { decoder[$0 / m * stride + $0 % m] * scale },
            b: (0..<n).map { bias[$0] * scale })
    }
}
