"""Makes hessians.dl: second derivatives by torch.autograd, eigenvalues by NumPy, and Newton's steps from both."""
import numpy
from torch.autograd.functional import hessian

from fixture import Fixture, literal, sample, torch
from make_networks import forward, layers_of, make_parameters, make_target
from oracle import FUNCTIONS, evaluate, tensor

SAMPLES = 5
NETS = [
    ("3 4 relu 2", "mse", "numbers"), ("3 4 leaky_relu 2", "huber", "numbers"), ("3 4 gelu 2", "bce", "bits"),
    ("3 4 silu 3", "cross_entropy", "classes"), ("3 4 sigmoid 3", "cross_entropy smoothing=0.1", "classes"),
    ("3 4 tanh 3", "cross_entropy", "rows"), ("3 4 softplus 3", "hinge", "classes"), ("3 4 softmax 2", "mse", "numbers"),
    ("3 4 log_softmax 2", "mae", "numbers"), ("2 3 tanh 3 gelu 2", "huber delta=0.5", "numbers"),
    ("2 3 sigmoid 2 silu 1", "bce", "bits"), ("2 3 softplus 3 softmax", "mse", "numbers"), ("4 3", "cross_entropy", "classes"),
    ("3 5 tanh 2", "mae", "numbers"), ("3 4 relu 3", "hinge", "classes"),
]


def hinge(scores, target):
    """PyTorch's own has no second derivative."""
    rows = torch.arange(len(target))
    behind = scores - scores[rows, target.long()][:, None] + 1
    behind[rows, target.long()] = 0
    return torch.clamp(behind, min=0).sum() / len(target)


def loss_of(text):
    name, *keys = text.split()
    options = {key: float(value) for key, value in (pair.split("=") for pair in keys)}
    function = hinge if name == "hinge" else FUNCTIONS[name]
    return lambda output, target: function(output, target, **options)


class Net:
    """A network's loss as a function of all parameters in one vector, in the order of the language."""

    def __init__(self, net, loss, kind, generator):
        self.layers, self.loss = layers_of(net), loss_of(loss)
        self.values = make_parameters(self.layers, generator)
        self.x = sample(generator, SAMPLES, self.layers[0][0])
        self.y = make_target(kind, self.layers[-1][1], generator)
        self.lines = [f"net {net}", f"loss {loss}"] + [
            f"{name} = {literal(value)}" for name, value in {**self.values, "x": self.x, "y": self.y}.items()]

    @property
    def point(self):
        return torch.cat([tensor(value).reshape(-1) for value in self.values.values()])

    def split(self, vector):
        parts, start = {}, 0
        for name, value in self.values.items():
            parts[name] = vector[start:start + value.size].reshape(value.shape)
            start += value.size
        return parts

    def __call__(self, vector):
        return self.loss(forward(self.layers, self.split(vector), tensor(self.x))["out"], tensor(self.y))


def derivatives(function, point):
    point = tensor(point).clone().requires_grad_(True)
    gradient, = torch.autograd.grad(function(point), point)
    return gradient.numpy(), hessian(function, point.detach()).numpy()


def newton(function, point, lr=1.0, damping=0.0, form="plain"):
    """One step, solved by NumPy."""
    gradient, matrix = derivatives(function, point)
    if form == "abs":
        values, vectors = numpy.linalg.eigh(matrix)
        matrix = vectors @ numpy.diag(numpy.abs(values)) @ vectors.T
    return numpy.asarray(point) - lr * numpy.linalg.solve(matrix + damping * numpy.eye(len(matrix)), gradient)


def add_net(fixture, net, loss, kind, generator):
    net_case = Net(net, loss, kind, generator)
    fixture.case(f"net {net}, {loss}, targets {kind}")
    fixture.say(*net_case.lines, "forward")
    matrix = derivatives(net_case, net_case.point)[1]
    fixture.expect("hessian(loss)", matrix)
    fixture.expect("eig(hessian(loss))", numpy.linalg.eigvalsh(matrix), "1e-9")
    size = net_case.values["W1"].size
    end = size + net_case.values["b1"].size
    fixture.expect("hessian(loss, b1)", matrix[size:end, size:end])
    order = list(range(size, end)) + list(range(size))
    fixture.expect("hessian(loss, b1, W1)", matrix[numpy.ix_(order, order)])
    for settings in ["damping=0.1", "lr=0.5 damping=0.2 form=abs"]:
        options = dict(pair.split("=") for pair in settings.split())
        options = {key: value if key == "form" else float(value) for key, value in options.items()}
        fixture.say(f"optimizer newton {settings}", "step")
        for name, value in net_case.split(newton(net_case, net_case.point, **options)).items():
            fixture.expect(name, value, "1e-9")
        fixture.say("back")


