import Analysis
import Foundation
import ToyModels

/// Something on a page that computes in the reader's browser. Without scripts it is a sentence.
public struct Panel: Sendable {
    /// The name, unique among the chapter's panels.
    let id: String
    /// What the page has, as HTML.
    let html: String
}

extension Panel {
    /// Trains a toy model in the reader's browser, with sliders for density and importance.
    ///
    /// - Parameters:
    ///   - id: the name, unique among the chapter's panels: lower-case letters, digits, `-`, `.`.
    ///   - experiment: what is trained likewise, of a tied model with a ReLU output.
    ///   - setting: the index of the setting at which the sliders stand first. Importance falls by a factor from feature to
    ///     feature. Features that depend on each other do so in pairs, and the reader chooses how.
    ///   - steps: for how long it trains.
    ///   - title: what stands above it, in plain text.
    ///   - hint: what to try, in plain text.
    public static func training(
        _ id: String, like experiment: Experiment, setting: Int = 0, steps: Int, title: String, hint: String
    ) -> Panel {
        let check = TrainingCheck(experiment, setting: setting, steps: steps)
        let name = "panel-\(id)"
        let settings = [
            "features": "\(check.features)", "hidden": "\(check.hidden)", "density": "\(check.density)",
            "decay": "\(check.decay)", "dependence": check.dependence, "steps": "\(steps)",
            "batch": "\(experiment.batchSize)", "rate": "\(check.rate)", "final": "\(check.finalFraction)",
            "schedule": check.schedule, "beta1": "\(check.optimizer.beta1)", "beta2": "\(check.optimizer.beta2)",
            "epsilon": "\(check.optimizer.epsilon)", "weight-decay": "\(check.optimizer.weightDecay)",
        ]
        let data = settings.sorted { $0.key < $1.key }.map { " data-\($0.key)=\"\($0.value)\"" }.joined()
        // Nothing in JSON may end the element that it stands in.
        let json = check.json.replacing("<", with: "\\u003c")
        return Panel(
            id: id,
            html: """
                <section class="panel training" id="\(name)" aria-labelledby="\(name)-title"\(data)>
                <p class="panel-title" id="\(name)-title">\(HTML.escape(title))</p>
                <p>\(HTML.escape(hint))</p>
                <p class="unscripted">Here the page trains a model in your browser, if it may run scripts.</p>
                <script type="application/json" class="check">\(json)</script>
                </section>
                """)
    }
}

/// A few steps of training in double precision by the plain reference, which a panel's script repeats to show that it
/// computes the same.
struct TrainingCheck: Encodable {
    /// The first key of random numbers that a panel uses.
    static let seed: UInt64 = 100
    /// How many steps are compared, and on how many samples each.
    static let (steps, batch) = (4, 16)
    /// The density of the check, at which most features are active in some sample.
    static let density = 0.5

    let features, hidden: Int
    let density, decay: Double
    /// Which features are active together: `independent`, `correlated` or `anticorrelated`, in pairs.
    let dependence: String
    let rate, finalFraction: Double
    let schedule: String
    let optimizer: AdamW

    /// The first model, in row-major order, and the first batch.
    private(set) var initial: [Double] = []
    private(set) var samples: [[Double]] = []
    /// The loss and its gradient on the first batch.
    private(set) var loss = 0.0
    private(set) var gradientW: [Double] = []
    private(set) var gradientB: [Double] = []
    /// The model after each step, and the features that the last one represents.
    private(set) var W: [[Double]] = []
    private(set) var b: [[Double]] = []
    private(set) var represented: [Int] = []

    enum CodingKeys: String, CodingKey {
        case initial, samples, loss, gradientW, gradientB, W, b, represented, batch, seed, density
    }

    /// Trains as an experiment does, but in double precision, on few samples, and with random numbers of its own.
    ///
    /// - Parameter steps: how many steps the learning rate is for.
    init(_ experiment: Experiment, setting: Int, steps: Int) {
        let objective = experiment.settings[setting].objective
        let features = experiment.settings[setting].features
        let distribution = FeatureDistribution(
            density: Self.density, features: features.features, dependence: features.dependence)
        (self.features, hidden) = (features.features, experiment.architecture.hidden)
        density = features.density.first ?? 1
        decay = objective.importance.count > 1 ? objective.importance[1] / objective.importance[0] : 1
        dependence =
            switch distribution.dependence {
            case .independent, .nested: "independent"
            case .correlated: "correlated"
            case .anticorrelated: "anticorrelated"
            }
        rate = experiment.learningRate.peak
        finalFraction = experiment.learningRate.finalFraction
        schedule = experiment.learningRate.schedule.rawValue
        optimizer = experiment.optimizer

        var stream = RandomStream(key: Self.seed)
        let deviation = (2 / Double(self.features + hidden)).squareRoot()
        initial = (0..<hidden * self.features).map { _ in deviation * stream.nextNormal() }
        var model = ToyModel(
            W: Matrix(rows: hidden, columns: self.features), b: Array(repeating: 0, count: self.features))
        model.W.elements = initial
        var optimizerW = PlainAdamW(optimizer, count: initial.count)
        var optimizerB = PlainAdamW(optimizer, count: self.features)
        for step in 0..<Self.steps {
            let inputs = (0..<Self.batch).map { _ in distribution.sample(using: &stream) }
            let (loss, gradient) = model.lossAndGradient(inputs, objective)
            if step == 0 {
                samples = inputs
                self.loss = loss
                gradientW = gradient.W.elements
                gradientB = gradient.b
            }
            let rate = experiment.learningRate.rate(step: step, of: steps)
            optimizerW.update(&model.W.elements, gradient: gradient.W.elements, learningRate: rate)
            optimizerB.update(&model.b, gradient: gradient.b, learningRate: rate)
            W.append(model.W.elements)
            b.append(model.b)
        }
        represented = model.represented()
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(Self.seed, forKey: .seed)
        try values.encode(Self.batch, forKey: .batch)
        try values.encode(Self.density, forKey: .density)
        try values.encode(initial, forKey: .initial)
        try values.encode(samples, forKey: .samples)
        try values.encode(loss, forKey: .loss)
        try values.encode(gradientW, forKey: .gradientW)
        try values.encode(gradientB, forKey: .gradientB)
        try values.encode(W, forKey: .W)
        try values.encode(b, forKey: .b)
        try values.encode(represented, forKey: .represented)
    }

    /// The check as the script reads it.
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}

/// AdamW in double precision, as plain as it is defined.
struct PlainAdamW {
    private let optimizer: AdamW
    private var mean, meanSquare: [Double]
    private var beta1Power = 1.0
    private var beta2Power = 1.0

    init(_ optimizer: AdamW, count: Int) {
        self.optimizer = optimizer
        mean = Array(repeating: 0, count: count)
        meanSquare = mean
    }

    /// Moves the parameters by one step against the gradient.
    mutating func update(_ parameters: inout [Double], gradient: [Double], learningRate: Double) {
        beta1Power *= optimizer.beta1
        beta2Power *= optimizer.beta2
        for (j, g) in gradient.enumerated() {
            mean[j] = optimizer.beta1 * mean[j] + (1 - optimizer.beta1) * g
            meanSquare[j] = optimizer.beta2 * meanSquare[j] + (1 - optimizer.beta2) * g * g
            let denominator = (meanSquare[j] / (1 - beta2Power)).squareRoot() + optimizer.epsilon
            parameters[j] -= learningRate * optimizer.weightDecay * parameters[j]
            parameters[j] -= learningRate * mean[j] / (1 - beta1Power) / denominator
        }
    }
}
