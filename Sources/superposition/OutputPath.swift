import ArgumentParser
import Foundation

/// The folder of a report that is there.
struct OutputPath: ParsableArguments {
    @Option(name: .customLong("output"), help: "The folder of the report.", completion: .directory)
    var path = "output"

    func validate() throws {
        if path.isEmpty { throw ValidationError("--output is empty, but must name a folder.") }
    }

    var url: URL { URL(filePath: path) }
}
