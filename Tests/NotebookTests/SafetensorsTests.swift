import Foundation
import Testing

@testable import Notebook
@testable import ToyModels

/// A file with the given header and body.
private func file(_ header: String, body: Int = 0) -> Data {
    var data = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    data.append(Data(header.utf8))
    data.append(Data(repeating: 0, count: body))
    return data
}

@Suite struct SafetensorsTests {
    private let example = Safetensors(
        tensors: [
            "W": .init(.float([1, -2.5, .infinity, .leastNonzeroMagnitude, 0, -0.0]), shape: [1, 2, 3]),
            "loss": .init(.double([.pi, 1e-300]), shape: [2]),
            "step": .init(.int([.min, 0, .max]), shape: [3]),
            "seed": .init(.uint([0, .max]), shape: [2, 1]),
            "empty": .init(.float([]), shape: [0, 4]),
            "scalar": .init(.double([7]), shape: []),
        ], metadata: ["note": "a \"b\" / ü\n"])

    @Test func `content survives a round trip`() throws {
        #expect(try Safetensors(decoding: example.encoded()) == example)
        #expect(try Safetensors(decoding: Safetensors(tensors: [:]).encoded()) == Safetensors(tensors: [:]))
    }

    @Test func `bytes depend on the content alone`() throws {
        var other = Safetensors(tensors: [:], metadata: example.metadata)
        for (name, tensor) in example.tensors.sorted(by: { $0.key > $1.key }) { other.tensors[name] = tensor }
        #expect(try other.encoded() == example.encoded())
    }

    @Test func `the layout is the one of the format`() throws {
        let data = try Safetensors(tensors: ["a": Safetensors.Tensor(.float([1]), shape: [1])]).encoded()
        let header = #"{"a":{"data_offsets":[0,4],"dtype":"F32","shape":[1]}}"#
        let padding = String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
        var expected = withUnsafeBytes(of: UInt64(header.utf8.count + padding.count).littleEndian) { Data($0) }
        expected.append(Data((header + padding).utf8))
        expected.append(contentsOf: [0, 0, 0x80, 0x3F])  // 1.0 as little-endian binary32
        #expect(data == expected)
        #expect(data.count.isMultiple(of: 4))
    }

    @Test func `data that do not start at index 0 are read`() throws {
        let padded = Data([1, 2, 3]) + (try example.encoded())
        #expect(try Safetensors(decoding: padded.dropFirst(3)) == example)
    }

    @Test func `no beginning of a file is a file`() throws {
        let data = try example.encoded()
        for count in 0..<data.count {
            #expect(throws: SafetensorsError.self) { try Safetensors(decoding: data.prefix(count)) }
        }
    }

    @Test func `a byte too many is an error`() throws {
        let data = try example.encoded() + Data([0])
        #expect(throws: SafetensorsError.trailingBytes(1)) { try Safetensors(decoding: data) }
    }

    @Test(arguments: [UInt64.max, 1 << 63, 100_000_001]) func `a huge header is refused unread`(length: UInt64) {
        let data = withUnsafeBytes(of: length.littleEndian) { Data($0) }
        #expect(throws: SafetensorsError.headerTooLong(length)) { try Safetensors(decoding: data + Data("{}".utf8)) }
    }

