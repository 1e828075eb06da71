"""Defects of the kit of the pages, and of what they send to the browser."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

DEFECTS = (
    Defect(
        name="fractions-allowed",
        breaks="Controls for whole numbers take fractions.",
        file="structviz/ui/kit/controls.py",
        old="        if self.whole and value != int(value):",
        new="        if self.whole and value != value:",
        tests="tests/unit/ui/kit/test_controls.py::test_the_address_may_not_say_anything_else",
    ),
    Defect(
        name="upper-end-unchecked",
        breaks="Numbers may be above their range.",
        file="structviz/ui/kit/controls.py",
        old="        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:",
        new="        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value:",
        tests="tests/unit/ui/kit/test_controls.py::test_the_address_may_not_say_anything_else",
    ),
    Defect(
        name="truth-is-one",
        breaks="true counts as the number 1.",
        file="structviz/ui/kit/controls.py",
        old="        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:",
        new="        if not isinstance(value, int | float) or not low <= value <= high:",
        tests="tests/unit/ui/kit/test_choice.py::test_a_choice_refuses_what_its_controls_do_not_offer",
    ),
    Defect(
        name="order-of-the-address",
        breaks="Several options keep the order of the address, so that equal choices differ.",
        file="structviz/ui/kit/controls.py",
        old="        return tuple(o for o, title in titles.items() if any(text in (title, str(o)) for text in texts))",
        new="        return tuple(o for text in texts for o, title in titles.items() if text in (title, str(o)))",
        tests="tests/unit/ui/kit/test_controls.py::test_the_address_may_say_it_in_other_ways",
    ),
    Defect(
        name="unknown-options-dropped",
        breaks="Options that there are not are left out without a word.",
        file="structviz/ui/kit/controls.py",
        old="        if any(all(text not in (title, str(option)) for option, title in titles.items()) for text in texts):",
        new="        if not texts:",
        tests="tests/unit/ui/kit/test_controls.py::test_the_address_may_not_say_anything_else",
    ),
    Defect(
        name="long-texts-allowed",
        breaks="Texts may be of any length.",
        file="structviz/ui/kit/controls.py",
        old="        if not isinstance(value, str) or len(value) > self.most:",
        new="        if not isinstance(value, str):",
        tests="tests/unit/ui/kit/test_controls.py",
    ),
    Defect(
        name="last-of-many-texts",
        breaks="Of several texts for one control the last counts.",
        file="structviz/ui/kit/control.py",
        old=(
            "        if len(texts) != 1:\n            raise self._refuse(list(texts), values)\n        return texts[0]"
        ),
        new=("        if not texts:\n            raise self._refuse(list(texts), values)\n        return texts[-1]"),
        tests="tests/unit/ui/kit/test_controls.py::test_the_address_may_not_say_anything_else",
    ),
    Defect(
        name="browser-unchecked",
        breaks="What the browser sends is taken unchecked.",
        file="structviz/ui/kit/form.py",
        old="checked = {name: self.controls[name].checked(value, before) for name, value in values.items()}",
        new="checked = dict(values)",
        tests="tests/unit/ui/kit/test_form.py",
    ),
    Defect(
        name="packet-unaligned",
        breaks="Arrays of a packet begin anywhere.",
        file="structviz/figures/packet.py",
        old="        body += bytes(-len(body) % _ALIGNMENT)",
        new='        body += b""',
        tests="tests/unit/figures/test_packet.py",
    ),
    Defect(
        name="packet-head-unpadded",
        breaks="The head of a packet is not filled up, so that no array is aligned.",
        file="structviz/figures/packet.py",
        old='    text += b" " * (-(4 + len(text)) % _ALIGNMENT)',
        new='    text += b" " * (-len(text) % _ALIGNMENT)',
        tests="tests/unit/figures/test_packet.py",
    ),
    Defect(
        name="packet-offset-after",
        breaks="The offsets of a packet are those of the ends of arrays.",
        file="structviz/figures/packet.py",
        old="    for name, given in arrays.items():",
        new="    for name, given in reversed(arrays.items()):",
        tests="tests/unit/figures/test_packet.py",
    ),
    Defect(
        name="packet-big-end-first",
        breaks="The length of a packet's head has its highest byte first.",
        file="structviz/figures/packet.py",
        old='    return struct.pack("<I", len(text)) + text + bytes(body)',
        new='    return struct.pack(">I", len(text)) + text + bytes(body)',
        tests="tests/unit/figures/test_packet.py::test_the_packet_that_the_tests_of_the_browser_read_is_one_of_ours",
    ),
    Defect(
        name="packet-order-of-bytes",
        breaks="Numbers keep the order of their bytes, whatever it is.",
        file="structviz/figures/packet.py",
        old='        body += values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes()',
        new="        body += values.tobytes()",
        tests="tests/unit/figures/test_packet.py::test_bytes_and_empty_arrays_and_numbers_of_either_order",
    ),
)
