"""Data to learn from and to look at: a generator or a name goes in, tensors come out.

Images are ``(batch, 1, row, column)``, float32, in [0, 1], attenuation in 1/cm; points are ``(point, 2)``,
float32, with labels ``(point,)`` in {0, 1}. Nothing is downloaded, and the pictures for testing are never among
those that networks are trained on.
"""

from structviz.data.attenuation import (
    MATERIALS,
    MU_RANGE,
    MU_SCALE,
    MU_WATER,
    as_attenuation,
    from_hounsfield,
    to_hounsfield,
)
from structviz.data.attitudes import attitude_split, attitudes, tumbled
from structviz.data.dicom import read_dicom
from structviz.data.digits import DIGIT_COUNTS, DIGIT_SIDE, DigitPart, digits
from structviz.data.gratings import grating, gratings
from structviz.data.images import IMAGES, PICTURES, TRAINING_IMAGES, Picture, image, training_image
from structviz.data.patches import patches
from structviz.data.phantoms import SHEPP_LOGAN, Ellipse, draw, ellipses, shepp_logan
from structviz.data.photographs import PHOTOGRAPHS, imagenet_classes, photograph
from structviz.data.points import MAX_COORDINATE, MAX_POINTS, read_points, write_points
from structviz.data.scans import SCAN_TYPES, Scan, read_scan
from structviz.data.spherical import SPHERE_SETS, SphereSet, sphere_split, spherical
from structviz.data.stripes import ORIENTATIONS, stripes
from structviz.data.thorax import FIELD_OF_VIEW, SPINE_WINDOW, thorax
from structviz.data.toy import MAX_NOISE, TOY_SETS, DrawnPoints, ToySet, held_out, toy, toy_split
from structviz.data.toy_density import toy_log_density
from structviz.data.uploads import UPLOAD_TYPES, read_colour_image, read_image
from structviz.decoding.dicom_header import WIDTHS

__all__ = [
    # stripes
    "ORIENTATIONS",
    "stripes",
    "grating",
    "gratings",
    # pictures
    "IMAGES",
    "TRAINING_IMAGES",
    "PICTURES",
    "Picture",
    "image",
    "training_image",
    "patches",
    # photographs in colour
    "PHOTOGRAPHS",
    "imagenet_classes",
    "photograph",
    # digits
    "DIGIT_COUNTS",
    "DIGIT_SIDE",
    "DigitPart",
    "digits",
    # phantoms
    "SHEPP_LOGAN",
    "Ellipse",
    "draw",
    "ellipses",
    "shepp_logan",
    # patients and what X-rays see of them
    "FIELD_OF_VIEW",
    "SPINE_WINDOW",
    "thorax",
    "MATERIALS",
    "MU_WATER",
    "MU_RANGE",
    "MU_SCALE",
    "to_hounsfield",
    "from_hounsfield",
    "as_attenuation",
    # points
    "MAX_NOISE",
    "TOY_SETS",
    "DrawnPoints",
    "ToySet",
    "held_out",
    "toy",
    "toy_log_density",
    "toy_split",
    "MAX_COORDINATE",
    "MAX_POINTS",
    "read_points",
    "write_points",
    "SPHERE_SETS",
    "SphereSet",
    "sphere_split",
    "spherical",
    # rotations
    "attitude_split",
    "attitudes",
    "tumbled",
    # uploads
    "UPLOAD_TYPES",
    "read_image",
    "read_colour_image",
    "read_dicom",
    "SCAN_TYPES",
    "WIDTHS",
    "Scan",
    "read_scan",
]
