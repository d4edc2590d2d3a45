"""Makes landscapes.dl: values and gradients of every landscape at random points, written out by hand for NumPy."""
import numpy
from numpy import array, cos, exp, radians, sin

from fixture import Fixture, sample


def bowl(w):
    return w @ w, 2 * w


def parabola(w):
    return (w[0] - 1) ** 2 + 10, 2 * (w - 1)


def valley(w, kappa=10.0):
    curvatures = array([1, kappa])
    return 0.5 * curvatures @ w**2, curvatures * w


def rotated_valley(w, kappa=10.0, angle=45.0):
    """The valley in coordinates that are turned: along it, and across it to the left."""
    turn = radians(angle)
    axes = array([[cos(turn), sin(turn)], [-sin(turn), cos(turn)]])
    value, slope = valley(axes @ w, kappa)
    return value, axes.T @ slope


def saddle(w):
    return w[0] ** 2 - w[1] ** 2, array([2 * w[0], -2 * w[1]])


def two_basins(w, tilt=0.3):
    value = (w[0] ** 2 - 1) ** 2 + tilt * w[0] + w[1] ** 2
    return value, array([4 * w[0] * (w[0] ** 2 - 1) + tilt, 2 * w[1]])


def plateau(w):
    bell = exp(-(w @ w) / 2)
    return 1 - bell, bell * w


def rosenbrock(w, a=1.0, b=100.0):
    wall = w[1] - w[0] ** 2
    return (a - w[0]) ** 2 + b * wall**2, array([-2 * (a - w[0]) - 4 * b * w[0] * wall, 2 * b * wall])


def coupled(w, c=4.0):
    return w[0] ** 2 + c * w[1] ** 2 - w[0] * w[1], array([2 * w[0] - w[1], 2 * c * w[1] - w[0]])


# Each with its starting point and some settings.
LANDSCAPES = [
    (bowl, [4, 3], [{}]),
    (parabola, [-6], [{}]),
    (valley, [10, 1], [{}, {"kappa": 1}, {"kappa": 123.5}]),
    (rotated_valley, [8, 6], [{}, {"kappa": 30, "angle": 10}, {"angle": -75.5}, {"angle": 0}, {"kappa": 3, "angle": 90}]),
    (saddle, [1, 0.001], [{}]),
    (two_basins, [2, 1], [{}, {"tilt": 0}, {"tilt": -0.7}]),
    (plateau, [3, 2], [{}]),
    (rosenbrock, [-1.2, 1], [{}, {"a": 2, "b": 7.5}, {"b": 0}]),
    (coupled, [-5, 4], [{}, {"c": 2}, {"c": 4}, {"c": 0.5}]),
]


def main():
    fixture = Fixture("landscapes")
    generator = numpy.random.default_rng(11)
    for function, begin, variants in LANDSCAPES:
        for settings in variants:
            line = " ".join(["landscape", function.__name__] + [f"{key}={value}" for key, value in settings.items()])
            fixture.case(line)
            fixture.say(line)
            fixture.expect("w", begin, "0")
            fixture.expect("J", function(array(begin, float), **settings)[0])
            for index in range(6):
                point = sample(generator, len(begin), low=-3.0, high=3.0)
                # By hand, and as the place to start.
                fixture.say(f"{line} start={point.tolist()}" if index % 2 else f"w = {point.tolist()}")
                value, slope = function(point, **settings)
                fixture.say("forward", "backward")
                fixture.expect("J", value)
                fixture.expect("w.grad", slope)
    fixture.write()


if __name__ == "__main__":
    main()
