"""What anybody knows of the values of an authority: how they relate, and which of them are of few children."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from reporting.pack.records import Key

MOST_OF_FEW = 5
SLACK = 1e-6


@dataclass(frozen=True)
class Fact:
    """What anybody knows: `lower` <= sum of coefficient x count <= `upper`, once the percentage `given` is shown."""

    terms: Mapping[Key, float]
    lower: float
    upper: float
    given: Key | None = None

    @property
    def keys(self) -> list[Key]:
        """Return the counts and the percentage that the fact is about."""
        return [*self.terms, self.given] if self.given else [*self.terms]

    def holds(self, counts: Mapping[Key, float]) -> bool:
        """Return whether the fact is true of the counts."""
        if any(key not in counts for key in self.terms):
            return False
        total = sum(coefficient * counts[key] for key, coefficient in self.terms.items())
        return self.lower - SLACK <= total <= self.upper + SLACK


@dataclass
class Figures:
    """The values of one authority, and what relates them.

    `counts` has whole numbers: those shown, and those that are only parts of a percentage. `percentages` has the
    numerator and the denominator of each. `steps` are the values that each pack shows for the first time, in order.
    """

    counts: dict[Key, float]
    percentages: dict[Key, tuple[Key, Key]]
    facts: list[Fact]
    steps: Sequence[Collection[Key]]
    most: float = 0
    """More than any of the counts, by far."""
    facts_of: dict[Key, list[Fact]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.most = 1000 + 10 * max(self.counts.values(), default=0)
        self.facts = [fact for fact in self.facts if fact.holds(self.counts)]  # a false one tells nothing
        for fact in self.facts:
            for key in fact.terms:
                self.facts_of[key].append(fact)

    def is_small(self, key: Key) -> bool:
        """Return whether a value is a count of 1 to 5, or fewer full-time equivalents than that."""
        return _are_few(self.counts.get(key))

    def is_primary(self, key: Key) -> bool:
        """Return whether a value is suppressed for itself: a count of 1 to 5, or a percentage of such parts."""
        if key not in self.percentages:
            return self.is_small(key)
        part, whole = (self.counts.get(key) for key in self.percentages[key])
        rest = None if part is None or whole is None else whole - part
        return any(map(_are_few, (part, whole, rest)))


def _are_few(count: float | None) -> bool:
    """Return whether a count is of 1 to 5; 3.5 full-time equivalents are at most a few people too."""
    return count is not None and SLACK < count <= MOST_OF_FEW + SLACK
