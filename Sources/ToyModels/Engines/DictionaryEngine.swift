/// The engine for dictionaries: trains one, and spends nothing on latents that are not active.
///
/// Only the encoder's product is computed whole. From there on each sample has a list of its active latents, and the
/// gradient of a latent is summed over the samples that have it, in order: threads share samples on the way forward, and
/// latents on the way back, and the bits do not depend on how many there are.
///
/// Computes what ``SparseAutoencoder/lossAndGradient(_:_:bandwidth:)`` computes.
final class DictionaryEngine: Engine {
    private let experiment: Experiment
    private let recipe: DictionaryRecipe
    private let objective: Objective
    private let kind: SparseAutoencoder.Kind
    private let model: Int
    private let key: StreamKey
    private let shape: Shape
    private let inputs: RowInputs
    private var order: BatchOrder?
    /// The samples that are looked at, of a finite set; empty if they are drawn.
    private var members: [Int32] = []
    private let encoder: RowNetwork?
    private let buffers: Buffers
    private let lists: LatentLists
    private let workspaces: [Workspace]
    var threads: Int { didSet { threads = min(threads, workspaces.count) } }
    private var optimizer: AdamWState
    private let parameters: UnsafeMutablePointer<Vector>
    private let gradient: UnsafeMutablePointer<Vector>
    /// The encoder by dimension, `[dimensions, latents]`.
    private let encoderByDimension: UnsafeMutablePointer<Vector>
    // Of the samples of a batch: the inputs `[samples, width]`, and the errors that the decoder learns from, those of every
    // prefix of latents, `[prefixes, samples, width]`.
    private let x: UnsafeMutablePointer<Vector>
    private let errors: UnsafeMutablePointer<Vector>
    /// The squared error of each sample. Shape `[samples]`.
    private let sampleErrors: UnsafeMutablePointer<Float>
    private let chunkLosses: UnsafeMutableBufferPointer<Double>
    /// The prefix to which each latent belongs.
    private let prefixOfLatent: [Int]
    private let prefixes: Int
    /// The steps in which each latent was active since idle ones began anew.
    private let firings: UnsafeMutableBufferPointer<Int>
    /// Above it latents are active after training by BatchTopK: the running mean of the least that was kept of a batch.
    private var batchThreshold = 0.0

    /// How the arrays are laid out. Widths and offsets are in vectors.
    private struct Shape {
        let dimensions, latents: Int
        /// Vectors per row over dimensions, and over latents.
        let width, latentWidth: Int
        /// Samples of a batch, in whole chunks.
        let samples: Int
        /// The most latents that are listed for a sample.
        let listed: Int
        let prefixes: Int
        let kind: SparseAutoencoder.Kind

        var byLatent: Int { latents * width }
        var decoder: Int { byLatent }
        var bias: Int { 2 * byLatent }
        // What only some kinds have is there for all: it is small, and stays as it is.
        var threshold: Int { bias + latentWidth }
        var magnitudeScale: Int { threshold + latentWidth }
        var magnitudeBias: Int { magnitudeScale + latentWidth }
        var parameters: Int { magnitudeBias + latentWidth }

        init(_ experiment: Experiment) {
            let architecture = experiment.architecture
            (dimensions, latents) = (architecture.features, architecture.hidden)
            (width, latentWidth) = (Vector.count(for: dimensions), Vector.count(for: latents))
            kind = architecture.dictionary ?? .relu
            samples = Chunks(of: experiment.batchSize).count * Chunks.usualSize
            let active = experiment.settings.map { $0.objective.active ?? architecture.hidden }.max()
            listed = kind == .topK ? active ?? latents : latents
            prefixes = experiment.settings.map { $0.objective.prefixes?.count ?? 1 }.max() ?? 1
        }

        /// Vectors in all, but for the workspaces.
        var capacity: Int {
            4 * parameters + dimensions * latentWidth + (1 + prefixes) * samples * width
                + (samples + Vector.scalarCount - 1) / Vector.scalarCount
        }
    }

