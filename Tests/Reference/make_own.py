"""Makes own.dl: rules and activations of one's own, right and wrong ones, against PyTorch and updates written out here."""
import torch

from fixture import Fixture, literal

STEPS = 12
START = [-1.5, 0.75, 2.0]


def objective(w):
    """A function with a curved valley; the language has it as J."""
    return w[0] ** 2 + 4 * w[1] ** 2 - w[0] * w[1] + torch.exp(0.3 * w[2]) + 0.1 * w[2] ** 2


OBJECTIVE = "J = w[0]^2 + 4*w[1]^2 - w[0]*w[1] + exp(0.3*w[2]) + 0.1*w[2]^2"


def trained(update):
    """Parameters and buffers after STEPS updates; `update(w, g, t, state)` gives the new parameters."""
    w, state = torch.tensor(START), {}
    for t in range(1, STEPS + 1):
        leaf = w.clone().requires_grad_(True)
        (gradient,) = torch.autograd.grad(objective(leaf), leaf)
        w = update(w, gradient, t, state)
    return w, state


def averages(g, state, beta1=0.9, beta2=0.999):
    state["m"] = beta1 * state.get("m", torch.zeros_like(g)) + (1 - beta1) * g
    state["v"] = beta2 * state.get("v", torch.zeros_like(g)) + (1 - beta2) * g * g
    return state["m"], state["v"]


def uncorrected(w, g, t, state):
    m, v = averages(g, state)
    return w - 0.05 * m / (torch.sqrt(v) + 1e-8)


def multiplied(w, g, t, state):
    m, v = averages(g, state)
    return w - 0.05 * m * (1 - 0.9**t) / (torch.sqrt(v * (1 - 0.999**t)) + 1e-8)


def misplaced(w, g, t, state):
    m, v = averages(g, state)
    return w - 0.05 * (m / (1 - 0.9**t)) / torch.sqrt(v / (1 - 0.999**t)) + 1e-3


def uphill(w, g, t, state):
    return w + 0.01 * g


def forgetful(w, g, t, state):
    return w - 0.02 * (0.9 * torch.zeros_like(g) + g)


def late(w, g, t, state):
    old = state.get("v", torch.zeros_like(g))
    state["v"] = 0.9 * old + g
    return w - 0.02 * old


def clipped(w, g, t, state):
    g = torch.clamp(g + 0.1 * w, -1, 1)
    state["G"] = state.get("G", torch.full_like(g, 0.1)) + g * g
    return w - 0.5 / t**0.5 * g / torch.sqrt(state["G"])


def resilient(w, g, t, state):
    old, size = state.get("old", torch.zeros_like(g)), state.get("size", torch.full_like(g, 0.1))
    same = g * old
    size = torch.where(same > 0, torch.clamp(size * 1.2, max=1), torch.where(same < 0, size * 0.5, size))
    state["old"], state["size"] = g, size
    return w - torch.sign(g) * size


AVERAGES = "m = 0.9*m + 0.1*grad; v = beta2*v + (1 - beta2)*grad^2"
ALTERED = [
    ("Adam that forgets the bias correction", f"lr=0.05 beta2=0.999 {{ {AVERAGES}; w = w - lr*m/(sqrt(v) + 1e-8) }}", uncorrected),
    ("Adam that multiplies where it should divide",
     f"lr=0.05 beta2=0.999 {{ {AVERAGES}; mhat = m*(1 - 0.9^t); vhat = v*(1 - beta2^t); w = w - lr*mhat/(sqrt(vhat) + 1e-8) }}", multiplied),
    ("Adam that adds eps to the parameter",
     f"lr=0.05 beta2=0.999 eps=1e-3 {{ {AVERAGES}; w = w - lr*(m/(1 - 0.9^t))/sqrt(v/(1 - beta2^t)) + eps }}", misplaced),
    ("The wrong sign", "lr=0.01 { w = w + lr*g }", uphill),
    ("A velocity that forgets", "lr=0.02 { old = 0; v = 0.9*old + g; w = w - lr*v }", forgetful),
    ("A velocity that is used before it is new", "lr=0.02 { w = w - lr*v; v = 0.9*v + grad }", late),
    ("Adagrad with a decay, a clipped gradient and a falling rate",
     "lr=0.5 G=0.1 { g = clip(g + 0.1*w, -1, 1); G = G + g^2; w = w - lr/sqrt(t)*g/sqrt(G) }", clipped),
    ("Rprop, by signs only",
     "up=1.2 down=0.5 size=0.1 { same = g*old; size = where(same > 0, min(up*size, 1), where(same < 0, down*size, size))\n"
     "  old = g   # for the next update\n  w = w - sign(g)*size }", resilient),
]

