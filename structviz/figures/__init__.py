"""Pictures from numbers: pure functions, one theme.

What the pages show stands in `rotation`, `flow`, `ct` (one package for each page), `preview` (training) and `chapters`
(the first page). They share `animation` (frames to WebP or GIF), `contact_sheet` (labelled pictures in columns),
`decision_map` (the tints of a classifier), `pixels` (colour maps and PNG), `spread` (figures against a setting, with
their range over seeds), `svg`, `charts` (Plotly) and `theme`. Pictures in SVG stand alone, on no
sheet: a page wraps them.
"""

from structviz.figures.pixels import COLOUR_MAPS, ColourMap, coloured, to_png
from structviz.figures.rotation.comparison import comparison_sheet
from structviz.figures.sprites import Sprite, colour_table, sprite, sprite_values
from structviz.figures.theme import (
    ARM_COLOURS,
    CLASS_COLOURS,
    CLASS_SYMBOLS,
    INTEGRATOR_COLOURS,
    Heading,
    Headings,
    arm_title,
    heading,
)

__all__ = [
    "ARM_COLOURS",
    "CLASS_COLOURS",
    "CLASS_SYMBOLS",
    "COLOUR_MAPS",
    "ColourMap",
    "Heading",
    "Headings",
    "INTEGRATOR_COLOURS",
    "Sprite",
    "arm_title",
    "colour_table",
    "coloured",
    "comparison_sheet",
    "heading",
    "sprite",
    "sprite_values",
    "to_png",
]
