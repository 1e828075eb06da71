"""The page "Training is steering", part by part."""
