"""The gateway: posts, rules, stories, events and alerts over HTTP. Knows no broker."""