    static func memory(for experiment: Experiment, threads: Int) -> Int {
        let shape = Shape(experiment)
        let drawn = experiment.settings[0].features.features
        let encoder = ToyModel.Architecture(features: drawn, hidden: shape.dimensions)
        let width = Vector.count(for: drawn)
        let vectors = shape.capacity + RowNetwork.capacity(encoder) + RowInputs.capacity(width: width)
        return (vectors + threads * Workspace.capacity(shape, drawn: width)) * MemoryLayout<Vector>.stride
            + LatentLists.bytes(samples: shape.samples, listed: shape.listed, latents: shape.latents)
            + experiment.settings[0].data.keptBytes
            + threads * SampleRows.samples * width * Vector.scalarCount * MemoryLayout<Int32>.stride
    }

    /// What one thread needs.
    private final class Workspace {
        /// The drawn samples of a block, their activations, and $z$ of its latents, `[samples, latentWidth]`.
        var features: SampleRows
        let activations, z, scratch, maxima: UnsafeMutablePointer<Vector>
        /// What the gate alone leaves unexplained of a sample.
        let gateError: UnsafeMutablePointer<Vector>
        private let buffers: Buffers
        private let columns: UnsafeMutablePointer<Int32>
        private let counts: UnsafeMutablePointer<Int>

        static func capacity(_ shape: Shape, drawn: Int) -> Int {
            SampleRows.samples * (drawn + shape.width + shape.latentWidth) + drawn + 2 + shape.latentWidth
                + shape.width
        }

        init(_ shape: Shape, drawn: Int) {
            let samples = SampleRows.samples
            buffers = Buffers(capacity: Self.capacity(shape, drawn: drawn))
            columns = .allocate(capacity: samples * drawn * Vector.scalarCount)
            columns.initialize(repeating: 0, count: samples * drawn * Vector.scalarCount)
            counts = .allocate(capacity: samples)
            counts.initialize(repeating: 0, count: samples)
            features = SampleRows(
                values: buffers.take(samples * drawn), width: drawn, columns: columns, counts: counts)
            activations = buffers.take(samples * shape.width)
            z = buffers.take(samples * shape.latentWidth)
            scratch = buffers.take(drawn + 2)
            maxima = buffers.take(shape.latentWidth)
            gateError = buffers.take(shape.width)
        }

        deinit {
            columns.deallocate()
            counts.deallocate()
        }
    }

    /// An engine for one dictionary of a valid experiment, at its start.
    ///
    /// - Parameter threads: how many work on a batch.
    init(_ experiment: Experiment, model: Int, seed: UInt64, library: ModelLibrary = .init(), threads: Int = 1) {
        self.experiment = experiment
        self.model = model
        recipe = experiment.dictionary ?? DictionaryRecipe()
        let setting = experiment.setting(ofModel: model)
        objective = setting.objective
        let key = StreamKey(seed: seed, experiment: experiment.id)
        self.key = key
        let shape = Shape(experiment)
        (self.shape, kind) = (shape, shape.kind)
        let source = InputSource(setting, key: key, library: library)
        order = source.set.map {
            BatchOrder(samples: $0.count, batchSize: experiment.batchSize, key: key, model: model)
        }
        let ends = setting.objective.prefixes ?? [shape.latents]
        prefixes = ends.count
        prefixOfLatent = (0..<shape.latents).map { latent in ends.firstIndex { latent < $0 } ?? ends.count - 1 }
        firings = .allocate(capacity: shape.latents)
        firings.initialize(repeating: 0)

        let drawn = Vector.count(for: source.features.features)
        buffers = Buffers(
            capacity: shape.capacity + RowInputs.capacity(width: drawn)
                + (source.encoder.map { RowNetwork.capacity($0.architecture) } ?? 0))
        parameters = buffers.take(shape.parameters)
        optimizer = AdamWState(
            experiment.optimizer, count: shape.parameters, storage: buffers.take(2 * shape.parameters))
        gradient = buffers.take(shape.parameters)
        encoderByDimension = buffers.take(shape.dimensions * shape.latentWidth)
        x = buffers.take(shape.samples * shape.width)
        errors = buffers.take(shape.prefixes * shape.samples * shape.width)
        sampleErrors = buffers.take((shape.samples + Vector.scalarCount - 1) / Vector.scalarCount).numbers
        encoder = source.encoder.map { [buffers] in RowNetwork($0, buffers: buffers) }
        inputs = RowInputs(source, width: drawn, hiddenWidth: shape.width, buffers: buffers)
        lists = LatentLists(samples: shape.samples, listed: shape.listed, latents: shape.latents)
        workspaces = (0..<max(1, min(threads, shape.samples / Chunks.usualSize))).map { _ in
            Workspace(shape, drawn: drawn)
        }
        self.threads = workspaces.count
        let chunks = max(shape.samples, experiment.evaluationSamples, setting.data.kept) / Chunks.usualSize + 1
        chunkLosses = .allocate(capacity: chunks)
        chunkLosses.initialize(repeating: 0)

        let start = InitialWeights(ofModel: model, of: experiment, key: key, library: library)
        for parameter in experiment.architecture.parameters {
            for (place, value) in zip(places(of: parameter.role), start[parameter.role]) {
                parameters.numbers[place] = value
            }
        }
        prepareStep()
    }

