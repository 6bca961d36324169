/// Colours for categories that colour-blind readers can tell apart: M. Okabe and K. Ito, "Color universal design",
/// 2008. Yellow comes last, for it is weak on white.
public enum Palette {
    public static let blue = Color(0x0072B2)
    public static let vermilion = Color(0xD55E00)
    public static let green = Color(0x009E73)
    public static let orange = Color(0xE69F00)
    public static let purple = Color(0xCC79A7)
    public static let skyBlue = Color(0x56B4E9)
    public static let black = Color(0x000000)
    public static let yellow = Color(0xF0E442)

    public static let all = [blue, vermilion, green, orange, purple, skyBlue, black, yellow]

    /// The colour of the i-th category; starts over after the eighth.
    public static subscript(index: Int) -> Color { all[((index % all.count) + all.count) % all.count] }
}
