// Bad input: each gives one diagnostic with its place and leaves the session as it was.

import Commands
import TestSupport
import Testing

@Suite struct BadInputTests {
    /// A session with a bit of everything, a line that is wrong in it, and what the message must say.
    struct Case: Sendable, CustomStringConvertible {
        let line: String
        let message: String
        let hint: String?
        let column: Int

        init(_ line: String, _ message: String, hint: String? = nil, column: Int = 1) {
            self.line = line
            self.message = message
            self.hint = hint
            self.column = column
        }

        var description: String { line.count < 60 ? line : "\(line.prefix(57))…" }
    }

    static let setup = """
        data iris
        split train=0.8 seed=1
        net 4 5 relu 3
        loss cross_entropy
        optimizer adam lr=0.01
        batch 15
        w = param([1, 2])
        a = [[1, 2], [3, 4]]
        step 3
        """

    static let cases: [Case] = [
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
        Case("race", "who runs?", hint: "race sgd"),
        Case("race sgd adm", "no adm", hint: "adam", column: 10),
        Case("race sgd(lr=-1)", "0 ≤ lr", column: 10),
        Case("race sgd steps=0", "1 ≤ steps", column: 10),
        Case("optimiser adam", "no command optimiser", hint: "optimizer"),
        Case("optimizer adma", "no adma", hint: "adam", column: 11),
        Case("optimizer adam lr=-1", "0 ≤ lr", hint: "lr=0.001", column: 16),
        Case("optimizer adam beta1=1", "0 ≤ beta1 < 1", column: 16),
        Case("optimizer adam bata1=0.5", "no key bata1", hint: "beta1", column: 16),
        Case("optimizer adam eps_at=within", "outside|inside|hat", column: 16),
        Case("optimizer sgd nesterov=on", "momentum above 0"),
        Case("batch 0", "from 1 on", column: 7),
        Case("batch 500", "larger than the 120", hint: "batch full", column: 7),
        Case("net 0 3", "from 1 to 1000000", column: 5),
        Case("net 4", "an input and an output"),
        Case("freeze nothing", "nothing is no parameter", column: 8),
        Case("freeze W1 a=1", "freeze takes no keys", hint: "freeze W1", column: 11),
        Case("net 4 8 dropout 1 3", "dropout 1 would drop every unit", hint: "dropout 0.5"),
        Case("net 4 8 dropout 0 p=keep 3", "dropout 0 p=keep would drop every unit"),
        Case("net 4 8 dropout 2 3", "0 ≤ rate ≤ 1", column: 17),
        Case("net 4 8 dropout relu 3", "dropout needs a number", hint: "dropout 0.5", column: 17),
        Case("net 4 8 dropout 0.5 rate=0.3 3", "rate is given twice", column: 21),
        Case("net 4 8 skip( 4 ) 3", "an output of shape [4]", hint: "[8] again"),
        Case("net 4 8 skip() 3", "no layers inside", hint: "skip( 4 relu 4 )", column: 9),
        Case("net 4 8 skip 3", "layers in parentheses", hint: "skip( 4 relu 4 )", column: 9),
        Case("net 4 relu( 3 )", "relu takes no layers", hint: "skip(", column: 7),
        Case("net 4 8 batchnorm eps=-1 3", "0 ≤ eps", column: 19),
        Case("net 4 8 batchnorm 3; batch 1; forward", "a batch of one sample", hint: "batch 16", column: 31),
        Case("net 4 8 dropout 0.5 3; forward; mask1 = 0.5", "a mask is 1 where", column: 33),
        Case("net 4 8 dropout 0.5 3; forward; mask1 = [1, 2]", "mask1 has shape", column: 41),
        Case("net 4 rulu 3", "no layer or activation rulu", column: 7),
        Case("loss cross_entrpy", "no cross_entrpy", hint: "cross_entropy", column: 6),
        Case("init he_nromal", "no he_nromal", hint: "he_normal", column: 6),
        Case("data irsi", "no data set irsi", hint: "iris", column: 6),
        Case("data iris features=[petal]", "no feature petal", hint: "petal_length"),
        Case("data csv \"missing.csv\" target=x", "cannot read missing.csv", column: 10),
        Case("data iris labels=shuffled", "given|random", column: 11),
        Case("data polynomial labels=random", "values as targets", hint: "labels=given", column: 17),
        Case("data glyphs classes=21", "classes ≤ 20", column: 13),
        Case("data glyphs shift=5", "shift ≤ 4", column: 13),
        Case("data bars size=1", "2 ≤ size", column: 11),
        Case("data bars noise=1.1", "noise ≤ 1", column: 11),
        Case("data polynomial degree=-1", "0 ≤ degree", column: 17),
        Case("data sparse rare=1", "2 ≤ rare", column: 13),
        Case("data idx", "file name in quotes", hint: "labels="),
        Case("data idx \"missing\"", "which file holds the targets", hint: "labels=\"labels\""),
        Case("data idx \"missing\" labels=\"l\"", "cannot read missing", column: 10),
        Case("data idx \"missing\" labels=random", "file name in quotes", hint: "labels=random(", column: 20),
        Case("data idx \"missing\" labels=\"l\" scale=0", "0 < scale", column: 31),
        Case("data npy \"missing.npy\" target=y", "file name in quotes", hint: "target=\"y.npy\"", column: 24),
        Case("data npy \"missing.npy\" target=\"y.npy\"", "cannot read missing.npy", column: 10),
        Case("data npy \"missing.npy\" labels=random", "which file holds the targets"),
        Case("data npx \"x\"", "no data set npx", hint: "npy", column: 6),
        Case("split train=1.5", "0 < train ≤ 1", column: 7),
        Case("order sorted", "no sorted", column: 7),
        Case("W11", "no W11", hint: "W1"),
        Case("a.grad", "plain value"),
        Case("W1.velocity", "no buffer velocity", hint: "m, v"),
        Case("w.grad", "does not depend on w"),
        Case("soft(a)", "no function soft"),
        Case("softmax(a, b, c)", "other arguments", hint: "softmax(x)"),
        Case("sum(a, axs=0)", "no key axs", hint: "axis", column: 12),
        Case("sum(a, axis=2)", "axis 2", hint: "0 to 1"),
        Case("a @ [1, 2, 3]", "[2×2] and [3]"),
        Case("a + [1, 2, 3]", "[2×2] and [3]"),
        Case("a[2, 0]", "out of range", hint: "0 to 1"),
        Case("a[0, 0, 0]", "3 indices"),
        Case("a[0.5]", "whole number", column: 3),
        Case("1 +", "missing at the end", column: 4),
        Case("(1 + 2", "line ends", column: 7),
        Case("1 + * 2", "missing before *", column: 5),
        Case("[1, 2", "line ends", column: 6),
        Case("[[1, 2], [3]]", "equal shapes", column: 10),
        Case("a = 3 = 4", "goes on", column: 7),
        Case("step = 5", "step is a command", hint: "my_step"),
        Case("loss = 5", "loss is a command"),
        Case("t = 5", "belongs to the language"),
        Case("2x", "neither a number nor a name"),
        Case("\"text\"", "a string is no number"),
        Case("'text'", "no meaning", hint: "transpose"),
        Case("zeros(1e9, 1e9)", "at most"),
        Case("zeros(100000, 100000)", "at most"),
        Case("zeros(-1)", "no size"),
        Case("onehot([3], 3)", "no class number"),
        Case("cross_entropy([[1, 2, 3]], [5])", "no class number"),
        Case("mse([1, 2], [1, 2, 3])", "[2]"),
        Case("w = param([1], [2])", "one value", column: 5),
        Case("w.grad = [1, 2, 3]", "shape [2]", column: 10),
        Case("w.velocity = 3", "cannot be assigned"),
        Case("z1 = param(1); step 1e30", "too many; the whole line is taken back", column: 21),
        Case("step 0", "from 1 on", column: 6),
        Case("step 1.5", "from 1 on", column: 6),
        Case("back 4", "only 3 updates"),
        Case("goto 9", "no update 9"),
        Case("undo 99", "only 9 lines"),
        Case("redo", "nothing to redo"),
        Case("minimize z1", "only a scalar", column: 10),
        Case("minimize a", "does not depend", column: 10),
        Case("minimize zz", "no zz", column: 10),
        Case("train", "how long"),
        Case("train epochs=5 steps=5", "either epochs or steps"),
        Case("train epochs=1e30", "whole number", column: 7),
        Case("eye([])", "whole number", column: 5),
        Case("train until", "missing at the end", column: 12),
        Case("expect 1 == 2", "does not hold", column: 8),
        Case("expect 1 ~= 2", "1 is not 2", column: 8),
        Case("expect [1, 2] ~= [1, 3]", "element [1]", column: 8),
        Case("digits 0", "from 1 on", column: 8),
        Case("digits 99", "1 to 17", column: 8),
        Case("run \"missing.dl\"", "cannot read missing.dl", column: 5),
        Case("save results", "no results", column: 6),
        Case("load weights \"missing\"", "missing", column: 14),
        Case("help nothing_at_all", "no help", column: 6),
        Case("help adma", "no help on adma", hint: "adam", column: 6),
        Case("numgrad(a, w)", "no live name"),
        Case("accuracy(test)", "train or val", column: 10),
        Case("predict([[1, 2]])", "rows of 4"),
        Case("x = [[1, 2]]", "rows of 4"),
        Case("update", "used the gradients"),
        Case("optimizer sgd lr=0.1 lr=0.2", "given twice", column: 22),
        Case("run nofile.dl", "there is .", hint: "quotes", column: 11),
        Case("stpe", "no stpe", hint: "step"),
        Case("loss mse delta=3", "mse takes no keys", column: 10),
        Case("v = param([1])+1", "stands alone", hint: "w = param", column: 5),
        Case("graph zz", "no zz", column: 7),
        Case("graph a", "not computed from anything", column: 7),
        Case("graph z1 a1", "one name", hint: "graph J", column: 10),
        Case("graph 3", "a name", column: 7),
        Case("graph \"f.dot\"", "Graphviz only", hint: "graph dot", column: 7),
        Case("graph dot \"\"", "empty", column: 11),
        Case("lr = -1", "0 ≤ lr", column: 6),
        Case("regularize l3 0.1", "no l3", hint: "l1", column: 12),
        Case("regularize l2 -0.1", "0 ≤ lambda", hint: "lambda=0.01", column: 15),
        Case("regularize l2 0.1 lambda=0.2", "given twice", column: 15),
        Case("regularize l2 0.1 0.2", "no more", column: 19),
        Case("regularize l1 0.1 half=on", "no key half", column: 19),
        Case("regularize l2 much", "must be a number", column: 15),
        Case("regularize elastic 0.1", "no more", column: 20),
        Case("regularize l2 0.1 biases=maybe", "on|off", column: 19),
        Case("regularize off 3", "no more", column: 16),
        Case("penalty = 3; regularize l2 0.1", "another penalty", column: 14),
        Case("regularize l2 0.1; penalty = 3", "part of the objective", column: 20),
        Case("regularize l2 0.1; data_loss = param(3)", "part of the objective", column: 20),
        Case("regularize l2 0.1; minimize penalty", "part of the objective", hint: "regularize off", column: 29),
        Case("clip length 1", "no length", hint: "norm", column: 6),
        Case("clip norm 0", "0 < limit", hint: "limit=1", column: 11),
        Case("clip norm -1", "0 < limit", column: 11),
        Case("clip value 0.5 per=all", "no key per", column: 16),
        Case("clip norm 1 per=layer", "all|variable", column: 13),
        Case("clip norm 1 2", "no more", column: 13),
        Case("earlystop patience=-1", "0 ≤ patience", hint: "patience=5", column: 11),
        Case("earlystop patience=2.5", "whole number", column: 11),
        Case("earlystop min_delta=-1", "0 ≤ min_delta", column: 11),
        Case("earlystop rule=jax", "torch|keras", column: 11),
        Case("earlystop wait=3", "no key wait", column: 11),
        Case("earlystop 5", "no more", hint: "patience=5", column: 11),
        Case("earlystop off patience=3", "off takes no keys", column: 15),
        Case(
            "split train=1; earlystop patience=3; train epochs=2", "watches the validation loss", hint: "earlystop off",
            column: 38),
        Case("J = sum(w^2); minimize J; earlystop patience=3; new; train epochs=2", "nothing to compute", column: 54),
        Case("gap 3", "no more", column: 5),
        Case("gap part=val", "takes no keys", column: 5),
        Case("split train=1; gap", "no validation samples", hint: "split", column: 16),
        Case("new; gap", "without data", hint: "data iris", column: 6),
        Case("new; data iris; gap", "there is no net", column: 17),
        Case("loss cross_entropy smoothing=1.1", "smoothing ≤ 1", column: 20),
        Case("loss cross_entropy smoothing=0.1 variant=K-2", "K|K-1", hint: "K", column: 34),
        Case("loss cross_entropy smoothing=0.1 variant=K -1", "no more", column: 44),
        Case("loss cross_entropy smoothing=0.1 variant=3", "not allowed: K|K-1", column: 34),
        Case("cross_entropy(W1, 0, smoothing=0.1, variant=k-1)", "no k", column: 45),
        Case("cross_entropy([[1], [2]], [0, 0], smoothing=0.1, variant=K-1)", "with one class", hint: "variant=K"),
        Case("new; data bars; rbm hidden=3 k=0", "1 ≤ k", hint: "k=1", column: 30),
        Case("new; data bars; rbm hidden=3 k=1.5", "whole number", column: 30),
        Case("new; data bars; rbm hidden=0", "1 ≤ hidden", column: 21),
        Case("new; data bars; rbm hidden=-2", "1 ≤ hidden", column: 21),
        Case("new; data bars; rbm", "how many hidden", hint: "rbm hidden=16", column: 17),
        Case("new; data bars; rbm hidden=3 lr=-1", "0 ≤ lr", column: 30),
        Case("new; data bars; rbm hidden=3 momentum=2", "momentum ≤ 1", column: 30),
        Case("new; data bars; rbm hidden=3 positive=on", "sampled|probabilities", column: 30),
        Case("new; data bars; rbm hidden=3 chain=long", "cd|pcd", column: 30),
        Case("new; data bars; rbm hidden=3 units=4", "no key units", column: 30),
        Case("new; data bars; rbm hidden=3 visible=4", "16 features, not 4", column: 17),
        Case("new; data bars; rbm stak hidden=3", "no stak", hint: "stack", column: 21),
        Case("new; rbm hidden=3", "how many visible", hint: "data bars", column: 6),
        Case("new; rbm stack hidden=3", "no machine", hint: "rbm hidden=16", column: 6),
        Case("rbm hidden=3", "from 0 to 1, and x[0,0]", hint: "normalize minmax"),
        Case("rbm visible=1000000 hidden=1000000", "4 features, not 1000000"),
        Case("new; rbm visible=1000000 hidden=1000000", "at most", column: 6),
        Case("new; data bars; rbm hidden=3; rbm stack visible=3 hidden=2", "each of the 3 hidden ones", column: 31),
        Case("new; data bars; rbm hidden=3; normalize standard; step", "from 0 to 1", hint: "minmax", column: 51),
        Case("new; data bars; rbm hidden=3; data xor; step", "2 features, the machine has 16", column: 41),
        Case("new; rbm visible=2 hidden=3; x = [2, 0]; forward", "x[0,0] is 2", column: 42),
        Case("new; rbm visible=2 hidden=3; x = [1, 0, 1]", "rows of 2", column: 30),
        Case("new; rbm visible=2 hidden=3; step", "no x to compute", column: 30),
        Case("new; rbm visible=2 hidden=3; x = [1, 0]; h0 = [1, 0, 0.5]", "0 or 1", column: 42),
        Case("new; rbm visible=2 hidden=3; x = [1, 0]; h0 = [1, 0]", "shape [2]", column: 47),
        Case("new; rbm visible=2 hidden=3; x = [1, 0]; h0[0,0] = 1", "parts cannot be assigned", column: 42),
        Case("new; rbm visible=2 hidden=3; x = [1, 0]; forward; u_h0 = 2", "numbers from 0 to 1", column: 51),
        Case("new; gibbs", "no Boltzmann machine", hint: "rbm hidden=16", column: 6),
        Case("new; rbm visible=2 hidden=3; gibbs 0", "from 1 on", column: 36),
        Case("new; rbm visible=2 hidden=3; gibbs rows=0", "1 ≤ rows", column: 36),
        Case("new; rbm visible=2 hidden=3; gibbs from=data", "no data are loaded", column: 30),
        Case("new; rbm visible=2 hidden=3; v = [3, 0]; gibbs", "from 0 to 1", column: 42),
        Case("new; rbm visible=2 hidden=3; h = param(1); gibbs", "another h", hint: "another name", column: 44),
        Case("free_energy([1, 0])", "no Boltzmann machine", hint: "rbm"),
        Case("new; rbm visible=2 hidden=3; free_energy([1, 0, 1])", "rows of 2", column: 30),
        Case("new; rbm visible=2 hidden=3; free_energy(val)", "no samples", column: 30),
        Case("new; rbm visible=20 hidden=30; log_partition()", "too many", hint: "at most 16", column: 32),
        Case("init dbn", "no machines", hint: "rbm hidden=8"),
        Case("new; data bars; rbm hidden=3; init dbn", "no net to initialise", hint: "sigmoid", column: 31),
        Case(
            "new; data bars; rbm hidden=3; net 16 4 sigmoid 2; init dbn",
            "W1 of the net is [16×4], and W of machine 1 is [16×3]", hint: "net 16 3 sigmoid 2", column: 51),
        Case(
            "new; data bars; rbm hidden=3; rbm stack hidden=2; net 16 3; init dbn", "has no W2",
            hint: "net 16 3 sigmoid 2 sigmoid 2", column: 61),
        Case("new; data bars; rbm hidden=3; net 16 3; init dbn head=hee", "not allowed", hint: "he_", column: 50),
        Case("transfer", "transfer how", hint: "transfer finetune"),
        Case("transfer finetun", "no finetun", hint: "finetune", column: 10),
        Case("transfer finetune head=0", "1 ≤ head", column: 19),
        Case("transfer finetune keep=0", "1 ≤ keep", column: 19),
        Case("transfer finetune keep=3", "2 layers with weights, 3 cannot", hint: "keep=1"),
        Case("transfer finetune labels=[3]", "no key labels", column: 19),
        Case("net 4 3; transfer finetune", "one layer with weights", column: 10),
        Case("data xor; transfer finetune", "2 features, the layers to keep take 4", column: 11),
        Case("new; transfer finetune", "no net", hint: "net 4 16 relu 3", column: 6),
        Case("new; net 4 3 relu 2; transfer finetune", "how many outputs", hint: "head=3", column: 22),
        Case("net 4 skip( 4 relu 4 ) 3; transfer finetune keep=1", "inside a skip", column: 27),
        Case("transfer compare labels=[0]", "1 ≤ each", column: 18),
        Case("transfer compare labels=[500] trials=1", "120 training samples, not 500"),
        Case("split train=1; transfer compare", "without validation samples", hint: "split", column: 16),
        Case("labels", "a number or all", hint: "labels 20"),
        Case("labels 0", "from 1 on", column: 8),
        Case("labels 121", "120 training samples, not 121", hint: "labels all", column: 8),
        Case("new; labels 3", "no data", hint: "data iris", column: 6),
        Case("maxnorm 0", "0 < limit", hint: "limit=3", column: 9),
        Case("maxnorm -1", "0 < limit", column: 9),
        Case("maxnorm much", "must be a number", column: 9),
        Case("maxnorm 3 limit=2", "given twice", column: 9),
        Case("maxnorm 3 4", "no more", hint: "maxnorm 3", column: 11),
        Case("maxnorm 3 form=jax", "torch|keras", column: 11),
        Case("maxnorm 3 axis=0", "no key axis", column: 11),
        Case("maxnorm off 3", "no more", column: 13),
        Case("profile pytorch", "no pytorch", hint: "torch", column: 9),
        Case("profile keras lr=1", "takes no keys", column: 15),
        Case("profile diff torch", "two profiles"),
        Case("profile diff torch kears", "no kears", hint: "keras", column: 20),
        Case("profile diff torch keras doc002", "no more", column: 26),
        Case("clock 3", "no more", column: 7),
        Case("noise draws=0", "1 ≤ draws", column: 7),
        Case("noise 5", "no more", column: 7),
        Case("noise draw=5", "no key draw", hint: "draws", column: 7),
        Case("new; noise", "nothing to minimise", column: 6),
        Case("J = sum(w^2); minimize J; noise", "does not depend on samples", column: 27),
        Case("new; w = param(1); J = w^2; minimize J; noise", "no samples", hint: "data", column: 41),
        Case("scaling batch=61", "need twice as many samples, there are 120", hint: "scaling batch=60"),
        Case("scaling batch=0", "1 ≤ batch", column: 9),
        Case("scaling lr=-1", "0 ≤ lr", column: 9),
        Case("optimizer newton damping=-1", "0 ≤ damping", hint: "damping=0", column: 18),
        Case("optimizer newton lr=-1", "0 ≤ lr", column: 18),
        Case("optimizer newton form=best", "plain|abs", column: 18),
        Case("optimizer newton; step", "singular", hint: "damping=0.01", column: 19),
        Case("hessian W11", "no W11", hint: "W1", column: 9),
        Case("hessian a", "no parameter", hint: "param", column: 9),
        Case("hessian W1 W1", "given twice", column: 12),
        Case("hessian size=3", "no key size", column: 9),
        Case("hessian(a)", "no live name"),
        Case("hessian(z1)", "needs a scalar"),
        Case("hessian(loss, a)", "no parameter", column: 15),
        Case("hessian(2)", "names of a scalar", column: 9),
        Case("eig(a)", "not symmetric", hint: "transpose"),
        Case("eig([1, 2])", "square"),
        Case("eig([[nan]])", "finite"),
        Case("eig(zeros(3001, 3001))", "at most 3000"),
        Case("eig 3", "parameter", column: 5),
        Case("critical gradient=-1", "0 ≤ gradient", column: 10),
        Case("critical slope=1", "no key slope", column: 10),
        Case("sharpness rho=0", "0 < rho", column: 11),
        Case("sharpness W1", "no more than this", column: 11),
        Case("search", "search how", hint: "random"),
        Case("search grid n=3", "search how", hint: "random"),
        Case("search random n=0", "1 ≤ n", column: 15),
        Case("search random range=2:1", "lower to a higher", column: 15),
        Case("search random range=3", "lower to a higher", column: 15),
        Case("search random range=0:1 scale=2", "either range or scale", column: 15),
        Case("new; hessian", "nothing to minimise", column: 6),
        Case("new; search random", "nothing to minimise", column: 6),
        Case("new; net 1 1; loss mse; critical", "no x to compute", hint: "x = ", column: 25),
        Case("data iris; hessian", "no batch yet", hint: "forward", column: 12),
        Case("net 70 50; loss mse; x = ones(1, 70); y = ones(1, 50); hessian", "101 MB", hint: "3000", column: 56),
        Case("rule mine", "no block", hint: "rule mine lr=0.1 {"),
        Case("rule { w = w - g }", "needs a name", hint: "rule mine"),
        Case("rule mine {}", "is empty", hint: "w = w", column: 6),
        Case("rule mine { v = 0.9*v + g }", "does not set w", hint: "w = w - lr*v", column: 6),
        Case("rule mine { w = w - lr*vv }", "vv is read but never set", hint: "vv=0.1", column: 24),
        Case("rule mine beta=1 { w = bata*w }", "bata is read but never set", hint: "beta", column: 24),
        Case("rule adam { w = w - g }", "adam is built in", hint: "my_adam", column: 6),
        Case("rule mine { w = w - lr*(g }", "there is } where )", column: 27),
        Case("rule mine { v = ; w = w }", "missing before ;", column: 17),
        Case("rule mine { w w }", "= should follow w", column: 15),
        Case("rule mine { w = w - g", "} should close", column: 22),
        Case("rule mine { w = w v = g }", "; separate", column: 19),
        Case("rule mine { { w = w - g } }", "where a name should stand", column: 13),
        Case("rule mine { w[0] = 1 }", "= should follow w", column: 14),
        Case("rule mine { w = w - g } 5", "goes on", column: 25),
        Case("rule mine k=1 k=2 { w = k }", "k is given twice", column: 15),
        Case("rule mine lr=-1 { w = w - g }", "0 ≤ lr", column: 11),
        Case("rule mine t=1 { w = w - g }", "meaning of its own", column: 11),
        Case("rule mine form=torch { w = w - g }", "form must be a number", column: 16),
        Case("rule mine { grad = 2*grad; w = w - grad }", "cannot set", hint: "g = ", column: 13),
        Case("rule mine { t = 1; w = w - t }", "cannot set", column: 13),
        Case("rule mine { lr = 1; w = w - lr }", "lr is a setting", column: 13),
        Case("rule mine k=1 { k = g; w = w - k }", "never used", hint: "begins at", column: 17),
        Case("rule mine { w = w - sum(g) }", "whole tensor", column: 21),
        Case("rule mine { w = w - max(g, axis=0) }", "whole tensor", hint: "max(a, b)", column: 21),
        Case("rule mine { w = w - max(g) }", "whole tensor", hint: "max(a, b)", column: 21),
        Case("rule mine { w = softmax(w) }", "whole tensor", column: 17),
        Case("rule mine { w = randn() }", "whole tensor", column: 17),
        Case("rule mine { w = w @ g }", "@ multiplies matrices", hint: "*", column: 17),
        Case("rule mine { w = w - g[0] }", "picks from a tensor", column: 21),
        Case("rule mine { w = [1, 2] }", "list is a tensor", column: 17),
        Case("rule mine { w = w - W1.grad }", "one parameter", hint: "grad alone", column: 21),
        Case("rule mine { w = w - sgin(g) }", "no function sgin", hint: "sign", column: 21),
        Case("rule mine { w = w - g(2) }", "no function g", hint: "multiply", column: 21),
        Case("rule mine { w = sqrt(w, g) }", "other arguments", hint: "sqrt(x)", column: 17),
        Case("rule mine { w = leaky_relu(w, slope=g) }", "slope must be a number here", column: 37),
        Case("rule mine { w = leaky_relu(w, slope=-1) }", "0 ≤ slope", column: 37),
        Case("rule mine { w = leaky_relu(w, slop=1) }", "no key slop", hint: "slope", column: 36),
        Case("trials 2 1 { rule mine { w = v } }", "v is read but never set", column: 30),
        Case("rule = 5", "rule is a command", hint: "my_rule"),
        Case("optimizer mine", "no mine for optimizer", column: 11),
        Case("rule mine k=1 { w = k*w }; optimizer mine K=2", "no key K", column: 43),
        Case("rule mine { w = w - lr*g }; optimizer mine; W1.v", "no buffer v", hint: "no buffers", column: 45),
        Case("activation f", "( should begin", column: 13),
        Case("activation f()", "an argument should stand", column: 14),
        Case("activation f(x)", "= should begin", column: 16),
        Case("activation f(x) =", "missing at the end", column: 18),
        Case("activation f(x) = y", "y is neither", hint: "f(x, y=0.1)", column: 19),
        Case("activation f(x) = W1*x", "W1 is neither", column: 19),
        Case("activation f(x, y) = x", "one argument", column: 17),
        Case("activation f(k=1) = k", "needs an argument"),
        Case("activation f(x, x=1) = x", "meaning of its own", column: 17),
        Case("activation f(x, k=1, k=2) = x", "given twice", column: 22),
        Case("activation f(x, k=y) = x", "k must be a number", column: 19),
        Case("activation relu(x) = x", "function of the language", hint: "my_relu", column: 12),
        Case("activation sum(x) = x", "function of the language", column: 12),
        Case("activation step(x) = x", "is a command", column: 12),
        Case("activation w(x) = x", "in use", hint: "my_w", column: 12),
        Case("activation a(x) = x", "in use", column: 12),
        Case("activation lr(x) = x", "belongs to the language", column: 12),
        Case("activation f(x) = mean(x)", "whole tensor", column: 19),
        Case("activation f(x) = x; f(1, 2)", "other arguments", hint: "f(x)", column: 22),
        Case("activation f(x, k=1) = k*x; net 4 3 f j=2 3", "f has no key j", column: 39),
        Case("schedule cosin steps=5", "no cosin", hint: "cosine", column: 10),
        Case("schedule 5", "a schedule should stand here", column: 10),
        Case("schedule cosine", "needs steps=", hint: "schedule cosine steps=1000"),
        Case("schedule cosine steps=0", "1 ≤ steps", column: 17),
        Case("schedule cosine steps=2.5", "whole number", column: 17),
        Case("schedule cosine steps=5 end=-1", "0 ≤ end", column: 25),
        Case("schedule cosine steps=5 rate=1", "no key rate", column: 25),
        Case("schedule cosine 5", "no more than this", column: 17),
        Case("schedule off now", "no more than this", column: 14),
        Case("schedule off steps=3", "takes no keys", column: 14),
        Case("schedule constant warmup=-1", "0 ≤ warmup", column: 19),
        Case("schedule constant warmup=5 warmup_from=1", "0|base", column: 28),
        Case("schedule constant per=batch", "update|epoch", column: 19),
        Case("schedule step every=0", "1 ≤ every", column: 15),
        Case("schedule step factor=0.5", "needs every="),
        Case("schedule exponential steps=5 rate=-0.5", "0 < rate", column: 30),
        Case("schedule polynomial steps=5 power=0", "0 < power", column: 29),
        Case("schedule polynomial steps=5 cycle=maybe", "on|off", column: 29),
        Case("schedule inverse_time steps=5", "needs rate=", hint: "rate=0.5"),
        Case("schedule piecewise boundaries=[] values=[1]", "boundaries is empty", hint: "[700, 900]"),
        Case("schedule piecewise boundaries=[9, 3] values=[1, 2, 3]", "must ascend", hint: "[3, 9]"),
        Case("schedule piecewise boundaries=[3, 3] values=[1, 2, 3]", "must ascend"),
        Case("schedule piecewise boundaries=[3, 9] values=[1, 2]", "need 3 values, not 2"),
        Case("schedule piecewise boundaries=[3] values=[1, -2]", "0 ≤ each", column: 35),
        Case("schedule piecewise boundaries=[-3] values=[1, 2]", "0 ≤ each", column: 20),
        Case("schedule piecewise boundaries=3 values=[1, 2]", "a list of numbers", hint: "boundaries=[", column: 31),
        Case("schedule piecewise boundaries=[a] values=[1, 2]", "takes numbers", column: 32),
        Case("schedule piecewise boundaries=[3] boundary=before values=[1, 2]", "after|at", column: 35),
        Case("lr_at(1.5)", "whole numbers from 0"),
        Case("lr_at([3, -1])", "whole numbers from 0"),
        Case("landscape vally", "no vally", hint: "valley", column: 11),
        Case("landscape", "no landscape is minimised", hint: "landscape valley"),
        Case("landscape valley kappa=0.5", "1 ≤ kappa", column: 18),
        Case("landscape valley angle=3", "no key angle", column: 18),
        Case("landscape bowl start=[1, 2, 3]", "2 coordinates, start has 3", hint: "start=[4, 3]"),
        Case("landscape parabola start=[1, 2]", "1 coordinate, start has 2", hint: "start=[-6]"),
        Case("landscape bowl start=[1e999, 0]", "not allowed", column: 16),
        Case("landscape bowl start=a", "a list of numbers", column: 22),
        Case("landscape bowl valley", "no more than this", column: 16),
        Case("fans W1", "no more than this", column: 6),
        Case("new; fans", "no net", hint: "net 4", column: 6),
    ]

