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
import silence
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
    measures = context.Manager().dict()
    workers = [
        context.Process(target=_lane, args=(options, number, numbers, ahead, measures, results))
        for number in range(lanes)
    ]
    if options.silence and not options.only:
        workers.append(context.Process(target=_silence, args=(options, results)))
    for worker in workers:
        worker.start()
    outcomes, broken = [], []
    for _ in workers:
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
    parser.add_argument("--silence", type=int, default=1, help="whether connections go silent")
    parser.add_argument("--result", help="file for the last line")
    return parser.parse_args()


def _silence(options, results):
    lane = Lane(f"{options.folder}/silence", options.shim)
    try:
        for outcome in silence.outcomes(lane):
            results.put(outcome)
    except BaseException:  # pylint: disable=broad-except
        results.put(f"silence:\n{traceback.format_exc()}")
    finally:
        lane.stop()
        results.put(None)


def _lane(options, number, numbers, ahead, measures, results):
    lane = Lane(f"{options.folder}/lane-{number}", options.shim, measures)
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
        if result.plan.kind == "silence":
            print(f"{result.plan}: {result.places[0]}", flush=True)
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
    cells = collections.Counter()
    for outcome in outcomes:
        plan = outcome.plan
        keys = [plan.kind, "all"]
        if not plan.is_extra:
            keys += [plan.moment, f"{plan.key} key"]
            cells[plan.moment, plan.kind] += outcome.hit
        for key in keys:
            row = rows[key]
            row[0] += 1
            row[1] += bool(outcome.struck)
            for column, name in enumerate(("lockouts", "lost", "torn"), 2):
                row[column] += bool(getattr(outcome, name))
    keys = [f"{key} key" for key in ("secret", "registered", "static")]
    print(f"\n{'':28}{'runs':>7}{'struck':>8}{'lock-outs':>11}{'lost keys':>11}{'torn files':>12}")
    for key in (*plans.KINDS, *plans.MOMENTS, *keys, "wear", "silence", "all"):
        row = rows[key]
        print(f"{key:28}{row[0]:7}{row[1]:8}{row[2]:11}{row[3]:11}{row[4]:12}")
    empty = _cross(cells)
    runs, struck, lockouts, lost, torn = rows["all"]
    extra = rows["wear"][0] + rows["silence"][0]
    runs_of_plan = runs - extra
    kinds = ", ".join(f"{key} {rows[key][0]}" for key in plans.KINDS)
    line = (
        f"crash-test: {runs_of_plan} runs ({kinds}; {len(plans.CELLS) - len(empty)} of "
        f"{len(plans.CELLS)} cells), {struck} struck, {lockouts} lock-outs, "
        f"{lost} lost keys, {torn} torn files, seed {options.seed}, {seconds:.0f} s"
    )
    silent = [outcome.plan for outcome in outcomes if outcome.plan.kind == "silence"]
    waits = [plan.seconds for plan in silent if plan.seconds]
    if waits:
        print(
            f"silence: {len(waits)} agents on connections gone silent came back by themselves "
            f"after {min(waits):.0f} to {max(waits):.0f} s"
        )
    print(line)
    if options.result:
        with open(options.result, "w", encoding="ascii") as file:
            file.write(f"{line}\n")
    expected = options.runs + bool(options.wear) + bool(options.silence) * len(silence.POINTS)
    if options.only is not None:
        expected = 1 if options.only else 1 + bool(options.silence) * len(silence.POINTS)
    whole = runs == expected and not broken
    if runs_of_plan >= plans.DECK and empty:
        whole = False
        print("crash-test: nothing was struck in: " + "; ".join(map(" - ".join, empty)))
    sys.exit(0 if whole and not lockouts + lost + torn else 1)


def _cross(cells):
    """Prints how often each kind of fault struck in each moment; returns the cells without any."""
    print("\nruns whose first blow struck, by moment:")
    for number, moment in enumerate(plans.MOMENTS, 1):
        print(f"  {number} {moment}")
    print(f"{'':28}" + "".join(f"{number:7}" for number in range(1, 1 + len(plans.MOMENTS))))
    for kind in plans.KINDS:
        counts = [cells[moment, kind] for moment in plans.MOMENTS]
        print(f"{kind:28}" + "".join(f"{count:7}" for count in counts))
    print()
    return [cell for cell in plans.CELLS if not cells[cell]]


if __name__ == "__main__":
    os.umask(0o022)
    main()
