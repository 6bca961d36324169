/// The engine for small models: trains up to sixteen models of one shape side by side, one in each lane of a vector.
///
/// Every model runs the same instructions on its own weights, data, densities and importances, so there is nothing to
/// shuffle and nothing to waste, however few features a model has. Where there are fewer models than lanes, each model
/// has several, which share its batch. Samples go through in blocks of eight, so that a weight that is loaded once is
/// used eight times. Of sparse samples only those with an active feature are computed; see ``LaneInputs``.
///
/// Computes what ``ToyModel/lossAndGradient(_:seen:_:teacher:)`` computes.
final class LaneEngine: Engine {
    /// The greatest number of models that one engine trains.
    static let lanes = Vector.scalarCount
    /// A step is too short to be shared.
    var threads: Int {
        get { 1 }
        set {}
    }

    private let experiment: Experiment
    private let models: Range<Int>
    private let n: Int
    private let m: Int
    private let isReLU: Bool
    private let isHiddenReLU: Bool
    private let hiddenPenalty: Vector
    private let penalizesHidden: Bool

    private let key: StreamKey
    /// The number of lanes that share a model's batch. Lane $r k + i$ is the $r$-th of model $i$ of $k$.
    private let replicas: Int
    /// The model of each lane. Lanes that are left over repeat the last; nobody reads them.
    private let laneModels: [Int]
    private var streams: RandomLanes
    private let inputs: LaneInputs
    /// How many of a lane's samples in a step are computed, if not all.
    private let counts: [Binomial]?
    private var optimizer: AdamWState

    // Encoder and decoder are `[hidden, features]`, and the same array in a tied model; the gradient is laid out as the
    // parameters are.
    private let buffers: Buffers
    private let parameterCount: Int
    private let parameters: UnsafeMutablePointer<Vector>
    private let gradient: UnsafeMutablePointer<Vector>
    private let decoderOffset: Int
    private let biasOffset: Int
    /// Nil if the hidden layer has no bias.
    private let hiddenBiasOffset: Int?
    /// Shape `[features]`.
    private let importance: UnsafeMutablePointer<Vector>
    private let block: Block
    private let encoder: LaneNetwork?
    private let teacher: LaneNetwork?
    private let target: Objective.Target
    /// Where each model goes through a finite set, and the samples of the step's batch. Shape `[models]`.
    private var orders: [BatchOrder]
    private var batch: [[Int32]] = []

    /// A block of samples, and what is computed of it.
    private struct Block {
        // Shapes `[features, 8]` and `[hidden, 8]`: inputs, half the gradient at the outputs, and the hidden layer with half
        // the gradient there.
        let x, delta, h, back: UnsafeMutablePointer<Vector>
        /// What is drawn, of which the encoder makes `x`; `x` itself without one.
        let features: UnsafeMutablePointer<Vector>
        /// What the outputs should be, and the teacher's hidden layer; `x` itself where that is the target.
        let target, teacherHidden: UnsafeMutablePointer<Vector>
    }

    /// How many there are of everything, and where in the parameters.
    private struct Shape {
        let n, m: Int
        /// The number of features that are drawn.
        let drawn: Int
        let decoder, bias, parameters: Int
        /// Nil if the hidden layer has no bias.
        let hiddenBias: Int?
        init(_ experiment: Experiment) {
            let (architecture, data) = (experiment.architecture, experiment.settings[0].data)
            (n, m, drawn) = (architecture.features, architecture.hidden, data.features.features)
            decoder = architecture.isTied ? 0 : m * n
            bias = decoder + m * n
            hiddenBias = architecture.hasHiddenBias ? bias + n : nil
            parameters = bias + n + (architecture.hasHiddenBias ? m : 0)
        }

        /// Vectors in all, with networks that only answer, and a teacher's hidden layer.
        func capacity(networks: [ToyModel.Architecture], teacherHidden: Int) -> Int {
            4 * parameters + LaneInputs.capacity(features: drawn) + n
                + networks.reduce(0) { $0 + LaneNetwork.capacity($1) }
                + (3 * n + 2 * m + drawn + teacherHidden) * VectorBlock.count
        }
    }

    static func memory(for experiment: Experiment, threads: Int) -> Int {
        let shape = Shape(experiment)
        let data = experiment.settings[0].data
        let encoder = data.encoder.map { _ in ToyModel.Architecture(features: shape.drawn, hidden: shape.n) }
        return shape.capacity(networks: encoder.map { [$0] } ?? [], teacherHidden: 0) * MemoryLayout<Vector>.stride
            + Self.lanes * data.keptBytes
    }

