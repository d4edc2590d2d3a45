"""Makes ssl.dl: pretext tasks and their losses with given draws: NT-Xent, masked losses, masked reconstruction, permuted
strips and two views, with gradients and training steps, against PyTorch."""
import itertools
import math
import os

import numpy

from fixture import FIXTURES, Fixture, literal, sample, torch

F = torch.nn.functional
fixture = Fixture("ssl")
generator = numpy.random.default_rng(77)
TOLERANCE = "1e-9"


def tensor(value):
    return torch.tensor(numpy.asarray(value), dtype=torch.float64)


def cosines(z):
    directions = F.normalize(z, dim=1, eps=1e-8)
    return directions @ directions.T


def anchor_losses(z, partners, temperature):
    """Cross entropy with the rows as classes, the own one left out."""
    logits = cosines(z) / temperature
    logits = logits.masked_fill(torch.eye(len(z), dtype=torch.bool), -torch.inf)
    return F.cross_entropy(logits, torch.tensor(partners), reduction="none")


def by_the_paper(rows, partners, temperature):
    """The loss of Chen et al. 2020, equation 1, number by number."""
    def cosine(a, b):
        dot = sum(p * q for p, q in zip(a, b))
        return dot / math.sqrt(sum(p * p for p in a)) / math.sqrt(sum(q * q for q in b))

    total = 0
    for i, row in enumerate(rows):
        others = sum(math.exp(cosine(row, rows[k]) / temperature) for k in range(len(rows)) if k != i)
        total -= math.log(math.exp(cosine(row, rows[partners[i]]) / temperature) / others)
    return total / len(rows)


def contrastive_losses():
    golden = [[1.0, 0.0], [0.0, 1.0], [0.8, 0.6], [-0.6, 0.8]]
    for temperature, published in [(1.0, 0.673577), (0.5, 0.430190), (0.1, 0.063780)]:
        value = by_the_paper(golden, [2, 3, 0, 1], temperature)
        assert abs(value - published) < 1e-6
        contrastive_loss(f"NT-Xent of four rows, temperature {temperature}", golden, [2, 3, 0, 1], temperature)
    contrastive_loss("NT-Xent of six rows in no order", sample(generator, 6, 3), [5, 2, 1, 4, 3, 0], 0.3)
    contrastive_loss("NT-Xent of eight rows, the partners of one kind twice", sample(generator, 8, 5),
                     [4, 4, 4, 7, 0, 1, 2, 3], 0.07)
    rows = sample(generator, 6, 4)
    rows[3] = 0
    contrastive_loss("NT-Xent with a row of zeros", rows, [3, 4, 5, 0, 1, 2], 0.5, is_published=False)
    contrastive_loss("NT-Xent of two rows is 0", sample(generator, 2, 3), [1, 0], 0.5)


def contrastive_loss(title, rows, partners, temperature, is_published=True):
    fixture.case(title)
    z = tensor(rows).requires_grad_()
    each = anchor_losses(z, partners, temperature)
    if is_published:
        assert abs(each.mean().item() - by_the_paper(tensor(rows).tolist(), partners, temperature)) < 1e-12
    gradient, = torch.autograd.grad(each.mean(), z)
    # A row of zeros has no direction that could change; PyTorch divides by eps there.
    gradient = torch.where(z.norm(dim=1, keepdim=True) == 0, 0.0, gradient)
    fixture.say(f"z = param({literal(tensor(rows))})",
                f"L = nt_xent(z, {literal(partners)}, temperature={temperature})", "minimize L", "forward", "backward")
    fixture.expect("L", each.mean(), TOLERANCE)
    fixture.expect("z.grad", gradient, TOLERANCE)
    fixture.expect("cosine(z)", cosines(z), TOLERANCE)
    fixture.say("new", f"x = {literal(tensor(rows))}", f"y = {literal(partners)}", f"net {z.shape[1]} {z.shape[1]}",
                f"W1 = eye({z.shape[1]})", f"loss nt_xent temperature={temperature}", "forward")
    fixture.expect("anchor_loss", each, TOLERANCE)
    fixture.expect("similarity", cosines(z), TOLERANCE)
    fixture.expect("loss", each.mean(), TOLERANCE)
    nearest = cosines(z).masked_fill(torch.eye(len(z), dtype=torch.bool), -torch.inf).argmax(1)
    fixture.expect("accuracy()", (nearest == torch.tensor(partners)).double().mean(), TOLERANCE)
    b = sample(generator, 3, z.shape[1])
    fixture.expect(f"cosine({literal(b)}, x)", F.normalize(tensor(b), eps=1e-8) @ F.normalize(z, eps=1e-8).T, TOLERANCE)


