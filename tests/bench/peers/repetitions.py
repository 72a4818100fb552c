"""Measures a piece of work as often as the bench command asks and prints the milliseconds, one JSON line each."""
import gc
import json
import os
import time

REPETITIONS = int(os.environ.get("PHASELENS_REPETITIONS", "5"))


def milliseconds(work):
    start = time.perf_counter()
    work()
    return 1e3 * (time.perf_counter() - start)


def measure(work, of_one=milliseconds):
    """`of_one(work)` gives the time of one repetition; the caller has warmed up and checked the result."""
    for _ in range(REPETITIONS):
        gc.collect()
        print(json.dumps({"ms": of_one(work)}), flush=True)
