"""Several processes that train one model.

`team` says who is in it; they find one another in `gather`, talk over a `link`, `agree` before they learn, and sum the gradients of
a `step`, which alone loads TensorFlow.
"""
