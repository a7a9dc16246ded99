"""Divide a large authority into shares, made one after the other so that memory stays bounded. They add up to it."""

from synthesis.targets import Targets

CASES = 750_000  # in one share: about 700 MB while it is made


def how_many(targets: Targets) -> int:
    """Return how many shares keep each below `CASES`. Every referral and every spell is at most one case."""
    flows = ("referrals", "cin_new", "cpp_new", "lac_indigenous_new", "lac_uasc_new")
    stocks = ("cin_total", "cpp_total", "lac_indigenous", "lac_uasc")
    cases = sum(sum(targets[flow].values()) for flow in flows) + sum(targets[stock][1] for stock in stocks)
    return -(-cases // CASES)


def share(targets: Targets, number: int, shares: int) -> Targets:
    """Return the figures of share `number`, counted from 0."""
    if shares == 1:
        return targets

    def part(figure: int) -> int:
        return figure * (number + 1) // shares - figure * number // shares

    figures = {
        measure: {idx: part(figure) for idx, figure in months.items()} for measure, months in targets.figures.items()
    }
    return Targets(figures)
