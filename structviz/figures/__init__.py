"""Pictures from numbers: pure functions, one theme."""

from structviz.figures.pixels import COLOUR_MAPS, ColourMap, coloured, to_png
from structviz.figures.sheet import comparison_sheet
from structviz.figures.theme import ARM_COLOURS, arm_title

__all__ = ["ARM_COLOURS", "COLOUR_MAPS", "ColourMap", "arm_title", "coloured", "comparison_sheet", "to_png"]
