"""Any server that speaks the OpenAI API.

Reading order: `tokens`, `responses`, `verdicts`, `requests` (pure), `proxy` and `endpoint` (where to ask), `health` (whether to
ask now), `transport` and `connections` (HTTP), and `client`, the backend.
"""
