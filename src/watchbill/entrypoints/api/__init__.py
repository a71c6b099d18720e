"""REST under /api/v1, made from the table of operations, and the drop-in protocols of other systems beside it."""

from watchbill.entrypoints.api.app import create_api

__all__ = ["create_api"]
