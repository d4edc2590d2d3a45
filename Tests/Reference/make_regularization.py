"""Makes regularization.dl: penalties and their gradients, clipped gradients, and optimizers under each profile.

PyTorch's autograd gives gradients of penalised losses, Keras confirms its penalties; the clipping is that of
torch.nn.utils and of Keras' optimizers; the profiles torch and keras are the frameworks' optimizers with no argument
given, the profile doc002 is written out from the lecture notes' formulas.
"""
import itertools

import numpy

from fixture import Fixture, keras, literal, sample, torch
from make_optimizers import with_keras, with_torch

GRADIENTS = [0.5, -0.2, 0.1, 0.3, -0.4]
START = [1.0, -2.0, 0.0, 0.25]

# A penalty in the language, and as a function of a tensor; Keras' regularizer where it has the very thing.
PENALTIES = [
    ("l2 0.1", lambda w: 0.1 * (w ** 2).sum(), keras.regularizers.L2(0.1)),
    ("l2", lambda w: 0.01 * (w ** 2).sum(), keras.regularizers.L2()),
    ("l2 0.3 half=on", lambda w: 0.5 * 0.3 * (w ** 2).sum(), None),
    ("l2 0", lambda w: 0 * w.sum(), None),
    ("l1 0.25", lambda w: 0.25 * w.abs().sum(), keras.regularizers.L1(0.25)),
    ("l1", lambda w: 0.01 * w.abs().sum(), keras.regularizers.L1()),
    ("elastic l1=0.2 l2=0.05", lambda w: 0.2 * w.abs().sum() + 0.05 * (w ** 2).sum(), keras.regularizers.L1L2(0.2, 0.05)),
    ("elastic l1=0.2 l2=0.05 half=on", lambda w: 0.2 * w.abs().sum() + 0.025 * (w ** 2).sum(), None),
]


def tensor(value):
    return torch.tensor(numpy.array(value), requires_grad=True)


def add_penalties(fixture):
    for text, penalty, theirs in PENALTIES:
        for order in itertools.permutations(["minimize J", f"regularize {text}"]):
            fixture.case(f"{text} on a function of a vector")
            w = tensor(START)
            fixture.say(f"w = param({literal(START)})", "c = [0.5, 1, -2, 0.25]", "J = sum((w - 1)^2 * c) + w[0] * w[3]")
            fixture.say(*order, "optimizer momentum lr=0.1")
            optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.9)
            for _ in range(3):
                data = ((w - 1) ** 2 * torch.tensor([0.5, 1.0, -2.0, 0.25])).sum() + w[0] * w[3]
                value = penalty(w)
                if theirs is not None:
                    assert abs(float(theirs(w.detach())) - value.item()) < 1e-12, text
                optimizer.zero_grad()
                (data + value).backward()
                fixture.say("forward", "backward")
                for name, expected in [("J", data), ("data_loss", data), ("penalty", value), ("objective", data + value),
                                       ("loss", data + value), ("w.grad", w.grad)]:
                    fixture.expect(name, expected)
                optimizer.step()
                fixture.say("update")
                fixture.expect("w", w)
            fixture.say("regularize off", "forward")
            fixture.expect("loss", ((w - 1) ** 2 * torch.tensor([0.5, 1.0, -2.0, 0.25])).sum() + w[0] * w[3])


def add_networks(fixture, generator):
    """Only weights are penalised unless biases=on; loss_on leaves the penalty out unless evaluation=total."""
    for (text, penalty, _), biases, evaluation in itertools.product(PENALTIES, [False, True], ["data", "total"]):
        if evaluation == "total" and biases:
            continue
        fixture.case(f"{text} on a net, biases {biases}")
        values = {"W1": sample(generator, 3, 4), "b1": sample(generator, 4), "W2": sample(generator, 4, 2), "b2": sample(generator, 2)}
        x, y = sample(generator, 5, 3), sample(generator, 5, 2)
        keys = (" biases=on" if biases else "") + (" evaluation=total" if evaluation == "total" else "")
        fixture.say("net 3 4 tanh 2", f"regularize {text}{keys}", "loss mse", f"x = {literal(x)}", f"y = {literal(y)}")
        fixture.say(*[f"{name} = {literal(value)}" for name, value in values.items()], "optimizer adam lr=0.05")
        parameters = {name: tensor(value) for name, value in values.items()}
        optimizer = torch.optim.Adam(parameters.values(), lr=0.05)

        def parts():
            hidden = torch.tanh(torch.tensor(x) @ parameters["W1"] + parameters["b1"])
            data = ((hidden @ parameters["W2"] + parameters["b2"] - torch.tensor(y)) ** 2).mean()
            return data, sum(penalty(p) for name, p in parameters.items() if biases or name[0] == "W")

        for _ in range(3):
            data, value = parts()
            optimizer.zero_grad()
            (data + value).backward()
            fixture.say("forward", "backward")
            for name, expected in [("data_loss", data), ("penalty", value), ("loss", data + value)]:
                fixture.expect(name, expected)
            for name, parameter in parameters.items():
                fixture.expect(f"{name}.grad", parameter.grad)
            optimizer.step()
            fixture.say("update")
        for name, parameter in parameters.items():
            fixture.expect(name, parameter)
        data, value = parts()
        fixture.expect("loss_on(train)", data + value if evaluation == "total" else data)


