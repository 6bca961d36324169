/// The engine for small models: trains up to sixteen models of one shape side by side, one in each lane of a vector.
///
/// Every model runs the same instructions on its own weights, data, densities and importances, so there is nothing to
/// shuffle and nothing to waste, however few features a model has. Samples go through in blocks of eight, so that
/// a weight that is loaded once is used eight times. Nothing is allocated after `init`.
///
/// Computes what ``ToyModel/lossAndGradient(batch:importance:)`` computes.
final class LaneEngine {
    /// The number of models that one engine trains.
    static let lanes = Vector.scalarCount

    private let experiment: Experiment
    private let models: Range<Int>
    private let n: Int
    private let m: Int
    private let isReLU: Bool

    private var streams: RandomLanes
    private let evaluationKeys: [UInt64]
    private var optimizer: AdamWState

    // One allocation, cut into the arrays below. The parameters are W `[hidden, features]`, then b `[features]`.
    private let storage: UnsafeMutablePointer<Vector>
    private let parameterCount: Int
    private let parameters: UnsafeMutablePointer<Vector>
    private let gradient: UnsafeMutablePointer<Vector>
    private let density: UnsafeMutablePointer<Vector>
    private let inverseDensity: UnsafeMutablePointer<Vector>
    private let importance: UnsafeMutablePointer<Vector>
    // Of one block of samples: shapes `[features, samples]` and `[hidden, samples]`.
    private let x: UnsafeMutablePointer<Vector>
    private let delta: UnsafeMutablePointer<Vector>
    private let h: UnsafeMutablePointer<Vector>

    /// An engine for at most ``lanes`` models of a valid experiment, at their random start.
    init(_ experiment: Experiment, models: Range<Int>, seed: UInt64) {
        precondition(!models.isEmpty && models.count <= Self.lanes)
        self.experiment = experiment
        self.models = models
        n = experiment.architecture.features
        m = experiment.architecture.hidden
        isReLU = experiment.architecture.output == .relu

        parameterCount = m * n + n
        let total = 4 * parameterCount + 3 * n + (2 * n + m) * SampleBlock.count
        storage = .allocate(capacity: total)
        storage.initialize(repeating: .zero, count: total)
        var free = storage
        func take(_ count: Int) -> UnsafeMutablePointer<Vector> {
            defer { free += count }
            return free
        }
        parameters = take(parameterCount)
        gradient = take(parameterCount)
        optimizer = AdamWState(experiment.optimizer, count: parameterCount, storage: take(2 * parameterCount))
        density = take(n)
        inverseDensity = take(n)
        importance = take(n)
        x = take(n * SampleBlock.count)
        delta = take(n * SampleBlock.count)
        h = take(m * SampleBlock.count)

        // Lanes without a model of their own repeat the last one; nobody reads them.
        let laneModels = (0..<Self.lanes).map { min(models.lowerBound + $0, models.upperBound - 1) }
        let key = StreamKey(seed: seed, experiment: experiment.id)
        streams = RandomLanes(keys: laneModels.map { key.appending(.training, $0) })
        evaluationKeys = laneModels.map { key.appending(.evaluation, $0 / experiment.restarts) }
        for (lane, model) in laneModels.enumerated() {
            let start = InitialWeights(
                of: experiment.architecture, scale: experiment.initialScale,
                key: key.appending(.initialWeights, model))
            for j in 0..<m * n { parameters[j][lane] = start.W[j] }
            for i in 0..<n { parameters[m * n + i][lane] = start.b[i] }
            let setting = experiment.setting(ofModel: model)
            for i in 0..<n {
                density[i][lane] = Float(setting.features.density[i])
                inverseDensity[i][lane] = Float(1 / setting.features.density[i])
                importance[i][lane] = Float(setting.importance[i])
            }
        }
    }

    deinit { storage.deallocate() }

    // MARK: - Steps

    /// Takes one step and returns the loss of its batch. Shape `[models]`.
    func step(_ step: Int) throws(TrainingError) -> Vector {
        let loss = accumulateLossAndGradient() / Float(experiment.batchSize)
        let unhealthy = (loss - loss) .!= 0
        if any(unhealthy), let model = models.first(where: { unhealthy[$0 - models.lowerBound] }) {
            throw .diverged(experiment, model: model, step: step)
        }
        optimizer.update(
            parameters, gradient: gradient, gradientScale: 2 / Float(experiment.batchSize),
            learningRate: experiment.learningRate.rate(step: step, of: experiment.steps))
        return loss
    }

    /// Sums the loss and half its gradient over one batch of fresh samples.
    private func accumulateLossAndGradient() -> Vector {
        gradient.update(repeating: .zero, count: parameterCount)
        var loss = Vector.zero
        var left = experiment.batchSize
        while left > 0 {
            let count = min(left, SampleBlock.count)
            drawBlock(count, from: &streams)
            loss += forward(count)
            backward()
            left -= count
        }
        return loss
    }

