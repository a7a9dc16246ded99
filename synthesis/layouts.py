"""The layouts a population can be written in, one for each profile: its files, their headers and their SQL."""

from dataclasses import dataclass, field

from synthesis import census, layout, lists, ssd, ssda903


@dataclass(frozen=True)
class Layout:
    """A profile's files by name without suffix."""

    headers: dict[str, tuple[str, ...]]
    """Columns of each file, in order; none for XML."""
    queries: dict[str, str]
    """SQL of each file's rows as they stood at a month's end, written anew each month; see `lists.query`."""
    drawn_as: dict[str, str]
    """Each file's list of Annex A, whose draws it shares, so that every layout says the same of a child."""
    contacts: dict[str, str] = field(default_factory=dict)
    """SQL around a month's contacts, `{contacts}`; a year's months are put together, each row once."""
    distinct: tuple[str, ...] = ()
    """Files in which a row of several months is to stand once."""
    scope: str = "\nRows are of what happened since 1 April, or is open or ended since then.\n"
    """What the notice beside the files says of their rows."""
    wraps: dict[str, tuple[str, str]] = field(default_factory=dict)
    """What stands before and after all rows of a file; it may name the {year} and the {last} day."""
    suffix: str = ".csv"

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(self.headers)


LAYOUTS = {
    "annex-a": Layout(
        headers=layout.HEADERS,
        queries=lists.QUERIES,
        contacts={layout.LISTS[0]: "{contacts}"},
        drawn_as={name: name for name in lists.QUERIES},
        scope=layout.SCOPE,
    ),
    "ssd": Layout(
        headers=ssd.HEADERS,
        queries=ssd.QUERIES,
        contacts=ssd.CONTACTS,
        distinct=("ssd_person",),
        drawn_as=ssd.DRAWN_AS,
    ),
    "903": Layout(
        headers=ssda903.HEADERS,
        queries=ssda903.QUERIES,
        drawn_as=dict.fromkeys(ssda903.QUERIES, "list_8_lac"),
    ),
    "cin": Layout(
        headers=census.HEADERS,
        queries=census.QUERIES,
        wraps=census.WRAPS,
        drawn_as=dict.fromkeys(census.QUERIES, "list_3_referrals"),
        suffix=".xml",
    ),
}
