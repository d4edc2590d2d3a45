"""Makes activations.dl: activation functions and their gradients, from tiny to huge arguments, against PyTorch."""
import numpy

from fixture import Fixture, literal, sample
from oracle import evaluate, tensor

FUNCTIONS = ["relu(w)", "leaky_relu(w)", "gelu(w)", "silu(w)", "sigmoid(w)", "tanh(w)", "softplus(w)"]
FORMS = ["gelu(w, form=tanh)", "gelu(w, form=quick)"]
GRID = [-800, -40, -30, -8, -5, -3, -2, -1, -0.5, -0.1, -0.001, 0.001, 0.1, 0.5, 1, 2, 3, 5, 8, 30, 40, 800]

# Values so small that an absolute tolerance would accept zero, magnified.
TAILS = """
1e17 * sigmoid(-40)
1e17 * silu(-40)
1e3 * sigmoid(-8)
1e300 * sigmoid(-690)
1e8 * tanh(1e-8)
1e10 * silu(1e-10)
1e10 * gelu(1e-10)
"""

# Rows of numbers of very different size; softmax must subtract the largest first.
ROWS = [[1, 2, 3, 4], [-40, 0, 40, 39], [800, -800, 0, 799], [-800, -801, -802, -803], [800, 800, 800, 800], [0.3, -0.2, 1e-3, 0]]
NORMALISERS = ["softmax(w, axis=1)", "softmax(w, axis=0)", "log_softmax(w, axis=1)", "log_softmax(w, axis=0)"]
ON_VECTOR = ["softmax(w)", "log_softmax(w)"]

AT_ZERO = ["relu(w)", "gelu(w)", "silu(w)", "sigmoid(w)", "tanh(w)", "softplus(w)"]


def add_case(fixture, expression, grid, weights):
    """Values, and the gradient of their weighted sum."""
    leaf = tensor(grid).clone().requires_grad_(True)
    value = evaluate(expression, {"w": leaf})
    total = (value * tensor(weights)).sum()
    total.backward()
    fixture.case(f"{expression}, w from {numpy.min(grid):g} to {numpy.max(grid):g}")
    fixture.say(f"w = param({literal(grid)})")
    fixture.expect(expression, value)
    fixture.say(f"J = sum({expression} * {literal(weights)})", "minimize J", "forward", "backward")
    fixture.expect("J", total)
    fixture.expect("w.grad", leaf.grad)


def add_tails(fixture):
    fixture.case("Small values, magnified")
    for expression in TAILS.strip().splitlines():
        fixture.expect(expression, evaluate(expression, {}), "1e-8")


def main():
    fixture = Fixture("activations")
    generator = numpy.random.default_rng(3)
    for expression in FUNCTIONS:
        add_case(fixture, expression, GRID, sample(generator, len(GRID)))
    for expression in AT_ZERO:
        add_case(fixture, expression, [0.0], [1.5])
    for expression in NORMALISERS:
        add_case(fixture, expression, ROWS, sample(generator, *numpy.shape(ROWS)))
    for expression in ON_VECTOR:
        for row in ROWS:
            add_case(fixture, expression, row, sample(generator, len(row)))
    add_tails(fixture)
    for expression in FORMS:
        add_case(fixture, expression, GRID, sample(generator, len(GRID)))
    fixture.write()


if __name__ == "__main__":
    main()
