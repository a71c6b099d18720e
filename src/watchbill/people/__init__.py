"""Persons, teams and the house they work in; who may do what, and how they prove who they are."""

from watchbill.people.model import (
    Account,
    Actor,
    Contact,
    LoginLink,
    NotificationRule,
    Organisation,
    Person,
    QuietHours,
    Role,
    Session,
    Team,
    Token,
    WorkHours,
)

__all__ = [
    "Account",
    "Actor",
    "Contact",
    "LoginLink",
    "NotificationRule",
    "Organisation",
    "Person",
    "QuietHours",
    "Role",
    "Session",
    "Team",
    "Token",
    "WorkHours",
]