ELEMENTS = {
    "mse": lambda p, y: (p - y) ** 2,
    "mae": lambda p, y: (p - y).abs(),
    "huber": lambda p, y: F.huber_loss(p, y, reduction="none"),
    "bce": lambda p, y: F.binary_cross_entropy_with_logits(p, y, reduction="none"),
}


def masked(name, p, y, mask):
    return (ELEMENTS[name](p, y) * mask).sum() / mask.sum()


def masked_losses():
    for name in ELEMENTS:
        for kind in ("ones and zeros", "shares"):
            fixture.case(f"{name} with a mask of {kind}")
            p = tensor(sample(generator, 4, 5)).requires_grad_()
            y = tensor(sample(generator, 4, 5, low=0.0, high=1.0))
            mask = tensor(sample(generator, 4, 5, low=0.0, high=1.0))
            if kind == "ones and zeros":
                mask = (mask > 0.6).double()
            value = masked(name, p, y, mask)
            gradient, = torch.autograd.grad(value, p)
            fixture.say(f"p = param({literal(p)})", f"J = {name}(p, {literal(y)}, mask={literal(mask)})", "minimize J",
                        "forward", "backward")
            fixture.expect("J", value, TOLERANCE)
            fixture.expect("p.grad", gradient, TOLERANCE)


class Net:
    """A dense net on images in a file of its own; all samples are the batch."""

    count = 0

    def __init__(self, title, image, outputs, loss, rows=6):
        fixture.case(title)
        self.image, self.rows, self.loss_line, self.outputs = image, rows, loss, outputs
        value = sample(generator, rows, *image, low=0.0, high=1.0)
        Net.count += 1
        name = f"ssl_{Net.count}"
        numpy.save(os.path.join(FIXTURES, "arrays", f"{name}.npy"), value)
        numpy.save(os.path.join(FIXTURES, "arrays", f"ssl_labels_{rows}.npy"), numpy.arange(rows) % 3)
        self.x = tensor(value).reshape(rows, -1)
        width = self.x.shape[1]
        fixture.say(f'data npy "arrays/{name}.npy" target="arrays/ssl_labels_{rows}.npy"', f"net {width} 4 tanh {outputs}",
                    f"loss {loss}", "batch full", "order fixed", "optimizer sgd lr=0.1")
        self.parameters = {}
        for name, shape in [("W1", (width, 4)), ("b1", (4,)), ("W2", (4, outputs)), ("b2", (outputs,))]:
            value = sample(generator, *shape, low=-1.0, high=1.0)
            self.parameters[name] = tensor(value).requires_grad_()
            fixture.say(f"{name} = {literal(value)}")
        self.optimizer = torch.optim.SGD(self.parameters.values(), lr=0.1)

    def out(self, x):
        p = self.parameters
        return torch.tanh(x @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]

    def step(self, draws, x, y, loss):
        """One training step with given draws."""
        self.optimizer.zero_grad()
        value = loss(self.out(x))
        value.backward()
        fixture.say(*[f"{name} = {literal(draw)}" for name, draw in draws.items()], "forward", "backward")
        fixture.expect("x", x, TOLERANCE)
        fixture.expect("y", y, TOLERANCE)
        fixture.expect("x_data", self.x, TOLERANCE)
        fixture.expect("loss", value, TOLERANCE)
        for name, parameter in self.parameters.items():
            fixture.expect(f"{name}.grad", parameter.grad, TOLERANCE)
        self.optimizer.step()
        fixture.say("update")
        for name, parameter in self.parameters.items():
            fixture.expect(name, parameter, TOLERANCE)


