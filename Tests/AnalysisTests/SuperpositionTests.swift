import Analysis
import Testing
import ToyModels

@Suite struct SuperpositionTests {
    @Test("A dedicated, an antipodal and an absent feature")
    func knownModels() {
        let antipodal = ToyModel(W: Matrix([[1, -1, 0], [0, 0, 1]]), b: [0, 0, 0])
        #expect(antipodal.norms == [1, 1, 1])
        #expect(antipodal.superposition == [1, 1, 0])

        // With m = 1 and W = [1, 0] the learned feature is dedicated and the other is absent: neither is superposed.
        let dedicated = ToyModel(W: Matrix([[1, 0]]), b: [0, 0.5])
        #expect(dedicated.superposition == [0, 0])
        #expect(dedicated.represented() == [0])
    }

    @Test("The hat is on the feature itself: a short feature sees the long one whole, not the reverse")
    func asymmetry() {
        let model = ToyModel(W: Matrix([[2, -0.5]]), b: [0, 0])
        #expect(model.superposition == [0.25, 4])
    }
}