def add_equal_decay(fixture):
    """Half of the square has the gradient of PyTorch's weight_decay, for biases as for weights."""
    fixture.case("l2 half=on biases=on is weight_decay")
    fixture.say("data blobs n=20 seed=3", "net 2 3 tanh 3", "init glorot_normal seed=1", "loss cross_entropy")
    fixture.say("regularize l2 0.1 half=on biases=on", "order fixed", "batch 5", "optimizer adam lr=0.1", "step 9", "a = value(W1)")
    fixture.say("regularize off", "init glorot_normal seed=1", "optimizer adam lr=0.1 weight_decay=0.1", "step 9")
    fixture.expect_same("a", "W1", "1e-10")


# Clipping. Each oracle takes the parameters' gradients and gives the clipped ones.

def torch_norm(limit, per_variable=False):
    def clip(gradients):
        parameters = [tensor(numpy.zeros(numpy.shape(g))) for g in gradients]
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = torch.tensor(numpy.array(gradient))
        for group in [[p] for p in parameters] if per_variable else [parameters]:
            torch.nn.utils.clip_grad_norm_(group, limit)
        return [p.grad for p in parameters]
    return clip


def torch_value(limit):
    def clip(gradients):
        parameters = [tensor(numpy.zeros(numpy.shape(g))) for g in gradients]
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = torch.tensor(numpy.array(gradient))
        torch.nn.utils.clip_grad_value_(parameters, limit)
        return [p.grad for p in parameters]
    return clip


def keras_clip(**options):
    def clip(gradients):
        optimizer = keras.optimizers.SGD(learning_rate=1.0, **options)
        return optimizer._clip_gradients([torch.tensor(numpy.array(g)) for g in gradients])
    return clip


def keras_norm(limit, per_variable=False):
    """Keras rounds the factor to single precision, so that it only confirms the numbers."""
    def clip(gradients):
        lengths = [numpy.linalg.norm(numpy.ravel(g)) for g in gradients]
        whole = numpy.linalg.norm(lengths)
        clipped = [numpy.array(g) * min(1.0, limit / (own if per_variable else whole)) for g, own in zip(gradients, lengths)]
        theirs = keras_clip(**{"clipnorm" if per_variable else "global_clipnorm": limit})(gradients)
        for ours, value in zip(clipped, theirs):
            numpy.testing.assert_allclose(ours, value.numpy(), rtol=1e-6)
        return clipped
    return clip


def clippings(limit):
    yield f"norm {limit}", torch_norm(limit)
    yield f"norm {limit} per=variable", torch_norm(limit, per_variable=True)
    yield f"norm {limit} form=keras", keras_norm(limit)
    yield f"norm {limit} form=keras per=variable", keras_norm(limit, per_variable=True)
    yield f"value {limit}", torch_value(limit)
    yield f"value {limit}", keras_clip(clipvalue=limit)


def add_clipping(fixture, generator):
    problems = [[[3.0, 4.0], [12.0]], [sample(generator, 2, 3).tolist(), sample(generator, 3).tolist()], [[1e-3, -2e-3], 1e-4]]
    for gradients, limit in itertools.product(problems, [1.0, 0.5, 12.5, 100.0]):
        for text, oracle in clippings(limit):
            fixture.case(f"clip {text}")
            fixture.say(*[f"{name} = param({literal(numpy.zeros(numpy.shape(g)))})" for name, g in zip("ab", gradients)])
            fixture.say("optimizer sgd lr=1", f"clip {text}")
            fixture.say(*[f"{name}.grad = {literal(g)}" for name, g in zip("ab", gradients)], "update")
            for name, gradient, clipped in zip("ab", gradients, oracle(gradients)):
                fixture.expect(f"-{name}", clipped, tolerance="1e-12")
                # What backward left is still there.
                fixture.expect(f"{name}.grad", gradient, tolerance="0")
    fixture.case("clip norm of a gradient that is zero everywhere")
    for form in ["torch", "keras"]:
        fixture.say("a = param([1, 2])", "optimizer sgd lr=1", f"clip norm 1 form={form}", "a.grad = [0, 0]", "update")
        fixture.expect("a", [1.0, 2.0], tolerance="0")


