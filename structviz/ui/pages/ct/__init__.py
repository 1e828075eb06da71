"""The page on computed tomography, part by part."""
