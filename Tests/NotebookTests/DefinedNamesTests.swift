import Testing

@testable import Notebook

@Suite struct DefinedNamesTests {
    @Test(arguments: [
        ("kept", true), ("kep", false), ("near-0.1", true), ("near-", true), ("near", false), ("a-1-of-2", true),
        ("a-1", false), ("figure:intro", true), ("table:intro", false), ("table:counts-3", true), ("compared", false),
    ]) func `names are defined by assignments, figures and tables`(name: String, isDefined: Bool) {
        let source = #"""
            page["kept"] = "1"
            for density in [0.1] { page["near-\(number(density))"] = "x" }
            page["a-\(first)-of-\(second)"]  =
                "x"
            if page["compared"] == nil {}
            try page.figure("intro", caption: "")
            try page.figure(
                "later", caption: "")
            try page.table("counts-\(index)", caption: "")
            """#
        #expect(DefinedNames(in: [source]).contains(name) == isDefined)
    }
}
