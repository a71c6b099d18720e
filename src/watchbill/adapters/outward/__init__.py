"""What other tools run with: rules for Prometheus, dashboards for Grafana, OpenSLO documents. Text out; nothing is sent."""
