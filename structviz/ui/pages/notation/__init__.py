"""The page of the lecture's notation: layers of the plane."""
