"""Panels, one function a kind. Every panel has a title, a description that says what good looks like
and what to do, a unit, and links to the runbook of the rules it shows."""

from source import colors, rules

SOURCE = {"type": "prometheus", "uid": "${datasource}"}
SELECTED = '{job=~"$job", instance=~"$instance"'


def expand(expression):
    """Every selector begins with "{$": what the variables select."""
    return " ".join(expression.split()).replace("{$", SELECTED)


def query(expression, legend="", ref="A", **more):
    return {
        "datasource": SOURCE,
        "editorMode": "code",
        "expr": expand(expression),
        "legendFormat": legend,
        "refId": ref,
        **more,
    }


def now(expression, legend="", ref="A"):
    return query(expression, legend, ref, instant=True, range=False)


def over_time(expression, legend="", ref="A", **more):
    return query(expression, legend, ref, instant=False, range=True, **more)


def rows(expression, ref="A"):
    return query(expression, "", ref, instant=True, range=False, format="table")


def links_of(alerts):
    return [
        {"title": f"Runbook: {alert}", "url": rules.runbook(alert), "targetBlank": True}
        for alert in alerts
    ]


def override(name, matcher="byName", **properties):
    """Properties of the fields called `name`; "_" in a keyword is "." in Grafana."""
    found = [{"id": key.replace("_", "."), "value": value} for key, value in properties.items()]
    return {"matcher": {"id": matcher, "options": name}, "properties": found}


def panel(kind, title, description, targets, alerts=(), *, options, unit="none", decimals=None,
          thresholds=None, mappings=(), overrides=(), custom=None, no_value=None, least=None,
          most=None, links=(), transformations=(), color=None, interval=None):  # fmt: skip
    defaults = {
        "color": color or {"mode": "thresholds"},
        "custom": custom or {},
        "decimals": decimals,
        "mappings": list(mappings),
        "max": most,
        "min": least,
        "noValue": no_value,
        "thresholds": thresholds or colors.plain(),
        "unit": unit,
        "links": list(links),
    }
    whole = {
        "type": kind,
        "title": title,
        "description": " ".join(description.split()),
        "datasource": SOURCE,
        "fieldConfig": {
            "defaults": {key: value for key, value in defaults.items() if value is not None},
            "overrides": list(overrides),
        },
        "links": links_of(alerts),
        "options": options,
        "targets": targets if isinstance(targets, list) else [targets],
    }
    if interval:
        whole["interval"] = interval
    if transformations:
        whole["transformations"] = list(transformations)
    return whole


REDUCED = {"calcs": ["lastNotNull"], "fields": "", "values": False}


def stat(title, description, expression, alerts=(), *, filled=False, targets=None, size=None,
         **more):  # fmt: skip
    """One big value, or with `targets` several; `filled` colours all of the panel. The value is of now: the
    last point of a range may be as old as the step is long."""
    options = {
        "colorMode": "background" if filled else "value",
        "graphMode": "none",
        "justifyMode": "center",
        "orientation": "auto",
        "reduceOptions": REDUCED,
        "textMode": "value_and_name" if targets else "value",
        "wideLayout": False,
    }
    if size:
        options["text"] = size
    return panel("stat", title, description, targets or now(expression), alerts,
                 options=options, **more)  # fmt: skip


def bars(title, description, targets, alerts=(), *, names="left", **more):
    """Horizontal bars, in the order of the answer: queries sort it. Long names stand on top."""
    options = {
        "displayMode": "basic",
        "maxVizHeight": 34,
        "minVizHeight": 18,
        "minVizWidth": 8,
        "namePlacement": names,
        "orientation": "horizontal",
        "reduceOptions": REDUCED,
        "showUnfilled": True,
        "sizing": "manual",
        "text": {"titleSize": 13, "valueSize": 16 if names == "left" else 12},
        "valueMode": "color",
    }
    return panel("bargauge", title, description, targets, alerts, options=options, **more)


def lines(title, description, targets, alerts=(), *, kind="line", fill=10, stacked=False,
          limit=None, room=None, soft_max=None, color=None, **more):  # fmt: skip
    """Values over time; `limit` names the rule whose threshold is drawn as a line, `room` is how many times
    it the axis reaches at least."""
    if limit:
        more["thresholds"] = colors.above(limit)  # a line has the colour of what begins there
        soft_max = rules.threshold(limit) * room if room else None
    custom = {
        "axisLabel": "",
        "axisPlacement": "auto",
        "axisSoftMin": 0,
        "barAlignment": 0,
        "drawStyle": kind,
        "fillOpacity": fill,
        "gradientMode": "none",
        "lineInterpolation": "linear",
        "lineWidth": 0 if kind == "bars" else 2,
        "pointSize": 4,
        "showPoints": "never",
        "spanNulls": False,
        "stacking": {"group": "A", "mode": "normal" if stacked else "none"},
        "thresholdsStyle": {"mode": "dashed" if limit else "off"},
    }
    if soft_max is not None:
        custom["axisSoftMax"] = soft_max
    options = {
        "legend": {
            "calcs": [],
            "displayMode": "list",
            "placement": "bottom",
            "showLegend": True,
        },
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    return panel("timeseries", title, description, targets, alerts, options=options, custom=custom,
                 color=color or {"mode": "palette-classic"}, **more)  # fmt: skip


def timeline(title, description, targets, alerts=(), **more):
    """States over time, a row each."""
    options = {
        "alignValue": "left",
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
        "mergeValues": True,
        "rowHeight": 0.82,
        "showValue": "never",
        "tooltip": {"mode": "single", "sort": "none"},
    }
    return panel("state-timeline", title, description, targets, alerts, options=options,
                 custom={"fillOpacity": 85, "lineWidth": 0}, **more)  # fmt: skip


def column(name, title, width=None, align=None, **properties):
    """A column of a table: the field's name, its heading, and what differs from the defaults."""
    return {"name": name, "title": title, "width": width, "align": align, "more": properties}


def colored():
    return {"type": "color-background", "mode": "basic"}


def table(title, description, targets, columns, alerts=(), *, sort=None, descending=False,
          **more):  # fmt: skip
    """These columns only, in this order; several queries are joined by the labels they share."""
    targets = targets if isinstance(targets, list) else [targets]
    names = [one["name"] for one in columns]
    steps = []
    if len(targets) > 1:
        steps.append({"id": "merge", "options": {}})
    steps.append({"id": "filterFieldsByName", "options": {"include": {"names": names}}})
    steps.append({
        "id": "organize",
        "options": {
            "excludeByName": {},
            "indexByName": {name: index for index, name in enumerate(names)},
            "renameByName": {one["name"]: one["title"] for one in columns},
        },
    })  # fmt: skip
    overrides = []
    for one in columns:
        properties = dict(one["more"])
        if one["width"]:
            properties["custom_width"] = one["width"]
        if one["align"]:
            properties["custom_align"] = one["align"]
        if len(targets) > 1 and one["name"].startswith("Value"):
            properties["noValue"] = "–"  # a cell that one of the queries has nothing for
        if properties:
            overrides.append(override(one["title"], **properties))
    options = {
        "cellHeight": "sm",
        "showHeader": True,
        "sortBy": [{"displayName": sort, "desc": descending}] if sort else [],
    }
    return panel("table", title, description, targets, alerts, options=options,
                 overrides=overrides, transformations=steps,
                 custom={"align": "auto", "cellOptions": {"type": "auto"}, "inspect": False},
                 **more)  # fmt: skip