    /// An engine for at most ``lanes`` models of a valid experiment, at their start.
    init(_ experiment: Experiment, models: Range<Int>, seed: UInt64, library: ModelLibrary = .init()) {
        precondition(!models.isEmpty && models.count <= Self.lanes)
        self.experiment = experiment
        self.models = models
        let architecture = experiment.architecture
        n = architecture.features
        m = architecture.hidden
        isReLU = architecture.output == .relu
        isHiddenReLU = architecture.hiddenActivation == .relu
        target = experiment.settings[0].objective.target

        // Lanes share a batch that can be cut into whole blocks for each of them.
        var replicas = 1
        while 2 * replicas * models.count <= Self.lanes, experiment.batchSize % (2 * replicas * VectorBlock.count) == 0
        {
            replicas *= 2
        }
        self.replicas = replicas
        let laneModels = (0..<Self.lanes).map { lane in
            lane < replicas * models.count ? models.lowerBound + lane % models.count : models.upperBound - 1
        }
        self.laneModels = laneModels
        let settings = laneModels.map(experiment.setting(ofModel:))
        hiddenPenalty = Vector(settings.map { Float($0.objective.hiddenPenalty) })
        penalizesHidden = any(hiddenPenalty .!= 0)

        let key = StreamKey(seed: seed, experiment: experiment.id)
        self.key = key
        // Lanes of one setting share its source, and with it a finite set.
        var sourceOfSetting: [Int: InputSource] = [:]
        for model in models {
            let setting = model / experiment.restarts
            if sourceOfSetting[setting] == nil {
                sourceOfSetting[setting] = InputSource(experiment.settings[setting], key: key, library: library)
            }
        }
        let sources = laneModels.compactMap { sourceOfSetting[$0 / experiment.restarts] }
        let (encoders, teachers) = (sources.compactMap(\.encoder), sources.compactMap(\.teacher))
        orders =
            experiment.settings[0].data.samples.map { samples in
                models.map {
                    BatchOrder(samples: samples, batchSize: experiment.batchSize, key: key, model: $0)
                }
            } ?? []

        let shape = Shape(experiment)
        let drawn = shape.drawn
        (decoderOffset, biasOffset, hiddenBiasOffset) = (shape.decoder, shape.bias, shape.hiddenBias)
        parameterCount = shape.parameters
        let teacherHidden = teachers.first?.W.rows ?? 0
        buffers = Buffers(
            capacity: shape.capacity(
                networks: [encoders.first, teachers.first].compactMap { $0?.architecture },
                teacherHidden: teacherHidden))
        parameters = buffers.take(parameterCount)
        gradient = buffers.take(parameterCount)
        optimizer = AdamWState(experiment.optimizer, count: parameterCount, storage: buffers.take(2 * parameterCount))
        let inputs = LaneInputs(sources, buffers: buffers)
        self.inputs = inputs
        counts = inputs.counts(among: experiment.batchSize / replicas)
        encoder = encoders.isEmpty ? nil : LaneNetwork(encoders, buffers: buffers)
        teacher = teachers.isEmpty ? nil : LaneNetwork(teachers, buffers: buffers)
        importance = buffers.take(n)
        let x = buffers.take(n * VectorBlock.count)
        block = Block(
            x: x, delta: buffers.take(n * VectorBlock.count), h: buffers.take(m * VectorBlock.count),
            back: buffers.take(m * VectorBlock.count),
            features: encoder == nil ? x : buffers.take(drawn * VectorBlock.count),
            target: target == .input ? x : buffers.take(n * VectorBlock.count),
            teacherHidden: buffers.take(teacherHidden * VectorBlock.count))
        streams = RandomLanes(
            keys: laneModels.enumerated().map { lane, model in
                key.appending(.training, model, lane / models.count)
            })
        for (lane, model) in laneModels.enumerated() {
            let start = InitialWeights(ofModel: model, of: experiment, key: key, library: library)
            for parameter in architecture.parameters {
                let values = start[parameter.role]
                for (j, place) in places(of: parameter.role).enumerated() { parameters[place][lane] = values[j] }
            }
            for i in 0..<n { importance[i][lane] = Float(settings[lane].importance[i]) }
        }
    }

