import ArgumentParser
import Notebook

@main
struct Superposition: AsyncParsableCommand {
    func run() async throws {}
}
