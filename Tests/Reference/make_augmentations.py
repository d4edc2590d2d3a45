"""Makes augmentations.dl: batches that are flipped, shifted, turned, cut and mixed with given numbers, their losses and
gradients, against PyTorch."""
import os

import numpy

from fixture import FIXTURES, Fixture, literal, sample, torch

F = torch.nn.functional
fixture = Fixture("augmentations")
generator = numpy.random.default_rng(52)
TOLERANCE = "1e-9"
ROWS, CLASSES = 6, 3


def tensor(value):
    return torch.tensor(value, dtype=torch.float64)


IMAGES = {}


def store(name, value):
    numpy.save(os.path.join(FIXTURES, "arrays", f"{name}.npy"), numpy.asarray(value))
    return f"arrays/{name}.npy"


def images(shape):
    """Images of one shape and their file, the same for all cases."""
    if shape not in IMAGES:
        value = sample(generator, ROWS, *shape, low=0.0, high=1.0)
        IMAGES[shape] = (tensor(value), store("augmented_" + "x".join(map(str, shape)), value))
    return IMAGES[shape]


class Case:
    """A dense net on images in files; all samples are the batch."""

    def __init__(self, title, image, loss="cross_entropy", targets=None):
        fixture.case(title)
        self.image, self.loss_line = image, loss
        self.x, x_file = images(image)
        self.targets = tensor(targets if targets is not None else [0.0, 1.0, 2.0, 2.0, 1.0, 0.0])
        self.is_classes = targets is None
        y = self.targets.numpy().astype(numpy.int64) if self.is_classes else self.targets.numpy()
        y_file = store(f"augmented_{'classes' if self.is_classes else loss}", y)
        width = int(numpy.prod(image))
        self.outputs = CLASSES if self.is_classes else 1
        fixture.say(
            f'data npy "{x_file}" target="{y_file}"',
            f"net {width} 4 tanh {self.outputs}", f"loss {loss}", "batch full", "order fixed", "optimizer sgd lr=0.1")
        self.parameters = {}
        for name, shape in [("W1", (width, 4)), ("b1", (4,)), ("W2", (4, self.outputs)), ("b2", (self.outputs,))]:
            value = sample(generator, *shape, low=-1.0, high=1.0)
            self.parameters[name] = tensor(value).requires_grad_()
            fixture.say(f"{name} = {literal(value)}")
        self.y = F.one_hot(self.targets.long(), CLASSES).double() if self.is_classes else self.targets.reshape(-1, 1)

    def out(self, x):
        p = self.parameters
        return torch.tanh(x.reshape(ROWS, -1) @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]

    def loss(self, out, y):
        if self.loss_line.startswith("cross_entropy"):
            smoothing = float(self.loss_line.split("=")[1]) if "=" in self.loss_line else 0.0
            return F.cross_entropy(out, y, label_smoothing=smoothing)
        return {"mse": F.mse_loss, "bce": F.binary_cross_entropy_with_logits}[self.loss_line](out, y)

    def compare(self, x, y=None):
        """Samples and targets as the network reads them, the loss, and the gradients."""
        mixed = y is not None
        y = self.y if y is None else y
        loss = self.loss(self.out(x), y)
        gradients = torch.autograd.grad(loss, list(self.parameters.values()))
        fixture.say("forward", "backward")
        fixture.expect("x", x.reshape(ROWS, -1), TOLERANCE)
        if mixed:
            fixture.expect("y", y, TOLERANCE)
        fixture.expect("loss", loss, TOLERANCE)
        for name, gradient in zip(self.parameters, gradients):
            fixture.expect(f"{name}.grad", gradient, TOLERANCE)
        # The samples themselves stay, and evaluation uses them.
        fixture.expect("x_data", self.x.reshape(ROWS, -1), TOLERANCE)
        fixture.expect("loss_on(train)", self.loss(self.out(self.x), self.y), TOLERANCE)


