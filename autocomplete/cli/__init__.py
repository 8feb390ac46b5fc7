"""The command line.

Reading order: `options`, `run_config` (settings, and the engine they describe), `inputs`, `output`, `echo`; `consent`,
`replay_run`, `compared_models` (replays); each command in `commands`; `main`, the root.
"""
