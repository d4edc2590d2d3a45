"""Makes layers.dl: skip, dropout with given masks, batch normalization: values, gradients, running statistics and
training steps, against PyTorch and Keras."""
import numpy

from fixture import Fixture, keras, literal, sample, tensor, torch

nn = torch.nn
fixture = Fixture("layers")
generator = numpy.random.default_rng(20)
TOLERANCE = "1e-9"


class Case:
    """A net of dense layers with PyTorch's layers between them, given as functions of their input."""

    def __init__(self, title, line, rows, inputs, outputs, widths, loss="mse"):
        fixture.case(title)
        fixture.say(f"net {line}")
        self.parameters = {}
        for number, (width, units) in enumerate(widths, 1):
            self.give(f"W{number}", sample(generator, width, units, low=-1.0, high=1.0))
            self.give(f"b{number}", sample(generator, units, low=-1.0, high=1.0))
        self.x = tensor(sample(generator, rows, inputs))
        self.y = tensor(sample(generator, rows, outputs))
        fixture.say(f"loss {loss}", f"x = {literal(self.x)}", f"y = {literal(self.y)}")

    def give(self, name, value):
        self.parameters[name] = tensor(value).requires_grad_()
        fixture.say(f"{name} = {literal(value)}")

    def dense(self, number, x):
        return x @ self.parameters[f"W{number}"] + self.parameters[f"b{number}"]

    def compare(self, out, nodes=None):
        """Forward and backward: the output, the loss, inner nodes and all gradients."""
        nodes = nodes or {}
        for node in nodes.values():
            node.retain_grad()
        loss = nn.functional.mse_loss(out, self.y)
        loss.backward()
        fixture.say("forward", "backward")
        fixture.expect("out", out, TOLERANCE)
        fixture.expect("loss", loss, TOLERANCE)
        for name, node in nodes.items():
            fixture.expect(name, node, TOLERANCE)
            fixture.expect(f"{name}.grad", node.grad, TOLERANCE)
        for name, parameter in self.parameters.items():
            fixture.expect(f"{name}.grad", parameter.grad, TOLERANCE)

    def evaluate(self, out):
        fixture.expect("predict(x)", out, TOLERANCE)
        fixture.expect("loss_on(train)", nn.functional.mse_loss(out, self.y), TOLERANCE)


def skips():
    case = Case(
        "skip around two layers, as document 004 draws it", "3 4 relu skip( 4 relu 4 ) relu 2", 5, 3, 2,
        [(3, 4), (4, 4), (4, 4), (4, 2)])
    a1 = torch.relu(case.dense(1, case.x))
    z2 = case.dense(2, a1)
    s3 = case.dense(3, torch.relu(z2)) + a1
    case.compare(case.dense(4, torch.relu(s3)), {"a1": a1, "z2": z2, "s3": s3})

    case = Case("skip in skip", "3 skip( 3 tanh skip( 3 tanh 3 ) ) 2", 4, 3, 2, [(3, 3), (3, 3), (3, 3), (3, 2)])
    a1 = torch.tanh(case.dense(1, case.x))
    s3 = case.dense(3, torch.tanh(case.dense(2, a1))) + a1
    case.compare(case.dense(4, s3 + case.x))


def dropouts():
    for rate, keys in [(0.5, ""), (0.2, ""), (0.7, "p=keep"), (0.3, "form=classic"), (0.4, "p=keep form=classic")]:
        keep = rate if "keep" in keys else 1 - rate
        case = Case(
            f"dropout {rate} {keys}", f"3 6 relu dropout {rate} {keys} 2".replace("  ", " "), 4, 3, 2, [(3, 6), (6, 2)])
        mask = (generator.uniform(size=(4, 6)) < keep).astype(float)
        fixture.say(f"mask1 = {literal(mask)}")
        classic = "classic" in keys
        a1 = torch.relu(case.dense(1, case.x))
        d1 = a1 * tensor(mask) / (1 if classic else keep)
        case.compare(case.dense(2, d1), {"a1": a1, "d1": d1})
        case.evaluate(case.dense(2, a1 * (keep if classic else 1)))


def torch_norm(case, keys, momentum, eps):
    gamma, beta = sample(generator, 4, low=0.5, high=2), sample(generator, 4)
    case.give("gamma1", gamma)
    case.give("beta1", beta)
    layer = nn.BatchNorm1d(4, momentum=momentum, eps=eps)
    layer.weight, layer.bias = nn.Parameter(tensor(gamma)), nn.Parameter(tensor(beta))
    case.parameters["gamma1"], case.parameters["beta1"] = layer.weight, layer.bias
    return layer


