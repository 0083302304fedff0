"""The only part that knows Kafka and Faust: reads, acknowledges and writes."""