    /// Where the values of a parameter, in row-major order, are among the parameters.
    private func places(of role: ToyModel.Parameter.Role) -> [Int] {
        switch role {
        case .encoder: Array(0..<m * n)
        case .decoder: (0..<n * m).map { decoderOffset + $0 % m * n + $0 / m }
        case .bias: Array(biasOffset..<biasOffset + n)
        case .hiddenBias: hiddenBiasOffset.map { Array($0..<$0 + m) } ?? []
        case .threshold, .magnitudeScale, .magnitudeBias: []
        }
    }

    // MARK: - Steps

    func step(_ step: Int, addingTo losses: inout [Double]) throws(TrainingError) {
        let loss = sumLossAndGradient(step) / Float(experiment.batchSize)
        let unhealthy = (loss - loss) .!= 0
        if any(unhealthy), let model = models.first(where: { unhealthy[$0 - models.lowerBound] }) {
            throw .diverged(experiment, model: model, step: step)
        }
        optimizer.update(
            parameters, gradient: gradient, gradientScale: 2 / Float(experiment.batchSize),
            learningRate: experiment.learningRate.rate(step: step, of: experiment.steps))
        for lane in losses.indices { losses[lane] += Double(loss[lane]) }
    }

    /// Sums the loss and half its gradient over the batch of a step.
    private func sumLossAndGradient(_ step: Int) -> Vector {
        batch = orders.indices.map { orders[$0].batch(ofStep: step) }
        gradient.update(repeating: .zero, count: parameterCount)
        let loss = sumLoss(
            of: experiment.batchSize / replicas, counts: counts, replicas: replicas, from: &streams, gradient: gradient)
        if replicas > 1 {
            for j in 0..<parameterCount { gradient[j] = sumOverReplicas(gradient[j]) }
        }
        return sumOverReplicas(loss)
    }

    /// The sum over each model's lanes, in all of its lanes.
    private func sumOverReplicas(_ v: Vector) -> Vector {
        guard replicas > 1 else { return v }
        var sums = v
        for model in 0..<models.count {
            var sum = v[model]
            for replica in 1..<replicas { sum += v[replica &* models.count &+ model] }
            for replica in 0..<replicas { sums[replica &* models.count &+ model] = sum }
        }
        return sums
    }

    func evaluate(on samples: EvaluationSamples) -> [LossEstimate] {
        let isFresh = samples == .freshSamples
        let data = experiment.settings[0].data
        let count = isFresh ? data.heldOut?.count ?? experiment.evaluationSamples : data.samples ?? 0
        let finite = isFresh ? data.heldOut : 0..<count
        batch = finite.map { samples in models.map { _ in samples.map(Int32.init) } } ?? []
        // Restarts of one setting see the same samples, so that their losses can be compared.
        var streams = RandomLanes(keys: laneModels.map { key.appending(.evaluation, $0 / experiment.restarts) })
        // In parts, which tell the error; and single precision cannot add up a million losses.
        let part = min(4096, max(16, count / 64))
        let counts = finite == nil ? inputs.counts(among: part) : nil
        var parts = models.map { _ in [(count: Int, sum: Double)]() }
        for start in stride(from: 0, to: count, by: part) {
            let samples = min(part, count - start)
            let loss = sumLoss(
                of: samples, after: start, counts: samples == part ? counts : nil, replicas: 1, from: &streams,
                gradient: nil)
            for model in parts.indices { parts[model].append((samples, Double(loss[model]))) }
        }
        return parts.map(LossEstimate.init(parts:))
    }

    /// The sum of the losses of the next `samples` samples of each lane, and half its gradient added to `gradient`.
    ///
    /// - Parameters:
    ///   - start: the number of samples of a finite set that come before.
    ///   - counts: how many of them are computed, if not all.
    ///   - replicas: the number of lanes that share a model's batch.
    private func sumLoss(
        of samples: Int, after start: Int = 0, counts: [Binomial]?, replicas: Int, from streams: inout RandomLanes,
        gradient: UnsafeMutablePointer<Vector>?
    ) -> Vector {
        let plan = inputs.plan(samples, counts: counts, from: &streams)
        var loss = Vector.zero
        for row in stride(from: 0, to: plan.rows, by: VectorBlock.count) {
            fillBlock(plan, from: row, samples: samples, after: start, replicas: replicas, streams: &streams)
            encoder?.encode(block.features, into: block.x)
            setTargets()
            loss +=
                plan.isWhole(from: row)
                ? computeBlock(EqualWeights(), gradient: gradient)
                : computeBlock(LastWeight(plan, from: row), gradient: gradient)
        }
        return loss
    }

