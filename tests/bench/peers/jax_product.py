"""Hessian-vector product by JAX: jit of forward over reverse, with the faster of two convolutions; what is compiled is not timed."""
import jax
import jax.numpy as jnp

from jax_problem import JaxProblem, by_lax, by_windows
from problem import agree
from repetitions import measure, milliseconds


def product_of(convolution):
    problem = JaxProblem(convolution)
    v = jnp.asarray(problem.array("v"))
    compiled = jax.jit(problem.product)

    def product():
        return compiled(problem.theta, v).block_until_ready()

    agree("Hessian-vector product", problem.array("expected_product"), product(), 1e-8)
    return product


measure(min((product_of(by_lax), product_of(by_windows)), key=milliseconds))
