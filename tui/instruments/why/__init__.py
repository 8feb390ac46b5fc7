"""The *why* panel: the candidates of a decision, their bounds, and the reason."""
