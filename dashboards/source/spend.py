"""What does it cost, for what, and is that usual?"""

from source import colors
from source.dashboard import dashboard, row
from source.panels import bars, column, lines, now, over_time, rows, stat, table
from source.rules import threshold
from source.shared import rules_over_time, spend_band

AREA = 'area="spend"'
SIZE = {"valueSize": 32}


def window(title, length, *alerts):
    limits = (f"The colours are the limits of {' and '.join(alerts)} as they come; those you set under"
              " alerts.rules count for alerts only.")  # fmt: skip
    return stat(
        title,
        f"""Cost of the agents of a home within {length} before now, from the transcripts; of the home that costs
        most, if there are several. Good is what you expect of them. {limits if alerts else ""} To stop the agent, as
        its user: openclaw gateway stop.""",
        f'max(clawvigil_spend_usd{{$, window="{length}"}})',
        alerts,
        unit="currencyUSD",
        decimals=2,
        thresholds=colors.above(*alerts) if alerts else colors.plain("text"),
        no_value="Unknown",
        size=SIZE,
    )


def budgets():
    return bars(
        "Budgets",
        """How much of each budget is spent. Good is below 50 %. The colours are those of the alerts at 50, 80
        and 100 %. Nothing stops by itself: raise the budget (spend.budgets in clawvigil.yml), choose a cheaper
        model, or stop the agent.""",
        now("sort_desc(max by (budget) (clawvigil_budget_spent_ratio{$}))", "{{budget}}"),
        ("BudgetHalfSpent", "BudgetNearlySpent", "BudgetExceeded", "BudgetProjectedOver"),
        unit="percentunit",
        decimals=0,
        least=0,
        most=1.2,
        thresholds=colors.above("BudgetHalfSpent", "BudgetNearlySpent", "BudgetExceeded"),
        no_value="No budget is set: spend.budgets in clawvigil.yml",
    )


def budget_table():
    return table(
        "Budgets in dollars",
        """What each budget allows, what is spent, and what it will come to by your own past weeks. Good is a
        projection within the limit.""",
        [
            rows("max by (budget, period) (clawvigil_budget_limit_usd{$})", "A"),
            rows("max by (budget, period) (clawvigil_budget_spent_usd{$})", "B"),
            rows("max by (budget, period) (clawvigil_budget_projected_usd{$})", "C"),
            rows("max by (budget, period) (clawvigil_budget_period_end_timestamp_seconds{$}) * 1000"
                 " and on (budget) clawvigil_budget_limit_usd{$}", "D"),
        ],
        [
            column("budget", "Budget"),
            column("Value #B", "Spent", 90, "right"),
            column("Value #C", "Projected", 96, "right"),
            column("Value #A", "Limit", 90, "right"),
            column("Value #D", "Ends", 110, "right", unit="dateTimeFromNow"),
        ],
        ("BudgetExceeded", "BudgetProjectedOver"),
        unit="currencyUSD",
        decimals=2,
        sort="Spent",
        descending=True,
        no_value="No budget is set",
    )  # fmt: skip


def score():
    limit, attended = threshold("SpendAnomaly:score"), threshold("SpendAnomaly:attended")
    return stat(
        "How unusual it is",
        f"""The cost of the last hour against your own past at this hour and day: 0 is as usual and good. From
        {limit} on ({attended} while somebody talks to the agent) you are told, if it is more than
        {threshold("SpendAnomaly:usd")} USD beyond the usual and your past has seen hardly more. Above it, look below
        at who and what.""",
        'max(clawvigil_spend_anomaly_score{$, signal="cost", window="1h"})',
        ("SpendAnomaly", "AgentSpendAnomaly"),
        decimals=1,
        thresholds=colors.steps(colors.GOOD, (limit, colors.PENDING),
                                (attended, colors.of("SpendAnomaly"))),
        no_value="Too little history",
        size=SIZE,
    )  # fmt: skip


def per_hour(title, description, family, label, alerts, **more):
    """A counter's growth in every hour, stacked by a label."""
    return lines(
        title,
        description,
        over_time(f"sum by ({label}) (rate({family}{{$}}[$__rate_interval])) * 3600", f"{{{{{label}}}}}"),
        alerts,
        stacked=True,
        kind="bars",
        fill=75,
        interval="1h",
        **more,
    )


def by_model():
    return per_hour(
        "Cost per hour, by model",
        """What each model costs, stacked. Good is a shape you know. An expensive model where a cheap one was
        meant: see agents.defaults.model in openclaw.json.""",
        "clawvigil_model_cost_usd_total",
        "model",
        ("SpendHourHigh", "UnpricedModelInUse"),
        unit="currencyUSD",
        decimals=2,
    )


def by_token_type():
    return per_hour(
        "Tokens per hour, by type",
        """Input and output cost most; reading the cache is cheap. Good is mostly cache_read: the same context is
        not paid twice. Much cache_write or input: contexts are long and change early on.""",
        "clawvigil_model_tokens_total",
        "token_type",
        ("TokenAnomaly", "TokenRunaway"),
        unit="short",
        decimals=1,
    )


def share(title, label, family, text):
    cost = f"sum by ({label}) (increase({family}{{$}}[$__range])) > 0.005"
    return bars(
        title,
        f"""{text} Within the time shown. There is no good or bad here: it says where to save.""",
        now(f"sort_desc(topk(8, {cost}))", "{{" + "}} · {{".join(label.split(", ")) + "}}"),
        ("SpendDayHigh",),
        unit="currencyUSD",
        decimals=2,
        least=0,
        color={"mode": "fixed", "fixedColor": colors.NOTE},
        no_value="Nothing was spent",
    )


