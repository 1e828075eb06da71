"""Tables of points: what is read, what is refused in which words, and that damage never does more."""

import random

import pytest
import torch
from torch import Generator, Tensor
from torch.testing import assert_close

from structviz import data
from structviz.data import points as tables
from structviz.errors import ConfigError, DataError, ShapeError

POINTS = torch.tensor([[0.5, -1.0], [0.0, 0.25], [-2.0, 3.0]])
LABELS = torch.tensor([0, 1, 1])


def assert_read(text: str | bytes, points: Tensor = POINTS, labels: Tensor = LABELS) -> None:
    read, classes = data.read_points(text)
    assert read.dtype == torch.float32
    assert classes.dtype == torch.int64
    assert_close(read, points, rtol=0, atol=0)
    assert classes.tolist() == labels.tolist()


@pytest.mark.parametrize(
    "text",
    [
        "x,y,label\n0.5,-1,0\n0,0.25,1\n-2,3,1\n",
        "0.5,-1,0\n0,0.25,1\n-2,3,1",
        "0.5;-1;0\n0;0.25;1\n-2;3;1\n",
        "0,5;-1;0\n0;0,25;1\n-2,0;3;1,0\n",
        "0.5\t-1\t0\n0\t0.25\t1\n-2\t3\t1\n",
        "x;y;label\r\n0,5;-1;0\r\n0;0,25;1\r\n-2;3;1\r\n",
        "x,y,label\r0.5,-1,0\r0,0.25,1\r-2,3,1\r",
        "\ufeffx,y,label\n0.5,-1,0\n0,0.25,1\n-2,3,1\n",
        "\ufeff0.5,-1,0\n0,0.25,1\n-2,3,1\n",
        "\n \n x , y , label \n\n 0.5 , -1 , 0 \n,,\n0,0.25,1\n\n-2,3,1\n\n",
        "Class,Y,X\n0,-1,0.5\n1,0.25,0\n1,3,-2\n",
        ",y,label,x\n0,-1,0,0.5\n1,0.25,1,0\n2,3,1,-2\n",
        "x,class,y,label\n0.5,a,-1,0\n0,b,0.25,1\n-2,c,3,1\n",
        "x1,x2,y\n0.5,-1,0\n0,0.25,1\n-2,3,1\n",
        "x,y,kind,weight\n0.5,-1,0,9\n0,0.25,1,9\n-2,3,1,9\n",
        '"x","y","label"\n"0.5","-1","0"\n"0","0.25","1"\n"-2","3","1"\n',
        "5e-1,-1E0,0.0\n+0,.25,1\n-2.,3,1.0e+00\n",
        "0.5,-1,0,note\n0,0.25,1\n-2,3,1,,\n",
    ],
)
def test_tables_of_many_kinds_are_read(text: str) -> None:
    assert_read(text)
    assert_read(text.encode())


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        (["0", "1"], [0, 1]),
        (["1", "0"], [1, 0]),
        (["1", "-1"], [1, 0]),
        (["+1", "-1.0"], [1, 0]),
        (["10", "9"], [1, 0]),
        (["dog", "cat"], [1, 0]),
        (["Zebra", "ant"], [0, 1]),
        (["cat", "7"], [1, 0]),
        (["nan", "1"], [1, 0]),
        (["blue moon", "red moon"], [0, 1]),
    ],
)
def test_the_lower_label_becomes_class_zero(classes: list[str], expected: list[int]) -> None:
    rows = "".join(f"{k},0,{name}\n" for k, name in enumerate(classes))
    assert data.read_points(rows)[1].tolist() == expected


def test_what_is_written_is_read_again_exactly(generator: Generator) -> None:
    for scale in (1e-30, 1e-3, 1.0, 99.9):
        points = scale * (2 * torch.rand(2000, 2, generator=generator) - 1)
        points[0] = torch.tensor([0.1, 1 / 3])
        assert_read(data.write_points(points, torch.arange(2000) % 2), points, torch.arange(2000) % 2)
    edges = torch.tensor([[100.0, -100.0], [torch.finfo(torch.float32).tiny, 1 + 2**-23], [-0.0, 2**24 / 2**18]])
    assert_read(data.write_points(edges, LABELS), edges)
    for name in data.TOY_SETS:
        assert_read(data.write_points(*data.toy(name, 100)), *data.toy(name, 100))


def test_the_table_is_short_and_has_a_header() -> None:
    points = torch.tensor([[0.1, -1.0], [2.5, 1e-7]], dtype=torch.float64, requires_grad=True)
    assert data.write_points(points, torch.tensor([1, 0])) == "x,y,label\n0.1,-1.0,1\n2.5,1e-07,0\n"


