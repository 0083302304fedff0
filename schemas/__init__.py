"""Messages, topics, ids and codec: the contract between Wiredesk and everything that reads its topics."""
