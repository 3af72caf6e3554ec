"""A whole dashboard: panels laid out in rows, variables, annotations, links to the others."""

from source.panels import SOURCE, expand

WIDTH = 24  # of Grafana's grid
TAG = "clawvigil"
SCHEMA = 41  # Grafana 11.6; newer ones migrate it


def row(height, *panels):
    """Panels side by side: (width, panel), …; the widths fill the grid. In place of a panel there may be
    several, one above the other: (width, [(height, panel), …])."""
    assert sum(width for width, _ in panels) == WIDTH, "the widths do not fill the row"
    columns = [(width, one if isinstance(one, list) else [(height, one)]) for width, one in panels]
    assert all(sum(h for h, _ in stack) == height for _, stack in columns), "a column is not filled"
    return height, columns


def laid_out(rows):
    found, y = [], 0
    for height, columns in rows:
        x = 0
        for width, stack in columns:
            below = y
            for tall, panel in stack:
                place = {"h": tall, "w": width, "x": x, "y": below}
                found.append({"id": len(found) + 1, **panel, "gridPos": place})
                below += tall
            x += width
        y += height
    return found


def variable(name, query):
    return {
        "allValue": ".+",
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
        "datasource": {"type": "prometheus", "uid": "$datasource"},
        "hide": 0,
        "includeAll": True,
        "label": name,
        "multi": True,
        "name": name,
        "options": [],
        "query": {"query": query, "refId": f"variable-{name}"},
        "refresh": 2,
        "sort": 1,
        "type": "query",
    }


VARIABLES = [
    {
        "current": {},
        "hide": 0,
        "label": "Data Source",
        "name": "datasource",
        "options": [],
        "query": "prometheus",
        "refresh": 1,
        "type": "datasource",
    },
    variable("job", "label_values(clawvigil_build_info, job)"),
    variable("instance", 'label_values(clawvigil_build_info{job=~"$job"}, instance)'),
]


def annotation(name, color, expression, title, text, **more):
    return {
        "datasource": SOURCE,
        "enable": True,
        "expr": expand(expression),
        "hide": False,
        "iconColor": color,
        "name": name,
        "step": "60s",
        "tagKeys": "instance",
        "textFormat": text,
        "titleFormat": title,
        **more,
    }


def annotations(area=""):
    """The first minutes of every alert: what has been firing for days would fill the graph."""
    where = f", {area}" if area else ""
    state = 'clawvigil_rule_state{$, severity=~"critical|warning"' + where + "}"
    alerts = 'ALERTS{$, alertstate="firing", severity=~"critical|warning"' + where + "}"
    same = "on (instance, job, rule)"
    return [
        {
            "builtIn": 1,
            "datasource": {"type": "grafana", "uid": "-- Grafana --"},
            "enable": True,
            "hide": True,
            "iconColor": "rgba(0, 211, 255, 1)",
            "name": "Annotations & Alerts",
            "type": "dashboard",
        },
        annotation("Rules that began to fire", "red",
                   f"{state} == 3 unless {same} {state} offset 5m == 3",
                   "{{rule}}", "{{severity}} on {{instance}}"),
        annotation("Alerts of Prometheus", "orange",
                   f"{alerts} unless {alerts} offset 5m",
                   "{{alertname}}", "{{severity}} on {{instance}}", enable=False),
    ]  # fmt: skip


def dashboard(name, title, description, since, rows, area=""):
    """`name` is the file's, and the end of the uid that links use."""
    return {
        "annotations": {"list": annotations(area)},
        "description": " ".join(description.split()),
        "editable": False,
        "fiscalYearStartMonth": 0,
        "graphTooltip": 1,
        "id": None,
        "links": [
            {
                "asDropdown": True,
                "icon": "external link",
                "includeVars": True,
                "keepTime": False,
                "tags": [TAG],
                "targetBlank": False,
                "title": "clawvigil",
                "type": "dashboards",
            }
        ],
        "panels": laid_out(rows),
        "refresh": "1m",
        "schemaVersion": SCHEMA,
        "tags": [TAG],
        "templating": {"list": VARIABLES},
        "time": {"from": since, "to": "now"},
        "timepicker": {},
        "timezone": "browser",
        "title": f"clawvigil / {title}",
        "uid": f"clawvigil-{name}",
        "version": 1,
        "weekStart": "",
    }


def open_link(name, title="Open"):
    """From a panel to another dashboard, with the same variables."""
    return {
        "title": title,
        "url": f"/d/clawvigil-{name}?${{__all_variables}}&${{__url_time_range}}",
        "targetBlank": False,
    }
