"""The text in memory and on the screen: lines, wrapping, undo, and the area that draws them; knows nothing of files or models.

Reading order: `document`, `history`; `cells`, `cell_ruler`, `wrapping`, `prefix_sums`, `wrapped_document`; `navigator`,
`mouse_selection`; `strips`, `painter`, `text_area`.
"""
