/// All that was measured.
struct Results {
    var outcomes: [Outcome] = []
    /// Multiply–adds per second.
    var peak = 0.0
    /// Of each side.
    var threads: (ours: Int, torch: Int?) = (0, nil)
    var torchVersion: String?
}