RIGHT = [
    ("momentum", "lr=0.01 { v = 0.9*v + grad; w = w - lr*v }", lambda w: torch.optim.SGD(w, lr=0.01, momentum=0.9)),
    ("adam", f"lr=0.05 beta2=0.999 {{ {AVERAGES}; w = w - lr*(m/(1 - 0.9^t))/(sqrt(v/(1 - beta2^t)) + 1e-8) }}",
     lambda w: torch.optim.Adam(w, lr=0.05)),
    ("rmsprop", "lr=0.02 { G = 0.99*G + 0.01*g^2; w = w - lr*g/(sqrt(G) + 1e-8) }", lambda w: torch.optim.RMSprop(w, lr=0.02)),
    ("adamw", f"lr=0.05 beta2=0.999 {{ w = w - lr*0.01*w; {AVERAGES}; w = w - lr*(m/(1 - 0.9^t))/(sqrt(v/(1 - beta2^t)) + 1e-8) }}",
     lambda w: torch.optim.AdamW(w, lr=0.05)),
]

F = torch.nn.functional
ACTIVATIONS = [
    ("swish3(x) = x*sigmoid(3*x)", "swish3", lambda x: x * torch.sigmoid(3 * x)),
    ("mish(x) = x*tanh(softplus(x))", "mish", F.mish),
    ("elu(x, alpha=1) = where(x > 0, x, alpha*(exp(x) - 1))", "elu alpha=0.5", lambda x: F.elu(x, 0.5)),
    ("hard(z) = clip((z + 3)/6, 0, 1)", "hard", lambda x: torch.clamp((x + 3) / 6, 0, 1)),
    ("square_relu(x) = relu(x)^2", "square_relu", lambda x: F.relu(x) ** 2),
    ("hat(x, width=2) = max(0, 1 - abs(x)/width)", "hat", lambda x: torch.clamp(1 - x.abs() / 2, min=0)),
    ("bell(x) = exp(-x^2/2)/sqrt(2*pi)", "bell", lambda x: torch.exp(-x * x / 2) / (2 * torch.pi) ** 0.5),
    ("mine(x, a=0.2) = leaky_relu(x, slope=0.1) + a*sin(x)", "mine a=0.3", lambda x: F.leaky_relu(x, 0.1) + 0.3 * torch.sin(x)),
]
GRID = [-30, -4, -2.5, -1, -0.3, -0.01, 0.01, 0.2, 0.9, 1.7, 3.5, 20]
W1, W2 = [[0.5, -1.2, 0.3], [0.8, 0.4, -0.7]], [[0.6], [-0.9], [1.1]]
B1 = [0.05, -0.1, 0.2]
X, Y = [[0.3, -0.8], [1.2, 0.5], [-0.7, 1.9]], [[1.0], [0.0], [-0.5]]


def add_rule(fixture, title, rule, values):
    fixture.case(title)
    fixture.say(f"w = param({literal(START)})", OBJECTIVE, "minimize J", f"rule mine {rule}", "optimizer mine", f"step {STEPS}")
    for name, value in values.items():
        fixture.expect(name, value)


def add_rules(fixture):
    for title, rule, update in ALTERED:
        w, state = trained(update)
        buffers = {f"w.{name}": value for name, value in state.items()}
        add_rule(fixture, title, rule, {"w": w, **buffers})
    for name, rule, make in RIGHT:
        w = torch.tensor(START, requires_grad=True)
        optimizer = make([w])
        for _ in range(STEPS):
            optimizer.zero_grad()
            objective(w).backward()
            optimizer.step()
        add_rule(fixture, f"{name}, written out", rule, {"w": w})


def add_activation(fixture, definition, use, function):
    name, _, key = use.partition(" ")
    call = f"{name}(w{', ' + key if key else ''})"
    grid = torch.tensor(GRID, requires_grad=True, dtype=torch.float64)
    value = function(grid)
    value.sum().backward()
    fixture.case(definition)
    fixture.say(f"activation {definition}", f"w = param({literal(GRID)})", f"J = sum({call})", "minimize J", "forward", "backward")
    fixture.expect(call, value)
    fixture.expect("w.grad", grid.grad)

    w1, w2, b1 = (torch.tensor(value, requires_grad=True) for value in (W1, W2, B1))
    a1 = function(torch.tensor(X) @ w1 + b1)
    loss = F.mse_loss(a1 @ w2, torch.tensor(Y))
    loss.backward()
    fixture.say(f"net 2 3 {use} 1", f"W1 = {literal(W1)}", f"b1 = {literal(B1)}", f"W2 = {literal(W2)}", "loss mse",
                f"x = {literal(X)}", f"y = {literal(Y)}", "forward", "backward")
    fixture.expect("a1", a1)
    fixture.expect("loss", loss)
    for parameter, tensor in ("W1", w1), ("b1", b1), ("W2", w2):
        fixture.expect(f"{parameter}.grad", tensor.grad)


def main():
    fixture = Fixture("own")
    add_rules(fixture)
    for definition, use, function in ACTIVATIONS:
        add_activation(fixture, definition, use, function)
    fixture.write()


if __name__ == "__main__":
    main()
