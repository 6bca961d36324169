/// The engine for large models: trains one model, vectorised across its features, and spends nothing on zeros.
///
/// Of sparse inputs only the active features are drawn and multiplied. The output is computed whole, as every output
/// may be active; on the way back only the active outputs count where they are few. A step's batch is cut into chunks
/// that have random streams and gradients of their own, which are added in order: the bits do not depend on how many
/// threads work on it.
///
/// Computes what ``ToyModel/lossAndGradient(_:seen:_:teacher:)`` computes.
final class WideEngine: Engine {
    private let experiment: Experiment
    private let setting: Experiment.Setting
    private let model: Int
    private let key: StreamKey
    private let shape: Shape
    private let source: InputSource
    private let inputs: RowInputs
    private let encoder: RowNetwork?
    private let teacher: RowNetwork?
    private var order: BatchOrder?
    /// The samples of the step's batch from a finite set.
    private var batch: [Int32] = []
    private let buffers: Buffers
    private let workspaces: [Workspace]
    var threads: Int { didSet { threads = min(threads, workspaces.count) } }
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
    // Of an input that is zero: its loss, half the gradient at its output, and its target.
    private var lossOfZero = 0.0
    private let deltaOfZero: UnsafeMutablePointer<Vector>
    private let targetOfZero: UnsafeMutablePointer<Vector>
    private let isReLU: Bool
    /// The number of samples in a chunk of the batch: more where only some of them are computed.
    private let chunkSize: Int
    // The attack on each feature, `[features, features]`, and what it adds to the hidden layer, `[features, hidden]`, for
    // whole blocks of eight features.
    private let attacks: UnsafeMutablePointer<Vector>
    private let attackedHidden: UnsafeMutablePointer<Vector>

    /// How the arrays are laid out. Widths and offsets are in vectors.
    private struct Shape {
        let n, m: Int
        /// Vectors per row over features, and over hidden dimensions.
        let width, hiddenWidth: Int
        /// Rows over hidden dimensions are kept for whole blocks of them, and so are rows over attacked features.
        let hiddenRows: Int, attackRows: Int
        let isTied, hasHiddenBias, isAttacked: Bool

        var byFeature: Int { n * hiddenWidth }
        var byHidden: Int { hiddenRows * width }
        var decoder: Int { isTied ? 0 : byFeature }
        var bias: Int { decoder + byFeature }
        var hiddenBias: Int { bias + width }
        var parameters: Int { hiddenBias + (hasHiddenBias ? hiddenWidth : 0) }
        // A gradient is laid out as the parameters are, followed by what is summed by hidden dimension and by attack.
        var encoderByHidden: Int { parameters }
        var decoderByHidden: Int { isTied ? encoderByHidden : encoderByHidden + byHidden }
        var attack: Int { decoderByHidden + byHidden }
        var gradient: Int { attack + (isAttacked ? byFeature : 0) }

        init(_ architecture: ToyModel.Architecture, isAttacked: Bool) {
            (n, m) = (architecture.features, architecture.hidden)
            (width, hiddenWidth) = (Vector.count(for: n), Vector.count(for: m))
            hiddenRows = (m + VectorBlock.count - 1) / VectorBlock.count * VectorBlock.count
            attackRows = (n + VectorBlock.count - 1) / VectorBlock.count * VectorBlock.count
            isTied = architecture.isTied
            hasHiddenBias = architecture.hasHiddenBias
            self.isAttacked = isAttacked
        }

        /// Vectors in all, but for the workspaces, with so many gradients of chunks and vectors per row of drawn features, and
        /// with networks that only answer.
        func capacity(slots: Int, drawnWidth: Int, networks: [ToyModel.Architecture]) -> Int {
            3 * parameters + byHidden + 3 * width + RowInputs.capacity(width: drawnWidth) + (slots + 1) * gradient
                + (isAttacked ? attackRows * (width + hiddenWidth) : 0)
                + networks.reduce(0) { $0 + RowNetwork.capacity($1) }
        }
    }

