"""What a post is to the posts before it, and which story it belongs to."""
