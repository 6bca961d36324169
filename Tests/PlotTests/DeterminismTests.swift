import Foundation
import Plot
import Testing

@Suite("The same figure is the same file")
struct DeterminismTests {
    @Test("In any order and on several threads", arguments: Figure.Format.allCases)
    func concurrently(_ format: Figure.Format) async throws {
        let expected = try Samples.all.map { try $0.figure.render(as: format) }
        try await withThrowingTaskGroup(of: (Int, Data).self) { group in
            for round in 0..<4 {
                for index in Samples.all.indices {
                    let index = round.isMultiple(of: 2) ? index : Samples.all.count - 1 - index
                    group.addTask { (index, try Samples.all[index].figure.render(as: format)) }
                }
            }
            for try await (index, file) in group {
                #expect(file == expected[index], "\(Samples.all[index].name)")
            }
        }
    }

    @Test("At different times")
    func later() async throws {
        let before = try Figure.Format.allCases.map { try Samples.phases.render(as: $0) }
        try await Task.sleep(for: .seconds(1.1))  // the resolution of dates in PDF is a second
        #expect(try Figure.Format.allCases.map { try Samples.phases.render(as: $0) } == before)
    }

    @Test("Identifiers of two figures never meet in one page")
    func identifiers() throws {
        func identifiers(_ figure: Figure) throws -> Set<Substring> {
            let text = String(decoding: try figure.render(as: .svg), as: UTF8.self)
            let defined = Set(text.matches(of: /\sid="([^"]*)"/).map(\.1))
            let used = Set(text.matches(of: /(?:href="|url\()#([^")]*)/).map(\.1))
            #expect(used.isSubset(of: defined))
            return defined
        }
        let first = try identifiers(Samples.phases)
        #expect(!first.isEmpty)
        #expect(first.isDisjoint(with: try identifiers(Samples.layers)))
    }
}
