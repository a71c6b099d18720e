"""P8: alert intake, distinct alerts, 100 a POST. 2xx from watchbill means durable; Alertmanager keeps them in memory.

python -m bench.p8_intake [--quick] [--alerts 200000] [--rounds 5] [--connections 32]
"""

from bench.intake import compare

if __name__ == "__main__":
    compare("p8_intake", alerts=200_000, size=100, quick=40_000, goal=1.5)
