import Foundation

/// The first key that an object of a JSON text has twice, however it is escaped; nil if there is none.
///
/// `JSONDecoder` takes one of the values and does not tell.
///
/// - Parameter json: valid JSON in UTF-8.
func firstDuplicateKey(in json: Data) -> String? {
    // The keys of each container that is open, the innermost last; an array has none.
    var containers: [Set<String>?] = []
    var isKeyNext = false
    var position = json.startIndex
    while position < json.endIndex {
        switch json[position] {
        case UInt8(ascii: "{"):
            containers.append([])
            isKeyNext = true
        case UInt8(ascii: "["):
            containers.append(nil)
            isKeyNext = false
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            _ = containers.popLast()
            isKeyNext = false
        case UInt8(ascii: ","):
            isKeyNext = containers.last.map { $0 != nil } ?? false
        case UInt8(ascii: "\""):
            let end = endOfString(in: json, from: position)
            if isKeyNext, let key = string(json[position..<end]),
                containers[containers.count - 1]?.insert(key).inserted == false
            {
                return key
            }
            isKeyNext = false
            position = end - 1
        default: break
        }
        position += 1
    }
    return nil
}

/// The index after the closing quotation mark of the string that opens at `start`.
private func endOfString(in json: Data, from start: Int) -> Int {
    var position = start + 1
    while position < json.endIndex, json[position] != UInt8(ascii: "\"") {
        position += json[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(position + 1, json.endIndex)
}

/// The value of a string with its quotation marks.
private func string(_ literal: Data) -> String? {
    literal.contains(UInt8(ascii: "\\"))
        ? try? JSONDecoder().decode(String.self, from: literal)
        : String(decoding: literal.dropFirst().dropLast(), as: UTF8.self)
}
