"""Evaluates an expression of the command language with PyTorch.

The language reads almost like Python; three things are translated: `^` is a power, a bracketed list is a tensor,
and comparisons and `and`, `or`, `not` work on every element and give 0 or 1.
"""
import ast

import torch
import torch.nn.functional as F


def tensor(value):
    return torch.as_tensor(value, dtype=torch.float64)


def reduction(whole, along):
    """A function of all elements, or along one axis."""
    return lambda a, axis=None: whole(tensor(a)) if axis is None else along(tensor(a), axis)


def extreme(pairwise, whole, along):
    """max and min: of two arguments, of all elements, or along one axis."""
    def function(a, b=None, axis=None):
        if b is not None:
            return pairwise(tensor(a), tensor(b))
        return reduction(whole, along)(a, axis)
    return function


def gelu(a, form=None):
    if form == "quick":
        return a * torch.sigmoid(1.702 * a)
    return F.gelu(tensor(a), approximate="tanh" if form == "tanh" else "none")


def cross_entropy(logits, target, smoothing=0.0):
    is_class_numbers = target.dim() < logits.dim()
    return F.cross_entropy(logits, target.long() if is_class_numbers else target, label_smoothing=smoothing)


def hinge(scores, target):
    """The sum over the other classes and the mean over samples; PyTorch divides by the number of classes as well."""
    return F.multi_margin_loss(scores, target.long()) * scores.shape[1]


FUNCTIONS = {
    "tensor": tensor,
    "zeros": lambda *shape: torch.zeros(shape),
    "ones": lambda *shape: torch.ones(shape),
    "eye": torch.eye,
    "linspace": torch.linspace,
    "onehot": lambda labels, classes: F.one_hot(labels.long(), classes).double(),
    "leaky_relu": lambda a: F.leaky_relu(tensor(a), 0.01),
    "gelu": gelu,
    "softplus": lambda a: F.softplus(tensor(a)),
    "silu": lambda a: F.silu(tensor(a)),
    "softmax": lambda a, axis=-1: torch.softmax(a, axis),
    "log_softmax": lambda a, axis=-1: torch.log_softmax(a, axis),
    "max": extreme(torch.maximum, torch.max, torch.amax),
    "min": extreme(torch.minimum, torch.min, torch.amin),
    "sum": reduction(torch.sum, torch.sum),
    "mean": reduction(torch.mean, torch.mean),
    "var": reduction(lambda a: a.var(correction=0), lambda a, axis: a.var(axis, correction=0)),
    "std": reduction(lambda a: a.std(correction=0), lambda a, axis: a.std(axis, correction=0)),
    "norm": reduction(torch.linalg.vector_norm, lambda a, axis: torch.linalg.vector_norm(a, dim=axis)),
    "argmax": reduction(lambda a: tensor(a.argmax()), lambda a, axis: tensor(a.argmax(axis))),
    "transpose": torch.t,
    "reshape": lambda a, shape: a.reshape([int(size) for size in shape]),
    "concat": lambda *parts, axis=0: torch.cat(parts, axis),
    "where": lambda condition, a, b: torch.where(tensor(condition) != 0, tensor(a), tensor(b)),
    "clip": lambda a, low, high: torch.clamp(tensor(a), low, high),
    "mse": F.mse_loss,
    "mae": F.l1_loss,
    "huber": lambda p, y, delta=1.0: F.huber_loss(p, y, delta=delta),
    "cross_entropy": cross_entropy,
    "bce": F.binary_cross_entropy_with_logits,
    "hinge": hinge,
    "both": lambda a, b: tensor((tensor(a) != 0) & (tensor(b) != 0)),
    "either": lambda a, b: tensor((tensor(a) != 0) | (tensor(b) != 0)),
    "negation": lambda a: tensor(tensor(a) == 0),
}
ELEMENTWISE = ["exp", "log", "sqrt", "abs", "sin", "cos", "tanh", "sigmoid", "relu"]
FUNCTIONS.update({name: lambda a, function=getattr(torch, name): function(tensor(a)) for name in ELEMENTWISE})


def call(function, *arguments):
    return ast.Call(ast.Name(function, ast.Load()), list(arguments), [])


class Translation(ast.NodeTransformer):
    """From Python's meaning of an expression to the language's."""

    def visit_List(self, node):
        return call("tensor", node)

    def visit_keyword(self, node):
        if isinstance(node.value, ast.Name):
            node.value = ast.Constant(node.value.id)
        return self.generic_visit(node)

    def visit_Compare(self, node):
        return call("tensor", self.generic_visit(node))

    def visit_BoolOp(self, node):
        left, *others = [self.visit(value) for value in node.values]
        for other in others:
            left = call("both" if isinstance(node.op, ast.And) else "either", left, other)
        return left

    def visit_UnaryOp(self, node):
        node = self.generic_visit(node)
        return call("negation", node.operand) if isinstance(node.op, ast.Not) else node


def evaluate(text, variables):
    tree = ast.parse(text.replace("^", "**"), mode="eval")
    tree = ast.fix_missing_locations(Translation().visit(tree))
    return tensor(eval(compile(tree, text, "eval"), {**FUNCTIONS, **variables}))
