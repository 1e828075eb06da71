"""The train page: choose, start, watch, compare."""
