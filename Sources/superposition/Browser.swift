import Foundation
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// The user's browser.
enum Browser {
    #if os(macOS)
        private static let opener = "open"
    #else
        private static let opener = "xdg-open"
    #endif

    /// Opens a page: a path or an address.
    static func open(_ page: String) async throws(Failure) {
        let (isOpen, words): (Bool, String)
        do {
            let result = try await Subprocess.run(
                .name(opener), arguments: [page], input: .none, output: .discarded, error: .string(limit: 1 << 16))
            (isOpen, words) = (result.terminationStatus.isSuccess, result.standardError)
        } catch {
            throw .noOpener(name: opener, page: page)
        }
        if isOpen { return }
        let last = words.split(whereSeparator: \.isNewline).last.map { $0.trimmingCharacters(in: .whitespaces) }
        throw .notOpened(name: opener, page: page, reason: last ?? "it gave no reason")
    }

    /// Why no page is opened.
    enum Failure: Error, CustomStringConvertible {
        /// There is no program that opens pages.
        case noOpener(name: String, page: String)
        /// There is one, and it failed.
        case notOpened(name: String, page: String, reason: String)

        var description: String {
            switch self {
            case .noOpener(let name, let page):
                "There is no '\(name)' here, which opens pages in the browser: open \(page) in one yourself."
            case .notOpened(let name, let page, let reason):
                "'\(name)' did not open the browser (\(reason)): open \(page) in one yourself."
            }
        }
    }
}
