/// Sixteen numbers that are computed with side by side: one register with AVX-512, two with AVX2, four with NEON.
///
/// The number is fixed, whatever the processor, as it decides the order of sums and with it the last bit.
typealias Vector = SIMD16<Float>
