"""Arrays in files: what NumPy saves in every type and order, and IDX files written out by hand."""
import os
import struct

import numpy

from fixture import FIXTURES, Fixture, literal

FOLDER = "arrays"


def path(name):
    return os.path.join(FIXTURES, FOLDER, name)


def save_idx(name, array, kind):
    """The format as it is described beside the MNIST files: everything is big-endian."""
    codes = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}
    with open(path(name), "wb") as file:
        file.write(bytes([0, 0, codes[kind], array.ndim]))
        file.write(struct.pack(f">{array.ndim}I", *array.shape))
        file.write(array.astype(f">{kind}").tobytes())


def check(fixture, x, y, classes):
    """Loads the samples into a net as one batch in the order of the file, and compares them."""
    count, width = x.shape
    fixture.say(f"net {width} {max(classes, 2) if classes else 1}", f"loss {'cross_entropy' if classes else 'mse'}")
    fixture.say("batch full", "order fixed", "forward")
    fixture.expect("x", x, tolerance="0")
    fixture.expect("y", y, tolerance="0")


def add_npy(fixture, generator):
    whole = generator.integers(0, 120, (5, 3))
    labels = numpy.array([2, 0, 1, 1, 2])
    numpy.save(path("labels.npy"), labels)
    numpy.save(path("column.npy"), labels.reshape(5, 1).astype("u1"))
    for kind in ["b1", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f4", "f8"]:
        for order in "<>":
            array = whole.astype(order + kind)
            if kind[0] == "i":
                array = (whole - 60).astype(order + kind)
            if kind[0] == "f":
                array = (whole / 7 - 8).astype(order + kind)
            if kind == "b1":
                array = whole > 60
            name = f"x_{'big' if order == '>' else 'little'}_{kind}.npy"
            numpy.save(path(name), array)
            fixture.case(f"NumPy's {array.dtype.str}")
            fixture.say(f'data npy "{FOLDER}/{name}" target="{FOLDER}/labels.npy"')
            values = array.astype(float)
            check(fixture, values / 255 if kind == "u1" else values, labels.astype(float), 3)
    fixture.case("a scale that is given")
    fixture.say(f'data npy "{FOLDER}/x_little_u1.npy" target="{FOLDER}/column.npy" scale=1')
    check(fixture, whole.astype(float), labels.astype(float), 3)
    fixture.say(f'data npy "{FOLDER}/x_little_i8.npy" target="{FOLDER}/labels.npy" scale=100')
    check(fixture, (whole - 60) / 100, labels.astype(float), 3)
    fixture.case("chosen features")
    fixture.say(f'data npy "{FOLDER}/x_little_f8.npy" target="{FOLDER}/labels.npy" features=[x2, x0]')
    check(fixture, (whole / 7 - 8)[:, [2, 0]], labels.astype(float), 3)


def add_orders(fixture, generator):
    values = generator.normal(size=5)
    numpy.save(path("values.npy"), values)
    for shape in [(5, 4), (5, 2, 3), (5, 2, 3, 2), (5,)]:
        array = generator.normal(size=shape)
        for order in "CF":
            name = f"x_{'x'.join(map(str, shape))}_{order}.npy"
            numpy.save(path(name), numpy.asarray(array, order=order))
            fixture.case(f"shape {shape}, order {order}, targets that are values")
            fixture.say(f'data npy "{FOLDER}/{name}" target="{FOLDER}/values.npy"')
            check(fixture, array.reshape(5, -1), values, 0)
            if len(shape) == 4:
                fixture.case(f"images with their channels last, order {order}")
                fixture.say(f'data npy "{FOLDER}/{name}" target="{FOLDER}/values.npy" channels=last')
                check(fixture, array.transpose(0, 3, 1, 2).reshape(5, -1), values, 0)
    for version in [(1, 0), (2, 0), (3, 0)]:
        name = f"x_version{version[0]}.npy"
        array = generator.normal(size=(5, 2))
        with open(path(name), "wb") as file:
            numpy.lib.format.write_array(file, array, version=version)
        fixture.case(f"NPY version {version}")
        fixture.say(f'data npy "{FOLDER}/{name}" target="{FOLDER}/values.npy"')
        check(fixture, array, values, 0)


def add_idx(fixture, generator):
    images = generator.integers(0, 256, (6, 3, 2))
    labels = numpy.array([0, 3, 1, 2, 3, 0])
    save_idx("labels.idx", labels, "u1")
    for kind in ["u1", "i1", "i2", "i4", "f4", "f8"]:
        array = images if kind == "u1" else images - 128 if kind[0] == "i" else images / 16 - 3
        save_idx(f"images_{kind}.idx", array, kind)
        fixture.case(f"IDX of {kind}")
        fixture.say(f'data idx "{FOLDER}/images_{kind}.idx" labels="{FOLDER}/labels.idx"')
        check(fixture, array.reshape(6, 6) / (255 if kind == "u1" else 1), labels.astype(float), 4)
    fixture.case("labels that are dealt out again: each occurs as often as before")
    fixture.say(f'data idx "{FOLDER}/images_u1.idx" labels=random("{FOLDER}/labels.idx") seed=3')
    fixture.say("net 6 4", "loss cross_entropy", "batch full", "order fixed", "forward")
    fixture.expect("x", images.reshape(6, 6) / 255, tolerance="0")
    fixture.expect("sum(onehot(y, 4), axis=0)", numpy.bincount(labels).astype(float), tolerance="0")
    fixture.expect_true(f"sum(y != {literal(labels)}) > 0")


def main():
    os.makedirs(path(""), exist_ok=True)
    fixture = Fixture("arrays")
    generator = numpy.random.default_rng(7)
    add_npy(fixture, generator)
    add_orders(fixture, generator)
    add_idx(fixture, generator)
    fixture.write()


if __name__ == "__main__":
    main()
