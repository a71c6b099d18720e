"""The whole way of an outage."""

from tests.story.incidents.conftest import Drill


def test_smoke(drill: Drill) -> None:
    """x"""
    drill.traffic(6, good=0, bad=100)
    room = drill.show()
    for e in room["timeline"]:
        print(e["sequence"], e["at"], e["source"], e["author"], e["text"])
    print({k: v for k, v in room.items() if k not in {"timeline", "tasks", "briefing"}})
    assert 0
