import Foundation

/// What training took, which differs from run to run. It stands beside an entry, so that entries do not.
struct StoreTimes: Hashable, Codable, Sendable {
    /// How long training took: the time of its threads, added up.
    var seconds: Double
    /// The most memory that the program had until it was trained, in bytes.
    var peakMemory: Int?

    /// What was trained in parts.
    init(joining parts: [StoreTimes]) {
        seconds = parts.reduce(0) { $0 + $1.seconds }
        peakMemory = parts.compactMap(\.peakMemory).max()
    }

    init(seconds: Double, peakMemory: Int?) {
        self.seconds = seconds
        self.peakMemory = peakMemory
    }

    private static let longest = 1 << 10

    /// Reads a file; nil if there is none that can be used.
    init?(reading file: URL, in files: any StoreFiles) {
        guard let (handle, size) = try? files.open(file), size <= Self.longest,
            let data = try? handle.read(upToCount: Self.longest),
            let times = try? JSONDecoder().decode(StoreTimes.self, from: data), times.seconds >= 0
        else { return nil }
        self = times
    }

    func encoded() throws -> Data { try JSONEncoder.canonical.encode(self) }
}
