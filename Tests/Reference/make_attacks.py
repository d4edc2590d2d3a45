"""Makes attacks.dl: gradients with respect to samples, FGSM and PGD, against PyTorch."""
import numpy

from fixture import Fixture, literal, sample, torch

F = torch.nn.functional
fixture = Fixture("attacks")
generator = numpy.random.default_rng(31)
TOLERANCE = "1e-9"


def tensor(value):
    return torch.tensor(value, dtype=torch.float64)


def cross_entropy(smoothing=0.0):
    return lambda out, y: F.cross_entropy(out, y if y.dim() == 2 else y.long(), label_smoothing=smoothing)


class Net:
    """A dense net with one hidden layer and a batch given by hand."""

    def __init__(self, title, sizes, activation, line, loss, y):
        fixture.case(title)
        inputs, hidden, outputs = sizes
        fixture.say(f"net {inputs} {hidden} {activation} {outputs}")
        self.activation = getattr(torch, activation)
        self.parameters = {}
        for name, shape in [("W1", (inputs, hidden)), ("b1", (hidden,)), ("W2", (hidden, outputs)), ("b2", (outputs,))]:
            value = sample(generator, *shape, low=-1.0, high=1.0)
            self.parameters[name] = tensor(value)
            fixture.say(f"{name} = {literal(value)}")
        self.x, self.y, self.loss = tensor(sample(generator, len(y), inputs)), tensor(y), loss
        fixture.say(f"loss {line}", f"x = {literal(self.x)}", f"y = {literal(self.y)}")

    def out(self, x):
        p = self.parameters
        return self.activation(x @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]

    def slope(self, x, y=None):
        x = x.clone().requires_grad_()
        loss = self.loss(self.out(x), self.y)
        return torch.autograd.grad(loss, x)[0]

    def compare_gradient(self, penalty=0.0):
        fixture.say("forward", "backward")
        fixture.expect("x.grad", self.slope(self.x), TOLERANCE)

    def attack(self, line, eps, steps, size, limits=None):
        x = self.x
        for _ in range(steps):
            x = x + size * self.slope(x).sign()
            x = torch.min(torch.max(x, self.x - eps), self.x + eps)
            if limits:
                x = x.clamp(*limits)
        fixture.say(f"attack {line}")
        fixture.expect("x_adv", x, TOLERANCE)
        fixture.expect("x_clean", self.x, TOLERANCE)
        fixture.expect("predict(x_adv)", self.out(x), TOLERANCE)
        # Noise of the same size moves every feature by eps.
        if not limits:
            fixture.expect("abs(x_noise - x_clean)", torch.full_like(x, eps), TOLERANCE)


def golden():
    """Worked out by hand: w = (2, -1), x = (0.5, 0.5), y = 1."""
    fixture.case("one logistic neuron")
    fixture.say("net 2 1", "W1 = [[2], [-1]]", "b1 = [0]", "loss bce", "x = [[0.5, 0.5]]", "y = [[1]]")
    w, x, y = tensor([2.0, -1.0]), tensor([0.5, 0.5]).requires_grad_(), tensor(1.0)
    loss = F.binary_cross_entropy_with_logits(w @ x, y)
    loss.backward()
    fixture.say("forward", "backward")
    fixture.expect("loss", loss, TOLERANCE)
    fixture.expect("x.grad", [x.grad.tolist()], TOLERANCE)
    fixture.say("attack fgsm eps=0.1")
    fixture.expect("x_adv", [[0.4, 0.6]], TOLERANCE)
    moved = x.detach() + 0.1 * x.grad.sign()
    fixture.say("x = x_adv", "forward")
    fixture.expect("loss", F.binary_cross_entropy_with_logits(w @ moved, y), TOLERANCE)


def targets():
    """Where the targets are values, they have a gradient too."""
    net = Net("gradient with respect to targets", (3, 4, 2), "tanh", "mse", F.mse_loss, sample(generator, 3, 2))
    net.compare_gradient()
    y = net.y.clone().requires_grad_()
    fixture.expect("y.grad", torch.autograd.grad(F.mse_loss(net.out(net.x), y), y)[0], TOLERANCE)


golden()
targets()
net = Net("three classes", (4, 6, 3), "relu", "cross_entropy", cross_entropy(), [0.0, 2.0, 1.0, 2.0, 0.0])
net.compare_gradient()
net.attack("fgsm eps=0.25", 0.25, 1, 0.25)
net.attack("fgsm eps=0.25 range=[-1, 1.5]", 0.25, 1, 0.25, (-1, 1.5))
net.attack("pgd eps=0.25 steps=1 size=0.25", 0.25, 1, 0.25)
net.attack("pgd eps=0.2 steps=5 size=0.07", 0.2, 5, 0.07)
net.attack("pgd eps=0.2 steps=8", 0.2, 8, 2.5 * 0.2 / 8)
net.attack("pgd eps=0.5 steps=4 size=0.3 range=[-0.5, 1]", 0.5, 4, 0.3, (-0.5, 1))
rows = [[0.7, 0.1, 0.2], [0.0, 1.0, 0.0]]
net = Net(
    "smoothed labels that are probabilities", (3, 5, 3), "tanh", "cross_entropy smoothing=0.2", cross_entropy(0.2), rows)
net.compare_gradient()
net.attack("fgsm eps=0.3", 0.3, 1, 0.3)
net.attack("pgd eps=0.3 steps=6 size=0.1", 0.3, 6, 0.1)
net = Net("regression", (2, 4, 1), "sigmoid", "mse", F.mse_loss, [[0.5], [-1.0], [2.0]])
net.compare_gradient()
net.attack("pgd eps=0.4 steps=3", 0.4, 3, 2.5 * 0.4 / 3)


def adversarial(line, eps, steps, size, share, limits=None):
    """Adversarial training: the first samples of each batch are attacked with the parameters of the moment."""
    net = Net(f"adversarial training, {line}", (4, 6, 3), "tanh", "cross_entropy", cross_entropy(), [0.0, 2.0, 1.0, 2.0])
    fixture.say("optimizer sgd lr=0.2", f"augment adversarial {line}")
    parameters = [value.requires_grad_() for value in net.parameters.values()]
    optimizer = torch.optim.SGD(parameters, lr=0.2)
    count = round(share * 4)
    for step in range(4):
        x = net.x
        for _ in range(steps):
            x = x + size * net.slope(x).sign()
            x = torch.min(torch.max(x, net.x - eps), net.x + eps)
            if limits:
                x = x.clamp(*limits)
        x = torch.cat([x[:count], net.x[count:]]).detach()
        loss = net.loss(net.out(x), net.y)
        optimizer.zero_grad()
        loss.backward()
        fixture.say("forward", "backward")
        fixture.expect("x", x, TOLERANCE)
        fixture.expect("loss", loss, TOLERANCE)
        fixture.expect("W1.grad", net.parameters["W1"].grad, TOLERANCE)
        with torch.no_grad():
            fixture.expect("loss_on(train)", net.loss(net.out(net.x), net.y), TOLERANCE)
        optimizer.step()
        fixture.say("update")
    for name, value in net.parameters.items():
        fixture.expect(name, value, TOLERANCE)


adversarial("eps=0.3", 0.3, 1, 0.3, 1)
adversarial("eps=0.3 steps=3 size=0.15 share=0.5 range=[-1, 1]", 0.3, 3, 0.15, 0.5, (-1, 1))
fixture.write()
