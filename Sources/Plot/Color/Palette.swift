/// Colours for categories that colour-blind readers can tell apart: M. Okabe and K. Ito, "Color universal design",
/// 2008. Yellow comes last, as it is weak on white.
public enum Palette {
    /// Blue.
    public static let blue = Color(0x0072B2)
    /// Vermilion.
    public static let vermilion = Color(0xD55E00)
    /// Bluish green.
    public static let green = Color(0x009E73)
    /// Orange.
    public static let orange = Color(0xE69F00)
    /// Reddish purple.
    public static let purple = Color(0xCC79A7)
    /// Sky blue.
    public static let skyBlue = Color(0x56B4E9)
    /// Black.
    public static let black = Color(0x000000)
    /// Yellow.
    public static let yellow = Color(0xF0E442)

    /// The eight colours, in the order to use them.
    public static let all = [blue, vermilion, green, orange, purple, skyBlue, black, yellow]

    /// The colour of the i-th category; starts over after the eighth.
    public static subscript(index: Int) -> Color { all[((index % all.count) + all.count) % all.count] }
}
