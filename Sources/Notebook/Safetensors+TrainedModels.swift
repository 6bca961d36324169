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
    /// | `density`, `importance` | F64 | models, features |
    /// | `loss` | F64 | models |
    /// | `seed` | U64 | models |
    /// | `history.step` | I64 | entries |
    /// | `history.loss` | F64 | models, entries |
    /// | `step` | I64 | steps |
    /// | `snapshots.W` | F32 | steps, models, hidden, features |
    /// | `snapshots.W2` if untied | F32 | steps, models, features, hidden |
    /// | `snapshots.b` | F32 | steps, models, features |
    ///
    /// `step` and the snapshots are there if the experiment asks for snapshots. The metadata's `experiment` is the experiment
    /// as JSON.
    public init(_ models: TrainedModels) throws {
        let experiment = models.experiment
        let (n, m) = (experiment.architecture.features, experiment.architecture.hidden)
        let count = experiment.models
        let settings = (0..<count).map { experiment.setting(ofModel: $0) }

        let encoder = experiment.architecture.isTied ? "W" : "W1"
        var tensors = [
            encoder: Tensor(.float(models.weights.W), shape: [count, m, n]),
            "b": Tensor(.float(models.weights.b), shape: [count, n]),
            "density": Tensor(.double(settings.flatMap(\.features.density)), shape: [count, n]),
            "importance": Tensor(.double(settings.flatMap(\.importance)), shape: [count, n]),
            "loss": Tensor(.double(models.losses), shape: [count]),
            "seed": Tensor(.uint(models.seeds), shape: [count]),
            "history.step": Tensor(.int(models.history.steps.map(Int64.init)), shape: [models.history.steps.count]),
            "history.loss": Tensor(
                .double(models.history.losses.flatMap { $0 }), shape: [count, models.history.steps.count]),
        ]
        if let W2 = models.weights.W2 { tensors["W2"] = Tensor(.float(W2), shape: [count, n, m]) }
        let snapshots = models.snapshots
        if !snapshots.isEmpty {
            tensors["step"] = Tensor(.int(snapshots.map { Int64($0.step) }), shape: [snapshots.count])
            tensors["snapshots.\(encoder)"] = Tensor(
                .float(snapshots.flatMap(\.weights.W)), shape: [snapshots.count, count, m, n])
            if !experiment.architecture.isTied {
                tensors["snapshots.W2"] = Tensor(
                    .float(snapshots.flatMap { $0.weights.W2 ?? [] }), shape: [snapshots.count, count, n, m])
            }
            tensors["snapshots.b"] = Tensor(.float(snapshots.flatMap(\.weights.b)), shape: [snapshots.count, count, n])
        }
        let json = String(decoding: try JSONEncoder.canonical.encode(experiment), as: UTF8.self)
        self.init(tensors: tensors, metadata: ["experiment": json])
    }

    /// The bytes of the tensors of a valid experiment's models, without the header.
    static func size(ofModelsOf experiment: Experiment) -> Int {
        let (n, m, count) = (experiment.architecture.features, experiment.architecture.hidden, experiment.models)
        let (entries, times) = (experiment.historySteps.count, experiment.snapshots.count)
        let weights = count * (m * n * (experiment.architecture.isTied ? 1 : 2) + n) * 4
        return weights * (1 + times) + 8 * (2 * count * n + 2 * count + entries + count * entries + times)
    }

    /// The trained models of an experiment, to the bit.
    ///
    /// - Throws: ``SafetensorsError/unfit(tensor:)`` if the tensors are not those of the experiment.
    func models(of experiment: Experiment) throws(SafetensorsError) -> TrainedModels {
        let (n, m) = (experiment.architecture.features, experiment.architecture.hidden)
        let count = experiment.models
        let isTied = experiment.architecture.isTied
        let entries = tensors["history.step"]?.values.count ?? 0
        let times = experiment.snapshots.count

        let steps = try ints("history.step", [entries])
        let losses = try doubles("history.loss", [count, entries])
        func weights(_ prefix: String, _ shape: [Int]) throws(SafetensorsError) -> TrainedModels.Weights {
            TrainedModels.Weights(
                W: try floats(prefix + (isTied ? "W" : "W1"), shape + [count, m, n]),
                W2: isTied ? nil : try floats(prefix + "W2", shape + [count, n, m]),
                b: try floats(prefix + "b", shape + [count, n]))
        }
        var snapshots: [TrainedModels.Snapshot] = []
        if times > 0 {
            guard try ints("step", [times]) == experiment.snapshots else { throw .unfit(tensor: "step") }
            let all = try weights("snapshots.", [times])
            for (index, step) in experiment.snapshots.enumerated() {
                func part(_ numbers: [Float]) -> [Float] {
                    let size = numbers.count / times
                    return Array(numbers[index * size..<(index + 1) * size])
                }
                snapshots.append(
                    .init(step: step, weights: .init(W: part(all.W), W2: all.W2.map(part), b: part(all.b))))
            }
        }
        guard case .uint(let seeds)? = tensors["seed"]?.values, seeds.count == count else {
            throw .unfit(tensor: "seed")
        }
        return TrainedModels(
            experiment: experiment, seeds: seeds, weights: try weights("", []), losses: try doubles("loss", [count]),
            history: .init(
                steps: steps,
                losses: (0..<count).map { Array(losses[$0 * entries..<($0 + 1) * entries]) }),
            snapshots: snapshots)
    }

    private func floats(_ name: String, _ shape: [Int]) throws(SafetensorsError) -> [Float] {
        guard let tensor = tensors[name], tensor.shape == shape, case .float(let numbers) = tensor.values else {
            throw .unfit(tensor: name)
        }
        return numbers
    }

    private func doubles(_ name: String, _ shape: [Int]) throws(SafetensorsError) -> [Double] {
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
