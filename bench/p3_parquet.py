"""P3: a Parquet file -> good and total by the minute, p50/p95/p99 by the hour, beside DuckDB and Polars.

python -m bench.p3_parquet [--quick] [--runs N]
"""

from pathlib import Path

from bench.logs import PARQUET_QUERY, json_log, run

__all__ = ["main"]


def ours(path: str) -> list[int]:
    """`slo try`, with all that it reports besides."""
    from watchbill.bootstrap.logs import Attempt, try_log

    answer = try_log(Attempt([path], per_minute=True))
    return [answer["good"], answer["total"]]


def duckdb(path: str) -> list[int]:
    """Grouping sets over read_parquet."""
    import duckdb as engine

    rows = (
        engine.connect()
        .execute(f"""
        WITH log AS (SELECT timestamp AS ts, http_status AS status, duration_ms AS ms FROM read_parquet('{path}')
          WHERE http_path NOT IN ('/healthz', '/readyz'))
        SELECT date_trunc('minute', ts)::VARCHAR AS minute, date_trunc('hour', ts)::VARCHAR AS hour, count(*) AS total,
          count(*) FILTER (status < 500) AS good, approx_quantile(ms, [0.5, 0.95, 0.99])
        FROM log GROUP BY GROUPING SETS ((date_trunc('minute', ts)), (date_trunc('hour', ts)))""")
        .fetchall()
    )
    minutes = [row for row in rows if row[0] is not None]
    return [sum(row[3] for row in minutes), sum(row[2] for row in minutes)]


def polars(path: str) -> list[int]:
    """scan_parquet, streaming."""
    import polars as pl

    log = (
        pl.scan_parquet(path)
        .filter(~pl.col("http_path").is_in(["/healthz", "/readyz"]))
        .select(at="timestamp", good=pl.col("http_status") < 500, ms="duration_ms")
    )
    minutes = log.group_by(pl.col("at").dt.truncate("1m")).agg(total=pl.len(), good=pl.col("good").sum())
    hours = log.group_by(pl.col("at").dt.truncate("1h")).agg(
        *(pl.col("ms").quantile(q).alias(str(q)) for q in (0.5, 0.95, 0.99))
    )
    by_minute, _ = pl.collect_all([minutes, hours], engine="streaming")
    return [int(by_minute["good"].sum()), int(by_minute["total"].sum())]


def _make(folder: Path, lines: int) -> Path:
    import duckdb as engine

    source = json_log(folder / "app.jsonl", lines)
    target = folder / "app.parquet"
    engine.connect().execute(PARQUET_QUERY.format(source=source, target=target))
    source.unlink()
    return target


def main() -> None:
    """Print one JSON document."""
    run("P3: Parquet", "bench.p3_parquet", _make, {"watchbill": ours, "duckdb": duckdb, "polars": polars})


if __name__ == "__main__":
    main()
