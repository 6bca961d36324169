import Foundation

/// Why data is not a safetensors file that this project reads.
public enum SafetensorsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The data end before the header or the tensors do.
    case truncated(expected: UInt64, found: Int)
    /// The header is longer than any real one.
    case headerTooLong(UInt64)
    /// The header is not the JSON that it should be.
    case malformedHeader(String)
    /// A tensor's offsets do not fit its shape and type.
    case wrongSize(tensor: String)
    /// A tensor's offsets are outside the data, or tensors overlap or leave gaps.
    case misplaced(tensor: String)
    /// A tensor is missing or is not what an experiment's models have under its name.
    case unfit(tensor: String)
    /// There are bytes after the last tensor.
    case trailingBytes(Int)

    /// A sentence that says what was wrong.
    public var description: String {
        switch self {
        case .truncated(let expected, let found):
            "The safetensors data end too early: \(found) of \(expected) bytes are there."
        case .headerTooLong(let length):
            "The safetensors header claims to be \(length) bytes long, which no real one is."
        case .malformedHeader(let reason):
            "The safetensors header cannot be read: \(reason)."
        case .wrongSize(let tensor):
            "The offsets of tensor '\(tensor)' do not fit its shape and type."
        case .misplaced(let tensor):
            "Tensor '\(tensor)' lies outside the data, overlaps another or leaves a gap before it."
        case .unfit(let tensor):
            "Tensor '\(tensor)' is missing, or its type or shape is not the experiment's."
        case .trailingBytes(let count):
            "The safetensors data have \(count) bytes after the last tensor."
        }
    }
}

extension Safetensors {
    /// The longest header that is read, in bytes: what the format's own reader allows.
    private static let maximalHeader: UInt64 = 100_000_000

    /// Reads a file of `F32`, `F64`, `I64` and `U64` tensors, strictly. Takes memory in proportion to the data.
    ///
    /// - Throws: ``SafetensorsError``.
    public init(decoding data: Data) throws(SafetensorsError) {
        guard data.count >= 8 else { throw .truncated(expected: 8, found: data.count) }
        let length = data.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        guard length <= Self.maximalHeader else { throw .headerTooLong(length) }
        guard data.count - 8 >= Int(length) else { throw .truncated(expected: 8 + length, found: data.count) }

        let body = data.dropFirst(8 + Int(length))
        let header = try Self.header(data.dropFirst(8).prefix(Int(length)))
        self.init(tensors: [:], metadata: header.metadata)

        var position = 0
        // An empty tensor starts where the next one does.
        let order = header.entries.sorted {
            ($0.value.start, $0.value.end, $0.key) < ($1.value.start, $1.value.end, $1.key)
        }
        for (name, entry) in order {
            let (start, end) = (entry.start, entry.end)
            guard entry.data_offsets.count == 2 else { throw .wrongSize(tensor: name) }
            guard start == position, end >= start else { throw .misplaced(tensor: name) }
            guard entry.byteCount == end - start else { throw .wrongSize(tensor: name) }
            guard end <= body.count else {
                throw .truncated(expected: 8 + length + UInt64(end), found: data.count)
            }
            let values = Values(entry.dtype, body.dropFirst(start).prefix(end - start))
            tensors[name] = Tensor(values, shape: entry.shape)
            position = end
        }
        guard position == body.count else { throw .trailingBytes(body.count - position) }
    }

    private static func header(_ json: Data) throws(SafetensorsError) -> SafetensorsHeader {
        guard json.first == UInt8(ascii: "{") else { throw .malformedHeader("it does not start with a brace") }
        // Of UTF-16, which `JSONDecoder` reads, too, every second byte of a brace is zero.
        guard !json.contains(0) else { throw .malformedHeader("it is not valid JSON") }
        let header: SafetensorsHeader
        do {
            header = try JSONDecoder().decode(SafetensorsHeader.self, from: json)
        } catch let error as DecodingError {
            throw .malformedHeader(error.sentence)
        } catch {
            throw .malformedHeader("\(error)")
        }
        // Readers differ in which value they take.
        if let key = firstDuplicateKey(in: json) { throw .malformedHeader("it has the key '\(key)' twice") }
        return header
    }
}

extension SafetensorsHeader.Entry {
    fileprivate var start: Int { data_offsets.first ?? 0 }
    fileprivate var end: Int { data_offsets.last ?? 0 }

    /// The bytes that the shape and type ask for; nil if there is no such number.
    fileprivate var byteCount: Int? {
        var count = dtype.size
        for extent in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !overflow else { return nil }
            count = product
        }
        return count
    }
}

extension Safetensors.Values {
    /// Numbers from bytes, of which there is a whole number.
    fileprivate init(_ dtype: SafetensorsHeader.DType, _ bytes: Data) {
        func numbers<Number: BitwiseCopyable>(_ type: Number.Type) -> [Number] {
            bytes.withUnsafeBytes { bytes in
                (0..<bytes.count / MemoryLayout<Number>.stride).map {
                    bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.stride, as: Number.self)
                }
            }
        }
        switch dtype {
        case .F32: self = .float(numbers(Float.self))
        case .F64: self = .double(numbers(Double.self))
        case .I64: self = .int(numbers(Int64.self))
        case .U64: self = .uint(numbers(UInt64.self))
        }
    }
}
