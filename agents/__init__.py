"""The agents of Wiredesk: sources, dedup, classification, alerting, their wiring to Kafka, the commands."""
