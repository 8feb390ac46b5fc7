"""The editor as one app: its base, the open documents, and the actions that keys lead to."""
