"""Makes gradients.dl: reverse mode through every differentiable operation, against torch.autograd."""
import numpy

from fixture import Fixture, literal, sample
from oracle import evaluate, tensor

# w and v are matrices [2×3], p is one with positive elements, q a vector [3], c a column [2×1], t a column [3×1],
# u a vector [4], m a matrix [3×3], s a scalar. All of them are parameters.
OPERATIONS = """
w + v
w - v
w * v
w / p
p / w
-w
w ^ 2
w ^ 3
p ^ 0.5
p ^ (-1.5)
p ^ w
2 ^ w
w + 1.5
1.5 - w
2.5 * w
w / 4
3 / p
s * w
w / s
w - s
s ^ 2
"""

ELEMENTWISE = """
exp(w)
log(p)
sqrt(p)
abs(w)
sin(w)
cos(w)
tanh(w)
sigmoid(w)
relu(w)
leaky_relu(w)
gelu(w)
silu(w)
softplus(w)
clip(w, -1, 0.9)
"""

BROADCASTING = """
w + q
w * q
q - w
w / c
c * w
c + q
c * q
t * u
t - u
u / t
t ^ 2 * u
s * q + c
max(w, q)
min(t, u)
where(w > 0, q, c)
"""

PRODUCTS = """
w @ m
m @ m
w @ q
q @ q
q @ m
q @ m @ q
w @ t
transpose(w) @ v
w @ transpose(v)
(w @ m) * v
w @ m + q
"""

REDUCTIONS = [f"{name}({arguments})" for name in ("sum", "mean", "max", "min", "var", "std", "norm")
              for arguments in ("w", "q", "w, axis=0", "w, axis=1", "w, axis=-1")]

SHAPING = """
max(w, v)
min(w, v)
max(w, 0.25)
where(w > 0, w, v)
where(w > v, 2 * w, v ^ 2)
transpose(w)
reshape(w, [3, 2])
reshape(w, [6])
reshape(transpose(w), [2, 3]) * w
softmax(q)
log_softmax(q)
softmax(w, axis=0)
softmax(w, axis=1)
softmax(w, axis=-1)
log_softmax(w, axis=0)
log_softmax(w, axis=1)
"""

INDEXING = """
q[0]
q[-1]
q[0:2]
q[1:3]
w[0]
w[-1]
w[0, 2]
w[-1, 0]
w[:, 1]
w[1, :]
w[:, 1:3]
w[0:1, 0:2]
w[0] * w[1]
q[0] * q[1] + q[1] * q[2]
q[0] ^ 2 + 4 * q[1] ^ 2 - q[0] * q[1]
w[:, 0] - w[:, 2]
m[1:3, 0:2] @ m[0:2, 1:3]
"""

CHAINS = """
w * w
w + w + w
w * exp(-w ^ 2)
w / (1 + abs(w))
(w + v) * (w - v) / p
tanh(w @ m + q) @ m
relu(w @ m) @ t + s
log(1 + exp(w)) - w
sqrt(w ^ 2 + v ^ 2)
(w - mean(w, axis=0)) / sqrt(var(w, axis=0) + 0.1)
(w - mean(w, axis=1)[0]) / std(w)
exp(w) / sum(exp(w))
log(sum(exp(q)))
w / norm(w)
norm(w @ m) + norm(q) ^ 2
norm(w) * std(w) + var(q)
sum(w * v, axis=1) @ (w @ t)
sigmoid(sigmoid(sigmoid(w) * 3) * 3)
sin(w * v) * cos(w) + v
softmax(w @ m, axis=1) * log_softmax(v, axis=1)
max(w, axis=1) - min(w, axis=1)
mean(max(w, v), axis=0) * q
s * s * s
s ^ 2 * q - q / s
"""

