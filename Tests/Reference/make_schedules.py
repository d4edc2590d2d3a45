"""Makes schedules.dl: rates of every schedule by Keras and PyTorch, and parameters trained with changing rates."""
import math

from fixture import Fixture, keras, torch

K = keras.optimizers.schedules
L = torch.optim.lr_scheduler
TIMES = [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 19, 20, 21, 35, 49, 50, 51, 99, 100, 101, 150, 250, 499, 500, 501, 700, 701,
         899, 900, 901, 1000, 1350, 1800, 1801, 5000]


def keras_rates(schedule, times=TIMES):
    return [float(schedule(t)) for t in times]


def torch_rates(base, make, count):
    """The rates of the first updates, with one scheduler step behind each."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=base)
    scheduler = make(optimizer)
    rates = []
    for _ in range(count):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def start(fixture, base, line):
    fixture.case(f"lr {base}: {line}")
    fixture.say("w = param(1)", "J = w^2", "minimize J", f"optimizer sgd lr={base}", f"schedule {line}")


def keras_case(fixture, base, line, schedule, times=TIMES):
    """Keras computes in float32 here and there, so 1e-6 of the base rate is all that can be asked."""
    start(fixture, base, line)
    scale = max(keras_rates(schedule, times)) or 1
    fixture.expect(f"lr_at({times}) / {scale!r}", [rate / scale for rate in keras_rates(schedule, times)], "1e-6")


def torch_case(fixture, base, line, make, count=60):
    start(fixture, base, line)
    fixture.expect(f"lr_at(linspace(0, {count - 1}, {count}))", torch_rates(base, make, count))


def keras_cases(fixture):
    for base in (0.1, 2.5):
        for boundaries, values in (([700, 900], [0.1, 0.05, 0.01]), ([3], [1.0, 0.5]), ([1, 2, 50, 900], [5, 4, 3, 2, 0.0])):
            values = [float(value) for value in values]
            keras_case(fixture, base, f"piecewise boundaries={boundaries} values={values}",
                       K.PiecewiseConstantDecay(boundaries, values))
        for steps, rate in ((500, 0.5), (100, 0.96), (7, 0.9), (1000, 1.5)):
            for staircase in (False, True):
                flag = "on" if staircase else "off"
                keras_case(fixture, base, f"exponential steps={steps} rate={rate} staircase={flag}",
                           K.ExponentialDecay(base, steps, rate, staircase=staircase))
                keras_case(fixture, base, f"inverse_time steps={steps} rate={rate} staircase={flag}",
                           K.InverseTimeDecay(base, steps, rate, staircase=staircase))
        for steps, end, power in ((900, 0.01, 0.5), (900, 0.01, 1.0), (50, 0.0, 2.0), (10, 0.3, 3.0)):
            for cycle in (False, True):
                flag = "on" if cycle else "off"
                keras_case(fixture, base, f"polynomial steps={steps} end={end} power={power} cycle={flag}",
                           K.PolynomialDecay(base, steps, end, power, cycle=cycle))
        keras_case(fixture, base, "polynomial steps=200", K.PolynomialDecay(base, 200))
        for steps, end in ((1000, 0.0), (100, 0.01), (20, 0.05)):
            keras_case(fixture, base, f"cosine steps={steps} end={end}", K.CosineDecay(base, steps, alpha=end / base))
            for warmup in (1, 10, 100):
                keras_case(
                    fixture, base, f"cosine steps={steps} end={end} warmup={warmup} warmup_from=0",
                    K.CosineDecay(0.0, steps, alpha=end / base, warmup_target=base, warmup_steps=warmup))


def torch_cases(fixture):
    for base in (0.1, 2.5):
        for every, factor in ((1, 0.9), (3, 0.1), (30, 0.5), (7, 1.1), (5, 0)):
            torch_case(fixture, base, f"step every={every} factor={factor}", lambda o: L.StepLR(o, every, factor))
        torch_case(fixture, base, "step every=3", lambda o: L.StepLR(o, 3))
        for milestones, gamma in (([3, 6], 0.1), ([1, 20, 50], 0.5)):
            values = [base * gamma**k for k in range(len(milestones) + 1)]
            torch_case(fixture, base, f"piecewise boundaries={milestones} values={values} boundary=at",
                       lambda o: L.MultiStepLR(o, milestones, gamma))
        torch_case(fixture, base, "exponential steps=1 rate=0.95", lambda o: L.ExponentialLR(o, 0.95))
        for steps, power in ((5, 1), (40, 2), (40, 0.5)):
            torch_case(fixture, base, f"polynomial steps={steps} end=0 power={power}",
                       lambda o: L.PolynomialLR(o, steps, power))
        # PyTorch's rate rises again behind the end.
        for steps, end in ((59, 0), (59, 0.003)):
            torch_case(fixture, base, f"cosine steps={steps} end={end}", lambda o: L.CosineAnnealingLR(o, steps, end))
        torch_case(fixture, base, "constant", lambda o: L.ConstantLR(o, 1.0))
        warm_up_cases(fixture, base)


def warm_up_cases(fixture, base):
    """Linear from 0 for N updates, then the schedule with its own time at 0."""
    later = {
        "constant": lambda t: 1.0,
        "step every=4 factor=0.3": lambda t: 0.3 ** (t // 4),
        "exponential steps=10 rate=0.5": lambda t: 0.5 ** (t / 10),
        "polynomial steps=20 end=0 power=2": lambda t: (1 - min(t, 20) / 20) ** 2,
        "inverse_time steps=10 rate=2": lambda t: 1 / (1 + 2 * t / 10),
        "cosine steps=30": lambda t: 0.5 * (1 + math.cos(math.pi * min(t, 30) / 30)),
    }
    for line, factor in later.items():
        for warmup in (1, 8):
            torch_case(fixture, base, f"{line} warmup={warmup}",
                       lambda o: L.LambdaLR(o, lambda t: t / warmup if t < warmup else factor(t - warmup)))
            torch_case(fixture, base, f"{line} warmup={warmup} warmup_from=base",
                       lambda o: L.LambdaLR(o, lambda t: 1.0 if t < warmup else factor(t - warmup)))
    values = [0.4, 0.2, 0.1]
    torch_case(fixture, base, f"piecewise boundaries=[3, 9] values={values} boundary=at warmup=5",
               lambda o: L.LambdaLR(o, lambda t: values[0] / base * t / 5 if t < 5
                                    else values[sum(t - 5 >= b for b in (3, 9))] / base))


GRADIENTS = [[0.5, -1.0], [-0.2, 0.3], [0.1, 0.7], [0.3, -0.4], [-0.4, 0.2], [0.25, 0.1], [0.6, -0.3], [-0.1, 0.8]]


def training(fixture, line, rates, title, step, tolerance="1e-10"):
    """Parameters after each of some imposed gradients; every update must use its own rate."""
    fixture.case(title)
    fixture.say("w = param([1, -2])", f"optimizer {line}", f"schedule {rates}")
    for index, gradient in enumerate(GRADIENTS):
        fixture.say(f"w.grad = {gradient}", "update")
        fixture.expect("w", step(index, gradient), tolerance)


def torch_training(fixture, line, rates, make, scheduler):
    w = torch.tensor([1.0, -2.0], requires_grad=True)
    optimizer = make([w])
    changes = scheduler(optimizer)

    def step(_, gradient):
        w.grad = torch.tensor(gradient)
        optimizer.step()
        changes.step()
        return w

    training(fixture, line, rates, f"torch: {line}, {rates}", step)


def keras_training(fixture, line, rates, optimizer):
    w = keras.Variable([1.0, -2.0], dtype="float64")

    def step(_, gradient):
        optimizer.apply([keras.ops.convert_to_tensor(gradient, dtype="float64")], [w])
        return keras.ops.convert_to_numpy(w)

    # Keras keeps the rates of a schedule in float32.
    training(fixture, line, rates, f"keras: {line}, {rates}", step, "1e-6")


def training_cases(fixture):
    T = torch.optim
    for rates, scheduler in (
        ("step every=3 factor=0.5", lambda o: L.StepLR(o, 3, 0.5)),
        ("cosine steps=6 warmup=2", lambda o: L.LambdaLR(
            o, lambda t: t / 2 if t < 2 else 0.5 * (1 + math.cos(math.pi * min(t - 2, 6) / 6)))),
    ):
        torch_training(fixture, "sgd lr=0.1", rates, lambda p: T.SGD(p, lr=0.1), scheduler)
        torch_training(fixture, "momentum lr=0.1", rates, lambda p: T.SGD(p, lr=0.1, momentum=0.9), scheduler)
        torch_training(fixture, "nesterov lr=0.1", rates, lambda p: T.SGD(p, lr=0.1, momentum=0.9, nesterov=True), scheduler)
        torch_training(fixture, "adagrad lr=0.1", rates, lambda p: T.Adagrad(p, lr=0.1), scheduler)
        torch_training(fixture, "rmsprop lr=0.1", rates, lambda p: T.RMSprop(p, lr=0.1), scheduler)
        torch_training(fixture, "adam lr=0.1", rates, lambda p: T.Adam(p, lr=0.1), scheduler)
        torch_training(fixture, "adamw lr=0.1", rates, lambda p: T.AdamW(p, lr=0.1), scheduler)
        torch_training(fixture, "adadelta lr=0.1", rates, lambda p: T.Adadelta(p, lr=0.1), scheduler)
    for rates, schedule in (
        ("piecewise boundaries=[2, 5] values=[0.1, 0.05, 0.01]", K.PiecewiseConstantDecay([2, 5], [0.1, 0.05, 0.01])),
        ("exponential steps=3 rate=0.5", K.ExponentialDecay(0.1, 3, 0.5)),
    ):
        keras_training(fixture, "momentum lr=0.1 form=keras", rates, keras.optimizers.SGD(schedule, momentum=0.9))
        keras_training(fixture, "adam lr=0.1 eps=1e-7 eps_at=hat", rates, keras.optimizers.Adam(schedule))


def epoch_cases(fixture):
    """Four samples in batches of 2 or 3, and no data at all, where every update is an epoch."""
    for batch, updates in ((2, 2), (3, 2), (1, 4)):
        for rates, make in (
            ("step every=2 factor=0.5 per=epoch", lambda o: L.StepLR(o, 2, 0.5)),
            ("piecewise boundaries=[1, 3] values=[0.4, 0.2, 0.1] boundary=at per=epoch",
             lambda o: L.MultiStepLR(o, [1, 3], 0.5)),
        ):
            by_epoch = torch_rates(0.4, make, 6)
            by_update = [rate for rate in by_epoch for _ in range(updates)]
            fixture.case(f"batch {batch}, {rates}")
            fixture.say("data xor", "net 2 3 tanh 2", "loss cross_entropy", "optimizer sgd lr=0.4", f"batch {batch}",
                        f"schedule {rates}")
            for done in range(len(by_update) - 1):
                fixture.expect("lr", by_update[done])
                fixture.expect(f"lr_at(linspace(0, {len(by_update) - 1}, {len(by_update)}))", by_update)
                fixture.say("next 2", "step" if done % 2 else "forward; backward; update")
    start(fixture, 0.4, "exponential steps=2 rate=0.5 per=epoch")
    fixture.say("step 5")
    fixture.expect("[lr, lr_at(5), lr_at(0)]", [0.4 * 0.5**2.5, 0.4 * 0.5**2.5, 0.4])


def main():
    fixture = Fixture("schedules")
    keras_cases(fixture)
    torch_cases(fixture)
    training_cases(fixture)
    epoch_cases(fixture)
    fixture.write()


if __name__ == "__main__":
    main()
