import Foundation

/// Writes a Swift file with the fingerprint of source files: `fingerprint OUTPUT FOLDER FILE…`.
///
/// The fingerprint covers the paths in the folder and the code. Lines with nothing but a comment can change no result and
/// do not count. It tells versions apart and need not resist forgery, so 64 bits of FNV-1a (Fowler, Noll and Vo) do.
@main
enum Fingerprint {
    static func main() throws {
        let arguments = CommandLine.arguments
        precondition(arguments.count > 3, "usage: fingerprint OUTPUT FOLDER FILE…")
        let (output, folder) = (arguments[1], arguments[2])
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ text: some StringProtocol) {
            for byte in text.utf8 + [0] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        for path in arguments[3...].sorted() {
            add(path.dropFirst(folder.count))
            for line in try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline) {
                if !line.drop(while: \.isWhitespace).hasPrefix("//") { add(line) }
            }
        }
        let digits = String(hash, radix: 16)
        let text = """
            /// The fingerprint of the sources of `ToyModels` that this program was built from.
            let toyModelsFingerprint = "\(String(repeating: "0", count: 16 - digits.count))\(digits)"

            """
        // A file that is written anew, if only with the same text, is compiled anew.
        if (try? String(contentsOfFile: output, encoding: .utf8)) == text { return }
        try Data(text.utf8).write(to: URL(filePath: output))
    }
}
