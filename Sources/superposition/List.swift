import ArgumentParser
import Notebook

struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the chapters.")

    func run() throws {
        let lines = try book.chapters.map { "\($0.source.slug)\t\(try $0.source.title())" }
        try writeOutput(lines.joined(separator: "\n"))
    }
}