def mixed(value, partner, share):
    share = share.reshape([-1] + [1] * (value.dim() - 1))
    return share * value + (1 - share) * value[partner]


REVERSE = list(range(ROWS))[::-1]


def mixups():
    case = Case("mixup, 60 to 40, with the batch reversed", (2, 3))
    fixture.say("augment mixup lambda=0.6 partner=reverse")
    share = torch.full((ROWS,), 0.6)
    x = mixed(case.x, REVERSE, share)
    case.compare(x, mixed(case.y, REVERSE, share))
    # Cross entropy of the mixed label is the mix of two cross entropies.
    own, other = case.targets.long(), case.targets[REVERSE].long()
    out = case.out(x)
    fixture.expect("loss", 0.6 * F.cross_entropy(out, own) + 0.4 * F.cross_entropy(out, other), TOLERANCE)
    optimizer = torch.optim.SGD(case.parameters.values(), lr=0.1)
    for _ in range(5):
        optimizer.zero_grad()
        case.loss(case.out(x), mixed(case.y, REVERSE, share)).backward()
        optimizer.step()
    fixture.say("update", "step 4")
    for name, parameter in case.parameters.items():
        fixture.expect(name, parameter, TOLERANCE)

    case = Case("mixup with a share and a partner for each sample, smoothed labels", (2, 3), "cross_entropy smoothing=0.1")
    share, partner = tensor([0.1, 0.25, 0.5, 0.75, 0.9, 1.0]), [2, 2, 0, 5, 1, 3]
    fixture.say(
        "augment mixup per=sample", f"mixup_lambda = {literal(share.reshape(-1, 1))}", f"mixup_partner = {literal(partner)}")
    case.compare(mixed(case.x, partner, share), mixed(case.y, partner, share))

    for loss, targets in [("mse", sample(generator, ROWS)), ("bce", [0.0, 1.0, 1.0, 0.0, 0.0, 1.0])]:
        case = Case(f"mixup of values, {loss}", (2, 2), loss, targets)
        fixture.say("augment mixup lambda=0.3 partner=roll")
        partner = [(row - 1) % ROWS for row in range(ROWS)]
        share = torch.full((ROWS,), 0.3)
        case.compare(mixed(case.x, partner, share), mixed(case.y, partner, share))


BOXES = [[0, 0, 2, 2], [1, 2, 4, 5], [0, 0, 0, 0], [3, 0, 5, 1], [0, 3, 5, 4], [2, 1, 3, 4]]


def boxes():
    for image in [(5, 6), (2, 5, 5)]:
        case = Case(f"cutmix, labels by the area, images of {image}", image)
        partner = [5, 3, 4, 0, 0, 1]
        fixture.say("augment cutmix", f"cutmix_box = {literal(BOXES)}", f"cutmix_partner = {literal(partner)}")
        x, share = case.x.clone(), torch.ones(ROWS, dtype=torch.float64)
        for row, (top, left, bottom, right) in enumerate(BOXES):
            x[row, ..., top:bottom, left:right] = case.x[partner[row], ..., top:bottom, left:right]
            share[row] = 1 - (bottom - top) * (right - left) / (image[-2] * image[-1])
        case.compare(x, mixed(case.y, partner, share))
        fixture.expect("cutmix_lambda", share.reshape(-1, 1), TOLERANCE)

        case = Case(f"cutout, images of {image}", image)
        fixture.say("augment cutout fill=0.25", f"cutout_box = {literal(BOXES)}")
        x = case.x.clone()
        for row, (top, left, bottom, right) in enumerate(BOXES):
            x[row, ..., top:bottom, left:right] = 0.25
        case.compare(x)


