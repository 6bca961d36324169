import Foundation

extension Safetensors {
    /// The content as a file.
    ///
    /// The same content gives the same bytes: the header's keys are sorted, tensors of 8-byte numbers come first, then
    /// those of 4-byte numbers, each by name, so that every tensor is aligned to its numbers.
    ///
    /// - Throws: what encoding the header as JSON throws.
    public func encoded() throws -> Data {
        let order = tensors.sorted { a, b in
            (-a.value.values.dtype.size, a.key) < (-b.value.values.dtype.size, b.key)
        }
        var header = SafetensorsHeader()
        header.metadata = metadata
        var offset = 0
        for (name, tensor) in order {
            let dtype = tensor.values.dtype
            let end = offset + tensor.values.count * dtype.size
            header.entries[name] = .init(dtype: dtype, shape: tensor.shape, data_offsets: [offset, end])
            offset = end
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var json = try encoder.encode(header)
        json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - json.count % 8) % 8))

        var data = Data(capacity: 8 + json.count + offset)
        withUnsafeBytes(of: UInt64(json.count).littleEndian) { data.append(contentsOf: $0) }
        data.append(json)
        for (_, tensor) in order { tensor.values.append(to: &data) }
        return data
    }
}

extension Safetensors.Values {
    fileprivate func append(to data: inout Data) {
        #if _endian(big)
            #error("Safetensors are little-endian, as is every processor that this was written for.")
        #endif
        switch self {
        case .float(let values): values.withUnsafeBytes { data.append(contentsOf: $0) }
        case .double(let values): values.withUnsafeBytes { data.append(contentsOf: $0) }
        case .int(let values): values.withUnsafeBytes { data.append(contentsOf: $0) }
        case .uint(let values): values.withUnsafeBytes { data.append(contentsOf: $0) }
        }
    }
}
