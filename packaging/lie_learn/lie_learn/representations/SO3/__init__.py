"""SO(3): only the module that escnn imports."""
