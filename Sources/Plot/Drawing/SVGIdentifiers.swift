import Foundation

/// Renames the identifiers of an SVG that Cairo wrote.
///
/// Cairo numbers pictures and surfaces with counters of the whole process, so that they depend on what was drawn
/// before, and glyphs from zero in every file, so that two files in one page get mixed up. Here they are numbered in
/// the order they appear, behind a prefix that depends on the file's content.
enum SVGIdentifiers {
    static func normalised(_ file: Data) -> Data {
        let plain = renamed(Array(file), prefix: "i")
        return Data(renamed(plain, prefix: "f" + String(hash(plain), radix: 36) + "-"))
    }

    private static func renamed(_ text: [UInt8], prefix: String) -> [UInt8] {
        // Where an identifier starts, by the first byte of what comes before it.
        let keys = Dictionary(
            uniqueKeysWithValues: [#" id=""#, ##"href="#"##, "url(#"].map { ($0.utf8.first, Array($0.utf8)) })
        var names: [ArraySlice<UInt8>: [UInt8]] = [:]
        func name(_ old: ArraySlice<UInt8>) -> [UInt8] {
            if let known = names[old] { return known }
            let new = Array("\(prefix)\(names.count)".utf8)
            names[old] = new
            return new
        }
        var result: [UInt8] = []
        result.reserveCapacity(text.count + text.count / 8)
        var index = 0
        while index < text.count {
            guard let key = keys[text[index]], text[index...].starts(with: key) else {
                result.append(text[index])
                index += 1
                continue
            }
            let start = index + key.count
            let quote = UInt8(ascii: "\""), bracket = UInt8(ascii: ")")
            let end = text[start...].firstIndex { $0 == quote || $0 == bracket } ?? text.count
            result += key
            result += name(text[start..<end])
            index = end
        }
        return result
    }

    /// FNV-1a, 64 bits.
    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
