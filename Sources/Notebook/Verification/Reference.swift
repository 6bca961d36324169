import Foundation
import ToyModels

/// What a chapter produced when it was last inspected and found good: `reference.json`, kept beside its source.
struct Reference: Hashable, Codable, Sendable {
    /// What a chapter produces in one profile.
    struct Results: Hashable, Codable, Sendable {
        /// What it was computed with.
        var origin: Origin
        /// What was trained.
        var experiments: [Experiment]
        /// What was checked.
        var claims: [Claim]
    }

    /// Everything but settings that results may depend on.
    struct Origin: Hashable, Codable, Sendable {
        /// The seed from which all random numbers derive.
        var seed: UInt64
        /// The fingerprint of the sources of `ToyModels`.
        var toyModels: String
        /// The version of the Swift compiler.
        var swift: String
        /// The kind of processor.
        var architecture: String
        /// The SHA-256 of the code in the chapter's folder.
        var chapter: String
    }

    /// A trained experiment.
    struct Experiment: Hashable, Codable, Sendable {
        var id: String
        /// The SHA-256 of its data.
        var sha256: String
        var configuration: Configuration
    }

    /// A checked statement.
    struct Claim: Hashable, Codable, Sendable {
        var id: String
        var measured: Double
        var expected: ClosedRange<Double>
        var partly: ClosedRange<Double>?
        var verdict: Notebook.Claim.Verdict
        /// How it fares with several seeds; nil if it was tried with one.
        var spread: Spread?
    }

    /// What a claim gives with several seeds.
    struct Spread: Hashable, Codable, Sendable {
        /// The seeds; the first is that of the claim.
        var seeds: [UInt64]
        /// The value found with each.
        var measured: [Double]
        /// The seeds with which the claim is reproduced.
        var holds: [UInt64]
    }

    private var format = 1
    /// The results by profile.
    private var profiles: [String: Results] = [:]

    static let fileName = "reference.json"

    subscript(profile: Profile) -> Results? {
        get { profiles[profile.rawValue] }
        set { profiles[profile.rawValue] = newValue }
    }
}

extension Reference {
    /// A file this long is not a reference.
    private static let longest = 1 << 25

    /// The reference of a chapter; an empty one if there is none.
    ///
    /// - Throws: ``NotebookError/referenceUnreadable(path:reason:)``.
    init(of source: Source) throws(NotebookError) {
        let path = source.reference.path(percentEncoded: false)
        func unreadable(_ reason: String) -> NotebookError { .referenceUnreadable(path: path, reason: reason) }
        do {
            let handle = try FileHandle(forReadingFrom: source.reference)
            defer { try? handle.close() }
            let data = try handle.read(upToCount: Self.longest + 1) ?? Data()
            guard data.count <= Self.longest else { throw unreadable("it is too long") }
            self = try JSONDecoder.report.decode(Reference.self, from: data)
            guard format == Reference().format else { throw unreadable("its format is \(format)") }
        } catch CocoaError.fileNoSuchFile, CocoaError.fileReadNoSuchFile {
            self.init()
        } catch let error as NotebookError {
            throw error
        } catch let error as DecodingError {
            throw unreadable(error.sentence)
        } catch {
            throw unreadable(reason(for: error))
        }
    }

    /// Writes the reference of a chapter, in place of what is there.
    func write(for source: Source) throws(NotebookError) {
        do {
            let data = try JSONEncoder.report.encode(self) + Data("\n".utf8)
            try data.write(to: source.reference, options: .atomic)
        } catch {
            throw .referenceNotWritable(
                path: source.reference.path(percentEncoded: false), reason: reason(for: error))
        }
    }
}

extension Reference.Results {
    /// - Parameter runs: the claims with each seed, if there were several.
    init(_ record: RunRecord, origin: Reference.Origin, over runs: [(seed: UInt64, claims: [Claim])] = []) {
        self.init(
            origin: origin,
            experiments: record.experiments.map {
                .init(id: $0.entry.id, sha256: $0.entry.file.sha256, configuration: Configuration($0.value))
            },
            claims: record.claims.map {
                .init(
                    id: $0.id, measured: $0.measured, expected: $0.expected, partly: $0.partly, verdict: $0.verdict,
                    spread: runs.count > 1 ? .init(of: $0.id, over: runs) : nil)
            })
    }

    /// Takes over what an earlier reference knows of other seeds, where training and the result are the same.
    mutating func keepSpreads(of earlier: Self) {
        let sums = Dictionary(experiments.map { ($0.id, $0.sha256) }, uniquingKeysWith: { first, _ in first })
        let common = earlier.experiments.filter { sums[$0.id] != nil }
        // The same bits from changed code say that nothing has changed that matters; of new experiments nothing is known.
        let isSameTraining = common.allSatisfy { sums[$0.id] == $0.sha256 }
        guard isSameTraining, !common.isEmpty || earlier.origin.toyModels == origin.toyModels else { return }
        for index in claims.indices where claims[index].spread == nil {
            let claim = claims[index]
            // How many hold does not depend on what is called partly.
            guard let old = earlier.claims.first(where: { $0.id == claim.id }),
                old.measured == claim.measured || old.measured.isNaN && claim.measured.isNaN,
                old.expected == claim.expected, old.verdict == claim.verdict
            else { continue }
            claims[index].spread = old.spread
        }
    }
}

extension Reference.Spread {
    fileprivate init(of claim: String, over runs: [(seed: UInt64, claims: [Claim])]) {
        let found = runs.map { run in (run.seed, run.claims.first { $0.id == claim }) }
        self.init(
            seeds: found.map(\.0), measured: found.map { $0.1?.measured ?? .nan },
            holds: found.filter { $0.1?.verdict == .reproduced }.map(\.0))
    }
}

extension Reference.Origin {
    /// What a chapter is computed with here and now.
    init(of source: Source, seed: UInt64, swift: String?) throws(NotebookError) {
        self.init(
            seed: seed, toyModels: toyModelsFingerprint, swift: swift ?? "unknown", architecture: processorArchitecture,
            chapter: try source.codeChecksum())
    }

    /// What training may depend on and has changed, the likeliest cause first.
    func differences(from other: Self) -> [String] {
        (toyModels == other.toyModels ? [] : ["ToyModels changed"])
            + (seed == other.seed ? [] : ["seed \(other.seed) → \(seed)"])
            + (swift == other.swift ? [] : ["Swift \(other.swift) → \(swift)"])
            + (architecture == other.architecture ? [] : ["processor \(other.architecture) → \(architecture)"])
    }
}
