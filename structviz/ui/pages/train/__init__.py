"""The train lab: choose, start, watch, compare."""
