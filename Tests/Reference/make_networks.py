"""Makes networks.dl: whole dense networks, their values, gradients and training steps, against PyTorch."""
import numpy

from fixture import Fixture, literal, sample, torch
from oracle import FUNCTIONS, tensor

SAMPLES = 5
OPTIMIZERS = {
    "sgd lr=0.1": (torch.optim.SGD, {"lr": 0.1}),
    "sgd lr=0.05 momentum=0.9 weight_decay=0.01": (torch.optim.SGD, {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.01}),
    "momentum lr=0.1": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
    "momentum lr=0.1 form=keras": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
    "nesterov lr=0.1": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    "adagrad lr=0.1": (torch.optim.Adagrad, {"lr": 0.1}),
    "rmsprop lr=0.01": (torch.optim.RMSprop, {"lr": 0.01}),
    "rmsprop lr=0.01 rho=0.9 centered=on": (torch.optim.RMSprop, {"lr": 0.01, "alpha": 0.9, "centered": True}),
    "adam lr=0.05": (torch.optim.Adam, {"lr": 0.05}),
    "adam lr=0.05 amsgrad=on": (torch.optim.Adam, {"lr": 0.05, "amsgrad": True}),
    "adamw lr=0.05 weight_decay=0.1": (torch.optim.AdamW, {"lr": 0.05, "weight_decay": 0.1}),
}

# Layers, loss, kind of target, optimizer.
CASES = [
    ("3 4 relu 4 relu 1", "mse", "numbers", "sgd lr=0.1"),
    ("3 4 relu 4 relu 1", "mae", "numbers", "momentum lr=0.1"),
    ("3 4 relu 4 relu 1", "huber", "numbers", "adam lr=0.05"),
    ("3 4 relu 4 relu 1", "bce", "bits", "adagrad lr=0.1"),
    ("4 16 relu 3", "cross_entropy", "classes", "adam lr=0.05"),
    ("4 16 relu 3", "hinge", "classes", "sgd lr=0.1"),
    ("2 5 tanh 4 gelu 2", "mse", "numbers", "nesterov lr=0.1"),
    ("2 5 tanh 4 gelu 2", "cross_entropy", "rows", "rmsprop lr=0.01"),
    ("2 5 tanh 4 gelu 2", "huber delta=0.5", "numbers", "adamw lr=0.05 weight_decay=0.1"),
    ("3 4 tanh 4", "cross_entropy smoothing=0.1", "classes", "momentum lr=0.1"),
    ("3 4 tanh 4", "cross_entropy smoothing=0.1", "rows", "adam lr=0.05 amsgrad=on"),
    ("3 4 tanh 4", "hinge", "classes", "rmsprop lr=0.01 rho=0.9 centered=on"),
    ("3 5 sigmoid 2", "bce", "bits", "sgd lr=0.05 momentum=0.9 weight_decay=0.01"),
    ("2 3 silu 3 softplus 2", "mse", "numbers", "adam lr=0.05"),
    ("3 6 leaky_relu 3", "cross_entropy", "classes", "nesterov lr=0.1"),
    ("2 4 tanh 2 sigmoid", "mse", "numbers", "momentum lr=0.1"),
    ("3 2", "mse", "numbers", "sgd lr=0.1"),
    ("1 3 tanh 1", "mae", "numbers", "adagrad lr=0.1"),
    ("2 3 relu 3 relu 3 relu 3 relu 2", "cross_entropy", "classes", "adam lr=0.05"),
] + [("2 4 tanh 3", "cross_entropy", "classes", optimizer) for optimizer in OPTIMIZERS]


def layers_of(text):
    """`3 4 relu 1` is [(3, 4, "relu"), (4, 1, None)]."""
    words = text.split()
    layers, width = [], int(words[0])
    for word in words[1:]:
        if word.isdigit():
            layers.append((width, int(word), None))
            width = int(word)
        else:
            layers[-1] = (*layers[-1][:2], word)
    return layers


def make_parameters(layers, generator):
    parameters = {}
    for number, (inputs, outputs, _) in enumerate(layers, 1):
        parameters[f"W{number}"] = sample(generator, inputs, outputs, low=-1, high=1)
        parameters[f"b{number}"] = sample(generator, outputs, low=-0.5, high=0.5)
    return parameters


def make_target(kind, width, generator):
    if kind == "classes":
        return generator.integers(0, width, SAMPLES)
    if kind == "bits":
        return generator.integers(0, 2, (SAMPLES, width))
    if kind == "rows":
        rows = generator.uniform(0.1, 1, (SAMPLES, width))
        return rows / rows.sum(axis=1, keepdims=True)
    return sample(generator, SAMPLES, width)


def loss_of(text):
    """`huber delta=0.5` is a function of output and target."""
    name, *keys = text.split()
    options = {key: float(value) for key, value in (pair.split("=") for pair in keys)}
    return lambda output, target: FUNCTIONS[name](output, target, **options)


def forward(layers, parameters, x):
    """Every node of the network, by the names of the language."""
    nodes, value = {}, x
    for number, (_, _, activation) in enumerate(layers, 1):
        value = nodes[f"z{number}"] = value @ parameters[f"W{number}"] + parameters[f"b{number}"]
        if activation:
            value = nodes[f"a{number}"] = FUNCTIONS[activation](value)
    nodes["out"] = value
    return nodes


def expect_first_step(fixture, layers, nodes, loss, parameters):
    """Everything that forward and backward compute."""
    fixture.say("forward")
    for name, value in {**nodes, "loss": loss}.items():
        fixture.expect(name, value)
    for number in range(1, len(layers)):
        nodes[f"z{number}"].retain_grad()
    loss.backward()
    fixture.say("backward")
    for name, parameter in parameters.items():
        fixture.expect(f"{name}.grad", parameter.grad)
    for number in range(1, len(layers)):
        fixture.expect(f"z{number}.grad", nodes[f"z{number}"].grad)


def expect_parameters(fixture, parameters):
    for name, parameter in parameters.items():
        fixture.expect(name, parameter)


def say_setup(fixture, net, loss, optimizer, values):
    fixture.case(f"{net}, {loss}, {optimizer}")
    fixture.say(f"net {net}", f"loss {loss}", f"optimizer {optimizer}")
    fixture.say(*(f"{name} = {literal(value)}" for name, value in values.items()))


def add_case(fixture, net, loss, kind, optimizer, generator):
    layers, loss_function = layers_of(net), loss_of(loss)
    values = make_parameters(layers, generator)
    x = sample(generator, SAMPLES, layers[0][0])
    y = make_target(kind, layers[-1][1], generator)
    say_setup(fixture, net, loss, optimizer, {**values, "x": x, "y": y})

    parameters = {name: tensor(value).clone().requires_grad_(True) for name, value in values.items()}
    maker, options = OPTIMIZERS[optimizer]
    trainer = maker(parameters.values(), **options)
    for step in range(5):
        trainer.zero_grad()
        nodes = forward(layers, parameters, tensor(x))
        value = loss_function(nodes["out"], tensor(y))
        if step == 0:
            expect_first_step(fixture, layers, nodes, value, parameters)
        else:
            value.backward()
        trainer.step()
        if step == 0:
            fixture.say("update")
            expect_parameters(fixture, parameters)
    fixture.say("step 4")
    fixture.expect("loss", value)
    expect_parameters(fixture, parameters)


def main():
    fixture = Fixture("networks")
    generator = numpy.random.default_rng(5)
    for case in CASES:
        add_case(fixture, *case, generator)
    fixture.write()


if __name__ == "__main__":
    main()
