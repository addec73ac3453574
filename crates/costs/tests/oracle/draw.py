"""Random exercises: every rule alone and combined, with small numbers so that remainders tie often."""

from datetime import date, timedelta
from decimal import Decimal

KEYS = ["population"] * 4 + ["equal"] * 2 + ["usage"] * 2 + ["mixed"] * 4 + ["free", "fixed", "tariff"]


def written(r, value):
    """A number as people write it: a string, or a bare decimal where a double holds it exactly enough."""
    text = str(value)
    if r.random() < 0.3 and len(text) <= 12:
        return float(text) if "." in text else int(text)
    return text


def amount(r, largest=200000):
    if r.random() < 0.3:
        return written(r, r.choice([0, 1, 3, 10, 100, Decimal("0.01"), Decimal("0.05"), Decimal("10.005")]))
    return written(r, Decimal(r.randint(0, largest * 1000)) / r.choice([1000, 100, 10, 1000]))


def signed(r, largest=20000):
    text = amount(r, largest)
    return "-" + str(text) if r.random() < 0.1 else text


def rate(r):
    return written(r, r.choice([Decimal(0), Decimal("0.5"), Decimal("0.3"), Decimal(1), Decimal(r.randint(0, 9999)) / 10000]))


def dates(r, year, first="from", last="until"):
    """Two dates, absent or null at times, in order, at times across or outside the year."""
    begin = date(year - 1, 7, 1) + timedelta(r.randint(0, 700))
    end = begin + timedelta(r.choice([0, 1, 30, 90, 200, 400]))
    row = {}
    for name, day in ((first, begin), (last, end)):
        if r.random() < 0.6:
            row[name] = day.isoformat()
        elif r.random() < 0.5:
            row[name] = None
    return row


def members(r, year, codes):
    rows = []
    for code in r.sample(codes, r.randint(0, len(codes))):
        level = {"level": r.choice([1, 2])} if r.random() < 0.7 else {}
        if r.random() < 0.15:
            cut = date(year, 1, 1) + timedelta(r.randint(1, 360))
            rows.append({"insee": code, "until": (cut - timedelta(1)).isoformat(), "level": 1})
            rows.append({"insee": code, "from": (cut + timedelta(r.choice([0, 0, 3]))).isoformat(), "level": 2})
        else:
            rows.append({"insee": code, **(dates(r, year) if r.random() < 0.4 else {}), **level})
    r.shuffle(rows)
    return rows


def cost_of(r):
    return {r.choice(["annual_cost", "annual_cost", "paid"]): amount(r, 80000)}


def agent(r, year):
    cost = cost_of(r)
    count = 1 if "paid" in cost else r.randint(1, 3)
    return {**cost, "periods": [{"share": rate(r), **dates(r, year)} for _ in range(count)]}


def project(r, year):
    staff = [{**cost_of(r), "share": rate(r), **dates(r, year)} for _ in range(r.randint(0, 3))]
    return {**dates(r, year, "setup_from", "setup_until"), "staff": staff}


def investment(r, year):
    entry = {"amount": amount(r), "mode": r.choice(["full", "net_fctva", "annuity"])}
    if entry["mode"] == "annuity":
        entry["years"] = r.randint(1, 7)
        if r.random() < 0.8:
            entry["since"] = year - r.randint(-1, 7)
    elif entry["mode"] == "full" and r.random() < 0.5:
        del entry["mode"]
    return entry


def entries(r, largest=3):
    drawn = [signed(r) for _ in range(r.randint(0, largest))]
    return [{"amount": a} if r.random() < 0.4 else a for a in drawn]


def units(r, codes):
    names = r.sample(codes, r.randint(0, len(codes))) + r.sample(["public", "metropolis", "99999"], r.randint(0, 2))
    return {name: written(r, r.choice([0, 1, 1, 2, Decimal("0.5"), r.randint(0, 100000)])) for name in names}


def parts(r, codes):
    shares = r.choice([["0.7", "0.3"], ["0.5", "0.5"], ["1"], ["0.25", "0.25", "0.5"], ["0.333", "0.667"], ["0", "1"]])
    drawn = []
    for share in shares:
        kind = r.choice(["population", "equal", "usage"])
        drawn.append({"kind": kind, "part": share, **({"units": units(r, codes)} if kind == "usage" else {})})
    return drawn


def key(r, codes):
    kind = r.choice(KEYS)
    if kind == "usage":
        return {"kind": kind, "units": units(r, codes)}
    if kind == "mixed":
        return {"kind": kind, "parts": parts(r, codes)}
    if kind == "fixed":
        return {"kind": kind, "amounts": {c: amount(r, 3000) for c in r.sample(codes, r.randint(0, len(codes)))}}
    if kind == "tariff":
        lines = [{"price": amount(r, 50), "quantities": units(r, codes)} for _ in range(r.randint(1, 3))]
        return {"kind": kind, "lines": lines}
    return {"kind": kind}


def service(r, year, codes, name):
    drawn = {
        "id": name,
        "members": members(r, year, codes),
        "agents": [agent(r, year) for _ in range(r.choice([0, 1, 1, 2, 3]))],
        "operating": entries(r),
        "investment": [investment(r, year) for _ in range(r.choice([0, 0, 1, 2]))],
        "receipts": entries(r, 2) if r.random() < 0.5 else [],
        "digital_projects": [project(r, year) for _ in range(r.choice([0, 0, 1, 2]))],
    }
    optional = {
        "key": lambda: key(r, codes),
        "level_weights": lambda: {"1": rate(r), "2": written(r, r.choice([1, 2, Decimal("1.5")]))},
        "maintenance": lambda: amount(r),
        "hosting": lambda: amount(r),
        "overhead_rate": lambda: rate(r),
        "overhead_on_digital_staff": lambda: r.random() < 0.5,
        "own_use_rate": lambda: rate(r),
        "metropolitan": lambda: {"threshold": r.randint(0, len(codes)), "rate": rate(r)},
    }
    for field, draw in optional.items():
        if r.random() < (0.95 if field == "key" else 0.5):
            drawn[field] = draw()
    fields = list(drawn.items())
    r.shuffle(fields)
    return dict(fields)


def exercise(r):
    year = r.choice([2024, 2025, 2026, 2028])
    codes = [f"440{n:02}" for n in r.sample(range(100), r.randint(1, 9))]
    peak = r.choice([2, 10, 400000])
    communes = [{"insee": c, "population": r.randint(0, peak)} for c in codes if r.random() < 0.95]
    services = [service(r, year, codes, f"s{n}") for n in range(r.randint(1, 3))]
    return {"year": year, "fctva_rate": "0.16404", "communes": communes, "services": services}
