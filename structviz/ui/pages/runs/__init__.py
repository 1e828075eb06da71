"""The page that lists training runs."""
