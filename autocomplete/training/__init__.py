"""From text files to a model that is ready to use.

Reading order: `fit_calibration` (the calibration of a model, on text held out), `train` (everything in turn). `embedded.ngram`
counts; here its steps are put together for `autocomplete train` and for the script that builds the English model.
"""
