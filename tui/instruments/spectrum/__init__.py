"""The *spectrum* panel: the raw token distribution at the cursor."""
