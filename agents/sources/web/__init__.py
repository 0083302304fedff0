"""Documents of the web to posts: JSON-LD, feeds, Telegram previews, plain pages. No file, no network."""
