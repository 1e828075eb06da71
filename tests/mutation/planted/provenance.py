"""Defects of what files say of themselves, of archives and of tables of several images."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

_NOTES = "tests/unit/provenance/test_notes.py"
_EXCHANGE = "tests/unit/tomography/test_exchange.py"
_ARCHIVE = "tests/unit/zoo/test_archive.py"
_SEVERAL = "tests/unit/studies/test_several.py"

DEFECTS = (
    Defect(
        name="png-checksum",
        breaks="The checksum of the text chunk of a PNG is wrong.",
        file="structviz/provenance/pictures.py",
        old='struct.pack(">I", zlib.crc32(chunk))',
        new='struct.pack(">I", zlib.crc32(chunk[4:]))',
        tests=f"{_NOTES}::test_pillow_finds_the_record_and_the_same_frames",
    ),
    Defect(
        name="webp-flag",
        breaks="The header of an animated WebP does not say that there is EXIF.",
        file="structviz/provenance/pictures.py",
        old="bytes([body[8] | 0x08])",
        new="bytes([body[8]])",
        tests=f"{_NOTES}::test_pillow_finds_the_record_and_the_same_frames",
    ),
    Defect(
        name="webp-width",
        breaks="The header that a still WebP gets is a pixel too wide.",
        file="structviz/provenance/pictures.py",
        old="(width - 1).to_bytes",
        new="width.to_bytes",
        tests=f"{_NOTES}::test_a_still_webp_gets_the_header_that_it_lacks",
    ),
    Defect(
        name="gif-table",
        breaks="The comment of a GIF lies inside of its table of colours.",
        file="structviz/provenance/pictures.py",
        old="3 << (flags & 7) + 1",
        new="3 << (flags & 7)",
        tests=f"{_NOTES}::test_pillow_finds_the_record_and_the_same_frames",
    ),
    Defect(
        name="tiff-notes-lost",
        breaks="The record of a page replaces the geometry of a sinogram.",
        file="structviz/provenance/pictures.py",
        old="{**read_exif(content), **notes}",
        new="notes",
        tests=f"{_NOTES}::test_a_table_and_a_tiff_keep_the_notes_that_they_have",
    ),
    Defect(
        name="html-unescaped",
        breaks="A note can end the element that holds it.",
        file="structviz/provenance/texts.py",
        old='.replace("<", "\\\\u003c")',
        new="",
        tests=f"{_NOTES}::test_numpy_zipfile_and_a_parser_of_html_find_the_record",
    ),
    Defect(
        name="infinite-settings",
        breaks="An infinite setting makes JSON that others cannot read.",
        file="structviz/provenance/record.py",
        old="value if math.isfinite(value) else str(value)",
        new="value",
        tests=f"{_NOTES}::test_the_record_has_plain_values_only",
    ),
    Defect(
        name="sinogram-digits",
        breaks="A sinogram in a table has eight digits, which do not tell each number from its neighbours.",
        file="structviz/tomography/exchange.py",
        old='f"{value:.9g}"',
        new='f"{value:.7g}"',
        tests=f"{_EXCHANGE}::test_every_number_stays_as_it_is",
    ),
    Defect(
        name="sinogram-width",
        breaks="The width of the image in the file of a sinogram is half of what it is.",
        file="structviz/tomography/exchange.py",
        old='"width_cm": 2 * geometry.half_width',
        new='"width_cm": geometry.half_width',
        tests=f"{_EXCHANGE}::test_other_programs_find_angles_places_and_photons",
    ),
    Defect(
        name="sinogram-unchecked",
        breaks="A sinogram need not have the views of its geometry.",
        file="structviz/tomography/exchange.py",
        old="    if tuple(stored.sinogram.shape) != expected:",
        new="    if len(stored.sinogram.shape) != len(expected):",
        tests=f"{_EXCHANGE}::test_a_sinogram_of_another_scan_is_refused",
    ),
    Defect(
        name="archive-unchecked",
        breaks="Networks of an archive are taken without a look at digest and shapes.",
        file="structviz/zoo/archive.py",
        old="PackedNetwork(check_pair(weights, card), weights, card)",
        new="PackedNetwork(Card.from_json(card), weights, card)",
        tests=f"{_ARCHIVE}::test_a_false_claim_is_refused_and_nothing_is_written",
    ),
    Defect(
        name="archive-bomb",
        breaks="A file of an archive is unpacked whole, however long it is.",
        file="structviz/zoo/archive.py",
        old="    if len(data) > most:",
        new="    if len(data) > 100 * most:",
        tests=f"{_ARCHIVE}::test_no_more_is_unpacked_than_a_network_can_need",
    ),
    Defect(
        name="spread-of-the-mean",
        breaks="The spread over images is that of all of them, n below the root.",
        file="structviz/studies/several.py",
        old="statistics.stdev(values)",
        new="statistics.pstdev(values)",
        tests=f"{_SEVERAL}::test_each_image_has_the_figures_of_the_study_and_a_bad_file_stops_nothing",
    ),
    Defect(
        name="one-width-for-all",
        breaks="A slice is scanned at the width of the page instead of its own.",
        file="structviz/studies/several.py",
        old="field_of_view=own.width or width",
        new="field_of_view=width",
        tests=f"{_SEVERAL}::test_slices_are_scanned_at_their_own_width",
    ),
    Defect(
        name="upright-and-turned",
        breaks="The PSNR of the upright image stands for that of the turned one.",
        file="structviz/studies/several.py",
        old='"psnr_db": one[-1].psnr,\n                "ssim"',
        new='"psnr_db": one[0].psnr,\n                "ssim"',
        tests=f"{_SEVERAL}::test_each_image_has_the_figures_of_the_study_and_a_bad_file_stops_nothing",
    ),
    Defect(
        name="refused-file-stays",
        breaks="The name of a file that was refused stands over what was chosen before.",
        file="structviz/ui/kit/file_field.py",
        old='st.session_state.get(f"{key}_refusals", 0) + 1',
        new='st.session_state.get(f"{key}_refusals", 0)',
        tests="tests/app/test_bad_uploads.py",
    ),
)
