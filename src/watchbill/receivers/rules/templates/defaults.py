"""The original's own templates (template/default.tmpl and email.tmpl of 0.25), by name.

`without` stands for its method call `.CommonLabels.Remove (.GroupLabels.Names)`; the mail is its text in a plainer dress.
"""

from collections.abc import Mapping

__all__ = ["DEFAULTS"]

_SUBJECT = (
    '[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}]'
    ' {{ .GroupLabels.SortedPairs.Values | join " " }}'
    " {{ if gt (len .CommonLabels) (len .GroupLabels) }}"
    '({{ with without .CommonLabels .GroupLabels.Names }}{{ .Values | join " " }}{{ end }}){{ end }}'
)
_ALERTS = """{{ range . }}Labels:
{{ range .Labels.SortedPairs }} - {{ .Name }} = {{ .Value }}
{{ end }}Annotations:
{{ range .Annotations.SortedPairs }} - {{ .Name }} = {{ .Value }}
{{ end }}Source: {{ .GeneratorURL }}
{{ end }}"""
_FIRING_AND_RESOLVED = """{{ if gt (len .Alerts.Firing) 0 -}}
Alerts Firing:
{{ template "__text_alert_list" .Alerts.Firing }}
{{- end }}
{{ if gt (len .Alerts.Resolved) 0 -}}
Alerts Resolved:
{{ template "__text_alert_list" .Alerts.Resolved }}
{{- end }}"""

DEFAULTS: Mapping[str, str] = {
    "__alertmanager": "Alertmanager",
    "__alertmanagerURL": "{{ .ExternalURL }}/#/alerts?receiver={{ .Receiver | urlquery }}",
    "__subject": _SUBJECT,
    "__description": "",
    "__text_alert_list": _ALERTS,
    "slack.default.title": '{{ template "__subject" . }}',
    "slack.default.username": '{{ template "__alertmanager" . }}',
    "slack.default.fallback": '{{ template "slack.default.title" . }} | {{ template "slack.default.titlelink" . }}',
    "slack.default.callbackid": "",
    "slack.default.pretext": "",
    "slack.default.titlelink": '{{ template "__alertmanagerURL" . }}',
    "slack.default.iconemoji": "",
    "slack.default.iconurl": "",
    "slack.default.text": "",
    "slack.default.footer": "",
    "pagerduty.default.description": '{{ template "__subject" . }}',
    "pagerduty.default.client": '{{ template "__alertmanager" . }}',
    "pagerduty.default.clientURL": '{{ template "__alertmanagerURL" . }}',
    "pagerduty.default.instances": '{{ template "__text_alert_list" . }}',
    "opsgenie.default.message": '{{ template "__subject" . }}',
    "opsgenie.default.description": ('{{ .CommonAnnotations.SortedPairs.Values | join " " }}\n' + _FIRING_AND_RESOLVED),
    "opsgenie.default.source": '{{ template "__alertmanagerURL" . }}',
    "email.default.subject": '{{ template "__subject" . }}',
    "email.default.text": '{{ template "__subject" . }}\n\n'
    + _FIRING_AND_RESOLVED
    + '\n{{ template "__alertmanagerURL" . }}\n',
}