LOSSES = """
mse(w, [[1, 0, -1], [0.5, 2, 0]])
mse(w, v)
mse(q, [1, 2, 3])
mae(w, [[1, 0, -1], [0.5, 2, 0]])
mae(w, v)
huber(w, v)
huber(w, v, delta=0.5)
huber(w, v, delta=2)
bce(w, [[1, 0, 1], [0, 1, 1]])
bce(w, [[0.9, 0.2, 0.5], [0, 0.35, 1]])
bce(q, [1, 0, 1])
bce(30 * w, [[1, 0, 1], [0, 1, 1]])
cross_entropy(w, [2, 0])
cross_entropy(m, [1, 1, 0])
cross_entropy(w, [[0.2, 0.3, 0.5], [0.7, 0.1, 0.2]])
cross_entropy(w, [2, 0], smoothing=0.1)
cross_entropy(w, [[0.2, 0.3, 0.5], [0.7, 0.1, 0.2]], smoothing=0.1)
cross_entropy(w @ m + q, [2, 0])
cross_entropy(20 * w, [2, 0])
hinge(w, [2, 0])
hinge(m, [1, 1, 0])
hinge(3 * w @ m, [0, 1])
mse(tanh(w @ m), v) + 0.01 * sum(w ^ 2)
"""

JOINING = """
concat(w, v, axis=0)
concat(w, v, axis=1)
concat(w, 2 * w, axis=0) * concat(v, w, axis=0)
concat(q, u)
"""

SHAPES = {"w": (2, 3), "v": (2, 3), "p": (2, 3), "q": (3,), "c": (2, 1), "t": (3, 1), "u": (4,), "m": (3, 3), "s": ()}
POSITIVE = ["p", "c", "t", "s"]


def values_of(name, generator):
    """Away from zero, where divisions are steep and relu has its corner."""
    sizes = sample(generator, *SHAPES[name], low=0.2)
    signs = 1 if name in POSITIVE else generator.choice([-1, 1], SHAPES[name])
    return sizes * signs


def names_in(expression):
    words = "".join(letter if letter.isalnum() or letter == "_" else " " for letter in expression).split()
    return [name for name in SHAPES if name in words]


def objective(expression, result, generator):
    """A scalar that weighs each element of the result differently."""
    if result.dim() == 0:
        return f"0.7 * ({expression})"
    return f"sum(({expression}) * {literal(sample(generator, *result.shape))})"


def differentiate(text, values):
    leaves = {name: tensor(value).clone().requires_grad_(True) for name, value in values.items()}
    result = evaluate(text, leaves)
    result.backward()
    return result, {name: leaf.new_zeros(leaf.shape) if leaf.grad is None else leaf.grad for name, leaf in leaves.items()}


def add_case(fixture, expression, generator):
    values = {name: values_of(name, generator) for name in names_in(expression)}
    text = objective(expression, evaluate(expression, {name: tensor(value) for name, value in values.items()}), generator)
    value, gradients = differentiate(text, values)
    fixture.case(expression)
    fixture.say(*(f"{name} = param({literal(value)})" for name, value in values.items()))
    fixture.say(f"J = {text}", "minimize J", "forward", "backward")
    fixture.expect("J", value)
    for name, gradient in gradients.items():
        fixture.expect(f"{name}.grad", gradient)
        fixture.expect_same(f"numgrad(J, {name})", f"{name}.grad", "1e-6")


def add_cases(fixture, text, generator):
    for expression in text.strip().splitlines():
        add_case(fixture, expression, generator)


def add_live_names(fixture):
    """An objective through names that are live themselves, and a parameter that gets a new value."""
    first, second = [[0.5, -1.0], [2.0, 0.25]], [[-0.3, 0.8], [1.5, -2.0]]
    fixture.case("Live names, a new value, accumulated gradients")
    fixture.say(f"w = param({literal(first)})", "h = tanh(w)", "k = h * w + h", "J = sum(k * h)", "minimize J")
    for value in (first, second):
        result, gradients = differentiate("sum((tanh(w) * w + tanh(w)) * tanh(w))", {"w": value})
        fixture.say(f"w = {literal(value)}", "forward", "backward")
        fixture.expect("J", result)
        fixture.expect("w.grad", gradients["w"])
    fixture.say("forward", "backward")
    fixture.expect("w.grad", gradients["w"])
    fixture.say("accumulate on", "forward", "backward")
    fixture.expect("w.grad", 2 * gradients["w"])


def main():
    fixture = Fixture("gradients")
    generator = numpy.random.default_rng(2)
    texts = [OPERATIONS, ELEMENTWISE, BROADCASTING, PRODUCTS, "\n".join(REDUCTIONS), SHAPING, INDEXING, CHAINS, LOSSES]
    for text in texts:
        add_cases(fixture, text, generator)
    add_live_names(fixture)
    add_cases(fixture, JOINING, generator)
    fixture.write()


if __name__ == "__main__":
    main()
