"""Makes convolutions.dl: networks on images: values, gradients of weights and images, running statistics and training
steps, against PyTorch and Keras."""
import numpy

from fixture import Fixture, keras, literal, sample, torch

nn = torch.nn
F = torch.nn.functional
fixture = Fixture("convolutions")
generator = numpy.random.default_rng(70)
TOLERANCE = "1e-9"


def tensor(value):
    return torch.tensor(value, dtype=torch.float64)


class Images:
    """A net on images whose weights and batch are given."""

    def __init__(self, title, size, layers, rows, outputs, extra=()):
        fixture.case(title)
        fixture.say(*extra, f"net {'x'.join(str(axis) for axis in size)} {layers}")
        self.size = size if len(size) == 3 else (1, *size)
        self.parameters = {}
        self.x = tensor(sample(generator, rows, *self.size))
        self.y = tensor(sample(generator, rows, outputs))

    def give(self, name, *shape, low=-1.0, high=1.0):
        value = sample(generator, *shape, low=low, high=high)
        self.parameters[name] = tensor(value).requires_grad_()
        fixture.say(f"{name} = {literal(value)}")
        return self.parameters[name]

    def batch(self):
        fixture.say("loss mse", f"x = {literal(self.x.flatten(1))}", f"y = {literal(self.y)}")

    def compare(self, out, nodes):
        for node in nodes.values():
            node.retain_grad()
        loss = F.mse_loss(out, self.y)
        loss.backward()
        fixture.say("forward", "backward")
        fixture.expect("out", out, TOLERANCE)
        fixture.expect("loss", loss, TOLERANCE)
        for name, node in nodes.items():
            fixture.expect(name, node, TOLERANCE)
            fixture.expect(f"{name}.grad", node.grad, TOLERANCE)
        for name, parameter in self.parameters.items():
            fixture.expect(f"{name}.grad", parameter.grad, TOLERANCE)
        fixture.expect("predict(x)", out, TOLERANCE)


def pair(value):
    return value if isinstance(value, tuple) else (value, value)


def text(value):
    return "x".join(str(part) for part in value) if isinstance(value, tuple) else str(value)


def single_layers():
    """A convolution, then a second one, so that the first one's output is the second one's image and has a gradient."""
    cases = [
        ((5, 4), 3, 2, 1, 0, True), ((1, 6, 7), (2, 3), 3, 1, 0, True), ((3, 5, 5), 3, 2, 2, 1, True),
        ((2, 7, 4), (3, 1), 4, (2, 1), (0, 1), False), ((2, 5, 6), 3, 3, 1, "same", True),
        ((1, 4, 5), (4, 2), 2, 1, "same", False), ((2, 4, 4), 1, 3, 1, "valid", True), ((1, 3, 3), 3, 2, 1, 2, True),
        ((2, 9, 8), 5, 2, 3, (2, 1), True),
    ]
    for size, kernel, channels, stride, padding, bias in cases:
        keys = f"stride={text(stride)} padding={text(padding)}" + ("" if bias else " bias=off")
        case = Images(
            f"PyTorch's Conv2d: {text(kernel)} over {text(size)}, {keys}", size,
            f"conv {text(kernel)} channels={channels} {keys} tanh conv 2x1 channels=2 padding=1 flatten 3", 3, 3)
        w1 = case.give("W1", channels, case.size[0], *pair(kernel))
        b1 = case.give("b1", channels) if bias else None
        w2, b2 = case.give("W2", 2, channels, 2, 1), case.give("b2", 2)
        z1 = F.conv2d(case.x, w1, b1, pair(stride), padding if isinstance(padding, str) else pair(padding))
        a1 = torch.tanh(z1)
        z2 = F.conv2d(a1, w2, b2, padding=(1, 1))
        f2 = z2.flatten(1)
        w3, b3 = case.give("W3", f2.shape[1], 3), case.give("b3", 3)
        case.batch()
        case.compare(f2 @ w3 + b3, {"z1": z1, "a1": a1, "z2": z2, "f2": f2})