def loop():
    return lines(
        "Calls since anybody wrote",
        """The longest chain of model calls without a person. Good is short and saw-toothed: work ends. A straight
        climb is a loop; above the line stop it: openclaw gateway stop.""",
        over_time("max by (agent) (clawvigil_tool_call_chain_length{$})", "{{agent}}"),
        ("AgentLoop", "RetryStorm"),
        unit="short",
        decimals=0,
        limit="AgentLoop:calls",
        room=1.1,
    )


def repeats():
    return lines(
        "The same call again and again",
        """How often the same tool call or prompt came since anybody wrote. Good is a handful. Above the line the
        agent does not notice that it fails.""",
        over_time("max by (agent) (clawvigil_repeated_calls{$})", "{{agent}}"),
        ("AgentLoop", "RetryStorm"),
        unit="short",
        decimals=0,
        limit="AgentLoop:repeats",
        room=1.2,
    )


def cache():
    usual = "clawvigil_cache_read_usual_ratio{$}"
    same = "on (instance, job, home, agent)"
    return lines(
        "Prompts from the cache, of usual",
        """How much of an agent's prompts came from the provider's cache, in relation to its last four weeks. Good
        is about 100 %. Below the line the same work costs several times as much: undo the last change of prompt,
        plugin or model. Agents that hardly use a cache are left out.""",
        over_time(f"min by (agent) (clawvigil_cache_read_ratio{{$}} / {usual} and {same} {usual} > "
                  f"{threshold('PromptCacheBroken:usual')})", "{{agent}}"),
        ("PromptCacheBroken", "TokenAnomaly"),
        unit="percentunit",
        decimals=0,
        limit="PromptCacheBroken:ratio",
        room=15,
    )  # fmt: skip


def new_models():
    return bars(
        "New models, times the price before",
        f"""Models an agent has used for less than a day, and what a token of them costs in relation to those it
        used before. Good is green, or a model you chose. Otherwise somebody set the wrong one, or uses your
        gateway. From {threshold("NewModelExpensive:usd")} USD on they are shown.""",
        now("sort_desc(max by (agent, model) (clawvigil_new_model_price_ratio{$} and on (instance, job, home, agent, "
            f"provider, model) clawvigil_new_model_usd{{$}} > {threshold('NewModelExpensive:usd')}))",
            "{{model}} of {{agent}}"),
        ("NewModelExpensive",),
        decimals=1,
        least=0,
        most=threshold("NewModelExpensive:ratio") * 2,
        thresholds=colors.above("NewModelExpensive:ratio"),
        names="top",
        no_value="No model is new",
    )  # fmt: skip


def models():
    return table(
        "Models in the time shown",
        """Tokens and cost of every model. Good is models you chose. Unpriced tokens cost money that nobody counts: give the model a price
        in openclaw.json.""",
        [
            rows("sum by (model, provider) (increase(clawvigil_model_cost_usd_total{$}[$__range])) > 0", "A"),
            rows('sum by (model, provider) (increase(clawvigil_model_tokens_total{$, token_type="input"}'
                 "[$__range])) > 0", "B"),
            rows('sum by (model, provider) (increase(clawvigil_model_tokens_total{$, token_type="output"}'
                 "[$__range])) > 0", "C"),
            rows('sum by (model, provider) (increase(clawvigil_model_tokens_total{$, token_type=~"cache_.*"}'
                 "[$__range])) > 0", "D"),
            rows("sum by (model, provider) (increase(clawvigil_model_requests_total{$}[$__range])) > 0", "E"),
        ],
        [
            column("model", "Model"),
            column("provider", "Provider", 110),
            column("Value #A", "Cost", 90, "right", unit="currencyUSD", decimals=2),
            column("Value #E", "Calls", 90, "right", decimals=0),
            column("Value #B", "Input", 90, "right"),
            column("Value #C", "Output", 90, "right"),
            column("Value #D", "Cached", 90, "right"),
        ],
        ("UnpricedModelInUse", "ModelCallsFailing"),
        unit="short",
        decimals=1,
        sort="Cost",
        descending=True,
        no_value="No model was used",
    )  # fmt: skip


def make():
    return dashboard(
        "spend",
        "Spend",
        "What the agents cost, for what, whether that is usual, and whether the budget holds.",
        "now-7d",
        [
            row(3, (5, window("Last hour", "1h", "SpendHourHigh", "SpendHourExtreme")),
                (5, window("24 hours", "24h", "SpendDayHigh")),
                (4, window("7 days", "7d")),
                (5, window("30 days", "30d", "SpendMonthHigh")), (5, score())),
            row(10, (15, spend_band("Cost of one hour, and what is usual")),
                (9, [(5, budgets()), (5, budget_table())])),
            row(8, (12, by_model()), (12, by_token_type())),
            row(6, (8, share("By agent", "agent", "clawvigil_model_cost_usd_total",
                             "Which agent the money goes to.")),
                (8, share("By why it was called", "trigger, channel", "clawvigil_trigger_cost_usd_total",
                          "People by channel, cron jobs, heartbeats, hooks.")),
                (8, share("By model", "model", "clawvigil_model_cost_usd_total",
                          "Which model the money goes to."))),
            row(8, (6, loop()), (6, repeats()), (6, cache()), (6, new_models())),
            row(8, (12, models()), (12, rules_over_time(AREA))),
        ],
        area=AREA,
    )  # fmt: skip
