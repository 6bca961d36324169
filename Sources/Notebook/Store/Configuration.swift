import Foundation

/// The settings of a value as a list of names and texts, in the order of their declaration, to be compared and shown.
///
/// A long array is a single setting: how many entries it has, and the beginning of their SHA-256.
struct Configuration: Hashable, Sendable {
    /// One setting, such as `learningRate.peak` and `0.01`.
    struct Setting: Hashable, Codable, Sendable {
        var name: String
        var value: String
    }

    /// The settings.
    var settings: [Setting]

    /// The stored properties of a value, and theirs.
    init(_ value: any Encodable & Sendable) {
        settings = []
        add(value, name: "")
    }

    init(settings: [Setting]) { self.settings = settings }

    private static let longest = 16

    private mutating func add(_ value: Any, name: String) {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional:
            if let child = mirror.children.first {
                add(child.value, name: name)
            } else {
                settings.append(Setting(name: name, value: "none"))
            }
        case .collection:
            let count = display(mirror.children.count, "value")
            if mirror.children.count > Self.longest, let json = (value as? any Encodable).flatMap(encoded) {
                settings.append(Setting(name: name, value: "\(count) (\(sha256(json).prefix(12)))"))
            } else {
                settings.append(Setting(name: name, value: count))
                for (index, child) in mirror.children.enumerated() { add(child.value, name: "\(name)[\(index)]") }
            }
        case .struct where !mirror.children.isEmpty:
            for child in mirror.children {
                add(child.value, name: [name, child.label ?? ""].filter { !$0.isEmpty }.joined(separator: "."))
            }
        default:
            settings.append(Setting(name: name, value: String(describing: value)))
        }
    }

    private func encoded(_ value: any Encodable) -> Data? { try? JSONEncoder.canonical.encode(value) }

    /// The first difference in each property that differs, as text.
    func differences(from other: Configuration) -> [String] {
        let old = Dictionary(other.settings.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        let new = Set(settings.map(\.name))
        let changes = settings.filter { old[$0.name] != $0.value }.map { ($0.name, old[$0.name] ?? "none", $0.value) }
        let gone = other.settings.filter { !new.contains($0.name) }.map { ($0.name, $0.value, "none") }
        var properties: Set<Substring> = []
        return (changes + gone)
            .filter { properties.insert($0.0.prefix { $0 != "." && $0 != "[" }).inserted }
            .map { "\($0) \($1) → \($2)" }
    }
}
