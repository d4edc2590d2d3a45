"""One training step (forward, backward, Adam) in PyTorch, JAX, NumPy and Keras: the same networks, on two threads."""

import functools
import os

THREADS = 2
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(THREADS)
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=true"
os.environ["JAX_ENABLE_X64"] = "1"
os.environ["KERAS_BACKEND"] = "jax"

import jax
import jax.numpy as jnp
import keras
import numpy as np
import torch

torch.set_num_threads(THREADS)
NETWORKS = {
    "4-16-3, batch 15": ([4, 16, 3], 15, 400),
    "64-128-64-10, batch 64": ([64, 128, 64, 10], 64, 200),
    "784-512-256-10, batch 128": ([784, 512, 256, 10], 128, 20),
}
BETA1, BETA2, EPS, LR = 0.9, 0.999, 1e-8, 0.001


def samples(widths, batch, precision):
    random = np.random.default_rng(0)
    x = random.standard_normal((batch, widths[0])).astype(precision)
    weights = [
        (random.standard_normal((a, b)) / np.sqrt(a)).astype(precision) for a, b in zip(widths, widths[1:])
    ]
    return x, random.integers(0, widths[-1], batch), weights, [np.zeros(b, precision) for b in widths[1:]]


# Each of the following returns a function that makes one training step.


def torch_step(widths, batch, precision):
    x, y, weights, biases = samples(widths, batch, precision)
    layers = []
    for weight, bias in zip(weights, biases):
        layer = torch.nn.Linear(*weight.shape, dtype=getattr(torch, precision))
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(weight.T))
            layer.bias.copy_(torch.tensor(bias))
        layers += [layer, torch.nn.ReLU()]
    return torch_training(torch.nn.Sequential(*layers[:-1]), x, y)


def torch_training(net, x, y):
    optimizer = torch.optim.Adam(net.parameters(), lr=LR, fused=True)
    x, y = torch.tensor(x), torch.tensor(y)

    def step():
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(x), y).backward()
        optimizer.step()

    return step


def jax_step(widths, batch, precision):
    x, y, weights, biases = samples(widths, batch, precision)
    count = len(weights)

    def output(parameters, h):
        for i in range(count):
            h = h @ parameters[i] + parameters[count + i]
            if i < count - 1:
                h = jnp.maximum(h, 0)
        return h

    return jax_training(output, weights + biases, x, y)


def jax_training(output, parameters, x, y):
    x, y = jnp.asarray(x), jnp.asarray(y)
    parameters = [jnp.asarray(p) for p in parameters]

    def loss(parameters):
        return -jnp.mean(jax.nn.log_softmax(output(parameters, x))[jnp.arange(len(y)), y])

    @functools.partial(jax.jit, donate_argnums=(0, 1, 2))
    def update(parameters, m, v, t):
        value, gradients = jax.value_and_grad(loss)(parameters)
        t = t + 1
        m = [BETA1 * a + (1 - BETA1) * g for a, g in zip(m, gradients)]
        v = [BETA2 * a + (1 - BETA2) * g * g for a, g in zip(v, gradients)]
        c1, c2 = 1 - BETA1**t, 1 - BETA2**t
        parameters = [
            (p - LR * (a / c1) / (jnp.sqrt(b / c2) + EPS)).astype(p.dtype) for p, a, b in zip(parameters, m, v)
        ]
        return parameters, [a.astype(x.dtype) for a in m], [a.astype(x.dtype) for a in v], t, value

    moments = [[jnp.zeros_like(p) for p in parameters] for _ in range(2)]
    state = [parameters, *moments, jnp.asarray(0.0, x.dtype)]

    def step():
        *state[:], _ = update(*state)
        jax.block_until_ready(state[0])

    return step