def add_quadratic(fixture, size, generator):
    """One step of Newton reaches the lowest point of a quadratic; its Hessian is the matrix itself."""
    root = sample(generator, size, size)
    matrix, offset, start = root @ root.T + numpy.eye(size), sample(generator, size), sample(generator, size)
    fixture.case(f"a quadratic of {size} variables")
    fixture.say(f"A = {literal(matrix)}", f"b = {literal(offset)}", f"w = param({literal(start)})",
                "J = 0.5 * (w @ (A @ w)) - sum(b * w)", "minimize J", "optimizer newton")
    fixture.expect("hessian(J)", matrix, "1e-12")
    fixture.expect("eig(A)", numpy.linalg.eigvalsh(matrix), "1e-12")
    fixture.expect_same("A @ eigvec(A)", "eigvec(A) * eig(A)", "1e-11")
    fixture.expect_same("transpose(eigvec(A)) @ eigvec(A)", f"eye({size})", "1e-13")
    fixture.say("step", "forward", "backward")
    fixture.expect("w", numpy.linalg.solve(matrix, offset), "1e-11")
    fixture.expect("norm(w.grad)", 0.0, "1e-11")


ROSENBROCK = "(1 - x[0])^2 + 100*(x[1] - x[0]^2)^2"
SADDLE = "x[0]^2 - x[1]^2 + 0.1*x[1]^4 + 0.3*x[0]*x[1]"
RUNS = [
    (ROSENBROCK, [-1.2, 1.0], ""), (ROSENBROCK, [-1.2, 1.0], "damping=1"), (ROSENBROCK, [2.0, -1.0], "lr=0.5"),
    (ROSENBROCK, [-0.5, 2.0], "form=abs"), (SADDLE, [0.4, 0.1], ""), (SADDLE, [0.4, 0.1], "form=abs"),
    (SADDLE, [0.4, 0.1], "form=abs damping=0.5 lr=0.7"), ("exp(x[0]) + exp(-x[0]) + x[1]^4 + sin(x[0]*x[1])", [1.0, 0.8], ""),
]


def add_run(fixture, objective, start, settings):
    options = {key: value if key == "form" else float(value) for key, value in (pair.split("=") for pair in settings.split())}
    function = lambda x: evaluate(objective, {"x": x, "sin": torch.sin, "exp": torch.exp})
    fixture.case(f"newton {settings} on {objective}")
    fixture.say(f"x = param({literal(start)})", f"J = {objective}", "minimize J", f"optimizer newton {settings}".strip())
    fixture.expect("hessian(J, x)", derivatives(function, start)[1])
    point = numpy.array(start)
    for _ in range(8):
        point = newton(function, point, **options)
        fixture.say("step")
        fixture.expect("x", point, "1e-9")
    fixture.say("goto 3", "step 5")
    fixture.expect("x", point, "1e-9")


def add_eigenvalues(fixture, generator):
    fixture.case("eigenvalues of symmetric matrices")
    turned = numpy.linalg.qr(generator.normal(size=(6, 6)))[0]
    for matrix in [
        numpy.array([[3.5]]), numpy.diag([2.0, -1.0, 0.0]), numpy.zeros((3, 3)), numpy.ones((5, 5)),
        turned @ numpy.diag([2, 2, 2, -1, -1, 0.5]) @ turned.T, turned @ numpy.diag([1e8, 1e4, 1, 1e-2, -1, -1e6]) @ turned.T,
        numpy.diag(numpy.ones(6), 1) + numpy.diag(numpy.ones(6), -1), 1e150 * turned @ turned.T,
    ]:
        matrix = (matrix + matrix.T) / 2
        fixture.say(f"A = {literal(matrix)}")
        values = numpy.linalg.eigvalsh(matrix)
        scale = max(1, numpy.abs(values).max())
        fixture.expect(f"eig(A) / {literal(scale)}", values / scale, "1e-14")
        fixture.expect_same(f"A @ eigvec(A) / {literal(scale)}", f"eigvec(A) * eig(A) / {literal(scale)}", "1e-14")


def main():
    fixture = Fixture("hessians")
    generator = numpy.random.default_rng(8)
    for net in NETS:
        add_net(fixture, *net, generator)
    for size in (1, 2, 5, 12):
        add_quadratic(fixture, size, generator)
    for run in RUNS:
        add_run(fixture, *run)
    add_eigenvalues(fixture, generator)
    fixture.write()


if __name__ == "__main__":
    main()
