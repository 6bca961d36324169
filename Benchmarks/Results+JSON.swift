import Foundation

extension Results {
    /// An array with an object per setting.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .withoutEscapingSlashes]
        let entries = outcomes.map {
            Entry(
                name: $0.name, ours_ms: $0.oursMilliseconds, torch_ms: $0.torchMilliseconds, ratio: $0.ratio,
                peak_fraction: $0.fraction(of: peak), peak_memory_mib: $0.peakMemoryMiB)
        }
        return String(decoding: try encoder.encode(entries), as: UTF8.self)
    }

    private struct Entry: Encodable {
        let name: String
        let ours_ms: Double
        let torch_ms, ratio: Double?
        let peak_fraction: Double
        let peak_memory_mib: Double?

        private enum CodingKeys: CodingKey { case name, ours_ms, torch_ms, ratio, peak_fraction, peak_memory_mib }

        /// As synthesized, but that what is missing is null.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(ours_ms, forKey: .ours_ms)
            try container.encode(torch_ms, forKey: .torch_ms)
            try container.encode(ratio, forKey: .ratio)
            try container.encode(peak_fraction, forKey: .peak_fraction)
            try container.encode(peak_memory_mib, forKey: .peak_memory_mib)
        }
    }
}
