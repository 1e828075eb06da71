"""The page "Push and pull", part by part."""
