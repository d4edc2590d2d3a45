// Profile: the conventions of a framework or a text, as other defaults for the members of the catalogue.

/// A set of conventions: what a member's settings are when they are not set by hand.
public struct Profile: Member {
    /// Other defaults for some members of one kind.
    public struct Defaults: Sendable {
        let kind: ObjectIdentifier
        let names: [String]
        let values: [String: SettingValue]

        init<Kind: Member>(_ members: [Kind], _ values: [String: SettingValue]) {
            kind = ObjectIdentifier(Kind.self)
            names = members.map(\.name)
            self.values = values
        }
    }

    public let name: String
    public let summary: String
    public let source: String
    public var settings: [Setting] { [] }
    /// What draws the weights of a new net.
    public let initializer: Initializer
    private let defaults: [Defaults]

    init(_ name: String, _ summary: String, source: String, initializer: Initializer, _ defaults: [Defaults]) {
        self.name = name
        self.summary = summary
        self.source = source
        self.initializer = initializer
        self.defaults = defaults
    }

    /// How many defaults it sets.
    public var count: Int {
        Set(
            defaults.flatMap { entry in
                entry.names.flatMap { name in entry.values.keys.map { "\(entry.kind) \(name) \($0)" } }
            }
        ).count
    }

    /// What the profile says about the settings of a member; later entries win.
    public func values<Kind: Member>(of member: Kind) -> [String: SettingValue] {
        var result: [String: SettingValue] = [:]
        for entry in defaults where entry.kind == ObjectIdentifier(Kind.self) && entry.names.contains(member.name) {
            result.merge(entry.values) { $1 }
        }
        return result
    }

    /// The settings of a member with the defaults of this profile.
    public func settings<Kind: Member>(of member: Kind) -> [Setting] {
        member.settings.defaulting(to: values(of: member))
    }
}

extension [Setting] {
    /// The same settings with some other defaults.
    func defaulting(to values: [String: SettingValue]) -> [Setting] {
        map { setting in
            Setting(
                name: setting.name, kind: setting.kind, initial: values[setting.name] ?? setting.initial,
                meaning: setting.meaning)
        }
    }
}

extension SettingValue: ExpressibleByFloatLiteral, ExpressibleByStringLiteral {
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(stringLiteral value: String) { self = .word(value) }
}
