"""Any server that speaks the OpenAI API.

Reading order: `tokens`, `responses`, `verdicts`, `requests` (pure), `endpoint`, `health`, and `client`, the one that awaits.
"""
