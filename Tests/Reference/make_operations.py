"""Makes operations.dl: every function and operator of the language, its value against PyTorch."""
import numpy

from fixture import Fixture, literal, sample
from oracle import ELEMENTWISE, evaluate, tensor

MAKING = """
zeros(2, 3)
zeros(4)
ones(3)
ones(3, 2)
eye(3)
linspace(0, 1, 5)
linspace(-2, 3, 4)
onehot([2, 0, 1, 2], 3)
onehot([1, 1], 4)
"""

SCALARS = """
2 + 3 * 4 - 5 / 8
-2 ^ 2
(-2) ^ 3
2 ^ 3 ^ 2
(2 ^ 3) ^ 2
-3 * -4
7 - 4 - 2
48 / 4 / 3
2 * 3 ^ 2
9 ^ 0.5
2 ^ (-2)
1e3 + 2.5e-3
(1 + 2 < 4)
"""

ARITHMETIC = """
a + b
a - b
a * b
a / p
p / a
-a
a ^ 2
a ^ 3
p ^ 0.5
p ^ (-1.5)
2 ^ a
p ^ a
a + 1.5
1.5 - a
3 * a
a / 4
1 / p
a + row
row - a
a * column
column / p
a + 2 * b - a * b / p
(a + b) * (a - b)
tall + wide
tall - wide
tall * wide
wide / tall
tall * row
"""

PRODUCTS = """
a @ square
square @ square
left @ a
a @ row
left @ row[0:2]
row @ row
left @ a @ row
a @ transpose(b)
transpose(a) @ b
tall @ transpose(tall)
a @ square @ transpose(a)
2 * a @ square
a @ square + 1
"""

COMPARISONS = """
(a < b)
(a <= b)
(a > b)
(a >= b)
(a == a)
(a == b)
(a != b)
(a < 0)
(0 < row)
(a > row)
(tall < wide)
(row > 0 and row < 1)
(row < 0 or row > 1)
(not row > 0)
(not row)
(a > 0 and b > 0 or a < b)
(not a > 0 and b > 0)
sum(a > 0)
(a > 0) * a
([1, 2, 3] == [1, 5, 3])
([1, 2, 3] <= [1, 1, 4])
(1 and 0)
(1 or 0)
(not 0)
"""

REDUCTIONS = ["sum", "mean", "max", "min", "var", "std", "norm"]

PIECES = """
max(a, b)
min(a, b)
max(a, 0)
min(0.5, a)
max(a, row)
min(tall, wide)
max(a, axis=1) - min(a, axis=1)
argmax(row)
argmax(-row)
argmax(a, axis=0)
argmax(a, axis=1)
argmax(a, axis=-1)
where(a > 0, a, b)
where(a > b, 1, 0)
where(row > 0, row, 10)
where(a > 0, row, column)
clip(a, -0.5, 0.75)
clip(row, 0, 1)
transpose(a)
transpose(transpose(a))
reshape(a, [3, 2])
reshape(a, [6])
reshape(a, [1, 6])
reshape(row, [3, 1])
reshape(transpose(a), [2, 3])
softmax(row)
log_softmax(row)
softmax(a, axis=0)
softmax(a, axis=1)
softmax(a, axis=-1)
log_softmax(a, axis=0)
log_softmax(a, axis=1)
log_softmax(a, axis=-2)
softmax(100 * a, axis=1)
log_softmax(100 * a, axis=1)
sum(softmax(a, axis=1), axis=1)
"""

INDEXING = """
row[0]
row[2]
row[-1]
row[-3]
row[0:2]
row[1:3]
row[1:2]
a[0]
a[-1]
a[0, 1]
a[1, 2]
a[-1, -1]
a[-2, 0]
a[:, 1]
a[:, -1]
a[1, :]
a[0:1]
a[:, 0:2]
a[:, 1:3]
a[0:2, 1:2]
a[1, 1:3]
row[1:]
row[:2]
row[-2:]
row[:-1]
a[:, 1:]
square[1:, :2]
square[1:3][0]
square[0][2]
transpose(a)[2, 0]
(a + b)[1, 1]
"""

LOSSES = """
mse(a, b)
mse(row, [1, 2, 3])
mae(a, b)
mae(row, [1, 2, 3])
huber(a, b)
huber(a, b, delta=0.5)
huber(a, b, delta=2)
cross_entropy(scores, classes)
cross_entropy(scores, rows)
cross_entropy(scores, classes, smoothing=0.1)
cross_entropy(scores, rows, smoothing=0.1)
cross_entropy(scores, onehot(classes, 3))
cross_entropy(100 * scores, classes)
bce(a, bits)
bce(50 * a, bits)
bce(row, [0, 1, 1])
bce(a, shares)
hinge(scores, classes)
hinge(5 * scores, classes)
hinge([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]], [0, 1, 2])
"""

