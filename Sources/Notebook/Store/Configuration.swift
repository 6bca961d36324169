import Foundation

/// The settings of a value as texts by name, such as `0.01` by `learningRate.peak`, to be kept, compared and shown.
///
/// A long array is a single setting: how many values it has, and the beginning of their SHA-256.
struct Configuration: Hashable, Sendable {
    private var values: [String: String]
    /// In the order of declaration.
    private var names: [String] = []

    /// The stored properties of a value, and theirs.
    init(_ value: any Encodable & Sendable) {
        values = [:]
        add(value, name: "")
    }

    private static let longest = 16

    private mutating func set(_ name: String, to value: String) {
        if values.updateValue(value, forKey: name) == nil { names.append(name) }
    }

    private mutating func add(_ value: Any, name: String) {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional:
            if let child = mirror.children.first {
                add(child.value, name: name)
            } else {
                set(name, to: "none")
            }
        case .collection:
            let count = display(mirror.children.count, "value")
            if mirror.children.count > Self.longest, let json = (value as? any Encodable).flatMap(encoded) {
                set(name, to: "\(count) (\(sha256(json).prefix(12)))")
            } else {
                set(name, to: count)
                for (index, child) in mirror.children.enumerated() { add(child.value, name: "\(name)[\(index)]") }
            }
        case .struct where !mirror.children.isEmpty:
            for child in mirror.children {
                add(child.value, name: [name, child.label ?? ""].filter { !$0.isEmpty }.joined(separator: "."))
            }
        default:
            // Of another experiment's key its id: the rest follows from that experiment's own settings.
            set(name, to: String(describing: value).replacing(ExperimentKey.checksum, with: ""))
        }
    }

    private func encoded(_ value: any Encodable) -> Data? { try? JSONEncoder.canonical.encode(value) }

    /// The first difference in each property that differs, as text.
    func differences(from other: Configuration) -> [String] {
        let all = names + other.names.filter { values[$0] == nil }
        let changes = all.map { ($0, other.values[$0] ?? "none", values[$0] ?? "none") }.filter { $0.1 != $0.2 }
        var properties: Set<Substring> = []
        return
            changes
            .filter { properties.insert($0.0.prefix { $0 != "." && $0 != "[" }).inserted }
            .map { "\($0) \(Self.abridged($1)) → \(Self.abridged($2))" }
    }

    /// A value for reading: without the names of modules, and of checksums the first digits.
    private static func abridged(_ value: String) -> String {
        value.replacing("ToyModels.", with: "").replacing(/[0-9a-f]{64}/) { $0.output.prefix(12) }
    }
}

extension Configuration: Codable {
    init(from decoder: any Decoder) throws {
        values = try [String: String](from: decoder)
        names = values.keys.sorted()
    }

    func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }
}
