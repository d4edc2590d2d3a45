// Profiles: what they say is about settings that exist, and the members follow it.

import Formulas
import Learning
import Testing

@Suite("Profiles")
struct ProfileTests {
    /// What a profile says about one member of the catalogue.
    private static func values<Kind: Member>(_ profile: Profile, _ member: Kind) -> [String: SettingValue] {
        profile.values(of: member)
    }

    private static func settings<Kind: Member>(_ profile: Profile, _ member: Kind) -> [Setting] {
        profile.settings(of: member)
    }

    @Test("every default of a profile is an allowed value of an existing setting", arguments: Catalog.profiles)
    func values(profile: Profile) throws {
        var count = 0
        for member in allMembers {
            var settings = Settings(member.settings)
            for (name, value) in Self.values(profile, member) {
                try settings.set(name, value)
                #expect(settings[name] == value)
                count += 1
            }
            let changed = Self.settings(profile, member)
            #expect(changed.map(\.name) == member.settings.map(\.name))
            #expect(changed.map(\.kind) == member.settings.map(\.kind))
        }
        // What is said about a member that does not exist would be missing here.
        #expect(count == profile.count)
    }

    @Test("PyTorch's optimizers are the defaults, with or without the profile")
    func torch() throws {
        let torch = try #require(Catalog.profiles.first { $0.name == "torch" })
        for optimizer in Catalog.optimizers { #expect(torch.settings(of: optimizer) == optimizer.settings) }
    }

    @Test("every optimizer can be chosen with the defaults of every profile", arguments: Catalog.profiles)
    func optimizers(profile: Profile) {
        for optimizer in Catalog.optimizers {
            #expect(optimizer.conflict(Settings(profile.settings(of: optimizer))) == nil, "\(optimizer.name)")
        }
    }
}
