"""The max-norm constraint: weights after updates with imposed gradients, and a net that is trained under it."""
import numpy

from fixture import Fixture, keras, literal, sample, torch


def with_torch(weights, limit):
    """Columns are the weights into a neuron here; PyTorch's own layers have them as rows."""
    return torch.renorm(weights, 2, 1, limit)


def with_keras(weights, limit):
    # Keras rounds its epsilon and the limit to what the weights are, double precision.
    return keras.constraints.MaxNorm(limit, axis=0)(weights)


FORMS = {"torch": with_torch, "keras": with_keras}
OPTIMIZERS = {
    "sgd lr=0.5": lambda w: torch.optim.SGD(w, lr=0.5),
    "momentum lr=0.3": lambda w: torch.optim.SGD(w, lr=0.3, momentum=0.9),
    "adam lr=0.2": lambda w: torch.optim.Adam(w, lr=0.2),
    "adamw lr=0.2 weight_decay=0.1": lambda w: torch.optim.AdamW(w, lr=0.2, weight_decay=0.1),
}


def add_updates(fixture, generator):
    for form, constrain in FORMS.items():
        for line, make in OPTIMIZERS.items():
            for limit in [0.5, 2.0, 100.0]:
                fixture.case(f"{form}, {line}, limit {limit}")
                matrix, vector = sample(generator, 3, 4), sample(generator, 3)
                w, v = (torch.tensor(value, requires_grad=True) for value in (matrix, vector))
                optimizer = make([w, v])
                fixture.say(f"w = param({literal(matrix)})", f"v = param({literal(vector)})")
                fixture.say(f"optimizer {line}", f"maxnorm {limit} form={form}")
                for _ in range(3):
                    gradients = sample(generator, 3, 4), sample(generator, 3)
                    w.grad, v.grad = (torch.tensor(gradient) for gradient in gradients)
                    optimizer.step()
                    w.data = constrain(w.data, limit)
                    fixture.say(f"w.grad = {literal(gradients[0])}", f"v.grad = {literal(gradients[1])}", "update")
                    fixture.expect("w", w)
                    # A vector is left alone.
                    fixture.expect("v", v)


def add_clipped(fixture, generator):
    fixture.case("gradients are clipped before, weights constrained after")
    matrix = sample(generator, 2, 3)
    w = torch.tensor(matrix, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=1.0)
    fixture.say(f"w = param({literal(matrix)})", "optimizer sgd lr=1", "clip norm 0.7", "maxnorm 1.5")
    for _ in range(3):
        gradient = sample(generator, 2, 3)
        w.grad = torch.tensor(gradient)
        torch.nn.utils.clip_grad_norm_([w], 0.7)
        optimizer.step()
        w.data = with_torch(w.data, 1.5)
        fixture.say(f"w.grad = {literal(gradient)}", "update")
        fixture.expect("w", w)


def add_training(fixture, generator):
    for form, constrain in FORMS.items():
        fixture.case(f"five steps of a net, {form}")
        x, y = sample(generator, 6, 3), sample(generator, 6, 2)
        values = [sample(generator, 3, 4), sample(generator, 4), sample(generator, 4, 2), sample(generator, 2)]
        parameters = [torch.tensor(value, requires_grad=True) for value in values]
        w1, b1, w2, b2 = parameters
        optimizer = torch.optim.Adam(parameters, lr=0.1)
        fixture.say("net 3 4 tanh 2", "loss mse", "optimizer adam lr=0.1", f"maxnorm 1.2 form={form}")
        for name, value in zip(["W1", "b1", "W2", "b2"], values):
            fixture.say(f"{name} = {literal(value)}")
        fixture.say(f"x = {literal(x)}", f"y = {literal(y)}")
        for _ in range(5):
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(torch.tanh(torch.tensor(x) @ w1 + b1) @ w2 + b2, torch.tensor(y))
            loss.backward()
            optimizer.step()
            for w in (w1, w2):
                w.data = constrain(w.data, 1.2)
            fixture.say("step")
            fixture.expect("loss", loss)
            for name, value in zip(["W1", "b1", "W2", "b2"], parameters):
                fixture.expect(name, value)
        fixture.say("maxnorm off", "step")
        fixture.expect_true("sum(norm(W1, axis=0) > 1.2) > 0")


def main():
    fixture = Fixture("maxnorm")
    generator = numpy.random.default_rng(17)
    add_updates(fixture, generator)
    add_clipped(fixture, generator)
    add_training(fixture, generator)
    fixture.write()


if __name__ == "__main__":
    main()
