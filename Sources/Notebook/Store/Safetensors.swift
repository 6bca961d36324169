import Foundation

/// Named arrays of numbers in the safetensors format.
public struct Safetensors: Hashable, Sendable {
    /// The numbers of a tensor, in row-major order.
    public enum Values: Hashable, Sendable {
        /// `F32`
        case float([Float])
        /// `F64`
        case double([Double])
        /// `I64`
        case int([Int64])
        /// `U64`
        case uint([UInt64])

        /// The number of entries.
        public var count: Int {
            switch self {
            case .float(let values): values.count
            case .double(let values): values.count
            case .int(let values): values.count
            case .uint(let values): values.count
            }
        }
    }

    /// An array of numbers with a shape.
    public struct Tensor: Hashable, Sendable {
        /// The extents; their product is the number of entries.
        public let shape: [Int]
        /// The entries.
        public let values: Values

        /// A tensor of the given shape.
        ///
        /// - Precondition: the shape's product is the number of entries.
        public init(_ values: Values, shape: [Int]) {
            precondition(shape.reduce(1, *) == values.count, "A tensor has as many entries as its shape says.")
            self.shape = shape
            self.values = values
        }
    }

    /// The tensors by name.
    public var tensors: [String: Tensor]
    /// Text beside the tensors.
    public var metadata: [String: String]

    /// A file's content.
    ///
    /// - Precondition: no tensor is named `__metadata__`.
    public init(tensors: [String: Tensor], metadata: [String: String] = [:]) {
        precondition(tensors["__metadata__"] == nil, "__metadata__ is not a tensor's name.")
        self.tensors = tensors
        self.metadata = metadata
    }
}

// MARK: - Layout of a file

/// The JSON at the start of a safetensors file.
struct SafetensorsHeader: Codable {
    /// Where a tensor is in the bytes after the header.
    struct Entry: Codable {
        var dtype: DType
        var shape: [Int]
        var data_offsets: [Int]
    }

    /// The types of numbers that this project uses.
    enum DType: String, Codable {
        case F32, F64, I64, U64

        var size: Int { self == .F32 ? 4 : 8 }
    }

    var entries: [String: Entry] = [:]
    var metadata: [String: String] = [:]

    init() {}

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }

        static let metadata = Key(stringValue: "__metadata__")
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        for key in container.allKeys {
            if key.stringValue == Key.metadata.stringValue {
                metadata = try container.decode([String: String].self, forKey: key)
            } else {
                entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
            }
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        if !metadata.isEmpty { try container.encode(metadata, forKey: .metadata) }
        for (name, entry) in entries { try container.encode(entry, forKey: Key(stringValue: name)) }
    }
}

extension Safetensors.Values {
    var dtype: SafetensorsHeader.DType {
        switch self {
        case .float: .F32
        case .double: .F64
        case .int: .I64
        case .uint: .U64
        }
    }
}