@pytest.mark.usefixtures("without_shape_checks")
@pytest.mark.parametrize(("points", "labels"), [((3, 2), (2,)), ((3, 3), (3,)), ((3,), (3,)), ((3, 2), (3, 1))])
def test_points_without_labels_are_not_written(points: tuple[int, ...], labels: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"\(n, 2\) and \(n,\), but they have"):
        data.write_points(torch.zeros(points), torch.zeros(labels, dtype=torch.int64))


def refusal(text: str | bytes) -> str:
    with pytest.raises(DataError) as caught:
        data.read_points(text)
    message = str(caught.value)
    assert message.endswith(".")
    assert message.isprintable()
    assert message.count(". ") == 0
    assert len(message) < 250
    assert ": " in message
    return message


TWO = "0,0,0\n1,1,1\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "A table must have at least 2 points, but this one is empty: add rows such as 0.5,-0.25,1."),
        (" \r\n\n", "A table must have at least 2 points, but this one is empty: add rows such as 0.5,-0.25,1."),
        ("x,y,label\n", "A table must have at least 2 points, but this one has 0: add rows such as 0.5,-0.25,1."),
        ("0,1,0\n", "A table must have at least 2 points, but this one has 1: add rows such as 0.5,-0.25,1."),
        (
            b"x,y,label\n0,0,\xe4\n",
            "A table must be plain text in UTF-8, but this one is not: save it as CSV in UTF-8.",
        ),
        (TWO.encode("utf-16"), "A table must be plain text in UTF-8, but this one is not: save it as CSV in UTF-8."),
        (b"PK\x03\x04\0\0", "A table must be plain text in UTF-8, but this one is not: save it as CSV in UTF-8."),
        (TWO + "abc,1,0\n", "In line 3, x must be a number; got 'abc': write it like -0.25."),
        ("x,y,label\n\n" + TWO + "1,,0\n", "In line 5, y must be a number; got nothing: write it like -0.25."),
        ("abc,1,0\n" + TWO, "In line 1, x must be a number; got 'abc': write it like -0.25."),
        ("class,x,y\na,1,1_0\n", "In line 2, y must be a number; got '1_0': write it like -0.25."),
        (
            TWO + f"0,{'very long ' * 20},0\n",
            "In line 3, y must be a number; got 'very long very long ver…': write it like -0.25.",
        ),
        ("0,5\t1\t0\n" + TWO, "In line 1, x must be a number; got '0,5': write it like -0.25."),
        (TWO + "nan,1,0\n", "In line 3, x must be finite; got 'nan': correct or delete the row."),
        (TWO + "1,-Infinity,0\n", "In line 3, y must be finite; got '-Infinity': correct or delete the row."),
        (TWO + "1e999,1,0\n", "In line 3, x must be finite; got '1e999': correct or delete the row."),
        (
            TWO + "1,-100.5,0\n",
            "In line 3, y must lie between -100 and 100; got '-100.5': divide all points by a common number.",
        ),
        (
            TWO + "1,1\n",
            "In line 3, a row must have the columns x, y and label; got 2 of 3 columns, '1,1': "
            "write it like 0.5,-0.25,1.",
        ),
        (
            "x,y\n0,0\n",
            "In line 1, a row must have the columns x, y and label; got 2 of 3 columns, 'x,y': "
            "write it like 0.5,-0.25,1.",
        ),
        (
            "0 0 0\n1 1 1\n",
            "In line 1, a row must have the columns x, y and label; got 1 of 3 columns, '0 0 0': "
            "write it like 0.5,-0.25,1.",
        ),
        (
            "kind,x,y\na,0,0\n",
            "In line 1, a header with x and y must also name label; got 'kind, x, y': "
            "rename the column with the classes.",
        ),
        (TWO + "1,1,\n", "In line 3, label must name a class; got nothing: write 0 or 1."),
        ("0,0,a\n1,1,a\n", "A table must have two classes, but all 2 labels are 'a': add points of another."),
        ("0,0,1\n1,1,1.0\n", "A table must have two classes, but all 2 labels are '1': add points of another."),
        (
            TWO + "1,1,b\n",
            "A table must have two classes, but after '0' and '1' line 3 brings a third label, 'b': keep two of them.",
        ),
        (
            TWO + '1,"' + "9" * 200_000,
            "In line 3, a cell must have at most 131072 characters; got more: "
            "look for a quotation mark without its partner.",
        ),
    ],
)
def test_each_refusal_has_its_sentence(text: str | bytes, message: str) -> None:
    assert refusal(text) == message


