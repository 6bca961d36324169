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
            "The largest size of the run store; what has not been used for the longest time is deleted first.",
            valueName: "GB"))
    var limit = 10.0

    func validate() throws {
        if folder.isEmpty { throw ValidationError("--store is empty, but must name a folder.") }
        if !(0...1e9).contains(limit) {
            throw ValidationError("--store-limit is \(limit), but must be a number of gigabytes, 0 or more.")
        }
    }

    /// The store.
    func open() throws -> RunStore { try RunStore(URL(filePath: folder), limit: Int(limit * 1e9)) }
}
