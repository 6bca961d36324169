extension Trainer {
    /// Models in place of an experiment's that are not trained yet: the same in number and shape, but hardly trained, in a
    /// moment. So what is done with trained models can be gone through before there are any.
    ///
    /// Between the start and the end of their ten steps, losses and snapshots are on a straight line, so that they show what
    /// is looked for in trained ones: a loss that changes, weights that grow. The losses are those of small batches.
    ///
    /// - Throws: as for training.
    public func standIn(for experiment: Experiment, library: ModelLibrary = ModelLibrary()) throws -> TrainedModels {
        try experiment.validateReferences(in: library)
        var short = experiment
        short.steps = min(experiment.steps, 10)
        let samples = experiment.settings.compactMap(\.data.samples).min() ?? .max
        short.batchSize = min(experiment.batchSize, 64, samples)
        // So that weights come to be about one in so few steps.
        short.learningRate = .constant(0.1)
        let groups = try short.groups.map { models in
            let engine = short.engine(for: models, seed: seed, library: library, threads: 1)
            let first = engine.weights
            var losses: [[Double]] = []
            for step in 0..<short.steps {
                try Task.checkCancellation()
                losses.append([Double](repeating: 0, count: models.count))
                try engine.step(step, addingTo: &losses[step])
            }
            func loss(_ model: Int, at share: Double) -> Double {
                guard let start = losses.first?[model], let end = losses.last?[model] else { return 1 }
                return start + (end - start) * share
            }
            func share(_ step: Int) -> Double { Double(step) / Double(max(1, experiment.steps)) }
            let last = (0..<models.count).map { loss($0, at: 1) }
            return TrainedGroup(
                models: models, weights: engine.weights, losses: last.map { LossEstimate($0, standardError: 0) },
                trainingLosses: experiment.settings[0].data.samples == nil ? nil : last,
                history: last.indices.map { model in experiment.historySteps.map { loss(model, at: share($0)) } },
                snapshots: experiment.snapshots.map { engine.weights.between(first, at: Float(share($0))) }, seconds: 0)
        }
        return TrainedModels(joining: groups, of: experiment, seed: seed)
    }
}

extension Weights {
    /// Weights on the straight line from others to these.
    fileprivate func between(_ first: Weights, at share: Float) -> Weights {
        var weights = self
        for (name, values) in tensors {
            weights.tensors[name] = zip(first[name], values).map { $0 + ($1 - $0) * share }
        }
        return weights
    }
}
