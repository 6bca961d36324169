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
        for parameter in experiment.architecture.parameters {
            let (name, shape) = (parameter.name, [count] + parameter.shape)
            tensors[name] = Tensor(.float(group.weights[name]), shape: shape)
            guard !group.snapshots.isEmpty else { continue }
            tensors["snapshots." + name] = Tensor(
                .float(group.snapshots.flatMap { $0[name] }), shape: [group.snapshots.count] + shape)
        }
        self.init(tensors: tensors)
    }

    /// A group of an experiment's models, bit for bit.
    ///
    /// - Throws: ``SafetensorsError/unfit(tensor:)`` if the tensors are not those of the group.
    func group(_ models: Range<Int>, of experiment: Experiment, seconds: Double) throws(SafetensorsError)
        -> TrainedGroup
    {
        let (count, entries, times) = (models.count, experiment.historySteps.count, experiment.snapshots.count)
        let history = try doubles("history.loss", [count, entries])
        var weights = Weights()
        var snapshots = experiment.snapshots.map { _ in Weights() }
        for parameter in experiment.architecture.parameters {
            let (name, shape) = (parameter.name, [count] + parameter.shape)
            weights.tensors[name] = try floats(name, shape)
            guard times > 0 else { continue }
            let all = try floats("snapshots." + name, [times] + shape)
            let size = all.count / times
            for time in 0..<times { snapshots[time].tensors[name] = Array(all[time * size..<(time + 1) * size]) }
        }
        let isFinite = experiment.settings[0].data.samples != nil
        return TrainedGroup(
            models: models, weights: weights,
            losses: zip(try doubles("loss", [count]), try doubles("loss.error", [count])).map {
                LossEstimate($0, standardError: $1)
            },
            trainingLosses: isFinite ? try doubles("loss.training", [count]) : nil,
            history: (0..<count).map { Array(history[$0 * entries..<($0 + 1) * entries]) }, snapshots: snapshots,
            seconds: seconds)
    }
}