def pools():
    """Small whole numbers, so that many elements are equal and it matters which of them gets the gradient."""
    cases = [
        ((2, 6, 6), 2, None, 0), ((1, 5, 7), (2, 3), None, 0), ((2, 5, 5), 3, 1, 1), ((1, 7, 6), (3, 2), (2, 1), (1, 0)),
        ((1, 4, 4), 4, None, 2),
    ]
    for size, kernel, stride, padding in cases:
        keys = (f" stride={text(stride)}" if stride else "") + (f" padding={text(padding)}" if padding else "")
        case = Images(
            f"PyTorch's MaxPool2d: {text(kernel)} over {text(size)}{keys}", size,
            f"conv 1 channels=2 maxpool {text(kernel)}{keys} flatten 2", 4, 2)
        case.x = tensor(generator.integers(-2, 3, (4, *case.size)))
        # With these weights all sums are exact, so that equal elements stay equal whatever the order of adding.
        w1, b1 = (tensor(value).requires_grad_() for value in (numpy.ones((2, case.size[0], 1, 1)), [0.25, -0.5]))
        case.parameters |= {"W1": w1, "b1": b1}
        fixture.say(f"W1 = {literal(w1)}", f"b1 = {literal(b1)}")
        z1 = F.conv2d(case.x, w1, b1)
        p1 = F.max_pool2d(z1, pair(kernel), pair(stride) if stride else None, pair(padding))
        w2, b2 = case.give("W2", p1[0].numel(), 2), case.give("b2", 2)
        case.batch()
        case.compare(p1.flatten(1) @ w2 + b2, {"z1": z1, "p1": p1})


def normalized(case, channels, number, size):
    layer = nn.BatchNorm2d(channels, momentum=0.3)
    layer.weight, layer.bias = (
        nn.Parameter(case.give(f"gamma{number}", channels, low=0.5, high=2.0).detach()),
        nn.Parameter(case.give(f"beta{number}", channels).detach()))
    case.parameters[f"gamma{number}"], case.parameters[f"beta{number}"] = layer.weight, layer.bias
    return layer


def training():
    case = Images(
        "BatchNorm2d, a skip around two convolutions, a dropout of pixels, five steps of SGD", (2, 6, 5),
        "conv 3 channels=3 padding=same batchnorm momentum=0.3 relu skip( conv 3x2 channels=3 padding=same relu "
        "conv 1 channels=3 ) relu maxpool 2 dropout 0.25 flatten 2", 4, 2)
    w1, b1 = case.give("W1", 3, 2, 3, 3), case.give("b1", 3)
    norm = normalized(case, 3, 1, 5)
    w2, b2 = case.give("W2", 3, 3, 3, 2), case.give("b2", 3)
    w3, b3 = case.give("W3", 3, 3, 1, 1), case.give("b3", 3)
    w4, b4 = case.give("W4", 18, 2), case.give("b4", 2)
    case.batch()

    def out(mask=None):
        n1 = norm(F.conv2d(case.x, w1, b1, padding="same"))
        a1 = torch.relu(n1)
        a2 = torch.relu(F.conv2d(a1, w2, b2, padding="same"))
        s3 = F.conv2d(a2, w3, b3) + a1
        p3 = F.max_pool2d(torch.relu(s3), 2)
        d3 = p3 if mask is None else p3 * mask / 0.75
        return d3.flatten(1) @ w4 + b4, {"n1": n1, "s3": s3, "p3": p3}

    fixture.say("optimizer sgd lr=0.05 momentum=0.9")
    optimizer = torch.optim.SGD(case.parameters.values(), lr=0.05, momentum=0.9)
    for step in range(5):
        mask = (generator.uniform(size=(4, 3, 3, 2)) < 0.75).astype(float)
        # The first forward draws a mask, which makes it possible to set another one.
        fixture.say("forward", f"mask3 = {literal(mask)}", "forward", "backward")
        optimizer.zero_grad()
        value, nodes = out(tensor(mask))
        for node in nodes.values():
            node.retain_grad()
        loss = F.mse_loss(value, case.y)
        loss.backward()
        fixture.expect("loss", loss, TOLERANCE)
        if step == 0:
            for name, node in nodes.items():
                fixture.expect(name, node, TOLERANCE)
                fixture.expect(f"{name}.grad", node.grad, TOLERANCE)
            for name, parameter in case.parameters.items():
                fixture.expect(f"{name}.grad", parameter.grad, TOLERANCE)
        fixture.expect("running_mean1", norm.running_mean.reshape(1, -1), TOLERANCE)
        fixture.expect("running_var1", norm.running_var.reshape(1, -1), TOLERANCE)
        fixture.say("update")
        optimizer.step()
    for name, parameter in case.parameters.items():
        fixture.expect(name, parameter, TOLERANCE)
    norm.eval()
    value, _ = out()
    fixture.expect("predict(x)", value, TOLERANCE)
    fixture.expect("loss_on(train)", F.mse_loss(value, case.y), TOLERANCE)
    fixture.expect("accuracy()", (value.argmax(1) == case.y.argmax(1)).double().mean(), TOLERANCE)


