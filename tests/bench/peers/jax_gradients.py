"""Gradients of each sample by JAX: vmap of the gradient of one loss, compiled; L2 belongs to the risk and not to them. Convolutions as
products: with a kernel for each sample XLA's own take 36 GB for these."""
import jax

from jax_problem import JaxProblem, by_windows
from problem import agree
from repetitions import measure

problem = JaxProblem(by_windows)


def of_one(theta, x, target):
    return problem.losses(theta, x[None], target[None])[0]


compiled = jax.jit(jax.vmap(jax.grad(of_one), (None, 0, 0)))


def gradients():
    return compiled(problem.theta, problem.x, problem.target).block_until_ready()


agree("gradients of each sample", problem.array("expected_gradients"), gradients(), 1e-8)
measure(gradients)
