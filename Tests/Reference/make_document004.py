"""Makes document004.dl: J = x0² + c·x1² − x0·x1 from (−5, 4), by the optimizers of the lecture's five pictures.

Plain NumPy gives the numbers, and PyTorch must agree wherever it has the rule.
"""
import numpy

from fixture import Fixture, torch
from oracle import evaluate, tensor

START = [-5.0, 4.0]
COEFFICIENTS = [2, 4]
MOMENTS_OF_INTEREST = [1, 2, 10, 50, 100]


def descent(lr):
    def update(x, gradient, state):
        return x - lr * gradient(x)
    return update


def momentum(lr, mu):
    def update(x, gradient, state):
        state["v"] = mu * state.get("v", 0) + gradient(x)
        return x - lr * state["v"]
    return update


def framework_nesterov(lr, mu):
    def update(x, gradient, state):
        g = gradient(x)
        state["v"] = mu * state.get("v", 0) + g
        return x - lr * (g + mu * state["v"])
    return update


def lookahead_nesterov(lr, mu):
    def update(x, gradient, state):
        velocity = state.get("v", 0)
        state["v"] = mu * velocity - lr * gradient(x + mu * velocity)
        return x + state["v"]
    return update


def adagrad(lr, eps):
    def update(x, gradient, state):
        g = gradient(x)
        state["G"] = state.get("G", 0) + g * g
        return x - lr * g / (numpy.sqrt(state["G"]) + eps)
    return update


def rmsprop(lr, rho, eps):
    def update(x, gradient, state):
        g = gradient(x)
        state["G"] = rho * state.get("G", 0) + (1 - rho) * g * g
        return x - lr * g / (numpy.sqrt(state["G"]) + eps)
    return update


# The optimizer in the language, the rule, and PyTorch's optimizer where there is one.
RUNS = [
    ("sgd lr=0.01", descent(0.01), lambda x: torch.optim.SGD([x], lr=0.01)),
    ("sgd lr=0.1", descent(0.1), lambda x: torch.optim.SGD([x], lr=0.1)),
    ("sgd lr=0.01 momentum=0.9", momentum(0.01, 0.9), lambda x: torch.optim.SGD([x], lr=0.01, momentum=0.9)),
    ("momentum lr=0.01", momentum(0.01, 0.9), lambda x: torch.optim.SGD([x], lr=0.01, momentum=0.9)),
    ("nesterov lr=0.01", framework_nesterov(0.01, 0.9),
     lambda x: torch.optim.SGD([x], lr=0.01, momentum=0.9, nesterov=True)),
    ("nesterov lr=0.01 nesterov_form=lookahead", lookahead_nesterov(0.01, 0.9), None),
    ("adagrad lr=0.1 eps=1e-10", adagrad(0.1, 1e-10), lambda x: torch.optim.Adagrad([x], lr=0.1, eps=1e-10)),
    ("rmsprop lr=0.1 rho=0.9 eps=1e-8", rmsprop(0.1, 0.9, 1e-8), lambda x: torch.optim.RMSprop([x], lr=0.1, alpha=0.9, eps=1e-8)),
]

# What the pictures print after 100 updates, where c is 4 whatever their formula says.
PRINTED = {
    "sgd lr=0.01": ([-0.663, -0.107], "1e-3"),
    "sgd lr=0.01 momentum=0.9": ([-0.020, -0.0230], "1e-4"),
    "nesterov lr=0.01 nesterov_form=lookahead": ([-0.00850, -0.00174], "1e-5"),
}


def objective(c):
    return f"x[0]^2 + {c}*x[1]^2 - x[0]*x[1]"


def by_hand(update, c):
    """The points x after 0, 1, … 100 updates."""
    def gradient(x):
        return numpy.array([2 * x[0] - x[1], 2 * c * x[1] - x[0]])

    points, state = [numpy.array(START)], {}
    for _ in range(100):
        points.append(update(points[-1], gradient, state))
    return points


def by_torch(maker, c):
    x = tensor(START).clone().requires_grad_(True)
    trainer = maker(x)
    for _ in range(100):
        trainer.zero_grad()
        evaluate(objective(c), {"x": x}).backward()
        trainer.step()
    return x.detach().numpy()


def add_case(fixture, line, update, maker, c):
    points = by_hand(update, c)
    if maker:
        numpy.testing.assert_allclose(by_torch(maker, c), points[100], rtol=1e-10, atol=1e-13)
    fixture.case(f"c = {c}, {line}")
    fixture.say(f"x = param({START})", f"J = {objective(c)}", "minimize J", f"optimizer {line}")
    done = 0
    for moment in MOMENTS_OF_INTEREST:
        fixture.say(f"step {moment - done}")
        fixture.expect("x", points[moment])
        done = moment
    fixture.expect("t", 100)
    if c == 4 and line in PRINTED:
        fixture.expect("x", *PRINTED[line])


def main():
    fixture = Fixture("document004")
    for c in COEFFICIENTS:
        for line, update, maker in RUNS:
            add_case(fixture, line, update, maker, c)
    fixture.write()


if __name__ == "__main__":
    main()