def turned(images, degrees, mode):
    """Each image turned counter-clockwise about its centre, by PyTorch's sampling of a grid."""
    rows, height, width = images.shape
    row, column = torch.meshgrid(torch.arange(height).double(), torch.arange(width).double(), indexing="ij")
    down, right = row - (height - 1) / 2, column - (width - 1) / 2
    grids = []
    for angle in degrees:
        c, s = numpy.cos(numpy.pi * angle / 180), numpy.sin(numpy.pi * angle / 180)
        from_row, from_column = (height - 1) / 2 + c * down + s * right, (width - 1) / 2 + c * right - s * down
        # grid_sample's coordinates: -1 and 1 are the outer borders of the image.
        grids.append(torch.stack([(2 * from_column + 1) / width - 1, (2 * from_row + 1) / height - 1], dim=-1))
    grid = torch.stack(grids)
    return F.grid_sample(images[:, None], grid, mode=mode, padding_mode="zeros", align_corners=False)[:, 0]


def motions():
    case = Case("flips, horizontal", (3, 4))
    on = tensor([1.0, 0.0, 1.0, 1.0, 0.0, 0.0])
    fixture.say("augment flip", f"flip_on = {literal(on.reshape(-1, 1))}")
    case.compare(torch.where(on.reshape(-1, 1, 1) != 0, case.x.flip(2), case.x))
    case = Case("flips, vertical, with channels", (2, 3, 4))
    fixture.say("augment flip axis=vertical p=1")
    case.compare(case.x.flip(2))

    case = Case("shifts", (4, 3))
    by = [[0, 0], [1, 0], [-1, 2], [3, -1], [-2, -2], [4, 0]]
    fixture.say("augment shift max=4 fill=0.5", f"shift_by = {literal(by)}")
    x = torch.full_like(case.x, 0.5)
    for row, (down, right) in enumerate(by):
        for r in range(4):
            for c in range(3):
                if 0 <= r - down < 4 and 0 <= c - right < 3:
                    x[row, r, c] = case.x[row, r - down, c - right]
    case.compare(x)

    degrees = [0.0, 33.0, -77.5, 200.0, 359.0, 45.5]
    for image in [(5, 5), (4, 6)]:
        for mode in ["bilinear", "nearest"]:
            case = Case(f"turned, {mode}, images of {image}", image)
            fixture.say(f"augment rotate between={mode}", f"rotate_angle = {literal([[d] for d in degrees])}")
            case.compare(turned(case.x, degrees, mode))
    case = Case("quarter turns are exact", (2, 3, 3))
    quarters = [1, 2, 3, -1, 0, 4]
    fixture.say("augment rotate angles=[90]", f"rotate_angle = {literal([[90.0 * q] for q in quarters])}")
    case.compare(torch.stack([torch.rot90(case.x[row], q, (1, 2)) for row, q in enumerate(quarters)]))

    case = Case("noise", (2, 3))
    noise = tensor(sample(generator, ROWS, 6))
    fixture.say("augment noise sigma=0.3", f"noise_values = {literal(noise)}")
    case.compare(case.x + 0.3 * noise.reshape(case.x.shape))


def chains():
    case = Case("flip, cutout, mixup, cutmix in this order", (4, 4))
    fixture.say(
        "augment flip p=1", "augment cutout", "augment mixup lambda=0.7 partner=reverse", "augment cutmix",
        "cutout_box = [1, 1, 3, 3]", "cutmix_box = [0, 2, 2, 4]", f"cutmix_partner = {literal([1, 2, 3, 4, 5, 0])}")
    x = case.x.flip(2)
    x[:, 1:3, 1:3] = 0
    share = torch.full((ROWS,), 0.7)
    x, y = mixed(x, REVERSE, share), mixed(case.y, REVERSE, share)
    partner = [1, 2, 3, 4, 5, 0]
    cut = x.clone()
    cut[:, 0:2, 2:4] = x[partner, 0:2, 2:4]
    case.compare(cut, mixed(y, partner, torch.full((ROWS,), 0.75)))


mixups()
boxes()
motions()
chains()
fixture.write()
