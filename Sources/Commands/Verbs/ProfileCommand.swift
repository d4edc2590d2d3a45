// profile: the conventions of a framework or a text, all at once; and what two of them differ in.

import Formulas
import Learning
import Tensors

struct ProfileCommand: Command {
    let verb = "profile"
    let group = CommandGroup.build
    let summary =
        "takes over all conventions of torch, keras or doc002; what you set by hand wins. Alone it lists them; diff compares"
    let examples = ["profile keras", "profile", "profile diff torch keras", "profile off"]

    func members(_ session: Session) -> [any Member] { Catalog.profiles }

    func choices(after items: [String], _ session: Session) -> [Choice] {
        if items.isEmpty { return declaredChoices(after: items, session) + .words(["diff", "off"]) }
        return items[0] == "diff" && items.count < 3 ? .words(Catalog.profiles.map(\.name)) : []
    }

    func run(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        if call.elements.isEmpty { return list(context) }
        if case .word("diff") = call.items.first?.kind { return try compare(call, &context) }
        _ = try call.settings([], &context)
        try call.atMost(1, example: examples[0])
        let isOff = try call.isOff(example: examples[3])
        let profile =
            isOff ? nil : try call.member(0, of: Catalog.profiles, "a set of conventions", example: examples[0])
        let before = context.session
        do throws(Diagnostic) { try context.session.follow(profile) } catch { throw error.at(call.range) }
        report(since: before, context)
    }

    /// What has changed of that which is chosen already.
    private func report(since before: Session, _ context: Context) {
        let session = context.session
        let count = Convention.all(session).count { $0.origin != "hand" && $0.origin != "default" }
        context.say(
            session.profile.map { "\($0.name): \(count) defaults follow \($0.source); profile alone lists them" }
                ?? "the program's own defaults again")
        if let optimizer = session.optimizer, optimizer.settings != before.optimizer?.settings {
            for line in OptimizerCommand.description(optimizer) { context.say(line) }
            if session.training.optimizerUpdates != before.training.optimizerUpdates {
                context.say("its buffers start anew")
            }
        }
        guard let network = session.network, session.defaultInitializer.name != before.defaultInitializer.name,
            session.training.updates == 0
        else { return }
        context.say(
            "the weights and the activations of the net stay; init \(session.defaultInitializer.name), or \(network.line) again, draws them its way"
        )
    }

    private func list(_ context: Context) {
        context.say("profile \(context.session.profile?.name ?? "off: the program's own defaults")")
        var table = Table(["", "", "convention", "value", "set by"])
        var last = ""
        for convention in Convention.all(context.session) {
            let owner = "\(convention.kind) \(convention.member)"
            let isNew = owner != last
            table.rows.append([
                isNew ? convention.kind : "", isNew ? convention.member : "", convention.key, convention.value,
                convention.origin,
            ])
            last = owner
        }
        context.emit(.table(table))
    }

    // MARK: Comparison

    private func compare(_ call: Call, _ context: inout Context) throws(Diagnostic) {
        _ = try call.settings([], &context)
        try call.atMost(3, example: examples[2])
        let a = try call.member(1, of: Catalog.profiles, "two profiles", example: examples[2])
        let b = try call.member(2, of: Catalog.profiles, "two profiles", example: examples[2])
        var table = Table(["", "convention", a.name, b.name])
        for difference in Convention.differences(a, b, context.session) {
            table.rows.append([difference.members, difference.key, difference.first, difference.second])
        }
        guard !table.rows.isEmpty else { return context.say("\(a.name) and \(b.name) agree in everything") }
        context.emit(.table(table))
        context.say("w = 1, lr = 0.1, gradients 0.5, -0.2, 0.1: what each optimizer makes of them")
        context.emit(.table(try results(a, b)))
    }

    private func results(_ a: Profile, _ b: Profile) throws(Diagnostic) -> Table {
        let digits = Digits.significant(12)
        var table = Table(["optimizer", "", "w after 1", "w after 2", "w after 3"], numeric: [2, 3, 4])
        for optimizer in Catalog.optimizers {
            // What decay and form make of it is seen only with a decay, or when the rate changes.
            for variant in Variant.allCases {
                guard let first = try Self.path(optimizer, a, variant)?.map({ digits.text($0) }),
                    let second = try Self.path(optimizer, b, variant)?.map({ digits.text($0) }),
                    variant == .plain || first != second
                else { continue }
                table.rows.append([optimizer.name + variant.rawValue, first == second ? "both" : a.name] + first)
                if first != second { table.rows.append(["", b.name] + second) }
                if variant == .plain, first != second { break }
            }
        }
        return table
    }

    private enum Variant: String, CaseIterable {
        case plain = ""
        case decay = " weight_decay=0.1"
        case rate = ", lr=0.05 from update 2 on"
    }

    /// A weight of 1 after each of three imposed gradients; nil for an optimizer that does not work on gradients alone, or
    /// has no such setting.
    private static func path(
        _ optimizer: Optimizer, _ profile: Profile, _ variant: Variant
    ) throws(Diagnostic) -> [Double]? {
        var settings = Settings(profile.settings(of: optimizer))
        if variant == .decay, (try? settings.set("weight_decay", .number(0.1))) == nil { return nil }
        guard (try? settings.set("lr", .number(0.1))) != nil,
            let chosen = try? ChosenOptimizer(optimizer, settings)
        else { return nil }
        var session = Session()
        _ = session.defineParameter("w", Tensor(scalar: 1))
        session.choose(chosen)
        var path: [Double] = []
        for gradient in [0.5, -0.2, 0.1] {
            try session.setGradient("w", Tensor(scalar: gradient))
            guard (try? session.update()) != nil else { return nil }
            path.append(session.training.parameters[0])
            if variant == .rate {
                session.optimizer = try located(nil) { () throws(OperationError) in try chosen.withRate(0.05) }
            }
        }
        return path
    }
}

/// One convention: a setting that profiles disagree on, or that has been set by hand.
struct Convention {
    let kind: String
    let member: String
    let key: String
    let value: String
    let origin: String

