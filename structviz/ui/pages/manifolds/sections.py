"""The sections below the sphere, each computed when a visitor opens it."""

from structviz.ui.kit.form import Form
from structviz.ui.kit.guard import guarded
from structviz.ui.pages.manifolds.body import body_section
from structviz.ui.pages.manifolds.choice import ManifoldsChoice
from structviz.ui.pages.manifolds.learned import learned_section
from structviz.ui.pages.manifolds.mass import mass_section
from structviz.ui.pages.manifolds.optimisers import optimiser_section
from structviz.ui.pages.manifolds.pays import pays_section
from structviz.ui.pages.manifolds.stiefel import stiefel_section

__all__ = ["show_sections"]

_SECTIONS = {
    "body": body_section,
    "learned": learned_section,
    "stiefel": stiefel_section,
    "mass": mass_section,
    "pays": pays_section,
    "optimisers": optimiser_section,
}


def show_sections(form: Form[ManifoldsChoice]) -> None:
    """Show all sections, closed unless the address or the visitor opens them."""
    for name, show in _SECTIONS.items():
        with guarded(), form.section(name) as is_open:
            if is_open:
                show(form)
