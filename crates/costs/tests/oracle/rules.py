"""The rules of the cost model, once more: an independent calculation in exact fractions.

Written from the rules alone (docs/costs.md), not from the Rust crate, so that the two can be compared to the cent.
Takes an exercise as the JSON of the contract and gives the result in the same form. Slow and plain on purpose.
"""

from calendar import isleap
from datetime import date, timedelta
from fractions import Fraction
from math import floor


def half_away(x):
    """Rounds half away from zero."""
    return floor(x + Fraction(1, 2)) if x >= 0 else -floor(-x + Fraction(1, 2))


def cents(euros):
    return half_away(Fraction(euros) * 100)


def days_of(row, year, first="from", last="until"):
    """The days of the year that a row with two inclusive, optional dates covers, as a set of dates."""
    begin = date.fromisoformat(row[first]) if row.get(first) else date(year, 1, 1)
    end = date.fromisoformat(row[last]) if row.get(last) else date(year, 12, 31)
    begin, end = max(begin, date(year, 1, 1)), min(end, date(year, 12, 31))
    return {begin + timedelta(n) for n in range((end - begin).days + 1)}


def amount_of(entry):
    return Fraction(str(entry["amount"] if isinstance(entry, dict) else entry))


def number(value):
    return Fraction(str(value))


def payroll(agent, year, length):
    if "paid" in agent:
        return cents(number(agent["paid"]) * number(agent["periods"][0]["share"]))
    worked = sum(number(p["share"]) * len(days_of(p, year)) for p in agent["periods"])
    return cents(number(agent["annual_cost"]) * worked / length)


def digital_staff(person, project, year, length):
    present = days_of(person, year)
    counted = len(present & days_of(project, year, "setup_from", "setup_until"))
    share = number(person["share"])
    if "paid" in person:
        return cents(number(person["paid"]) * share * counted / len(present)) if present else 0
    return cents(number(person["annual_cost"]) * share * counted / length)


