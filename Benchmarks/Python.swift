import Foundation

/// A Python that can import PyTorch.
struct Python {
    private let executable: String

    /// `$PYTHON` if it is set; else the first of `Benchmarks/.venv` and `python3` that has PyTorch, or nil.
    static func withTorch() throws(BenchError) -> Python? {
        if let name = ProcessInfo.processInfo.environment["PYTHON"], !name.isEmpty {
            let python = Python(executable: name)
            guard python.status(of: "") == 0 else { throw .noSuchPython(name: name) }
            return python.hasTorch ? python : nil
        }
        let own = folder.appending(path: ".venv/bin/python3").path()
        return [own, "python3"].map(Python.init).first(where: \.hasTorch)
    }

    /// How to get a comparison where there is no PyTorch.
    static let advice = """
        No PyTorch, so no comparison: python3 -m venv Benchmarks/.venv && Benchmarks/.venv/bin/pip install -r \
        Benchmarks/requirements.txt
        """

    /// A process that trains a setting.
    func worker(_ setting: Setting) throws -> Worker {
        let script = Self.folder.appending(path: "torch_bench.py").path()
        return try Worker(.torch, setting, executable: Self.env, arguments: [executable, script])
    }

    private var hasTorch: Bool {
        status(of: "import importlib.util, sys; sys.exit(importlib.util.find_spec('torch') is None)") == 0
    }

    /// The exit status of a program, or nil if it cannot be run.
    private func status(of program: String) -> Int32? {
        let process = Process()
        process.executableURL = Self.env
        process.arguments = [executable, "-c", program]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Where the script lies: the benchmark is run from the checkout that it was built in.
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    private static let env = URL(filePath: "/usr/bin/env")
}
