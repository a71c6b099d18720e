"""The channels of this installation, by name."""

from collections.abc import Iterable, Sequence

from watchbill.oncall.ports import Channel

__all__ = ["ChannelRegistry"]


class ChannelRegistry:
    """Looks channels up; a new one is added in bootstrap, or while running by whoever holds the registry."""

    def __init__(self, channels: Iterable[Channel]) -> None:
        self._channels = {channel.name: channel for channel in channels}

    def get(self, name: str) -> Channel | None:
        """The channel of that name; None where it is not set up."""
        return self._channels.get(name)

    def names(self) -> Sequence[str]:
        """Every channel that is set up, by name."""
        return sorted(self._channels)

    def add(self, channel: Channel) -> None:
        """Set one up, in place of one of the same name."""
        self._channels[channel.name] = channel
