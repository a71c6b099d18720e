"""The playbook's exclusion sentences have a machine form; other prose has none."""

import pytest

from watchbill.slo.rules.exclusions import PRESETS, Preset, preset_for


@pytest.mark.parametrize("preset", PRESETS, ids=lambda one: one.id)
def test_playbook_sentences_are_presets(preset: Preset) -> None:
    """Each of the four sentences finds its own predicate."""
    assert preset_for(preset.sentence) is preset


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("health checks", "health_checks"),
        ("Synthetic checks by our own probes", "synthetic_monitoring"),
        ("blocked addresses", "blocked_addresses"),
        ("client errors", "client_errors"),
        ("Requests during the yearly maintenance", None),
        ("path = '/admin'", None),
        ("The blocked queue", None),
    ],
)
def test_other_words(text: str, found: str | None) -> None:
    """Variants are recognised; what means something else excludes nothing."""
    preset = preset_for(text)

    assert (preset.id if preset else None) == found
