"""Action items and the issues that mirror them, over one connection."""

from sqlalchemy import Connection, delete, select

from watchbill.adapters.store.dialects import insert_into
from watchbill.adapters.store.tables.postmortems import action_links
from watchbill.adapters.store.types import from_builtins, to_builtins
from watchbill.kernel.ids import ActionItemId
from watchbill.postmortems.model import ActionLink, Mirrored

__all__ = ["ActionLinkRecords"]

_COLUMNS = tuple(column.name for column in action_links.columns)


class ActionLinkRecords:
    """What postmortems.ports.ActionLinks asks for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, action: ActionItemId) -> ActionLink | None:
        """The link of an item."""
        found = select(action_links).where(action_links.c.action == action)
        row = self._connection.execute(found).mappings().one_or_none()
        if row is None:
            return None
        return ActionLink(**{**row, "base": from_builtins(row["base"], Mirrored) if row["base"] else None})

    def save(self, link: ActionLink) -> None:
        """Write it over the old one."""
        row = {name: getattr(link, name) for name in _COLUMNS}
        row["base"] = None if link.base is None else to_builtins(link.base)
        statement = insert_into(self._connection, action_links).values(row)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["action"], set_=row))

    def remove(self, action: ActionItemId) -> None:
        """Forget it."""
        self._connection.execute(delete(action_links).where(action_links.c.action == action))
