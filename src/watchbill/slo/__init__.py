"""What we promise and how we measure it: SLIs, SLOs, burn rates and the windows they are judged over (playbook ph. 2)."""
