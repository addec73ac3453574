"""An exercise of shared costs as large as a country: 35,000 communes, 200 services, 7 million memberships.

The generator is the crate's example, which checks and computes the exercise in memory, on one thread, and says how
long that took: processor time, which on an idle machine is the clock's, and the clock's, which other load lengthens.
"""

import json
import statistics
import subprocess
from pathlib import Path

import table


def measure(example: Path, rounds: int, say) -> tuple[list, list]:
    """Rows of the table, and notes."""
    say("an exercise of 35,000 communes and 200 services")
    runs = [json.loads(subprocess.run([str(example)], check=True, capture_output=True, text=True).stdout)
            for _ in range(max(3, min(rounds, 5)))]

    def seconds(kind: str) -> float:
        return statistics.median(run[f"check_{kind}"] + run[f"compute_{kind}"] for run in runs) / 1000

    size = f"{runs[0]['communes']:,} communes and {runs[0]['services']} services"
    rows = [
        table.limit_row(f"an exercise of {size}, checked and computed: processor time", seconds("processor_ms"), "s", 2,
                        "on the clock", f"{table.number(seconds('ms'))} s"),
        table.limit_row("its memory at the peak", max(run["peak_bytes"] for run in runs) / 1e6, "MB", None,
                        "the exercise alone", f"{table.number(runs[0]['exercise_bytes'] / 1e6)} MB"),
    ]
    return rows, [f"costs: the median of {len(runs)} runs, one thread"]
