// swift-tools-version: 6.2
import Foundation
import PackageDescription

// MARK: - Processor level

/// The training engines are compiled for the processor at hand: AVX2 with FMA is the floor on x86-64, AVX-512 is used
/// where the processor has it. The results have the same bits on both. `SUPERPOSITION_CPU=x86-64-v3` asks for the
/// floor.
func processorLevel() -> String? {
    #if arch(x86_64)
        if let level = Context.environment["SUPERPOSITION_CPU"] { return level }
        let cpu = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let needed = ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]
        return needed.allSatisfy { cpu.contains(" \($0) ") } ? "x86-64-v4" : "x86-64-v3"
    #else
        return nil
    #endif
}

/// For the targets that compute: instructions of that level.
func processorFlags() -> [SwiftSetting] {
    guard let level = processorLevel() else { return [] }
    return [.unsafeFlags(["-Xcc", "-march=\(level)"], .when(configuration: .release))]
}

/// For the target that checks, before it computes, that the processor has the level: its name.
func processorDefine() -> [SwiftSetting] {
    processorLevel() == "x86-64-v4" ? [.define("AVX512", .when(configuration: .release))] : []
}

// MARK: - System libraries

/// Where the headers of cairo and pango are. SwiftPM's own `pkgConfig:` warns needlessly of GLib's `-pthread` at every
/// build, so pkg-config is asked here.
func headersOfPango() -> [String] {
    let pkgConfig = Process()
    let output = Pipe()
    pkgConfig.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    pkgConfig.arguments = ["pkg-config", "--cflags-only-I", "pangocairo"]
    pkgConfig.standardOutput = output
    pkgConfig.standardError = FileHandle.nullDevice
    guard (try? pkgConfig.run()) != nil else { return [] }
    let flags = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    pkgConfig.waitUntilExit()
    return flags.split(whereSeparator: \.isWhitespace).flatMap { ["-Xcc", String($0)] }
}

let headers = headersOfPango()
if headers.isEmpty {
    let advice = "pkg-config does not find pangocairo: `make setup` installs what is missing.\n"
    FileHandle.standardError.write(Data(advice.utf8))
    exit(1)
}

// MARK: - Chapters

/// The book: one folder and one module per chapter.
let chapters: [(folder: String, module: String)] = [
    ("01-demonstrating-superposition", "DemonstratingSuperposition"),
    ("02-phase-change", "PhaseChange"),
    ("03-geometry", "GeometryOfSuperposition"),
    ("04-learning-dynamics", "LearningDynamics"),
    ("05-adversarial-robustness", "AdversarialRobustness"),
    ("06-privileged-basis", "PrivilegedBasis"),
    ("07-computation", "Computation"),
    ("08-ways-out", "WaysOut"),
    ("09-appendix", "Appendix"),
    ("10-memorisation", "Memorisation"),
    ("11-real-words", "RealWords"),
]
let chapterModules = chapters.map { Target.Dependency.byName(name: $0.module) }
let chapterTargets = chapters.map { chapter in
    // What `verify` compares with is no part of the module.
    Target.target(
        name: chapter.module, dependencies: ["Analysis", "Notebook", "Plot", "ToyModels"],
        path: "chapters/\(chapter.folder)",
        exclude: ["reference.json"])
}

// MARK: - Package

let package = Package(
    name: "superposition",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "superposition", targets: ["superposition"]),
        .library(name: "ToyModels", targets: ["ToyModels", "Analysis"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
        // For `make docs` alone; what it depends on itself is in nothing that is built here.
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", exact: "1.5.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
    ],
    targets: [
        .systemLibrary(
            name: "CPangoCairo",
            providers: [.apt(["libcairo2-dev", "libpango1.0-dev"]), .brew(["cairo", "pango"])]),
        // What a trained bit depends on: the run store's fingerprint covers this target and no other.
        .target(name: "ToyModels", swiftSettings: processorFlags()),
        .target(
            name: "Analysis", dependencies: ["ToyModels", .product(name: "RealModule", package: "swift-numerics")],
            swiftSettings: processorFlags()),
        .target(name: "Plot", dependencies: ["CPangoCairo"]),
        .target(
            name: "Notebook",
            dependencies: [
                "Analysis", "CPangoCairo", "Plot", "ToyModels",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            resources: [.embedInCode("Weaving/Template")],
            plugins: ["SourcesFingerprint"]),
        // Of FlyingFox only its sockets, which stand on Foundation alone.
        .target(
            name: "Serving",
            dependencies: [.product(name: "FlyingSocks", package: "FlyingFox")],
            resources: [.embedInCode("Template")]),
        .plugin(name: "SourcesFingerprint", capability: .buildTool(), dependencies: ["fingerprint"]),
        .executableTarget(name: "fingerprint"),
        .executableTarget(
            name: "superposition",
            dependencies: chapterModules + [
                "Notebook", "Serving", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            swiftSettings: processorDefine()),
        .executableTarget(
            name: "bench",
            dependencies: ["Plot", "ToyModels", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Benchmarks", exclude: ["README.md", "requirements.txt", "torch_bench.py"],
            swiftSettings: processorFlags()),
        .target(name: "TestSupport", dependencies: ["ToyModels"], path: "Tests/Support"),
        .testTarget(name: "ToyModelsTests", dependencies: ["TestSupport", "ToyModels"]),
        .testTarget(name: "AnalysisTests", dependencies: ["Analysis", "TestSupport", "ToyModels"]),
        .testTarget(name: "PlotTests", dependencies: ["CPangoCairo", "Plot"], exclude: ["Snapshots"]),
        .testTarget(name: "NotebookTests", dependencies: ["Notebook", "TestSupport"]),
        .testTarget(name: "ServingTests", dependencies: ["Serving"]),
        .testTarget(
            name: "BookTests",
            dependencies: chapterModules + [
                "Analysis", "Notebook", "Plot", "fingerprint", "superposition", "TestSupport", "ToyModels",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
    ] + chapterTargets
)

for target in package.targets where target.type != .system && target.type != .plugin {
    target.swiftSettings = (target.swiftSettings ?? []) + [.swiftLanguageMode(.v6), .unsafeFlags(headers)]
}
