import Testing
import TestSupport

@testable import ToyModels

@Suite struct ReferenceTests {
    @Test(
        "The gradient is the loss's slope, by central differences",
        arguments: [
            ToyModel.Architecture(features: 2, hidden: 1, output: .linear),
            .init(features: 7, hidden: 4, output: .linear),
            .init(features: 5, hidden: 2),
            .init(features: 3, hidden: 5),
            .init(features: 6, hidden: 3, hiddenActivation: .relu),
            .init(features: 4, hidden: 7, hiddenActivation: .relu, isTied: false),
            .init(features: 4, hidden: 3, output: .linear, isTied: false),
            .init(features: 4, hidden: 3, hasHiddenBias: true),
            .init(features: 3, hidden: 6, hiddenActivation: .relu, output: .linear, isTied: false, hasHiddenBias: true),
        ], [0, 0.3])
    func gradient(architecture: ToyModel.Architecture, hiddenPenalty: Double) {
        var example = Example(architecture, hiddenPenalty: hiddenPenalty)
        let teacher = Example(.init(features: architecture.features, hidden: 2, hiddenActivation: .relu)).model
        // Targets other than the inputs, and inputs that are attacked, tell the uses of x apart.
        let shifted = example.inputs.map { $0.map { $0 + 0.1 } }
        let name = ModelReference(experiment: "teacher", model: 0)
        for (target, seen) in [
            (Objective.Target.input, example.inputs), (.absoluteValue, example.inputs), (.input, shifted),
            (.outputs(of: name), example.inputs),
        ] {
            example.objective.target = target
            let (loss, gradient) = example.model.lossAndGradient(
                example.inputs, seen: seen, example.objective, teacher: teacher)
            #expect(abs(loss - example.loss(of: example.model, seen: seen, teacher: teacher)) < 1e-14)

            // The loss is a polynomial of degree four between its kinks: with h = 1e-5 the error of a central
            // difference is of order h² plus rounding, 1e-16 / h.
            let h = 1e-5
            func slope(_ change: (inout ToyModel, Double) -> Void) -> Double {
                var (up, down) = (example.model, example.model)
                change(&up, h)
                change(&down, -h)
                return
                    (example.loss(of: up, seen: seen, teacher: teacher)
                    - example.loss(of: down, seen: seen, teacher: teacher)) / (2 * h)
            }
            for j in gradient.W.elements.indices {
                #expect(abs(gradient.W.elements[j] - slope { $0.W.elements[j] += $1 }) < 1e-8)
            }
            for j in gradient.W2?.elements.indices ?? 0..<0 {
                #expect(abs((gradient.W2?.elements[j] ?? .nan) - slope { $0.W2?.elements[j] += $1 }) < 1e-8)
            }
            for i in gradient.b.indices {
                #expect(abs(gradient.b[i] - slope { $0.b[i] += $1 }) < 1e-8)
            }
            for k in gradient.b1?.indices ?? 0..<0 {
                #expect(abs((gradient.b1?[k] ?? .nan) - slope { $0.b1?[k] += $1 }) < 1e-8)
            }
        }
    }

    @Test("A unit that ReLU switches off passes no gradient to its bias")
    func deadOutput() {
        var example = Example(.init(features: 4, hidden: 2))
        example.model.b = [-100, 0.1, 0.1, 0.1]
        let gradient = example.model.lossAndGradient(example.inputs, example.objective).gradient
        #expect(gradient.b[0] == 0)
        #expect(gradient.b[1] != 0)
    }
}
