"""Representations: only the module that escnn imports."""
