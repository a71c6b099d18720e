"""P9: alert intake, distinct alerts, one a POST.

python -m bench.p9_single [--quick] [--alerts 40000] [--rounds 5] [--connections 32]
"""

from bench.intake import compare

if __name__ == "__main__":
    compare("p9_single", alerts=40_000, size=1, quick=8_000, goal=0.5)
