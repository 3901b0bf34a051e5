"""Makes ecs.json from botocore's ECS model: names, types, required members, enums and errors, without the prose.

    python3 tests/Gateway.Tests/Model/strip.py [service-2.json[.gz]]
"""
import gzip
import json
import os
import sys


def find():
    import botocore
    return os.path.join(os.path.dirname(botocore.__file__), "data", "ecs", "2014-11-13", "service-2.json.gz")


path = sys.argv[1] if len(sys.argv) > 1 else find()
with (gzip.open if path.endswith(".gz") else open)(path, "rt") as file:
    model = json.load(file)

shapes = {}
for name, shape in sorted(model["shapes"].items()):
    kept = {"type": shape["type"]}
    for key in ("required", "enum", "min", "max", "pattern"):
        if shape.get(key) not in (None, []):
            kept[key] = shape[key]
    if "members" in shape:
        kept["members"] = {member: of["shape"] for member, of in shape["members"].items()}
    if "member" in shape:
        kept["member"] = shape["member"]["shape"]
    if "value" in shape:
        kept["value"] = shape["value"]["shape"]
    shapes[name] = kept

operations = {
    name: {
        "input": operation.get("input", {}).get("shape"),
        "output": operation.get("output", {}).get("shape"),
        "errors": [error["shape"] for error in operation.get("errors", [])],
    }
    for name, operation in sorted(model["operations"].items())
}

target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ecs.json")
with open(target, "w") as file:
    file.write('{"operations": {\n')
    file.write(",\n".join(f"{json.dumps(n)}: {json.dumps(o)}" for n, o in operations.items()))
    file.write('},\n"shapes": {\n')
    file.write(",\n".join(f"{json.dumps(n)}: {json.dumps(s)}" for n, s in shapes.items()))
    file.write("}}\n")
