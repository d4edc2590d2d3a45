// The data sets of the catalogue.

import Glibc
import Learning
import Tensors
import Testing

@Suite("Data sets")
struct DataSetTests {
    private func point(_ set: DataSet, _ row: Int) -> (Double, Double) {
        (set.x.elements[2 * row], set.x.elements[2 * row + 1])
    }

    @Test("every set is consistent and the same for the same seed", arguments: Catalog.data.indices)
    func consistent(index: Int) throws {
        let name = Catalog.data[index].name
        let set = try makeData(name)
        #expect(set.name == name)
        #expect(set.x.shape == [set.count, set.features.count])
        #expect(set.x.elements.allSatisfy { $0.isFinite })
        #expect(set.y.count == set.count && set.y.allSatisfy(\.isFinite))
        #expect(Set(set.features).count == set.features.count)
        if !set.classes.isEmpty { #expect(Set(set.y) == Set(set.classes.indices.map(Double.init))) }
        if let image = set.image { #expect(image.count == set.features.count) }
        #expect(try makeData(name).x.hasSameBits(as: set.x))
        if Catalog.data[index].settings.contains(where: { $0.name == "n" }) {
            #expect(try makeData(name, seed: 2).x != set.x)
            for n in [1.0, 2, 7, 1000] { #expect(try makeData(name, ["n": .number(n)]).count == Int(n)) }
        }
    }

    // The means that Fisher published in 1936.
    private static let means: [[Double]] = [
        [5.006, 3.428, 1.462, 0.246], [5.936, 2.770, 4.260, 1.326], [6.588, 2.974, 5.552, 2.026],
    ]

    @Test("iris has Fisher's means")
    func iris() throws {
        let set = try makeData("iris")
        #expect(set.count == 150)
        #expect(set.features == ["sepal_length", "sepal_width", "petal_length", "petal_width"])
        #expect(set.classes == ["setosa", "versicolor", "virginica"])
        for species in 0..<3 {
            let rows = (0..<150).filter { set.y[$0] == Double(species) }
            #expect(rows.count == 50)
            for column in 0..<4 {
                let found = mean(rows.map { set.x.elements[$0 * 4 + column] })
                #expect((found - Self.means[species][column]).magnitude < 1e-12, "\(species) \(column)")
            }
        }
        // The first flower, and one that copies often have wrong: the 35th.
        #expect(Array(set.x.elements[..<4]) == [5.1, 3.5, 1.4, 0.2])
        #expect(set.x.elements.map { ($0 * 10).rounded() / 10 } == set.x.elements)
    }

    @Test("xor")
    func xor() throws {
        let set = try makeData("xor")
        #expect(set.count == 4)
        for row in 0..<4 {
            let (a, b) = point(set, row)
            #expect(set.y[row] == (a != b ? 1 : 0))
        }
        #expect(Set((0..<4).map { point(set, $0).0 * 2 + point(set, $0).1 }) == [0, 1, 2, 3])
    }

    @Test("moons without noise lie on two half circles")
    func moons() throws {
        let set = try makeData("moons", ["noise": .number(0), "n": .number(501)])
        #expect(set.y.filter { $0 == 0 }.count == 251)
        for row in 0..<501 {
            let (x, y) = point(set, row)
            if set.y[row] == 0 {
                #expect((hypot(x, y) - 1).magnitude < 1e-12 && y >= 0)
            } else {
                #expect((hypot(x - 1, y - 0.5) - 1).magnitude < 1e-12 && y <= 0.5)
            }
        }
    }

    @Test("the noise of moons has the deviation that is set")
    func moonNoise() throws {
        let (clean, noisy) = (
            try makeData("moons", ["noise": .number(0)]), try makeData("moons", ["noise": .number(0.3)])
        )
        #expect(clean.count == noisy.count)
        let differences = zip(clean.x.elements, noisy.x.elements).map { $0 - $1 }
        let error = 0.3 / (2 * Double(differences.count)).squareRoot()
        #expect((deviation(differences, from: 0) - 0.3).magnitude < 4 * error)
    }

    @Test("arms of the spiral start in the middle and grow to 1, evenly turned", arguments: [2, 3, 7])
    func spiral(arms: Int) throws {
        let given: [String: SettingValue] = [
            "noise": .number(0), "classes": .number(Double(arms)), "n": .number(Double(arms * 40)),
        ]
        let set = try makeData("spiral", given)
        #expect(set.classes.count == arms)
        for arm in 0..<arms {
            let rows = (0..<set.count).filter { set.y[$0] == Double(arm) }
            #expect(rows.count == 40)
            let radii = rows.map { hypot(point(set, $0).0, point(set, $0).1) }
            #expect(radii.first == 0)
            #expect((radii.last! - 1).magnitude < 1e-12)
            #expect(zip(radii, radii.dropFirst()).allSatisfy { $0 < $1 })
            // As in the case study: angle 4·(arm + radius), x by the sine and y by the cosine.
            for (row, radius) in zip(rows, radii) {
                let (x, y) = point(set, row)
                let angle = 4 * (Double(arm) + radius)
                #expect((x - radius * sin(angle)).magnitude < 1e-12 && (y - radius * cos(angle)).magnitude < 1e-12)
            }
        }
    }

    @Test("blobs have their centres on a circle and the deviation that is set", arguments: [2, 3, 5])
    func blobs(clouds: Int) throws {
        let given: [String: SettingValue] = [
            "noise": .number(0.4), "classes": .number(Double(clouds)), "n": .number(Double(clouds * 2000)),
        ]
        let set = try makeData("blobs", given)
        for cloud in 0..<clouds {
            let rows = (0..<set.count).filter { set.y[$0] == Double(cloud) }
            #expect(rows.count == 2000)
            let angle = 2 * Double.pi * Double(cloud) / Double(clouds)
            for (column, center) in [2 * cos(angle), 2 * sin(angle)].enumerated() {
                let numbers = rows.map { set.x.elements[2 * $0 + column] }
                #expect((mean(numbers) - center).magnitude < 4 * 0.4 / 2000.0.squareRoot())
                #expect((deviation(numbers, from: center) - 0.4).magnitude < 4 * 0.4 / 4000.0.squareRoot())
            }
        }
    }
}
