"""Roles: each may do what the ones below it may."""

import itertools

import pytest

from watchbill.kernel.errors import Forbidden
from watchbill.people.model import Actor, Role


@pytest.mark.parametrize(("role", "least"), list(itertools.product(Role, Role)))
def test_a_role_covers_itself_and_what_is_below(role: Role, least: Role) -> None:
    """The order is viewer, responder, editor, admin."""
    order = [Role.VIEWER, Role.RESPONDER, Role.EDITOR, Role.ADMIN]

    assert role.covers(least) == (order.index(role) >= order.index(least))


def test_an_actor_whose_role_is_too_small_is_refused() -> None:
    """The message says who, what they are, and what it takes."""
    with pytest.raises(Forbidden, match="ann is viewer, this needs editor"):
        Actor("ann", Role.VIEWER, "web").require("editor")


def test_an_actor_whose_role_is_enough_passes() -> None:
    """A name from the table of operations is understood."""
    Actor("ann", Role.EDITOR, "web").require("responder")
