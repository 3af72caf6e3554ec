"""Made hosts that a real clawvigil watches for the pictures."""
