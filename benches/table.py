"""The one table that a run prints: what was measured, ours, the other's, their ratio, the goal."""

from dataclasses import dataclass


@dataclass
class Row:
    measure: str
    ours: str
    other: str  # whom we are compared with
    figure: str  # theirs
    ratio: float | None
    goal: str
    reached: bool | None  # None: no goal was set


def ratio_row(measure: str, ours, other: str, theirs, unit: str, least: float | None) -> Row:
    """Ours against theirs in answers per second; the goal is a least ratio, if there is one."""
    ratio = ours.per_second / theirs.per_second if theirs.per_second else None
    return Row(
        measure,
        rate(ours, unit),
        other,
        rate(theirs, unit),
        ratio,
        f"≥ {least:.2g} ×" if least else "",
        None if least is None or ratio is None else ratio >= least and not ours.refused,
    )


def rate(run, unit: str) -> str:
    if not run.per_second:
        return "no answer in time"
    refused = f" ({run.refused} refused)" if run.refused else ""
    return f"{number(run.per_second)} {unit}/s, {number(run.median_ms)} ms{refused}"


def limit_row(measure: str, value: float, unit: str, most: float | None, other: str = "", figure: str = "") -> Row:
    """A figure that must stay under a bound."""
    return Row(
        measure, f"{number(value)} {unit}", other, figure, None,
        f"≤ {most:g} {unit}" if most else "", None if most is None else value <= most,
    )


def number(value: float) -> str:
    """Three figures that mean something, thousands apart."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def markdown(title: str, notes: list, rows: list) -> str:
    lines = [f"## {title}", ""]
    lines += [f"- {note}" for note in notes]
    lines += ["", "| measure | ours | against | theirs | ratio | to reach | reached |",
              "| --- | --- | --- | --- | --- | --- | --- |"]
    for row in rows:
        ratio = "" if row.ratio is None else f"{number(row.ratio)} ×"
        reached = {None: "", True: "yes", False: "**no**"}[row.reached]
        lines.append(f"| {row.measure} | {row.ours} | {row.other} | {row.figure} | {ratio} | {row.goal} | {reached} |")
    missed = sum(row.reached is False for row in rows)
    lines += ["", f"{missed} of {sum(row.reached is not None for row in rows)} goals missed." if missed
              else "Every goal reached."]
    return "\n".join(lines) + "\n"
