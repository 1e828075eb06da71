"""Pictures of points that flow through the layers of a network.

=========== =====================================================================
panels      the points after some layers, side by side in one Plotly figure
stills      the same, one small SVG picture for each number of layers
film        the way through all layers as an animated picture
input_plane what the network decides for each input, and where it folds the plane
steps       the distance to the continuous flow against the time step
view        the window in which points are seen, and the classifier's line in it
marks       points and tints that several of the Plotly figures have
=========== =====================================================================
"""