    deinit {
        chunkLosses.deallocate()
        firings.deallocate()
    }

    /// Where the values of a parameter, in row-major order, are among the numbers of the parameters.
    private func places(of role: ToyModel.Parameter.Role) -> [Int] {
        let (d, m, stride) = (shape.dimensions, shape.latents, shape.width * Vector.scalarCount)
        func from(_ offset: Int) -> Int { offset * Vector.scalarCount }
        func entries(_ offset: Int) -> [Int] { (0..<m).map { from(offset) + $0 } }
        return switch role {
        case .encoder: (0..<m * d).map { $0 / d * stride + $0 % d }
        case .decoder: (0..<d * m).map { from(shape.decoder) + $0 % m * stride + $0 / m }
        case .bias: []
        case .hiddenBias: entries(shape.bias)
        case .threshold: kind == .jumpReLU ? entries(shape.threshold) : [from(shape.threshold)]
        case .magnitudeScale: entries(shape.magnitudeScale)
        case .magnitudeBias: entries(shape.magnitudeBias)
        }
    }

    // MARK: - Steps

    func step(_ step: Int, addingTo losses: inout [Double]) throws(TrainingError) {
        let loss = sumLossAndGradient(step) / Double(experiment.batchSize)
        guard loss.isFinite else { throw .diverged(experiment, model: model, step: step) }
        removeGrowth()
        let warmth = recipe.warmth(step: step, of: experiment.steps)
        optimizer.update(
            parameters, gradient: gradient, gradientScale: 1 / Float(experiment.batchSize),
            learningRate: warmth * experiment.learningRate.rate(step: step, of: experiment.steps))
        normalize()
        if recipe.isResampling(after: step + 1, of: experiment.steps) { resample(after: step + 1) }
        prepareStep()
        losses[0] += loss
    }

    func evaluate(on samples: EvaluationSamples) -> [LossEstimate] {
        let setting = model / experiment.restarts
        let pass = Pass(isTraining: false, penalty: Float(objective.hiddenPenalty))
        let data = experiment.settings[setting].data
        let finite = samples == .freshSamples ? data.heldOut : 0..<(data.samples ?? 0)
        let chunks = Chunks(of: finite?.count ?? experiment.evaluationSamples)
        let chunksAtOnce = shape.samples / Chunks.usualSize
        for first in stride(from: 0, to: chunks.count, by: chunksAtOnce) {
            let count = (first..<min(chunks.count, first + chunksAtOnce)).reduce(0) { $0 + chunks.count(of: $1) }
            members = finite.map { $0.dropFirst(first * Chunks.usualSize).prefix(count).map(Int32.init) } ?? []
            run(pass, count: count, firstChunk: first) { key.appending(.evaluation, setting, $0) }
        }
        return [LossEstimate(parts: (0..<chunks.count).map { (chunks.count(of: $0), chunkLosses[$0]) })]
    }

    var weights: Weights { unpacked(parameters, scale: 1) }

    /// How samples are looked at.
    private struct Pass {
        /// Whether as in training, where BatchTopK looks at the whole batch and all prefixes count.
        let isTraining: Bool
        let penalty: Float
    }

