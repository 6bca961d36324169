import Foundation

/// A figure.
public struct Figure {
    /// A file format.
    public enum Format: String, CaseIterable, Sendable { case svg, png, pdf }

    /// The figure as the bytes of a file.
    public func render(as format: Format) throws -> Data { Data() }
}
