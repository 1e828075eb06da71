"""structviz: structure-preserving deep learning, to compute with and to look at.

The package is a library that happens to have an app. Subpackages load on first use, so that
``import structviz`` costs nothing.
"""

__version__ = "0.1.0"
__all__ = ["__version__"]
