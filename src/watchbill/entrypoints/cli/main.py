"""Finds the command. The table below is all that `watchbill --help` reads; a command's module is imported when it is called."""

import importlib
import json
import os
import sys
from dataclasses import dataclass

from watchbill import __version__
from watchbill.kernel.errors import Invalid, WatchbillError, answer_to, near

__all__ = ["COMMANDS", "Command", "run"]

FAILED, USAGE, INTERRUPTED = 1, 2, 130


@dataclass(frozen=True, slots=True)
class Command:
    """A first word of the command line: which module serves it, and one line of help."""

    name: str
    module: str
    help: str
    group: str


COMMANDS: tuple[Command, ...] = (
    Command("demo", "demo", "Start a real little shop, break its payments, watch the page arrive", "Start"),
    Command("init", "init", "Write a first set of resources for your own service", "Start"),
    Command("serve", "serve", "Run the server: web pages, API and background work", "Start"),
    Command("worker", "serve", "Run background work only (needs PostgreSQL)", "Start"),
    Command("doctor", "doctor", "Check this installation and say how to repair what is wrong", "Start"),
    Command("validate", "resources", "Check resource files; report every fault with file:line:column", "Resources"),
    Command("diff", "resources", "Show what applying a folder would change", "Resources"),
    Command("apply", "resources", "Make a folder of resources the truth, all or nothing", "Resources"),
    Command("export", "resources", "Write the resources as YAML", "Resources"),
    Command("import", "moving", "Turn another pager's set-up into resources", "Resources"),
    Command("schema", "resources", "Print the JSON Schema of a kind of resource", "Resources"),
    Command("service", "service", "Services and what they depend on", "Promises"),
    Command("sli", "slo_write", "Service level indicators: which ones fit a service", "Promises"),
    Command("slo", "slo", "Service level objectives: list, show, try on a log, check", "Promises"),
    Command("budget", "budget", "Error budgets: what is left and how fast it burns", "Promises"),
    Command("gate", "gate", "May a deploy, an experiment or a launch go ahead now?", "Promises"),
    Command("change", "change", "Deploys, config changes and flags, as records", "Promises"),
    Command("heartbeat", "checks", "Heartbeats of jobs: list, ping", "Watch"),
    Command("probe", "checks", "Probes: list, try", "Watch"),
    Command("logs", "logs", "Logs against the structured log standard: check, schema", "Watch"),
    Command("alerts", "alerts", "Alerts: list, show, send, acknowledge, resolve", "Watch"),
    Command("route", "alerts_route", "Ask where an alert would go, and why", "Watch"),
    Command("silence", "silence", "Silences: list, add, expire", "Watch"),
    Command("ticket", "ticket", "Tickets of P2 alerts: look on the next business day", "Watch"),
    Command("oncall", "oncall", "Who stands watch, how healthy that is, and handing it over", "Watch"),
    Command("page", "page", "Page a person, or test a pager", "Watch"),
    Command("contact", "contact", "Ways to a person: list, verify, browsers that take pages", "Watch"),
    Command("runbook", "runbook", "Runbooks: list and show", "Watch"),
    Command("incident", "incident", "Declare and work incidents", "Incidents"),
    Command("status", "status", "Status pages: publish, subscribers, static copies", "Incidents"),
    Command("postmortem", "postmortem", "Draft, read and export postmortems", "Incidents"),
    Command("action", "action", "Action items of postmortems", "Incidents"),
    Command("trace", "trace", "The chain of causes from alert to action item", "Incidents"),
    Command("chat", "chat", "Who is who in Slack, Mattermost and Matrix", "House"),
    Command("user", "people", "People and their roles", "House"),
    Command("token", "people", "API tokens", "House"),
    Command("login", "people", "Print a one-time login link", "House"),
    Command("audit", "people", "The audit log, and whether its chain holds", "House"),
    Command("backup", "house", "Write one consistent backup of state and counts", "House"),
    Command("restore", "house", "Make an installation from a backup", "House"),
    Command("sending", "house", "Whether pages leave: show, pause, resume", "House"),
    Command("jobs", "house", "Work that failed too often and waits for a person", "House"),
    Command("db", "storage", "Database: upgrade the schema", "House"),
)
_BY_NAME = {command.name: command for command in COMMANDS}


def run(argv: list[str]) -> int:
    """Run one command line and return its exit status; no traceback reaches the user."""
    _settle_streams()
    as_json = "--json" in argv
    try:
        return _dispatch(argv)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # `watchbill alerts list | head`: the reader left, which is fine; stdout is closed for good, quietly.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except WatchbillError as error:
        _complain(error, as_json=as_json)
        return USAGE if _is_about_an_option(error) else answer_to(error).exit
    except OSError as error:
        _complain(_of_the_system(error), as_json=as_json)
        return FAILED
    except Exception as error:  # noqa: BLE001 - the one place where a fault of ours becomes a sentence instead of a traceback
        _complain(_ours(error), as_json=as_json)
        return FAILED


