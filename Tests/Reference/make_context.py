"""Makes context.dl: the layer each( … ), and context prediction with given positions and jitter: patches, losses, gradients
and training steps, against PyTorch."""
import numpy

from fixture import Fixture, literal, sample, torch

nn = torch.nn
F = nn.functional
fixture = Fixture("context")
generator = numpy.random.default_rng(38)
TOLERANCE = "1e-9"
OTHERS = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]


def tensor(value):
    return torch.tensor(value, dtype=torch.float64)


class Case:
    """A net whose parameters are given."""

    def __init__(self, title, *lines):
        fixture.case(title)
        fixture.say(*lines)
        self.parameters = {}

    def give(self, name, *shape):
        value = sample(generator, *shape, low=-1.0, high=1.0)
        self.parameters[name] = tensor(value).requires_grad_()
        fixture.say(f"{name} = {literal(value)}")

    def dense(self, number, x):
        return x @ self.parameters[f"W{number}"] + self.parameters[f"b{number}"]

    def compare(self, loss, values):
        loss.backward()
        fixture.say("forward", "backward")
        fixture.expect("loss", loss, TOLERANCE)
        for name, value in values.items():
            fixture.expect(name, value, TOLERANCE)
        for name, parameter in self.parameters.items():
            fixture.expect(f"{name}.grad", parameter.grad, TOLERANCE)

    def give_batch(self, rows, *shape, outputs):
        x, y = sample(generator, rows, *shape), sample(generator, rows, outputs)
        fixture.say("loss mse", f"x = {literal(x)}", f"y = {literal(y)}")
        return tensor(x), tensor(y)


def parts_of_rows():
    case = Case("each on three parts of a row", "net 6 each( 3 tanh 2 ) parts=3 2")
    for name, *shape in [("W1", 2, 3), ("b1", 3), ("W2", 3, 2), ("b2", 2), ("W3", 6, 2), ("b3", 2)]:
        case.give(name, *shape)
    x, y = case.give_batch(4, 6, outputs=2)
    parts = [case.dense(2, torch.tanh(case.dense(1, part))) for part in x.split(2, dim=1)]
    joined = torch.cat(parts, dim=1)
    out = case.dense(3, joined)
    case.compare(F.mse_loss(out, y), {"out": out, "j2": joined})
    fixture.expect("predict(x)", out, TOLERANCE)

    case = Case("each in each, and skip around it", "net 8 skip( each( each( 2 ) parts=2 sigmoid ) parts=2 ) 1")
    for name, *shape in [("W1", 2, 2), ("b1", 2), ("W2", 8, 1), ("b2", 1)]:
        case.give(name, *shape)
    x, y = case.give_batch(3, 8, outputs=1)
    quarters = [torch.sigmoid(case.dense(1, part)) for part in x.split(2, dim=1)]
    out = case.dense(2, torch.cat(quarters, dim=1) + x)
    case.compare(F.mse_loss(out, y), {"out": out})


def channels_of_images():
    case = Case(
        "each on the channels of images, with a convolution inside",
        "net 2x4x3 each( conv 2 channels=3 relu flatten 2 ) 2")
    for name, *shape in [("W1", 3, 1, 2, 2), ("b1", 3), ("W2", 18, 2), ("b2", 2), ("W3", 4, 2), ("b3", 2)]:
        case.give(name, *shape)
    x, y = case.give_batch(3, 24, outputs=2)
    channels = x.reshape(3, 2, 4, 3)
    parts = [
        case.dense(2, torch.relu(F.conv2d(channels[:, i:i + 1], case.parameters["W1"], case.parameters["b1"])).flatten(1))
        for i in range(2)]
    out = case.dense(3, torch.cat(parts, dim=1))
    case.compare(F.mse_loss(out, y), {"out": out})

    case = Case(
        "each on two parts of four channels, giving images",
        "net 4x3x3 each( conv 2 channels=2 ) parts=2 flatten 1")
    for name, *shape in [("W1", 2, 2, 2, 2), ("b1", 2), ("W2", 16, 1), ("b2", 1)]:
        case.give(name, *shape)
    x, y = case.give_batch(2, 36, outputs=1)
    parts = [
        F.conv2d(part, case.parameters["W1"], case.parameters["b1"]) for part in x.reshape(2, 4, 3, 3).split(2, dim=1)]
    out = case.dense(2, torch.cat(parts, dim=1).flatten(1))
    case.compare(F.mse_loss(out, y), {"out": out})


