import Foundation

/// A lock on a folder. The system releases it when the process ends, however it ends.
final class FolderLock: Sendable {
    /// Who may have the folder at the same time.
    enum Kind { case shared, exclusive }

    private let descriptor: Int32

    /// Locks a folder; nil if another process, or another lock of this one, has it in a way that excludes this.
    ///
    /// Where the volume has no locks, all of them are granted.
    init?(_ folder: URL, _ kind: Kind) {
        descriptor = open(folder.path(percentEncoded: false), O_RDONLY | O_CLOEXEC)
        if descriptor >= 0, !take(kind) {
            close(descriptor)
            return nil
        }
    }

    deinit {
        guard descriptor >= 0 else { return }
        // Closing alone would leave it to a child that has not yet become another program.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Changes the kind; false if that is not possible now.
    @discardableResult
    func take(_ kind: Kind) -> Bool {
        flock(descriptor, (kind == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 || errno != EWOULDBLOCK
    }
}