    static func memory(for experiment: Experiment, threads: Int) -> Int {
        let data = experiment.settings[0].data
        let shape = Shape(
            experiment.architecture, isAttacked: experiment.settings.contains { $0.objective.attackNorm != 0 })
        let drawn = data.features.features
        let encoder = data.encoder.map { _ in ToyModel.Architecture(features: drawn, hidden: shape.n) }
        let chunks = Chunks(of: experiment.batchSize).count
        let workspace = Workspace.Layout(
            shape, encoded: encoder == nil ? nil : Vector.count(for: drawn), hasTarget: true, teacherHidden: 0)
        return shape.capacity(
            slots: threads > 1 ? chunks : 1, drawnWidth: Vector.count(for: drawn),
            networks: encoder.map { [$0] } ?? []) * MemoryLayout<Vector>.stride
            + max(1, min(threads, chunks)) * workspace.bytes
            + Chunks(of: max(experiment.evaluationSamples, data.kept)).count * MemoryLayout<Double>.stride
            + data.keptBytes
    }

    /// What one thread needs.
    private final class Workspace {
        var x, delta: SampleRows
        /// The samples that are encoded; nil where the inputs are the features.
        var features: SampleRows?
        let h, back, scratch: UnsafeMutablePointer<Vector>
        /// What the outputs should be, `[samples, width]`, and the teacher's hidden layer; nil where that is the input.
        let target: UnsafeMutablePointer<Vector>?
        let teacherHidden: UnsafeMutablePointer<Vector>
        private let buffers: Buffers
        private let columns: UnsafeMutablePointer<Int32>
        private let counts: UnsafeMutablePointer<Int>

        /// What a workspace holds.
        struct Layout {
            let shape: Shape
            /// Vectors per row of the inputs, of the gradient at the outputs, and of the samples that are encoded, if any are.
            let widths: [Int]
            /// Whether the outputs should be something else than the inputs.
            let hasTarget: Bool
            /// Vectors per row of the teacher's hidden layer.
            let teacherHidden: Int

            init(_ shape: Shape, encoded: Int?, hasTarget: Bool, teacherHidden: Int) {
                self.shape = shape
                widths = [shape.width, shape.width] + (encoded.map { [$0] } ?? [])
                self.hasTarget = hasTarget
                self.teacherHidden = teacherHidden
            }

            /// Columns of all rows that may be listed.
            var places: Int { SampleRows.samples * Vector.scalarCount * widths.reduce(0, +) }
            /// Vectors for the draw of a block.
            var scratch: Int { (widths.max() ?? 0) + 2 }
            /// Vectors in all.
            var capacity: Int {
                SampleRows.samples
                    * (widths.reduce(0, +) + 2 * shape.hiddenWidth + (hasTarget ? shape.width : 0) + teacherHidden)
                    + scratch
            }
            var bytes: Int { capacity * MemoryLayout<Vector>.stride + places * MemoryLayout<Int32>.stride }
        }

        init(_ layout: Layout) {
            let (shape, widths, samples) = (layout.shape, layout.widths, SampleRows.samples)
            let buffers = Buffers(capacity: layout.capacity)
            let columns = UnsafeMutablePointer<Int32>.allocate(capacity: layout.places)
            columns.initialize(repeating: 0, count: layout.places)
            let counts = UnsafeMutablePointer<Int>.allocate(capacity: samples * widths.count)
            counts.initialize(repeating: 0, count: samples * widths.count)
            var taken = 0
            let rows = widths.enumerated().map { index, width in
                defer { taken += samples * Vector.scalarCount * width }
                return SampleRows(
                    values: buffers.take(samples * width), width: width, columns: columns + taken,
                    counts: counts + index * samples)
            }
            (x, delta, features) = (rows[0], rows[1], rows.dropFirst(2).first)
            h = buffers.take(samples * shape.hiddenWidth)
            back = buffers.take(samples * shape.hiddenWidth)
            scratch = buffers.take(layout.scratch)
            target = layout.hasTarget ? buffers.take(samples * shape.width) : nil
            teacherHidden = buffers.take(samples * layout.teacherHidden)
            (self.buffers, self.columns, self.counts) = (buffers, columns, counts)
        }

        deinit {
            columns.deallocate()
            counts.deallocate()
        }
    }

