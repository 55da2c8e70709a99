"""What is kept in memory stays within its bytes."""

from hypothesis import given
from hypothesis import strategies as st

from app.api.kept import Kept


def test_the_value_asked_for_longest_ago_goes_first():
    kept: Kept[str] = Kept(40)
    for name in "abcd":
        kept.put(name, name.upper(), 10)
    assert kept.get("a") == "A"
    kept.put("e", "E", 10)
    assert [kept.get(name) for name in "abcde"] == ["A", None, "C", "D", "E"]


def test_a_value_larger_than_a_quarter_is_not_kept():
    kept: Kept[str] = Kept(40)
    kept.put("a", "A", 11)
    assert kept.get("a") is None


def test_a_value_put_again_takes_the_place_of_the_first():
    kept: Kept[str] = Kept(40)
    for _ in range(9):
        kept.put("a", "A", 10)
    kept.put("b", "B", 10)
    assert (kept.get("a"), kept.get("b")) == ("A", "B")
    kept.drop("a")
    kept.drop("a")
    assert kept.get("a") is None


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60))), st.integers(0, 200))
def test_it_never_holds_more_than_its_limit(puts, limit):
    kept: Kept[int] = Kept(limit)
    for key, size in puts:
        kept.put(key, size, size)
    assert sum(size for _, size in kept._values.values()) == kept._size <= limit
