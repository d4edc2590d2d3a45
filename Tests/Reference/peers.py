"""The benchmark's work in PyTorch, JAX, NumPy and Keras, with dlbench beside them in one run, as a table of ratios.

    pip install torch jax numpy keras threadpoolctl
    swift build -c release
    python Tests/Reference/peers.py [--rounds 5] [--dlbench .build/release/dlbench]

Every figure is the median over the rounds; in a round each program does its work once, one after the other, so that
what else the machine does meets all of them. Two threads everywhere. This is no part of the tests.
"""

import argparse
import ctypes
import functools
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

THREADS = 2
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(THREADS)
os.environ["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen=true"
os.environ["JAX_ENABLE_X64"] = "1"
os.environ["KERAS_BACKEND"] = "jax"

import jax
import jax.numpy as jnp
import keras
import numpy as np
import threadpoolctl
import torch

torch.set_num_threads(THREADS)
HERE = Path(__file__).parent
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


def timed(work, count):
    start = time.perf_counter()
    for _ in range(count):
        work()
    return (time.perf_counter() - start) / count


def warm(work, count):
    """As dlbench measures: the median of five after one that does not count."""
    work()
    return statistics.median(timed(work, count) for _ in range(5))


class DLBench:
    def __init__(self, program):
        self.program = program

    def figure(self, name):
        """The median of the one figure whose name contains `name`."""
        return self.figure_and_unit(name)[0]

    def microseconds(self, name):
        value, unit = self.figure_and_unit(name)
        return value * {"µs": 1, "ms": 1e3}[unit]

    def figure_and_unit(self, name):
        lines = subprocess.run([self.program, name], capture_output=True, text=True, check=True).stdout.splitlines()
        assert len(lines) == 1, f"{name}: {lines}"
        value, unit = re.split(r"\s{2,}", lines[0])[1].split()[:2]
        return float(value), unit


def compare(rounds, works):
    """The medians of several works that take turns."""
    values = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            values[name].append(work())
    return {name: statistics.median(v) for name, v in values.items()}


def training_steps(rounds, bench):
    print("\nOne training step (forward, backward, Adam), microseconds; and times dlrepl's")
    for title, (widths, batch, count) in NETWORKS.items():
        peers = {name: functools.partial(make, widths, batch) for name, make in PEERS.items()}
        compare_steps(rounds, title, lambda: bench.microseconds(f"step {title}, adam"), peers, count)


def convolution(rounds, bench):
    print("\nOne training step of 8x8 conv 3 channels=8 relu maxpool 2 flatten 10, microseconds; and times dlrepl's")
    compare_steps(rounds, "batch 32", lambda: bench.microseconds("step 8x8 conv 3"), CONVOLUTIONS, 200)


def compare_steps(rounds, title, own, peers, count):
    works = {"dlrepl float64": own}
    for precision in ("float64", "float32"):
        for peer, make in peers.items():
            step = make(precision)
            timed(step, 5)
            works[f"{peer} {precision}"] = lambda step=step: timed(step, count) * 1e6
    result = compare(rounds, works)
    own = result["dlrepl float64"]
    print(f"  {title}")
    for name, value in result.items():
        print(f"    {name:18}{value:12.1f} {value / own:8.2f}")
    best = min(v for n, v in result.items() if n.endswith("float64") and not n.startswith("dlrepl"))
    print(f"    fastest peer in float64 / dlrepl: {best / own:.2f}")
    print(f"    dlrepl / PyTorch float32: {own / result['PyTorch float32']:.2f}")


def products(rounds, bench):
    print("\nMatrix product in float64, GFLOP/s")
    random = np.random.default_rng(0)
    scaling = {}
    for size in (128, 512, 1024):
        a, b = random.random((size, size)), random.random((size, size))
        c, count = np.empty_like(a), max(3, int(4e8 / size**3))
        for threads in (1, 2):

            def openblas():
                with threadpoolctl.threadpool_limits(threads, "blas"):
                    return 2 * size**3 / warm(lambda: np.matmul(a, b, out=c), count) / 1e9

            result = compare(
                rounds,
                {"dlrepl": lambda: bench.figure(f"matmul {size}, A·B, {threads} thr"), "OpenBLAS": openblas},
            )
            scaling[threads] = result
            share = result["dlrepl"] / result["OpenBLAS"]
            print(f"  {size:5} {threads} threads  {result['dlrepl']:8.1f} {result['OpenBLAS']:8.1f}  share {share:.2f}")
        own, other = (scaling[2][name] / scaling[1][name] for name in ("dlrepl", "OpenBLAS"))
        print(f"        two threads / one: {own:.2f} and {other:.2f}")


def adam_bandwidth(rounds, bench):
    count = 8_000_000
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "adam.so"
        flags = ["-O3", "-march=native", "-ffast-math", "-fopenmp", "-shared", "-fPIC"]
        subprocess.run(["gcc", *flags, HERE / "adam_loop.c", "-o", library, "-lm"], check=True)
        loop = ctypes.CDLL(str(library)).adam
        w, g, m, v = (np.ones(count) for _ in range(4))
        arrays = [ctypes.c_void_p(a.ctypes.data) for a in (w, g, m, v)]
        numbers = [ctypes.c_double(n) for n in (LR, BETA1, BETA2, EPS, 0.1, 0.001)]
        works = {
            "dlrepl": lambda: bench.figure("adam, 8000000"),
            "plain loop": lambda: 7 * 8 * count / warm(lambda: loop(ctypes.c_ssize_t(count), *arrays, *numbers), 1) / 1e9,
        }
        result = compare(rounds, works)
    print(f"\nAdam on {count} parameters, GB/s: dlrepl {result['dlrepl']:.1f}, plain loop {result['plain loop']:.1f},")
    print(f"  share {result['dlrepl'] / result['plain loop']:.2f}")


def start(rounds, bench):
    def importing():
        return timed(lambda: subprocess.run([sys.executable, "-c", "import torch"], check=True), 1) * 1e3

    result = compare(rounds, {"dlrepl": lambda: bench.figure("start to prompt"), "import torch": importing})
    print(f"\nStart to prompt {result['dlrepl']:.1f} ms; import torch {result['import torch']:.0f} ms,", end=" ")
    print(f"{result['import torch'] / result['dlrepl']:.0f} times as long")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--dlbench", default=".build/release/dlbench")
    parts = {
        "steps": training_steps, "convolution": convolution, "products": products, "adam": adam_bandwidth,
        "start": start,
    }
    parser.add_argument("--only", choices=list(parts))
    options = parser.parse_args()
    bench = DLBench(options.dlbench)
    for name, part in parts.items():
        if options.only in (None, name):
            part(options.rounds, bench)


main()
