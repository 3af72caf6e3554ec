"""What the end-to-end cases share: a real OpenClaw, the daemon, and the comparison of the two."""