def add_order(fixture):
    """Gradients are clipped before weight decay enters them, in both frameworks."""
    fixture.case("PyTorch: clip, then L2 decay and momentum")
    fixture.say("w = param([3, -4])", "optimizer momentum lr=0.1 weight_decay=0.1", "clip norm 0.3")
    w = tensor([3.0, -4.0])
    optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.9, weight_decay=0.1)
    for gradient in [[0.5, -0.2], [0.1, 0.3], [0.0, -2.0]]:
        w.grad = torch.tensor(gradient)
        torch.nn.utils.clip_grad_norm_([w], 0.3)
        optimizer.step()
        fixture.say(f"w.grad = {literal(gradient)}", "update")
        fixture.expect("w", w)
    fixture.case("Keras: clip, then decoupled decay and Adam; the profile knows all of it")
    fixture.say("profile keras", "w = param([3, -4])", "optimizer adam lr=0.1 weight_decay=0.1", "clip norm 0.3")
    w = keras.Variable(numpy.array([3.0, -4.0]), dtype="float64")
    optimizer = keras.optimizers.Adam(learning_rate=0.1, weight_decay=0.1, clipnorm=0.3)
    optimizer.build([w])
    for gradient in [[0.5, -0.2], [0.1, 0.3], [0.0, -2.0]]:
        optimizer.apply([torch.tensor(gradient)], [w])
        fixture.say(f"w.grad = {literal(gradient)}", "update")
        fixture.expect("w", w.value, tolerance="1e-8")


# Profiles: what an optimizer does when nothing is said about it.

def doc002_rmsprop(w, g, t, s, lr, gamma=0.9, eps=1e-8):
    s["G"] = gamma * s["G"] + (1 - gamma) * g ** 2
    return w - lr / numpy.sqrt(s["G"] + eps) * g


