import Foundation

/// The date that a report is to state instead of the present one, by the convention of reproducible builds.
enum SourceDate {
    private static let variable = "SOURCE_DATE_EPOCH"

    /// The date in the environment; nil if there is none.
    static func given(in environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Date? {
        guard let text = environment[variable], !text.isEmpty else { return nil }
        // Up to the year 9999.
        guard let seconds = Int(text), (0...253_402_300_799).contains(seconds) else { throw Malformed(text: text) }
        return Date(timeIntervalSince1970: Double(seconds))
    }

    /// The variable is not a number of seconds.
    struct Malformed: Error, CustomStringConvertible {
        let text: String

        var description: String { "\(variable) is '\(text)', but must be a whole number of seconds since 1970." }
    }
}
