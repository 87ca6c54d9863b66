"""Reads what /metrics answers with a parser that is not Tenon's.

  metrics.py check FILE...                 every file is well formed, down to each histogram
  metrics.py value FILE NAME [LABEL=TEXT]  the one sample of that name with at least these labels
  metrics.py known TEXT FILE...            every metric named in TEXT is in the files, and the other way round
"""

import re
import sys

from prometheus_client.parser import text_string_to_metric_families


def families(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if not text.endswith("\n"):
        sys.exit(f"{path}: the last line does not end")
    return list(text_string_to_metric_families(text))


def samples(path):
    return [sample for family in families(path) for sample in family.samples]


def names(path):
    """Names as they are declared, read from the lines themselves."""
    with open(path, encoding="utf-8") as file:
        return {line.split(" ")[2] for line in file if line.startswith("# TYPE ")}


def check(path):
    seen = set()
    for family in families(path):
        if not family.documentation:
            sys.exit(f"{path}: {family.name} has no help")
        if family.type not in ("counter", "gauge", "histogram"):
            sys.exit(f"{path}: {family.name} has the type {family.type}")
        buckets = {}
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            if key in seen:
                sys.exit(f"{path}: {key} is there twice")
            seen.add(key)
            if family.type != "gauge" and sample.value < 0:
                sys.exit(f"{path}: {key} is negative")
            if sample.name.endswith("_bucket"):
                labels = {k: v for k, v in sample.labels.items() if k != "le"}
                series = buckets.setdefault(tuple(sorted(labels.items())), [])
                series.append((float(sample.labels["le"]), sample.value))
        for labels, series in buckets.items():
            if series != sorted(series) or [v for _, v in series] != sorted(v for _, v in series):
                sys.exit(f"{path}: the buckets of {family.name} {labels} do not grow")
            if series[-1][0] != float("inf"):
                sys.exit(f"{path}: {family.name} {labels} has no +Inf bucket")
    declared = names(path)
    # From the lines again: the parser puts _total behind the name of a counter that lacks it.
    with open(path, encoding="utf-8") as file:
        used = {re.split(r"[{ ]", line)[0] for line in file if not line.startswith("#")}
    used = {re.sub(r"_(bucket|sum|count)$", "", name) for name in used}
    if not used <= declared:
        sys.exit(f"{path}: without a TYPE line: {sorted(used - declared)}")


def value(path, name, *labels):
    wanted = dict(label.split("=", 1) for label in labels)
    found = [
        sample.value
        for sample in samples(path)
        if sample.name == name and wanted.items() <= sample.labels.items()
    ]
    if len(found) != 1:
        sys.exit(f"{path}: {len(found)} samples of {name} with {wanted}")
    print(f"{found[0]:.12g}")


def known(text_path, *paths):
    with open(text_path, encoding="utf-8") as file:
        text = file.read()
    declared = set().union(*(names(path) for path in paths))
    named = set(re.findall(r"\b(?:tenon|tenond|tbot)_[a-z_]+[a-z]\b", text))
    named = {re.sub(r"_(bucket|sum|count)$", "", name) for name in named}
    if missing := named - declared:
        sys.exit(f"{text_path} names metrics that nobody has: {sorted(missing)}")
    own = {name for name in declared if not name.startswith("process_")}
    if text_path.endswith(".md") and (missing := own - named):
        sys.exit(f"{text_path} does not explain: {sorted(missing)}")


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    if command == "check":
        for argument in arguments:
            check(argument)
    else:
        {"value": value, "known": known}[command](*arguments)
