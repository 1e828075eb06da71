"""Defects of the pictures, and of what they say to those who do not see them."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

_FILM, _PANEL = "structviz/figures/flow/film.py", "structviz/figures/flow/film_panel.py"
_TESTS = "tests/unit/figures/flow/test_film.py"
_WORDS = "structviz/ui/browser/src/viewer/words.js"

DEFECTS = (
    Defect(
        name="film-without-limits",
        breaks="A long film has more frames than a file can hold, and a short one jerks.",
        file=_FILM,
        old="min(max(round(_FPS * seconds), _FEWEST), _MOST)",
        new="round(_FPS * seconds)",
        tests=f"{_TESTS}::test_the_film_has_its_frames_and_its_time",
    ),
    Defect(
        name="film-rests-at-its-start",
        breaks="The first frame of a film stands longest, not the last.",
        file=_FILM,
        old="first, last = (1000 * seconds * rest for rest in _REST)",
        new="last, first = (1000 * seconds * rest for rest in _REST)",
        tests=f"{_TESTS}::test_the_film_has_its_frames_and_its_time",
    ),
    Defect(
        name="film-is-always-webp",
        breaks="Whoever asks for a GIF gets a WebP.",
        file=_FILM,
        old="encode_animation(frames, durations, file_type,",
        new='encode_animation(frames, durations, "webp",',
        tests=f"{_TESTS}::test_the_film_has_its_frames_and_its_time",
    ),
    Defect(
        name="film-jumps",
        breaks="Between two layers nothing moves.",
        file=_PANEL,
        old="return frame, max(0.0, position - frame)",
        new="return frame, 0.0",
        tests=f"{_TESTS}::test_every_frame_moves",
    ),
    Defect(
        name="film-changes-the-classes",
        breaks="Points have the colour of the other class.",
        file=_PANEL,
        old='CLASS_COLOURS[label], "white"',
        new='CLASS_COLOURS[1 - label], "white"',
        tests=f"{_TESTS}::test_points_are_where_they_are_in_the_colour_of_their_class",
    ),
    Defect(
        name="film-line-mirrored",
        breaks="The classifier's line stands on the other side of the origin.",
        file=_PANEL,
        old="zero_set(self.normal, self.offset, self.half_width)",
        new="zero_set(self.normal, -self.offset, self.half_width)",
        tests=f"{_TESTS}::test_the_line_and_the_ground_tell_the_classifier",
    ),
    Defect(
        name="film-draws-what-is-lost",
        breaks="Points far outside or at no place at all are drawn.",
        file=_PANEL,
        old="near = chosen & camera.near(now)",
        new="near = chosen",
        tests=f"{_TESTS}::test_what_is_lost_is_left_out",
    ),
    Defect(
        name="film-of-no-classifier",
        breaks="A classifier that is not finite is drawn.",
        file=_PANEL,
        old="np.isfinite(self.normal).all() and self.normal.any()",
        new="self.normal.any()",
        tests=f"{_TESTS}::test_a_film_of_nothing_is_a_film",
    ),
    Defect(
        name="film-spoils-its-ends",
        breaks="A layer that blew up reaches into the one beside it.",
        file=_PANEL,
        old="if part in (0, 1):",
        new="if part == 2:",
        tests=f"{_TESTS}::test_a_layer_that_blew_up_does_not_spoil_the_ends",
    ),
    Defect(
        name="picture-without-words",
        breaks="The sinogram says nothing to those who do not see it.",
        file="structviz/ui/pages/ct/sections.py",
        old='            alt=f"The sinogram',
        new='            # alt=f"The sinogram',
        tests="tests/test_architecture.py::test_every_picture_says_what_it_shows",
    ),
    Defect(
        name="slice-says-its-result-always",
        breaks="What a slice says does not follow the iterates.",
        file=_WORDS,
        old="const k = shownFrame(stack, view.iterate);",
        new="const k = shownFrame(stack, null);",
        tests="tests/js/viewer/words.test.js",
    ),
    Defect(
        name="zoom-says-where-it-was-asked-to-be",
        breaks="A zoom that stops at the edge says that it stands beyond it.",
        file=_WORDS,
        old="[left + side / 2, top + side / 2]",
        new="[view.column, view.row]",
        tests="tests/js/viewer/words.test.js",
    ),
    Defect(
        name="descent-goes-up",
        breaks="The picture of the lab shows losses of steps against the gradient's direction.",
        file="structviz/figures/chapters.py",
        old="(1 - np.outer(rates, curvatures)[:, None, :])",
        new="(1 + np.outer(rates, curvatures)[:, None, :])",
        tests="tests/unit/figures/test_chapters.py::test_losses_are_those_of_gradient_descent",
    ),
    Defect(
        name="layer-is-not-folded",
        breaks="The picture of the notation leaves out the nonlinearity.",
        file="structviz/figures/chapters.py",
        old="(grid, moved, np.abs(moved))",
        new="(grid, moved, moved)",
        tests="tests/unit/figures/test_chapters.py::test_the_layer_is_sheared_shifted_and_folded",
    ),
)
