"""Pictures of networks whose input is rotated.

========== ============================================================
comparison all networks at one angle, with their numbers, on one sheet
turn       the whole turn as an animated picture, and as a table
features   the feature maps of a layer while the input turns
filters    the learned kernels of a layer
script     the Python script that makes the comparison
========== ============================================================
"""
