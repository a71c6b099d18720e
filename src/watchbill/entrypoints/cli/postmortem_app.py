"""The noun `postmortem`, on which several files put their commands."""

from typing import Annotated

import typer

from watchbill.entrypoints.cli.verbs import new_app

__all__ = ["Id", "app"]

app = new_app("Draft, write, review and export postmortems. ID is a postmortem's id, or its incident (12, INC-12).")
Id = Annotated[str, typer.Argument(metavar="ID")]
