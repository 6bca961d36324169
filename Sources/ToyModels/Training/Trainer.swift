import Synchronization

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
    private let machine: Machine
    private let costs = Costs()

    /// A trainer for one seed that shares a machine with others.
    public init(seed: UInt64 = 0, on machine: Machine) {
        self.seed = seed
        self.machine = machine
    }

    /// A trainer for one seed, with `jobs` threads, at least one.
    public init(seed: UInt64 = 0, jobs: Int) {
        self.init(seed: seed, on: Machine(threads: jobs))
    }

    /// Trains all models of an experiment. The result does not depend on the number of threads, nor on what else they do.
    ///
    /// - Parameters:
    ///   - experiment: what to train. It is validated first.
    ///   - library: has the models that the experiment refers to.
    ///   - progress: called now and then, from any thread.
    /// - Throws: ``TrainingError``, or `CancellationError` if the task is cancelled.
    /// - Complexity: O(models · steps · batch size · *n m*) in dense products, fewer where a large model's inputs are
    ///   sparse. With snapshots, memory grows with their number times that of all weights.
    public func train(
        _ experiment: Experiment, library: ModelLibrary = ModelLibrary(),
        progress: (@Sendable (Progress) -> Void)? = nil
    ) async throws -> TrainedModels {
        let groups = try await train(
            groups: experiment.groups, of: experiment, library: library, progress: progress)
        return TrainedModels(joining: groups, of: experiment, seed: seed)
    }

    /// Trains some groups of an experiment's models, each of which may also be trained elsewhere.
    ///
    /// - Parameters:
    ///   - groups: some of the experiment's groups.
    /// - Returns: what was trained, in the order of `groups`.
    /// - Throws: as for the whole experiment.
    public func train(
        groups: [Range<Int>], of experiment: Experiment, library: ModelLibrary = ModelLibrary(),
        progress: (@Sendable (Progress) -> Void)? = nil
    ) async throws -> [TrainedGroup] {
        try experiment.validate(jobs: machine.threads)
        try experiment.validateReferences(in: library)
        let models = groups.reduce(0) { $0 + $1.count }
        let report = ProgressCounter(total: models * experiment.steps, report: progress)
        // What does not fit beside others waits for them.
        let memory = Machine.Share(memory: experiment.memory(jobs: machine.threads))
        let priority = Machine.Priority(trainer: costs.rank(with: experiment.cost), experiment: experiment.cost)
        return try await machine.with(memory, priority: priority) {
            try await runs(
                of: groups, in: experiment, library: library, priority: priority, report: report)
        }
    }

    private func runs(
        of groups: [Range<Int>], in experiment: Experiment, library: ModelLibrary, priority: Machine.Priority,
        report: ProgressCounter
    ) async throws -> [TrainedGroup] {
        return try await withThrowingTaskGroup(of: (Int, TrainedGroup).self) { tasks in
            var waiting = groups.indices.makeIterator()
            func startNext() {
                guard let group = waiting.next() else { return }
                tasks.addTask {
                    try await machine.with(.init(threads: 1), priority: priority) {
                        (group, try await run(experiment, library: library, models: groups[group], report: report))
                    }
                }
            }
            // Twice as many as can train, so that one waits whenever a thread becomes free.
            for _ in 0..<min(machine.threads, groups.count) { startNext() }
            for _ in 0..<min(machine.threads, groups.count) { startNext() }
            var runs = [TrainedGroup?](repeating: nil, count: groups.count)
            while let (group, run) = try await tasks.next() {
                runs[group] = run
                startNext()
            }
            return runs.compactMap { $0 }
        }
    }

    private func run(
        _ experiment: Experiment, library: ModelLibrary, models: Range<Int>, report: ProgressCounter
    ) async throws -> TrainedGroup {
        let engine = experiment.engine(
            for: models, seed: seed, library: library, threads: experiment.isWorthSharing ? machine.threads : 1)
        var shift = Shift(on: machine, threads: engine.threads)
        defer { shift.end() }
        let historySteps = experiment.historySteps
        var run = TrainedGroup(
            models: models, weights: engine.weights, losses: [], history: models.map { _ in [] }, snapshots: [],
            seconds: 0)
        var snapshots = experiment.snapshots[...]
        func keepSnapshot(at step: Int) {
            guard snapshots.first == step else { return }
            run.snapshots.append(engine.weights)
            snapshots.removeFirst()
        }
        keepSnapshot(at: 0)
        var step = 0
        for end in historySteps {
            var sums = [Double](repeating: 0, count: models.count)
            let start = step
            while step < end {
                try Task.checkCancellation()
                engine.threads = shift.threads
                try engine.step(step, addingTo: &sums)
                step += 1
                keepSnapshot(at: step)
                await shift.stepBack()
            }
            for (model, sum) in sums.enumerated() { run.history[model].append(sum / Double(end - start)) }
            report.advance(by: (end - start) * models.count)
        }
        engine.threads = shift.threads
        run.weights = engine.weights
        run.losses =
            try experiment.expectedLosses(of: models, weights: run.weights, seed: seed)
            ?? engine.evaluate(on: .freshSamples)
        if experiment.settings[0].data.samples != nil {
            run.trainingLosses = engine.evaluate(on: .trainingSet).map(\.value)
        }
        if let index = run.losses.firstIndex(where: { !$0.value.isFinite }) {
            throw TrainingError.diverged(experiment, model: models.lowerBound + index, step: experiment.steps)
        }
        run.seconds = shift.seconds
        return run
    }
}

extension Experiment {
    /// The steps at which the loss history has an entry: some two hundred, evenly spread, fewer where thousands of
    /// models would make it larger than everything else that is kept of them.
    public var historySteps: [Int] {
        let interval = max(1, steps / min(200, max(10, 500_000 / models)))
        return stride(from: interval, to: steps, by: interval) + (steps > 0 ? [steps] : [])
    }
}

/// What the experiments of a trainer cost.
private final class Costs: Sendable {
    private let greatest = Mutex<Double?>(nil)

    /// The trainer's place among others once it trains an experiment of this cost, too.
    func rank(with cost: Double) -> Double {
        greatest.withLock { greatest in
            defer { greatest = max(greatest ?? 0, cost) }
            return greatest.map { max($0, cost) } ?? .infinity
        }
    }
}

/// Counts the steps of all threads.
private final class ProgressCounter: Sendable {
    private let done = Atomic<Int>(0)
    private let total: Int
    private let report: (@Sendable (Trainer.Progress) -> Void)?

    init(total: Int, report: (@Sendable (Trainer.Progress) -> Void)?) {
        self.total = total
        self.report = report
    }

    func advance(by steps: Int) {
        let count = done.add(steps, ordering: .relaxed).newValue
        report?(Trainer.Progress(done: count, total: total))
    }
}
