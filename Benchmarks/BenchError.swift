/// Why the benchmark did not finish.
enum BenchError: Error, CustomStringConvertible {
    /// No setting has this name.
    case unknownSetting(name: String, known: [String])
    /// The Python that `$PYTHON` names cannot be started.
    case noSuchPython(name: String)
    /// A program that trains could not be started.
    case notStarted(side: Side, reason: String)
    /// A program that trains ended early, or answered with something other than a measurement.
    case failed(side: Side, setting: String)
    /// The loss curves of both sides differ by more than chance.
    case curvesDiffer(settings: [String])

    var description: String {
        switch self {
        case .unknownSetting(let name, let known):
            "There is no setting '\(name)': name one or more of \(known.joined(separator: ", ")), separated by commas."
        case .noSuchPython(let name):
            "PYTHON is '\(name)', which cannot be started: name a Python, or unset it to use python3."
        case .notStarted(let side, let reason):
            "\(side)'s side cannot be started: \(reason)"
        case .failed(let side, let setting):
            "\(side)'s side of \(setting) ended without a measurement; if it said why, that is above."
        case .curvesDiffer(let settings):
            "The loss curves of \(settings.joined(separator: ", ")) differ by more than sampling noise."
        }
    }
}

/// Who trains.
enum Side: String, CustomStringConvertible {
    case ours = "superposition"
    case torch = "PyTorch"

    var description: String { rawValue }
}
