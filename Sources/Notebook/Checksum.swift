import CPangoCairo
import Foundation

/// The SHA-256 of data, in lower-case hexadecimal.
func sha256(_ data: Data) -> String {
    var rest: Data? = data
    return sha256 { rest.take() }
}

/// The SHA-256 of data that come in pieces, until there are none, in lower-case hexadecimal.
func sha256(next: () throws -> Data?) rethrows -> String {
    guard let checksum = g_checksum_new(G_CHECKSUM_SHA256) else {
        preconditionFailure("GLib knows SHA-256.")
    }
    defer { g_checksum_free(checksum) }
    while let piece = try next(), !piece.isEmpty {
        piece.withUnsafeBytes { bytes in
            g_checksum_update(checksum, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
        }
    }
    return String(cString: g_checksum_get_string(checksum))
}