def norms():
    for keys, momentum, eps in [("", 0.1, 1e-5), ("momentum=0.3 eps=0.01", 0.3, 0.01)]:
        case = Case(
            f"PyTorch's BatchNorm1d {keys}", f"3 4 batchnorm {keys} relu 2".replace("  ", " "), 5, 3, 2, [(3, 4), (4, 2)])
        layer = torch_norm(case, keys, momentum, eps)
        z1 = case.dense(1, case.x)
        n1 = layer(z1)
        case.compare(case.dense(2, torch.relu(n1)), {"z1": z1, "n1": n1})
        running(layer)
        layer.eval()
        case.evaluate(case.dense(2, torch.relu(layer(case.dense(1, case.x)))))
        # Again a forward of the same batch: it is counted once.
        fixture.say("forward")
        running(layer)
        layer.train()
        fixture.say("optimizer sgd lr=0.1", "step 3")
        optimizer = torch.optim.SGD(case.parameters.values(), lr=0.1)
        first = True
        for _ in range(3):
            optimizer.zero_grad()
            # The first of these steps uses the batch that has been counted.
            layer.momentum = 0.0 if first else momentum
            nn.functional.mse_loss(case.dense(2, torch.relu(layer(case.dense(1, case.x)))), case.y).backward()
            optimizer.step()
            first = False
        running(layer)
        for name, parameter in case.parameters.items():
            fixture.expect(name, parameter, TOLERANCE)
        layer.eval()
        case.evaluate(case.dense(2, torch.relu(layer(case.dense(1, case.x)))))
        fixture.say("back 1", "forward", "step 1")
        running(layer)

    for keys, momentum, eps in [("", 0.99, 1e-3), ("momentum=0.8 eps=0.05", 0.8, 0.05)]:
        fixture.case(f"Keras' BatchNormalization {keys}")
        line = f"3 batchnorm {keys} 2".replace("  ", " ")
        fixture.say("profile keras", f"net {line}")
        layer = keras.layers.BatchNormalization(momentum=momentum, epsilon=eps, dtype="float64")
        x = sample(generator, 6, 3)
        layer.build(x.shape)
        gamma, beta = sample(generator, 3, low=0.5, high=2), sample(generator, 3)
        weights, bias = sample(generator, 3, 2), sample(generator, 2)
        y = sample(generator, 6, 2)
        layer.gamma.assign(tensor(gamma))
        layer.beta.assign(tensor(beta))
        fixture.say(
            f"gamma0 = {literal(gamma)}", f"beta0 = {literal(beta)}", f"W1 = {literal(weights)}",
            f"b1 = {literal(bias)}", "loss mse", f"x = {literal(x)}", f"y = {literal(y)}", "forward")
        # The layer itself computes in 32 bits, whatever its inputs; its operations are compared in 64.
        coarse = "2e-6"
        moving = {"mean": numpy.zeros(3), "var": numpy.ones(3)}

        def normalized(mean, variance):
            return keras.ops.batch_normalization(
                tensor(x), tensor(mean), tensor(variance), axis=1, offset=tensor(beta), scale=tensor(gamma), epsilon=eps)

        for _ in range(2):
            fixture.expect("n0", layer(tensor(x), training=True), coarse)
            fixture.expect("running_mean0", layer.moving_mean.numpy().reshape(1, -1), coarse)
            fixture.expect("running_var0", layer.moving_variance.numpy().reshape(1, -1), coarse)
            evaluated = layer(tensor(x), training=False).detach().numpy()
            fixture.expect("predict(x)", evaluated @ weights + bias, coarse)
            batch = dict(zip(["mean", "var"], (part.numpy() for part in keras.ops.moments(tensor(x), axes=[0]))))
            fixture.expect("n0", normalized(batch["mean"], batch["var"]), TOLERANCE)
            for name, value in batch.items():
                moving[name] = moving[name] * momentum + value * (1 - momentum)
                fixture.expect(f"running_{name}0", moving[name].reshape(1, -1), TOLERANCE)
            evaluated = normalized(moving["mean"], moving["var"]).numpy()
            fixture.expect("predict(x)", evaluated @ weights + bias, TOLERANCE)
            fixture.say("x = x", "forward")


def running(layer):
    fixture.expect("running_mean1", layer.running_mean.reshape(1, -1), TOLERANCE)
    fixture.expect("running_var1", layer.running_var.reshape(1, -1), TOLERANCE)


def frozen():
    case = Case("a frozen layer: no gradient, no update, no part in the norm", "3 4 tanh 2", 5, 3, 2, [(3, 4), (4, 2)])
    fixture.say("optimizer sgd lr=0.1 momentum=0.9 weight_decay=0.01", "clip norm 0.2")
    trained = [case.parameters[name] for name in ("W1", "b2")]
    optimizer = torch.optim.SGD(case.parameters.values(), lr=0.1, momentum=0.9, weight_decay=0.01)
    for freeze in (True, False):
        fixture.say("freeze b1 W2" if freeze else "unfreeze", "step 3")
        for name in ("b1", "W2"):
            case.parameters[name].requires_grad_(not freeze)
        for _ in range(3):
            optimizer.zero_grad()
            out = case.dense(2, torch.tanh(case.dense(1, case.x)))
            nn.functional.mse_loss(out, case.y).backward()
            nn.utils.clip_grad_norm_(trained if freeze else case.parameters.values(), 0.2, error_if_nonfinite=True)
            optimizer.step()
        for name, parameter in case.parameters.items():
            fixture.expect(name, parameter, "1e-6")


skips()
dropouts()
norms()
frozen()
fixture.write()
