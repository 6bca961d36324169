import Foundation
import Testing

@testable import Notebook
@testable import ToyModels

@Suite struct TrainingPanelTests {
    private func experiment(_ dependence: FeatureDistribution.Dependence = .independent) -> Experiment {
        Experiment(
            id: "e", architecture: .init(features: 4, hidden: 2),
            settings: [
                .init(
                    features: .init(density: 0.1, features: 4, dependence: dependence),
                    importance: [1, 0.8, 0.64, 0.512])
            ], steps: 10, batchSize: 8, learningRate: .cosine(0.02))
    }

    /// What a panel's script must repeat is what the trainer does, which the engines do in single precision.
    @Test func `AdamW in double precision takes the steps of the engines`() {
        let optimizer = AdamW(beta1: 0.8, beta2: 0.97, epsilon: 1e-4, weightDecay: 0.1)
        let storage = UnsafeMutablePointer<Vector>.allocate(capacity: 4)
        storage.initialize(repeating: .zero, count: 4)
        defer { storage.deallocate() }
        var state = AdamWState(optimizer, count: 1, storage: storage)
        storage[2] = Vector(repeating: 0.7)
        var plain = PlainAdamW(optimizer, count: 1)
        var parameters = [0.7]
        for gradient in [0.3, -0.2, 0.001, 0, -1.5] {
            storage[3] = Vector(repeating: Float(gradient))
            state.update(storage + 2, gradient: storage + 3, gradientScale: 1, learningRate: 0.05)
            plain.update(&parameters, gradient: [gradient], learningRate: 0.05)
            #expect(abs(parameters[0] - Double(storage[2][0])) < 1e-6)
        }
        #expect(abs(parameters[0] - 0.7) > 0.01, "it has moved")
    }

    @Test(arguments: [
        FeatureDistribution.Dependence.independent, .correlated(setSize: 2), .anticorrelated(setSize: 2),
    ])
    func `the check is a path of training that leads down`(dependence: FeatureDistribution.Dependence) throws {
        let experiment = experiment(dependence)
        let check = TrainingCheck(experiment, setting: 0, steps: 10)
        #expect(check.samples.count == TrainingCheck.batch && check.W.count == TrainingCheck.steps)
        #expect(check.samples.contains { $0.contains { $0 > 0 } })
        let objective = experiment.settings[0].objective
        func loss(_ W: [Double], _ b: [Double]) -> Double {
            var matrix = Matrix(rows: 2, columns: 4)
            matrix.elements = W
            return ToyModel(W: matrix, b: b).lossAndGradient(check.samples, objective).loss
        }
        #expect(abs(loss(check.initial, [0, 0, 0, 0]) - check.loss) < 1e-12)
        #expect(loss(check.W[0], check.b[0]) < check.loss)
        // The first step of AdamW goes by the learning rate against each gradient's sign, but for the decay.
        for (j, gradient) in check.gradientW.enumerated() where abs(gradient) > 1e-4 {
            let kept = check.initial[j] * (1 - 0.02 * experiment.optimizer.weightDecay)
            #expect(abs(check.W[0][j] - kept + (gradient > 0 ? 0.02 : -0.02)) < 1e-5)
        }
    }

    @Test func `a panel has a sentence for those without scripts, and its settings for the script`() throws {
        let panel = Panel.training(
            "p", like: experiment(.correlated(setSize: 2)), steps: 50, title: "A <title>", hint: "Try & see.")
        #expect(panel.html.contains("A &lt;title&gt;") && panel.html.contains("Try &amp; see."))
        #expect(panel.html.contains("class=\"unscripted\""))
        for setting in [
            "features=\"4\"", "density=\"0.1\"", "decay=\"0.8\"", "dependence=\"correlated\"", "steps=\"50\"",
        ] {
            #expect(panel.html.contains("data-" + setting), "\(setting)")
        }
        let json = try #require(panel.html.firstMatch(of: /class="check">(.*)<\/script>/)?.output.1)
        let check = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect((check["W"] as? [[Double]])?.count == TrainingCheck.steps)
    }
}
