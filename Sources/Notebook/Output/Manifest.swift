import Foundation
import ToyModels

/// What an output folder holds and where it comes from: `manifest.json`.
public struct Manifest: Hashable, Codable, Sendable {
    /// What the last run was made with.
    public internal(set) var provenance: Provenance
    /// The chapters in reading order, each with its own provenance, as a run may be of some chapters only.
    public let chapters: [Chapter]
    /// All files of the report but this one, by path. A run deletes and overwrites nothing else.
    public internal(set) var files: [File] = []

    /// The claims of all chapters.
    public var claims: [Claim] { chapters.flatMap(\.claims) }

    /// One chapter.
    public struct Chapter: Hashable, Codable, Sendable {
        /// The name of the chapter's folders.
        public let slug: String
        /// The number that the slug starts with.
        public let number: Int
        /// The title, in plain text.
        public let title: String
        /// The first paragraph, in Markdown.
        public let summary: String
        /// The result in a sentence, in Markdown; nil if the chapter does not sum itself up.
        public let result: String?
        /// The id of the figure that shows the result.
        public let resultFigure: String?
        /// The page's path in the output folder.
        public let page: String
        /// What the chapter's run was made with.
        public let provenance: Provenance
        /// What the cells took, added up; nil for a run with a given date.
        public let seconds: Double?
        /// The cells that emitted something, in the order of the source; empty for a run with a given date.
        public let cells: [Cell]
        /// What was trained.
        public let experiments: [Experiment]
        /// The figures, in the order of their numbers.
        public let figures: [Figure]
        /// The tables that are shown on the page, in the order of their numbers.
        public let tables: [Table]
        /// What was checked.
        public let claims: [Claim]
        /// How the claims fare with several seeds; empty for a run with one.
        public let spreads: [SeedSpread]
        /// The values that the prose uses, as Markdown.
        public let values: [String: String]
    }

    /// What a cell took.
    public struct Cell: Hashable, Codable, Sendable {
        /// Its first and last line in the chapter's file, from 1.
        public let lines: ClosedRange<Int>
        /// The ids of what it emitted: experiments, figures, tables and claims.
        public let gives: [String]
        /// The time of the threads that trained, added up, and the time that everything else took, in seconds. What was
        /// found in the run store counts with the time that its training took.
        public let seconds: Double
        /// The most memory that the program had until then, in bytes, also when what was found was trained; nil where it is
        /// not known.
        public let peakMemory: Int?
    }

    /// A trained experiment.
    public struct Experiment: Hashable, Codable, Sendable {
        /// The best model of one setting.
        public struct Best: Hashable, Codable, Sendable {
            /// Its index among all models.
            public let model: Int
            /// Its loss: sum over features, expected over the samples.
            public let loss: Double
            /// The loss's standard error; 0 where the loss is exact.
            public let error: Double
            /// How many other models of the setting have a loss that is no larger within the error.
            public let ties: Int
        }

        /// The name, unique in the chapter.
        public let id: String
        /// Everything that determines the outcome, but for the seed, with long arrays abridged; the metadata of `file` has all of
        /// it.
        public let configuration: AbridgedJSON
        /// The keys of the experiments whose models it starts from, imitates or reads, ascending.
        public let uses: [String]
        /// The number of models.
        public let models: Int
        /// The best model of each setting; nil where there are more than ten, whose losses are in `file`.
        public let best: [Best]?
        /// The trained weights.
        public let file: File
        /// The time of the threads that trained it, added up, in this run or the one that trained it; nil for a run with a
        /// given date.
        public let seconds: Double?
    }

    /// A figure.
    public struct Figure: Hashable, Codable, Sendable {
        /// The name, unique in the chapter.
        public let id: String
        /// The number in the report, such as "1.2".
        public let number: String
        /// The caption, in Markdown.
        public let caption: String
        /// What a sighted reader would conclude, in plain text.
        public let alt: String
        /// The figure's files by extension: `svg`, `dark.svg` for dark pages, `png`, `pdf`, and `csv` for the numbers
        /// that it shows.
        public let files: [String: File]
        /// The size at which to show it, if the SVG states one.
        public let size: SVGSize?
        /// How many drawings its slider goes through, if it has one: `<id>.1.svg` and so on, and for dark pages
        /// `<id>.1.dark.svg`.
        public internal(set) var frames: Int?
    }

