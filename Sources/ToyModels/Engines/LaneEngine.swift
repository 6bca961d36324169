/// The engine for small models: trains up to sixteen models of one shape side by side, one in each lane of a vector.
///
/// Every model runs the same instructions on its own weights, data, densities and importances, so there is nothing to
/// shuffle and nothing to waste, however few features a model has. Where there are fewer models than lanes, each model
/// has several, which share its batch. Samples go through in blocks of eight, so that a weight that is loaded once is
/// used eight times. Nothing is allocated after `init`.
///
/// Computes what ``ToyModel/lossAndGradient(_:seen:_:teacher:)`` computes.
final class LaneEngine: Engine {
    /// The greatest number of models that one engine trains.
    static let lanes = Vector.scalarCount

    private let experiment: Experiment
    private let models: Range<Int>
    private let n: Int
    private let m: Int
    private let isReLU: Bool
    private let isHiddenReLU: Bool
    private let gates: Int
    private let setSize: Int
    private let hiddenPenalty: Vector
    private let penalizesHidden: Bool

    private let key: StreamKey
    /// The number of lanes that share a model's batch. Lane $r k + i$ is the $r$-th of model $i$ of $k$.
    private let replicas: Int
    /// The model of each lane. Lanes that are left over repeat the last; nobody reads them.
    private let laneModels: [Int]
    /// A stream per chunk of the batch.
    private let streams: UnsafeMutableBufferPointer<RandomLanes>
    private var optimizer: AdamWState

    // Encoder and decoder are `[hidden, features]`, and the same array in a tied model; the gradient is laid out as the
    // parameters are.
    private let buffers: Buffers
    private let parameterCount: Int
    private let parameters: UnsafeMutablePointer<Vector>
    private let gradient: UnsafeMutablePointer<Vector>
    /// A gradient per chunk where several threads work on them, otherwise one.
    private let chunkGradients: [UnsafeMutablePointer<Vector>]
    private let chunkLosses: UnsafeMutablePointer<Vector>
    private let decoderOffset: Int
    private let biasOffset: Int
    /// Nil if the hidden layer has no bias.
    private let hiddenBiasOffset: Int?
    // How inputs are drawn and weighed, shape `[features]`: see ``Activity``.
    private let lower: UnsafeMutablePointer<Vector>
    private let upper: UnsafeMutablePointer<Vector>
    private let scale: UnsafeMutablePointer<Vector>
    private let offset: UnsafeMutablePointer<Vector>
    private let importance: UnsafeMutablePointer<Vector>
    private let workspaces: [Workspace]
    var threads: Int { didSet { threads = min(threads, workspaces.count) } }
    /// What the inputs are drawn from, by lane.
    private let sources: [InputSource]
    private let encoder: LaneNetwork?
    private let teacher: LaneNetwork?
    private let target: Objective.Target
    /// Where each model goes through a finite set, and the samples of the step's batch. Shape `[models]`.
    private var orders: [BatchOrder]
    private var batch: [[Int32]] = []

    /// What one thread needs for one block of samples.
    private struct Workspace {
        /// The numbers that decide which sets of features are active.
        let gate: UnsafeMutablePointer<Vector>
        // Shapes `[features, samples]` and `[hidden, samples]`.
        let x, delta, h: UnsafeMutablePointer<Vector>
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
        /// Chunks of a batch, and of whatever is cut into chunks.
        let chunks, allChunks: Int
        /// Threads, and gradients of chunks.
        let workers, slots: Int

        init(_ experiment: Experiment, threads: Int) {
            let (architecture, data) = (experiment.architecture, experiment.settings[0].data)
            (n, m, drawn) = (architecture.features, architecture.hidden, data.features.features)
            decoder = architecture.isTied ? 0 : m * n
            bias = decoder + m * n
            hiddenBias = architecture.hasHiddenBias ? bias + n : nil
            parameters = bias + n + (architecture.hasHiddenBias ? m : 0)
            chunks = Chunks(of: experiment.batchSize).count
            allChunks = max(
                chunks, Chunks(of: experiment.evaluationSamples).count, Chunks(of: data.samples ?? 0).count)
            workers = max(1, min(threads, chunks))
            slots = workers > 1 ? chunks : 1
        }

        /// Vectors in all, with networks that only answer, and a teacher's hidden layer; there are at most as many gates as
        /// features.
        func capacity(networks: [ToyModel.Architecture], teacherHidden: Int) -> Int {
            (4 + slots) * parameters + allChunks + 4 * drawn + n
                + networks.reduce(0) { $0 + LaneNetwork.capacity($1) }
                + workers * (drawn + (3 * n + m + drawn + teacherHidden) * VectorBlock.count)
        }
    }

