"""The ghost text: where it stands, how it looks, when the model is asked, and what the person does with it.

Reading order: `placement`, `rows`, `style` (pure), `area`, `actions`; `candidates`, `controller`; `pause`, `document_feeder`,
`engine_loading`, `length_gate`.
"""