    /// All conventions with their present values, by kind and member.
    static func all(_ session: Session) -> [Convention] {
        let initializer = Convention(
            kind: "net", member: "", key: "weights drawn by", value: session.defaultInitializer.name,
            origin: session.profile.map { "profile \($0.name)" } ?? "default")
        return Help.members(session).flatMap { command, member -> [Convention] in
            conventions(command.memberKind, member, session)
        } + [
            initializer
        ]
    }

    private static func conventions<Kind: Member>(
        _ kind: String, _ member: Kind, _ session: Session
    ) -> [Convention] {
        let disputed = Set(Catalog.profiles.flatMap { $0.values(of: member).keys })
        let chosen = session.chosenSettings(kind, member.name)
        let present = chosen ?? Settings(session.settings(of: member))
        let profiled = session.profile?.values(of: member) ?? [:]
        return member.settings.compactMap { setting in
            let isGiven = chosen?.given[setting.name] != nil
            guard disputed.contains(setting.name) || isGiven, let value = present[setting.name] else { return nil }
            let origin =
                isGiven ? "hand" : profiled[setting.name] != nil ? "profile \(session.profile?.name ?? "")" : "default"
            return Convention(
                kind: kind, member: member.name, key: setting.name, value: value.text(), origin: origin)
        }
    }

    /// What two profiles do not agree on; members of one kind that differ in the same way share a row.
    static func differences(
        _ a: Profile, _ b: Profile, _ session: Session
    ) -> [(members: String, key: String, first: String, second: String)] {
        var rows: [(members: String, key: String, first: String, second: String)] = []
        func add(_ kind: String, _ member: String, _ key: String, _ first: String, _ second: String) {
            let same = rows.firstIndex {
                $0.members.hasPrefix(kind + " ") && $0.key == key && $0.first == first && $0.second == second
            }
            if let same {
                rows[same].members += ", \(member)"
            } else {
                rows.append(("\(kind) \(member)", key, first, second))
            }
        }
        func compare<Kind: Member>(_ kind: String, _ member: Kind) {
            for (first, second) in zip(a.settings(of: member), b.settings(of: member)) where first != second {
                add(kind, member.name, first.name, first.initial?.text() ?? "", second.initial?.text() ?? "")
            }
        }
        for (command, member) in Help.members(session) { compare(command.memberKind, member) }
        if a.initializer.name != b.initializer.name {
            add("net", "weights", "drawn by", a.initializer.name, b.initializer.name)
        }
        return rows
    }
}

extension Session {
    /// The settings of a member that is chosen at present, by its kind in help.
    fileprivate func chosenSettings(_ kind: String, _ name: String) -> Settings? {
        switch kind {
        case "optimizer" where optimizer?.member.name == name: optimizer?.settings
        case "loss" where loss?.member.name == name: loss?.settings
        case "schedule" where schedule.member.name == name: schedule.settings
        case "regularize" where regularizer?.member.name == name: regularizer?.settings
        case "clip" where clipping?.member.name == name: clipping?.settings
        default: nil
        }
    }
}
