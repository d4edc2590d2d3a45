"""Label smoothing in both variants: the loss, its gradients, and a net that is trained with it."""
import numpy

from fixture import Fixture, keras, literal, sample, torch


def smooth(targets, epsilon, variant):
    """Rows of probabilities after smoothing, as each variant is defined."""
    classes = targets.shape[1]
    if variant == "K":
        return (1 - epsilon) * targets + epsilon / classes
    return (1 - epsilon) * targets + epsilon / (classes - 1) * (1 - targets)


def loss(logits, targets, epsilon, variant):
    value = torch.nn.functional.cross_entropy(logits, smooth(targets, epsilon, variant))
    if variant == "K":
        theirs = torch.nn.functional.cross_entropy(logits, targets, label_smoothing=epsilon)
        keras_loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=epsilon)(targets, logits)
        numpy.testing.assert_allclose(value.detach(), theirs.detach(), rtol=1e-14)
        numpy.testing.assert_allclose(value.detach(), keras_loss.detach(), rtol=1e-6)
    return value


def onehot(labels, classes):
    return torch.nn.functional.one_hot(torch.tensor(labels), classes).double()


def add_functions(fixture, generator):
    for rows, classes in [(1, 2), (1, 3), (4, 3), (3, 7)]:
        scores = 2 * sample(generator, rows, classes)
        labels = generator.integers(0, classes, rows).tolist()
        soft = generator.dirichlet(numpy.ones(classes), rows)
        for epsilon in [0.0, 0.1, 0.3, 1.0]:
            for variant in ["K", "K-1"]:
                for y, targets in [(labels, onehot(labels, classes)), (soft, torch.tensor(soft))]:
                    fixture.case(f"{rows}×{classes}, smoothing {epsilon}, variant {variant}")
                    z = torch.tensor(scores, requires_grad=True)
                    value = loss(z, targets, epsilon, variant)
                    value.backward()
                    fixture.say(f"z = param({literal(scores)})", f"q = {literal(y)}")
                    fixture.say(f"J = cross_entropy(z, q, smoothing={epsilon}, variant={variant})", "minimize J")
                    fixture.say("forward", "backward")
                    fixture.expect("J", value)
                    fixture.expect("z.grad", z.grad)
                if epsilon == 0.1 and variant == "K":
                    fixture.expect_same(f"cross_entropy(z, q, smoothing={epsilon})", "J", "0")


def add_training(fixture, generator):
    for variant in ["K", "K-1"]:
        fixture.case(f"three steps of a net, variant {variant}")
        x, labels = sample(generator, 5, 3), generator.integers(0, 4, 5).tolist()
        weights, bias = sample(generator, 3, 4), sample(generator, 4)
        w, b = (torch.tensor(value, requires_grad=True) for value in (weights, bias))
        optimizer = torch.optim.SGD([w, b], lr=0.5)
        fixture.say("net 3 4", f"loss cross_entropy smoothing=0.2 variant={variant}", "optimizer sgd lr=0.5")
        fixture.say(f"W1 = {literal(weights)}", f"b1 = {literal(bias)}", f"x = {literal(x)}", f"y = {literal(labels)}")
        for _ in range(3):
            optimizer.zero_grad()
            value = loss(torch.tensor(x) @ w + b, onehot(labels, 4), 0.2, variant)
            value.backward()
            optimizer.step()
            fixture.say("step")
            fixture.expect("loss", value)
            fixture.expect("W1", w)
            fixture.expect("b1", b)


def main():
    fixture = Fixture("smoothing")
    generator = numpy.random.default_rng(11)
    add_functions(fixture, generator)
    add_training(fixture, generator)
    fixture.write()


if __name__ == "__main__":
    main()