def investment(entry, exercise):
    amount = amount_of(entry)
    mode = entry.get("mode", "full") if isinstance(entry, dict) else "full"
    if mode == "net_fctva":
        return cents(amount * (1 - number(exercise["fctva_rate"])))
    if mode == "annuity":
        whole, years = cents(amount), entry["years"]
        nth = exercise["year"] - entry.get("since", exercise["year"])
        if not 0 <= nth < years:
            return 0
        return whole - (years - 1) * (whole // years) if nth == years - 1 else whole // years
    return cents(amount)


def lines_of(service, exercise):
    """[(kind, cents)], receipts negative, so that the lines add up to the cost."""
    year = exercise["year"]
    length = 366 if isleap(year) else 365
    pay = [payroll(a, year, length) for a in service.get("agents", [])]
    staff = [
        digital_staff(person, project, year, length)
        for project in service.get("digital_projects", [])
        for person in project["staff"]
    ]
    base = pay + (staff if service.get("overhead_on_digital_staff") else [])
    lines = [("payroll", c) for c in pay] + [("digital_staff", c) for c in staff]
    if base:
        rate = number(service.get("overhead_rate", "0.095"))
        lines.append(("overhead", half_away(rate * sum(base))))
    lines += [("operating", cents(amount_of(e))) for e in service.get("operating", [])]
    lines += [("investment", investment(e, exercise)) for e in service.get("investment", [])]
    for kind in ("maintenance", "hosting"):
        if service.get(kind) is not None:
            lines.append((kind, cents(number(service[kind]))))
    lines += [("receipts", -cents(amount_of(e))) for e in service.get("receipts", [])]
    return lines


def largest_remainder(total, weights):
    """Shares {name: cents} of a total by weights {name: Fraction}; names that begin with « ~ » are the metropolis's."""
    whole = sum(weights.values())
    if whole == 0:
        return None
    if total < 0:
        return {name: -c for name, c in largest_remainder(-total, weights).items()}
    exact = {name: Fraction(total) * w / whole for name, w in weights.items()}
    shares = {name: floor(x) for name, x in exact.items()}
    left = total - sum(shares.values())
    order = sorted(weights, key=lambda n: (shares[n] - exact[n], n.startswith("~"), -weights[n], n))
    for name in order[:left]:
        shares[name] += 1
    return shares


class Members:
    """Who belongs to a service in the year, and for how much of it."""

    def __init__(self, service, exercise):
        year = exercise["year"]
        length = 366 if isleap(year) else 365
        levels = service.get("level_weights") or {}
        self.listed = sorted({m["insee"] for m in service["members"]})
        self.presence = dict.fromkeys(self.listed, Fraction(0))
        self.belong = set()
        for m in service["members"]:
            days = len(days_of(m, year))
            level = str(m.get("level") or 1)
            self.presence[m["insee"]] += number(levels.get(level, 1)) * days / length
            if days:
                self.belong.add(m["insee"])
        self.population = {c["insee"]: c.get("population") or 0 for c in exercise["communes"]}


def simple_weights(kind, key, members):
    if kind == "population":
        return {m: members.population.get(m, 0) * members.presence[m] for m in members.listed}
    if kind == "equal":
        return dict(members.presence)
    units = {name: number(u) for name, u in key["units"].items()}
    weights = {m: units.get(m, Fraction(0)) if m in members.belong else Fraction(0) for m in members.listed}
    others = sum((u for name, u in units.items() if name not in members.belong), Fraction(0))
    return {**weights, "~1public": others}


def weights_of(key, members):
    kind = key["kind"]
    if kind != "mixed":
        return simple_weights(kind, key, members)
    summed = dict.fromkeys(members.listed, Fraction(0))
    for part in key["parts"]:
        weights = simple_weights(part["kind"], part, members)
        whole = sum(weights.values())
        if whole == 0:
            weights, whole = {"~2rest": Fraction(1)}, 1
        for name, weight in weights.items():
            summed[name] = summed.get(name, 0) + weight / whole * number(part["part"])
    return summed


def billed(key, members):
    """What free, fixed and tariff bill each member, in cents."""
    kind = key["kind"]
    if kind == "free":
        return dict.fromkeys(members.listed, 0)
    if kind == "fixed":
        return {m: cents(number(key["amounts"].get(m, 0))) if m in members.belong else 0 for m in members.listed}
    bills = dict.fromkeys(members.listed, 0)
    for line in key["lines"]:
        for m in members.belong:
            bills[m] += cents(number(line["price"]) * number(line["quantities"].get(m, 0)))
    return bills


def share_nature(cost, service, key, members):
    """One nature of a service shared by weights: (own use, solidarity, {name: cents}, rest)."""
    own = half_away(number(service.get("own_use_rate", 0)) * cost)
    metropolitan = service.get("metropolitan") or {}
    solidarity = 0
    if metropolitan and len(members.belong) >= metropolitan["threshold"]:
        solidarity = half_away(number(metropolitan["rate"]) * (cost - own))
    rest = cost - own - solidarity
    shares = largest_remainder(rest, weights_of(key, members))
    return (own, solidarity, {}, rest) if shares is None else (own, solidarity, shares, 0)


def service_result(service, exercise):
    lines = lines_of(service, exercise)
    investing = sum(c for kind, c in lines if kind == "investment")
    natures = {"fonctionnement": sum(c for _, c in lines) - investing, "investissement": investing}
    members = Members(service, exercise)
    key = service.get("key") or {"kind": "population"}
    out = {
        "lines": [list(line) for line in lines],
        "cost": sum(natures.values()),
        "by_nature": natures,
        "own_use": 0,
        "solidarity": 0,
        "public_use": 0,
        "rest_to_metropolis": 0,
        "shares_by_nature": {},
    }
    for nature, cost in natures.items():
        if key["kind"] in ("free", "fixed", "tariff"):
            bills = billed(key, members) if nature == "fonctionnement" else {}
            own, solidarity, shares, rest = 0, 0, bills, cost - sum(bills.values())
        else:
            own, solidarity, shares, rest = share_nature(cost, service, key, members)
        out["own_use"] += own
        out["solidarity"] += solidarity
        out["public_use"] += shares.get("~1public", 0)
        out["rest_to_metropolis"] += rest + shares.get("~2rest", 0)
        out["shares_by_nature"][nature] = {m: shares.get(m, 0) for m in members.listed}
    by_nature = out["shares_by_nature"]
    out["shares"] = {m: sum(by_nature[n][m] for n in natures) for m in members.listed}
    return out


def compute(exercise):
    return {"services": {s["id"]: service_result(s, exercise) for s in exercise["services"]}}
