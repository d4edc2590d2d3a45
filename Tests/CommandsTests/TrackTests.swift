// The moments that a run keeps: never more than the limits allow, the oldest given up first, and all others computed again.
// Which ones are left was found with pencil and paper.

import Commands
import TestSupport
import Testing

@Suite struct TrackTests {
    /// Three parameters and no buffers: a moment takes 24 bytes, and counts 4096 for itself.
    private static let setup = "w = param([1, -2, 3]); J = sum(w^4); minimize J; optimizer sgd lr=0.001"
    private static let moment = 4096 + 24

    private func bench(count: Int = 1000, moments: Int = 1000) throws -> TestBench {
        let bench = TestBench(trackLimits: TrackLimits(count: count, bytes: moments * Self.moment))
        try bench.run(Self.setup)
        return bench
    }

    /// The fingerprints after each of 100 steps without limits that matter.
    private func straight() throws -> [[String]] {
        let bench = try bench()
        return try (1...100).map { _ in
            try bench.run("step")
            return bench.fingerprint
        }
    }

    @Test func withinTheLimitsEveryMomentStays() throws {
        let bench = try bench()
        try bench.run("step 100")
        #expect(bench.keptMoments == Array(0...100))
    }

    /// With the ninth moment of a row every other one goes, and from then on only every other one is kept; and so on.
    @Test func aRowOfStepsKeepsNoMoreThanTheCount() throws {
        let bench = try bench(count: 8)
        try bench.run("step 8")
        #expect(bench.keptMoments == Array(0...8))
        try bench.run("step")
        #expect(bench.keptMoments == [0, 2, 4, 6, 8])
        try bench.run("step 91")
        #expect(bench.keptMoments == [0, 16, 32, 48, 64, 80, 96])
        let straight = try straight()
        for time in [99, 57, 16, 1] {
            try bench.run("goto \(time)")
            #expect(bench.fingerprint == straight[time - 1], "\(time)")
        }
    }

    /// Six moments have room, that of the beginning among them.
    @Test func aRowOfStepsKeepsNoMoreThanTheBytes() throws {
        let bench = try bench(moments: 6)
        try bench.run("step 5")
        #expect(bench.keptMoments == Array(0...5))
        try bench.run("step")
        #expect(bench.keptMoments == [0, 2, 4, 6])
        try bench.run("step 94")
        #expect(bench.keptMoments == [0, 32, 64, 96])
        let straight = try straight()
        for time in [70, 64, 3] {
            try bench.run("goto \(time)")
            #expect(bench.fingerprint == straight[time - 1], "\(time)")
        }
    }

    /// What was changed by hand cannot be computed from before: such moments go with the oldest, and `goto` says where the rest
    /// begins.
    @Test func theOldestChangesByHandAreGivenUpFirst() throws {
        let (bench, free) = (try bench(moments: 6), try bench())
        var straight: [[String]] = []
        for _ in 0..<10 {
            for bench in [bench, free] { try bench.run("w = value(w) + 0.5; step") }
            straight.append(free.fingerprint)
        }
        #expect(bench.keptMoments == [4, 5, 6, 7, 8, 9])
        #expect(bench.fingerprint == straight[9])
        for time in [3, 4] {
            let failure = #expect(throws: Diagnostic.self) { try bench.run("goto \(time)") }
            #expect(failure?.message == "update \(time) can no longer be computed")
            #expect(failure?.hint == "what is known of this run begins at 5")
        }
        #expect(bench.fingerprint == straight[9])
        try bench.run("goto 5")
        #expect(bench.fingerprint == straight[4])
        try free.run("goto 3")
        #expect(free.fingerprint == straight[2])
    }

    @Test func theLastTwoChangesByHandStayInAnyCase() throws {
        let bench = try bench(moments: 0)
        for _ in 0..<5 { try bench.run("w = value(w) + 0.5; step") }
        #expect(bench.keptMoments == [3, 4])
    }

    @Test("the limits hold in what follows", arguments: ["new; \(setup)", "v = param(1)", "seed 2", "goto 3"])
    func limitsStay(_ line: String) throws {
        let bench = try bench(count: 4)
        try bench.run("step 9\n\(line)\nstep 40")
        #expect(bench.keptMoments.count <= 7, "\(bench.keptMoments)")
    }
}
