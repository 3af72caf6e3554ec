"""The dashboards in Python; ../generate writes them as JSON."""
