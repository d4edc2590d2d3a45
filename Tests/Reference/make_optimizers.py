"""Makes optimizers.dl: imposed gradients, and parameters and buffers after each update.

Where PyTorch or Keras has the very rule, it gives the numbers; else the rule is written out here.
"""
import math

import numpy

from fixture import Fixture, keras, literal, torch  # fixture chooses the backend of Keras before it is imported

SCALAR = (1.0, [0.5, -0.2, 0.1, 0.3, -0.4])
SMALL = (1.0, [1e-4, -3e-4, 2e-5, 5e-4, -1e-4])
VECTOR = ([1.0, -2.0, 0.5], [[0.5, -0.2, 0.0], [0.1, 0.3, -1.0], [-0.4, 2.0, 0.25], [1e-3, -1e-3, 5.0], [-0.6, 0.05, 0.7]])
MATRIX = ([[0.3, -1.1], [2.0, -0.7]], [[[0.2, -0.9], [1.4, 0.01]], [[-0.5, 0.4], [0.3, -2.0]], [[0.7, 0.7], [-0.1, 0.6]]])
RATES = [0.1, 0.1, 0.01, 0.01, 0.05]


# Oracles. Each takes a start, gradients and rates (or None) and gives, per update, the parameter and its buffers.

def snapshot(w, buffers):
    """Present values, by the names of the language, as plain numbers that later updates do not touch."""
    return {name: value.tolist() for name, value in {"w": w, **{f"w.{key}": buffer for key, buffer in buffers.items()}}.items()}


def with_torch(maker, buffers=None, **options):
    def run(start, gradients, rates=None):
        w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
        optimizer = maker([w], **options)
        for index, gradient in enumerate(gradients):
            if rates:
                optimizer.param_groups[0]["lr"] = rates[index]
            w.grad = torch.tensor(gradient, dtype=torch.float64)
            optimizer.step()
            state = optimizer.state[w]
            yield snapshot(w, {ours: state[theirs] for ours, theirs in (buffers or {}).items()})
    return run


def with_keras(maker, buffers=None, **options):
    def run(start, gradients, rates=None):
        w = keras.Variable(numpy.array(start), dtype="float64")
        optimizer = maker(**options)
        optimizer.build([w])
        for index, gradient in enumerate(gradients):
            if rates:
                optimizer.learning_rate = rates[index]
            optimizer.apply([torch.tensor(gradient, dtype=torch.float64)], [w])
            yield snapshot(w.value, {ours: getattr(optimizer, theirs)[0].value for ours, theirs in (buffers or {}).items()})
    return run


def with_formula(rule, **options):
    """A rule (w, g, t, state, lr, …) gives the new w and keeps its buffers in state, which starts at zero."""
    def run(start, gradients, rates=None):
        w, state = numpy.array(start), {name: numpy.zeros(numpy.shape(start)) for name in BUFFERS[rule]}
        for t, gradient in enumerate(gradients, 1):
            if rates:
                options["lr"] = rates[t - 1]
            w = rule(w, numpy.array(gradient), t, state, **options)
            yield snapshot(w, state)
    return run


# The rules that no framework has in just this form.

def sgd_rule(w, g, t, s, lr, momentum=0.9, dampening=0.0, weight_decay=0.0, form="torch", nesterov=False):
    g = g + weight_decay * w
    if form == "keras":
        s["velocity"] = momentum * s["velocity"] - lr * g
        return w + (momentum * s["velocity"] - lr * g if nesterov else s["velocity"])
    share = {"torch": 1 if t == 1 else 1 - dampening, "average": 1 - momentum}[form]
    s["velocity"] = momentum * s["velocity"] + share * g
    return w - lr * s["velocity"]


def adagrad_rule(w, g, t, s, lr, eps):
    s["G"] = s["G"] + g * g
    return w - lr * g / numpy.sqrt(s["G"] + eps)


