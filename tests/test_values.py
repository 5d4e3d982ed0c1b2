import pickle
from dataclasses import asdict, fields, is_dataclass, replace

import pytest

from feedtool.model import Place
from feedtool.report import Summary
from feedtool.values import dataclass


@dataclass(slots=True, frozen=True)
class Point:
    """A value of two numbers."""

    x: int
    y: int = 0


@dataclass(slots=True, frozen=True)
class Spot:
    """Another one of the same."""

    x: int
    y: int = 0


@dataclass(slots=True)
class Mark:
    """One that may change."""

    x: int


def test_values_are_equal_if_their_fields_are() -> None:
    assert Point(1, 2) == Point(1, 2)
    assert Point(1, 2) != Point(1, 3)
    assert Point(1, 2) != Spot(1, 2)
    assert Point(1, 2) != (1, 2)


def test_equal_values_have_one_hash() -> None:
    assert len({Point(1, 2), Point(1, 2), Point(2, 1), Spot(1, 2)}) == 3


def test_what_may_change_has_no_hash() -> None:
    mark = Mark(1)
    mark.x = 2
    assert mark == Mark(2)
    with pytest.raises(TypeError, match="unhashable"):
        hash(mark)


def test_a_value_shows_its_fields() -> None:
    assert repr(Point(1)) == "Point(x=1, y=0)"


def test_values_are_dataclasses() -> None:
    assert is_dataclass(Point)
    assert [field.name for field in fields(Point)] == ["x", "y"]
    assert replace(Point(1, 2), y=3) == Point(1, 3)
    assert asdict(Point(1, 2)) == {"x": 1, "y": 2}
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)


def test_values_have_slots_and_are_pickled() -> None:
    place = Place(1, "a.txt", 4)
    assert not hasattr(place, "__dict__")
    for value in (place, Summary(1, 1, 0, 0, 0, 0, 0)):
        assert pickle.loads(pickle.dumps(value)) == value