    /// An engine for one model of a valid experiment, at its start.
    ///
    /// - Parameter threads: how many work on a batch.
    init(
        _ experiment: Experiment, model: Int, seed: UInt64, library: ModelLibrary = .init(), threads: Int = 1
    ) {
        self.experiment = experiment
        self.model = model
        setting = experiment.setting(ofModel: model)
        let key = StreamKey(seed: seed, experiment: experiment.id)
        self.key = key
        let source = InputSource(setting, key: key, library: library)
        self.source = source
        order = source.set.map {
            BatchOrder(samples: $0.count, batchSize: experiment.batchSize, key: key, model: model)
        }
        let architecture = experiment.architecture
        let n = architecture.features
        let shape = Shape(architecture, isAttacked: setting.objective.attackNorm != 0)
        self.shape = shape

        let drawnWidth = Vector.count(for: source.features.features)
        let drawnHiddenWidth = Vector.count(for: source.encoder == nil ? architecture.hidden : n)
        let keepsZeros = shape.isAttacked || shape.hasHiddenBias || !source.keepsZero
        self.keepsZeros = keepsZeros
        var chunkSize = Chunks.usualSize
        if !keepsZeros, RowInputs.densityOfGaps(source.features, hiddenWidth: drawnHiddenWidth) != nil {
            let share = 1 - source.features.density.reduce(1) { $0 * (1 - $1) }
            while chunkSize < 4096, Double(chunkSize) * share <= Double(Chunks.usualSize) { chunkSize *= 2 }
        }
        self.chunkSize = chunkSize
        let chunks = Chunks(of: experiment.batchSize, size: chunkSize).count
        let slots = threads > 1 ? chunks : 1
        buffers = Buffers(
            capacity: shape.capacity(
                slots: slots, drawnWidth: drawnWidth,
                networks: [source.encoder, source.teacher].compactMap { $0?.architecture }))
        parameters = buffers.take(shape.parameters)
        optimizer = AdamWState(
            experiment.optimizer, count: shape.parameters, storage: buffers.take(2 * shape.parameters))
        decoderByHidden = buffers.take(shape.byHidden)
        importance = buffers.take(shape.width)
        deltaOfZero = buffers.take(shape.width)
        targetOfZero = buffers.take(shape.width)
        isReLU = architecture.output == .relu
        let zero = setting.objective.target(of: Array(repeating: 0, count: n), teacher: source.teacher)
        for i in 0..<n { targetOfZero.numbers[i] = Float(zero[i]) }
        let encoder = source.encoder.map { [buffers] in RowNetwork($0, buffers: buffers) }
        let teacher = source.teacher.map { [buffers] in RowNetwork($0, buffers: buffers) }
        (self.encoder, self.teacher) = (encoder, teacher)
        inputs = RowInputs(
            source, width: drawnWidth, hiddenWidth: drawnHiddenWidth, buffers: buffers)
        gradient = buffers.take(shape.gradient)
        chunkGradients = (0..<slots).map { [buffers] _ in buffers.take(shape.gradient) }
        attacks = buffers.take(shape.isAttacked ? shape.attackRows * shape.width : 0)
        attackedHidden = buffers.take(shape.isAttacked ? shape.attackRows * shape.hiddenWidth : 0)
        let layout = Workspace.Layout(
            shape, encoded: encoder == nil ? nil : drawnWidth, hasTarget: setting.objective.target != .input,
            teacherHidden: teacher?.hiddenWidth ?? 0)
        workspaces = (0..<max(1, min(threads, chunks))).map { _ in Workspace(layout) }
        self.threads = workspaces.count
        chunkLosses = .allocate(
            capacity: max(
                chunks, Chunks(of: experiment.evaluationSamples, size: chunkSize).count,
                Chunks(of: setting.data.kept, size: chunkSize).count))
        chunkLosses.initialize(repeating: 0)

        let start = InitialWeights(ofModel: model, of: experiment, key: key, library: library)
        for parameter in architecture.parameters {
            for (place, value) in zip(places(of: parameter.role), start[parameter.role]) {
                parameters.numbers[place] = value
            }
        }
        for i in 0..<n { importance.numbers[i] = Float(setting.importance[i]) }
        prepareStep()
    }

    deinit { chunkLosses.deallocate() }

    /// Where the values of a parameter, in row-major order, are among the numbers of the parameters.
    private func places(of role: ToyModel.Parameter.Role) -> [Int] {
        let (n, m, stride) = (shape.n, shape.m, shape.hiddenWidth * Vector.scalarCount)
        func from(_ offset: Int) -> Int { offset * Vector.scalarCount }
        return switch role {
        case .encoder: (0..<m * n).map { $0 % n * stride + $0 / n }
        case .decoder: (0..<n * m).map { from(shape.decoder) + $0 / m * stride + $0 % m }
        case .bias: (0..<n).map { from(shape.bias) + $0 }
        case .hiddenBias: shape.hasHiddenBias ? (0..<m).map { from(shape.hiddenBias) + $0 } : []
        case .threshold, .magnitudeScale, .magnitudeBias: []
        }
    }

