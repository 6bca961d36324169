import Testing

@testable import Notebook

/// The records of a CSV text, by the grammar of RFC 4180 with LF line ends.
private func parseCSV(_ text: String) -> [[String]] {
    var records: [[String]] = []
    var record: [String] = []
    var field = ""
    var isQuoted = false
    var scalars = text.unicodeScalars.makeIterator()
    var next = scalars.next()
    while let scalar = next {
        next = scalars.next()
        switch (scalar, isQuoted) {
        case ("\"", true) where next == "\"":
            field.append("\"")
            next = scalars.next()
        case ("\"", _): isQuoted.toggle()
        case (",", false):
            record.append(field)
            field = ""
        case ("\n", false):
            records.append(record + [field])
            (record, field) = ([], "")
        default: field.unicodeScalars.append(scalar)
        }
    }
    return records
}

@Suite struct TableTests {
    @Test func `text survives the way through CSV`() {
        let texts = [
            "plain", "", "a,b", "say \"hi\"", "two\nlines", "cr\r\nlf", "\r", " spaces ", "ü → 🙂", "\"", ",\n\"",
        ]
        var table = Table(columns: ["a, \"b\"", "c"])
        for text in texts { table.append(text, text) }
        let records = parseCSV(table.csv)
        #expect(records.first == ["a, \"b\"", "c"])
        #expect(records.dropFirst() == texts.map { [$0, $0] }[...])
    }

    @Test func `numbers survive the way through CSV to the bit`() throws {
        let numbers = [
            0, -0.0, 1, -1, 0.1, 1.0 / 3, 1e-300, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
            .leastNormalMagnitude, 1e16,
            123_456_789,
            .pi, .infinity, -.infinity,
        ]
        var table = Table("x")
        for number in numbers { table.append(number) }
        let read = parseCSV(table.csv).dropFirst().map { Double($0[0])?.bitPattern }
        #expect(read == numbers.map(\.bitPattern))
    }

    @Test func `numbers are written as other programs expect them`() {
        var table = Table("a", "b", "c", "d", "e")
        table.append(3, 0.5, Float(0.25), Double.nan, Double.infinity)
        #expect(table.csv == "a,b,c,d,e\n3,0.5,0.25,nan,inf\n")
    }
}

@Suite struct DisplayTests {
    @Test(
        arguments: [
            (5, "5"), (-5, "−5"), (0.123456, "0.1235"), (1.23e-7, "1.23 × 10⁻⁷"), (123_456.7, "1.235 × 10⁵"),
            (.infinity, "∞"), (-.infinity, "−∞"), (.nan, "not a number"), (-0.5, "−0.5"), (12_000, "12000"),
        ] as [(Double, String)])
    func `numbers are short and typeset`(number: Double, text: String) {
        #expect(display(number) == text)
    }

    @Test(
        arguments: [(0.01, "less than 0.1 s"), (0.06, "0.1 s"), (59.9, "59.9 s"), (59.96, "1 min"), (125, "2 min 5 s")]
            as [(Double, String)])
    func `times are in the units that people use`(seconds: Double, text: String) {
        #expect(display(seconds: seconds) == text)
    }
}
