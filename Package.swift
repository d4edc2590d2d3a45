// swift-tools-version: 6.0
// The modules depend on one another in one direction only:
// CKernels → Formulas → Tensors → Learning → Commands → Terminal → dlrepl; Plots stands beside Tensors and Learning.
import PackageDescription

// Loops over elements are optimized in debug builds too: an unoptimized one is 30 to 400 times slower.
// Contraction stays off, so that a formula gives the same bits for one element and for a block.
let kernelFlags: [CSetting] = [.unsafeFlags(["-O3", "-fno-math-errno", "-ffp-contract=off"])]

// What makes steps and explains them is optimized in debug builds too: unoptimized, the tests spend most of their time
// between the kernels. `assert` is used nowhere, and overflows and bad indices trap all the same.
let hotFlags: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

let package = Package(
    name: "dlrepl",
    products: [
        .executable(name: "dlrepl", targets: ["dlrepl"]),
        .executable(name: "dlbench", targets: ["dlbench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        .target(name: "CKernels", cSettings: kernelFlags),
        .target(name: "Formulas", dependencies: ["CKernels"], swiftSettings: hotFlags),
        .target(name: "Tensors", dependencies: ["Formulas", "CKernels"], swiftSettings: hotFlags),
        .target(name: "Learning", dependencies: ["Tensors", "Formulas", "CKernels"], swiftSettings: hotFlags),
        .target(name: "Plots", dependencies: ["Formulas"]),
        .target(
            name: "Commands", dependencies: ["Plots", "Learning", "Tensors", "Formulas", "CKernels"],
            swiftSettings: hotFlags),
        .systemLibrary(name: "CEdit", pkgConfig: "libedit", providers: [.apt(["libedit-dev"])]),
        .target(name: "CLineEditor", dependencies: ["CEdit"], linkerSettings: [.linkedLibrary("edit")]),
        .target(name: "Terminal", dependencies: ["Commands", "CLineEditor", "CEdit", "Plots", "Formulas", "Tensors"]),
        .executableTarget(
            name: "dlrepl",
            dependencies: ["Terminal", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
        .executableTarget(
            name: "dlbench",
            dependencies: [
                "Commands", "CKernels", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        .target(
            name: "TestSupport", dependencies: ["Commands", "Plots"], path: "Tests/TestSupport", swiftSettings: hotFlags
        ),
        .testTarget(name: "FormulasTests", dependencies: ["TestSupport"]),
        .testTarget(name: "TensorsTests", dependencies: ["TestSupport"]),
        .testTarget(name: "LearningTests", dependencies: ["TestSupport"]),
        .testTarget(name: "PlotsTests", dependencies: ["Plots", "TestSupport"]),
        .testTarget(name: "CommandsTests", dependencies: ["Plots", "TestSupport"]),
        .testTarget(name: "TerminalTests", dependencies: ["Terminal", "TestSupport", "dlrepl"]),
        .testTarget(name: "LessonTests", dependencies: ["TestSupport"]),
    ]
)
