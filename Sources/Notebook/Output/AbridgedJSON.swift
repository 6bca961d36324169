import Foundation

/// A value as JSON whose long arrays are abridged: a sweep of thousands of settings is told by its first, its last,
/// their number and a checksum of all; a long array of equal values by the value and the number.
public indirect enum AbridgedJSON: Hashable, Codable, Sendable {
    /// `null`
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number.
    case number(Double)
    /// A text.
    case string(String)
    /// An array that is not abridged.
    case array([AbridgedJSON])
    /// An object, or an array that is abridged.
    case object([String: AbridgedJSON])

    /// An array with more elements is abridged to `{"count": …, "first": …, "last": …, "sha256": …}`, the checksum
    /// being that of the array as canonical JSON, or to `{"count": …, "each": …}` if all are the same.
    static let longest = 16
    /// The same for arrays of objects, such as the settings of a sweep.
    static let longestOfObjects = 3

    /// Abridges a value.
    init(_ value: some Encodable) throws {
        self = try JSONDecoder().decode(AbridgedJSON.self, from: JSONEncoder.canonical.encode(value)).abridged
    }

    private var abridged: AbridgedJSON {
        get throws {
            switch self {
            case .null, .bool, .number, .string: return self
            case .object(let values): return .object(try values.mapValues { try $0.abridged })
            case .array(let values):
                let isOfObjects = if case .object? = values.first { true } else { false }
                let longest = isOfObjects ? Self.longestOfObjects : Self.longest
                guard values.count > longest, let first = values.first, let last = values.last else {
                    return .array(try values.map { try $0.abridged })
                }
                let count = AbridgedJSON.number(Double(values.count))
                if values.allSatisfy({ $0 == first }) { return .object(["count": count, "each": try first.abridged]) }
                return .object([
                    "count": count, "first": try first.abridged, "last": try last.abridged,
                    "sha256": .string(sha256(try JSONEncoder.canonical.encode(self))),
                ])
            }
        }
    }

    /// Reads any JSON.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([AbridgedJSON].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: AbridgedJSON].self))
        }
    }

    /// Writes the JSON that it is.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let values): try container.encode(values)
        case .object(let values): try container.encode(values)
        }
    }
}
