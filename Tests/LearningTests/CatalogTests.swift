// The catalogue as a whole: names, ranges of settings, and that no file's member is missing.

import Formulas
import Foundation
import Learning
import Tensors
import Testing

@Suite("Catalogue")
struct CatalogTests {
    @Test("names are unique, and every member says what it is and where it comes from")
    func names() {
        for (folder, members) in catalogue {
            #expect(Set(members.map(\.name)).count == members.count, "\(folder)")
            #expect(!members.isEmpty)
        }
        for member in allMembers {
            #expect(!member.name.isEmpty && !member.summary.isEmpty && !member.source.isEmpty, "\(member.name)")
            #expect(Set(member.settings.map(\.name)).count == member.settings.count, "\(member.name)")
            #expect(member.settings.allSatisfy { !$0.meaning.isEmpty }, "\(member.name)")
        }
    }

    /// One setting of one member.
    struct Key: Sendable, CustomTestStringConvertible {
        let member: any Member
        let setting: Setting
        var testDescription: String { "\(member.name) \(setting.name)" }

        func accepts(_ value: SettingValue) -> Bool {
            var settings = Settings(member.settings)
            do { try settings.set(setting.name, value) } catch { return false }
            return settings[setting.name] == value
        }
    }

    static let keys = allMembers.flatMap { member in member.settings.map { Key(member: member, setting: $0) } }

    @Test("every range is enforced: just inside is taken, just outside is not, nor is NaN", arguments: keys)
    func ranges(key: Key) {
        func accepts(_ number: Double) -> Bool { key.accepts(.number(number)) }
        switch key.setting.kind {
        case .number(let interval):
            #expect(!accepts(.nan))
            #expect(accepts(interval.lower) == interval.includesLower)
            #expect(accepts(interval.upper) == interval.includesUpper)
            #expect(interval.lower == -.infinity || !accepts(interval.lower.nextDown))
            #expect(interval.upper == .infinity || !accepts(interval.upper.nextUp))
            #expect(accepts(interval.lower.nextUp))
            #expect(accepts(interval.upper.nextDown))
            #expect(!key.accepts(.word("on")))
        case .integer(let interval):
            #expect(!accepts(.nan))
            #expect(interval.lower.isFinite && accepts(interval.lower))
            #expect(!accepts(interval.lower - 1))
            #expect(!accepts(interval.lower + 0.5))
            #expect(interval.upper.isFinite && accepts(interval.upper))
            #expect(!accepts(interval.upper + 1))
            #expect(!key.accepts(.word("on")))
        case .numbers(let interval):
            #expect(!key.accepts(.numbers([.nan])))
            #expect(!key.accepts(.numbers([1, interval.lower.nextDown])) || interval.lower == -.infinity)
            #expect(key.accepts(.numbers([])) && key.accepts(.numbers([1, 2])) && !accepts(1))
            #expect(!key.accepts(.numbers([.infinity])))
        case .choice(let choices):
            for choice in choices { #expect(key.accepts(.word(choice))) }
            #expect(!key.accepts(.word("none of these")))
            #expect(!accepts(.nan) && !accepts(2))
        case .size(let interval, let words):
            for word in words { #expect(key.accepts(.word(word))) }
            #expect(!key.accepts(.word("none of these")) && !accepts(.nan) && !accepts(1.5))
            let (low, high) = (Int(interval.lower), Int(interval.upper))
            #expect(key.accepts(.size(low, high)))
            #expect(!key.accepts(.size(low - 1, high)) && !key.accepts(.size(low, high + 1)))
            #expect(!accepts(interval.lower - 1) && !accepts(interval.upper + 1))
            // One number stands for both.
            var settings = Settings(key.member.settings)
            #expect(throws: Never.self) { try settings.set(key.setting.name, .number(interval.upper)) }
            #expect(settings[key.setting.name] == .size(high, high))
        }
    }

    @Test("every default is in its range", arguments: keys)
    func defaults(key: Key) throws {
        if let initial = key.setting.initial { #expect(key.accepts(initial)) }
    }

    @Test("a value out of range is named with the range; an unknown key is named")
    func messages() {
        var settings = Settings([.number("rho", 0.9, .decay, "a share")])
        #expect(throws: OperationError("rho=1 is not allowed: 0 ≤ rho < 1", hint: "try rho=0.9")) {
            try settings.set("rho", .number(1))
        }
        #expect(throws: OperationError("there is no key roh here")) { try settings.set("roh", .number(0.5)) }
        #expect(settings.number("rho") == 0.9)
        #expect(settings.number("roh").isNaN)
    }

    @Test("a flag may be given as 1 or 0")
    func flags() throws {
        var settings = Settings([.flag("centered", false, "a flag"), .choice("form", ["a", "b"], "a choice")])
        try settings.set("centered", .number(1))
        #expect(settings.isOn("centered"))
        try settings.set("centered", .number(0))
        #expect(!settings.isOn("centered"))
        #expect(throws: OperationError.self) { try settings.set("centered", .number(2)) }
        #expect(throws: OperationError.self) { try settings.set("form", .number(1)) }
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Sources/Learning")

    private static func swiftFiles(in folder: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "swift" }
    }

    /// The names in `static let x = Kind("name"` and `static let x = y.named("name"`.
    private static func declaredNames(in text: String) -> [String] {
        let declaration =
            /static let \w+ =\s+(?:(?:Activation|Loss|Optimizer|Initializer|DataSource|Schedule|Landscape|Regularizer|Clipping|Layer|Profile|Attack|Augmentation)|\w+\.named)\(\s*"([^"]+)"/
        return text.matches(of: declaration).map { String($0.1) }
    }

    @Test("every member declared in a file is in the catalogue, and the other way round", arguments: catalogue.indices)
    func files(index: Int) throws {
        let (folder, members) = catalogue[index]
        var declared: [String] = []
        for file in try Self.swiftFiles(in: Self.folder.appendingPathComponent(folder)) {
            declared += Self.declaredNames(in: try String(contentsOf: file, encoding: .utf8))
        }
        #expect(declared.sorted() == members.map(\.name).sorted())
    }

    @Test("every folder of members is known to these tests")
    func folders() throws {
        let items = try FileManager.default.contentsOfDirectory(
            at: Self.folder, includingPropertiesForKeys: [.isDirectoryKey])
        let folders = try items.filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
        #expect(Set(folders.map(\.lastPathComponent)) == Set(catalogue.map(\.folder)))
    }
}
