"""Makes initializers.json: bounds and standard deviations of the initialisers.

They come from the formulas, which large samples of Keras and PyTorch must confirm.
"""
import json
import math
import os

from fixture import FIXTURES, VERSIONS, keras, numpy, torch

PAIRS = [(1, 1), (2, 4), (2, 5), (3, 4), (4, 1), (4, 3), (4, 4), (4, 16), (16, 3), (64, 32), (784, 128), (300, 200)]
CORRECTION = 0.87962566103423978  # standard deviation of a standard normal cut off at ±2


def variances(inputs, outputs):
    return {"glorot": 2 / (inputs + outputs), "he": 2 / inputs, "lecun": 1 / inputs}


def uniform(variance):
    return {"bound": math.sqrt(3 * variance), "std": math.sqrt(variance)}


def normal(variance):
    """Plain, and as Keras draws it: cut off at two standard deviations and widened to keep the variance."""
    wide = math.sqrt(variance) / CORRECTION
    return {"std": math.sqrt(variance), "keras_std_before_cut": wide, "keras_bound": 2 * wide}


def numbers_for(inputs, outputs):
    numbers = {"fan_in": inputs, "fan_out": outputs}
    for name, variance in variances(inputs, outputs).items():
        numbers[f"{name}_uniform"] = uniform(variance)
        numbers[f"{name}_normal"] = normal(variance)
    numbers["torch"] = {"bound": 1 / math.sqrt(inputs), "std": 1 / math.sqrt(3 * inputs), "bias_bound": 1 / math.sqrt(inputs)}
    return numbers


def check(name, values, bound, std):
    """A large sample fills its interval and has the standard deviation of the formula."""
    largest = numpy.abs(values).max()
    assert largest <= bound * (1 + 1e-6) and largest > 0.999 * bound, (name, largest, bound)
    assert abs(values.std() / std - 1) < 0.01, (name, values.std(), std)


def check_keras(numbers):
    keras.utils.set_random_seed(7)
    shape = (numbers["fan_in"], numbers["fan_out"])
    for name in ("glorot", "he", "lecun"):
        for kind, bound in (("uniform", "bound"), ("normal", "keras_bound")):
            expected = numbers[f"{name}_{kind}"]
            values = keras.ops.convert_to_numpy(keras.initializers.get(f"{name}_{kind}")(shape))
            check(f"{name}_{kind}", values, expected[bound], expected["std"])


def check_torch(numbers):
    torch.manual_seed(7)
    layer = torch.nn.Linear(numbers["fan_in"], numbers["fan_out"])
    check("torch", layer.weight.detach().numpy(), numbers["torch"]["bound"], numbers["torch"]["std"])


def main():
    pairs = [numbers_for(*pair) for pair in PAIRS]
    check_keras(pairs[-1])
    check_torch(pairs[-1])
    about = f"Made by Tests/Reference/make_initializers.py with {VERSIONS}. Do not edit: run the script again."
    with open(os.path.join(FIXTURES, "initializers.json"), "w") as file:
        json.dump({"about": about, "truncated_normal_correction": CORRECTION, "pairs": pairs}, file, indent=1)
        file.write("\n")
    print(f"initializers.json: {len(pairs)} pairs")


if __name__ == "__main__":
    main()
