import Testing

@testable import superposition

@Suite struct SelectionTests {
    private let slugs = ["01-demonstrating-superposition", "02-phase-change", "10-superposition-elsewhere"]

    @Test func `no name asks for everything`() throws {
        #expect(try select([], from: slugs) == slugs)
    }

    @Test(arguments: ["02-phase-change", "2", "02", "phase", "PHASE-ch"])
    func `a chapter has several names`(name: String) throws {
        #expect(try select([name], from: slugs) == ["02-phase-change"])
    }

    @Test func `a number is not a part of a name`() throws {
        // "1" is in two slugs, but is the number of one.
        #expect(try select(["1"], from: slugs) == ["01-demonstrating-superposition"])
    }

    @Test func `chapters are run once, in reading order`() throws {
        #expect(try select(["10", "phase", "2"], from: slugs) == ["02-phase-change", "10-superposition-elsewhere"])
    }

    @Test func `a part of two names is refused with both`() {
        #expect {
            try select(["superposition"], from: slugs)
        } throws: {
            guard case SelectionError.ambiguous(_, let matches) = $0 else { return false }
            return matches == ["01-demonstrating-superposition", "10-superposition-elsewhere"]
        }
    }

    @Test(arguments: [("phse", "02-phase-change"), ("elsewere", "10-superposition-elsewhere"), ("xyz", nil), ("", nil)])
    func `an unknown name is refused with what is near it`(name: String, nearest: String?) {
        #expect {
            try select([name], from: slugs)
        } throws: {
            guard case SelectionError.unknown(_, let found, _) = $0 else { return false }
            return found == nearest
        }
    }
}

@Suite struct ProgressLineTests {
    private let line = ProgressLine(name: "basic", done: 250_000, total: 1_000_000, seconds: 10)

    @Test func `a line tells share, rate and time left`() {
        // 250,000 steps in 10 s leave 750,000 steps, or 30 s.
        #expect(line.text(width: 80).hasSuffix(" 25%  25k steps/s  30 s left"))
        #expect(line.text(width: 80).count { $0 == "━" } == 7)
    }

    @Test(arguments: 0...120) func `a line never wraps`(width: Int) {
        #expect(line.text(width: width).count <= width)
    }

    @Test(arguments: [60, 80, 100, 140]) func `how far the whole run has come is told in any case`(width: Int) {
        var line = line
        line.standing = "4 of 9 chapters, about 3 min left"
        let text = line.text(width: width)
        #expect(text.hasPrefix("4 of 9 chapters, about 3 min left · basic "))
        #expect(text.contains(" 25%") && text.count <= width)
        #expect(text.contains("25k steps/s") == (width > 70))
        #expect(!text.contains("30 s left"), "the time of one experiment would be taken for that of all")
    }

    @Test func `no progress is no rate`() {
        #expect(ProgressLine(name: "a", done: 0, total: 0, seconds: 0).text(width: 80).hasSuffix(" 0%"))
    }
}
