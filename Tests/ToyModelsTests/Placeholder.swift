import Testing
@testable import ToyModels