    /// Whether samples without an active feature are computed as all others: where they are zero for the hidden layer,
    /// and stay so, all of them cost what one does.
    private let keepsZeros: Bool

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

    func evaluate(on samples: EvaluationSamples) -> [LossEstimate] {
        // Restarts of one setting see the same samples, so that their losses can be compared.
        let setting = model / experiment.restarts
        let isFresh = samples == .freshSamples
        let heldOut = self.setting.data.heldOut
        let count = isFresh ? heldOut?.count ?? experiment.evaluationSamples : source.set?.count ?? 0
        batch = isFresh ? (heldOut ?? 0..<0).map(Int32.init) : (0..<count).map(Int32.init)
        _ = overChunks(of: count) { chunk, count, workspace in
            sumLoss(
                of: count, inChunk: chunk, key: key.appending(.evaluation, setting, chunk), attackKey: nil,
                in: workspace, gradient: nil)
        }
        let chunks = Chunks(of: count, size: chunkSize)
        return [LossEstimate(parts: (0..<chunks.count).map { (chunks.count(of: $0), chunkLosses[$0]) })]
    }

    var weights: Weights { unpacked(parameters, scale: 1) }

    /// Sums the loss and half its gradient over the batch of a step.
    private func sumLossAndGradient(_ step: Int) -> Double {
        gradient.update(repeating: .zero, count: shape.gradient)
        batch = order?.batch(ofStep: step) ?? []
        let isParallel = threads > 1
        let loss = overChunks(of: experiment.batchSize) { chunk, count, workspace in
            let slot = self.chunkGradients[isParallel ? chunk : 0]
            slot.update(repeating: .zero, count: self.shape.gradient)
            let loss = self.sumLoss(
                of: count, inChunk: chunk, key: self.key.appending(.training, self.model, step, chunk),
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
        WideKernels.accumulate(
            gradient + shape.attack, width: shape.hiddenWidth, count: shape.n, times: attacks.numbers,
            stride: shape.width * Vector.scalarCount, rows: shape.n, into: gradient)
    }

    /// Brings what is derived from the parameters up to date with them.
    private func prepareStep() {
        WideKernels.transpose(
            parameters + shape.decoder, rows: shape.n, columns: shape.m, width: shape.hiddenWidth,
            into: decoderByHidden, intoWidth: shape.width, adding: false)
        var sum = Vector.zero
        for j in 0..<shape.width {
            let z = parameters[shape.bias + j]
            let isOff = isReLU ? z .<= 0 : SIMDMask(repeating: false)
            let error = z.replacing(with: 0, where: isOff) - targetOfZero[j]
            sum.addProduct(importance[j] * error, error)
            deltaOfZero[j] = (importance[j] * error).replacing(with: 0, where: isOff)
        }
        lossOfZero = sum.indices.reduce(0) { $0 + Double(sum[$1]) }
        guard shape.isAttacked else { return }
        // The attack on feature i is along row i of WᵀW.
        WideKernels.multiply(
            parameters.numbers, rows: shape.attackRows, stride: shape.hiddenWidth * Vector.scalarCount,
            columns: shape.m, by: decoderByHidden, width: shape.width, into: attacks)
        for i in 0..<shape.n {
            let attack = attacks + i * shape.width
            var squares = Vector.zero
            for j in 0..<shape.width { squares.addProduct(attack[j], attack[j]) }
            let norm = squares.indices.reduce(Float(0)) { $0 + squares[$1] }.squareRoot()
            let scale = norm > 0 ? Float(setting.objective.attackNorm) / norm : 0
            for j in 0..<shape.width { attack[j] *= scale }
        }
        WideKernels.multiply(
            attacks.numbers, rows: shape.attackRows, stride: shape.width * Vector.scalarCount, columns: shape.n,
            by: parameters, width: shape.hiddenWidth, into: attackedHidden)
    }

    /// Adds up what `body` returns for every chunk of `samples` samples.
    private func overChunks(of samples: Int, _ body: (_ chunk: Int, _ count: Int, Workspace) -> Double) -> Double {
        let chunks = Chunks(of: samples, size: chunkSize)
        chunks.forEach(threads: threads) { chunk, thread in
            chunkLosses[chunk] = body(chunk, chunks.count(of: chunk), workspaces[thread])
        }
        return chunkLosses[..<chunks.count].reduce(0, +)
    }

    // MARK: - Blocks of samples

    /// The sum of the losses of `count` samples, and half its gradient added to `gradient`.
    private func sumLoss(
        of count: Int, inChunk chunk: Int, key: UInt64, attackKey: UInt64?, in workspace: Workspace,
        gradient: UnsafeMutablePointer<Vector>?
    ) -> Double {
        var streams = RandomLanes(key: key)
        var attackStream = attackKey.map(RandomStream.init(key:))
        var sum = 0.0
        var left = count
        while left > 0 {
            let drawn = fillRows(upTo: left, after: chunk * chunkSize + count - left, in: workspace, from: &streams)
            left -= drawn.inputs
            addZeros(drawn.inputs - drawn.rows, to: &sum, gradient)
            let attacks = drawAttacks(drawn.rows, from: &attackStream)
            sum += Double(
                forward(
                    drawn.rows, attacks: attacks, in: workspace, biasGradient: gradient.map { $0 + shape.bias }))
            if let gradient { backward(drawn.rows, attacks: attacks, in: workspace, gradient: gradient) }
        }
        return sum
    }

    /// Fills the inputs' rows with the next samples, up to `limit` of them.
    ///
    /// - Parameter place: where these are in the batch from a finite set.
    /// - Returns: the number of rows that were filled, and the number of samples that were drawn.
    private func fillRows(
        upTo limit: Int, after place: Int, in workspace: Workspace, from streams: inout RandomLanes
    ) -> (rows: Int, inputs: Int) {
        var rows = workspace.features ?? workspace.x
        var drawn = (rows: 0, inputs: 0)
        if batch.isEmpty {
            drawn = inputs.draw(
                upTo: limit, keepsZeros: keepsZeros, into: &rows, from: &streams, scratch: workspace.scratch)
        } else {
            let count = inputs.read(batch[place..<place + limit], into: &rows)
            drawn = (count, count)
        }
        if let encoder {
            encoder.encode(rows, count: drawn.rows, into: workspace.x.values)
            workspace.x.isListed = false
        } else {
            workspace.x = rows
        }
        return drawn
    }

    /// What the outputs should be, shape `[samples, width]`.
    private func targets(_ count: Int, in workspace: Workspace) -> UnsafePointer<Vector> {
        guard let target = workspace.target else { return UnsafePointer(workspace.x.values) }
        if let teacher {
            teacher.answer(workspace.x, count: count, hidden: workspace.teacherHidden, into: target)
        } else {
            for j in 0..<count * shape.width { target[j] = magnitude(workspace.x.values[j]) }
        }
        return UnsafePointer(target)
    }

    /// Adds what inputs that are zero add: all the same, as they leave the hidden layer at zero and the output at the
    /// bias.
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

    /// Computes the hidden layer, and half the gradient at the output before its activation function, which is added to the
    /// gradient of the bias; returns the sum of the losses.
    private func forward(
        _ count: Int, attacks: [Attack], in workspace: Workspace, biasGradient: UnsafeMutablePointer<Vector>?
    ) -> Float {
        let (hiddenWidth, h) = (shape.hiddenWidth, workspace.h)
        WideKernels.project(
            workspace.x, count: count, columns: shape.n, through: parameters, hidden: shape.m, width: hiddenWidth,
            into: h)
        if shape.hasHiddenBias {
            for s in 0..<count {
                for j in 0..<hiddenWidth { h[s * hiddenWidth + j] += parameters[shape.hiddenBias + j] }
            }
        }
        for (s, attack) in attacks.enumerated() {
            for j in 0..<hiddenWidth {
                h[s * hiddenWidth + j].addProduct(
                    attackedHidden[attack.feature * hiddenWidth + j], Vector(repeating: attack.sign))
            }
        }
        if experiment.architecture.hiddenActivation == .relu {
            for j in 0..<SampleRows.samples * hiddenWidth { h[j] = h[j].replacing(with: 0, where: h[j] .<= 0) }
        }
        var output = WideKernels.Output(
            isReLU: isReLU, bias: parameters + shape.bias, importance: importance, biasGradient: biasGradient)
        if setting.objective.hiddenPenalty != 0 {
            let weight = Float(setting.objective.hiddenPenalty)
            for j in 0..<count * hiddenWidth { output.loss += weight * magnitude(h[j]) }
        }
        WideKernels.decode(
            h, hidden: shape.m, hiddenWidth: hiddenWidth, matrix: decoderByHidden,
            targets: targets(count, in: workspace), count: count, output: &output, into: workspace.delta)
        let active = Double(output.active.wrappedSum()) / Double(count)
        workspace.delta.isListed = false
        if SampleRows.isWorthListing(active: active, of: shape.n, width: hiddenWidth) { workspace.delta.list() }
        return output.loss.indices.reduce(0) { $0 + output.loss[$1] }
    }

    /// Adds the block's share to half the gradient.
    private func backward(
        _ count: Int, attacks: [Attack], in workspace: Workspace, gradient: UnsafeMutablePointer<Vector>
    ) {
        let (hiddenWidth, h, back) = (shape.hiddenWidth, workspace.h, workspace.back)
        let (x, delta) = (workspace.x, workspace.delta)
        WideKernels.project(
            delta, count: count, columns: shape.n, through: parameters + shape.decoder, hidden: shape.m,
            width: hiddenWidth, into: back)
        if setting.objective.hiddenPenalty != 0 {
            let half = Vector(repeating: Float(setting.objective.hiddenPenalty) / 2)
            for j in 0..<SampleRows.samples * hiddenWidth {
                back[j] += half.replacing(with: -half, where: h[j] .< 0).replacing(with: 0, where: h[j] .== 0)
            }
        }
        if experiment.architecture.hiddenActivation == .relu {
            for j in 0..<SampleRows.samples * hiddenWidth { back[j] = back[j].replacing(with: 0, where: h[j] .<= 0) }
        }
        WideKernels.accumulate(
            delta, count: count, times: h, hidden: shape.m, hiddenWidth: hiddenWidth,
            byFeature: gradient + shape.decoder, byHidden: gradient + shape.decoderByHidden)
        WideKernels.accumulate(
            x, count: count, times: back, hidden: shape.m, hiddenWidth: hiddenWidth,
            byFeature: gradient, byHidden: gradient + shape.encoderByHidden)
        for (s, attack) in attacks.enumerated() {
            let sum = gradient + (shape.attack + attack.feature * hiddenWidth)
            for j in 0..<hiddenWidth { sum[j].addProduct(back[s * hiddenWidth + j], Vector(repeating: attack.sign)) }
        }
        if shape.hasHiddenBias {
            let hiddenBias = gradient + shape.hiddenBias
            for s in 0..<count {
                for j in 0..<hiddenWidth { hiddenBias[j] += back[s * hiddenWidth + j] }
            }
        }
    }

    // MARK: - Results and tests

    /// The loss and gradient of a step's batch, without taking the step. For tests.
    func lossAndGradient(step: Int) -> (loss: Double, gradient: Weights) {
        let loss = sumLossAndGradient(step) / Double(experiment.batchSize)
        return (loss, unpacked(gradient, scale: 2 / Float(experiment.batchSize)))
    }

    /// The batch of a step, in some order: what the model sees, attacked if it is, and the inputs before that. Shapes
    /// `[samples][features]`. For tests.
    func batch(step: Int) -> (seen: [[Double]], inputs: [[Double]]) {
        var (seen, inputs): ([[Double]], [[Double]]) = ([], [])
        batch = order?.batch(ofStep: step) ?? []
        _ = overChunks(of: experiment.batchSize) { chunk, count, workspace in
            var streams = RandomLanes(key: key.appending(.training, model, step, chunk))
            var attackStream =
                shape.isAttacked ? RandomStream(key: key.appending(.attack, model, step, chunk)) : nil
            var left = count
            while left > 0 {
                let drawn = fillRows(
                    upTo: left, after: chunk * chunkSize + count - left, in: workspace, from: &streams)
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

    private func unpacked(_ vectors: UnsafeMutablePointer<Vector>, scale: Float) -> Weights {
        var weights = Weights()
        for parameter in experiment.architecture.parameters {
            weights.tensors[parameter.name] = places(of: parameter.role).map { vectors.numbers[$0] * scale }
        }
        return weights
    }
}
