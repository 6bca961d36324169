import Foundation
import ToyModels

/// What a trained experiment is found by: everything that determines its bits.
struct ExperimentKey: Hashable, Codable, Sendable {
    /// All settings, and so the profile's scale.
    var experiment: Experiment
    /// The seed from which all random numbers derive.
    var seed: UInt64
    /// The fingerprint of the sources of `ToyModels`.
    var code: String = toyModelsFingerprint
    /// The kind of processor: another one may round differently.
    var architecture: String = processorArchitecture

    /// The name of its entry in the run store: the experiment's id and the SHA-256 of the key.
    func name() throws -> String { "\(experiment.id)-\(sha256(try JSONEncoder.canonical.encode(self)))" }

    /// What other experiments refer to its models by: as the name, but without the code, which their own keys have, so that the
    /// same bits have the same lineage whatever else has changed in the code.
    func lineage() throws -> String {
        "\(experiment.id)-\(sha256(try JSONEncoder.canonical.encode(experiment) + Data("\(seed)".utf8)))"
    }

    /// What ends a name.
    static var checksum: Regex<Substring> { /-[0-9a-f]{64}$/ }

    /// What differs from another key, for a reader: `steps 5000 → 10000`. Empty if nothing does.
    func differences(from other: ExperimentKey) -> [String] {
        let changes = Configuration(experiment).differences(from: Configuration(other.experiment))
        if code != other.code { return ["ToyModels changed"] + changes }
        if architecture != other.architecture { return ["processor \(other.architecture) → \(architecture)"] + changes }
        if seed != other.seed { return ["seed \(other.seed) → \(seed)"] + changes }
        // Experiments whose models this one uses, and that are other ones than they were.
        let used = Set(experiment.uses).subtracting(other.experiment.uses)
            .map { $0.replacing(Self.checksum, with: "") }
        let before = other.experiment.uses.map { $0.replacing(Self.checksum, with: "") }
        return changes + used.filter(before.contains).sorted().map { "\($0) changed" }
    }
}

/// The kind of processor that this program is for. Its results have the same bits on all of that kind.
#if arch(x86_64)
    let processorArchitecture = "x86-64"
#elseif arch(arm64)
    let processorArchitecture = "arm64"
#else
    let processorArchitecture = "unknown"
#endif

extension JSONEncoder {
    /// The same value gives the same bytes, on a single line.
    static var canonical: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
