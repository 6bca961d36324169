/// The parameters of some models of one architecture, as named tensors in single precision.
public struct Weights: Hashable, Sendable {
    /// The values by the parameter's name: of shape `[models]`, followed by the parameter's own shape. See
    /// ``ToyModel/Architecture/parameters``.
    public var tensors: [String: [Float]]

    /// Weights with the given tensors.
    public init(_ tensors: [String: [Float]] = [:]) {
        self.tensors = tensors
    }

    /// The tensor of a name; empty if there is none.
    public subscript(name: String) -> [Float] { tensors[name] ?? [] }

    /// The weights of several lots of models, one after the other.
    init(joining lots: [Weights]) {
        tensors = [:]
        for name in lots.first?.tensors.keys.sorted() ?? [] { tensors[name] = lots.flatMap { $0[name] } }
    }

    /// One of the models.
    ///
    /// - Precondition: these are weights of toy models of that architecture, `model` one of them.
    public func model(_ model: Int, of architecture: ToyModel.Architecture) -> ToyModel {
        precondition(architecture.dictionary == nil, "A dictionary is no toy model.")
        var result = ToyModel(architecture)
        for parameter in architecture.parameters {
            result[parameter.role] = values(of: parameter, inModel: model).map(Double.init)
        }
        return result
    }

    /// The values of one parameter of one model.
    func values(of parameter: ToyModel.Parameter, inModel model: Int) -> ArraySlice<Float> {
        self[parameter.name][model * parameter.count..<(model + 1) * parameter.count]
    }
}

extension ToyModel {
    /// A model whose parameters are all zero.
    init(_ architecture: Architecture) {
        let (n, m) = (architecture.features, architecture.hidden)
        self.init(
            hiddenActivation: architecture.hiddenActivation, output: architecture.output,
            W: Matrix(rows: m, columns: n), W2: architecture.isTied ? nil : Matrix(rows: n, columns: m),
            b: Array(repeating: 0, count: n), b1: architecture.hasHiddenBias ? Array(repeating: 0, count: m) : nil)
    }

    /// The values of a parameter, in row-major order; empty if the model has none of that role.
    subscript(role: Parameter.Role) -> [Double] {
        get {
            switch role {
            case .encoder: W.elements
            case .decoder: W2?.elements ?? []
            case .bias: b
            case .hiddenBias: b1 ?? []
            case .threshold, .magnitudeScale, .magnitudeBias: []
            }
        }
        set {
            switch role {
            case .encoder: W.elements = newValue
            case .decoder: W2?.elements = newValue
            case .bias: b = newValue
            case .hiddenBias: b1 = newValue
            case .threshold, .magnitudeScale, .magnitudeBias: break
            }
        }
    }
}
