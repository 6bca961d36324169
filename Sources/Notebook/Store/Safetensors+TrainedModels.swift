import Foundation
import ToyModels

extension Safetensors {
    /// The weights of trained models and what they were trained on, for other programs.
    ///
    /// | tensor | type | shape |
    /// |---|---|---|
    /// | `W` (`W1` if untied) | F32 | models, hidden, features |
    /// | `W2` if untied | F32 | models, features, hidden |
    /// | `b` | F32 | models, features |
    /// | `b1` if the hidden layer has a bias | F32 | models, hidden |
    /// | `density` | F64 | models, features of the data |
    /// | `importance` | F64 | models, features |
    /// | `loss`, and its standard error `loss.error` | F64 | models |
    /// | `loss.training` if the samples are finite | F64 | models |
    /// | `seed` | U64 | models |
    /// | `history.step` | I64 | entries |
    /// | `history.loss` | F64 | models, entries |
    /// | `step` | I64 | steps |
    /// | `snapshots.W` and so on | F32 | steps, then as `W` and so on |
    ///
    /// The names and shapes of weights are those of the architecture's parameters. `step` and the snapshots are there
    /// if the experiment asks for snapshots. The metadata's `experiment` is the experiment as JSON.
    ///
    /// - Throws: what encoding the experiment throws: JSON has no infinities.
    public init(_ models: TrainedModels) throws {
        let experiment = models.experiment
        let count = experiment.models
        let settings = (0..<count).map { experiment.setting(ofModel: $0) }
        let (features, drawn) = (experiment.architecture.features, experiment.settings[0].features.features)

        var tensors = [
            "density": Tensor(.double(settings.flatMap(\.features.density)), shape: [count, drawn]),
            "importance": Tensor(.double(settings.flatMap(\.importance)), shape: [count, features]),
            "loss": Tensor(.double(models.losses), shape: [count]),
            "loss.error": Tensor(.double(models.lossErrors), shape: [count]),
            "seed": Tensor(.uint(models.seeds), shape: [count]),
            "history.step": Tensor(.int(models.history.steps.map(Int64.init)), shape: [models.history.steps.count]),
            "history.loss": Tensor(
                .double(models.history.losses.flatMap { $0 }), shape: [count, models.history.steps.count]),
        ]
        if let losses = models.trainingLosses { tensors["loss.training"] = Tensor(.double(losses), shape: [count]) }
        let snapshots = models.snapshots
        if !snapshots.isEmpty {
            tensors["step"] = Tensor(.int(snapshots.map { Int64($0.step) }), shape: [snapshots.count])
        }
        tensors.merge(
            Self.weights(models.weights, snapshots: snapshots.map(\.weights), of: experiment, models: count)
        ) { $1 }
        let json = String(decoding: try JSONEncoder.canonical.encode(experiment), as: UTF8.self)
        self.init(tensors: tensors, metadata: ["experiment": json])
    }

    /// The weights of some of an experiment's models, and their snapshots, as tensors.
    static func weights(
        _ weights: Weights, snapshots: [Weights], of experiment: Experiment, models count: Int
    ) -> [String: Tensor] {
        var tensors: [String: Tensor] = [:]
        for parameter in experiment.architecture.parameters {
            let (name, shape) = (parameter.name, [count] + parameter.shape)
            tensors[name] = Tensor(.float(weights[name]), shape: shape)
            guard !snapshots.isEmpty else { continue }
            tensors["snapshots." + name] = Tensor(
                .float(snapshots.flatMap { $0[name] }), shape: [snapshots.count] + shape)
        }
        return tensors
    }

    /// The weights of some of an experiment's models, and their snapshots.
    ///
    /// - Throws: ``SafetensorsError/unfit(tensor:)`` if the tensors are not those of so many models.
    func weights(
        of experiment: Experiment, models count: Int
    ) throws(SafetensorsError) -> (last: Weights, snapshots: [Weights]) {
        let times = experiment.snapshots.count
        var weights = Weights()
        var snapshots = [Weights](repeating: Weights(), count: times)
        for parameter in experiment.architecture.parameters {
            let (name, shape) = (parameter.name, [count] + parameter.shape)
            weights.tensors[name] = try floats(name, shape)
            guard times > 0 else { continue }
            let all = try floats("snapshots." + name, [times] + shape)
            let size = all.count / times
            for time in 0..<times { snapshots[time].tensors[name] = Array(all[time * size..<(time + 1) * size]) }
        }
        return (weights, snapshots)
    }

    /// The bytes of the tensors of a valid experiment's models, without the header.
    static func size(ofModelsOf experiment: Experiment) -> Int {
        let count = experiment.models
        let (entries, times) = (experiment.historySteps.count, experiment.snapshots.count)
        let weights = 4 * count * experiment.architecture.parameters.reduce(0) { $0 + $1.count }
        let data = experiment.settings[0].data
        let columns = experiment.architecture.features + data.features.features + (data.samples == nil ? 3 : 4)
        return weights * (1 + times) + 8 * (count * columns + entries + count * entries + times)
    }

    /// The trained models of an experiment, bit for bit.
    ///
    /// - Parameter key: what other experiments refer to them by.
    /// - Throws: ``SafetensorsError/unfit(tensor:)`` if the tensors are not those of the experiment.
    func models(of experiment: Experiment, key: String) throws(SafetensorsError) -> TrainedModels {
        let count = experiment.models
        let entries = tensors["history.step"]?.values.count ?? 0
        let times = experiment.snapshots.count

        let steps = try ints("history.step", [entries])
        let losses = try doubles("history.loss", [count, entries])
        if times > 0 {
            guard try ints("step", [times]) == experiment.snapshots else { throw .unfit(tensor: "step") }
        }
        let weights = try weights(of: experiment, models: count)
        guard case .uint(let seeds)? = tensors["seed"]?.values, seeds.count == count else {
            throw .unfit(tensor: "seed")
        }
        let isFinite = experiment.settings[0].data.samples != nil
        return TrainedModels(
            experiment: experiment, key: key, seeds: seeds, weights: weights.last, losses: try doubles("loss", [count]),
            lossErrors: try doubles("loss.error", [count]),
            trainingLosses: isFinite ? try doubles("loss.training", [count]) : nil,
            history: .init(
                steps: steps,
                losses: (0..<count).map { Array(losses[$0 * entries..<($0 + 1) * entries]) }),
            snapshots: zip(experiment.snapshots, weights.snapshots).map { .init(step: $0, weights: $1) })
    }

    private func floats(_ name: String, _ shape: [Int]) throws(SafetensorsError) -> [Float] {
        guard let tensor = tensors[name], tensor.shape == shape, case .float(let numbers) = tensor.values else {
            throw .unfit(tensor: name)
        }
        return numbers
    }

    func doubles(_ name: String, _ shape: [Int]) throws(SafetensorsError) -> [Double] {
        guard let tensor = tensors[name], tensor.shape == shape, case .double(let numbers) = tensor.values else {
            throw .unfit(tensor: name)
        }
        return numbers
    }

    private func ints(_ name: String, _ shape: [Int]) throws(SafetensorsError) -> [Int] {
        guard let tensor = tensors[name], tensor.shape == shape, case .int(let numbers) = tensor.values else {
            throw .unfit(tensor: name)
        }
        return numbers.map(Int.init)
    }
}
