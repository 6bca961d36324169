//: # A title
//:
//: Prose. The model keeps \(kept) features: a value of the run, defined by `page["kept"]` below.

import Analysis
import Notebook
import Plot
import ToyModels

public struct ItsName: Chapter {
    public let source = Source()

    public init() {}

    public func run(_ page: Page) async throws {
        //: ## A section
        //:
        //: What a cell emits appears under it, and the prose may point to it: \(figure:lengths).

        let models = try await page.train(
            Experiment(
                id: "pair", architecture: .init(features: 2, hidden: 1),
                settings: [.init(features: .init(density: 0.1, features: 2), importance: [1, 1])],
                restarts: 8, steps: page.choose(paper: 5_000, quick: 500), batchSize: 1024,
                learningRate: .cosine(1e-2)))

        let model = models.best[0]
        var numbers = Table("feature", "length")
        for (feature, length) in model.norms.enumerated() { numbers.append(feature + 1, length) }
        try page.figure(
            "lengths", caption: "The length of each feature's direction.", alt: "Both bars have length one.",
            data: numbers
        ) {
            Figure { Axes(y: .linear(label: "‖<i>W<sub>i</sub></i>‖"), height: 120) { Bars(model.norms) } }
        }

        page["kept"] = "\(model.represented().count)"
        page.claim(
            "pair.antipodal", "Two sparse features share one dimension as an antipodal pair (cosine).",
            source: "Superposition as a Phase Change", measured: model.cosine(0, 1), expected: -1...(-0.99),
            figure: "lengths")
    }
}