    private static let misplaced: [(String, SafetensorsError)] = [
        // Offsets that do not fit the shape.
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, SafetensorsError.wrongSize(tensor: "a")),
        (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, .wrongSize(tensor: "a")),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,2,4]}}"#, .wrongSize(tensor: "a")),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[]}}"#, .wrongSize(tensor: "a")),
        // A shape whose product overflows, also to the right number.
        (#"{"a":{"dtype":"F64","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, .wrongSize(tensor: "a")),
        // Overlap, gap, order, negative.
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
            .misplaced(tensor: "b")
        ),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, .misplaced(tensor: "a")),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, .misplaced(tensor: "a")),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, .misplaced(tensor: "a")),
        // Beyond the end, however far.
        (
            #"{"a":{"dtype":"F64","shape":[1152921504606846975],"data_offsets":[0,9223372036854775800]}}"#,
            .truncated(expected: 9_223_372_036_854_775_800 + 8 + 90, found: 8 + 90 + 8)
        ),
    ]

    @Test(arguments: misplaced)
    func `offsets must tile the data`(header: String, error: SafetensorsError) {
        let header = header.padding(toLength: max(90, header.count), withPad: " ", startingAt: 0)
        #expect(throws: error) { try Safetensors(decoding: file(header, body: 8)) }
    }

    @Test(arguments: [
        "", " {}", "[]", "{", "null", #"{"a":1}"#, #"{"a":{"dtype":"F16","shape":[],"data_offsets":[0,2]}}"#,
        #"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, #"{"a":{"dtype":"F32","shape":[1]}}"#,
        #"{"__metadata__":{"a":1}}"#, #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#,
    ])
    func `a header of another form is refused`(header: String) {
        #expect {
            try Safetensors(decoding: file(header, body: 4))
        } throws: {
            if case SafetensorsError.malformedHeader = $0 { true } else { false }
        }
    }

    private static let tensor = #"{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#
    private static let duplicates: [(header: String, key: String)] = [
        (#"{"W":\#(tensor),"W":\#(tensor)}"#, "W"),
        (#"{"W":\#(tensor),"\u0057":\#(tensor)}"#, "W"),
        (#"{"a\"{":\#(tensor),"a\u0022\u007b":\#(tensor)}"#, #"a"{"#),
        (#"{"__metadata__":{"a":"1","b":"2","a":"3"},"W":\#(tensor)}"#, "a"),
        (#"{"__metadata__":{},"W":\#(tensor),"__metadata__":{}}"#, "__metadata__"),
        (#"{"W":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}"#, "shape"),
        (#"{ "W" : {"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":[{"y":[1],"y":"\\"}]}}"#, "y"),
    ]

    @Test(arguments: duplicates) func `a header with a key twice is refused`(header: String, key: String) {
        #expect(throws: SafetensorsError.malformedHeader("it has the key '\(key)' twice")) {
            try Safetensors(decoding: file(header, body: 4))
        }
    }

    @Test func `the same key in two objects is no duplicate, nor is a value`() throws {
        let header =
            #"{"__metadata__":{"W":"W","dtype":"dtype","\\":"{\"W\":1,\"W\":2}"},"W":\#(Self.tensor),"V":"#
            + #"{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}"#
        #expect(try Safetensors(decoding: file(header, body: 4)).tensors.keys.sorted() == ["V", "W"])
        #expect(throws: SafetensorsError.self) {
            let json = try #require(header.data(using: .utf16LittleEndian))
            var data = withUnsafeBytes(of: UInt64(json.count).littleEndian) { Data($0) }
            data += json + Data(repeating: 0, count: 4)
            _ = try Safetensors(decoding: data)
        }
    }

    @Test func `trained models are exported in the shapes of the contract`() throws {
        let experiment = Experiment(
            id: "e", architecture: .init(features: 3, hidden: 2),
            settings: [0.5, 0.1].map {
                .init(features: .init(density: $0, features: 3), importance: [1, $0, $0 * $0])
            },
            restarts: 2, steps: 7, batchSize: 1, learningRate: .constant(0.01), snapshots: [0, 7])
        let weights = Weights(["W": (0..<24).map(Float.init), "b": (0..<12).map(Float.init)])
        let models = TrainedModels(
            experiment: experiment, seeds: [4, 3, 2, .max], weights: weights, losses: [0.1, 0.2, 0.3, 0.4],
            lossErrors: [0, 0.1, 0, 0.2], history: .init(steps: [3, 7], losses: [[1, 2], [3, 4], [5, 6], [7, 8]]),
            snapshots: [.init(step: 0, weights: weights), .init(step: 7, weights: weights)])
        let read = try Safetensors(decoding: Safetensors(models).encoded())
        #expect(
            read.tensors.mapValues(\.shape) == [
                "W": [4, 2, 3], "b": [4, 3], "density": [4, 3], "importance": [4, 3], "loss": [4], "loss.error": [4],
                "seed": [4],
                "history.step": [2], "history.loss": [4, 2], "step": [2], "snapshots.W": [2, 4, 2, 3],
                "snapshots.b": [2, 4, 3],
            ])
        #expect(read.tensors["W"]?.values == .float(weights["W"]))
        #expect(read.tensors["seed"]?.values == .uint([4, 3, 2, .max]))
        // Two restarts of each setting follow each other.
        let densities = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
        #expect(read.tensors["density"]?.values == .double(densities))
        #expect(read.tensors["history.loss"]?.values == .double([1, 2, 3, 4, 5, 6, 7, 8]))
        let json = try #require(read.metadata["experiment"])
        #expect(try JSONDecoder().decode(Experiment.self, from: Data(json.utf8)) == experiment)
    }
}
