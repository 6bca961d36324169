import ArgumentParser
import Notebook

struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the chapters.")

    func run() throws {
        for chapter in book.chapters { print(chapter.source.slug, try chapter.source.title(), separator: "\t") }
    }
}
