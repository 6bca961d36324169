/// Colours for categories that colour-blind readers can tell apart: M. Okabe and K. Ito, "Color universal design",
/// 2008. Yellow comes last, as it is weak on white. On dark pages they are lighter.
public enum Palette {
    /// Blue.
    public static let blue = Color(0x0072B2, dark: 0x499FE3)
    /// Vermilion.
    public static let vermilion = Color(0xD55E00, dark: 0xF3813F)
    /// Bluish green.
    public static let green = Color(0x009E73, dark: 0x47C496)
    /// Orange.
    public static let orange = Color(0xE69F00, dark: 0xF0B030)
    /// Reddish purple.
    public static let purple = Color(0xCC79A7, dark: 0xE494BF)
    /// Sky blue.
    public static let skyBlue = Color(0x56B4E9, dark: 0x8DD2F5)
    /// Black, light on dark pages.
    public static let black = Color.black
    /// Yellow.
    public static let yellow = Color(0xF0E442, dark: 0xF0E442)

    /// The eight colours, in the order to use them.
    public static let all = [blue, vermilion, green, orange, purple, skyBlue, black, yellow]

    /// The colour of the i-th category; starts over after the eighth.
    public static subscript(index: Int) -> Color { all[((index % all.count) + all.count) % all.count] }
}
