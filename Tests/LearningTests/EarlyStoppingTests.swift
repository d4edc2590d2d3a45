// Early stopping: where Keras' callback and PyTorch's plateau end the same rows of losses.

import Foundation
import Learning
import TestSupport
import Testing

@Suite("Early stopping")
struct EarlyStoppingTests {
    struct Case: Decodable {
        let rule: String
        let patience: Double
        let margin: Double
        let losses: [Double]
        /// The epoch, counted from 1, after which it ends; nil when it goes on.
        let stopped: Int?
        let best: Int

        enum CodingKeys: String, CodingKey {
            case rule, patience, losses, stopped, best
            case margin = "min_delta"
        }
    }

    private func rule(_ name: String, patience: Double, margin: Double) throws -> EarlyStopping {
        var settings = Settings(EarlyStopping.settings)
        try settings.set("rule", .word(name))
        try settings.set("patience", .number(patience))
        try settings.set("min_delta", .number(margin))
        return EarlyStopping(settings)
    }

    @Test("ends where the frameworks end, with the same best epoch")
    func ends() throws {
        let path = URL(fileURLWithPath: "\(packageFolder)/Tests/Fixtures/early_stopping.json")
        let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: path))
        #expect(cases.count >= 700)
        for (index, item) in cases.enumerated() {
            var rule = try rule(item.rule, patience: item.patience, margin: item.margin)
            var stopped: Int?
            for (epoch, loss) in item.losses.enumerated() where stopped == nil {
                if rule.judge(loss, epoch: epoch + 1) == .enough { stopped = epoch + 1 }
            }
            #expect(stopped == item.stopped, "case \(index)")
            #expect(rule.best?.epoch == item.best, "case \(index)")
        }
    }

    @Test("a loss that is not a number is no improvement", arguments: ["torch", "keras"])
    func notANumber(name: String) throws {
        var rule = try rule(name, patience: 1, margin: 0)
        #expect(rule.judge(1, epoch: 1) == .improved)
        var epochs = 1
        repeat { epochs += 1 } while epochs < 10 && rule.judge(.nan, epoch: epochs) != .enough
        #expect(epochs == (name == "keras" ? 2 : 3))
        #expect(rule.best?.epoch == 1)
    }
}
