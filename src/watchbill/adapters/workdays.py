"""Days on which nobody works, from the holidays library."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from watchbill.kernel.errors import Invalid

__all__ = ["PublicHolidays"]


class PublicHolidays:
    """What the Holidays ports of the domains ask for."""

    def between(self, region: str | None, start: date, end: date) -> frozenset[date]:
        """Holidays of the region (`FR`, `DE-BY`; None: none) in [start, end); raises Invalid for an unknown region."""
        return frozenset(self.named(region, start, end))

    def named(self, region: str | None, start: date, end: date) -> Mapping[date, str]:
        """The same with their names, as the country calls them."""
        if region is None:
            return {}
        years = range(start.year, end.year + 1)
        return {day: name for year in years for day, name in _of_year(region, year).items() if start <= day < end}


@lru_cache(maxsize=64)
def _of_year(region: str, year: int) -> Mapping[date, str]:
    from holidays import country_holidays  # slow to import; only who names a country needs it

    country, _, subdivision = region.partition("-")
    try:
        return MappingProxyType(dict(country_holidays(country, subdiv=subdivision or None, years=year)))
    except NotImplementedError as wrong:
        raise Invalid("holidays", f"no holidays are known for {region!r}", hint="write FR or US-CA") from wrong