def lengths():
    """Max-norm keeps each filter, the weights into one neuron, from growing."""
    for form in ("torch", "keras"):
        case = Images(f"max-norm of filters, as {form} has it", (2, 4, 4), "conv 2 channels=3 flatten 2", 3, 2)
        w1, b1 = case.give("W1", 3, 2, 2, 2), case.give("b1", 3)
        w2, b2 = case.give("W2", 27, 2), case.give("b2", 2)
        case.batch()
        fixture.say("optimizer sgd lr=0.1", f"maxnorm 1.2 form={form}", "step")
        loss = F.mse_loss(F.conv2d(case.x, w1, b1).flatten(1) @ w2 + b2, case.y)
        loss.backward()
        free = [(w - 0.1 * w.grad).detach() for w in (w1, w2)]
        if form == "torch":
            kept = torch.renorm(free[0], 2, 0, 1.2), torch.renorm(free[1], 2, 1, 1.2)
        else:
            # Keras has the channels out last and constrains over the other axes.
            last = free[0].permute(2, 3, 1, 0)
            kept = (
                keras.constraints.MaxNorm(1.2, axis=[0, 1, 2])(last).permute(3, 2, 0, 1),
                keras.constraints.MaxNorm(1.2, axis=0)(free[1]))
        fixture.expect("W1", kept[0], TOLERANCE)
        fixture.expect("W2", kept[1], TOLERANCE)


def keras_layers():
    """Keras has images [samples×height×width×channels] and kernels [height×width×in×out]; strides together with
    padding=same are only there."""
    cases = [
        ((2, 5, 6), 3, 3, 1, "valid", 2, None, "valid"), ((1, 7, 5), (3, 2), 2, 2, "same", (2, 3), 1, "same"),
        ((3, 6, 6), 4, 2, (3, 2), "same", 2, 2, "same"), ((2, 8, 7), (2, 5), 3, (1, 2), "same", 3, 2, "same"),
    ]
    for size, kernel, channels, stride, padding, pool, step, around in cases:
        line = (
            f"conv {text(kernel)} channels={channels} stride={text(stride)} padding={padding} sigmoid "
            f"maxpool {text(pool)}" + (f" stride={step}" if step else "") + f" padding={around} flatten 3")
        case = Images(f"Keras' Conv2D and MaxPooling2D: {line}", size, line, 3, 3)
        w1, b1 = case.give("W1", channels, case.size[0], *pair(kernel)), case.give("b1", channels)
        images = case.x.permute(0, 2, 3, 1).requires_grad_()
        z1 = keras.ops.conv(
            images, w1.permute(2, 3, 1, 0), strides=pair(stride), padding=padding, data_format="channels_last") + b1
        p1 = keras.ops.max_pool(
            torch.sigmoid(z1), pair(pool), pair(step) if step else None, around, data_format="channels_last")
        p1 = p1.permute(0, 3, 1, 2)
        w2, b2 = case.give("W2", p1[0].numel(), 3), case.give("b2", 3)
        case.batch()
        out = p1.flatten(1) @ w2 + b2
        z1.retain_grad()
        loss = F.mse_loss(out, case.y)
        loss.backward()
        fixture.say("forward", "backward")
        fixture.expect("out", out, TOLERANCE)
        fixture.expect("p1", p1, TOLERANCE)
        fixture.expect("z1", z1.permute(0, 3, 1, 2), TOLERANCE)
        fixture.expect("z1.grad", z1.grad.permute(0, 3, 1, 2), TOLERANCE)
        for name, parameter in case.parameters.items():
            fixture.expect(f"{name}.grad", parameter.grad, TOLERANCE)