    /// Sums the loss and its gradient over the batch of a step.
    private func sumLossAndGradient(_ step: Int) -> Double {
        let warmth = recipe.warmth(step: step, of: experiment.steps)
        let pass = Pass(isTraining: true, penalty: Float(warmth * objective.hiddenPenalty))
        let count = experiment.batchSize
        members = order?.batch(ofStep: step) ?? []
        run(pass, count: count, firstChunk: 0) { key.appending(.training, model, step, $0) }
        lists.sortByLatent(samples: count)
        Chunks(of: shape.latents, size: 32).forEach(threads: threads) { chunk, _ in
            for latent in chunk * 32..<min(shape.latents, (chunk + 1) * 32) { sumGradient(ofLatent: latent) }
        }
        return chunkLosses[..<Chunks(of: count).count].reduce(0, +)
    }

    /// Draws `count` samples, at most as many as a batch has in whole chunks, lists their active latents, and computes
    /// what they leave unexplained. The losses of chunks are put behind those of `firstChunk` others.
    private func run(_ pass: Pass, count: Int, firstChunk: Int, key: (_ chunk: Int) -> UInt64) {
        let chunks = Chunks(of: count)
        let needsBatch = kind == .batchTopK && pass.isTraining
        let size = Chunks.usualSize
        chunks.forEach(threads: threads) { chunk, thread in
            let samples = chunk * size..<chunk * size + chunks.count(of: chunk)
            draw(samples, key: key(firstChunk + chunk), pass, in: workspaces[thread])
            if !needsBatch { chunkLosses[firstChunk + chunk] = explain(samples, pass, in: workspaces[thread]) }
        }
        guard needsBatch else { return }
        keepLargest(of: count)
        chunks.forEach(threads: threads) { chunk, thread in
            let samples = chunk * size..<chunk * size + chunks.count(of: chunk)
            chunkLosses[firstChunk + chunk] = explain(samples, pass, in: workspaces[thread])
        }
    }

    // MARK: - Forward

    /// Draws samples, in blocks, and lists their active latents.
    private func draw(_ samples: Range<Int>, key: UInt64, _ pass: Pass, in workspace: Workspace) {
        var streams = RandomLanes(key: key)
        var first = samples.lowerBound
        while first < samples.upperBound {
            let left = samples.upperBound - first
            let count =
                members.isEmpty
                ? inputs.draw(
                    upTo: left, keepsZeros: true, into: &workspace.features, from: &streams, scratch: workspace.scratch
                ).rows
                : inputs.read(members[first..<samples.upperBound], into: &workspace.features)
            if let encoder {
                encoder.encode(workspace.features, count: count, into: workspace.activations)
            } else {
                workspace.activations.update(
                    from: workspace.features.values, count: SampleRows.samples * shape.width)
            }
            (x + first * shape.width).update(from: workspace.activations, count: count * shape.width)
            WideKernels.multiply(
                workspace.activations.numbers, rows: count, stride: shape.width * Vector.scalarCount,
                columns: shape.dimensions, by: encoderByDimension, width: shape.latentWidth, into: workspace.z)
            for s in 0..<count {
                list(sample: first + s, workspace.z + s * shape.latentWidth, pass, scratch: workspace.maxima)
            }
            first += count
        }
    }

    /// Lists the latents of a sample that are active or learn from it, from $E x$.
    private func list(
        sample: Int, _ z: UnsafeMutablePointer<Vector>, _ pass: Pass, scratch: UnsafeMutablePointer<Vector>
    ) {
        let bias = parameters + shape.bias
        for j in 0..<shape.latentWidth { z[j] += bias[j] }
        switch kind {
        case .relu: lists.list(sample, z, width: shape.latentWidth) { _ in .zero }
        case .topK:
            lists.listLargest(
                objective.active ?? shape.latents, of: sample, z, width: shape.latentWidth, scratch: scratch)
        case .batchTopK:
            let least = pass.isTraining ? .zero : Vector(repeating: parameters[shape.threshold][0])
            lists.list(sample, z, width: shape.latentWidth) { _ in least }
        case .jumpReLU:
            let (thresholds, half) = (parameters + shape.threshold, Float(recipe.bandwidth / 2))
            lists.list(sample, z, width: shape.latentWidth) { thresholds[$0] - half }
        case .gated: lists.list(sample, z, width: shape.latentWidth) { _ in .zero }
        }
        activate(sample)
    }

