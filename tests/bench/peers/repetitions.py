"""Measures a piece of work as often as the bench command asks and prints the milliseconds, one JSON line each."""
import gc
import json
import os
import time

REPETITIONS = int(os.environ.get("PHASELENS_REPETITIONS", "5"))
MOMENT = 15  # seconds after which repetitions end, once there are FEWEST
FEWEST = 3


def milliseconds(work):
    start = time.perf_counter()
    work()
    return 1e3 * (time.perf_counter() - start)


def measure(work, of_one=milliseconds):
    """`of_one(work)` gives the time of one repetition; the caller has warmed up and checked the result."""
    begin = time.perf_counter()
    for done in range(REPETITIONS):
        if done >= FEWEST and time.perf_counter() - begin > MOMENT:
            break
        gc.collect()
        print(json.dumps({"ms": of_one(work)}), flush=True)