    @Test(arguments: cases) func isReported(_ bad: Case) throws {
        let bench = TestBench()
        try bench.run(Self.setup)
        let before = bench.fingerprint
        let error = failure { () throws(Diagnostic) in try bench.run("1 + 1\n" + bad.line) }
        #expect(error?.message.contains(bad.message) == true, "\(error?.message ?? "accepted")")
        if let hint = bad.hint { #expect(error?.hint?.contains(hint) == true, "\(error?.hint ?? "no hint")") }
        #expect(error?.place?.line == 2)
        #expect(error?.place?.column == bad.column)
        #expect(bench.fingerprint == before)
    }

    /// Deep or long input is refused before it can exhaust the stack.
    @Test(arguments: [
        String(repeating: "(", count: 100_000), String(repeating: "[", count: 100_000),
        String(repeating: "-", count: 100_000) + "1", String(repeating: "not ", count: 100_000) + "1",
        "1" + String(repeating: " + 1", count: 5_000_000), "2" + String(repeating: " ^ 2", count: 100_000),
        "w" + String(repeating: "[0]", count: 100_000), String(repeating: "sin(", count: 100_000),
        String(repeating: "{", count: 100_000), "a = " + String(repeating: "skip(", count: 100_000),
        "net " + String(repeating: "skip(", count: 100_000), "net " + String(repeating: "[", count: 100_000),
        "trials 2 1 " + String(repeating: "{", count: 100_000),
    ]) func depthIsLimited(_ text: String) {
        onLargeStack {
            #expect(throws: Diagnostic.self) { try TestBench().run(text) }
        }
    }

    @Test func longFlatListsAreFine() throws {
        let bench = TestBench()
        try bench.run("a = [" + Array(repeating: "1", count: 300_000).joined(separator: ", ") + "]")
        #expect(try bench.value("a").count == 300_000)
    }

    @Test(arguments: [
        String(repeating: "(", count: 900) + "1" + String(repeating: ")", count: 900),
        "1" + String(repeating: " + 1", count: 900),
        String(repeating: "abs(", count: 900) + "1" + String(repeating: ")", count: 900),
        String(repeating: "[", count: 900) + "1" + String(repeating: "]", count: 900),
        "1" + String(repeating: " ^ 1", count: 900),
        "w" + String(repeating: " + w", count: 900),
    ]) func deepestAllowedExpressionWorks(_ text: String) {
        onLargeStack {
            let bench = TestBench()
            #expect(throws: Never.self) { try bench.run("w = param(1)\na = \(text)\na") }
        }
    }

    @Test(arguments: [[0xFF, 0xFE], [0x61, 0x00, 0x62], [0xC3]] as [[UInt8]]) func textMustBeUTF8(_ bytes: [UInt8]) {
        #expect(throws: Diagnostic.self) { try TestBench().run(Script(name: "bytes", text: bytes)) }
    }

    @Test func divisionByZeroAndOverflowAreNumbers() throws {
        let bench = TestBench()
        try bench.run("a = 1 / 0; b = 0 / 0; c = exp(1000); d = -1e308 * 10; e = 1e999; f = log(0); g = sqrt(-1)")
        #expect(try bench.value("a").scalar == .infinity)
        #expect(try bench.value("b").scalar?.isNaN == true)
        #expect(try bench.value("d").scalar == -.infinity)
    }

    @Test func scriptThatRunsItselfStops() throws {
        let folder = TemporaryFolder()
        folder.write("run \"self.dl\"\n", to: "self.dl")
        let script = try Script.read(folder.path + "/self.dl")
        let error = failure { () throws(Diagnostic) in try TestBench().run(script) }
        #expect(error?.message.contains("32") == true)
    }

    /// What the lines before a failing one did is kept; the failing line leaves nothing, not even its first half.
    @Test func failingLineLeavesNothing() throws {
        let bench = TestBench()
        #expect(throws: Diagnostic.self) { try bench.run("a = 1\nb = 2; c = nonsense\nd = 4") }
        #expect(try bench.value("a").scalar == 1)
        #expect(throws: Diagnostic.self) { try bench.value("b") }
        #expect(throws: Diagnostic.self) { try bench.value("d") }
    }
}

/// The diagnostic that `body` throws, nil when it throws none.
private func failure(_ body: () throws(Diagnostic) -> Void) -> Diagnostic? {
    do {
        try body()
        return nil
    } catch { return error }
}