    /// Turns the listed $z$ of a sample into its latents, where they are something else.
    private func activate(_ sample: Int) {
        let entries = lists.entries(of: sample)
        switch kind {
        case .relu, .topK, .batchTopK: return
        case .jumpReLU:
            let thresholds = (parameters + shape.threshold).numbers
            for entry in entries {
                let z = lists.values[entry]
                lists.gates[entry] = z
                lists.values[entry] = z > thresholds[Int(lists.latents[entry])] ? z : 0
            }
        case .gated:
            let (scale, shift) = (
                (parameters + shape.magnitudeScale).numbers, (parameters + shape.magnitudeBias).numbers
            )
            let bias = (parameters + shape.bias).numbers
            for entry in entries {
                let (gate, latent) = (lists.values[entry], Int(lists.latents[entry]))
                lists.gates[entry] = gate
                lists.values[entry] = max(0, scale[latent] * (gate - bias[latent]) + shift[latent])
            }
        }
    }

    /// Keeps the largest of all that is listed, as many as there shall be active latents in a batch.
    private func keepLargest(of samples: Int) {
        let count = (objective.active ?? shape.latents) * samples
        let least = lists.keepLargest(count, samples: samples)
        guard let least else { return }
        let old = batchThreshold
        batchThreshold = old == 0 ? Double(least) : old + 0.01 * (Double(least) - old)
    }

    /// Computes what the latents of samples leave unexplained, and what each of them should change; returns the sum of the
    /// losses.
    private func explain(_ samples: Range<Int>, _ pass: Pass, in workspace: Workspace) -> Double {
        var sum = 0.0
        for sample in samples { sum += Double(explain(sample, pass, in: workspace)) }
        return sum
    }

    private func explain(_ sample: Int, _ pass: Pass, in workspace: Workspace) -> Float {
        let entries = lists.entries(of: sample)
        let (width, stride) = (shape.width, shape.samples * shape.width)
        let x = x + sample * width
        let first = errors + sample * width
        var loss: Float = 0
        // Each prefix adds to what the one before explains.
        for prefix in 0..<prefixes {
            let error = first + prefix * stride
            for j in 0..<width { error[j] = prefix == 0 ? -x[j] : error[j - stride] }
            for entry in entries {
                let latent = Int(lists.latents[entry])
                guard prefixes == 1 || prefixOfLatent[latent] == prefix else { continue }
                let direction = parameters + (shape.decoder + latent * width)
                let value = Vector(repeating: lists.values[entry])
                for j in 0..<width { error[j].addProduct(direction[j], value) }
            }
            var squares = Vector.zero
            for j in 0..<width { squares.addProduct(error[j], error[j]) }
            let square = squares.total
            if pass.isTraining || prefix == prefixes - 1 { loss += square }
            sampleErrors[sample] = square
        }
        // A latent answers for its prefix and all that follow.
        for prefix in (0..<prefixes - 1).reversed() {
            let error = first + prefix * stride
            for j in 0..<width { error[j] += error[j + stride] }
        }
        if kind == .gated && pass.isTraining {
            let error = workspace.gateError
            for j in 0..<width { error[j] = -x[j] }
            for entry in entries {
                let direction = parameters + (shape.decoder + Int(lists.latents[entry]) * width)
                let value = Vector(repeating: lists.gates[entry])
                for j in 0..<width { error[j].addProduct(direction[j], value) }
            }
            var squares = Vector.zero
            for j in 0..<width { squares.addProduct(error[j], error[j]) }
            loss += squares.total
        }
        for entry in entries { loss += answer(entry, sample: sample, pass, gateError: workspace.gateError) }
        return loss
    }