def states():
    case = Case(
        "each with batch normalization and dropout inside", "net 6 each( 3 batchnorm relu dropout 0.5 ) parts=2 2")
    for name, *shape in [("W1", 3, 3), ("b1", 3), ("W2", 6, 2), ("b2", 2)]:
        case.give(name, *shape)
    x, y = case.give_batch(4, 6, outputs=2)
    mask = (generator.uniform(size=(4, 2, 3)) < 0.5).astype(float)
    fixture.say(f"mask1 = {literal(mask)}")
    layer = nn.BatchNorm1d(3)
    # All parts of all samples are one batch to it.
    normal = layer(case.dense(1, x.reshape(8, 3))).reshape(4, 2, 3)
    out = case.dense(2, (torch.relu(normal) * tensor(mask) / 0.5).flatten(1))
    case.compare(F.mse_loss(out, y), {
        "out": out, "running_mean1": layer.running_mean.reshape(1, -1), "running_var1": layer.running_var.reshape(1, -1)})
    layer.eval()
    fixture.expect(
        "predict(x)", case.dense(2, torch.relu(layer(case.dense(1, x.reshape(8, 3)))).reshape(4, 6)), TOLERANCE)


def cut(images, patch, gap, positions, jitter):
    """The two patches of each image, by plain indices."""
    result = []
    for image, position, moves in zip(images, positions, jitter):
        height, width = image.shape[-2:]
        both = []
        for (down, right), (more_down, more_right) in zip([(0, 0), OTHERS[position]], [moves[:2], moves[2:]]):
            top = (height - patch) // 2 + down * (patch + gap) + more_down
            left = (width - patch) // 2 + right * (patch + gap) + more_right
            both.append(image[:, top:top + patch, left:left + patch])
        result.append(torch.cat(both))
    return torch.stack(result)


def contexts():
    for channels, height, width, patch, gap, jitter, rows in [
            (1, 9, 9, 3, 0, 0, 8), (1, 12, 13, 2, 1, 2, 5), (3, 8, 9, 2, 1, 0, 3), (1, 5, 5, 1, 1, 0, 8)]:
        size = channels * patch * patch
        case = Case(
            f"context: {channels} channels of {height} by {width}, patches of {patch}, a gap of {gap}, jitter {jitter}",
            f"ssl context patch={patch} gap={gap} jitter={jitter}",
            f"net {2 * channels}x{patch}x{patch} each( 4 tanh 3 tanh ) parts=2 8", "loss cross_entropy")
        for name, *shape in [("W1", size, 4), ("b1", 4), ("W2", 4, 3), ("b2", 3), ("W3", 6, 8), ("b3", 8)]:
            case.give(name, *shape)
        images = sample(generator, rows, channels, height, width, digits=1)
        positions = generator.permutation(8)[:rows].tolist()
        moves = generator.integers(-jitter, jitter + 1, (rows, 4)).tolist()
        fixture.say(
            f"x = {literal(images[:, 0] if channels == 1 else images)}", f"context_position = {literal(positions)}",
            f"context_jitter = {literal(moves)}")
        x, y = cut(tensor(images), patch, gap, positions, moves), torch.tensor(positions)

        def loss():
            parts = [
                torch.tanh(case.dense(2, torch.tanh(case.dense(1, part.flatten(1))))) for part in x.split(channels, dim=1)]
            return F.cross_entropy(case.dense(3, torch.cat(parts, dim=1)), y)

        case.compare(loss(), {"x": x.flatten(1), "y": y.double(), "x_data": images.reshape(rows, -1)})
        fixture.say("optimizer sgd lr=0.1")
        optimizer = torch.optim.SGD(case.parameters.values(), lr=0.1)
        for _ in range(3):
            optimizer.step()
            optimizer.zero_grad()
            loss().backward()
            fixture.say("update", f"context_position = {literal(positions)}", f"context_jitter = {literal(moves)}")
            fixture.say("forward", "backward")
        fixture.expect("loss", loss(), TOLERANCE)
        for name, parameter in case.parameters.items():
            fixture.expect(name, parameter, TOLERANCE)


parts_of_rows()
channels_of_images()
states()
contexts()
fixture.write()
