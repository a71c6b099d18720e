"""Puts together what runs commands and webhooks for people."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from watchbill.adapters.act.allow_list import FileAllowList, read_actions
from watchbill.adapters.act.processes import run_command
from watchbill.adapters.notify.addresses import Fence
from watchbill.adapters.notify.hooks import HookCaller
from watchbill.adapters.notify.http import HttpCaller
from watchbill.execution.model import Execution, ExecutionKind, ExecutionStatus, Outcome

if TYPE_CHECKING:
    from watchbill.bootstrap.app import App

__all__ = ["Executor"]


class Executor:
    """What a process needs to run things; the allow-list is read on first use and again at each reload."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._allowed: FileAllowList | None = None

    @property
    def allowed(self) -> FileAllowList:
        """The allow-list of the settings; raises Invalid where the file is wrong."""
        if self._allowed is None:
            self._allowed = read_actions(self._app.config.actions)
        return self._allowed

    def load(self) -> None:
        """Read the file again; a wrong one leaves what was allowed before, and raises."""
        self._allowed = read_actions(self._app.config.actions)

    def run(self, execution: Execution, *, stop: Callable[[], bool], began: Callable[[int], None]) -> Outcome:
        """Do it, here and now, as the allow-list stands now."""
        if execution.kind is ExecutionKind.WEBHOOK:
            hook = self.allowed.webhook(execution.name)
            return self._hooks.call(hook, execution) if hook is not None else _no_longer(execution)
        command = self.allowed.command(execution.name)
        if command is None or command.program != execution.argv[0]:
            return _no_longer(execution)
        return run_command(command, execution.argv, monotonic=self._app.clock.monotonic, stop=stop, began=began)

    def give_up(self) -> None:
        """Called where this process is alone, before its loops start: what still counts as started died with another."""
        with self._app.transaction() as s:
            s.acting.working.give_up(everything=True)

    @cached_property
    def _hooks(self) -> HookCaller:
        fence = Fence(("0.0.0.0/0", "::/0"))
        caller = HttpCaller(fence, monotonic=self._app.clock.monotonic)
        return HookCaller(caller, fence, lambda: self._app.roads.webhook_key, self._app.clock)


def _no_longer(execution: Execution) -> Outcome:
    return Outcome(ExecutionStatus.FAILED, f"not run: the settings no longer allow {execution.name}")
