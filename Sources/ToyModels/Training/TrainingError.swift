/// Why a training run produced no models.
public enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The experiment's values make no sense.
    case invalidExperiment(id: String, problem: String)
    /// The experiment refers to a trained model that is not at hand.
    case missingModel(id: String, reference: ModelReference)
    /// The experiment refers to a table of samples that is not at hand.
    case missingTable(id: String, reference: SampleTableReference)
    /// A model's loss stopped being finite.
    case diverged(id: String, model: Int, step: Int, settings: String)

    static func diverged(_ experiment: Experiment, model: Int, step: Int) -> TrainingError {
        let (n, m) = (experiment.architecture.features, experiment.architecture.hidden)
        let setting = experiment.setting(ofModel: model)
        func range(_ values: [Double]) -> String {
            guard let low = values.min(), let high = values.max() else { return "none" }
            return low == high ? "\(low)" : "\(low) to \(high)"
        }
        return .diverged(
            id: experiment.id, model: model, step: step,
            settings: "\(n) features, \(m) hidden dimensions, density \(range(setting.features.density)), importance "
                + "\(range(setting.importance)), restart \(model % experiment.restarts), "
                + "learning rate \(experiment.learningRate.rate(step: step, of: experiment.steps))")
    }

    /// A sentence that says what was wrong.
    public var description: String {
        switch self {
        case .invalidExperiment(let id, let problem):
            "Experiment '\(id)' cannot be trained: \(problem)."
        case .missingModel(let id, let reference):
            "Experiment '\(id)' refers to model \(reference.model) of '\(reference.experiment)', which is not at hand: "
                + "train that first."
        case .missingTable(let id, let reference):
            "Experiment '\(id)' refers to the table of samples \(reference.sha256.prefix(12)), which is not at hand: provide that first."
        case .diverged(let id, let model, let step, let settings):
            "Experiment '\(id)': the loss of model \(model) is no longer finite at step \(step) (\(settings)). "
                + "Lower the learning rate."
        }
    }
}
