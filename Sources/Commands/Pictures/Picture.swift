// Picture: one kind of plot: how it is read and what it shows.

import Learning
import Plots
import Tensors

/// A kind of plot, named after `plot`. A new one is a file, and a line in `PictureCatalog`.
protocol Picture: Sendable {
    var name: String { get }
    /// One sentence.
    var summary: String { get }
    /// Lines that work, for help.
    var examples: [String] { get }
    /// Its keys, besides those of every plot and ranges such as `x=-5:5`.
    var settings: [Setting] { get }

    /// The words and ranges that it takes, for completion.
    var words: [String] { get }
    var rangeNames: [String] { get }

    func plot(_ request: PictureRequest, _ context: inout Context) throws(Diagnostic) -> Plot
}

extension Picture {
    var settings: [Setting] { [] }
    var words: [String] { [] }
    var rangeNames: [String] { [] }
}

enum PictureCatalog {
    static let all: [any Picture] = [
        ContourPicture(), BoundaryPicture(), FitPicture(), HistogramPicture(), LayersPicture(), HeatPicture(),
        ImagePicture(), ConfusionPicture(),
    ]

    static func named(_ name: String) -> (any Picture)? { all.first { $0.name == name } }
}

/// A key such as `x=-5:5`.
struct PictureRange {
    let name: String
    let lower: Double
    let upper: Double
    /// Its place in the line.
    let range: Range<Int>
}

/// What stands behind `plot`.
struct PictureRequest {
    let call: Call
    /// The expression that is drawn, if one was given.
    let expression: Expression?
    /// The values of the picture's own keys.
    let settings: Settings
    /// Ranges by their names, in the order in which they were given.
    let ranges: [PictureRange]

    /// The expression; fails when none was given.
    func required(_ what: String, example: String) throws(Diagnostic) -> Expression {
        guard let expression else { throw Diagnostic("\(what)?", hint: example, at: call.range) }
        return expression
    }

    /// Fails when ranges were given to a picture that takes none, or others than `names`.
    func check(rangesAmong names: [String]) throws(Diagnostic) {
        for range in ranges where !names.contains(range.name) {
            throw Diagnostic(
                names.isEmpty ? "this picture takes no range" : "this picture has no range \(range.name)",
                hint: names.isEmpty ? nil : "ranges are \(names.map { "\($0)=-5:5" }.joined(separator: " "))",
                at: range.range)
        }
    }

    func range(_ name: String) -> (lower: Double, upper: Double)? {
        ranges.first { $0.name == name }.map { ($0.lower, $0.upper) }
    }
}

extension Context {
    /// A progress line while something is computed again and again; false when the user wants to stop.
    func goesOn(_ unit: String, _ done: Int, of total: Int) -> Bool {
        if done & 15 == 0, total > 15 {
            emit(.progress(Progress(unit: unit, done: done, total: total, remark: "")))
        }
        return !workbench.isInterrupted()
    }
}
