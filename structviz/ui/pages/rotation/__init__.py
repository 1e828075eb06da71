"""The page of rotated images."""
