/// How the losses of an experiment's trained models are measured: as exactly as is possible in reasonable time.
enum LossMeasure {
    /// In closed form.
    case closed
    /// Summed over the sets of active features, and integrated over their values by a rule.
    case integrated
    /// On random samples.
    case sampled

    /// More sets than this are not summed over.
    private static let mostPatterns = 4096.0
    /// Closed forms of more terms take longer than the rule.
    private static let mostTerms = 20_000.0

    init(for experiment: Experiment) {
        let settings = experiment.settings
        let isOfInputs =
            experiment.architecture.dictionary == nil
            && settings.allSatisfy {
                $0.data.encoder == nil && $0.data.table == nil && $0.objective.teacher == nil && $0.features.norm == nil
            }
        guard isOfInputs, let features = settings.first?.features else {
            self = .sampled
            return
        }
        let n = features.features
        // Of each set of features: the number of states, and of corners of the cubes of their values.
        let (sets, states, corners): (Int, Double, Double) =
            switch features.dependence {
            case .independent: (n, 2, 3)
            case .correlated(let size): (n / size, 2, 1 + Double(sign: .plus, exponent: min(size, 64), significand: 1))
            case .anticorrelated(let size): (n / size, Double(size + 1), Double(2 * size + 1))
            case .nested(let size): (n / size, Double(size + 1), Double(4 * size - 1))
            }
        func product(_ factor: Double) -> Double {
            (0..<min(sets, 64)).reduce(1) { product, _ in product * factor }
        }
        guard product(states) <= Self.mostPatterns else {
            self = .sampled
            return
        }
        let isClosed = settings.allSatisfy {
            ExpectedLoss.isClosed(for: experiment.architecture, features: $0.features, objective: $0.objective)
        }
        self = isClosed && Double(n) * product(corners) <= Self.mostTerms ? .closed : .integrated
    }
}

extension Experiment {
    /// The losses of trained models where they can be had without random samples; nil where not.
    ///
    /// - Parameters:
    ///   - models: the indices of the models.
    ///   - weights: theirs.
    func expectedLosses(of models: Range<Int>, weights: Weights, seed: UInt64) throws -> [LossEstimate]? {
        let measure = LossMeasure(for: self)
        if measure == .sampled { return nil }
        let key = StreamKey(seed: seed, experiment: id)
        var expected: (setting: Int, loss: ExpectedLoss)?
        return try models.enumerated().map { place, index in
            try Task.checkCancellation()
            let model = weights.model(place, of: architecture)
            // The integrals are of finite numbers; the trainer tells what diverged.
            guard model.isFinite else { return LossEstimate(.nan, standardError: .infinity) }
            let setting = index / restarts
            let loss: ExpectedLoss
            if let expected, expected.setting == setting {
                loss = expected.loss
            } else {
                loss = ExpectedLoss(features: settings[setting].features, objective: settings[setting].objective)
                expected = (setting, loss)
            }
            if measure == .closed { return LossEstimate(loss(model), standardError: 0) }
            // Restarts of one setting see the same values, so that their losses can be compared.
            let stream = RandomStream(key: key.appending(.evaluation, setting))
            return loss.estimate(of: model, samples: evaluationSamples, using: stream)
        }
    }
}

extension ToyModel {
    fileprivate var isFinite: Bool {
        [W.elements, W2?.elements ?? [], b, b1 ?? []].allSatisfy { $0.allSatisfy(\.isFinite) }
    }
}
