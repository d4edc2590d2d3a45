// net: builds a network of layers.

import Learning
import Tensors

struct NetCommand: Command {
    let verb = "net"
    let group = CommandGroup.build
    let summary =
        "a network: the width of the input, or 8x8 or 3x8x8 for images, then layers; a bare number is a dense layer"
    let examples = [
        "net 3 4 relu 4 relu 1", "net 2 8 tanh 3", "net 4 16 leaky_relu slope=0.2 3",
        "net 4 8 batchnorm relu skip( 8 relu 8 ) relu dropout 0.5 3",
        "net 8x8 conv 3 channels=8 relu maxpool 2 flatten 10",
    ]
    func members(_ session: Session) -> [any Member] { session.activations + Catalog.layers }
    let memberKind = "activation or layer"
    let keysFollowItems = true

    func example(of member: any Member) -> String {
        (member as? Layer)?.example ?? "net 4 8 \(member.name) 3"
    }

    /// An activation or a layer after a width; after one of them its keys.
    func choices(after items: [String], _ session: Session) -> [Choice] {
        guard items.count > 1 else { return items.isEmpty ? [] : words(Catalog.layers) }
        // The number of `dropout 0.5` does not end its keys.
        let named = items.last == CursorPlace.number ? items.dropLast().last : items.last
        let member = members(session).first { $0.name == named }
        if let member, items.last == member.name || (member as? Layer)?.argument != nil {
            let keys = session.settings(of: member).filter { $0.name != (member as? Layer)?.argument?.name }
            let words = items.last == member.name && (member as? Layer)?.argument != nil ? [] : next(session, member)
            return self.keys(keys, of: member.name, session) + words
        }
        return words(members(session))
    }

    private func words(_ members: [any Member]) -> [Choice] { members.map { .word($0.name, note: $0.summary) } }

    /// The layers that may follow a layer of the catalogue.
    private func next(_ session: Session, _ member: any Member) -> [Choice] {
        member is Layer ? words(members(session)) : []
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        var reader = NetReader(context: context, command: self, range: call.range)
        let network = try reader.network(call.elements)
        context = reader.context
        let note = try context.session.defineNetwork(network)
        if let note { context.say(note) }
        let weights = network.weights.map { "\($0.name) \($0.shape)" }.joined(separator: "  ")
        let count = network.weights.reduce(0) { $0 + $1.shape.count }
        context.say("\(weights)  \(count) parameters, \(context.session.defaultInitializer.name)")
    }
}

/// Reads the layers of a `net` line.
private struct NetReader {
    var context: Context
    let command: NetCommand
    let range: Range<Int>
    /// Where each layer stands that is in no other.
    private var places: [Range<Int>] = []

    init(context: Context, command: NetCommand, range: Range<Int>) {
        self.context = context
        self.command = command
        self.range = range
    }

    mutating func network(_ elements: [Element]) throws(Diagnostic) -> Network {
        var rest = elements[...]
        var sample = try rest.first.map { (element) throws(Diagnostic) in try self.sample(element) }
        rest = rest.dropFirst()
        let layers = try self.layers(rest, isInside: false)
        if sample?.rank == 1, let element = elements.first, Self.takeImages(layers),
            let image = context.session.data?.set.image, image.count == sample?.count
        {
            sample = try located(element.range) { () throws(OperationError) in try Network.sample(image: image) }
        }
        guard let sample, !layers.isEmpty else {
            throw Diagnostic("a net has at least an input and an output width", hint: command.examples[0], at: range)
        }
        let network: Network
        do throws(OperationError) { network = try Network(sample: sample, layers: layers) } catch {
            throw Diagnostic(error, at: place(of: layers, sample))
        }
        guard network.output.rank == 1 else {
            throw Diagnostic(
                "this net ends in images \(network.output), not in numbers",
                hint: "flatten makes rows of them, which a last layer such as 10 takes", at: range)
        }
        return network
    }

    /// Where the first layer stands that does not fit those before it.
    private func place(of layers: [ChosenLayer], _ sample: Shape) -> Range<Int> {
        let failing = layers.indices.first { (try? Network(sample: sample, layers: Array(layers[...$0]))) == nil }
        return failing.flatMap { places.indices.contains($0) ? places[$0] : nil } ?? range
    }

    /// Whether the first layer that does not take any shape takes images.
    private static func takeImages(_ layers: [ChosenLayer]) -> Bool {
        for chosen in layers {
            if chosen.layer.takesImages { return true }
            if chosen.layer.name == Catalog.layers[0].name { return false }
            if takeImages(chosen.inner) { return true }
        }
        return false
    }

    /// The shape of one sample: a width, or the height and width of images, behind the number of their channels.
    private func sample(_ element: Element) throws(Diagnostic) -> Shape {
        guard element.key == nil else {
            throw Diagnostic("a net begins with the width of its input", hint: command.examples[0], at: element.range)
        }
        switch element.item.kind {
        case .number(let value): return [try checked(width: value, element)]
        case .size(let sizes):
            guard (2...3).contains(sizes.count) else {
                throw Diagnostic(
                    "images are height x width, or channels x height x width", hint: "net 3x8x8 …", at: element.range)
            }
            _ = try checked(width: sizes.reduce(1, *), element)
            return Shape((sizes.count == 2 ? [1] : []) + sizes.map { Int($0) })
        default:
            throw Diagnostic("a net begins with the width of its input", hint: command.examples[0], at: element.range)
        }
    }