    /// Computes how the loss depends on an entry's encoder; returns the penalty on it.
    private func answer(_ entry: Int, sample: Int, _ pass: Pass, gateError: UnsafeMutablePointer<Vector>) -> Float {
        let latent = Int(lists.latents[entry])
        let direction = parameters + (shape.decoder + latent * shape.width)
        let error = errors + (prefixOfLatent[latent] * shape.samples + sample) * shape.width
        let byLatent = 2 * product(direction, error)
        switch kind {
        case .relu:
            lists.byGate[entry] = byLatent + pass.penalty
            return pass.penalty * lists.values[entry]
        case .topK, .batchTopK:
            lists.byGate[entry] = byLatent
            return 0
        case .jumpReLU:
            let threshold = (parameters + shape.threshold).numbers[latent]
            let bandwidth = Float(recipe.bandwidth)
            let isOn = lists.values[entry] > 0
            lists.byGate[entry] = isOn ? byLatent : 0
            let isNear = abs(lists.gates[entry] - threshold) < bandwidth / 2
            lists.byOther[entry] = isNear ? -(threshold * byLatent + pass.penalty) / bandwidth : 0
            return isOn ? pass.penalty : 0
        case .gated:
            let scale = (parameters + shape.magnitudeScale).numbers[latent]
            let byMagnitude = lists.values[entry] > 0 ? byLatent : 0
            let byGate = pass.isTraining ? 2 * product(direction, gateError) + pass.penalty : 0
            lists.byGate[entry] = byGate
            lists.byOther[entry] = byMagnitude
            lists.byEncoder[entry] = byGate + scale * byMagnitude
            return pass.penalty * lists.gates[entry]
        }
    }

    private func product(_ a: UnsafeMutablePointer<Vector>, _ b: UnsafeMutablePointer<Vector>) -> Float {
        var sum = Vector.zero
        for j in 0..<shape.width { sum.addProduct(a[j], b[j]) }
        return sum.total
    }

    // MARK: - Backward

    /// Sums the gradient of a latent's parameters over its samples.
    private func sumGradient(ofLatent latent: Int) {
        let entries = lists.entries(ofLatent: latent)
        let byEncoder = kind == .gated ? lists.byEncoder : lists.byGate
        let errors = errors + prefixOfLatent[latent] * shape.samples * shape.width
        let (encoder, decoder) = (gradient + latent * shape.width, gradient + (shape.decoder + latent * shape.width))
        let (order, samples) = (lists.order, lists.samplesInOrder)
        // Four vectors of each at a time, in registers.
        for j in stride(from: 0, to: shape.width, by: 4) {
            let width = min(4, shape.width - j)
            var (e0, e1, e2, e3) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
            var (d0, d1, d2, d3) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
            for place in entries {
                let entry = Int(order[place])
                let row = Int(samples[place]) &* shape.width &+ j
                let (x, error) = (x + row, errors + row)
                let (a, b) = (Vector(repeating: byEncoder[entry]), Vector(repeating: 2 * lists.values[entry]))
                e0 = e0.addingProduct(x[0], a)
                d0 = d0.addingProduct(error[0], b)
                if width > 1 { (e1, d1) = (e1.addingProduct(x[1], a), d1.addingProduct(error[1], b)) }
                if width > 2 { (e2, d2) = (e2.addingProduct(x[2], a), d2.addingProduct(error[2], b)) }
                if width > 3 { (e3, d3) = (e3.addingProduct(x[3], a), d3.addingProduct(error[3], b)) }
            }
            (encoder[j], decoder[j]) = (e0, d0)
            if width > 1 { (encoder[j + 1], decoder[j + 1]) = (e1, d1) }
            if width > 2 { (encoder[j + 2], decoder[j + 2]) = (e2, d2) }
            if width > 3 { (encoder[j + 3], decoder[j + 3]) = (e3, d3) }
        }
        var (byGate, byOther, byScale): (Float, Float, Float) = (0, 0, 0)
        let bias = (parameters + shape.bias).numbers[latent]
        var isActive = false
        for place in entries {
            let entry = Int(order[place])
            byGate += lists.byGate[entry]
            if lists.values[entry] > 0 { isActive = true }
            guard kind == .gated || kind == .jumpReLU else { continue }
            byOther += lists.byOther[entry]
            byScale += lists.byOther[entry] * (lists.gates[entry] - bias)
        }
        if isActive { firings[latent] += 1 }
        (gradient + shape.bias).numbers[latent] = byGate
        switch kind {
        case .relu, .topK, .batchTopK: break
        case .jumpReLU: (gradient + shape.threshold).numbers[latent] = byOther
        case .gated:
            (gradient + shape.magnitudeBias).numbers[latent] = byOther
            (gradient + shape.magnitudeScale).numbers[latent] = byScale
        }
    }

