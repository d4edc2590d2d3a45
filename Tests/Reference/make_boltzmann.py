"""Makes boltzmann.dl: restricted Boltzmann machines: probabilities, energies by counting through all states, and steps of
contrastive divergence with imposed samples, against NumPy."""
import itertools

import numpy

from fixture import Fixture, literal, sample

fixture = Fixture("boltzmann")
generator = numpy.random.default_rng(26)
TOLERANCE = "1e-9"


def sigmoid(x):
    return 1 / (1 + numpy.exp(-x))


def states(units):
    return numpy.array(list(itertools.product([0.0, 1.0], repeat=units)))


def bits(*shape):
    return (generator.uniform(size=shape) < 0.5).astype(float)


class Machine:
    """Weights W [v×h], visible biases a, hidden biases b."""

    def __init__(self, visible, hidden, suffix="", zero_biases=False):
        self.names = [f"{name}{suffix}" for name in ("W", "a", "b")]
        self.W = sample(generator, visible, hidden, low=-1.5, high=1.5)
        self.a = numpy.zeros(visible) if zero_biases else sample(generator, visible, low=-1, high=1)
        self.b = numpy.zeros(hidden) if zero_biases else sample(generator, hidden, low=-1, high=1)

    @property
    def parameters(self):
        return [self.W, self.a, self.b]

    def give(self):
        for name, value in zip(self.names, self.parameters):
            fixture.say(f"{name} = {literal(value)}")

    def hidden(self, v):
        return sigmoid(v @ self.W + self.b)

    def visible(self, h):
        return sigmoid(h @ self.W.T + self.a)

    def energy(self, v, h):
        return -v @ self.a - h @ self.b - numpy.sum((v @ self.W) * h, axis=-1)

    def free_energy(self, v):
        """By the definition: −log of the sum over every hidden state."""
        hidden = states(len(self.b))
        return numpy.array([-numpy.log(sum(numpy.exp(-self.energy(row, h)) for h in hidden)) for row in v])

    def log_partition(self):
        return numpy.logaddexp.reduce(
            [-self.energy(v, h) for v in states(len(self.a)) for h in states(len(self.b))])

    def contrastive_divergence(self, v0, hidden, visible=None, positive="sampled", chain=None):
        """The gradient of CD-k with imposed samples, k of the hidden and, where they are sampled, of the visible units. A
        persistent chain begins at `chain` instead."""
        nodes = {"ph0": self.hidden(v0)}
        h = hidden[0] if chain is None else chain
        for round in range(1, len(hidden) + 1):
            nodes[f"pv{round}"] = self.visible(h)
            v = nodes[f"pv{round}"] if visible is None else visible[round - 1]
            nodes[f"ph{round}"] = self.hidden(v)
            if round < len(hidden):
                h = hidden[round]
        first = hidden[0] if positive == "sampled" else nodes["ph0"]
        last = nodes[f"ph{len(hidden)}"]
        n = len(v0)
        correlations = {"vh_data": v0.T @ first / n, "vh_recon": v.T @ last / n}
        gradient = [
            -(correlations["vh_data"] - correlations["vh_recon"]), -(v0.mean(0) - v.mean(0)),
            -(first.mean(0) - last.mean(0))]
        back = nodes[f"pv{len(hidden)}"] if chain is None else self.visible(hidden[0])
        error = numpy.mean((v0 - back) ** 2)
        return gradient, {**nodes, **correlations, "recon_error": error}


def golden():
    fixture.case("a machine of 3 and 2 units by hand")
    fixture.say(
        "rbm visible=3 hidden=2 k=1 lr=0.1", "W = [[0.1, -0.2], [0.3, 0.4], [-0.5, 0.2]]", "a = [0, 0, 0]", "b = [0, 0]",
        "x = [1, 0, 1]", "h0 = [0, 1]", "forward")
    for name, value in [
        ("ph0", [[0.401312, 0.5]]), ("pv1", [[0.450166, 0.598688, 0.549834]]), ("ph1", [[0.487429, 0.564491]]),
        ("free_energy([1, 0, 1])", -1.206162),
    ]:
        fixture.expect(name, value, "1e-6")


def steps():
    cases = [
        (1, "", "sgd lr=0.1"), (1, "positive=probabilities", "sgd lr=0.3 momentum=0.5"), (3, "", "sgd lr=0.05"),
        (2, "reconstruction=sampled", "sgd lr=0.2"),
        (1, "reconstruction=sampled positive=probabilities", "sgd lr=0.1 momentum=0.9 weight_decay=0.02"),
    ]
    for k, keys, rule in cases:
        fixture.case(f"CD-{k} {keys}, {rule}".replace(" ,", ","))
        machine = Machine(4, 3)
        rates = " ".join(rule.split()[1:])
        fixture.say(f"rbm visible=4 hidden=3 k={k} {keys} {rates}".replace("  ", " "))
        machine.give()
        settings = dict(item.split("=") for item in rule.split()[1:])
        velocity = [numpy.zeros_like(p) for p in machine.parameters]
        for _ in range(3):
            v0 = bits(6, 4)
            hidden = [bits(6, 3) for _ in range(k)]
            visible = [bits(6, 4) for _ in range(k)] if "reconstruction" in keys else None
            fixture.say(f"x = {literal(v0)}")
            fixture.say(*(f"h{i} = {literal(h)}" for i, h in enumerate(hidden)))
            if visible:
                fixture.say(*(f"v{i} = {literal(v)}" for i, v in enumerate(visible, 1)))
            positive = "probabilities" if "positive" in keys else "sampled"
            gradient, nodes = machine.contrastive_divergence(v0, hidden, visible, positive)
            fixture.say("forward", "backward")
            for name, value in nodes.items():
                fixture.expect(name, value, TOLERANCE)
            for i, h in enumerate(hidden):
                fixture.expect(f"h{i}", h, "0")
            for name, value in zip(machine.names, gradient):
                fixture.expect(f"{name}.grad", value, TOLERANCE)
                fixture.expect_same(f"numgrad(contrast, {name})", f"{name}.grad", "1e-7")
            fixture.say("update")
            for index, (parameter, slope) in enumerate(zip(machine.parameters, gradient)):
                slope = slope + float(settings.get("weight_decay", 0)) * parameter
                velocity[index] = float(settings.get("momentum", 0)) * velocity[index] + slope
                parameter -= float(settings["lr"]) * velocity[index]
            for name, value in zip(machine.names, machine.parameters):
                fixture.expect(name, value, TOLERANCE)


