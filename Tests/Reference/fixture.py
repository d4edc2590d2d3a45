"""Writes a script in the command language of dlrepl: commands, and expectations with full precision."""
import os

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy
import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
keras.config.set_floatx("float64")

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Fixtures")
VERSIONS = f"torch {torch.__version__}, keras {keras.__version__}, numpy {numpy.__version__}"


def literal(value):
    """A number, list, array or tensor as the language writes it, with as many digits as it has."""
    if isinstance(value, torch.Tensor):
        value = value.detach().tolist()
    elif isinstance(value, (numpy.ndarray, numpy.generic)):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(literal(item) for item in value) + "]"
    return repr(value)


def tensor(value):
    """A PyTorch tensor of its own: changing it leaves `value` alone."""
    return torch.tensor(value, dtype=torch.float64)


def sample(generator, *shape, low=-2.0, high=2.0, digits=2):
    """Random numbers with few digits, so that a reader can follow them."""
    return numpy.round(generator.uniform(low, high, shape), digits)


class Fixture:
    """One .dl file under construction."""

    def __init__(self, name):
        self.name = name
        self.lines = []
        self.expectations = 0

    def say(self, *lines):
        self.lines.extend(lines)

    def case(self, title):
        """Starts an independent case in a fresh session."""
        self.say("", f"# {title}", "new")

    def expect(self, expression, value, tolerance="1e-10"):
        self.say(f"expect {expression} ~= {literal(value)} tol={tolerance}")
        self.expectations += 1

    def expect_same(self, left, right, tolerance):
        """Two expressions of the language must agree."""
        self.say(f"expect {left} ~= {right} tol={tolerance}")
        self.expectations += 1

    def expect_true(self, condition):
        self.say(f"expect {condition}")
        self.expectations += 1

    def write(self):
        header = [f"# Made by Tests/Reference/make_{self.name}.py with {VERSIONS}.", "# Do not edit: run the script again."]
        with open(os.path.join(FIXTURES, f"{self.name}.dl"), "w") as file:
            file.write("\n".join(header + self.lines) + "\n")
        print(f"{self.name}.dl: {self.expectations} expectations")
