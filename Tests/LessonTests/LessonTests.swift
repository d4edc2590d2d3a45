// The lessons that the tests of this folder read. That they hold: LessonCheckTests; their lines: LessonLineTests.

import Commands
import TestSupport
import Testing

@Suite struct LessonTests {
    static let names = files(in: "lessons", endingIn: ".dl")

    static func script(_ name: String) throws -> Script {
        try Script.read("\(packageFolder)/lessons/\(name)")
    }

    @Test func lessonsAreThere() {
        #expect(Self.names.count >= 5)
    }
}
