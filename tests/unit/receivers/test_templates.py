"""Templates of receivers' texts: what is understood is rendered as the original does, all else is refused with its words."""

import pytest

from watchbill.receivers.rules.templates import DEFAULTS, Library, TemplateError, root_of

LIBRARY = Library(DEFAULTS)
ALERT = {
    "labels": {"alertname": "Down", "instance": "a"}, "annotations": {"summary": "it is down"},
    "startsAt": "", "endsAt": "", "generatorURL": "", "fingerprint": "",
}  # fmt: skip
ROOT = root_of({
    "receiver": "team b", "status": "firing", "externalURL": "http://watch.test",
    "alerts": [{**ALERT, "status": "firing"}, {**ALERT, "status": "resolved", "labels": {"alertname": "Down", "instance": "b"}}],
    "groupLabels": {"alertname": "Down"}, "commonLabels": {"alertname": "Down", "zone": "z1", "job": "web"},
    "commonAnnotations": {"summary": "it is down"},
})  # fmt: skip


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("plain", "plain"),
        ("{{ .Status }}", "firing"),
        ("{{ .CommonLabels.zone }}/{{ .CommonLabels.nope }}", "z1/"),
        ("{{ .Status | toUpper }}", "FIRING"),
        ('{{ .CommonLabels.Values | join "," }}', "Down,web,z1"),
        ("{{ .Alerts | len }} {{ len .Alerts.Firing }}", "2 1"),
        ("{{ range .Alerts }}{{ .Labels.instance }};{{ else }}none{{ end }}", "a;b;"),
        ("{{ range .Alerts.Resolved }}{{ $.Receiver }} {{ .Labels.instance }}{{ end }}", "team b b"),
        ('{{ if eq .Status "resolved" }}over{{ else if gt (len .Alerts) 1 }}many{{ else }}one{{ end }}', "many"),
        ("{{ with .CommonLabels.nope }}x{{ else }}y{{ end }}", "y"),
        ("a {{- /* nothing */ -}} b {{- `raw` }}", "abraw"),
        ('{{ template "__subject" . }}', "[FIRING:1] Down (web z1)"),
        ('{{ template "slack.default.titlelink" . }}', "http://watch.test/#/alerts?receiver=team+b"),
        ('{{ "}}" }}', "}}"),
    ],
)
def test_what_is_rendered(template: str, expected: str) -> None:
    """Fields, pipes, conditions, loops and the original's own templates."""
    assert LIBRARY.render(template, ROOT) == expected


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{{ .Nope }}", "there is no field .Nope here"),
        ('{{ reReplaceAll "a" "b" .Status }}', "the function 'reReplaceAll' is not supported"),
        ("{{ $x := .Status }}", "'$x := .Status' is not supported"),
        ('{{ template "mine" . }}', "the template 'mine' is none of the original's own"),
        ("{{ if .Status }}x", "{{ if }} has no end"),
        ("{{ end }}", "{{ end }} without a beginning"),
        ("{{ .Status", "'{{ .Status' is not closed"),
        ("{{ (len .Alerts }}", "a parenthesis is not closed"),
        ("{{ .CommonLabels }}", "only text and numbers can be written"),
        ('{{ define "x" }}{{ end }}', "{{ define }} is not supported"),
        ("{{ toUpper 3 }}", "the function 'toUpper' does not take such arguments"),
    ],
)
def test_what_is_refused(template: str, reason: str) -> None:
    """The refusal says which words were not understood."""
    with pytest.raises(TemplateError) as raised:
        LIBRARY.check(template)

    assert reason in str(raised.value)
