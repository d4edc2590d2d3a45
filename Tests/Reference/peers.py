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
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# First of all, since it says how many threads the libraries may take.
from peer_steps import BETA1, BETA2, CONVOLUTIONS, EPS, LR, NETWORKS, PEERS

import numpy as np
import threadpoolctl

HERE = Path(__file__).parent


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
            works[f"{peer} {precision}"] = lambda step=step: warm(step, count) * 1e6
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
