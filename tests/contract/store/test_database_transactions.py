"""The database: what a transaction promises, on both engines."""

import threading

import pytest
from sqlalchemy import Connection, Table, Column, Text, insert, select
from sqlalchemy.exc import DBAPIError

from watchbill.adapters.store.engine import Database
from watchbill.adapters.store.tables.spine import jobs


def test_x(connection: Connection) -> None:
    """x"""
    assert connection.execute(select(jobs)).all() == []
