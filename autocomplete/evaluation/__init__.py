"""Tuning: what each cutoff would have shown on text that was typed, and which cutoff reaches a goal.

Reading order, a text that is typed by machine: `records`, `spans`, `sweep`, `replay`, `direct`, `replayed`, `metrics`,
`intervals`; `documents`, `recording`, `pool` and `worker` feed it; `tuned` puts it together to be looked at, and `svg`,
`report` and `export` write it down. A goal instead of a number: `binomial`, `certificate`, `keeping`, `steering`, `goals`,
`timing`; then `correction` and `calibration`. One's own words: `shadow` scores them, `outcomes`, `schema`, `store` and
`recorder` keep the figures (numbers, never text), `live` follows a writer, `own` answers a goal.

Invariant: what is measured never depends on what was shown: every typed word labels every prediction, shown or hidden.
"""
