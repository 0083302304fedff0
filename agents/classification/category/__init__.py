"""Category and event type: lexicon, taxonomy, features, the linear model on top and the decision."""