    static func memory(for experiment: Experiment, threads: Int) -> Int {
        let shape = Shape(experiment, threads: threads)
        let data = experiment.settings[0].data
        let encoder = data.encoder.map { _ in ToyModel.Architecture(features: shape.drawn, hidden: shape.n) }
        return shape.capacity(networks: encoder.map { [$0] } ?? [], teacherHidden: 0) * MemoryLayout<Vector>.stride
            + shape.chunks * MemoryLayout<RandomLanes>.stride
            + Self.lanes * (data.samples ?? 0) * (shape.drawn + 1) * MemoryLayout<Float>.stride
    }

    /// An engine for at most ``lanes`` models of a valid experiment, at their start.
    ///
    /// - Parameter threads: how many work on a batch.
    init(
        _ experiment: Experiment, models: Range<Int>, seed: UInt64, library: ModelLibrary = .init(), threads: Int = 1
    ) {
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
        let activities = settings.map { Activity(of: $0.features) }
        (gates, setSize) = (activities[0].gates, activities[0].setSize)
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
        self.sources = sources
        let (encoders, teachers) = (sources.compactMap(\.encoder), sources.compactMap(\.teacher))
        orders =
            experiment.settings[0].data.samples.map { samples in
                models.map {
                    BatchOrder(samples: samples, batchSize: experiment.batchSize, key: key, model: $0)
                }
            } ?? []

        let shape = Shape(experiment, threads: threads)
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
        lower = buffers.take(drawn)
        upper = buffers.take(drawn)
        scale = buffers.take(drawn)
        offset = buffers.take(drawn)
        encoder = encoders.isEmpty ? nil : LaneNetwork(encoders, buffers: buffers)
        teacher = teachers.isEmpty ? nil : LaneNetwork(teachers, buffers: buffers)
        importance = buffers.take(n)
        chunkGradients = (0..<shape.slots).map { [buffers, parameterCount] _ in buffers.take(parameterCount) }
        chunkLosses = buffers.take(shape.allChunks)
        workspaces = (0..<shape.workers).map { [buffers, gates, n, m, target, encoder] _ in
            let x = buffers.take(n * VectorBlock.count)
            return Workspace(
                gate: buffers.take(gates), x: x, delta: buffers.take(n * VectorBlock.count),
                h: buffers.take(m * VectorBlock.count),
                features: encoder == nil ? x : buffers.take(drawn * VectorBlock.count),
                target: target == .input ? x : buffers.take(n * VectorBlock.count),
                teacherHidden: buffers.take(teacherHidden * VectorBlock.count))
        }

        self.threads = workspaces.count

        streams = .allocate(capacity: shape.chunks)
        for chunk in 0..<shape.chunks {
            streams.initializeElement(
                at: chunk,
                to: RandomLanes(
                    keys: laneModels.enumerated().map { lane, model in
                        key.appending(.training, model, chunk, lane / models.count)
                    }))
        }
        for (lane, model) in laneModels.enumerated() {
            let start = InitialWeights(ofModel: model, of: experiment, key: key, library: library)
            for parameter in architecture.parameters {
                let values = start[parameter.role]
                for (j, place) in places(of: parameter.role).enumerated() { parameters[place][lane] = values[j] }
            }
            for i in 0..<drawn {
                lower[i][lane] = activities[lane].lower[i]
                upper[i][lane] = activities[lane].upper[i]
                offset[i][lane] = activities[lane].offset[i]
                scale[i][lane] = activities[lane].scale[i]
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
        }
    }

    deinit { streams.deallocate() }

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
        let chunks = Chunks(of: experiment.batchSize)
        let isParallel = threads > 1
        chunks.forEach(threads: threads) { chunk, thread in
            let slot = chunkGradients[isParallel ? chunk : 0]
            slot.update(repeating: .zero, count: parameterCount)
            chunkLosses[chunk] = sumLoss(
                of: chunks.count(of: chunk) / replicas, inChunk: chunk, replicas: replicas, from: &streams[chunk],
                in: workspaces[thread], gradient: slot)
            if !isParallel { add(slot) }
        }
        if isParallel { chunkGradients.forEach(add) }
        if replicas > 1 {
            for j in 0..<parameterCount { gradient[j] = sumOverReplicas(gradient[j]) }
        }
        return sumOverReplicas((0..<chunks.count).reduce(.zero) { $0 + chunkLosses[$1] })
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

    private func add(_ chunkGradient: UnsafeMutablePointer<Vector>) {
        for j in 0..<parameterCount { gradient[j] += chunkGradient[j] }
    }

    func evaluate(on samples: EvaluationSamples) -> [Double] {
        let isFresh = samples == .freshSamples
        let set = experiment.settings[0].data.samples ?? 0
        let count = isFresh ? experiment.evaluationSamples : set
        batch = isFresh ? [] : models.map { _ in (0..<set).map(Int32.init) }
        let chunks = Chunks(of: count)
        chunks.forEach(threads: threads) { chunk, thread in
            // Restarts of one setting see the same samples, so that their losses can be compared.
            var streams = RandomLanes(
                keys: laneModels.map { key.appending(.evaluation, $0 / experiment.restarts, chunk) })
            chunkLosses[chunk] = sumLoss(
                of: chunks.count(of: chunk), inChunk: chunk, replicas: 1, from: &streams, in: workspaces[thread],
                gradient: nil)
        }
        return models.indices.map { model in
            let sum = (0..<chunks.count).reduce(0) { $0 + Double(chunkLosses[$1][model - models.lowerBound]) }
            return sum / Double(count)
        }
    }

    /// The sum of the losses of the next `samples` samples of each lane, and half its gradient added to `gradient`.
    private func sumLoss(
        of samples: Int, inChunk chunk: Int, replicas: Int, from streams: inout RandomLanes, in workspace: Workspace,
        gradient: UnsafeMutablePointer<Vector>?
    ) -> Vector {
        var loss = Vector.zero
        for start in stride(from: 0, to: samples, by: VectorBlock.count) {
            let count = min(VectorBlock.count, samples - start)
            if batch.isEmpty {
                drawBlock(count, from: &streams, in: workspace)
            } else {
                readBlock(count, samples: samples, from: chunk * Chunks.size + start, replicas: replicas, in: workspace)
            }
            encoder?.encode(workspace.features, into: workspace.x)
            setTargets(in: workspace)
            loss += forward(count, in: workspace)
            if let gradient { backward(in: workspace, gradient: gradient) }
        }
        return loss
    }

    /// Fills `features` with the next `count` samples of the finite sets; further samples of the block are zero.
    ///
    /// - Parameters:
    ///   - samples: how many of a model's samples each of its lanes takes from this chunk.
    ///   - first: the place of the first lane's next sample in the batch.
    ///   - replicas: the number of lanes that share a model's batch.
    private func readBlock(_ count: Int, samples: Int, from first: Int, replicas: Int, in workspace: Workspace) {
        let (features, size) = (workspace.features, VectorBlock.count)
        let drawn = sources[0].features.features
        if count < size { features.update(repeating: .zero, count: drawn * size) }
        for lane in 0..<Self.lanes {
            guard let set = sources[lane].set else { continue }
            let replica = lane / models.count < replicas ? lane / models.count : 0
            let order = batch[laneModels[lane] - models.lowerBound]
            for s in 0..<count {
                let sample = Int(order[first + replica * samples + s])
                for i in 0..<drawn { features[i &* size &+ s][lane] = set.values[sample &* drawn &+ i] }
            }
        }
    }

    /// Computes what the outputs should be, unless that is the input.
    private func setTargets(in workspace: Workspace) {
        switch target {
        case .input: break
        case .absoluteValue:
            for j in 0..<n * VectorBlock.count { workspace.target[j] = magnitude(workspace.x[j]) }
        case .outputs: teacher?.answer(workspace.x, hidden: workspace.teacherHidden, into: workspace.target)
        }
    }

    // MARK: - Kernels

    /// Fills `features` with the next `count` fresh samples; further samples of the block are zero.
    @inline(__always)
    private func drawBlock(_ count: Int, from streams: inout RandomLanes, in workspace: Workspace) {
        let (n, size) = (sources[0].features.features, VectorBlock.count)
        let (x, gate) = (workspace.features, workspace.gate)
        let (lower, upper, scale, offset) = (lower, upper, scale, offset)
        if count < size { x.update(repeating: .zero, count: n * size) }
        var lanes = streams
        for s in 0..<count {
            if gates == 0 {
                for i in 0..<n {
                    let u = lanes.nextUniform()
                    x[i &* size &+ s] = (u * scale[i] + offset[i]).replacing(with: 0, where: u .>= upper[i])
                }
            } else {
                for g in 0..<gates { gate[g] = lanes.nextUniform() }
                for i in 0..<n {
                    let (u, open) = (lanes.nextUniform(), gate[i / setSize])
                    x[i &* size &+ s] = (u * scale[i] + offset[i])
                        .replacing(with: 0, where: (open .< lower[i]) .| (open .>= upper[i]))
                }
            }
        }
        streams = lanes
    }

    /// Computes `h`, and in `delta` half the gradient at the output before its activation function, of the first
    /// `count` samples of the block. Returns the sum of their losses.
    @inline(__always)
    private func forward(_ count: Int, in workspace: Workspace) -> Vector {
        let (n, m, size) = (n, m, VectorBlock.count)
        let (encoder, decoder, bias) = (parameters, parameters + decoderOffset, parameters + biasOffset)
        let (x, target, h, delta) = (workspace.x, workspace.target, workspace.h, workspace.delta)
        let hiddenBias = hiddenBiasOffset.map { parameters + $0 }
        var loss = Vector.zero
        for k in 0..<m {
            var block = VectorBlock(repeating: hiddenBias?[k] ?? .zero)
            for i in 0..<n { block.add(encoder[k &* n &+ i], times: x + i &* size) }
            // Samples that are not there have no activations.
            if count < size { block.replaceEach { s, a in s < count ? a : .zero } }
            loss += activate(&block)
            block.store(h + k &* size)
        }
        for i in 0..<n {
            var block = VectorBlock(repeating: bias[i])
            for k in 0..<m { block.add(decoder[k &* n &+ i], times: h + k &* size) }
            loss += finish(&block, target: target + i &* size, importance: importance[i], count: count)
            block.store(delta + i &* size)
        }
        return loss
    }

    /// Applies the hidden layer's activation function and returns its penalty.
    @inline(__always)
    private func activate(_ block: inout VectorBlock) -> Vector {
        if isHiddenReLU { block = block.whereActive(block) }
        return penalizesHidden ? hiddenPenalty * block.sumOfMagnitudes : .zero
    }

    /// Turns one feature's outputs before the activation function into half the gradient there; returns the sum of the
    /// losses. Samples after the first `count` count for nothing.
    @inline(__always)
    private func finish(
        _ block: inout VectorBlock, target: UnsafePointer<Vector>, importance: Vector, count: Int
    ) -> Vector {
        var loss = Vector.zero
        if isReLU {
            block.replaceEach { s, z in
                let error = z.replacing(with: 0, where: z .<= 0) - target[s]
                let weighted = (s < count ? importance : .zero) * error
                loss.addProduct(weighted, error)
                return weighted.replacing(with: 0, where: z .<= 0)
            }
        } else {
            block.replaceEach { s, z in
                let error = z - target[s]
                let weighted = (s < count ? importance : .zero) * error
                loss.addProduct(weighted, error)
                return weighted
            }
        }
        return loss
    }

    /// Adds the block's share to half the gradient.
    @inline(__always)
    private func backward(in workspace: Workspace, gradient: UnsafeMutablePointer<Vector>) {
        let (n, m, size, isTied) = (n, m, VectorBlock.count, decoderOffset == 0)
        let decoder = parameters + decoderOffset
        let (x, h, delta) = (workspace.x, workspace.h, workspace.delta)
        let (encoderGradient, decoderGradient) = (gradient, gradient + decoderOffset)
        let hiddenBiasGradient = hiddenBiasOffset.map { gradient + $0 }
        for k in 0..<m {
            let hidden = VectorBlock(at: h + k &* size)
            var back = VectorBlock(repeating: .zero)
            for i in 0..<n { back.add(decoder[k &* n &+ i], times: delta + i &* size) }
            if penalizesHidden { back.add(hiddenPenalty * 0.5, timesSignOf: hidden) }
            if isHiddenReLU { back = back.whereActive(hidden) }
            if let hiddenBiasGradient { hiddenBiasGradient[k] = back.sum(from: hiddenBiasGradient[k]) }
            if isTied {
                for i in 0..<n {
                    let decoding = hidden.sumOfProducts(with: delta + i &* size, from: decoderGradient[k &* n &+ i])
                    encoderGradient[k &* n &+ i] = back.sumOfProducts(with: x + i &* size, from: decoding)
                }
            } else {
                for i in 0..<n {
                    let (encoding, decoding) = (encoderGradient[k &* n &+ i], decoderGradient[k &* n &+ i])
                    encoderGradient[k &* n &+ i] = back.sumOfProducts(with: x + i &* size, from: encoding)
                    decoderGradient[k &* n &+ i] = hidden.sumOfProducts(with: delta + i &* size, from: decoding)
                }
            }
        }
        let biasGradient = gradient + biasOffset
        for i in 0..<n { biasGradient[i] = VectorBlock(at: delta + i &* size).sum(from: biasGradient[i]) }
    }

    // MARK: - Results

    var weights: Weights { unpacked(parameters, scale: 1) }

    /// The loss and gradient of a step's batch, without the step. For tests.
    func lossAndGradient(step: Int = 0) -> (losses: [Double], gradient: Weights) {
        let loss = sumLossAndGradient(step) / Float(experiment.batchSize)
        let gradient = unpacked(gradient, scale: 2 / Float(experiment.batchSize))
        return (models.indices.map { Double(loss[$0 - models.lowerBound]) }, gradient)
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
