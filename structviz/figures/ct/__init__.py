"""Pictures of reconstructions from few X-ray views.

====== =====================================================================
slices all reconstructions and a zoom of each on one sheet
sweep  how good the networks become with more patients to train on
====== =====================================================================
"""
