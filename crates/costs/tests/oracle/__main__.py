"""`python3 oracle SEED COUNT`: random exercises and their results, one JSON document a line.

`python3 oracle` alone reads exercises, one a line, and answers with their results.
"""

import json
import random
import sys

from draw import exercise
from rules import compute


def main():
    if len(sys.argv) == 3:
        seed, count = int(sys.argv[1]), int(sys.argv[2])
        for n in range(count):
            drawn = exercise(random.Random(f"{seed}/{n}"))
            print(json.dumps({"exercise": drawn, "expected": compute(drawn)}))
    else:
        for line in sys.stdin:
            print(json.dumps(compute(json.loads(line))))


main()
