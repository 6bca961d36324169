/// Which latents are active in the samples of a batch: by sample, as they are found, and by latent, as the gradient is
/// summed.
///
/// Places of one sample belong to one thread, places of one latent likewise.
final class LatentLists {
    /// An entry's latent.
    let latents: UnsafeMutablePointer<Int32>
    /// An entry's value $f$.
    let values: UnsafeMutablePointer<Float>
    /// What the gate or the threshold sees of it.
    let gates: UnsafeMutablePointer<Float>
    // The gradient at the gate, at what else the kind of dictionary has, and, if it is another one, at the encoder.
    let byGate, byOther, byEncoder: UnsafeMutablePointer<Float>

    private let samples: Int
    private let listed: Int
    private let latentCount: Int
    /// The number of entries of each sample. Shape `[samples]`.
    private let counts: UnsafeMutablePointer<Int>
    /// The entries by latent.
    let order: UnsafeMutablePointer<Int32>
    /// Their samples.
    let samplesInOrder: UnsafeMutablePointer<Int32>
    // Where each latent's begin.
    private let starts: UnsafeMutablePointer<Int>
    private let numbers: UnsafeMutablePointer<Float>
    /// All values of a batch, in any order.
    private let pool: UnsafeMutablePointer<Float>

    /// The bytes for so many samples with so many entries at most.
    static func bytes(samples: Int, listed: Int, latents: Int) -> Int {
        samples * listed * 36 + samples * 8 + (latents + 1) * 8
    }

    /// Room for `samples` samples with `listed` entries each, of `latents` latents.
    init(samples: Int, listed: Int, latents latentCount: Int) {
        (self.samples, self.listed, self.latentCount) = (samples, listed, latentCount)
        let count = samples * listed
        latents = .allocate(capacity: count)
        latents.initialize(repeating: 0, count: count)
        order = .allocate(capacity: count)
        order.initialize(repeating: 0, count: count)
        samplesInOrder = .allocate(capacity: count)
        samplesInOrder.initialize(repeating: 0, count: count)
        numbers = .allocate(capacity: 6 * count)
        numbers.initialize(repeating: 0, count: 6 * count)
        (values, gates, byGate) = (numbers, numbers + count, numbers + 2 * count)
        (byOther, byEncoder, pool) = (numbers + 3 * count, numbers + 4 * count, numbers + 5 * count)
        counts = .allocate(capacity: samples)
        counts.initialize(repeating: 0, count: samples)
        starts = .allocate(capacity: latentCount + 1)
        starts.initialize(repeating: 0, count: latentCount + 1)
    }

    deinit {
        latents.deallocate()
        order.deallocate()
        samplesInOrder.deallocate()
        numbers.deallocate()
        counts.deallocate()
        starts.deallocate()
    }

    /// The entries of a sample.
    func entries(of sample: Int) -> Range<Int> { sample &* listed..<sample &* listed &+ counts[sample] }

    /// The places of a latent's entries, in the order of the samples.
    func entries(ofLatent latent: Int) -> Range<Int> { starts[latent]..<starts[latent &+ 1] }

    /// Lists the positive numbers of a row that exceed what `least` gives for their vector.
    @inline(__always)
    func list(
        _ sample: Int, _ row: UnsafeMutablePointer<Vector>, width: Int, above least: (_ vector: Int) -> Vector
    ) {
        var entry = sample &* listed
        let first = entry
        for j in 0..<width {
            forEachLane(where: (row[j] .> least(j)) .& (row[j] .> 0)) { lane in
                latents[entry] = Int32(truncatingIfNeeded: j &* Vector.scalarCount &+ lane)
                values[entry] = (row + j).numbers[lane]
                entry &+= 1
            }
        }
        counts[sample] = entry &- first
    }

    /// Lists the `count` largest positive numbers of a row, the largest first; of equal ones the first.
    ///
    /// - Parameter scratch: room for as many vectors as the row has.
    func listLargest(
        _ count: Int, of sample: Int, _ row: UnsafeMutablePointer<Vector>, width: Int,
        scratch: UnsafeMutablePointer<Vector>
    ) {
        let first = sample &* listed
        let (values, latents) = (values + first, latents + first)
        // Of the greatest numbers of some parts of the row the one at that rank is no greater than that of the whole row.
        let parts = min(width, max(1, count / 4))
        for j in 0..<parts { scratch[j] = row[j] }
        for j in parts..<max(parts, width) {
            let part = scratch + j % parts
            part[0] = part[0].replacing(with: row[j], where: row[j] .> part[0])
        }
        var found = 0
        for place in 0..<parts &* Vector.scalarCount {
            let value = scratch.numbers[place]
            if found == count && value <= values[count &- 1] { continue }
            if found < count { found &+= 1 }
            insert(value, at: found &- 1, of: values) { _, _ in }
        }
        var least: Float = found == count ? max(0, values[count &- 1].nextDown) : 0
        found = 0
        for j in 0..<width {
            forEachLane(where: row[j] .> Vector(repeating: least)) { lane in
                let value = (row + j).numbers[lane]
                guard value > least else { return }
                if found < count { found &+= 1 }
                let place = insert(value, at: found &- 1, of: values) { latents[$0] = latents[$1] }
                latents[place] = Int32(truncatingIfNeeded: j &* Vector.scalarCount &+ lane)
                if found == count { least = max(least, values[count &- 1]) }
            }
        }
        counts[sample] = found
    }

