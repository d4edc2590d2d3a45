// Bad input: lines about pictures.

extension BadInputTests {
    static let pictures: [Case] = [
        Case("plot", "plot what?", hint: "plot loss"),
        Case("plot W1", "this is a tensor", hint: "norm(W1)", column: 6),
        Case("plot nothing", "no nothing", column: 6),
        Case("plot loss log=x", "off|y", column: 11),
        Case("plot loss svg=3", "file name in quotes", column: 11),
        Case("plot loss svg=\"no/such/folder/a.svg\"", "cannot write", column: 11),
        Case("plot contour x=5:-5", "from a lower to a higher", hint: "x=-5:5", column: 14),
        Case("plot contour", "depends on 43 numbers"),
        Case("plot loss x=-1:1", "this picture on one number", column: 6),
        Case("plot boundary", "a net with 2 inputs", hint: "features=", column: 1),
        Case("plot fit", "a net with one input", column: 1),
        Case("plot hist", "the elements of what?", hint: "plot hist W1"),
        Case("plot hist W1 bins=0", "1 ≤ bins", column: 14),
        Case("plot heat reshape(W1, [2, 2, 5])", "shape [2×2×5]", column: 11),
        Case("plot image W1 width=7", "no rows of 7"),
        Case("plot confusion test", "train or val", column: 16),
        Case("plot hist W1 colour=red", "no key colour", column: 14),
        Case("plot los", "no los", hint: "loss", column: 6),
        Case("plot histt W1", "histt", hint: "plot hist", column: 6),
        Case("plot hist [1e301]", "too large", column: 11),
        Case("new; data iris; net 2 3 3; plot boundary", "data have 4 features", column: 28),
        Case("new; data iris; net 1 3 3; plot fit", "data have 4 features", column: 28),
        Case("graph zz", "no zz", column: 7),
        Case("graph a", "not computed from anything", column: 7),
        Case("graph z1 a1", "one name", hint: "graph J", column: 10),
        Case("graph 3", "a name", column: 7),
        Case("graph \"f.dot\"", "Graphviz only", hint: "graph dot", column: 7),
        Case("graph dot \"\"", "empty", column: 11),
    ]
}
