"""The pages of the app, each declared once: its script and address, and its name in menu, tab and links."""

from dataclasses import dataclass

__all__ = ["PAGES", "SITE", "PageEntry"]

SITE = "structviz"
"""What the app is called."""


@dataclass(frozen=True)
class PageEntry:
    """A page of the app.

    Attributes
    ----------
    address
        Its path; empty for the first page. Its script is `pages/<address>.py`, or `pages/home.py`.
    menu
        What it is called in the menu, in a word or two.
    title
        What it is called in the browser's tab, in bookmarks and in previews of links.
    description
        One sentence for previews of links and for search engines.
    """

    address: str
    menu: str
    title: str
    description: str

    @property
    def name(self) -> str:
        """The name of its script and of its preview picture."""
        return self.address or "home"

    @property
    def script(self) -> str:
        """The path of its script, beside app.py."""
        return f"pages/{self.name}.py"

    @property
    def tab(self) -> str:
        """The title of the browser's tab."""
        return f"{self.title} · {SITE}"


PAGES = (
    PageEntry(
        "",
        "The lecture",
        "Structure-preserving deep learning",
        "Neural networks with built-in guarantees, to turn, drag and train in the browser: stripes, photographs, CT "
        "scans and flows.",
    ),
    PageEntry(
        "notation",
        "Notation",
        "What a layer does to the plane",
        "A layer is a linear map, a shift and a nonlinearity. Drag its arrows and watch points, grid and loss follow.",
    ),
    PageEntry(
        "robustness",
        "Robustness",
        "A little noise, another class",
        "Fool a real classifier of photographs with noise that nobody sees and with a turn, and meet one that "
        "cannot be fooled.",
    ),
    PageEntry(
        "flow",
        "Flows",
        "Watch the layers flow",
        "A residual network moves points a little in each layer: a film of all layers, in steps of any size, next to "
        "the continuous flow.",
    ),
    PageEntry(
        "optimal_control",
        "Control",
        "Training is steering",
        "A network steers points to their classes: states run forwards through its layers, and costates run backwards "
        "and say how each layer should change.",
    ),
    PageEntry(
        "rotation",
        "Rotation",
        "Turn the image: does the network notice?",
        "Turn an image by hand and watch an ordinary and an equivariant network denoise it, with their errors at every "
        "angle.",
    ),
    PageEntry(
        "ct",
        "CT",
        "Computed tomography with turned patients",
        "Reconstruct a slice from few X-rays with classical and learned methods, and turn the patient: which ones "
        "still work?",
    ),
    PageEntry(
        "stability",
        "Stability",
        "Do close inputs stay close?",
        "Drag two neighbouring points through a network that moves no two points apart, and through a free one: then "
        "make its steps too large.",
    ),
    PageEntry(
        "invertibility",
        "Invertibility",
        "Push and pull: can a network be undone?",
        "Points go through the layers of a network and come back: exactly where each layer can be undone, and not at "
        "all where a ResNet has folded the plane.",
    ),
    PageEntry(
        "manifolds",
        "Manifolds",
        "Do the steps stay on the sphere?",
        "Turn a sphere on which points flow to their classes. Steps that are made for it stay on it, those of Euler "
        "and RK4 leave it.",
    ),
    PageEntry(
        "train",
        "Train",
        "Train the networks yourself",
        "Train ordinary and equivariant networks on equal terms on this machine, and watch their curves and pictures.",
    ),
    PageEntry(
        "runs",
        "Runs",
        "All runs of this machine",
        "Every network that was trained on this machine or imported to it: settings, curves, files.",
    ),
)
"""All pages, in the order of the menu."""