def persistent():
    for k, keys in [(1, ""), (2, "reconstruction=sampled")]:
        fixture.case(f"PCD-{k} {keys}: the chain goes on from batch to batch, from 0")
        machine = Machine(4, 3)
        fixture.say(f"rbm visible=4 hidden=3 k={k} chain=pcd lr=0.2 {keys}".strip())
        machine.give()
        kept = numpy.zeros((6, 3))
        # A smaller batch moves only the first rows of the chain.
        for rows in (6, 6, 4, 6):
            v0 = bits(rows, 4)
            hidden = [bits(rows, 3) for _ in range(k + 1)]
            visible = [bits(rows, 4) for _ in range(k)] if keys else None
            fixture.say(f"x = {literal(v0)}")
            fixture.say(*(f"h{i} = {literal(h)}" for i, h in enumerate(hidden)))
            if visible:
                fixture.say(*(f"v{i} = {literal(v)}" for i, v in enumerate(visible, 1)))
            gradient, nodes = machine.contrastive_divergence(v0, hidden[:-1], visible, chain=kept[:rows])
            fixture.say("forward")
            fixture.expect("chain", kept[:rows], "0")
            # Once more the same batch: the chain does not go on.
            fixture.say("forward", "backward")
            for name, value in nodes.items():
                fixture.expect(name, value, TOLERANCE)
            fixture.say("update")
            for name, parameter, slope in zip(machine.names, machine.parameters, gradient):
                parameter -= 0.2 * slope
                fixture.expect(name, parameter, TOLERANCE)
            kept[:rows] = hidden[-1]


def energies():
    for visible, hidden in [(4, 3), (3, 5), (1, 1), (2, 2)]:
        fixture.case(f"energies of {visible} and {hidden} units, by counting through all states")
        machine = Machine(visible, hidden)
        fixture.say(f"rbm visible={visible} hidden={hidden}")
        machine.give()
        v, h = states(visible), bits(2**visible, hidden)
        fixture.expect(f"energy({literal(v)}, {literal(h)})", machine.energy(v, h), TOLERANCE)
        fixture.expect(f"free_energy({literal(v)})", machine.free_energy(v), TOLERANCE)
        fixture.expect(f"free_energy({literal(v[-1])})", machine.free_energy(v)[-1], TOLERANCE)
        fixture.expect(f"p_hidden({literal(v)})", machine.hidden(v), TOLERANCE)
        fixture.expect(f"p_visible({literal(h)})", machine.visible(h), TOLERANCE)
        fixture.expect(f"reconstruct({literal(v)})", machine.visible(machine.hidden(v)), TOLERANCE)
        fixture.expect("log_partition()", machine.log_partition(), TOLERANCE)
        fixture.expect(f"sum(exp(-free_energy({literal(v)}) - log_partition()))", 1, TOLERANCE)
        fixture.say(f"x = {literal(v)}")
        fixture.expect("free_energy(train)", machine.free_energy(v).mean(), TOLERANCE)
        error = numpy.mean((v - machine.visible(machine.hidden(v))) ** 2)
        fixture.expect("reconstruction_error(train)", error, TOLERANCE)
        # Far out no exponential overflows.
        fixture.say(f"W = 1000 * {literal(machine.W)}")
        machine.W = 1000 * machine.W
        fixture.expect("log_partition()", machine.log_partition(), TOLERANCE)


def stack():
    fixture.case("three machines, one on the other")
    lower, middle, upper = Machine(5, 4), Machine(4, 3, "_2"), Machine(3, 2, "_3")
    fixture.say("rbm visible=5 hidden=4", "rbm stack hidden=3", "rbm stack hidden=2 lr=0.2")
    for machine in (lower, middle, upper):
        machine.give()
    x, h0 = bits(4, 5), bits(4, 2)
    v0 = middle.hidden(lower.hidden(x))
    gradient, nodes = upper.contrastive_divergence(v0, [h0])
    fixture.say(f"x = {literal(x)}", f"h0 = {literal(h0)}", "step")
    for name, value in {"v0": v0, **nodes}.items():
        fixture.expect(name, value, TOLERANCE)
    for name, value, slope in zip(upper.names, upper.parameters, gradient):
        fixture.expect(name, value - 0.2 * slope, TOLERANCE)
    for machine in (lower, middle):
        for name, value in zip(machine.names, machine.parameters):
            fixture.expect(name, value, "0")
    for value, slope in zip(upper.parameters, gradient):
        value -= 0.2 * slope
    back = lower.visible(middle.visible(upper.visible(upper.hidden(v0))))
    fixture.expect(f"reconstruct({literal(x)})", back, TOLERANCE)
    fixture.expect("free_energy(train)", upper.free_energy(v0).mean(), TOLERANCE)
    fixture.expect("reconstruction_error(train)", numpy.mean((x - back) ** 2), TOLERANCE)


golden()
steps()
persistent()
energies()
stack()
fixture.write()