    /// Takes from the decoder's gradient what would change the lengths of its columns.
    private func removeGrowth() {
        for latent in 0..<shape.latents {
            let offset = shape.decoder + latent * shape.width
            let (direction, change) = (parameters + offset, gradient + offset)
            let along = Vector(repeating: product(direction, change))
            for j in 0..<shape.width { change[j].addProduct(-along, direction[j]) }
        }
    }

    /// Gives the decoder's columns length 1, and keeps the thresholds' kernels among positive numbers.
    private func normalize() {
        for latent in 0..<shape.latents {
            let direction = parameters + (shape.decoder + latent * shape.width)
            let square = product(direction, direction)
            guard square > 0 else { continue }
            let scale = 1 / square.squareRoot()
            for j in 0..<shape.width { direction[j] *= scale }
        }
        if kind == .batchTopK { (parameters + shape.threshold).numbers[0] = Float(batchThreshold) }
        guard kind == .jumpReLU else { return }
        let thresholds = (parameters + shape.threshold).numbers
        for latent in 0..<shape.latents { thresholds[latent] = max(thresholds[latent], Float(recipe.bandwidth / 2)) }
    }

    /// Brings what is derived from the parameters up to date with them.
    private func prepareStep() {
        WideKernels.transpose(
            parameters, rows: shape.latents, columns: shape.dimensions, width: shape.width,
            into: encoderByDimension, intoWidth: shape.latentWidth, adding: false)
    }

    // MARK: - Idle latents

    /// Lets latents that were not active begin anew, each on a sample of the batch that is drawn with its squared error as
    /// weight.
    private func resample(after step: Int) {
        defer { firings.update(repeating: 0) }
        let (idle, busy) = (firings.indices.filter { firings[$0] == 0 }, firings.indices.filter { firings[$0] > 0 })
        let weights = (0..<experiment.batchSize).map { sample in
            let x = x + sample * shape.width
            return product(x, x) > 0 ? Double(sampleErrors[sample]) : 0
        }
        let total = weights.reduce(0, +)
        guard !idle.isEmpty, !busy.isEmpty, total > 0 else { return }
        let length =
            busy.reduce(0) { sum, latent in
                let row = parameters + latent * shape.width
                return sum + Double(product(row, row).squareRoot())
            } / Double(busy.count)
        var stream = RandomStream(key: key.appending(.resampling, model, step))
        for latent in idle {
            var left = Double(stream.nextUniform()) * total
            let sample = weights.firstIndex { weight in
                left -= weight
                return weight > 0 && left <= 0
            }
            guard let sample else { continue }
            let x = x + sample * shape.width
            let norm = product(x, x).squareRoot()
            let (row, column) = (latent * shape.width, shape.decoder + latent * shape.width)
            for j in 0..<shape.width {
                parameters[column + j] = x[j] / norm
                parameters[row + j] = x[j] * (Float(length) / norm)
            }
            for offset in [row, column] { optimizer.forget(offset..<offset + shape.width) }
            let start: [(Int, Float)] = [
                (shape.bias, 0), (shape.magnitudeScale, 1), (shape.magnitudeBias, 0),
                (shape.threshold, Float(recipe.bandwidth)),
            ]
            for (offset, value) in start where kind != .batchTopK || offset != shape.threshold {
                (parameters + offset).numbers[latent] = value
                optimizer.forget(number: offset * Vector.scalarCount + latent)
            }
        }
    }

    // MARK: - Results and tests

    /// The loss and gradient of a step's batch, without taking the step. For tests.
    func lossAndGradient(step: Int) -> (loss: Double, gradient: Weights) {
        let loss = sumLossAndGradient(step) / Double(experiment.batchSize)
        return (loss, unpacked(gradient, scale: 1 / Float(experiment.batchSize)))
    }

    /// The inputs of the step's batch that was looked at last. Shape `[samples][dimensions]`. For tests.
    var batch: [[Double]] {
        (0..<experiment.batchSize).map { sample in
            (0..<shape.dimensions).map { Double((x + sample * shape.width).numbers[$0]) }
        }
    }

    private func unpacked(_ vectors: UnsafeMutablePointer<Vector>, scale: Float) -> Weights {
        var weights = Weights()
        for parameter in experiment.architecture.parameters {
            weights.tensors[parameter.name] = places(of: parameter.role).map { vectors.numbers[$0] * scale }
        }
        return weights
    }
}