def reconstructions():
    for image, patch, loss, fill, on in [
        ((2, 3), 1, "mse", 0.0, "masked"), ((4, 4), 2, "mae", 0.5, "masked"), ((2, 2, 2), 1, "bce", -1.0, "masked"),
        ((2, 3), 1, "huber", 0.25, "all"),
    ]:
        channels, height, width = (1,) * (3 - len(image)) + image
        net = Net(f"mask, {loss} on {on}, images {image}", image, int(numpy.prod(image)), loss)
        fixture.say(f"ssl mask rate=0.4 patch={patch} fill={fill} on={on}")
        for _ in range(3):
            squares = generator.integers(0, 2, (net.rows, height // patch, width // patch))
            squares[:, 0, 0] = 1
            hidden = tensor(numpy.tile(numpy.kron(squares, numpy.ones((1, patch, patch))).reshape(net.rows, -1), channels))
            x = torch.where(hidden == 1, tensor(fill), net.x)
            counted = hidden if on == "masked" else torch.ones_like(hidden)
            net.step({"mask_hidden": hidden}, x, net.x, lambda p: masked(loss, p, net.x, counted))
        # One feature alone is left to see; which one is chance.
        width = net.x.shape[1]
        fixture.say(f"x = {literal(net.x[:1])}", f"ssl mask rate={round(1 - 1 / width, 3)} fill={fill} on={on}")
        losses = []
        for seen in range(width):
            hidden = torch.ones_like(net.x[:1])
            hidden[0, seen] = 0
            x = torch.where(hidden == 1, tensor(fill), net.x[:1])
            counted = hidden if on == "masked" else torch.ones_like(hidden)
            losses.append(masked(loss, net.out(x), net.x[:1], counted).item())
        fixture.say(f"expect min(abs(loss_on(train) - {literal(losses)})) < {TOLERANCE}")


def orders():
    for image, parts in [((4, 3), 2), ((6, 2), 3), ((2, 4, 2), 4), ((8,), 4)]:
        permutations = list(itertools.permutations(range(parts)))
        net = Net(f"order of {parts} parts, samples of {image}", image, len(permutations), "cross_entropy")
        fixture.say(f"ssl order parts={parts}")
        for _ in range(2):
            numbers = generator.integers(0, len(permutations), net.rows)
            x = []
            for row, number in zip(net.x, numbers):
                strips = row.reshape((-1, parts, row.numel() // parts)) if len(image) < 3 else row.reshape(image[0], parts, -1)
                x.append(strips[:, list(permutations[number])].reshape(-1))
            y = torch.tensor(numbers)
            net.step({"order_number": y}, torch.stack(x), y.double(), lambda p: F.cross_entropy(p, y))


def contrasts():
    for temperature in (0.5, 0.1):
        net = Net(f"contrast, temperature {temperature}", (2, 3), 3, f"nt_xent temperature={temperature}")
        fixture.say("augment noise sigma=0.2", "ssl contrast")
        partners = [(row + net.rows) % (2 * net.rows) for row in range(2 * net.rows)]
        for _ in range(3):
            noise = tensor(sample(generator, 2 * net.rows, 6))
            x = torch.cat([net.x, net.x]) + 0.2 * noise
            net.step({"noise_values": noise}, x, torch.tensor(partners).double(),
                     lambda p: anchor_losses(p, partners, temperature).mean())
        # Views that are alike, compared in batches of four samples and the two that are left.
        fixture.say("augment off", "batch 4")
        total = 0
        hits = 0
        for part in (net.x[:4], net.x[4:]):
            n = len(part)
            others = [(row + n) % (2 * n) for row in range(2 * n)]
            total += anchor_losses(net.out(torch.cat([part, part])), others, temperature).sum()
        fixture.expect("loss_on(train)", total / (2 * net.rows), TOLERANCE)
        # Nothing is as near as the same sample.
        fixture.expect("accuracy()", 1.0, TOLERANCE)
        # Five samples would leave one alone, which joins the others.
        fixture.say("batch 5")
        everything = torch.cat([net.x, net.x])
        fixture.expect("loss_on(train)", anchor_losses(net.out(everything), partners, temperature).mean(), TOLERANCE)


contrastive_losses()
masked_losses()
reconstructions()
orders()
contrasts()
fixture.write()