JOINING = """
concat(row, row)
concat(row, [7, 8])
concat(a, b, axis=0)
concat(a, b, axis=1)
concat(a, b, axis=-1)
concat(a, column, axis=1)
concat(a, b, square, axis=0)
"""

RANK_THREE = """
reshape(linspace(1, 12, 12), [2, 3, 2])
sum(reshape(linspace(1, 12, 12), [2, 3, 2]), axis=0)
sum(reshape(linspace(1, 12, 12), [2, 3, 2]), axis=1)
mean(reshape(linspace(1, 12, 12), [2, 3, 2]), axis=-1)
reshape(linspace(1, 12, 12), [2, 3, 2])[1]
reshape(linspace(1, 12, 12), [2, 3, 2])[0, 2, 1]
reshape(linspace(1, 12, 12), [2, 3, 2])[:, 1, :]
reshape(linspace(1, 12, 12), [2, 3, 2]) * [10, 100]
reshape(linspace(1, 12, 12), [2, 3, 2]) + [[1], [2], [3]]
"""


def make_variables():
    generator = numpy.random.default_rng(1)
    rows = generator.uniform(0.1, 1, (4, 3))
    return {
        "a": sample(generator, 2, 3),
        "b": sample(generator, 2, 3),
        "p": sample(generator, 2, 3, low=0.2, high=3),
        "row": sample(generator, 3),
        "left": sample(generator, 2),
        "column": sample(generator, 2, 1),
        "tall": sample(generator, 3, 1),
        "wide": sample(generator, 4),
        "square": sample(generator, 3, 3),
        "scores": sample(generator, 4, 3, low=-3, high=3),
        "classes": numpy.array([2.0, 0.0, 1.0, 0.0]),
        "rows": rows / rows.sum(axis=1, keepdims=True),
        "bits": numpy.array([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]]),
        "shares": numpy.array([[0.9, 0.2, 0.5], [0.0, 0.35, 1.0]]),
    }


def lines_of(text):
    return text.strip().splitlines()


def elementwise():
    positive = ["log", "sqrt"]
    activations = ["leaky_relu", "gelu", "silu", "softplus"]
    calls = [f"{name}({'p' if name in positive else 'a'})" for name in ELEMENTWISE + activations]
    chains = ["exp(-a ^ 2)", "log(1 + exp(a))", "sqrt(a ^ 2 + b ^ 2)", "sin(a) ^ 2 + cos(a) ^ 2", "exp(1)", "sigmoid(0)"]
    return calls + chains


def reductions():
    on_all = [f"{name}({value})" for name in REDUCTIONS for value in ("row", "a", "a * b")]
    along = [f"{name}(a, axis={axis})" for name in REDUCTIONS for axis in (0, 1, -1, -2)]
    on_vector = [f"{name}(row, axis=0)" for name in REDUCTIONS]
    return on_all + along + on_vector + ["a - mean(a, axis=0)", "sum(sum(a, axis=0))", "norm(a) ^ 2 - sum(a ^ 2)"]


def expect_random(fixture):
    """Random numbers have no reference; their shapes and ranges have."""
    fixture.say("", "# Random numbers")
    fixture.say("uniform_numbers = rand(20, 30)")
    fixture.expect_true("uniform_numbers >= 0 and uniform_numbers < 1")
    fixture.expect("0 * rand(2, 3)", numpy.zeros((2, 3)))
    fixture.expect("0 * randn(2, 3)", numpy.zeros((2, 3)))
    fixture.expect("mean(randn(100, 100))", 0.0, "0.1")
    fixture.expect("std(randn(100, 100))", 1.0, "0.1")


def main():
    fixture = Fixture("operations")
    variables = make_variables()
    fixture.say("", "new")
    fixture.say(*(f"{name} = {literal(value)}" for name, value in variables.items()))
    themes = {
        "Making": lines_of(MAKING), "Scalars and precedence": lines_of(SCALARS),
        "Arithmetic and broadcasting": lines_of(ARITHMETIC), "Matrix products": lines_of(PRODUCTS),
        "Elementwise functions": elementwise(), "Reductions": reductions(), "Comparisons": lines_of(COMPARISONS),
        "Choosing, shaping, normalising": lines_of(PIECES), "Losses": lines_of(LOSSES),
        "Indices and slices": lines_of(INDEXING), "Joining": lines_of(JOINING), "Three axes": lines_of(RANK_THREE),
    }
    tensors = {name: tensor(value) for name, value in variables.items()}
    for title, expressions in themes.items():
        fixture.say("", f"# {title}")
        for text in expressions:
            fixture.expect(text, evaluate(text, tensors))
    expect_random(fixture)
    fixture.write()


if __name__ == "__main__":
    main()
