"""Renders template trees over the data of a notification, with the functions that the original offers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import quote_plus

from watchbill.receivers.rules.templates.parsing import (
    Block,
    Call,
    Field,
    Include,
    Literal,
    Node,
    Pipe,
    TemplateError,
    parse,
)

__all__ = ["Library", "root_of"]

_DEEPEST = 20


class Record(dict[str, object]):
    """A value whose fields are known; `.GroupLabels` is `groupLabels`."""


class Pairs(dict[str, str]):
    """Labels or annotations."""


class Listed(list[object]):
    """Alerts."""


def root_of(data: Mapping[str, object]) -> Record:
    """The dot of a whole notification."""
    found = Record(data)
    for name in ("groupLabels", "commonLabels", "commonAnnotations"):
        found[name] = _pairs(data[name])
    alerts = data["alerts"]
    assert isinstance(alerts, Sequence)
    found["alerts"] = Listed(
        Record({**one, "labels": _pairs(one["labels"]), "annotations": _pairs(one["annotations"])}) for one in alerts
    )
    return found


def _pairs(value: object) -> Pairs:
    assert isinstance(value, Mapping)
    return Pairs(sorted(value.items(), key=lambda pair: (pair[0] != "alertname", pair[0])))  # as SortedPairs has them


class Library:
    """Named templates, and rendering of texts that may include them."""

    def __init__(self, named: Mapping[str, str]) -> None:
        self._named = {name: parse(text) for name, text in named.items()}

    def render(self, text: str, root: Record) -> str:
        """The text over the data; raises TemplateError for what is not understood."""
        return self._nodes(parse(text), root, root, 0) if "{{" in text else text

    def check(self, text: str) -> None:
        """Raise TemplateError unless the text can be rendered over a notification."""
        self.render(text, root_of(_SAMPLE))

    def _nodes(self, nodes: Iterable[Node], dot: object, root: Record, depth: int) -> str:
        return "".join(self._node(node, dot, root, depth) for node in nodes)

    def _node(self, node: Node, dot: object, root: Record, depth: int) -> str:
        match node:
            case str():
                return node
            case Pipe():
                return _shown(_value(node, dot, root))
            case Include():
                return self._include(node, dot, root, depth + 1)
            case Block():
                return self._block(node, dot, root, depth)

    def _include(self, node: Include, dot: object, root: Record, depth: int) -> str:
        nodes = self._named.get(node.name)
        if nodes is None:
            raise TemplateError(f"the template {node.name!r} is none of the original's own")
        if depth > _DEEPEST:
            raise TemplateError(f"the template {node.name!r} includes itself")
        inner = _value(node.pipe, dot, root) if node.pipe.calls else None
        return self._nodes(nodes, inner, inner if isinstance(inner, Record) else root, depth)

    def _block(self, node: Block, dot: object, root: Record, depth: int) -> str:
        value = _value(node.pipe, dot, root)
        if not value:
            return self._nodes(node.other, dot, root, depth)
        if node.word == "range":
            every = value.items() if isinstance(value, Pairs) else value
            if not isinstance(every, Iterable) or isinstance(every, str):
                raise TemplateError("range goes over alerts, labels or annotations")
            inner = (one[1] for one in every) if isinstance(value, Pairs) else every
            return "".join(self._nodes(node.then, one, root, depth) for one in inner)
        return self._nodes(node.then, value if node.word == "with" else dot, root, depth)


def _value(pipe: Pipe, dot: object, root: Record) -> object:
    value: object = None
    for place, call in enumerate(pipe.calls):
        value = _call(call, dot, root, () if place == 0 else (value,))
    return value


def _call(call: Call, dot: object, root: Record, piped: tuple[object, ...]) -> object:
    arguments = [*(_operand(one, dot, root) for one in call.arguments), *piped]
    if not call.function:
        return arguments[0]
    function = _FUNCTIONS.get(call.function)
    if function is None:
        raise TemplateError(f"the function {call.function!r} is not supported")
    try:
        return function(*arguments)
    except TypeError as wrong:
        raise TemplateError(f"the function {call.function!r} does not take such arguments") from wrong


def _operand(operand: Literal | Field | Pipe, dot: object, root: Record) -> object:
    match operand:
        case Literal():
            return operand.value
        case Pipe():
            return _value(operand, dot, root)
        case Field():
            value: object = root if operand.of_root else dot
            for name in operand.names:
                value = _field(value, name)
            return value


def _field(value: object, name: str) -> object:
    match value:
        case Pairs() if name in value:
            return value[name]
        case Pairs() if name == "SortedPairs":
            return Listed(Record(name=key, value=said) for key, said in value.items())
        case Pairs() if name in {"Names", "Values"}:
            return list(value if name == "Names" else value.values())
        case Pairs() if name != "Remove":
            return ""
        case Listed() if name in {"Firing", "Resolved"}:
            return Listed(one for one in value if isinstance(one, Record) and one.get("status") == name.lower())
        case Listed() if name in {"Names", "Values"}:
            return [one[name.lower()[:-1]] for one in value if isinstance(one, Record) and name.lower()[:-1] in one]
        case Record() if name[:1].lower() + name[1:] in value:
            return value[name[:1].lower() + name[1:]]
        case _:
            raise TemplateError(f"there is no field .{name} here")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int):
        return str(value)
    raise TemplateError("only text and numbers can be written")


def _without(pairs: object, names: object) -> Pairs:
    """The labels that are not group labels: what the original's `Remove` does in its subject."""
    if not isinstance(pairs, Pairs) or not isinstance(names, list):
        raise TypeError
    return Pairs({name: value for name, value in pairs.items() if name not in names})


_FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "toUpper": str.upper,
    "toLower": str.lower,
    "title": str.title,
    "trimSpace": str.strip,
    "urlquery": quote_plus,
    "join": lambda separator, words: separator.join(words),
    "len": len,
    "eq": lambda left, *others: any(left == one for one in others),
    "ne": lambda left, right: left != right,
    "gt": lambda left, right: left > right,
    "ge": lambda left, right: left >= right,
    "lt": lambda left, right: left < right,
    "le": lambda left, right: left <= right,
    "not": lambda value: not value,
    "and": lambda *values: next((one for one in values if not one), values[-1]),
    "or": lambda *values: next((one for one in values if one), values[-1]),
    "safeHtml": lambda text: text,
    "without": _without,
}
_ONE = {
    "status": "firing",
    "labels": {"alertname": "A"},
    "annotations": {"summary": "s"},
    "startsAt": "",
    "endsAt": "",
    "generatorURL": "",
    "fingerprint": "",
}
_SAMPLE: Mapping[str, object] = {
    "receiver": "r",
    "status": "firing",
    "alerts": [_ONE, {**_ONE, "status": "resolved"}],
    "groupLabels": {"alertname": "A"},
    "commonLabels": {"alertname": "A", "job": "j"},
    "commonAnnotations": {"summary": "s"},
    "externalURL": "",
}
