"""Rows of the exact Hessian by JAX: forward over reverse, vectorised over some directions at a time, compiled.

All rows cost the same, so the time of those computed here is scaled up to all. Of two convolutions and a few numbers of directions that
go together the fastest are taken; what is compiled is not timed.
"""
import time

import jax
import jax.numpy as jnp

from jax_problem import JaxProblem, by_lax, by_windows
from problem import agree
from repetitions import measure


def way(convolution, together):
    """A function that gives the milliseconds of all rows, from those that are computed."""
    problem = JaxProblem(convolution)
    rows = problem.settings["rows"][:together]
    units = jnp.zeros((together, len(problem.theta))).at[jnp.arange(together), jnp.asarray(rows)].set(1.0)
    compiled = jax.jit(jax.vmap(problem.product, (None, 0)))
    found = compiled(problem.theta, units)
    agree(f"{together} rows of the Hessian", problem.array("expected_rows")[:together], found, 1e-8)

    def milliseconds():
        start = time.perf_counter()
        compiled(problem.theta, units).block_until_ready()
        return 1e3 * (time.perf_counter() - start) * len(problem.theta) / together

    return milliseconds


ways = [way(convolution, together) for convolution in (by_lax, by_windows) for together in (1, 4)]
fastest = min(ways, key=lambda milliseconds: milliseconds())
measure(None, lambda _: fastest())
