# Makes clawvigil's rules mean in MetricsQL what they mean in PromQL. For the files that
# "clawvigil rules export" writes; vmalert.service says how to try it.
#
# Change: nothing; remove the last line where vmalert is newer than Debian 12's and knows keep_firing_for.

# VictoriaMetrics has two kinds of these functions. The usual one counts a series that is new to it from
# zero: what clawvigil had counted before its first scrape would then be told as if it happened now.
s/\<(increase|changes|delta)\(/\1_prometheus(/g

# vmalert of Debian 12 (1.79.5) refuses files with this field. Without it an alert ends as soon as what it
# reads is well again, not some minutes later: one that comes and goes is told more often, none is missed.
/^ *keep_firing_for:/d
