// Conventions: what a member's settings are by default, and who has set them.

import Learning
import Tensors

extension Session {
    /// The settings of a member with the defaults of the present profile.
    func settings<Kind: Member>(of member: Kind) -> [Setting] { profile?.settings(of: member) ?? member.settings }

    /// What draws the weights of a new net.
    var defaultInitializer: Initializer { profile?.initializer ?? Catalog.initializers[0] }

    /// Chooses other defaults (nil: the program's own), also for what is chosen already; values set by hand stay.
    mutating func follow(_ profile: Profile?) throws(Diagnostic) {
        self.profile = profile
        if let optimizer {
            let settings = optimizer.settings.over(self.settings(of: optimizer.member))
            if settings != optimizer.settings {
                choose(
                    try located(nil) { () throws(OperationError) in try ChosenOptimizer(optimizer.member, settings) })
            }
        }
        let scheduled = schedule.settings.over(settings(of: schedule.member))
        if scheduled != schedule.settings {
            schedule = try located(nil) { () throws(OperationError) in
                try ChosenSchedule(schedule.member, scheduled)
            }
        }
        if let clipping {
            self.clipping = ChosenClipping(clipping.member, clipping.settings.over(settings(of: clipping.member)))
        }
        if let chosen = regularizer {
            let settings = chosen.settings.over(self.settings(of: chosen.member))
            if settings != chosen.settings { try regularize(.init(member: chosen.member, settings: settings)) }
        }
        if let chosen = loss {
            let settings = chosen.settings.over(self.settings(of: chosen.member))
            guard settings != chosen.settings else { return }
            loss = ChosenLoss(member: chosen.member, settings: settings)
            try buildLoss()
        }
    }
}
