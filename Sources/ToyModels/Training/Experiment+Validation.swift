extension Experiment {
    /// The greatest counts. None is in the way of what a machine can train; together they keep every product of counts, also
    /// that of all sizes of an engine in bytes, below the greatest `Int`.
    private enum Limit {
        static let width = 1_000_000
        static let samples = 100_000_000
        static let models = 10_000_000
        static let steps = 10_000_000_000
    }

    /// Throws if no training can be run from these values, on this machine. ``Trainer`` asks for that itself.
    ///
    /// - Parameter jobs: the number of threads, which decides how much memory training takes.
    /// - Throws: ``TrainingError/invalidExperiment(id:problem:)``, with the first problem.
    public func validate(jobs: Int = 1) throws(TrainingError) {
        try validate(jobs: jobs, memory: PhysicalMemory.bytes)
    }

    /// - Parameter memory: what there is of it, in bytes; nil if that is not known.
    func validate(jobs: Int, memory: Int?) throws(TrainingError) {
        // In this order: what comes later computes with what comes before.
        try validateCounts()
        try validateSchedule()
        for (index, setting) in settings.enumerated() { try validate(setting, index) }
        try validateDictionary()
        try validateMemory(jobs: jobs, memory: memory)
        try validateStart()
    }

    private func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws(TrainingError) {
        if !condition { throw .invalidExperiment(id: id, problem: problem()) }
    }

    private func validateCounts() throws(TrainingError) {
        func require(_ count: Int, _ name: String, from least: Int = 1, to greatest: Int) throws(TrainingError) {
            try self.require(
                (least...greatest).contains(count), "\(name) is \(count), and must be from \(least) to \(greatest)")
        }
        let (n, m) = (architecture.features, architecture.hidden)
        try self.require(
            n > 0 && m > 0, "a model needs at least one feature and one hidden dimension, not \(n)×\(m)")
        try require(n, "the number of features", to: Limit.width)
        try require(m, "the number of hidden dimensions", to: Limit.width)
        try self.require(!settings.isEmpty, "it has no settings")
        try require(restarts, "restarts", to: Limit.models)
        try require(models, "the number of models, settings times restarts,", to: Limit.models)
        try require(steps, "steps", from: 0, to: Limit.steps)
        try require(batchSize, "batchSize", to: Limit.samples)
        try require(evaluationSamples, "evaluationSamples", to: Limit.samples)
        try self.require(
            snapshots == Set(snapshots).sorted() && snapshots.allSatisfy { (0...steps).contains($0) },
            "snapshots must be ascending steps in 0...\(steps)")
    }

    private func validateSchedule() throws(TrainingError) {
        let (peak, fraction) = (learningRate.peak, learningRate.finalFraction)
        try require(peak.isMagnitude, "the learning rate is \(peak), and must be finite and not negative")
        try require(
            fraction.isMagnitude && (peak * fraction).isMagnitude,
            "the learning rate's final fraction is \(fraction), and must be finite and not negative")
        for (name, beta) in [("beta1", optimizer.beta1), ("beta2", optimizer.beta2)] {
            try require((0..<1).contains(beta), "the optimiser's \(name) is \(beta), and must be from 0 to below 1")
        }
        // A gradient of zero, such as that of a feature without importance, is divided by it.
        try require(
            optimizer.epsilon.isMagnitude && Float(optimizer.epsilon) > 0,
            "the optimiser's epsilon is \(optimizer.epsilon), and must be finite and positive in single precision")
        try require(
            optimizer.weightDecay.isMagnitude,
            "the weight decay is \(optimizer.weightDecay), and must be finite and not negative")
    }

    private func validate(_ setting: Setting, _ index: Int) throws(TrainingError) {
        let n = architecture.features
        let (features, density) = (setting.features, setting.features.density)
        let count = features.features
        try require(
            (setting.data.encoder != nil || count == n) && setting.importance.count == n,
            "setting \(index) has \(count) densities and \(setting.importance.count) importances for \(n) features")
        try require((1...Limit.width).contains(count), "setting \(index) has \(count) densities")
        // The lanes of an engine open the gates of their features together.
        try require(
            features.dependence == settings[0].features.dependence,
            "settings 0 and \(index) differ in the features' dependence, which takes an experiment each")
        try require(density.allSatisfy { (0...1).contains($0) }, "setting \(index) has a density outside 0...1")
        try require(
            setting.data.samples == settings[0].data.samples,
            "its settings differ in the number of samples, of which there must be one for all")
        try require(
            setting.data.heldOut?.count == settings[0].data.heldOut?.count,
            "its settings differ in the number of samples that are held out, of which there must be one for all")
        if let heldOut = setting.data.heldOut {
            try require(
                (1...Limit.samples).contains(heldOut.count),
                "setting \(index) holds \(heldOut.count) samples out, and must hold out from 1 to \(Limit.samples)")
        }
        if let samples = setting.data.samples {
            try require(
                (batchSize...Limit.samples).contains(samples),
                "setting \(index) has \(samples) samples, and must have from a batch of \(batchSize) to \(Limit.samples)"
            )
        }
        // Side by side, models are computed by the same instructions.
        try require(
            (setting.data.encoder == nil) == (settings[0].data.encoder == nil)
                && setting.objective.kind == settings[0].objective.kind,
            "its settings differ in the kind of inputs or targets, of which there must be one for all")
        var share = 1.0
        switch features.dependence {
        case .independent: break
        case .correlated(let size), .anticorrelated(let size), .nested(let size):
            try require(size > 0 && count % size == 0, "sets of \(size) features do not divide \(count) features")
            try require(
                density.indices.allSatisfy { density[$0] == density[$0 - $0 % size] },
                "the features of a set differ in density in setting \(index)")
            if case .correlated = features.dependence { break }
            share = 1 / Double(size)
        }
        // Whether a feature is active is decided by a multiple of 2⁻²³.
        try require(
            density.allSatisfy { $0 == 0 || $0 * share >= 0x1p-23 },
            "setting \(index) has a feature that is active less often than once in 2²³ samples, but not never")
        if let norm = features.norm {
            try require(
                norm.isMagnitude && Float(norm) > 0 && setting.data.table == nil,
                "setting \(index) scales samples to the length \(norm), which must be finite and positive; given samples stay as "
                    + "they are")
        }
        try require(
            (features.norm == nil) == (settings[0].features.norm == nil),
            "its settings differ in whether samples are scaled, which must be alike for all")
        if let scale = setting.data.scale {
            try require(
                scale.isMagnitude && setting.data.encoder != nil,
                "setting \(index) scales by \(scale) the activations of a model, and must name that model and a finite factor"
            )
        }
        for (name, value) in [("penalty", setting.objective.hiddenPenalty), ("attack", setting.objective.attackNorm)] {
            try require(
                value.isMagnitude, "the \(name) of setting \(index) is \(value), and must be finite and not negative")
        }
        try require(
            setting.objective.attackNorm == 0 || (architecture.isTied && architecture.hiddenActivation == .linear),
            "the analytic attack is for tied models with a linear hidden layer")
        try require(
            setting.importance.allSatisfy(\.isMagnitude),
            "setting \(index) has an importance that is negative or not finite")
    }

    private func validateDictionary() throws(TrainingError) {
        guard let kind = architecture.dictionary else {
            try require(dictionary == nil, "it has a recipe for dictionaries, and trains toy models")
            try require(
                settings.allSatisfy { $0.objective.active == nil && $0.objective.prefixes == nil },
                "numbers of active latents and prefixes are for dictionaries")
            return
        }
        guard let dictionary else {
            throw .invalidExperiment(id: id, problem: "it trains dictionaries, and has no recipe for them")
        }
        let latents = architecture.hidden
        try require(
            (0...1).contains(dictionary.warmUp) && (dictionary.resampleInterval ?? 1) > 0
                && Float(dictionary.bandwidth) > 0 && Float(dictionary.bandwidth).isFinite,
            "the warm-up of dictionaries must be from 0 to 1, the interval of resampling and the bandwidth positive")
        for (index, setting) in settings.enumerated() {
            let objective = setting.objective
            try require(
                kind.isTopK ? (1...latents).contains(objective.active ?? 0) : objective.active == nil,
                "setting \(index) must have a number of active latents from 1 to \(latents) by TopK and BatchTopK, and none otherwise"
            )
            let prefixes = objective.prefixes ?? [latents]
            try require(
                prefixes == Set(prefixes).sorted() && prefixes.first ?? 0 > 0 && prefixes.last == latents
                    && kind != .gated
                    || objective.prefixes == nil,
                "the prefixes of setting \(index) must ascend to all \(latents) latents; a gated dictionary has none")
            try require(
                objective.target == .input && objective.attackNorm == 0 && objective.importance.allSatisfy { $0 == 1 },
                "dictionaries explain samples as they are: setting \(index) has another target, an attack or an importance"
            )
        }
    }

    private func validateMemory(jobs: Int, memory: Int?) throws(TrainingError) {
        guard let memory else { return }
        let needed = self.memory(jobs: jobs)
        func gigabytes(_ bytes: Double) -> String { "\((bytes / 1e8).rounded(.up) / 10) GB" }
        try require(
            needed <= Double(memory),
            "it needs \(gigabytes(needed)) of memory, and this machine has \(gigabytes(Double(memory)))")
    }

    private func validateStart() throws(TrainingError) {
        try require(Float(initialScale).isFinite, "initialScale is \(initialScale), and must be finite")
        if let factor = initialDecoderFromEncoder {
            try require(Float(factor).isFinite, "initialDecoderFromEncoder is \(factor), and must be finite")
        }
        guard let start else { return }
        try require(
            start.models.count == models,
            "it starts from \(start.models.count) model\(start.models.count == 1 ? "" : "s"), and trains \(models)")
    }

    /// Throws unless all models that the experiment refers to are in a library and fit it.
    func validateReferences(in library: ModelLibrary) throws(TrainingError) {
        func find(_ reference: ModelReference, as role: String, fits: (ToyModel) -> Bool) throws(TrainingError) {
            guard let model = library[reference] else { throw .missingModel(id: id, reference: reference) }
            if !fits(model) {
                throw .invalidExperiment(
                    id: id,
                    problem: "model \(reference.model) of '\(reference.experiment)' has another shape than \(role)")
            }
        }
        for index in start?.models.indices ?? 0..<0 {
            guard let start else { break }
            try find(start[index], as: "the models that start from it") { $0.architecture == architecture }
        }
        for (index, setting) in settings.enumerated() {
            if let reference = setting.data.table {
                guard let table = library[reference] else { throw .missingTable(id: id, reference: reference) }
                try require(
                    table.features == setting.features.features
                        && table.count >= setting.data.kept,
                    "setting \(index) takes \(setting.data.kept) samples of \(setting.features.features) features from a table of "
                        + "\(table.count) samples of \(table.features)")
            }
            if let encoder = setting.data.encoder {
                try find(encoder, as: "the inputs that it encodes") {
                    $0.architecture.features == setting.features.features
                        && $0.architecture.hidden == architecture.features
                }
            }
            if let teacher = setting.objective.teacher {
                try find(teacher, as: "the models that it teaches") {
                    $0.architecture.features == architecture.features
                }
            }
        }
        // Side by side they are computed by the same instructions.
        for references in [settings.compactMap(\.data.encoder), settings.compactMap(\.objective.teacher)] {
            guard let first = references.first.flatMap({ library[$0]?.architecture }) else { continue }
            for reference in references {
                try find(reference, as: "those of other settings") { $0.architecture == first }
            }
        }
    }

    // MARK: - Memory

    /// The bytes that training takes on so many threads.
    public func memory(jobs: Int) -> Double { resultMemory + enginesMemory(jobs: jobs) }

    /// The bytes of what training leaves, twice, as it is joined from what the groups of models leave. As a floating-point
    /// number, which does not overflow.
    private var resultMemory: Double {
        let parameters = architecture.parameters.reduce(0) { $0 + Double($1.count) }
        let weights = 4 * parameters * Double(1 + snapshots.count)
        return 2 * Double(models) * (weights + Double(historySteps.count + 2) * 8)
    }

    /// The bytes of the engines that train at the same time.
    private func enginesMemory(jobs: Int) -> Double {
        let groups = engine.lanes == 1 ? models : groups.count
        return Double(min(jobs, groups)) * Double(engine.memory(for: self, threads: isWorthSharing ? jobs : 1))
    }
}

extension Double {
    /// Whether this is zero or positive, and finite also in single precision, which engines compute in.
    fileprivate var isMagnitude: Bool { self >= 0 && Float(self).isFinite }
}
