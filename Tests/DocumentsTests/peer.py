"""Reads JSON lines [text, documents] from standard input and compares each with PyYAML.

`documents` is what our reader made of the text, or null when it refused it. The argument says how:
  schema     all values, with both loaders of PyYAML and their YAML 1.1 types
  structure  maps, lists and text, where PyYAML is taught which scalars are special
Prints every difference, and ends with the number of comparisons.
"""
import json
import sys

import yaml


class Structure(yaml.SafeLoader):
    yaml_constructors = {}
    yaml_implicit_resolvers = {}


def scalar(loader, node):
    if node.style:
        return node.value
    return {"": None, "~": None, "null": None, "true": True}.get(node.value, node.value)


def mapping(loader, node):
    members = {}
    for key, value in node.value:
        plain = isinstance(key, yaml.ScalarNode) and not key.style
        if not isinstance(key, yaml.ScalarNode) or key.value in members:
            raise yaml.YAMLError("a key that is refused")
        if plain and key.value in ("", "<<"):
            raise yaml.YAMLError("a key that is refused")
        members[key.value] = loader.construct_object(value, deep=True)
    return members


Structure.add_constructor("tag:yaml.org,2002:map", mapping)
Structure.add_constructor(
    "tag:yaml.org,2002:seq",
    lambda loader, node: [loader.construct_object(item, deep=True) for item in node.value],
)
Structure.add_constructor("tag:yaml.org,2002:str", scalar)

loaders = {"schema": [yaml.SafeLoader, yaml.CSafeLoader], "structure": [Structure]}[sys.argv[1]]
count = 0
for line in sys.stdin:
    text, ours = json.loads(line)
    for loader in loaders:
        try:
            theirs = list(yaml.load_all(text, loader))
        except yaml.YAMLError:
            theirs = None
        if theirs != ours:
            print(f"{loader.__name__}: {text!r}: {theirs!r} and not {ours!r}")
        count += 1
print(count)
