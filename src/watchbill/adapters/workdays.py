"""Days on which nobody works, from the holidays library."""

from datetime import date
from functools import lru_cache

from watchbill.kernel.errors import Invalid

__all__ = ["PublicHolidays"]


class PublicHolidays:
    """What postmortems.ports.Holidays asks for."""

    def between(self, region: str | None, start: date, end: date) -> frozenset[date]:
        """Holidays of the region (`FR`, `DE-BY`; None: none) in [start, end); raises Invalid for an unknown region."""
        if region is None:
            return frozenset()
        years = range(start.year, end.year + 1)
        return frozenset(day for year in years for day in _of_year(region, year) if start <= day < end)


@lru_cache(maxsize=64)
def _of_year(region: str, year: int) -> frozenset[date]:
    from holidays import country_holidays  # slow to import; only who names a country needs it

    country, _, subdivision = region.partition("-")
    try:
        return frozenset(country_holidays(country, subdiv=subdivision or None, years=year))
    except NotImplementedError as wrong:
        raise Invalid("holidays", f"no holidays are known for {region!r}", hint="write FR or US-CA") from wrong
