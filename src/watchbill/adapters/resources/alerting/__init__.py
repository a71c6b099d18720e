"""Alerting rules as other systems write them: Prometheus, Mimir, Loki and the operator's PrometheusRule documents."""
