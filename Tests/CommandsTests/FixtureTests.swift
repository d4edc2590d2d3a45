// Scripts whose expected numbers come from PyTorch, Keras and NumPy (made by the programs in Tests/Reference).

import Commands
import TestSupport
import Testing

@Suite struct FixtureTests {
    static let names = files(in: "Tests/Fixtures", endingIn: ".dl")

    @Test func fixturesAreThere() {
        #expect(Self.names.count >= 6)
    }

    @Test(arguments: names) func holds(_ name: String) throws {
        let script = try Script.read("\(packageFolder)/Tests/Fixtures/\(name)")
        try TestBench().run(script)
    }
}