def _settle_streams() -> None:
    """A closed stream becomes the null device, and what its encoding cannot hold becomes `?`: output never fails for that."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - lives as long as the process
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _dispatch(argv: list[str]) -> int:
    as_json = "--json" in argv
    for argument in argv:
        if not argument.isascii() and "\ufffd" in argument.encode("utf-8", "surrogateescape").decode(
            "utf-8", "replace"
        ):
            return _usage(
                f"the argument {argument!a} is not UTF-8 text", "`watchbill --help` shows how", as_json=as_json
            )
    if not argv or argv[0] in {"-h", "--help", "help"}:
        sys.stdout.write(_help())
        return 0
    if argv[0] in {"--version", "version"}:
        sys.stdout.write(f"watchbill {__version__}\n")
        return 0
    command = _BY_NAME.get(argv[0])
    if command is None:
        close = near(argv[0], _BY_NAME)
        hint = f"did you mean `watchbill {close}`?" if close else "`watchbill --help` lists the commands"
        return _usage(f"there is no command {argv[0]!r}", hint, as_json=as_json)
    return _invoke(command, argv[1:])


def _invoke(command: Command, args: list[str]) -> int:
    module = importlib.import_module(f"watchbill.entrypoints.cli.{command.module}")
    import typer
    from typer.main import get_command

    app: typer.Typer = module.apps[command.name]
    try:
        status = get_command(app).main(args, prog_name=f"watchbill {command.name}", standalone_mode=False)
    except typer.TyperException as wrong:
        return _misused(wrong, f"watchbill {command.name}", as_json="--json" in args)
    except typer.Abort:
        return INTERRUPTED
    sys.stdout.flush()
    return status if isinstance(status, int) else 0


def _misused(wrong: Exception, command: str, *, as_json: bool) -> int:
    """What the parser says about arguments; a noun without a verb gets its help."""
    message = getattr(wrong, "format_message", wrong.__str__)()
    if message.startswith("Usage:") and not as_json:
        sys.stderr.write(message + "\n")
        return USAGE
    context = getattr(wrong, "ctx", None)
    path = getattr(context, "command_path", "") or command
    first = message.partition("\n")[0].rstrip(".")
    return _usage(first[:1].lower() + first[1:], f"`{path} --help` shows how", as_json=as_json)


def _is_about_an_option(error: WatchbillError) -> bool:
    """Whether the command line itself found an option or argument wrong, before anything was asked."""
    return isinstance(error, Invalid) and (error.field.startswith("--") or error.field.isupper())


def _of_the_system(error: OSError) -> WatchbillError:
    """What the operating system refused: which file, and why."""
    where = f"{error.filename}: " if error.filename else ""
    return WatchbillError(f"{where}{error.strerror or error}")


def _usage(message: str, hint: str, *, as_json: bool) -> int:
    if as_json:
        sys.stderr.write(json.dumps({"code": "usage", "message": message, "hint": hint}) + "\n")
    else:
        sys.stderr.write(f"watchbill: {message}\n{hint}\n")
    return USAGE


def _complain(error: WatchbillError, *, as_json: bool) -> None:
    if as_json:
        from watchbill.entrypoints.cli.problem import as_problem

        sys.stderr.write(json.dumps(as_problem(error), ensure_ascii=False) + "\n")
        return
    for fault in getattr(error, "faults", ()):
        sys.stderr.write(f"{fault}\n")
    sys.stderr.write(f"watchbill: {error.message}\n" + (f"{error.hint}\n" if error.hint else ""))


def _ours(error: Exception) -> WatchbillError:
    """Our own fault: a sentence, and the traceback only for who asks for it."""
    import traceback

    if os.environ.get("WATCHBILL_TRACEBACK"):
        traceback.print_exception(error)
    where = traceback.extract_tb(error.__traceback__)[-1]
    return WatchbillError(
        f"watchbill itself failed: {type(error).__name__} at {where.name}:{where.lineno}",
        hint="please report this; WATCHBILL_TRACEBACK=1 shows the traceback",
    )


def _help() -> str:
    width = max(len(command.name) for command in COMMANDS)
    lines = ["watchbill: who stands watch, what is promised, what burns.", "", "Usage: watchbill COMMAND [OPTIONS]", ""]
    group = ""
    for command in COMMANDS:
        if command.group != group:
            group = command.group
            lines.append(f"{group}:")
        lines.append(f"  {command.name:<{width}}  {command.help}")
    lines += ["", "Every command takes --json, --data DIR and --server URL; `watchbill COMMAND --help` shows the rest."]
    lines += ["Exit status: 0 done, 1 failed, 2 usage, 3 the answer is no, 4 not found, 5 denied, 6 unreachable.", ""]
    return "\n".join(lines)
