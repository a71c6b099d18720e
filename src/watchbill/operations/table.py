"""The table of operations: name, REST route, least role and the function behind it. Data only, so that reading it is instant.

A row's path parameters are fields of the operation's input model; the other fields travel as query (GET, DELETE) or JSON body.
A route that is not in this table (or in the drop-in and page tables of the entrypoints) does not exist: deny by default.
"""

from dataclasses import dataclass
from typing import Literal

from watchbill.kernel.errors import NotFound

__all__ = ["OPERATIONS", "Operation", "operation"]

Role = Literal["anyone", "viewer", "responder", "editor", "admin"]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One use case as the outside sees it; `run` is `module:function` below watchbill.operations."""

    name: str
    method: Method
    path: str
    role: Role
    run: str
    summary: str
    reads_only: bool = False  # a POST that changes nothing (its question is too long for an address)
    max_body: int = 1 << 20  # bytes
    keys: bool = False  # an intake key, which lets its holder send and nothing else, is enough

    @property
    def writes(self) -> bool:
        """Whether it changes anything: GET never does."""
        return self.method != "GET" and not self.reads_only


# fmt: off
OPERATIONS: tuple[Operation, ...] = (
    # --- resources (YAML), catalog, changes ---
    Operation("resources.validate", "POST", "/api/v1/resources/validate", "viewer", "resources:validate", "Check files and name every fault", reads_only=True, max_body=64 << 20),
    Operation("resources.diff", "POST", "/api/v1/resources/diff", "viewer", "resources:diff", "Show what applying files would change", reads_only=True, max_body=64 << 20),
    Operation("resources.apply", "POST", "/api/v1/resources/apply", "editor", "resources:apply", "Apply files in one transaction", max_body=64 << 20),
    Operation("resources.export", "GET", "/api/v1/resources/export", "viewer", "resources:export", "Write the resources as YAML files"),
    Operation("resources.schema", "GET", "/api/v1/schemas", "anyone", "resources:schema", "The JSON Schema of one kind or of a whole document"),
    Operation("resources.list", "GET", "/api/v1/resources", "viewer", "resources:list_all", "List the resources"),
    Operation("resources.show", "GET", "/api/v1/resources/{kind}/{name}", "viewer", "resources:show", "Show one resource"),
    Operation("resources.put", "PUT", "/api/v1/resources/{kind}/{name}", "editor", "resources:put", "Create or change one resource"),
    Operation("resources.delete", "DELETE", "/api/v1/resources/{kind}/{name}", "editor", "resources:delete", "Delete one resource"),
    Operation("service.list", "GET", "/api/v1/services", "viewer", "services:list_all", "List the services of the catalog"),
    Operation("service.graph", "GET", "/api/v1/service-graph", "viewer", "services:graph", "The dependency graph, whole or around one service"),
    Operation("service.show", "GET", "/api/v1/services/{name}", "viewer", "services:show", "Everything known about one service"),
    Operation("change.add", "POST", "/api/v1/changes", "responder", "changes:add", "Record a change event"),
    Operation("change.list", "GET", "/api/v1/changes", "viewer", "changes:list_all", "List change events, newest first"),
    # --- slo, budget ---
    Operation("slo.list", "GET", "/api/v1/slos", "viewer", "slos:list_all", "List the SLOs, worst first"),
    Operation("slo.show", "GET", "/api/v1/slos/{name}", "viewer", "slos:show", "How one promise stands, in full"),
    Operation("slo.check", "GET", "/api/v1/slos/{name}/check", "viewer", "slos:check", "Whether a promise is kept"),
    Operation("slo.burndown", "GET", "/api/v1/slos/{name}/burndown", "viewer", "slos:burndown", "What was left of the budget over its window"),
    Operation("slo.series", "GET", "/api/v1/slos/{name}/series", "viewer", "slos:series", "Good and total events over time"),
    Operation("slo.backtest", "GET", "/api/v1/slos/{name}/backtest", "viewer", "slo_history:backtest", "Which alerts would have fired over the last days, beside the incidents"),
    Operation("slo.whatif", "GET", "/api/v1/slos/{name}/whatif", "viewer", "slo_history:whatif", "What another target or window would have meant"),
    Operation("slo.rules", "GET", "/api/v1/slo-rules", "viewer", "slo_outward:rules", "Rules for a Prometheus of the team's own"),
    Operation("slo.dashboard", "GET", "/api/v1/slo-dashboard", "viewer", "slo_outward:dashboard", "A Grafana dashboard over these rules"),
    Operation("slo.export", "GET", "/api/v1/slo-export", "viewer", "slo_outward:export", "SLOs, SLIs and services as OpenSLO"),
    Operation("slo.import", "POST", "/api/v1/slo-import", "viewer", "slo_outward:read", "Resources from OpenSLO, Sloth, Pyrra or their rules", reads_only=True, max_body=16 << 20),
    Operation("slo.nines", "GET", "/api/v1/slo-nines", "anyone", "slos:nines", "What each target allows in down time"),
    Operation("budget.show", "GET", "/api/v1/budgets", "viewer", "budget:show", "What is left of the budgets of a service, or of all"),
    Operation("budget.dashboard", "GET", "/api/v1/budget-dashboard", "viewer", "dashboard:show", "Every budget with trend, sparkline, incidents and forecast, worst first"),
    Operation("slo.marks", "GET", "/api/v1/slos/{name}/marks", "viewer", "dashboard:marks", "Incidents, changes and adjustments to mark on a burn-down"),
    Operation("slo.calendar", "GET", "/api/v1/slos/{name}/calendar", "viewer", "dashboard:calendar", "What each local day took of the budget"),
    Operation("slo.contributors", "GET", "/api/v1/slos/{name}/contributors", "viewer", "dashboard:contributors", "Where the failures of the last hours came from"),
    Operation("budget.adjust", "POST", "/api/v1/slos/{slo}/adjustments", "editor", "budget_kept:adjust", "Take a stretch of time out of a budget, for a written reason"),
    Operation("budget.adjust.withdraw", "DELETE", "/api/v1/adjustments/{adjustment}", "editor", "budget_kept:withdraw", "Let what was taken out of a budget count again"),
    Operation("budget.adjustments", "GET", "/api/v1/adjustments", "viewer", "budget_kept:adjustments", "List what was ever taken out of budgets"),
    Operation("budget.duties", "GET", "/api/v1/budget-duties", "viewer", "budget_kept:duties", "List steps and tasks that budgets gave rise to"),
    Operation("budget.duty.done", "POST", "/api/v1/budget-duties/{duty}/done", "responder", "budget_kept:done", "Say that a budget's task is done"),
    Operation("gate.ask", "POST", "/api/v1/services/{service}/gates/{action}", "responder", "gates:ask", "Ask whether a deploy, an experiment or a launch may go ahead; the decision is kept"),
    Operation("gate.list", "GET", "/api/v1/gate-decisions", "viewer", "gates:list_all", "List decisions of gates, newest first"),
    Operation("sli.suggest", "GET", "/api/v1/services/{service}/sli-suggestions", "viewer", "suggest:sli", "SLIs that fit the service, with their expressions"),
    Operation("slo.suggest", "GET", "/api/v1/services/{service}/slo-suggestions", "viewer", "suggest:slo", "Targets from what was achieved, and what each nine would have meant"),
    Operation("slo.define", "POST", "/api/v1/slo-definitions", "viewer", "define:define", "An SLO as YAML from a few answers; nothing is stored", reads_only=True),
    Operation("slo.review", "POST", "/api/v1/slos/{name}/reviews", "responder", "reviews:review", "Keep what a review of a promise came to"),
    Operation("slo.agree", "POST", "/api/v1/slos/{name}/agreements", "responder", "reviews:agree", "Keep a stakeholder's agreement to a target"),
    Operation("slo.reviews", "GET", "/api/v1/slos/{name}/reviews", "viewer", "reviews:history", "Reviews of and agreements to one promise"),
    Operation("slo.reviews.due", "GET", "/api/v1/slo-reviews", "viewer", "reviews:due", "Where reviews of all promises stand, the longest overdue first"),
    Operation("counts.push", "POST", "/api/v1/counts", "responder", "slos:push", "Add counts that were measured elsewhere"),
    Operation("heartbeat.list", "GET", "/api/v1/heartbeats", "viewer", "checks:heartbeats", "List heartbeats and how they stand"),
    Operation("heartbeat.ping", "POST", "/api/v1/heartbeats/{name}/ping", "responder", "checks:ping", "Report that a job ran", keys=True),
    Operation("probe.list", "GET", "/api/v1/probes", "viewer", "checks:probes", "List probes and how they went last"),
    Operation("probe.try", "POST", "/api/v1/probes/{name}/try", "responder", "checks:try_probe", "Run a probe now, without counting it", reads_only=True),
    # --- alerts, routes ---
    Operation("alerts.list", "GET", "/api/v1/alerts", "viewer", "alerts:list_all", "List alerts, newest first"),
    Operation("alerts.send", "POST", "/api/v1/alerts", "responder", "alerts:send", "Send an alert, as a monitoring system would"),
    Operation("alerts.review", "GET", "/api/v1/alert-review", "viewer", "noise:review", "Which alerts are noise, by what really happened"),
    Operation("alerts.lint", "POST", "/api/v1/alert-lint", "viewer", "lint:lint", "Check alerts as they are written against the six design rules", reads_only=True, max_body=64 << 20),
    Operation("alerts.replay", "POST", "/api/v1/alert-replay", "responder", "replay:replay", "What stored payloads would come to by the rules of now", reads_only=True),
    Operation("integration.preview", "POST", "/api/v1/integrations/{name}/preview", "responder", "replay:preview", "Try a mapping on the last payloads of an integration", reads_only=True),
    Operation("alerts.show", "GET", "/api/v1/alerts/{id}", "viewer", "alerts:show", "One alert with all that happened around it"),
    Operation("alerts.ack", "POST", "/api/v1/alerts/{id}/ack", "responder", "alerts:acknowledge", "Acknowledge: nobody else is called for it"),
    Operation("alerts.resolve", "POST", "/api/v1/alerts/{id}/resolve", "responder", "alerts:resolve", "Say that it is over"),
    Operation("alerts.actionable", "POST", "/api/v1/alerts/{id}/actionable", "responder", "alerts:actionable", "Say whether there was anything to do about it"),
    Operation("route.test", "POST", "/api/v1/routes/test", "viewer", "routes:test", "Where an alert with these labels would go, and why", reads_only=True),
    Operation("silence.list", "GET", "/api/v1/silences", "viewer", "silences:list_all", "List silences"),
    Operation("silence.add", "POST", "/api/v1/silences", "responder", "silences:add", "Keep matching alerts quiet for a while"),
    Operation("silence.expire", "DELETE", "/api/v1/silences/{id}", "responder", "silences:expire", "End a silence now"),
    Operation("maintenance.list", "GET", "/api/v1/maintenance", "viewer", "maintenance:list_all", "When maintenance windows are open"),
    Operation("ticket.list", "GET", "/api/v1/tickets", "viewer", "tickets:list_all", "List tickets of P2 alerts, newest first"),
    Operation("ticket.show", "GET", "/api/v1/tickets/{id}", "viewer", "tickets:show", "One ticket"),
    Operation("ticket.done", "POST", "/api/v1/tickets/{id}/done", "responder", "tickets:done", "Somebody dealt with it"),
    # --- on-call, pages, runbooks ---
    Operation("oncall.now", "GET", "/api/v1/oncall/now", "viewer", "oncall:now", "Who stands watch now"),
    Operation("oncall.next", "GET", "/api/v1/oncall/next", "viewer", "oncall:next_up", "Who comes next"),
    Operation("oncall.list", "GET", "/api/v1/schedules", "viewer", "oncall:list_all", "List the schedules"),
    Operation("oncall.show", "GET", "/api/v1/schedules/{schedule}/shifts", "viewer", "oncall:show", "The final schedule of any range"),
    Operation("oncall.overrides", "GET", "/api/v1/schedules/{schedule}/overrides", "viewer", "oncall:overrides", "List the overrides of a schedule"),
    Operation("oncall.override", "POST", "/api/v1/schedules/{schedule}/overrides", "responder", "oncall:override", "Let somebody else stand watch for a while"),
    Operation("oncall.override.remove", "DELETE", "/api/v1/overrides/{override}", "responder", "oncall:remove_override", "Take an override back"),
    Operation("oncall.when", "GET", "/api/v1/oncall/when", "viewer", "watches:when", "When a person stands watch"),
    Operation("oncall.missing", "GET", "/api/v1/oncall/missing", "viewer", "watches:missing", "When nobody would come: gaps, and watches of people on leave"),
    Operation("oncall.swap", "POST", "/api/v1/schedules/{schedule}/swaps", "responder", "swaps:ask_swap", "Ask somebody to take a watch"),
    Operation("oncall.swaps", "GET", "/api/v1/swaps", "viewer", "swaps:swaps", "List shift swaps, newest first"),
    Operation("oncall.swap.accept", "POST", "/api/v1/swaps/{swap}/accept", "responder", "swaps:accept_swap", "Agree to a swap and take the watch"),
    Operation("oncall.swap.decline", "POST", "/api/v1/swaps/{swap}/decline", "responder", "swaps:decline_swap", "Say no to a swap"),
    Operation("oncall.swap.withdraw", "POST", "/api/v1/swaps/{swap}/withdraw", "responder", "swaps:withdraw_swap", "Take a swap back that nobody has accepted"),
    Operation("oncall.leaves", "GET", "/api/v1/leaves", "viewer", "calendars:leaves", "Who is away when"),
    Operation("oncall.leave.add", "POST", "/api/v1/leaves", "responder", "calendars:add_leave", "Note that somebody will be away"),
    Operation("oncall.leave.remove", "DELETE", "/api/v1/leaves/{leave}", "responder", "calendars:remove_leave", "Somebody will not be away after all"),
    Operation("oncall.leave.read", "POST", "/api/v1/leaves/calendar", "responder", "calendars:read_leaves", "Make the events of a calendar leave", max_body=5 << 20),
    Operation("oncall.overrides.read", "POST", "/api/v1/schedules/{schedule}/calendar", "responder", "calendars:read_overrides", "Make the events of a calendar overrides", max_body=5 << 20),
    Operation("oncall.ical", "GET", "/api/v1/calendars/{about}/{name}", "viewer", "calendars:calendar", "The calendar of a schedule or a person as text"),
    Operation("oncall.feeds", "GET", "/api/v1/calendar-feeds", "responder", "calendars:feeds", "List addresses of a calendar that still work"),
    Operation("oncall.feed.make", "POST", "/api/v1/calendar-feeds", "responder", "calendars:make_feed", "Make an address for a calendar"),
    Operation("oncall.feed.revoke", "DELETE", "/api/v1/calendar-feeds/{feed}", "responder", "calendars:revoke_feed", "Let an address of a calendar end"),
    Operation("oncall.plan", "POST", "/api/v1/schedule-plans", "viewer", "planning:plan", "A fair rotation as a resource; nothing is stored", reads_only=True),
    Operation("oncall.lint", "GET", "/api/v1/schedule-lint", "viewer", "planning:lint", "What is wrong with schedules, by the playbook's practices"),
    Operation("oncall.review", "GET", "/api/v1/oncall/review", "viewer", "oncall_health:review", "How healthy the watch is: seven metrics, fairness, hours of the week"),
    Operation("oncall.compensation", "GET", "/api/v1/oncall/compensation", "viewer", "oncall_health:compensation", "Hours, off-hours and pages of each person in a month"),
    Operation("handoff.list", "GET", "/api/v1/handoffs", "viewer", "handoffs:list_all", "List hand-overs, newest first"),
    Operation("handoff.preview", "GET", "/api/v1/schedules/{schedule}/handoff", "viewer", "handoffs:preview", "The hand-over of a watch as it would be drafted now"),
    Operation("handoff.show", "GET", "/api/v1/handoffs/{id}", "viewer", "handoffs:show", "One hand-over, by its id or a schedule's newest"),
    Operation("handoff.edit", "POST", "/api/v1/handoffs/{id}", "responder", "handoffs:edit", "Change a hand-over before it is signed; its author only"),
    Operation("handoff.sign", "POST", "/api/v1/handoffs/{id}/sign", "responder", "handoffs:sign", "Sign a hand-over; its author only"),
    Operation("handoff.ack", "POST", "/api/v1/handoffs/{id}/ack", "responder", "handoffs:acknowledge", "Acknowledge a hand-over; whoever takes the watch only"),
    Operation("survey.list", "GET", "/api/v1/surveys", "viewer", "handoffs:surveys", "Questions about ended watches that wait for the asker"),
    Operation("survey.answer", "POST", "/api/v1/surveys/{id}/answer", "viewer", "handoffs:answer", "Say how a watch was; nobody sees who said what"),
    Operation("page.send", "POST", "/api/v1/pages", "responder", "paging:send", "Page people"),
    Operation("page.test", "POST", "/api/v1/pages/test", "responder", "paging:test", "Try out somebody's pager"),
    Operation("page.list", "GET", "/api/v1/pages", "viewer", "paging:list_all", "List pages, newest first"),
    Operation("page.unroutable", "GET", "/api/v1/unroutable", "viewer", "unroutable:list_all", "What reached nobody and is still going on"),
    Operation("page.show", "GET", "/api/v1/pages/{id}", "viewer", "paging:show", "One page with every attempt at it"),
    Operation("page.ack", "POST", "/api/v1/pages/{id}/ack", "responder", "paging:acknowledge", "Acknowledge: nobody else is called"),
    Operation("page.escalate", "POST", "/api/v1/pages/{id}/escalate", "responder", "paging:escalate", "Call the next in line now"),
    Operation("page.snooze", "POST", "/api/v1/pages/{id}/snooze", "responder", "paging:snooze", "Acknowledge for a while"),
    Operation("page.reassign", "POST", "/api/v1/pages/{id}/reassign", "responder", "paging:reassign", "Call others instead"),
    Operation("page.add", "POST", "/api/v1/pages/{id}/add", "responder", "paging:add_responder", "Call others as well"),
    Operation("page.decline", "POST", "/api/v1/pages/{id}/decline", "responder", "paging:decline", "Not me: call the next in line"),
    Operation("page.not-actionable", "POST", "/api/v1/pages/{id}/not-actionable", "responder", "paging:not_actionable", "There was nothing to do about it"),
    Operation("page.resolve", "POST", "/api/v1/pages/{id}/resolve", "responder", "paging:resolve", "It is over: nobody is called any more"),
    Operation("escalation.list", "GET", "/api/v1/escalations", "viewer", "paging:escalations", "List escalations, newest first"),
    Operation("escalation.show", "GET", "/api/v1/escalations/{id}", "viewer", "paging:show_escalation", "One escalation with its pages, deliveries and attempts"),
    Operation("runbook.list", "GET", "/api/v1/runbooks", "viewer", "runbooks:list_all", "List the runbooks"),
    Operation("runbook.show", "GET", "/api/v1/runbooks/{name}", "viewer", "runbooks:show", "One runbook, by name or by the alert it answers"),
    # --- status pages ---
    Operation("status.list", "GET", "/api/v1/status-pages", "viewer", "status:list_all", "List the status pages and how they stand"),
    Operation("status.show", "GET", "/api/v1/status-pages/{page}", "viewer", "status:show", "One status page as outsiders see it"),
    Operation("status.link", "GET", "/api/v1/status-pages/{page}/link", "editor", "status:link", "The address of a page, with its secret where it has one"),
    Operation("status.files", "GET", "/api/v1/status-pages/{page}/files", "viewer", "status:files", "The static copy of a page, file by file"),
    Operation("status.publish", "POST", "/api/v1/incidents/{id}/bulletins", "responder", "status:publish", "Tell outsiders about an incident"),
    Operation("status.bulletins", "GET", "/api/v1/incidents/{id}/bulletins", "viewer", "status:bulletins", "What outsiders were told about an incident"),
    Operation("status.subscribers", "GET", "/api/v1/status-pages/{page}/subscribers", "editor", "status:subscribers", "Who hears of a page's bulletins"),
    Operation("status.subscribe", "POST", "/api/v1/status-pages/{page}/subscribers", "editor", "status:subscribe", "Add a webhook, or invite an e-mail address"),
    Operation("status.unsubscribe", "DELETE", "/api/v1/status-subscribers/{id}", "editor", "status:unsubscribe", "Take a subscriber off"),
    Operation("status.reports", "GET", "/api/v1/status-reports", "viewer", "status:reports", "What visitors of status pages reported"),
    Operation("runbook.run", "POST", "/api/v1/runbooks/{name}/runs", "responder", "runbook_runs:start", "Begin to walk through a runbook"),
    Operation("runbook.runs", "GET", "/api/v1/runbook-runs", "viewer", "runbook_runs:list_all", "List walks through runbooks, newest first"),
    Operation("runbook.run.show", "GET", "/api/v1/runbook-runs/{id}", "viewer", "runbook_runs:show", "One walk with all its steps"),
    Operation("runbook.execute", "POST", "/api/v1/runbook-runs/{id}/steps/{step}/execute", "responder", "runbook_runs:execute", "Run the command of a step"),
    Operation("runbook.confirm", "POST", "/api/v1/runbook-runs/{id}/steps/{step}/confirm", "responder", "runbook_runs:confirm", "Say that a step was done, and whether it was as expected"),
    Operation("runbook.escalate", "POST", "/api/v1/runbook-runs/{id}/escalate", "responder", "runbook_runs:escalate", "Call the runbook's contact now"),
    Operation("runbook.end", "POST", "/api/v1/runbook-runs/{id}/end", "responder", "runbook_runs:end", "Say how a walk ended"),
    Operation("runbook.design", "POST", "/api/v1/runbook-designs", "viewer", "runbook_design:design_runbook", "A first runbook for an alert as YAML; nothing is stored", reads_only=True, max_body=16 << 20),
    Operation("execution.allowed", "GET", "/api/v1/allowed-actions", "viewer", "execution:allowed", "What the server's settings let people run"),
    Operation("execution.list", "GET", "/api/v1/executions", "viewer", "execution:list_all", "List commands and webhooks that were run, newest first"),
    Operation("execution.show", "GET", "/api/v1/executions/{id}", "viewer", "execution:show", "One command or webhook with its output"),
    Operation("execution.approve", "POST", "/api/v1/executions/{id}/approve", "responder", "execution:approve", "Say yes to what another person asked for"),
    Operation("execution.reject", "POST", "/api/v1/executions/{id}/reject", "responder", "execution:reject", "Say no; it is not run"),
    Operation("execution.stop", "POST", "/api/v1/executions/{id}/stop", "responder", "execution:stop", "End it, with everything that it started"),
    # --- incidents, postmortems, trace ---
    Operation("incident.start", "POST", "/api/v1/incidents", "responder", "incidents:start", "Declare an incident"),
    Operation("incident.list", "GET", "/api/v1/incidents", "viewer", "incidents:list_all", "List incidents, newest first"),
    Operation("incident.similar", "GET", "/api/v1/similar-incidents", "viewer", "incidents:similar", "Incidents that look like a description"),
    Operation("incident.mitigations", "GET", "/api/v1/incidents/{id}/mitigations", "viewer", "mitigations:offers", "Ways to stop the damage that fit, the fastest first"),
    Operation("incident.mitigations.take", "POST", "/api/v1/incidents/{id}/mitigations/{mitigation}", "responder", "mitigations:take", "Take a way to mitigate, or rehearse it"),
    Operation("incident.investigate", "GET", "/api/v1/incidents/{id}/investigation", "viewer", "investigation:investigate", "What changed, what burns, what fails, what helped before"),
    Operation("incident.metrics", "GET", "/api/v1/incident-metrics", "viewer", "incident_metrics:metrics", "MTTD, MTTA, MTTM and MTTR as distributions, and repeats"),
    Operation("incident.show", "GET", "/api/v1/incidents/{id}", "viewer", "incidents:show", "Everything about one incident"),
    Operation("incident.timeline", "GET", "/api/v1/incidents/{id}/timeline", "viewer", "incidents:timeline", "The timeline of an incident, page by page"),
    Operation("incident.export", "GET", "/api/v1/incidents/{id}/export", "viewer", "incidents:export", "The whole timeline as JSON, Markdown or CSV"),
    Operation("incident.ack", "POST", "/api/v1/incidents/{id}/ack", "responder", "incidents:acknowledge", "Take an incident: nobody else is called"),
    Operation("incident.severity", "POST", "/api/v1/incidents/{id}/severity", "responder", "incidents:severity", "Set or confirm the severity, or say what is known of the damage"),
    Operation("incident.role", "POST", "/api/v1/incidents/{id}/roles", "responder", "incidents:role", "Give a role, hand it over, or take it away"),
    Operation("incident.phase", "POST", "/api/v1/incidents/{id}/phase", "responder", "incidents:phase", "Go on to a later phase"),
    Operation("incident.update", "POST", "/api/v1/incidents/{id}/updates", "responder", "incidents:update", "Preview or send a status update"),
    Operation("incident.templates", "GET", "/api/v1/incident-templates", "viewer", "incident_told:templates", "The templates of status updates"),
    Operation("incident.note", "POST", "/api/v1/incidents/{id}/notes", "responder", "incidents:note", "Write into the timeline, or correct it"),
    Operation("incident.task", "POST", "/api/v1/incidents/{id}/tasks", "responder", "incidents:add_task", "Add a task or a track of investigation"),
    Operation("incident.task.done", "POST", "/api/v1/incidents/{id}/tasks/{task}/done", "responder", "incidents:done_task", "Tick a task"),
    Operation("incident.mitigate", "POST", "/api/v1/incidents/{id}/mitigate", "responder", "incidents:mitigate", "The bleeding is stopped"),
    Operation("incident.resolve", "POST", "/api/v1/incidents/{id}/resolve", "responder", "incidents:resolve", "The emergency is over"),
    Operation("incident.close", "POST", "/api/v1/incidents/{id}/close", "responder", "incidents:close", "Nothing more is to be done, or it was a false alarm"),
    Operation("incident.reopen", "POST", "/api/v1/incidents/{id}/reopen", "responder", "incidents:reopen", "It was not over"),
    Operation("incident.merge", "POST", "/api/v1/incidents/{id}/merge", "responder", "incidents:merge", "It is the same as another, which goes on"),
    Operation("incident.unmerge", "POST", "/api/v1/incidents/{id}/unmerge", "responder", "incidents:unmerge", "It was another one after all, and goes on by itself"),
    Operation("incident.relate", "POST", "/api/v1/incidents/{id}/relate", "responder", "incidents:relate", "It belongs together with another"),
    Operation("postmortem.draft", "POST", "/api/v1/postmortems", "responder", "postmortems:draft", "Draft a postmortem, or open the existing one"),
    Operation("postmortem.list", "GET", "/api/v1/postmortems", "viewer", "postmortems:list_all", "List postmortems, newest first"),
    Operation("postmortem.show", "GET", "/api/v1/postmortems/{id}", "viewer", "postmortems:show", "One postmortem"),
    Operation("postmortem.edit", "PATCH", "/api/v1/postmortems/{id}", "responder", "postmortems:edit", "Write down what people judge"),
    Operation("postmortem.submit", "POST", "/api/v1/postmortems/{id}/submit", "responder", "postmortems:submit", "Ask for review"),
    Operation("postmortem.approve", "POST", "/api/v1/postmortems/{id}/approve", "responder", "postmortems:approve", "Approve; the last approval makes it final"),
    Operation("postmortem.export", "GET", "/api/v1/postmortems/{id}/export", "viewer", "postmortems:export", "YAML, Markdown, HTML, PDF, or the fishbone as SVG"),
    Operation("postmortem.write", "PUT", "/api/v1/postmortems/{id}/content", "responder", "postmortem_talk:write", "Take the exported YAML back, changed by people"),
    Operation("postmortem.return", "POST", "/api/v1/postmortems/{id}/return", "responder", "postmortem_talk:give_back", "Take it out of review: a draft again"),
    Operation("postmortem.diff", "GET", "/api/v1/postmortems/{id}/diff", "viewer", "postmortem_talk:compare", "What changed between two versions"),
    Operation("postmortem.lint", "POST", "/api/v1/postmortem-lint", "viewer", "postmortem_talk:lint", "Wording that blames persons, and what to write instead", reads_only=True),
    Operation("postmortem.search", "GET", "/api/v1/postmortem-search", "viewer", "postmortem_find:search", "Full-text search over all postmortems"),
    Operation("postmortem.similar", "GET", "/api/v1/postmortems/{id}/similar", "viewer", "postmortem_find:similar", "Past ones that are about much the same"),
    Operation("postmortem.recurring", "GET", "/api/v1/postmortem-recurring", "viewer", "postmortem_find:recurring", "Root causes and factors that come back"),
    Operation("postmortem.comments", "GET", "/api/v1/postmortems/{id}/comments", "viewer", "postmortem_talk:comments", "Comments of readers, oldest first"),
    Operation("postmortem.comment", "POST", "/api/v1/postmortems/{id}/comments", "responder", "postmortem_talk:comment", "Comment on a postmortem"),
    Operation("postmortem.comment.settle", "POST", "/api/v1/postmortem-comments/{id}/settle", "responder", "postmortem_talk:settle", "Settle a comment"),
    Operation("postmortem.agenda", "GET", "/api/v1/postmortems/{id}/agenda", "viewer", "postmortem_talk:agenda", "The agenda of its review meeting"),
    Operation("postmortem.meeting", "GET", "/api/v1/postmortems/{id}/meeting", "viewer", "postmortem_talk:meeting", "Its review meeting"),
    Operation("postmortem.meeting.hold", "POST", "/api/v1/postmortems/{id}/meeting", "responder", "postmortem_talk:hold", "Write down its review meeting"),
    Operation("action.list", "GET", "/api/v1/actions", "viewer", "postmortems:actions", "List action items, newest first"),
    Operation("action.add", "POST", "/api/v1/actions", "responder", "postmortems:add_action", "Add an action item"),
    Operation("action.board", "GET", "/api/v1/action-board", "viewer", "action_items:board", "Action items across postmortems, by status"),
    Operation("action.burndown", "GET", "/api/v1/action-burndown", "viewer", "action_items:burndown", "How many were open at the end of each day"),
    Operation("action.show", "GET", "/api/v1/actions/{id}", "viewer", "action_items:show", "One action item"),
    Operation("action.edit", "PATCH", "/api/v1/actions/{id}", "responder", "action_items:edit", "Change an action item"),
    Operation("action.issue", "GET", "/api/v1/actions/{id}/issue", "viewer", "action_items:link_shown", "The issue that mirrors an action item"),
    Operation("action.link", "POST", "/api/v1/actions/{id}/issue", "responder", "action_items:link", "Mirror an action item as an issue elsewhere"),
    Operation("action.unlink", "DELETE", "/api/v1/actions/{id}/issue", "responder", "action_items:unlink", "Mirror an action item no more"),
    Operation("action.done", "POST", "/api/v1/actions/{id}/done", "responder", "postmortems:done_action", "Finish an action item"),
    Operation("trace", "GET", "/api/v1/trace/{id}", "viewer", "records:trace", "The chain of causes that a record belongs to"),
    # --- people, tokens, sessions, audit ---
    Operation("chat.show", "GET", "/api/v1/chat", "viewer", "chat:show", "Ask each chat that is set up who we are there"),
    Operation("chat.code", "POST", "/api/v1/chat/codes", "viewer", "chat:code", "A code that proves who one is in a chat"),
    Operation("chat.links", "GET", "/api/v1/chat/links", "viewer", "chat:links", "List who is who in chats"),
    Operation("chat.unlink", "DELETE", "/api/v1/chat/links/{provider}/{user}", "viewer", "chat:unlink", "Let a chat user speak for nobody any more"),
    Operation("person.list", "GET", "/api/v1/people", "viewer", "people:list_persons", "List who is on a rota or has an account"),
    Operation("person.add", "POST", "/api/v1/people", "admin", "people:add_person", "Give a person an account and a role"),
    Operation("person.disable", "POST", "/api/v1/people/{name}/disable", "admin", "people:disable_person", "Take a person's account away"),
    Operation("contact.list", "GET", "/api/v1/people/{person}/contacts", "viewer", "contacts:list_all", "All ways to a person, and which of them are proved"),
    Operation("contact.verify", "POST", "/api/v1/people/{person}/contacts/verify", "viewer", "contacts:verify", "Send a code over one of one's contacts"),
    Operation("contact.confirm", "POST", "/api/v1/people/{person}/contacts/confirm", "viewer", "contacts:confirm", "Give the code back: the contact pages from now on"),
    Operation("device.list", "GET", "/api/v1/people/{person}/devices", "viewer", "contacts:devices", "A person's browsers that take pages"),
    Operation("device.add", "POST", "/api/v1/people/{person}/devices", "viewer", "contacts:add_device", "Let a browser take one's pages"),
    Operation("device.remove", "DELETE", "/api/v1/devices/{device}", "viewer", "contacts:remove_device", "Let a browser take no pages any more"),
    Operation("device.test", "POST", "/api/v1/devices/{device}/test", "viewer", "contacts:test_device", "Send a test to one browser"),
    Operation("push.key", "GET", "/api/v1/push/key", "viewer", "contacts:push_key", "The public key that browsers subscribe with"),
    Operation("push.answer", "POST", "/api/v1/push/answers", "anyone", "contacts:answer", "What a device did with a page: shown, acknowledged"),
    Operation("login.link", "POST", "/api/v1/people/{person}/login-link", "admin", "people:login_link", "Make a one-time login link"),
    Operation("token.list", "GET", "/api/v1/tokens", "admin", "people:list_tokens", "List API tokens, without their secrets"),
    Operation("token.create", "POST", "/api/v1/tokens", "admin", "people:create_token", "Make an API token; its secret is shown once"),
    Operation("token.revoke", "DELETE", "/api/v1/tokens/{token}", "admin", "people:revoke_token", "Make an API token useless"),
    Operation("audit.list", "GET", "/api/v1/audit", "admin", "people:audit_list", "Read the audit log"),
    Operation("audit.verify", "GET", "/api/v1/audit/verification", "admin", "people:audit_verify", "Recompute the chain of the audit log"),
    Operation("backup.make", "POST", "/api/v1/backup", "admin", "house:make_backup", "Write a backup of state and counts to a file of the owner's", reads_only=True),
    Operation("sending.show", "GET", "/api/v1/sending", "viewer", "house:show_sending", "Whether pages leave, and since when they do not"),
    Operation("sending.pause", "POST", "/api/v1/sending/pause", "admin", "house:pause_sending", "Let no page leave until somebody resumes"),
    Operation("sending.resume", "POST", "/api/v1/sending/resume", "responder", "house:resume_sending", "Let pages leave again, after a restore or a pause"),
    Operation("job.parked", "GET", "/api/v1/jobs/parked", "viewer", "house:parked_jobs", "Work that failed too often and waits for a person"),
    Operation("job.retry", "POST", "/api/v1/jobs/{id}/retry", "responder", "house:retry_job", "Let parked work run again"),
)
# fmt: on

_BY_NAME = {row.name: row for row in OPERATIONS}


def operation(name: str) -> Operation:
    """The row of that name; raises NotFound with the nearest name."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise NotFound("operation", name, known=_BY_NAME) from None