def doc002_adam(w, g, t, s, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    s["m"] = beta1 * s["m"] + (1 - beta1) * g
    s["v"] = beta2 * s["v"] + (1 - beta2) * g ** 2
    return w - lr / numpy.sqrt(s["v"] / (1 - beta2 ** t) + eps) * s["m"] / (1 - beta1 ** t)


def doc002_momentum(w, g, t, s, lr, rho=0.9):
    s["velocity"] = rho * s["velocity"] + g
    return w - lr * s["velocity"]


def written_out(rule, **options):
    def run(start, gradients):
        w, state = numpy.array(start), dict.fromkeys(["G", "m", "v", "velocity"], 0.0)
        for t, gradient in enumerate(gradients, 1):
            w = rule(w, numpy.array(gradient), t, state, **options)
            yield {"w": float(w)}
    return run


def profiles():
    optim, k = torch.optim, keras.optimizers
    yield "torch", {
        "sgd": with_torch(optim.SGD), "momentum": with_torch(optim.SGD, momentum=0.9),
        "nesterov": with_torch(optim.SGD, momentum=0.9, nesterov=True), "adagrad": with_torch(optim.Adagrad),
        "rmsprop": with_torch(optim.RMSprop), "adam": with_torch(optim.Adam), "adamw": with_torch(optim.AdamW),
        "adadelta": with_torch(optim.Adadelta), "adamax": with_torch(optim.Adamax), "nadam": with_torch(optim.NAdam),
        "rmsprop momentum=0.9": with_torch(optim.RMSprop, momentum=0.9), "adam eps=0.01": with_torch(optim.Adam, eps=0.01),
        "adam lr=0.1 weight_decay=0.1": with_torch(optim.Adam, lr=0.1, weight_decay=0.1),
        "momentum lr=0.1 weight_decay=0.1": with_torch(optim.SGD, lr=0.1, momentum=0.9, weight_decay=0.1),
    }
    yield "keras", {
        "sgd": with_keras(k.SGD), "momentum": with_keras(k.SGD, momentum=0.9),
        "nesterov": with_keras(k.SGD, momentum=0.9, nesterov=True), "adagrad": with_keras(k.Adagrad),
        "rmsprop": with_keras(k.RMSprop), "adam": with_keras(k.Adam), "adamw": with_keras(k.AdamW),
        "adadelta": with_keras(k.Adadelta), "adamax": with_keras(k.Adamax), "nadam": with_keras(k.Nadam),
        "lion": with_keras(k.Lion), "rmsprop momentum=0.9": with_keras(k.RMSprop, momentum=0.9),
        "rmsprop centered=on eps=0.01": with_keras(k.RMSprop, centered=True, epsilon=0.01),
        "adam eps=0.01": with_keras(k.Adam, epsilon=0.01), "adamax eps=0.05": with_keras(k.Adamax, epsilon=0.05),
        "adam lr=0.1 weight_decay=0.1": with_keras(k.Adam, learning_rate=0.1, weight_decay=0.1),
        "momentum lr=0.1 weight_decay=0.1": with_keras(k.SGD, learning_rate=0.1, momentum=0.9, weight_decay=0.1),
        "adam amsgrad=on": with_keras(k.Adam, amsgrad=True),
    }
    yield "doc002", {
        "momentum lr=0.1": written_out(doc002_momentum, lr=0.1), "rmsprop lr=0.1": written_out(doc002_rmsprop, lr=0.1),
        "adam lr=0.1": written_out(doc002_adam, lr=0.1), "rmsprop lr=0.1 eps=0.01": written_out(doc002_rmsprop, lr=0.1, eps=0.01),
        "adam lr=0.1 eps=0.01": written_out(doc002_adam, lr=0.1, eps=0.01),
    }


def add_hinge(fixture):
    """The multiclass hinge loss: PyTorch divides by the number of classes, Keras takes the worst class or 0 alone."""
    scores = [[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1], [-1.0, -3.0, -4.0], [0.5, 0.25, 0.125]]
    labels = [0, 1, 2, 0, 1]
    onehot = torch.nn.functional.one_hot(torch.tensor(labels), 3).double()
    oracles = {
        "torch": lambda s: torch.nn.functional.multi_margin_loss(s, torch.tensor(labels)),
        "keras": lambda s: keras.losses.categorical_hinge(onehot, s).mean(),
    }
    for name, oracle in oracles.items():
        for lines, function in [([], f"hinge(s, y, form={name})"), ([f"profile {name}"], "hinge(s, y)")]:
            fixture.case(f"hinge as {name} has it")
            s = tensor(scores)
            loss = oracle(s)
            loss.backward()
            fixture.say(*lines, f"s = param({literal(scores)})", f"y = {literal(labels)}", f"J = {function}", "minimize J")
            fixture.say("forward", "backward")
            # Keras works in single precision here.
            tolerance = "1e-10" if name == "torch" else "1e-6"
            fixture.expect("J", loss, tolerance)
            fixture.expect("s.grad", s.grad, tolerance)


def add_profiles(fixture):
    for name, cases in profiles():
        for line, oracle in cases.items():
            fixture.case(f"profile {name}, optimizer {line}, before and after")
            values = [step["w"] for step in oracle(1.0, GRADIENTS)]
            for lines in ([f"profile {name}", f"optimizer {line}"], [f"optimizer {line}", f"profile {name}"]):
                fixture.say("new", "w = param(1)", *lines)
                for gradient, value in zip(GRADIENTS, values):
                    fixture.say(f"w.grad = {gradient}", "update")
                    fixture.expect("w", value, tolerance="1e-9")
    add_hinge(fixture)
    fixture.case("what profiles say about other members")
    fixture.expect("leaky_relu(-1)", float(torch.nn.functional.leaky_relu(torch.tensor(-1.0))))
    fixture.say("profile keras")
    fixture.expect("leaky_relu(-1)", float(keras.activations.leaky_relu(torch.tensor(-1.0))), tolerance="1e-7")
    fixture.expect("leaky_relu(-1, slope=0.3)", -0.3)
    limit = 2 * (2 / 100) ** 0.5 / 0.87962566103423978
    fixture.say("net 100 200 leaky_relu 3", "init he_normal")
    fixture.expect_true(f"max(abs(W1)) <= {limit!r} and max(abs(W1)) > {0.95 * limit!r}")
    fixture.say("profile torch", "net 100 50 relu 3")
    fixture.expect_true("max(abs(W1)) <= 0.1 and max(abs(W1)) > 0.09 and norm(b1) > 0")
    fixture.say("profile off", "net 100 50 relu 3")
    fixture.expect_true("norm(b1) == 0 and max(abs(W1)) > 0.19")


def main():
    fixture = Fixture("regularization")
    generator = numpy.random.default_rng(24)
    add_penalties(fixture)
    add_networks(fixture, generator)
    add_equal_decay(fixture)
    add_clipping(fixture, generator)
    add_order(fixture)
    add_profiles(fixture)
    fixture.write()


if __name__ == "__main__":
    main()
