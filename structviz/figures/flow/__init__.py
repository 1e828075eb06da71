"""Pictures of points that flow through the layers of a network.

=========== =====================================================================
stills      the points after some layers, one small SVG picture for each
film        the way through all layers as an animated picture
input_plane what the network decides for each input, and where it folds the plane
steps       the distance to the continuous flow against the time step
=========== =====================================================================

The others serve these: `view` (the plane in which points are seen), `hyperplane` (where the classifier is zero),
`film_panel` and `camera` (one panel of the film).
"""