def test_line_breaks_in_cells_do_not_break_the_message() -> None:
    assert r"got 'two\nlines'" in refusal(TWO + '"two\nlines",0,0\n')


@pytest.mark.parametrize("value", ["100", "-100", "1e2"])
def test_the_largest_coordinate_is_allowed(value: str) -> None:
    points, _ = data.read_points(f"{value},0,0\n0,{value},1\n")
    assert points.abs().max() == data.MAX_COORDINATE
    assert "between -100 and 100" in refusal(f"{value},0,0\n0,{float(value) * (1 + 1e-12)!r},1\n")


def test_the_number_of_points_is_limited_and_later_rows_are_not_looked_at() -> None:
    most = "x,y,label\n" + TWO * (data.MAX_POINTS // 2)
    assert len(data.read_points(most)[0]) == data.MAX_POINTS
    expected = "A table may have at most 10000 points, but line 10002 brings one more: keep some of the rows only."
    assert refusal(most + TWO) == expected
    assert refusal(most + "not,a,point\n") == expected


def test_a_million_rows_are_refused_before_they_are_read() -> None:
    expected = "A table may have at most 2 MB, but this one has 6.0 MB: keep at most 10000 rows."
    assert refusal(TWO * 500_000) == expected
    # Not even whether it is text.
    assert refusal(b"\xff" * 6_000_000) == expected
    exact = (TWO + "\n" * tables.MAX_BYTES)[: tables.MAX_BYTES]
    assert len(data.read_points(exact)[0]) == 2
    assert "2 MB" in refusal(exact + " ")


@pytest.mark.usefixtures("without_shape_checks")
@pytest.mark.parametrize("table", [None, 5, ["0,0,0"]])
def test_only_text_is_read(table: object) -> None:
    with pytest.raises(ConfigError, match=f"it is a {type(table).__name__}"):
        data.read_points(table)  # pyright: ignore[reportArgumentType]


CASES = 1500
SEEDS = (
    "x,y,label\n" + TWO * 4,
    "0,5;-1;cat\r\n0;0,25;dog\r\n" * 3,
    '"x"\t"class"\t"y"\n"0.5"\ta\t-1\n0\tb\t2\n',
)
HARMLESS = (" ", "\n", "\r\n", "0", "1", "")
PIECES = (*HARMLESS, '"', ",", ";", "\t", "\r", "\0", "-", "nan", "1e400", "_", "\ufeff", "½", "\ud800", "1" * 30)


def damaged(text: str, rng: random.Random) -> str | bytes:
    for _ in range(rng.choice((1, 1, 1, 5))):
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(PIECES) + text[at + rng.choice((0, 0, 1, 7)) :]
    if rng.random() < 0.5:
        return text
    content = bytearray(text.encode(errors="surrogatepass"))
    if content and rng.random() < 0.3:
        content[rng.randrange(len(content))] = rng.randrange(256)
    return bytes(content)


def is_read(text: str | bytes) -> bool:
    try:
        points, labels = data.read_points(text)
    except DataError:
        return False
    assert points.shape == (len(labels), 2)
    assert points.abs().max() <= data.MAX_COORDINATE
    assert set(labels.tolist()) == {0, 1}
    return True


def test_damage_gives_points_or_a_sentence() -> None:
    rng = random.Random(20211)
    read = sum(is_read(damaged(SEEDS[case % len(SEEDS)], rng)) for case in range(CASES))
    assert 0.1 * CASES < read < 0.9 * CASES  # the damage is neither harmless nor always fatal


def test_random_bytes_give_a_sentence() -> None:
    rng = random.Random(20211)
    alphabets = (bytes(range(256)), b'01,;\t\n\r".-ex', b"0123456789,\n")
    for case in range(CASES):
        is_read(bytes(rng.choices(alphabets[case % 3], k=rng.randrange(200))))


def test_what_a_file_says_of_itself_is_left_out_and_lines_are_counted_as_they_stand() -> None:
    notes = '# seed: 3\n# settings: {"arms": ["a", "b"], "c": ";\\"x"}\n'
    points, labels = data.read_points(notes + "x,y,label\n0.5,-1,0\n0,0.25,1\n")
    assert points.tolist() == [[0.5, -1.0], [0.0, 0.25]]
    assert labels.tolist() == [0, 1]
    with pytest.raises(DataError, match="In line 4, x must be a number"):
        data.read_points(notes + "0.5,-1,0\nnone,0.25,1\n")