    /// Fills `features` with the plan's rows from `row` on.
    private func fillBlock(
        _ plan: LaneInputs.Plan, from row: Int, samples: Int, after start: Int, replicas: Int,
        streams: inout RandomLanes
    ) {
        guard !batch.isEmpty else { return inputs.draw(plan, from: row, into: block.features, streams: &streams) }
        inputs.read(min(VectorBlock.count, samples - row), into: block.features) { lane, place in
            let replica = lane / models.count < replicas ? lane / models.count : 0
            return Int(batch[laneModels[lane] - models.lowerBound][start + replica * samples + row + place])
        }
    }

    /// Computes what the outputs should be, unless that is the input.
    private func setTargets() {
        switch target {
        case .input: break
        case .absoluteValue:
            for j in 0..<n * VectorBlock.count { block.target[j] = magnitude(block.x[j]) }
        case .outputs: teacher?.answer(block.x, hidden: block.teacherHidden, into: block.target)
        }
    }

    // MARK: - Kernels

    /// The sum of the block's losses, and half its gradient added to `gradient`.
    @inline(__always)
    private func computeBlock(_ weights: some SampleWeights, gradient: UnsafeMutablePointer<Vector>?) -> Vector {
        var loss = forward(weights, biasGradient: gradient.map { $0 + biasOffset })
        if let gradient { backward(weights, gradient: gradient) }
        if penalizesHidden { loss += hiddenPenalty * sumOfActivations(weights) }
        return loss
    }

    /// Computes `h`, and in `delta` half the gradient at the output before its activation function, which is added to the
    /// gradient of the bias. Returns the sum of the losses.
    @inline(__always)
    private func forward(_ weights: some SampleWeights, biasGradient: UnsafeMutablePointer<Vector>?) -> Vector {
        let (n, m, size) = (n, m, VectorBlock.count)
        let (decoder, bias, importance) = (parameters + decoderOffset, parameters + biasOffset, importance)
        let hiddenBias = hiddenBiasOffset.map { parameters + $0 }
        LaneKernels.project(
            block.x, columns: n, through: parameters, rows: m, rowStride: n, columnStride: 1, into: block.h,
            start: { hiddenBias?[$0] ?? .zero },
            finish: { _, h in if isHiddenReLU { h = h.whereActive(h) } })
        var loss = Vector.zero
        LaneKernels.project(
            block.h, columns: m, through: decoder, rows: n, rowStride: 1, columnStride: n, into: block.delta,
            start: { bias[$0] },
            finish: { i, z in
                loss += finish(&z, target: block.target + i &* size, importance: importance[i], weights: weights)
                if let biasGradient { biasGradient[i] = z.sum(from: biasGradient[i]) }
            })
        return loss
    }

    /// Turns one feature's outputs before the activation function into half the gradient there; returns the sum of the
    /// losses.
    @inline(__always)
    private func finish(
        _ block: inout VectorBlock, target: UnsafePointer<Vector>, importance: Vector, weights: some SampleWeights
    ) -> Vector {
        var loss = Vector.zero
        let isReLU = isReLU
        block.replaceEach { s, z in
            let isOff = isReLU ? z .<= 0 : SIMDMask(repeating: false)
            let error = z.replacing(with: 0, where: isOff) - target[s]
            let weighted = weights.weighted(importance, sample: s) * error
            loss.addProduct(weighted, error)
            return weighted.replacing(with: 0, where: isOff)
        }
        return loss
    }

    /// Adds the block's share to half the gradient, but for the bias.
    @inline(__always)
    private func backward(_ weights: some SampleWeights, gradient: UnsafeMutablePointer<Vector>) {
        let (n, m, size) = (n, m, VectorBlock.count)
        let h = block.h
        let hiddenBiasGradient = hiddenBiasOffset.map { gradient + $0 }
        LaneKernels.project(
            block.delta, columns: n, through: parameters + decoderOffset, rows: m, rowStride: n, columnStride: 1,
            into: block.back, start: { _ in .zero },
            finish: { k, back in
                let hidden = h + k &* size
                if penalizesHidden { addPenalty(of: hidden, weights, to: &back) }
                if isHiddenReLU { back = back.whereActive(VectorBlock(at: hidden)) }
                if let hiddenBiasGradient { hiddenBiasGradient[k] = back.sum(from: hiddenBiasGradient[k]) }
            })
        LaneKernels.accumulate(h, rows: m, times: block.delta, columns: n, into: gradient + decoderOffset)
        LaneKernels.accumulate(block.back, rows: m, times: block.x, columns: n, into: gradient)
    }