    private func checked(width value: Double, _ element: Element) throws(Diagnostic) -> Int {
        guard value == value.rounded(), value >= 1, value <= 1e6 else {
            throw Diagnostic(
                "a width is a whole number from 1 to 1000000", hint: command.examples[0], at: element.range)
        }
        return Int(value)
    }

    private mutating func layers(_ elements: ArraySlice<Element>, isInside: Bool) throws(Diagnostic) -> [ChosenLayer] {
        var layers: [ChosenLayer] = []
        for element in elements {
            defer { if !isInside, layers.count > places.count { places.append(element.range) } }
            if let key = element.key {
                try set(key, element, &layers)
                continue
            }
            switch element.item.kind {
            case .number(let value): try number(.number(value), element, &layers)
            case .size(let sizes): try number(size(sizes, element, layers.last), element, &layers)
            case .word(let word):
                try checkArgument(layers.last, element.range)
                layers.append(try layer(word, element, after: layers.last, isInside: isInside))
            case .group(let word, let inner):
                try checkArgument(layers.last, element.range)
                guard let layer = Catalog.layers.first(where: { $0.name == word && $0.hasInner }) else {
                    throw Diagnostic(
                        "\(word) takes no layers in parentheses", hint: Layer.withInnerExample, at: element.range)
                }
                let inside = try self.layers(inner[...], isInside: true)
                guard !inside.isEmpty else {
                    throw Diagnostic("\(word)( ) has no layers inside", hint: layer.example, at: element.range)
                }
                layers.append(ChosenLayer(layer, Settings(context.session.settings(of: layer)), inner: inside))
            default:
                throw Diagnostic("a width or a layer should stand here", hint: command.examples[0], at: element.range)
            }
        }
        try checkArgument(layers.last, range)
        return layers
    }

    /// A number is what the layer before it asks for, or else a dense layer.
    private func number(
        _ value: SettingValue, _ element: Element, _ layers: inout [ChosenLayer]
    ) throws(Diagnostic) {
        if var last = layers.last, let argument = last.layer.argument, last.settings[argument.name] == nil {
            try located(element.range) { () throws(OperationError) in
                try last.settings.set(argument.name, value)
            }
            layers[layers.count - 1] = last
            return
        }
        guard case .number(let number) = value else {
            throw Diagnostic(
                "a size such as 3x5 stands behind net, conv or maxpool", hint: command.examples[4], at: element.range)
        }
        let width = try checked(width: number, element)
        let dense = Catalog.layers[0]
        var settings = Settings(context.session.settings(of: dense))
        try located(element.range) { () throws(OperationError) in
            try settings.set(dense.argument?.name ?? "", .number(Double(width)))
        }
        layers.append(ChosenLayer(dense, settings))
    }

    /// Two numbers as they stand in a line: `3x5`.
    private func size(
        _ sizes: [Double], _ element: Element, _ layer: ChosenLayer?
    ) throws(Diagnostic) -> SettingValue {
        guard sizes.count == 2, let rows = Int(exactly: sizes[0]), let columns = Int(exactly: sizes[1]) else {
            throw Diagnostic("a kernel has rows and columns", hint: "conv 3x5 channels=8", at: element.range)
        }
        return .size(rows, columns)
    }

    /// Fails when the number behind a layer's name is missing.
    private func checkArgument(_ layer: ChosenLayer?, _ range: Range<Int>) throws(Diagnostic) {
        guard let layer, let argument = layer.layer.argument, layer.settings[argument.name] == nil else { return }
        throw Diagnostic(
            "\(layer.layer.name) needs a number: \(argument.meaning)", hint: layer.layer.example, at: range)
    }

    private func layer(
        _ word: String, _ element: Element, after last: ChosenLayer?, isInside: Bool
    ) throws(Diagnostic) -> ChosenLayer {
        let members = command.members(context.session)
        switch members.first(where: { $0.name == word }) {
        case let activation as Activation:
            if last == nil && !isInside || last?.isActivation == true {
                throw Diagnostic("an activation follows a width", hint: command.examples[0], at: element.range)
            }
            return ChosenLayer(activation, Settings(context.session.settings(of: activation)))
        case let layer as Layer:
            guard !layer.hasInner else {
                throw Diagnostic(
                    "\(word) is followed by layers in parentheses, right behind the word", hint: layer.example,
                    at: element.range)
            }
            return ChosenLayer(layer, Settings(context.session.settings(of: layer)))
        default:
            throw Diagnostic(
                "there is no layer or activation \(word)",
                hint: Suggestion.hint(for: word, in: members.map(\.name)), at: element.range)
        }
    }

    /// A key belongs to the layer before it.
    private mutating func set(_ key: String, _ element: Element, _ layers: inout [ChosenLayer]) throws(Diagnostic) {
        guard var last = layers.last, !last.layer.settings.isEmpty || last.isActivation else {
            throw Diagnostic("the key \(key) follows no activation", hint: command.examples[2], at: element.range)
        }
        guard let setting = last.layer.settings.first(where: { $0.name == key }), last.settings.given[key] == nil else {
            let isTwice = last.settings.given[key] != nil
            throw Diagnostic(
                isTwice ? "\(key) is given twice" : "\(last.layer.name) has no key \(key)",
                hint: isTwice ? nil : Suggestion.hint(for: key, in: last.layer.settings.map(\.name)),
                at: element.range)
        }
        let value = try context.settingValue(element.item, setting)
        try located(element.range) { () throws(OperationError) in try last.settings.set(key, value) }
        layers[layers.count - 1] = last
    }
}

extension Layer {
    fileprivate static var withInnerExample: String { Catalog.layers.first(where: \.hasInner)?.example ?? "" }
}
