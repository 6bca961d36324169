import ToyModels

extension Trainer {
    /// Models in place of an experiment's that are not trained yet: the same in number and shape, but hardly trained.
    func standIn(for experiment: Experiment, library: ModelLibrary) async throws -> TrainedModels {
        var short = experiment
        short.steps = min(experiment.steps, 10)
        short.batchSize = min(experiment.batchSize, 64)
        short.snapshots = []
        short.evaluationSamples = min(experiment.evaluationSamples, 256)
        if let samples = short.settings.compactMap(\.data.samples).min() {
            short.batchSize = min(short.batchSize, samples)
        }
        let models = try await train(short, library: library)
        let entries = experiment.historySteps
        return TrainedModels(
            experiment: experiment, seeds: models.seeds, weights: models.weights, losses: models.losses,
            lossErrors: models.lossErrors, trainingLosses: models.trainingLosses,
            history: .init(steps: entries, losses: models.losses.map { loss in entries.map { _ in loss } }),
            snapshots: experiment.snapshots.map { .init(step: $0, weights: models.weights) })
    }
}
