"""P1: an access log -> good and total by the minute, p50/p95/p99 by the hour: watchbill beside DuckDB and Polars.

python -m bench.p1_access_log [--quick] [--runs N]
"""

from bench.logs import access_log, run

__all__ = ["main"]


def ours(path: str) -> list[int]:
    """`slo try`, with all that it reports besides: rejects, statuses, contributors."""
    from watchbill.bootstrap.logs import Attempt, try_log

    answer = try_log(Attempt([path], per_minute=True))
    return [answer["good"], answer["total"]]


def duckdb(path: str) -> list[int]:
    """The recipe that people write: read_csv apart at blanks, the request split, grouping sets."""
    import duckdb as engine

    columns = "{" + ", ".join(f"'c{n}': '{kind}'" for n, kind in enumerate(["VARCHAR"] * 6 + ["SMALLINT", "BIGINT", "VARCHAR", "VARCHAR", "DOUBLE"])) + "}"  # fmt: skip
    rows = (
        engine.connect()
        .execute(f"""
        WITH log AS (SELECT strptime(c3, '[%d/%b/%Y:%H:%M:%S') AS ts, c6 AS status, c10 * 1000 AS ms FROM
          read_csv('{path}', delim=' ', quote='"', header=false, auto_detect=false, columns={columns})
          WHERE c5 NOT LIKE 'GET /healthz%' AND c5 NOT LIKE 'GET /readyz%')
        SELECT date_trunc('minute', ts) AS minute, date_trunc('hour', ts) AS hour, count(*) AS total,
          count(*) FILTER (status < 500) AS good, approx_quantile(ms, [0.5, 0.95, 0.99])
        FROM log GROUP BY GROUPING SETS ((date_trunc('minute', ts)), (date_trunc('hour', ts)))""")
        .fetchall()
    )
    minutes = [row for row in rows if row[0] is not None]
    return [sum(row[3] for row in minutes), sum(row[2] for row in minutes)]


def polars(path: str) -> list[int]:
    """The same with its lazy, streaming engine."""
    import polars as pl

    log = (
        pl.scan_csv(path, separator=" ", quote_char='"', has_header=False, new_columns=[f"c{n}" for n in range(11)])
        .filter(~pl.col("c5").str.starts_with("GET /healthz") & ~pl.col("c5").str.starts_with("GET /readyz"))
        .select(at=pl.col("c3").str.to_datetime("[%d/%b/%Y:%H:%M:%S"), good=pl.col("c6") < 500, ms=pl.col("c10") * 1000)
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
        "P1: access log", "bench.p1_access_log", lambda folder, lines: access_log(folder / "access.log", lines),
        {"watchbill": ours, "duckdb": duckdb, "polars": polars},
    )  # fmt: skip


if __name__ == "__main__":
    main()
