/// A stream of random numbers for one model: xoshiro128 (Blackman and Vigna, "Scrambled linear pseudorandom
/// number generators", 2021), seeded by SplitMix64 from a key. Whole words are scrambled by its ++, floating-point
/// numbers by its +, as its authors advise: that is faster, and only low bits suffer, which those do not use.
///
/// The key is made of what the numbers are for (seed, experiment, model), never of where they are drawn, so the
/// same model sees the same numbers on any number of threads. Not for cryptography.
public struct RandomStream: RandomNumberGenerator, Sendable {
    var state: (UInt32, UInt32, UInt32, UInt32)

    /// The stream of one key.
    public init(key: UInt64) {
        var mixer = SplitMix64(state: key)
        let (a, b) = (mixer.next(), mixer.next())
        state = (
            UInt32(truncatingIfNeeded: a), UInt32(truncatingIfNeeded: a >> 32),
            UInt32(truncatingIfNeeded: b), UInt32(truncatingIfNeeded: b >> 32)
        )
        // The one state that xoshiro never leaves.
        if state == (0, 0, 0, 0) { state.0 = 1 }
    }

    /// The next 32 bits.
    public mutating func next32() -> UInt32 {
        let sum = state.0 &+ state.3
        let result = ((sum &<< 7) | (sum &>> 25)) &+ state.0
        advance()
        return result
    }

    private mutating func advance() {
        let t = state.1 &<< 9
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= t
        state.3 = (state.3 &<< 11) | (state.3 &>> 21)
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        UInt64(next32()) << 32 | UInt64(next32())
    }

    /// A number uniform on [0, 1), a multiple of 2⁻²³.
    public mutating func nextUniform() -> Float {
        let sum = state.0 &+ state.3
        advance()
        return Float(bitPattern: (sum &>> 9) | 0x3F80_0000) - 1
    }

    /// A number from the standard normal distribution (Marsaglia's polar method). Takes a number of draws that depends
    /// on chance.
    public mutating func nextNormal() -> Double {
        while true {
            let u = Double(next() >> 11) * 0x1p-52 - 1
            let v = Double(next() >> 11) * 0x1p-52 - 1
            let s = u * u + v * v
            if s > 0 && s < 1 { return u * (-2 * portableLog(s) / s).squareRoot() }
        }
    }
}

extension RandomStream {
    /// The stream of a measurement, by its name and the seed of the run. It has nothing in common with the streams that
    /// train an experiment of that name.
    public init(seed: UInt64, measurement name: String) {
        self.init(key: StreamKey(seed: seed, experiment: name).appending(.measurement))
    }
}

/// Derives the keys of random streams: a chain of words, mixed in order.
struct StreamKey {
    private var value: UInt64 = 0

    /// What the numbers of a stream are for.
    enum Purpose: UInt64 {
        case initialWeights = 1
        case training = 2
        case evaluation = 3
        case attack = 4
        case sampleSet = 5
        case order = 6
        case measurement = 7
        case resampling = 8
    }

    init(seed: UInt64, experiment: String) {
        mix(seed)
        for byte in experiment.utf8 { mix(UInt64(byte)) }
    }

    private mutating func mix(_ word: UInt64) {
        var mixer = SplitMix64(state: value ^ (word &+ 0x9E37_79B9_7F4A_7C15))
        value = mixer.next()
    }

    /// The key for one purpose and what counts within it: model, step, chunk of samples.
    func appending(_ purpose: Purpose, _ indices: Int...) -> UInt64 {
        var key = self
        key.mix(purpose.rawValue)
        for index in indices { key.mix(UInt64(index)) }
        return key.value
    }
}

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
private struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
