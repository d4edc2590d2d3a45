// plot: pictures of the session, drawn in the terminal or written as SVG.

import Learning
import Plots

struct PlotCommand: Command {
    let verb = "plot"
    let group = CommandGroup.pictures
    let summary =
        "draws: an expression over the steps (loss, lr, …; log=y), a function over x=a:b, or one of the pictures "
        + PictureCatalog.all.map(\.name).joined(separator: ", ") + "; svg=\"file.svg\" writes a file instead"
    var examples: [String] {
        ["plot loss", "plot loss log=y svg=\"loss.svg\"", "plot J x=-5:5"] + PictureCatalog.all.flatMap(\.examples)
    }
    let grammar = Grammar.picture(Set(PictureCatalog.all.map(\.name)))
    let effect = Effect.none
    let settings: [Setting] = [
        .choice("style", ["auto", "braille", "blocks", "ascii"], "the characters of the drawing")
    ]

    func choices(after items: [String], _ session: Session) -> [Choice] {
        let picture = items.first.flatMap(PictureCatalog.named)
        let own = picture?.settings ?? (items.isEmpty ? [] : SeriesPicture().settings)
        let words: [Choice] = .words(items.isEmpty ? PictureCatalog.all.map(\.name) : picture?.words ?? [])
        let ranges = (picture?.rangeNames ?? []).map { Choice.key($0, note: "-5:5") }
        return words + ranges + keys(own + settings, of: nil, session) + [.key("svg"), .file]
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        let ranges = try Self.ranges(call)
        let picture = try Self.picture(call, hasRanges: !ranges.isEmpty)
        let settings = try call.settings(
            settings + picture.settings, also: ["svg"] + ranges.map(\.name), &context)
        let request = PictureRequest(call: call, expression: call.expression, settings: settings, ranges: ranges)
        let plot = try picture.plot(request, &context)
        try context.present(plot, call, drawing: Drawing(rawValue: settings.word("style")))
    }

    private static func picture(_ call: Call, hasRanges: Bool) throws(Diagnostic) -> any Picture {
        if case .word(let word) = call.items.first?.kind, let picture = PictureCatalog.named(word) { return picture }
        guard call.expression != nil else {
            throw Diagnostic(
                "plot what?", hint: "plot loss, or a picture: \(PictureCatalog.all.map(\.name).joined(separator: " "))",
                at: call.range)
        }
        return hasRanges ? FunctionPicture() : SeriesPicture()
    }

    /// The keys whose values are ranges.
    static func ranges(_ call: Call) throws(Diagnostic) -> [PictureRange] {
        var result: [PictureRange] = []
        for element in call.keys {
            guard case .range(let lower, let upper) = element.item.kind, let key = element.key else { continue }
            guard lower < upper, lower.isFinite, upper.isFinite, (upper - lower).isFinite else {
                throw Diagnostic(
                    "the range \(key) must go from a lower to a higher number", hint: "\(key)=-5:5", at: element.range)
            }
            result.append(PictureRange(name: key, lower: lower, upper: upper, range: element.range))
        }
        return result
    }
}

extension Context {
    /// Shows a plot, or writes it where the key `svg` says.
    func present(_ plot: Plot, _ call: Call, drawing: Drawing?) throws(Diagnostic) {
        guard let element = call.keys.first(where: { $0.key == "svg" }) else {
            return emit(.plot(plot, drawing))
        }
        guard case .string(let name) = element.item.kind, !name.isEmpty else {
            throw Diagnostic("svg takes a file name in quotes", hint: "svg=\"plot.svg\"", at: element.range)
        }
        let path = path(name)
        let text = SVGDrawing().text(plot)
        try Files.located(element.range) { () throws(Diagnostic) in try Files.write(Array(text.utf8), to: path) }
        workbench.noteWritten(path)
        say("written to \(path)")
    }
}