def rmsprop_rule(w, g, t, s, lr, rho, eps, weight_decay=0.0):
    g = g + weight_decay * w
    s["G"] = rho * s["G"] + (1 - rho) * g * g
    return w - lr * g / numpy.sqrt(s["G"] + eps)


def adam_rule(w, g, t, s, lr, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, eps_at="outside", bias_correction=True,
              decoupled=False):
    if decoupled:
        w = (1 - lr * weight_decay) * w
    else:
        g = g + weight_decay * w
    s["m"] = beta1 * s["m"] + (1 - beta1) * g
    s["v"] = beta2 * s["v"] + (1 - beta2) * g * g
    first, second = (1 - beta1 ** t, 1 - beta2 ** t) if bias_correction else (1, 1)
    if eps_at == "inside":
        return w - lr * (s["m"] / first) / numpy.sqrt(s["v"] / second + eps)
    if eps_at == "hat":
        return w - lr * math.sqrt(second) / first * s["m"] / (numpy.sqrt(s["v"]) + eps)
    return w - lr * (s["m"] / first) / (numpy.sqrt(s["v"] / second) + eps)


def amsgrad_rule(w, g, t, s, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """ε inside the root of the corrected maximum of the uncorrected v."""
    s["m"] = beta1 * s["m"] + (1 - beta1) * g
    s["v"] = beta2 * s["v"] + (1 - beta2) * g * g
    s["vmax"] = numpy.maximum(s["vmax"], s["v"])
    return w - lr * (s["m"] / (1 - beta1 ** t)) / numpy.sqrt(s["vmax"] / (1 - beta2 ** t) + eps)


BUFFERS = {sgd_rule: ["velocity"], adagrad_rule: ["G"], rmsprop_rule: ["G"], adam_rule: ["m", "v"],
           amsgrad_rule: ["m", "v", "vmax"]}

SGD, ADAGRAD, RMSPROP, ADAM, ADAMW = (getattr(torch.optim, name) for name in ("SGD", "Adagrad", "RMSprop", "Adam", "AdamW"))
KERAS = keras.optimizers
VELOCITY = {"velocity": "momentum_buffer"}
SUM, SQUARES, MOMENTS = {"G": "sum"}, {"G": "square_avg"}, {"m": "exp_avg", "v": "exp_avg_sq"}
CENTERED = {**SQUARES, "mean": "grad_avg"}
MAXIMUM = {**MOMENTS, "vmax": "max_exp_avg_sq"}
K_VELOCITY, K_SUM, K_SQUARES = {"velocity": "momentums"}, {"G": "_accumulators"}, {"G": "_velocities"}
K_CENTERED = {**K_SQUARES, "mean": "_average_gradients"}
K_MOMENTS = {"m": "_momentums", "v": "_velocities"}
K_MAXIMUM = {**K_MOMENTS, "vmax": "_velocity_hats"}


def check_rules():
    """The rules written out above agree with the frameworks where both exist."""
    pairs = [
        (with_formula(sgd_rule, lr=0.1, dampening=0.4, weight_decay=0.1),
         with_torch(SGD, VELOCITY, lr=0.1, momentum=0.9, dampening=0.4, weight_decay=0.1)),
        (with_formula(sgd_rule, lr=0.1, form="keras", nesterov=True),
         with_keras(KERAS.SGD, K_VELOCITY, learning_rate=0.1, momentum=0.9, nesterov=True)),
        (with_formula(adagrad_rule, lr=0.1, eps=0.01),
         with_keras(KERAS.Adagrad, K_SUM, learning_rate=0.1, epsilon=0.01, initial_accumulator_value=0.0)),
        (with_formula(rmsprop_rule, lr=0.1, rho=0.9, eps=0.01),
         with_keras(KERAS.RMSprop, K_SQUARES, learning_rate=0.1, rho=0.9, epsilon=0.01)),
        (with_formula(adam_rule, lr=0.1, eps=0.01, weight_decay=0.1),
         with_torch(ADAM, MOMENTS, lr=0.1, eps=0.01, weight_decay=0.1)),
        (with_formula(adam_rule, lr=0.1, eps=0.01, weight_decay=0.1, eps_at="hat", decoupled=True),
         with_keras(KERAS.AdamW, K_MOMENTS, learning_rate=0.1, epsilon=0.01, weight_decay=0.1)),
    ]
    for formula, framework in pairs:
        for ours, theirs in zip(formula(*VECTOR), framework(*VECTOR)):
            for name in ours:
                numpy.testing.assert_allclose(ours[name], theirs[name], rtol=1e-13, atol=1e-15)


def sgd_cases():
    yield "sgd lr=0.1", with_torch(SGD, lr=0.1)
    yield "sgd lr=0.5", with_torch(SGD, lr=0.5)
    yield "sgd lr=0.1 weight_decay=0.1", with_torch(SGD, lr=0.1, weight_decay=0.1)
    yield "sgd lr=0.1 momentum=0.9", with_torch(SGD, VELOCITY, lr=0.1, momentum=0.9)
    yield "sgd lr=0.01 momentum=0.5", with_torch(SGD, VELOCITY, lr=0.01, momentum=0.5)
    yield "sgd lr=0.1 momentum=0.9 dampening=0.9", with_torch(SGD, VELOCITY, lr=0.1, momentum=0.9, dampening=0.9)
    yield "sgd lr=0.1 momentum=0.8 dampening=0.5", with_torch(SGD, VELOCITY, lr=0.1, momentum=0.8, dampening=0.5)
    yield "sgd lr=0.1 momentum=0.9 weight_decay=0.1", with_torch(SGD, VELOCITY, lr=0.1, momentum=0.9, weight_decay=0.1)
    yield ("sgd lr=0.2 momentum=0.7 dampening=0.3 weight_decay=0.05",
           with_torch(SGD, VELOCITY, lr=0.2, momentum=0.7, dampening=0.3, weight_decay=0.05))
    yield "sgd lr=0.1 momentum=0.9 form=torch", with_torch(SGD, VELOCITY, lr=0.1, momentum=0.9)
    yield "sgd lr=0.1 momentum=0.9 form=keras", with_keras(KERAS.SGD, K_VELOCITY, learning_rate=0.1, momentum=0.9)
    yield "sgd lr=0.1 momentum=0.9 form=average", with_formula(sgd_rule, lr=0.1, form="average")
    yield "sgd lr=0.3 momentum=0.6 form=average", with_formula(sgd_rule, lr=0.3, momentum=0.6, form="average")
    yield ("sgd lr=0.1 momentum=0.9 weight_decay=0.1 form=keras",
           with_formula(sgd_rule, lr=0.1, weight_decay=0.1, form="keras"))
    yield ("sgd lr=0.1 momentum=0.9 weight_decay=0.1 form=average",
           with_formula(sgd_rule, lr=0.1, weight_decay=0.1, form="average"))
    yield "momentum lr=0.1", with_torch(SGD, VELOCITY, lr=0.1, momentum=0.9)
    yield "momentum lr=0.1 momentum=0.5", with_torch(SGD, VELOCITY, lr=0.1, momentum=0.5)
    yield "momentum lr=0.1 form=keras", with_keras(KERAS.SGD, K_VELOCITY, learning_rate=0.1, momentum=0.9)
    yield "nesterov lr=0.1", with_torch(SGD, VELOCITY, lr=0.1, momentum=0.9, nesterov=True)
    yield "nesterov lr=0.1 momentum=0.5", with_torch(SGD, VELOCITY, lr=0.1, momentum=0.5, nesterov=True)
    yield "nesterov lr=0.1 weight_decay=0.1", with_torch(SGD, VELOCITY, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1)
    yield "nesterov lr=0.1 nesterov_form=framework", with_torch(SGD, VELOCITY, lr=0.1, momentum=0.9, nesterov=True)
    yield "nesterov lr=0.1 form=keras", with_keras(KERAS.SGD, K_VELOCITY, learning_rate=0.1, momentum=0.9, nesterov=True)
    yield ("nesterov lr=0.1 momentum=0.8 weight_decay=0.1 form=keras",
           with_formula(sgd_rule, lr=0.1, momentum=0.8, weight_decay=0.1, form="keras", nesterov=True))


def adagrad_cases():
    yield "adagrad lr=0.1", with_torch(ADAGRAD, SUM, lr=0.1)
    yield "adagrad lr=0.5 eps=0.01", with_torch(ADAGRAD, SUM, lr=0.5, eps=0.01)
    yield "adagrad lr=0.1 initial=0.1", with_torch(ADAGRAD, SUM, lr=0.1, initial_accumulator_value=0.1)
    yield "adagrad lr=0.1 weight_decay=0.1", with_torch(ADAGRAD, SUM, lr=0.1, weight_decay=0.1)
    yield "adagrad lr=0.1 eps=1e-7 eps_at=inside", with_formula(adagrad_rule, lr=0.1, eps=1e-7)
    yield ("adagrad lr=0.1 eps=1e-7 eps_at=inside initial=0.1",
           with_keras(KERAS.Adagrad, K_SUM, learning_rate=0.1, epsilon=1e-7, initial_accumulator_value=0.1))
    yield ("adagrad lr=0.2 eps=0.01 eps_at=inside initial=0.5",
           with_keras(KERAS.Adagrad, K_SUM, learning_rate=0.2, epsilon=0.01, initial_accumulator_value=0.5))


def rmsprop_cases():
    yield "rmsprop lr=0.1", with_torch(RMSPROP, SQUARES, lr=0.1)
    yield "rmsprop lr=0.1 rho=0.9", with_torch(RMSPROP, SQUARES, lr=0.1, alpha=0.9)
    yield "rmsprop lr=0.01 rho=0.5 eps=0.01", with_torch(RMSPROP, SQUARES, lr=0.01, alpha=0.5, eps=0.01)
    yield "rmsprop lr=0.1 rho=0.9 weight_decay=0.1", with_torch(RMSPROP, SQUARES, lr=0.1, alpha=0.9, weight_decay=0.1)
    yield ("rmsprop lr=0.1 rho=0.9 eps=1e-7 eps_at=inside",
           with_keras(KERAS.RMSprop, K_SQUARES, learning_rate=0.1, rho=0.9, epsilon=1e-7))
    yield ("rmsprop lr=0.1 rho=0.9 eps=0.01 eps_at=inside",
           with_keras(KERAS.RMSprop, K_SQUARES, learning_rate=0.1, rho=0.9, epsilon=0.01))
    yield ("rmsprop lr=0.1 rho=0.8 eps=0.001 eps_at=inside weight_decay=0.1",
           with_formula(rmsprop_rule, lr=0.1, rho=0.8, eps=0.001, weight_decay=0.1))
    yield "rmsprop lr=0.1 rho=0.9 centered=on", with_torch(RMSPROP, CENTERED, lr=0.1, alpha=0.9, centered=True)
    yield "rmsprop lr=0.1 centered=on eps=0.01", with_torch(RMSPROP, CENTERED, lr=0.1, centered=True, eps=0.01)
    yield ("rmsprop lr=0.1 rho=0.9 eps=1e-7 eps_at=inside centered=on",
           with_keras(KERAS.RMSprop, K_CENTERED, learning_rate=0.1, rho=0.9, epsilon=1e-7, centered=True))


def adam_cases():
    yield "adam lr=0.1", with_torch(ADAM, MOMENTS, lr=0.1)
    yield "adam lr=0.01 beta1=0.8 beta2=0.99", with_torch(ADAM, MOMENTS, lr=0.01, betas=(0.8, 0.99))
    yield "adam lr=0.1 beta1=0 beta2=0.9", with_torch(ADAM, MOMENTS, lr=0.1, betas=(0.0, 0.9))
    yield "adam lr=0.1 eps=0.01", with_torch(ADAM, MOMENTS, lr=0.1, eps=0.01)
    yield "adam lr=0.1 weight_decay=0.1", with_torch(ADAM, MOMENTS, lr=0.1, weight_decay=0.1)
    yield "adam lr=0.1 weight_decay=0.1 decay=l2", with_torch(ADAM, MOMENTS, lr=0.1, weight_decay=0.1)
    yield "adam lr=0.1 weight_decay=0.1 decay=decoupled", with_torch(ADAMW, MOMENTS, lr=0.1, weight_decay=0.1)
    yield "adam lr=0.1 amsgrad=on", with_torch(ADAM, MAXIMUM, lr=0.1, amsgrad=True)
    yield "adam lr=0.1 beta2=0.5 amsgrad=on", with_torch(ADAM, MAXIMUM, lr=0.1, betas=(0.9, 0.5), amsgrad=True)
    yield "adam lr=0.1 eps=1e-7 eps_at=hat", with_keras(KERAS.Adam, K_MOMENTS, learning_rate=0.1, epsilon=1e-7)
    yield "adam lr=0.1 eps=0.01 eps_at=hat", with_keras(KERAS.Adam, K_MOMENTS, learning_rate=0.1, epsilon=0.01)
    yield ("adam lr=0.05 beta1=0.7 beta2=0.95 eps=0.001 eps_at=hat",
           with_keras(KERAS.Adam, K_MOMENTS, learning_rate=0.05, beta_1=0.7, beta_2=0.95, epsilon=0.001))
    yield ("adam lr=0.1 beta2=0.5 eps=1e-7 eps_at=hat amsgrad=on",
           with_keras(KERAS.Adam, K_MAXIMUM, learning_rate=0.1, beta_2=0.5, epsilon=1e-7, amsgrad=True))
    yield "adam lr=0.1 eps_at=inside", with_formula(adam_rule, lr=0.1, eps_at="inside")
    yield "adam lr=0.1 eps=0.01 eps_at=inside", with_formula(adam_rule, lr=0.1, eps=0.01, eps_at="inside")
    yield "adam lr=0.1 beta2=0.5 eps_at=inside amsgrad=on", with_formula(amsgrad_rule, lr=0.1, beta2=0.5)
    yield "adam lr=0.1 bias_correction=off", with_formula(adam_rule, lr=0.1, bias_correction=False)
    yield ("adam lr=0.1 eps=0.01 eps_at=hat bias_correction=off",
           with_formula(adam_rule, lr=0.1, eps=0.01, eps_at="hat", bias_correction=False))
    yield ("adam lr=0.1 eps=0.01 eps_at=inside bias_correction=off",
           with_formula(adam_rule, lr=0.1, eps=0.01, eps_at="inside", bias_correction=False))
    yield ("adam lr=0.1 weight_decay=0.1 eps=0.01 eps_at=inside",
           with_formula(adam_rule, lr=0.1, weight_decay=0.1, eps=0.01, eps_at="inside"))


def adamw_cases():
    yield "adamw lr=0.1", with_torch(ADAMW, MOMENTS, lr=0.1)
    yield "adamw lr=0.1 weight_decay=0.1", with_torch(ADAMW, MOMENTS, lr=0.1, weight_decay=0.1)
    yield ("adamw lr=0.01 beta1=0.8 beta2=0.9 eps=0.001 weight_decay=0.5",
           with_torch(ADAMW, MOMENTS, lr=0.01, betas=(0.8, 0.9), eps=0.001, weight_decay=0.5))
    yield "adamw lr=0.1 weight_decay=0", with_torch(ADAMW, MOMENTS, lr=0.1, weight_decay=0.0)
    yield "adamw lr=0.1 decay=l2 weight_decay=0.1", with_torch(ADAM, MOMENTS, lr=0.1, weight_decay=0.1)
    yield "adamw lr=0.1 beta2=0.5 amsgrad=on", with_torch(ADAMW, MAXIMUM, lr=0.1, betas=(0.9, 0.5), amsgrad=True)
    yield ("adamw lr=0.1 weight_decay=0.1 eps=1e-7 eps_at=hat",
           with_keras(KERAS.AdamW, K_MOMENTS, learning_rate=0.1, weight_decay=0.1, epsilon=1e-7))
    yield ("adamw lr=0.1 weight_decay=0.1 eps=0.01 eps_at=inside",
           with_formula(adam_rule, lr=0.1, weight_decay=0.1, eps=0.01, eps_at="inside", decoupled=True))
    yield ("adamw lr=0.1 weight_decay=0.1 bias_correction=off",
           with_formula(adam_rule, lr=0.1, weight_decay=0.1, bias_correction=False, decoupled=True))


def other_cases():
    """Optimizers beyond the seven; the first four with PyTorch's rules, Lion with that of Keras."""
    yield "adadelta lr=1", with_torch(torch.optim.Adadelta, {"G": "square_avg", "D": "acc_delta"}, lr=1.0)
    yield ("adadelta lr=0.5 rho=0.95 eps=0.0001",
           with_torch(torch.optim.Adadelta, {"G": "square_avg", "D": "acc_delta"}, lr=0.5, rho=0.95, eps=1e-4))
    yield "adamax lr=0.1", with_torch(torch.optim.Adamax, {"m": "exp_avg", "u": "exp_inf"}, lr=0.1)
    yield ("adamax lr=0.1 beta1=0.8 beta2=0.9 eps=0.001",
           with_torch(torch.optim.Adamax, {"m": "exp_avg", "u": "exp_inf"}, lr=0.1, betas=(0.8, 0.9), eps=1e-3))
    yield "nadam lr=0.1", with_torch(torch.optim.NAdam, MOMENTS, lr=0.1)
    yield "nadam lr=0.1 beta1=0.8 beta2=0.99", with_torch(torch.optim.NAdam, MOMENTS, lr=0.1, betas=(0.8, 0.99))
    yield "lion lr=0.1", with_keras(KERAS.Lion, {"m": "_momentums"}, learning_rate=0.1)
    yield ("lion lr=0.01 beta1=0.7 beta2=0.9",
           with_keras(KERAS.Lion, {"m": "_momentums"}, learning_rate=0.01, beta_1=0.7, beta_2=0.9))


def decoupled_cases():
    yield "sgd lr=0.1 weight_decay=0.1 decay=decoupled", with_keras(KERAS.SGD, learning_rate=0.1, weight_decay=0.1)
    yield ("sgd lr=0.1 momentum=0.9 form=keras weight_decay=0.1 decay=decoupled",
           with_keras(KERAS.SGD, K_VELOCITY, learning_rate=0.1, momentum=0.9, weight_decay=0.1))
    yield ("rmsprop lr=0.1 rho=0.9 eps=1e-7 eps_at=inside weight_decay=0.1 decay=decoupled",
           with_keras(KERAS.RMSprop, K_SQUARES, learning_rate=0.1, rho=0.9, epsilon=1e-7, weight_decay=0.1))


def flag_cases():
    yield "sgd lr=0.1 momentum=0.9 nesterov=on", with_torch(SGD, VELOCITY, lr=0.1, momentum=0.9, nesterov=True)


def changing_rate_cases():
    yield "sgd lr=0.1 momentum=0.9 form=torch", with_torch(SGD, VELOCITY, lr=0.1, momentum=0.9)
    yield "sgd lr=0.1 momentum=0.9 form=keras", with_keras(KERAS.SGD, K_VELOCITY, learning_rate=0.1, momentum=0.9)
    yield "sgd lr=0.1 momentum=0.9 form=average", with_formula(sgd_rule, lr=0.1, form="average")
    yield "nesterov lr=0.1", with_torch(SGD, VELOCITY, lr=0.1, momentum=0.9, nesterov=True)
    yield "nesterov lr=0.1 form=keras", with_keras(KERAS.SGD, K_VELOCITY, learning_rate=0.1, momentum=0.9, nesterov=True)
    yield "adagrad lr=0.1", with_torch(ADAGRAD, SUM, lr=0.1)
    yield "rmsprop lr=0.1 rho=0.9", with_torch(RMSPROP, SQUARES, lr=0.1, alpha=0.9)
    yield "adam lr=0.1", with_torch(ADAM, MOMENTS, lr=0.1)
    yield "adamw lr=0.1 weight_decay=0.1", with_torch(ADAMW, MOMENTS, lr=0.1, weight_decay=0.1)


def add_case(fixture, line, oracle, start, gradients, rates=None):
    fixture.case(line)
    fixture.say(f"w = param({literal(start)})", f"optimizer {line}")
    for index, expected in enumerate(oracle(start, gradients, rates)):
        if rates:
            fixture.say(f"lr = {rates[index]}")
        fixture.say(f"w.grad = {literal(gradients[index])}", "update")
        for name, value in expected.items():
            fixture.expect(name, value)
    fixture.expect("t", len(gradients))


def add_cases(fixture, cases, problems):
    for line, oracle in cases:
        for start, gradients in problems:
            add_case(fixture, line, oracle, start, gradients)


def add_lookahead(fixture, form):
    """J at w + momentum·velocity, the velocity in the form of Keras; w itself is reported."""
    key = f" form={form}" if form else ""
    fixture.case(f"Nesterov by looking ahead{key}, on a real objective")
    fixture.say("w = param([-5, 4])", "J = w[0]^2 + 4*w[1]^2 - w[0]*w[1]", "minimize J")
    fixture.say(f"optimizer nesterov lr=0.01 momentum=0.9 nesterov_form=lookahead{key}")
    w, velocity = numpy.array([-5.0, 4.0]), numpy.zeros(2)
    for _ in range(5):
        ahead = w + 0.9 * velocity
        velocity = 0.9 * velocity - 0.01 * numpy.array([2 * ahead[0] - ahead[1], 8 * ahead[1] - ahead[0]])
        w = w + velocity
        fixture.say("step")
        fixture.expect("w", w)
        if form == "keras":
            fixture.expect("w.velocity", velocity)


def add_two_parameters(fixture):
    """A parameter without a gradient is left alone; a new optimizer line starts the buffers and the clock again."""
    fixture.case("Two parameters, of which one gets a gradient")
    fixture.say("a = param([1, -2])", "b = param(3)", "optimizer sgd lr=0.1", "a.grad = [0.5, 1]", "update")
    fixture.expect("a", [0.95, -2.1])
    fixture.expect("b", 3.0)
    fixture.case("A new optimizer line starts again")
    start, gradients = SCALAR
    fixture.say(f"w = param({start})")
    oracle = with_torch(ADAM, MOMENTS, lr=0.1)
    for _ in range(2):
        fixture.say("optimizer adam lr=0.1", f"w = {start}")
        for gradient, expected in zip(gradients, oracle(start, gradients)):
            fixture.say(f"w.grad = {gradient}", "update")
            for name, value in expected.items():
                fixture.expect(name, value)


def main():
    check_rules()
    fixture = Fixture("optimizers")
    for cases in (sgd_cases, adagrad_cases, rmsprop_cases, adam_cases, adamw_cases):
        add_cases(fixture, cases(), [SCALAR, VECTOR])
    for cases in (adagrad_cases, rmsprop_cases, adam_cases):
        add_cases(fixture, cases(), [SMALL])
    add_cases(fixture, [("adam lr=0.1", with_torch(ADAM, MOMENTS, lr=0.1))], [MATRIX])
    for line, oracle in changing_rate_cases():
        add_case(fixture, line, oracle, *SCALAR, rates=RATES)
    add_lookahead(fixture, "")
    add_lookahead(fixture, "keras")
    add_two_parameters(fixture)
    for cases in (other_cases, decoupled_cases, flag_cases):
        add_cases(fixture, cases(), [SCALAR, VECTOR])
    fixture.write()


if __name__ == "__main__":
    main()
