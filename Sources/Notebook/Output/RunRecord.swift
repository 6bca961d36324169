import ToyModels

/// What a chapter's run emitted: everything that weaving needs besides the chapter's source.
struct RunRecord: Hashable, Codable, Sendable {
    /// One emission.
    struct Output: Hashable, Codable, Sendable {
        /// The line of the emitting call.
        var line: Int
        /// Wall time in seconds since the emission before, without training; nil if times are not to be reported.
        var seconds: Double?
        /// The most memory until then, in bytes; nil if it is not known or not to be reported.
        var peakMemory: Int?
        /// What was emitted.
        var content: Content
    }

    /// What can be emitted.
    enum Content: Hashable, Codable, Sendable {
        case experiment(Manifest.Experiment, Experiment)
        case figure(Manifest.Figure)
        case table(Manifest.Table, Table)
        case claim(Claim)
        case note(String)
    }

    /// The emissions in order of time.
    var outputs: [Output] = []
    /// What `\(name)` stands for in the prose.
    var values: [String: String] = [:]
    /// What figures answer to readers who point at them or move their sliders, as JSON; by the figures' ids.
    var answers: [String: String] = [:]
    /// The chapter in a sentence.
    var result: Result?

    /// The chapter in a sentence.
    struct Result: Hashable, Codable, Sendable {
        /// Markdown, with values to be filled in.
        var sentence: String
        /// The id of the figure that shows it.
        var figure: String
    }

    var experiments: [(entry: Manifest.Experiment, value: Experiment)] {
        outputs.compactMap { if case .experiment(let entry, let value) = $0.content { (entry, value) } else { nil } }
    }

    var figures: [Manifest.Figure] {
        outputs.compactMap { if case .figure(let figure) = $0.content { figure } else { nil } }
    }

    var tables: [Manifest.Table] {
        outputs.compactMap { if case .table(let table, _) = $0.content { table } else { nil } }
    }

    var claims: [Claim] {
        outputs.compactMap { if case .claim(let claim) = $0.content { claim } else { nil } }
    }

    /// The ids of the experiments that are named after a figure, alone or with a suffix.
    func experiments(namedAfter figure: String?) -> [String] {
        guard let figure else { return [] }
        return experiments.map(\.entry.id).filter { $0 == figure || $0.hasPrefix(figure + "-") }
    }
}
