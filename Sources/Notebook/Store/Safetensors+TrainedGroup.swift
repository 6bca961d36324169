import Foundation
import ToyModels

extension Safetensors {
    /// A group of an experiment's models, with tensors as in the whole experiment's file.
    init(_ group: TrainedGroup, of experiment: Experiment) {
        let (count, entries) = (group.models.count, experiment.historySteps.count)
        var tensors = [
            "loss": Tensor(.double(group.losses.map(\.value)), shape: [count]),
            "loss.error": Tensor(.double(group.losses.map(\.standardError)), shape: [count]),
            "history.loss": Tensor(.double(group.history.flatMap { $0 }), shape: [count, entries]),
        ]
        if let losses = group.trainingLosses { tensors["loss.training"] = Tensor(.double(losses), shape: [count]) }
        tensors.merge(
            Self.weights(group.weights, snapshots: group.snapshots, of: experiment, models: count)
        ) { $1 }
        self.init(tensors: tensors)
    }

    /// A group of an experiment's models, bit for bit.
    ///
    /// - Throws: ``SafetensorsError/unfit(tensor:)`` if the tensors are not those of the group.
    func group(_ models: Range<Int>, of experiment: Experiment, seconds: Double) throws(SafetensorsError)
        -> TrainedGroup
    {
        let (count, entries) = (models.count, experiment.historySteps.count)
        let history = try doubles("history.loss", [count, entries])
        let weights = try weights(of: experiment, models: count)
        let isFinite = experiment.settings[0].data.samples != nil
        return TrainedGroup(
            models: models, weights: weights.last,
            losses: zip(try doubles("loss", [count]), try doubles("loss.error", [count])).map {
                LossEstimate($0, standardError: $1)
            },
            trainingLosses: isFinite ? try doubles("loss.training", [count]) : nil,
            history: (0..<count).map { Array(history[$0 * entries..<($0 + 1) * entries]) },
            snapshots: weights.snapshots, seconds: seconds)
    }
}