    /// The loss of each model on fresh data. Shape `[models]`.
    func evaluate() -> [Double] {
        // Restarts of one setting see the same samples, so that their losses can be compared.
        var streams = RandomLanes(keys: evaluationKeys)
        var sums = Array(repeating: 0.0, count: Self.lanes)
        var left = experiment.evaluationSamples
        while left > 0 {
            var partial = Vector.zero
            for _ in 0..<64 where left > 0 {
                let count = min(left, SampleBlock.count)
                drawBlock(count, from: &streams)
                partial += forward(count)
                left -= count
            }
            for lane in sums.indices { sums[lane] += Double(partial[lane]) }
        }
        return sums.prefix(models.count).map { $0 / Double(experiment.evaluationSamples) }
    }

    // MARK: - Kernels

    /// Fills `x` with the next `count` samples; further samples of the block are zero.
    @inline(__always)
    private func drawBlock(_ count: Int, from streams: inout RandomLanes) {
        let (n, x, density, inverseDensity) = (n, x, density, inverseDensity)
        if count < SampleBlock.count { x.update(repeating: .zero, count: n * SampleBlock.count) }
        var lanes = streams
        for s in 0..<count {
            for i in 0..<n {
                let u = lanes.nextUniform()
                x[i &* SampleBlock.count &+ s] = (u * inverseDensity[i]).replacing(with: 0, where: u .>= density[i])
            }
        }
        streams = lanes
    }

    /// Computes `h`, and in `delta` half the gradient at the output before its activation function, of the first
    /// `count` samples of the block. Returns the sum of their losses.
    @inline(__always)
    private func forward(_ count: Int) -> Vector {
        let (n, m, size) = (n, m, SampleBlock.count)
        let (W, b, x, h, delta) = (parameters, parameters + m * n, x, h, delta)
        for k in 0..<m {
            var block = SampleBlock(repeating: .zero)
            for i in 0..<n { block.add(W[k &* n &+ i], times: x + i &* size) }
            block.store(h + k &* size)
        }
        for i in 0..<n {
            var block = SampleBlock(repeating: b[i])
            for k in 0..<m { block.add(W[k &* n &+ i], times: h + k &* size) }
            block.store(delta + i &* size)
        }
        var loss = Vector.zero
        for i in 0..<n {
            let (x, delta, weight) = (x + i &* size, delta + i &* size, importance[i])
            var featureLoss = Vector.zero  // A sum of its own keeps the chain of additions short.
            if isReLU {
                for s in 0..<count {
                    let z = delta[s]
                    let error = z.replacing(with: 0, where: z .<= 0) - x[s]
                    let weighted = weight * error
                    featureLoss.addProduct(weighted, error)
                    delta[s] = weighted.replacing(with: 0, where: z .<= 0)
                }
            } else {
                for s in 0..<count {
                    let error = delta[s] - x[s]
                    let weighted = weight * error
                    featureLoss.addProduct(weighted, error)
                    delta[s] = weighted
                }
            }
            for s in count..<size { delta[s] = .zero }
            loss += featureLoss
        }
        return loss
    }

    /// Adds the block's share to the gradient.
    @inline(__always)
    private func backward() {
        let (n, m, size) = (n, m, SampleBlock.count)
        let (W, x, h, delta, gradient) = (parameters, x, h, delta, gradient)
        for k in 0..<m {
            var back = SampleBlock(repeating: .zero)
            for i in 0..<n { back.add(W[k &* n &+ i], times: delta + i &* size) }
            let hidden = SampleBlock(at: h + k &* size)
            for i in 0..<n {
                // The tied weights decode (δ hᵀ) and encode (Wδ xᵀ).
                let decoding = hidden.sumOfProducts(with: delta + i &* size, from: gradient[k &* n &+ i])
                gradient[k &* n &+ i] = back.sumOfProducts(with: x + i &* size, from: decoding)
            }
        }
        for i in 0..<n {
            gradient[m &* n &+ i] = SampleBlock(at: delta + i &* size).sum(from: gradient[m &* n &+ i])
        }
    }

    // MARK: - Results

    /// The weights of the models as they are now.
    var weights: TrainedModels.Weights { unpacked(parameters, scale: 1) }

    /// The loss and gradient of the next batch, without a step. For tests.
    func lossAndGradient() -> (losses: [Double], gradient: TrainedModels.Weights) {
        let loss = accumulateLossAndGradient() / Float(experiment.batchSize)
        let gradient = unpacked(gradient, scale: 2 / Float(experiment.batchSize))
        return (models.indices.map { Double(loss[$0 - models.lowerBound]) }, gradient)
    }

    private func unpacked(_ vectors: UnsafePointer<Vector>, scale: Float) -> TrainedModels.Weights {
        let lanes = 0..<models.count
        return TrainedModels.Weights(
            W: lanes.flatMap { lane in (0..<m * n).map { vectors[$0][lane] * scale } },
            b: lanes.flatMap { lane in (0..<n).map { vectors[m * n + $0][lane] * scale } })
    }
}