    /// Puts a number in place of the last of some in falling order.
    ///
    /// - Parameter move: called for each number that is moved to the next place.
    /// - Returns: the number's place.
    @discardableResult @inline(__always)
    private func insert(
        _ value: Float, at last: Int, of values: UnsafeMutablePointer<Float>, move: (_ to: Int, _ from: Int) -> Void
    ) -> Int {
        var place = last
        while place > 0 && values[place &- 1] < value {
            values[place] = values[place &- 1]
            move(place, place &- 1)
            place &-= 1
        }
        values[place] = value
        return place
    }

    /// Keeps the `count` largest entries of the first samples; of equal ones the first.
    ///
    /// - Returns: the least that is kept; nil if there are fewer, all of which are kept.
    func keepLargest(_ count: Int, samples: Int) -> Float? {
        var total = 0
        for sample in 0..<samples {
            for entry in entries(of: sample) {
                pool[total] = values[entry]
                total &+= 1
            }
        }
        guard total > count else { return nil }
        let least = nthLargest(count, of: pool, total)
        var spare = count
        for place in 0..<total where pool[place] > least { spare &-= 1 }
        for sample in 0..<samples {
            var target = sample &* listed
            let first = target
            for entry in entries(of: sample) where values[entry] >= least {
                if values[entry] == least {
                    guard spare > 0 else { continue }
                    spare -= 1
                }
                (latents[target], values[target]) = (latents[entry], values[entry])
                target &+= 1
            }
            counts[sample] = target &- first
        }
        return least
    }

    /// Orders the entries of the first samples by latent, and within that by sample.
    func sortByLatent(samples: Int) {
        starts.update(repeating: 0, count: latentCount + 1)
        for sample in 0..<samples { for entry in entries(of: sample) { starts[Int(latents[entry]) &+ 1] &+= 1 } }
        for latent in 0..<latentCount { starts[latent &+ 1] &+= starts[latent] }
        for sample in 0..<samples {
            for entry in entries(of: sample) {
                let latent = Int(latents[entry])
                order[starts[latent]] = Int32(truncatingIfNeeded: entry)
                samplesInOrder[starts[latent]] = Int32(truncatingIfNeeded: sample)
                starts[latent] &+= 1
            }
        }
        // Each start has moved to the next latent's.
        for latent in (0..<latentCount).reversed() { starts[latent &+ 1] = starts[latent] }
        starts[0] = 0
    }
}

/// The number at a rank, the largest at 1, of `count` numbers, which are reordered (Hoare's selection).
private func nthLargest(_ rank: Int, of numbers: UnsafeMutablePointer<Float>, _ count: Int) -> Float {
    var (low, high) = (0, count &- 1)
    let place = rank &- 1
    while low < high {
        let pivot = numbers[(low &+ high) / 2]
        var (i, j) = (low, high)
        while i <= j {
            while numbers[i] > pivot { i &+= 1 }
            while numbers[j] < pivot { j &-= 1 }
            guard i <= j else { break }
            (numbers[i], numbers[j]) = (numbers[j], numbers[i])
            i &+= 1
            j &-= 1
        }
        if place <= j {
            high = j
        } else if place >= i {
            low = i
        } else {
            break
        }
    }
    return numbers[place]
}

/// Calls `body` for the lanes where a condition holds, in order.
@inline(__always)
private func forEachLane(where mask: SIMDMask<SIMD16<Int32>>, _ body: (_ lane: Int) -> Void) {
    // A byte per lane, 1 where it holds.
    let ones = SIMD16<UInt32>.zero.replacing(with: 1, where: mask)
    let halves = unsafeBitCast(SIMD16<UInt8>(truncatingIfNeeded: ones), to: SIMD2<UInt64>.self)
    var left = halves.x
    while left != 0 {
        body(left.trailingZeroBitCount &>> 3)
        left &= left &- 1
    }
    left = halves.y
    while left != 0 {
        body(8 &+ left.trailingZeroBitCount &>> 3)
        left &= left &- 1
    }
}
