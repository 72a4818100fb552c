"""The same risks as risk_problem and wide_problem in JAX: functions of a flat θ in double precision, on one thread, checked against
ours in value and gradient."""
import os

# XLA sizes its pool of threads by the processors that it may run on, whatever its flags say
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import jax

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")

import jax.numpy as jnp
import numpy as np
from jax import lax

from problem import Problem, agree

# kind, then: outputs, inputs, taps, padding of a convolution; inputs and outputs of a dense layer; width of a pooling window
NETWORKS = {
    740: [("conv", 5, 1, 15, 1), ("max", 4), ("relu",), ("conv", 8, 5, 5, 0), ("max", 4), ("relu",), ("conv", 10, 8, 2, 1), ("mean", 4), ("relu",), ("dense", 140, 2)],
    1675: [
        ("conv", 5, 1, 15, 1), ("max", 4), ("relu",), ("conv", 8, 5, 5, 0), ("max", 4), ("relu",), ("conv", 10, 8, 10, 0), ("relu",),
        ("conv", 25, 10, 2, 0), ("relu",), ("mean", None), ("dense", 25, 2),
    ],
}


def wide(width):
    return [("conv", 4, 1, 15, 1), ("max", 4), ("relu",), ("dense", 912, width), ("relu",), ("dense", width, 2)]


def by_lax(x, weight, padding):
    return lax.conv_general_dilated(x, weight, (1,), [(padding, padding)], dimension_numbers=("NCH", "OIH", "NCH"))


def by_windows(x, weight, padding):
    """The same as one product of matrices, whose derivatives are products too."""
    x = jnp.pad(x, ((0, 0), (0, 0), (padding, padding)))
    taps = weight.shape[2]
    places = jnp.arange(x.shape[2] - taps + 1)[:, None] + jnp.arange(taps)
    return jnp.einsum("nchk,ock->noh", x[:, :, places], weight)


def evaluate(layers, theta, x, convolution):
    """Outputs of a chain at a flat θ, whose layers take weight then bias, as PyTorch's do."""
    at = 0

    def take(*shape):
        nonlocal at
        at += int(np.prod(shape))
        return theta[at - int(np.prod(shape)) : at].reshape(shape)

    for kind, *numbers in layers:
        if kind == "conv":
            outputs, inputs, taps, padding = numbers
            weight, bias = take(outputs, inputs, taps), take(outputs)
            x = convolution(x, weight, padding) + bias[:, None]
        elif kind == "dense":
            weight, bias = take(numbers[1], numbers[0]), take(numbers[1])
            x = x.reshape(len(x), -1) @ weight.T + bias
        elif kind == "relu":
            x = jnp.maximum(x, 0)
        else:
            width = numbers[0] or x.shape[2]
            windows = x[:, :, : x.shape[2] // width * width].reshape(*x.shape[:2], -1, width)
            x = windows.max(3) if kind == "max" else windows.mean(3)
    return x


class JaxProblem(Problem):
    def __init__(self, convolution=by_lax):
        super().__init__()
        self.convolution = convolution
        settings = self.settings
        self.layers = wide(settings["width"]) if "width" in settings else NETWORKS[settings["parameters"]]
        self.theta, self.x, self.target = (jnp.asarray(self.array(name)) for name in ("theta", "x", "target"))
        value, gradient = jax.jit(jax.value_and_grad(self.risk))(self.theta)
        agree("risk", settings["expectedRisk"], float(value), 1e-10)
        agree("gradient", self.array("expected_gradient"), gradient, 1e-8)

    def losses(self, theta, x, target):
        return -(target * jax.nn.log_softmax(evaluate(self.layers, theta, x, self.convolution))).sum(1)

    def risk(self, theta):
        return self.losses(theta, self.x, self.target).mean() + 0.5 * self.settings["l2"] * (theta @ theta)

    def product(self, theta, v):
        """Hessian times v, forward over reverse."""
        return jax.jvp(jax.grad(self.risk), (theta,), (v,))[1]
