"""Everything that people and programs can ask of watchbill, once: REST, command line and web pages are made from here."""

from watchbill.operations.page import Page
from watchbill.operations.table import OPERATIONS, Operation, operation

__all__ = ["OPERATIONS", "Operation", "Page", "operation"]