def keras_order():
    """A whole Keras model with the channels last: the rows of the dense kernel behind Flatten change places."""
    case = Images("Keras' model, its weights put in the order used here", (2, 5, 4), "conv 2 channels=3 flatten 2", 3, 2)
    model = keras.Sequential(
        [keras.layers.Input((5, 4, 2)), keras.layers.Conv2D(3, 2), keras.layers.Flatten(), keras.layers.Dense(2)])
    kernel, bias = sample(generator, 2, 2, 2, 3, low=-1.0, high=1.0), sample(generator, 3)
    dense, shift = sample(generator, 4 * 3 * 3, 2, low=-1.0, high=1.0), sample(generator, 2)
    model.set_weights([kernel, bias, dense, shift])
    fixture.say(
        f"W1 = {literal(kernel.transpose(3, 2, 0, 1))}", f"b1 = {literal(bias)}",
        f"W2 = {literal(dense.reshape(4, 3, 3, 2).transpose(2, 0, 1, 3).reshape(36, 2))}", f"b2 = {literal(shift)}")
    case.batch()
    # Layers compute in 32 bits, whatever their inputs; the operations that they are made of are compared in 64.
    images = case.x.permute(0, 2, 3, 1)
    fixture.expect("predict(x)", model(images), "1e-5")
    z1 = keras.ops.conv(images, tensor(kernel), data_format="channels_last") + tensor(bias)
    fixture.expect("predict(x)", keras.ops.reshape(z1, (3, -1)) @ tensor(dense) + tensor(shift), TOLERANCE)


def keras_norm():
    fixture.case("Keras' BatchNormalization of images, axis -1")
    fixture.say("profile keras", "net 2x3x4 batchnorm momentum=0.8 eps=0.05 flatten 1")
    x = sample(generator, 3, 2, 3, 4)
    gamma, beta = sample(generator, 2, low=0.5, high=2), sample(generator, 2)
    fixture.say(
        f"gamma0 = {literal(gamma)}", f"beta0 = {literal(beta)}", "loss mse", f"x = {literal(x)}", "y = [1, 2, 3]",
        "forward")
    last = tensor(x).permute(0, 2, 3, 1)
    mean, variance = keras.ops.moments(last, axes=[0, 1, 2])
    n0 = keras.ops.batch_normalization(
        last, mean, variance, axis=3, offset=tensor(beta), scale=tensor(gamma), epsilon=0.05)
    fixture.expect("n0", n0.permute(0, 3, 1, 2), TOLERANCE)
    fixture.expect("running_mean0", (0.2 * mean).reshape(1, -1), TOLERANCE)
    fixture.expect("running_var0", (0.8 + 0.2 * variance).reshape(1, -1), TOLERANCE)


def second_derivatives():
    case = Images(
        "the Hessian of a net with a convolution and pooling", (3, 3), "conv 2 channels=2 tanh maxpool 1x2 flatten 1", 2, 1)
    w1, b1 = case.give("W1", 2, 1, 2, 2), case.give("b1", 2)
    w2, b2 = case.give("W2", 4, 1), case.give("b2", 1)
    case.batch()
    sizes = [w.numel() for w in (w1, b1, w2, b2)]

    def loss(flat):
        v1, c1, v2, c2 = flat.split(sizes)
        p1 = F.max_pool2d(torch.tanh(F.conv2d(case.x, v1.reshape(2, 1, 2, 2), c1)), (1, 2))
        return F.mse_loss(p1.flatten(1) @ v2.reshape(4, 1) + c2, case.y)

    flat = torch.cat([w.detach().flatten() for w in (w1, b1, w2, b2)])
    fixture.say("forward")
    fixture.expect("hessian(loss)", torch.autograd.functional.hessian(loss, flat), TOLERANCE)


single_layers()
pools()
training()
lengths()
keras_layers()
keras_order()
keras_norm()
second_derivatives()
fixture.write()
