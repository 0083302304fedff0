"""The text of a post as every finder reads it: sentences, words, quotes, numbers, inflections, language."""
