extension Table {
    /// The table as comma-separated values (RFC 4180) with a header row and LF line ends.
    ///
    /// Numbers have the fewest digits that read back as the same double.
    public var csv: String {
        var text = ""
        for record in [columns] + rows.map({ $0.map(\.csv) }) {
            text += record.map(quoted).joined(separator: ",") + "\n"
        }
        return text
    }

    private func quoted(_ field: String) -> String {
        // By scalar: CR LF is a single character in Swift.
        guard field.unicodeScalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) }) else { return field }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }
}

extension Table.Cell {
    fileprivate var csv: String {
        switch self {
        case .text(let text): text
        case .number(let number): shortest(number)
        }
    }

    private func shortest(_ number: Double) -> String {
        let text = number.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