    /// Adds half the gradient of the penalty on one hidden dimension's activations.
    @inline(__always)
    private func addPenalty(of hidden: UnsafePointer<Vector>, _ weights: some SampleWeights, to back: inout VectorBlock)
    {
        let half = hiddenPenalty * 0.5
        back.replaceEach { s, back in
            let weighted = weights.weighted(half, sample: s)
            return back
                + weighted.replacing(with: -weighted, where: hidden[s] .< 0).replacing(with: 0, where: hidden[s] .== 0)
        }
    }

    /// The sum of $|h|$ over hidden dimensions and samples.
    private func sumOfActivations(_ weights: some SampleWeights) -> Vector {
        var sum = Vector.zero
        for k in 0..<m {
            for s in 0..<VectorBlock.count {
                sum += weights.weighted(magnitude(block.h[k &* VectorBlock.count &+ s]), sample: s)
            }
        }
        return sum
    }

    // MARK: - Results

    var weights: Weights { unpacked(parameters, scale: 1) }

    /// The loss and gradient of a step's batch, without the step. For tests.
    func lossAndGradient(step: Int = 0) -> (losses: [Double], gradient: Weights) {
        let loss = sumLossAndGradient(step) / Float(experiment.batchSize)
        let gradient = unpacked(gradient, scale: 2 / Float(experiment.batchSize))
        return (models.indices.map { Double(loss[$0 - models.lowerBound]) }, gradient)
    }

    /// What the models draw in the next step, in some order: shape `[models][samples][features]`. For tests.
    func nextBatch() -> [[[Double]]] {
        batch = orders.indices.map { orders[$0].batch(ofStep: 0) }
        var streams = streams
        let samples = experiment.batchSize / replicas
        let plan = inputs.plan(samples, counts: counts, from: &streams)
        let drawn = experiment.settings[0].data.features.features
        var rows = (0..<replicas * models.count).map { _ in [[Double]]() }
        for row in stride(from: 0, to: plan.rows, by: VectorBlock.count) {
            fillBlock(plan, from: row, samples: samples, after: 0, replicas: replicas, streams: &streams)
            for lane in rows.indices {
                for s in 0..<VectorBlock.count {
                    rows[lane].append((0..<drawn).map { Double(block.features[$0 * VectorBlock.count + s][lane]) })
                }
            }
        }
        // The samples that are left out, and the rows that fill a block, are zero.
        let zero = [Double](repeating: 0, count: drawn)
        return models.indices.map { model in
            (0..<replicas).flatMap { replica in
                var rows = rows[replica * models.count + model - models.lowerBound][...]
                while rows.count > samples, rows.last == zero { rows.removeLast() }
                return rows + Array(repeating: zero, count: max(0, samples - rows.count))
            }
        }
    }

    private func unpacked(_ vectors: UnsafePointer<Vector>, scale: Float) -> Weights {
        var weights = Weights()
        for parameter in experiment.architecture.parameters {
            let places = places(of: parameter.role)
            weights.tensors[parameter.name] = (0..<models.count).flatMap { lane in
                places.map { vectors[$0][lane] * scale }
            }
        }
        return weights
    }
}

/// What each sample of a block counts for. Types, so that the compiler makes a version of the kernels for each.
private protocol SampleWeights {
    /// What one sample adds, from 0 to 7, times what it counts for.
    func weighted(_ v: Vector, sample: Int) -> Vector
}

private struct EqualWeights: SampleWeights {
    @inline(__always)
    func weighted(_ v: Vector, sample: Int) -> Vector { v }
}

/// The last block of a plan.
private struct LastWeight: SampleWeights {
    /// The place of the plan's last row; those after it count for nothing.
    let place: Int
    let weight: Float

    init(_ plan: LaneInputs.Plan, from row: Int) {
        (place, weight) = (plan.rows - row - 1, plan.last)
    }

    @inline(__always)
    func weighted(_ v: Vector, sample: Int) -> Vector {
        v * (sample < place ? 1 : sample == place ? weight : 0)
    }
}

extension LaneInputs.Plan {
    /// Whether all samples of the block that starts at a row are there, and count once.
    fileprivate func isWhole(from row: Int) -> Bool {
        row + VectorBlock.count < rows || row + VectorBlock.count == rows && last == 1
    }
}
