"""What to notice on the flow page: sentences that follow from the displayed numbers of its films."""

from structviz.config import PointShape, TrainConfig
from structviz.data import TOY_SETS
from structviz.displayed import percent, significant
from structviz.nets import PLAIN
from structviz.ode import INTEGRATORS
from structviz.ui.kit.sentences import counted, joined
from structviz.ui.pages.flow.record import FilmRecord, FlowRecord, PlaneRecord, SlopeRecord

__all__ = ["about_folds", "about_run", "about_slopes", "what_to_notice"]


def what_to_notice(found: FlowRecord) -> list[str]:
    """Two to four sentences, each true of what is on the screen."""
    sentences = [_about_accuracy(found), _about_factors(found), *(_about_film(film) for film in found.films)]
    if found.farthest is not None:
        left, right = (film.distance for film in found.films)
        sentences.append(
            f"The farthest point ends {left} (left) and {right} (right) from where the continuous flow takes it."
        )
    sentences += [_about_width(found), _about_rubber(found), *(_about_long_steps(film) for film in found.films)]
    return [sentence for sentence in sentences if sentence][:4]


def about_slopes(found: SlopeRecord) -> str:
    """Whether the error of each integrator falls at the rate of its order."""
    if not found.slopes:
        return "The distances are too close to round-off, or too large, to fit a slope."
    listed = ", ".join(f"{title} {slope}" for title, slope in found.slopes.items())
    verdict = (
        f"not the order for {joined(found.off)}: the steps are still too large, or the nonlinearity has a kink."
        if found.off
        else "each within 0.2 of its order."
    )
    return f"Slopes measured: {listed}; {verdict}"


def about_folds(found: PlaneRecord) -> str:
    """What the map of the smallest singular values shows."""
    places = counted(found.n_places, "place")
    if found.width > 2:
        words = (
            "The map shows how much the network squeezes the plane at each place; a plane in space has no orientation "
            "to lose."
        )
    elif found.n_folded:
        words = f"A layer turns over {found.n_folded:,} of the {places} of the window."
    elif found.n_collapsed or found.n_lost:
        words = "No layer turns over a place of the window."
    else:
        words = f"Nowhere is the plane folded: no layer turns over one of the {places} of the window."
    if found.n_collapsed:
        words += (
            f" It is collapsed below round-off at {found.n_collapsed:,} of the {places}: neighbours become one point."
        )
    if found.n_lost:
        words += f" At {found.n_lost:,} of the {places} the output overflows."
    return f"The smallest singular value of the Jacobian of all layers is {found.tightest} or more. {words}"


def about_run(config: TrainConfig, source: str) -> str:
    """What is trained on the page: the numbers beside it are of this network, whatever the film shows."""
    shape = config.net if isinstance(config.net, PointShape) else PointShape()
    is_plain = shape.scheme == PLAIN
    kind = "Plain network" if is_plain else INTEGRATORS[shape.scheme].title
    time = "" if is_plain else f", T = {shape.time:g}"
    points = f"“{TOY_SETS[source].title}”" if source in TOY_SETS else "your points"
    return f"{kind}, {counted(shape.n_layers, 'layer')}{time}, {shape.width} dimensions, on {points}."


def _about_accuracy(found: FlowRecord) -> str:
    if len(found.films) == 1:
        return f"{found.films[0].right} of the points are classified correctly."
    left, right = found.films
    numbers = f"{left.right} of the points are classified correctly in “{left.title}”, {right.right} in “{right.title}”"
    if not found.same_points:
        return f"{numbers}."
    if not found.more:
        return f"{numbers}: equally many."
    more = f"{abs(found.more):,} {'more' if found.more > 0 else 'fewer'} of {counted(right.n_points, 'point')}"
    return f"{numbers}: {more}." if found.is_clear else f"{numbers}: {more}, too few to call one better."


