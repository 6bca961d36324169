import Testing

@testable import superposition

@Suite struct ProcessorTests {
    @Test func `this processor can run what was built on it`() throws { try Processor.check() }

    @Test func `a processor without AVX-512 is told to build again`() {
        #expect(throws: Processor.Missing.self) {
            try Processor.check(has: ["avx2", "fma"], needs: ["avx2", "avx512f"])
        }
        #expect(Processor.Missing(instructions: "avx512f").description.contains("Build it again"))
    }

    @Test func `a processor below the floor is told what the floor is`() {
        #expect(throws: Processor.Missing.self) { try Processor.check(has: ["sse2"], needs: ["avx2", "fma"]) }
        #expect(Processor.Missing(instructions: "avx2").description.contains("AVX2 and FMA"))
    }

    @Test func `where the processor is not known nothing is refused`() throws {
        try Processor.check(has: nil, needs: ["avx2"])
    }
}
