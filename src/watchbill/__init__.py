"""watchbill: who stands watch, what is promised, what burns and what was learned, in one small process."""

__all__ = ["__version__"]

__version__ = "0.1.0"
