import Testing

@testable import Plot

@Suite("Scales")
struct ScaleTests {
    @Test("Linear: half-way between the ends is half-way along the axis")
    func linear() {
        let scale = Scale(.linear, -1...3)
        #expect(scale.fraction(of: -1) == 0)
        #expect(scale.fraction(of: 1) == 0.5)
        #expect(scale.fraction(of: 5) == 1.5, "values beyond the domain go on")
        #expect(Scale(.linear, -1...3, isReversed: true).fraction(of: 0) == 0.75)
        #expect(scale.fraction(of: .nan) == nil && scale.fraction(of: .infinity) == nil)
    }

    @Test("Logarithmic: equal ratios are equally long, and zero has no place")
    func log() throws {
        let scale = Scale(.log, 0.01...1)
        #expect(abs(try #require(scale.fraction(of: 0.1)) - 0.5) < 1e-12)
        #expect(scale.fraction(of: 0) == nil && scale.fraction(of: -1) == nil)
        #expect(scale.length == 2, "decades")
    }

    @Test("An automatic domain covers the marks, with air unless a mark is tight")
    func automaticDomain() {
        var bounds = Bounds(x: .linear, y: .log)
        bounds.include(Point(-10, 1))
        bounds.include(Point(10, 100))
        bounds.include(Point(1000, -1))  // has no place on the y axis, so it does not stretch the x axis
        #expect(Axis.linear().scale(covering: bounds.x).domain == -10.8...10.8, "4% of 20 on both sides")
        bounds.include(x: -10, tight: true)
        #expect(Axis.linear().scale(covering: bounds.x).domain == -10...10.8)
        let domain = Axis.log().scale(covering: bounds.y).domain
        #expect(domain.lowerBound < 1 && domain.lowerBound > 0.8 && domain.upperBound > 100)
    }

    @Test("Air makes no room for values of the other sign")
    func airStopsAtZero() {
        var bounds = Bounds(x: .linear, y: .linear)
        bounds.include(Point(0.1, -0.1))
        bounds.include(Point(10, -10))
        #expect(Axis.linear().scale(covering: bounds.x).domain.lowerBound == 0)
        #expect(Axis.linear().scale(covering: bounds.y).domain.upperBound == 0)
    }

    @Test("A single value, or none, still has a domain")
    func degenerateDomains() {
        for value in [0, 1, -3, 1e300, .leastNonzeroMagnitude] {
            var bounds = Bounds(x: .linear, y: .log)
            bounds.include(x: value)
            bounds.include(y: value)
            let (x, y) = (Axis.linear().scale(covering: bounds.x), Axis.log().scale(covering: bounds.y))
            #expect(x.domain.lowerBound < x.domain.upperBound)
            #expect(y.domain.lowerBound < y.domain.upperBound && y.domain.lowerBound > 0)
        }
        #expect(Axis.linear().scale(covering: nil).domain == 0...1)
        #expect(Axis.log(0...1).scale(covering: nil).domain == 1...10, "zero cannot be the end of a logarithmic axis")
        #expect(Axis.categories(["a", "b"]).scale(covering: nil).domain == -0.5...1.5)
    }
}

@Suite("Ticks")
struct TickTests {
    private func labels(_ kind: Scale.Kind, _ domain: ClosedRange<Double>, about count: Int) -> [String] {
        Scale(kind, domain).ticks(about: count).compactMap(\.label)
    }

    @Test("Linear ticks step by 1, 2 or 5 times a power of ten, with the step's decimals")
    func linear() {
        #expect(labels(.linear, 0...1, about: 5) == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"])
        #expect(labels(.linear, 0...1, about: 2) == ["0", "0.5", "1.0"])
        #expect(labels(.linear, -20...40, about: 3) == ["−20", "0", "20", "40"], "a true minus sign")
        #expect(labels(.linear, 0.97...1.03, about: 3) == ["0.98", "1.00", "1.02"])
        #expect(labels(.linear, 0...2e6, about: 2) == ["0", "1×10<sup>6</sup>", "2×10<sup>6</sup>"])
        #expect(labels(.linear, 0...3e-4, about: 3).last == "3×10<sup>−4</sup>")
    }

    @Test("Ticks lie in the domain, and both ends are marked where they are round")
    func ends() {
        for count in 1...8 {
            for domain in [0.0...1, -1.3...1.3, 0...0.3, 1e-3...7e-3, 99...101, -5...0] {
                let values = Scale(.linear, domain).ticks(about: count).map(\.value)
                #expect(values.allSatisfy { $0 >= domain.lowerBound - 1e-12 && $0 <= domain.upperBound + 1e-12 })
            }
        }
        // 0.3 / 0.1 is 2.9999999999999996: rounding must not drop the last tick.
        #expect(labels(.linear, 0...0.3, about: 3).last == "0.3")
    }

    @Test("Powers of ten are decimals near 1, else superscripts")
    func log() {
        #expect(labels(.log, 0.01...1, about: 5) == ["0.01", "0.1", "1"])
        #expect(
            labels(.log, 1e-5...1, about: 6) == [-5, -4, -3, -2, -1].map { "10<sup>−\(-$0)</sup>" } + ["1"])
        #expect(
            labels(.log, 1e-6...1e6, about: 4) == ["10<sup>−4</sup>", "1", "10<sup>4</sup>"],
            "decades are left out where they do not fit")
    }

    @Test("Between decades there are minor ticks, and labels where there are too few decades")
    func minorTicks() {
        let ticks = Scale(.log, 1...100).ticks(about: 5)
        #expect(
            ticks.filter { $0.label == nil }.map(\.value).sorted() == [
                2, 3, 4, 5, 6, 7, 8, 9, 20, 30, 40, 50, 60, 70, 80, 90,
            ])
        #expect(labels(.log, 1...8, about: 4) == ["1", "2", "5"])
        #expect(labels(.log, 0.2...4, about: 5) == ["0.2", "0.5", "1", "2"])
        #expect(labels(.log, 1.1...1.9, about: 4).count >= 2, "a fraction of a decade has linear steps")
    }

    @Test(
        "Domains at the limits of floating point have ticks or none, but end",
        arguments: [
            -1e308...1e308, 0...Double.leastNonzeroMagnitude, 1e16...1e16.nextUp, Double.leastNonzeroMagnitude...1e308,
            1...1.0.nextUp,
        ] as [ClosedRange<Double>])
    func extremes(_ domain: ClosedRange<Double>) {
        #expect(Scale(.linear, domain).ticks(about: 5).count < 100)
        if domain.lowerBound > 0 { #expect(Scale(.log, domain).ticks(about: 5).count < 1000) }
    }

    @Test("A number on its own has at most four digits")
    func general() {
        #expect(NumberText.general(0.6561) == "0.6561")
        #expect(NumberText.general(-2.50) == "−2.5")
        #expect(NumberText.general(0.0001) == "10<sup>−4</sup>")
        #expect(NumberText.general(1_234_567) == "1.235×10<sup>6</sup>")
    }
}
