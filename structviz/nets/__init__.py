"""Networks, one idea a file. The equivariant twin needs escnn: import it from `structviz.nets.equivariant`."""

from structviz.nets.denoisers import ConvDenoiser
from structviz.nets.groups import GROUPS, Element, Group, group
from structviz.nets.projection import commuting_kernel
from structviz.nets.symmetrised import Symmetrised

__all__ = ["GROUPS", "ConvDenoiser", "Element", "Group", "Symmetrised", "commuting_kernel", "group"]
