import ArgumentParser
import Foundation
import Notebook

/// Where trained experiments are kept.
struct StoreOptions: ParsableArguments {
    @Option(
        name: .customLong("store"), help: "The folder of the run store, which keeps what was trained.",
        completion: .directory)
    var folder = ".store"

    @Option(
        name: .customLong("store-limit"), parsing: .unconditional,
        help: ArgumentHelp(
            "The size that the run store may have; what was not used for the longest time goes first.",
            valueName: "GB"))
    var limit = 10.0

    func validate() throws {
        if folder.isEmpty { throw ValidationError("--store is empty, and must name a folder.") }
        if !(0...1e9).contains(limit) {
            throw ValidationError("--store-limit is \(limit), and must be a number of gigabytes from 0.")
        }
    }

    /// The store.
    func open() throws -> RunStore { try RunStore(URL(filePath: folder), limit: Int(limit * 1e9)) }
}
