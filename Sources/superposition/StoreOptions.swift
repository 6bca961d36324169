import ArgumentParser
import Foundation
import Notebook

/// Where trained experiments are kept.
struct StorePath: ParsableArguments {
    @Option(
        name: .customLong("store"), help: "The folder of the run store, which keeps what was trained.",
        completion: .directory)
    var path = ".store"

    func validate() throws {
        if path.isEmpty { throw ValidationError("--store is empty, and must name a folder.") }
    }

    var url: URL { URL(filePath: path) }
}

/// Where trained experiments are kept, and how many.
struct StoreOptions: ParsableArguments {
    @OptionGroup var folder: StorePath

    @Option(
        name: .customLong("store-limit"), parsing: .unconditional,
        help: ArgumentHelp(
            "The largest size of the run store; what has not been used for the longest time is deleted first.",
            valueName: "GB"))
    var limit = 10.0

    func validate() throws {
        if !(0...1e9).contains(limit) {
            throw ValidationError("--store-limit is \(limit), but must be a number of gigabytes, 0 or more.")
        }
    }

    /// The store.
    func open() throws -> RunStore { try RunStore(folder.url, limit: Int(limit * 1e9)) }
}