    /// A table that is shown on the page.
    public struct Table: Hashable, Codable, Sendable {
        /// The name, unique in the chapter.
        public let id: String
        /// The number in the report, such as "1.2".
        public let number: String
        /// The caption, in Markdown.
        public let caption: String
        /// The table as CSV.
        public let file: File
    }

    /// A file of the output folder.
    public struct File: Hashable, Codable, Sendable {
        /// The path in the output folder.
        public let path: String
        /// The length of the content.
        public let bytes: Int
        /// The SHA-256 of the content, in hexadecimal.
        public let sha256: String
    }
}

extension Manifest.Experiment {
    /// What the manifest tells of trained models.
    init(of models: TrainedModels, file: Manifest.File, seconds: Double?) throws {
        let experiment = models.experiment
        let best = experiment.settings.indices.map { setting in
            let model = models.best(ofSetting: setting)
            let loss = models.loss(of: model)
            let ties = models.models(ofSetting: setting).count { $0 != model && models.loss(of: $0).isTied(with: loss) }
            return Best(model: model, loss: loss.value, error: loss.standardError, ties: ties)
        }
        self.init(
            id: experiment.id, configuration: try AbridgedJSON(experiment), uses: experiment.uses,
            models: experiment.models, best: best.count > 10 ? nil : best, file: file, seconds: seconds)
    }
}

extension Manifest.File {
    /// A file with a content.
    init(path: String, _ content: Data) {
        self.init(path: path, bytes: content.count, sha256: Notebook.sha256(content))
    }
}

extension Manifest {
    /// The file's name in the output folder.
    public static let fileName = "manifest.json"

    /// Reads a manifest.
    public init(decoding data: Data) throws {
        self = try JSONDecoder.report.decode(Manifest.self, from: data)
    }

    /// The manifest as JSON, sealed. Numbers that JSON lacks are the strings "inf", "-inf" and "nan".
    public func encoded() throws -> Data {
        Self.sealed(Self.narrowed(try JSONEncoder.report.encode(self)) + Data("\n".utf8))
    }

    /// JSON with one space where it is indented by two, and with each claim, experiment or figure of a chapter on a line of its
    /// own: half of a deep file is line breaks and indentation.
    private static func narrowed(_ json: Data) -> Data {
        let (deepest, space) = (4, UInt8(ascii: " "))
        var result = Data(capacity: json.count)
        for line in json.split(separator: UInt8(ascii: "\n")) {
            let level = line.prefix { $0 == space }.count / 2
            let text = line.dropFirst(2 * level)
            let closes = text.first == UInt8(ascii: "}") || text.first == UInt8(ascii: "]")
            if level > deepest || level == deepest && closes {
                if result.last == UInt8(ascii: ",") { result.append(space) }
            } else {
                if !result.isEmpty { result.append(UInt8(ascii: "\n")) }
                result.append(contentsOf: repeatElement(space, count: level))
            }
            result.append(text)
        }
        return result
    }
}

// MARK: - The seal

/// A manifest proves what else is ours, so it must prove itself. It cannot list its own checksum: its second line has the
/// SHA-256 of the others. That is a matter of bytes and not of what they mean, so that one changed letter breaks the
/// seal, and manifests of other versions of this program keep theirs.
extension Manifest {
    /// JSON of an object, with the seal as its first entry.
    static func sealed(_ json: Data) -> Data {
        json.prefix(2) + seal(of: json) + json.dropFirst(2)
    }

    /// The files that sealed JSON lists; nil if it is not as it was written.
    static func sealedFiles(in data: Data) -> [File]? {
        struct List: Decodable {
            let files: [File]
        }
        let json = data.prefix(2) + data.dropFirst(2 + seal(of: Data()).count)
        guard sealed(json) == data else { return nil }
        return (try? JSONDecoder.report.decode(List.self, from: json))?.files
    }

    private static func seal(of json: Data) -> Data { Data("  \"sha256\" : \"\(sha256(json))\",\n".utf8) }
}

extension JSONEncoder {
    /// For files that people and other programs read. Numbers that JSON lacks are the strings "inf", "-inf" and "nan".
    static var report: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return encoder
    }
}

extension JSONDecoder {
    /// Reads what `JSONEncoder.report` writes.
    static var report: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return decoder
    }
}