def _about_factors(found: FlowRecord) -> str:
    """What was not trained: another end of time, other weights."""
    sentences = []
    flowing = [film for film in found.films if not film.is_plain]
    if flowing and flowing[0].horizon != _SAME:
        film = flowing[0]
        ends = {(str(film.time), str(film.trained_time)) for film in flowing}
        if film.horizon < _SAME:
            until = f"at t = {film.time}; training went on to t = {film.trained_time}" if len(ends) == 1 else "early"
            sentences.append(f"The flow stops {until}.")
        else:
            end = f"t = {film.trained_time}" if len(ends) == 1 else "the time of training"
            sentences.append(f"Beyond {end} the weights of the last layer hold: nothing was trained for that.")
    if (scale := found.films[0].scale) != _SAME:
        sentences.append(f"All weights of the layers are {scale} times those of training.")
    return " ".join(sentences)


_SAME = significant(1.0, 3)


def _about_film(film: FilmRecord) -> str:
    """What is special about a film, if something is."""
    if film.is_plain:
        return _about_plain(film)
    if film.n_lost:
        lost = f"{film.n_lost:,} of the {counted(film.n_points, 'point')}"
        return f"**Lost:** “{film.title}” takes {lost} beyond the largest number: it blows up."
    if film.n_folded:
        return (
            f"**Folded:** “{film.title}” turns over {_cells(film.n_folded, film)}. A flow of the plane never does "
            "that; the step is too large."
        )
    if film.n_collapsed:
        return (
            f"**Collapsed:** “{film.title}” squeezes {_cells(film.n_collapsed, film)} below round-off: "
            "neighbours become one point."
        )
    return ""


def _about_plain(film: FilmRecord) -> str:
    does = []
    if film.n_folded:
        does.append(f"turns over {_cells(film.n_folded, film)}")
    if film.n_collapsed:
        many = f"{film.n_collapsed:,} of them" if film.n_folded else _cells(film.n_collapsed, film)
        does.append(f"squeezes {many} below round-off")
    jumps = f" It {' and '.join(does)}." if does else ""
    if film.is_squeezed:
        spread = f"has squeezed all points into one after {counted(film.n_layers, 'layer')}"
        forgotten = ", and where they came from is forgotten" if film.right < percent(0.6) else ""
        return f"“{film.title}” {spread} (spread {film.before} → {film.after}){forgotten}.{jumps}"
    return f"“{film.title}” sends each point somewhere else in each layer: its film jumps, it does not flow.{jumps}"


def _about_width(found: FlowRecord) -> str:
    """What a third dimension is good for: the plane need not be squeezed to get something out of a ring."""
    wide = [film for film in found.films if film.width > 2]
    flat = [film for film in found.films if film.width == 2 and not film.is_plain]
    if not wide:
        return ""
    film = wide[0]
    sentence = (
        f"In {film.width} dimensions points can pass above each other; no flow of the plane can bring what a ring "
        "encloses out of it"
    )
    if flat and not (flat[0].n_folded or flat[0].n_lost or film.n_lost) and flat[0].tightest < film.tightest:
        return (
            f"{sentence}, so “{flat[0].title}” squeezes the grid to {flat[0].tightest} at its tightest, "
            f"“{film.title}” to {film.tightest}."
        )
    return f"{sentence}."


def _about_rubber(found: FlowRecord) -> str:
    planar = [film for film in found.films if film.width == 2 and not film.is_plain]
    rubber = [film for film in planar if film.is_like_rubber]
    if not rubber:
        return ""
    if len(rubber) == len(found.films):
        return (
            "The grid of the plane is stretched and squeezed, but nowhere folded: no cell is turned over, and the "
            "layers bend it like rubber."
        )
    titles = joined([f"“{film.title}”" for film in rubber])
    verb = "stretches and squeezes" if len(rubber) == 1 else "stretch and squeeze"
    return f"{titles} {verb} the grid, but nowhere fold{'s' if len(rubber) == 1 else ''} it: no cell is turned over."


def _about_long_steps(film: FilmRecord) -> str:
    if not film.turns_nothing or film.is_one_to_one:
        return ""
    return f"“{film.title}” turns over no cell of the grid, but its steps are too long to exclude that two places meet."


def _cells(n: int, film: FilmRecord) -> str:
    return f"{n:,} of the {counted(film.n_cells, 'cell')} of the grid"
