"""P10: unchanged re-sends, 100 a POST: what Prometheus does all day.

python -m bench.p10_resends [--quick] [--alerts 20000] [--rounds 5] [--connections 32]
"""

from bench.intake import compare

if __name__ == "__main__":
    compare("p10_resends", alerts=20_000, size=100, quick=10_000, goal=1.5, resends=5)
