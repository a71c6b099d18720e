"""P2: JSON lines of the log standard -> good and total by the minute, p50/p95/p99 by the hour, beside DuckDB and Polars.

python -m bench.p2_json_lines [--quick] [--runs N]
"""

from bench.logs import json_log, run

__all__ = ["main"]


def ours(path: str) -> list[int]:
    """`slo try`, with all that it reports besides."""
    from watchbill.bootstrap.logs import Attempt, try_log

    answer = try_log(Attempt([path], per_minute=True))
    return [answer["good"], answer["total"]]


def duckdb(path: str) -> list[int]:
    """Explicit columns, grouping sets."""
    import duckdb as engine

    rows = (
        engine.connect()
        .execute(f"""
        WITH log AS (SELECT timestamp AS ts, http_status AS status, duration_ms AS ms FROM
          read_json('{path}', format='newline_delimited', columns={{timestamp: 'TIMESTAMP', http_path: 'VARCHAR', http_status: 'INT', duration_ms: 'DOUBLE'}})
          WHERE http_path NOT IN ('/healthz', '/readyz'))
        SELECT date_trunc('minute', ts) AS minute, date_trunc('hour', ts) AS hour, count(*) AS total,
          count(*) FILTER (status < 500) AS good, approx_quantile(ms, [0.5, 0.95, 0.99])
        FROM log GROUP BY GROUPING SETS ((date_trunc('minute', ts)), (date_trunc('hour', ts)))""")
        .fetchall()
    )
    minutes = [row for row in rows if row[0] is not None]
    return [sum(row[3] for row in minutes), sum(row[2] for row in minutes)]


def polars(path: str) -> list[int]:
    """scan_ndjson with a schema, streaming."""
    import polars as pl

    schema = {"timestamp": pl.String, "http_path": pl.String, "http_status": pl.Int64, "duration_ms": pl.Float64}
    log = (
        pl.scan_ndjson(path, schema=schema)
        .filter(~pl.col("http_path").is_in(["/healthz", "/readyz"]))
        .select(
            at=pl.col("timestamp").str.to_datetime("%Y-%m-%dT%H:%M:%S%.3fZ"),
            good=pl.col("http_status") < 500,
            ms="duration_ms",
        )
    )
    minutes = log.group_by(pl.col("at").dt.truncate("1m")).agg(total=pl.len(), good=pl.col("good").sum())
    hours = log.group_by(pl.col("at").dt.truncate("1h")).agg(
        *(pl.col("ms").quantile(q).alias(str(q)) for q in (0.5, 0.95, 0.99))
    )
    by_minute, _ = pl.collect_all([minutes, hours], engine="streaming")
    return [int(by_minute["good"].sum()), int(by_minute["total"].sum())]


def main() -> None:
    """Print one JSON document."""
    run(
        "P2: JSON lines", "bench.p2_json_lines", lambda folder, lines: json_log(folder / "app.jsonl", lines),
        {"watchbill": ours, "duckdb": duckdb, "polars": polars},
    )  # fmt: skip


if __name__ == "__main__":
    main()
