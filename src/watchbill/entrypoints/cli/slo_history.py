"""`slo backtest` and `slo whatif`: history judged again."""

from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.shown import facts, line, pct, table, when
from watchbill.entrypoints.cli.verbs import Cli, verb
from watchbill.kernel.units import span_words

__all__ = ["add_to"]

Name = Annotated[str, typer.Argument(help="The SLO's name.")]
Target = Annotated[str | None, typer.Option("--target", metavar="PCT", help="Another target, eg 99.95.")]
Days = Annotated[int, typer.Option("--days", min=1, max=366, help="How far to look back.")]
_SHOWN = 40  # firings on a terminal; --json has all


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    verb(app, "backtest")(_backtest)
    verb(app, "whatif")(_whatif)


def _backtest(
    cli: Cli,
    name: Name,
    *,
    target: Target = None,
    windows: Annotated[
        str | None,
        typer.Option("--windows", metavar="TIERS", help="Other tiers: 5m/1h=14.4,30m/6h=6,6h/3d=1:ticket."),
    ] = None,
    days: Days = 28,
) -> None:
    """Replay history: which alerts would have fired, and what they would have made of every incident."""
    cli.show(cli.ask("slo.backtest", name=name, target=target, windows=windows, days=days), _print_backtest)


def _whatif(
    cli: Cli,
    name: Name,
    *,
    target: Target = None,
    window: Annotated[
        str | None, typer.Option("--window", help="Another window: 7d, 28d, week, month, quarter.")
    ] = None,
    timezone: Annotated[str, typer.Option("--timezone", help="The zone of a calendar window.")] = "UTC",
    days: Days = 28,
) -> None:
    """What another target or window would mean today, and would have meant over the last days."""
    answer = cli.ask("slo.whatif", name=name, target=target, window=window, timezone=timezone, days=days)
    cli.show(answer, _print_whatif)


def _print_backtest(one: dict[str, Any]) -> None:  # Any: JSON
    line(one["sentence"])
    line()
    facts(
        [
            ("slo", f"{one['slo']}: {pct(one['target_pct'])} over {one['window']}"),
            ("replayed", f"{when(one['start'])} to {when(one['end'])}, data for {pct(one['coverage_pct'])} of it"),
            ("pages", f"{one['pages']} ({one['pages_per_week']:.2f} a week), tickets {one['tickets']}"),
            ("calls", f"{one['calls_per_week']:.2f} a week, pages at the same time being one"),
            ("precision", _share(one["precision"])),
            ("recall", _share(one["recall"])),
        ]
    )
    line()
    table(
        ("FIRED", "CLEARED", "TIER", "SEVERITY", "WINDOWS", "INCIDENT"),
        (
            (
                when(firing["fired_at"]),
                when(firing["ended_at"]) or "still fires",
                firing["tier"],
                firing["severity"],
                firing["windows"],
                ", ".join(firing["during"]),
            )
            for firing in one["firings"][-_SHOWN:]
        ),
        empty="No tier would have fired.",
    )
    if len(one["firings"]) > _SHOWN:
        line(f"... and {len(one['firings']) - _SHOWN} earlier ones: --json has all")
    if one["incidents"]:
        line()
        _print_incidents(one["incidents"])
    for note in one["notes"]:
        line(f"note: {note}")


def _print_incidents(incidents: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("INCIDENT", "BEGAN", "NOTICED BY", "AFTER", "SPENT BY THEN", "SPENT IN ALL", "TITLE"),
        (
            (
                one["incident"],
                when(one["began_at"]),
                one["detected_by"] or "nothing",
                _after(one["detected_after_seconds"]),
                _spent(one["budget_spent_at_detection_pct"]) if one["detected_by"] else "",
                _spent(one["budget_lost_pct"]),
                one["title"],
            )
            for one in incidents
        ),
        empty="",
    )


def _print_whatif(one: dict[str, Any]) -> None:  # Any: JSON
    line(one["sentence"])
    line()
    rows = [(title, one[key]) for title, key in (("as it is", "as_is"), ("what if", "what_if"))]
    table(
        ("", "TARGET", "WINDOW", "LEFT TODAY", "STATE", "HEALTHY", "WARNING", "CRITICAL", "EXHAUSTED", "PAGES"),
        (
            (
                title,
                pct(course["target_pct"]),
                course["window"],
                _spent(course["budget_remaining_pct"]),
                (course["state"] or "unknown") + (", frozen" if course["frozen"] else ""),
                *(_share(course["share_in_state"][state]) for state in ("healthy", "warning", "critical", "exhausted")),
                course["pages"],
            )
            for title, course in rows
        ),
        empty="",
    )
    line()
    moved = [
        (was["day"], was["state"] or "unknown", would["state"] or "unknown")
        for was, would in zip(one["as_is"]["days"], one["what_if"]["days"], strict=True)
        if was["state"] != would["state"]
    ]
    table(
        ("DAY (UTC)", "WAS AT WORST", "WOULD HAVE BEEN"), moved, empty="No day's worst state would have been another."
    )
    for note in one["notes"]:
        line(f"note: {note}")


def _share(share: float | None) -> str:
    return "unknown" if share is None else pct(share * 100)


def _spent(share: float | None) -> str:
    return "unknown" if share is None else f"{share:.1f} %"


def _after(seconds: float | None) -> str:
    from datetime import timedelta

    if seconds is None:
        return ""
    return span_words(timedelta(seconds=seconds)) if seconds else "at once"
