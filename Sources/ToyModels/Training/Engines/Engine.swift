/// Trains some models of an experiment, one step at a time.
protocol Engine: AnyObject {
    /// Takes one step and adds the loss of each model's batch to `losses`, shape `[models]`.
    func step(_ step: Int, addingTo losses: inout [Double]) throws(TrainingError)

    /// The loss of each model on fresh data. Shape `[models]`.
    func evaluate() -> [Double]

    /// The weights of the models as they are now.
    var weights: TrainedModels.Weights { get }
}

extension Experiment {
    /// Whether models are trained one by one, vectorised across features, instead of side by side in the lanes of a vector.
    ///
    /// Side by side nothing is lost to padding, so small models are faster; a large model fills vectors by itself, keeps
    /// its weights in the cache, and can skip zeros. Measured: they break even at about this size.
    var isWide: Bool {
        architecture.features * architecture.hidden > 400 || settings.contains { $0.attackNorm != 0 }
    }

    /// The models that one engine trains, in order. A lane engine gets a power of two, so that all its lanes have work, and at
    /// most half of the models, so that two cores have.
    var groups: [Range<Int>] {
        var groups: [Range<Int>] = []
        var first = 0
        var size = isWide ? 1 : LaneEngine.lanes
        while size > 1 && 2 * size > models { size /= 2 }
        while first < models {
            while size > models - first { size /= 2 }
            groups.append(first..<first + size)
            first += size
        }
        return groups
    }

    /// Whether a step of one engine takes long enough to be shared among threads, which costs some 50 µs each time: a million
    /// multiplications of vectors take about 0.3 ms.
    var isWorthSharing: Bool {
        let models = isWide ? 1 : groups.first?.count ?? 1
        // As floating-point numbers, whose product does not overflow.
        let multiplications = Double(5 * architecture.features * architecture.hidden) * Double(batchSize * models)
        return multiplications / Double(Vector.scalarCount) > 1_000_000
    }

    /// The bytes that one engine needs on so many threads.
    func engineMemory(threads: Int) -> Int {
        isWide ? WideEngine.memory(for: self, threads: threads) : LaneEngine.memory(for: self, threads: threads)
    }

    /// An engine for one of the groups, at the start.
    ///
    /// - Parameter threads: how many may work on it; the result does not depend on that.
    func engine(for models: Range<Int>, seed: UInt64, threads: Int) -> any Engine {
        isWide
            ? WideEngine(self, model: models.lowerBound, seed: seed, threads: threads)
            : LaneEngine(self, models: models, seed: seed, threads: threads)
    }
}
