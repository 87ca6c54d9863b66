"""The crash campaign: strikes agents and authorities at chosen instants and sees that every machine
comes back. Started by scripts/crash-test.sh, which builds and installs what it drives."""

import argparse
import collections
import multiprocessing
import os
import sys
import time
import traceback

import plan as plans
from lane import Lane


def main():
    options = _options()
    began = time.monotonic()
    if options.only is None:
        numbers = range(1, options.runs + 1)
    else:
        numbers = [number for number in [options.only] if number > 0]
    lanes = max(1, min(options.lanes, len(numbers)))
    print(f"crash-test: seed {options.seed}, {len(numbers)} runs in {lanes} lanes", flush=True)
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()
    # One after the other out of one hand, so that no lane idles.
    ahead = context.Value("l", 0)
    workers = [
        context.Process(target=_lane, args=(options, number, numbers, ahead, results))
        for number in range(lanes)
    ]
    for worker in workers:
        worker.start()
    outcomes, broken = [], []
    for _ in range(lanes):
        _collect(results, outcomes, broken, options.seed, len(numbers))
    for worker in workers:
        worker.join()
    _report(options, outcomes, broken, time.monotonic() - began)


def _options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", required=True)
    parser.add_argument("--shim", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--lanes", type=int, default=3)
    parser.add_argument("--only", type=int, help="the one run to repeat; 0 is the worn storage")
    parser.add_argument("--wear", type=int, default=200, help="strikes on one storage")
    parser.add_argument("--result", help="file for the last line")
    return parser.parse_args()


def _lane(options, number, numbers, ahead, results):
    lane = Lane(f"{options.folder}/lane-{number}", options.shim)
    try:
        if number == 0 and options.wear and not options.only:
            results.put(lane.wear(options.seed, options.wear))
        while True:
            with ahead.get_lock():
                index, ahead.value = ahead.value, ahead.value + 1
            if index >= len(numbers):
                break
            results.put(lane.run(options.seed, numbers[index]))
    except BaseException:  # pylint: disable=broad-except
        results.put(f"lane {number}:\n{traceback.format_exc()}")
    finally:
        lane.stop()
        results.put(None)


def _collect(results, outcomes, broken, seed, total):
    """Takes results until one lane has ended."""
    while (result := results.get()) is not None:
        if isinstance(result, str):
            broken.append(result)
            print(result, flush=True)
            continue
        if result.plan.kind == "wear":
            print(f"{result.plan}, {result.struck} struck: {result.places[0]}", flush=True)
        outcomes.append(result)
        if result.failed:
            print(f"FAILED {result.plan}", flush=True)
            print(f"  struck: {'; '.join(result.places)}")
            for name in ("lockouts", "lost", "torn"):
                for text in getattr(result, name):
                    print(f"  {name}: {text}")
            print(f"  again: CRASH_SEED={seed} CRASH_ONLY={result.plan.number} make crash-test")
        if len(outcomes) % 100 == 0 and len(outcomes) < total:
            print(f"crash-test: {len(outcomes)} runs so far", flush=True)


def _report(options, outcomes, broken, seconds):
    rows = collections.defaultdict(lambda: [0] * 5)
    for outcome in outcomes:
        worn = outcome.plan.kind == "wear"
        for key in ("wear", "all") if worn else (outcome.plan.kind, outcome.plan.moment, "all"):
            row = rows[key]
            row[0] += 1
            row[1] += bool(outcome.struck)
            for column, name in enumerate(("lockouts", "lost", "torn"), 2):
                row[column] += bool(getattr(outcome, name))
    print(f"\n{'':28}{'runs':>7}{'struck':>8}{'lock-outs':>11}{'lost keys':>11}{'torn files':>12}")
    for key in (*plans.KINDS, *plans.MOMENTS, "wear", "all"):
        row = rows[key]
        print(f"{key:28}{row[0]:7}{row[1]:8}{row[2]:11}{row[3]:11}{row[4]:12}")
    runs, struck, lockouts, lost, torn = rows["all"]
    runs_of_plan = runs - rows["wear"][0]
    kinds = ", ".join(f"{key} {rows[key][0]}" for key in plans.KINDS)
    line = (
        f"crash-test: {runs_of_plan} runs ({kinds}), {struck} struck, {lockouts} lock-outs, "
        f"{lost} lost keys, {torn} torn files, seed {options.seed}, {seconds:.0f} s"
    )
    print(line)
    if options.result:
        with open(options.result, "w", encoding="ascii") as file:
            file.write(f"{line}\n")
    expected = options.runs + bool(options.wear) if options.only is None else 1
    whole = runs == expected and not broken
    sys.exit(0 if whole and not lockouts + lost + torn else 1)


if __name__ == "__main__":
    os.umask(0o022)
    main()