def numpy_step(widths, batch, precision):
    x, y, weights, biases = samples(widths, batch, precision)
    parameters = weights + biases
    count = len(weights)
    m, v = [np.zeros_like(p) for p in parameters], [np.zeros_like(p) for p in parameters]
    rows, t = np.arange(batch), [0]

    def step():
        h = [x]
        for i in range(count):
            z = h[-1] @ weights[i] + biases[i]
            h.append(np.maximum(z, 0) if i < count - 1 else z)
        z = h[-1] - h[-1].max(1, keepdims=True)
        e = np.exp(z)
        total = e.sum(1, keepdims=True)
        loss = np.mean(np.log(total[:, 0]) - z[rows, y])
        delta = e / total
        delta[rows, y] -= 1
        delta /= batch
        gradients = [None] * (2 * count)
        for i in reversed(range(count)):
            gradients[i], gradients[count + i] = h[i].T @ delta, delta.sum(0)
            if i:
                delta = (delta @ weights[i].T) * (h[i] > 0)
        assert np.isfinite(loss)
        t[0] += 1
        c1, c2 = 1 - BETA1 ** t[0], 1 - BETA2 ** t[0]
        for p, g, a, b in zip(parameters, gradients, m, v):
            a *= BETA1
            a += (1 - BETA1) * g
            b *= BETA2
            b += (1 - BETA2) * g * g
            p -= LR * (a / c1) / (np.sqrt(b / c2) + EPS)

    return step


def keras_step(widths, batch, precision):
    keras.config.set_floatx(precision)
    x, y, _, _ = samples(widths, batch, precision)
    hidden = [keras.layers.Dense(width, "relu") for width in widths[1:-1]]
    return keras_training([keras.Input((widths[0],)), *hidden, keras.layers.Dense(widths[-1])], x, y)


def keras_training(layers, x, y):
    net = keras.Sequential(layers)
    net.compile(
        keras.optimizers.Adam(LR), keras.losses.SparseCategoricalCrossentropy(from_logits=True), jit_compile=True
    )
    return lambda: net.train_on_batch(x, y)


PEERS = {"PyTorch": torch_step, "JAX": jax_step, "NumPy": numpy_step, "Keras": keras_step}

# The same with a convolution: 3×3, eight channels, no padding, so that 8×8 pixels become 8×6×6, pooled to 8×3×3; 810
# parameters. NumPy is left out: it has no convolution and no pooling.


def image_samples(precision):
    random = np.random.default_rng(0)
    x, y = random.random((32, 1, 8, 8)).astype(precision), random.integers(0, 10, 32)
    filters, dense = random.standard_normal((8, 1, 3, 3)) / 3, random.standard_normal((72, 10)) / np.sqrt(72)
    return x, y, filters.astype(precision), dense.astype(precision)


def torch_convolution(precision):
    x, y, filters, dense = image_samples(precision)
    kind = {"dtype": getattr(torch, precision)}
    convolution, last = torch.nn.Conv2d(1, 8, 3, **kind), torch.nn.Linear(72, 10, **kind)
    with torch.no_grad():
        convolution.weight.copy_(torch.tensor(filters))
        last.weight.copy_(torch.tensor(dense.T))
        convolution.bias.zero_()
        last.bias.zero_()
    net = torch.nn.Sequential(
        convolution, torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(), last
    )
    return torch_training(net, x, y)


def jax_convolution(precision):
    """As a product with the images' windows: faster on processors than lax.conv_general_dilated and lax.reduce_window."""
    x, y, filters, dense = image_samples(precision)

    def output(parameters, x):
        filters, channel_bias, dense, bias = parameters
        windows = jnp.stack([x[:, 0, i : i + 6, j : j + 6] for i in range(3) for j in range(3)], -1)
        h = jnp.maximum(windows.reshape(-1, 9) @ filters + channel_bias, 0)
        return h.reshape(-1, 3, 2, 3, 2, 8).max((2, 4)).reshape(-1, 72) @ dense + bias

    # The pooled numbers stand channel by channel in `dense`, here place by place.
    dense = dense.reshape(8, 9, 10).transpose(1, 0, 2).reshape(72, 10)
    biases = [np.zeros(8, precision), np.zeros(10, precision)]
    return jax_training(output, [filters.reshape(8, 9).T, biases[0], dense, biases[1]], x, y)


def keras_convolution(precision):
    keras.config.set_floatx(precision)
    x, y, _, _ = image_samples(precision)
    layers = [keras.layers.Conv2D(8, 3, activation="relu"), keras.layers.MaxPooling2D(2), keras.layers.Flatten()]
    return keras_training(
        [keras.Input((8, 8, 1)), *layers, keras.layers.Dense(10)], x.transpose(0, 2, 3, 1), y
    )


CONVOLUTIONS = {"PyTorch": torch_convolution, "JAX": jax_convolution, "Keras": keras_convolution}
