"""Issue trackers in which action items are mirrored: GitHub, GitLab, Jira."""

from watchbill.adapters.notify.trackers.file import Trackers, read_trackers

__all__ = ["Trackers", "read_trackers"]
