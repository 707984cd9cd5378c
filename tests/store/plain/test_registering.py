"""Classes from elsewhere: how they get a plain form, and which ones data may name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

import pytest

from stateroom.errors import NotPlain
from stateroom.store.plain import (
    Field,
    Record,
    from_plain,
    register_plain,
    register_records,
    to_plain,
)

T = TypeVar("T")


class Money:
    """An amount of a currency."""

    def __init__(self, amount: Decimal, currency: str) -> None:
        if len(currency) != 3:
            raise ValueError("no currency")
        self.amount = amount
        self.currency = currency

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Money) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]


class Tip(Money):
    """A subclass that nobody registers."""


register_plain(
    Money,
    to=lambda money: (money.amount, money.currency),
    of=lambda parts: Money(*parts),
    form=tuple[Decimal, str],
)


class Ring(Generic[T]):
    """A list that has no end."""

    def __init__(self, *items: T) -> None:
        self.items = list(items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ring) and self.items == other.items

    __hash__ = None  # type: ignore[assignment]


register_plain(
    Ring,
    to=lambda ring: ring.items,
    of=lambda items: Ring(*items),
    form=list[T],  # type: ignore[valid-type] # the T of Ring
)


class Model:
    """The base of a library's records."""

    def __init__(self, **fields: object) -> None:
        vars(self).update(fields)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]


class Song(Model):
    title: str
    day: date | None
    next: Song | None


def describe(kind: type) -> Record:
    fields = [Field(name, name == "title") for name in kind.__annotations__]
    return Record(
        tuple(fields), lambda given: kind(**{"day": None, "next": None, **given})
    )


register_records(Model, describe)


@dataclass
class Cart:
    total: Money | None
    wishes: Ring[Money]
    song: Song | None = None


def test_a_registered_class_has_the_form_of_what_is_between() -> None:
    money = Money(Decimal("1.10"), "EUR")
    assert to_plain(money) == ["1.10", "EUR"]
    assert from_plain(Money, ["1.10", "EUR"]) == money


def test_a_registered_class_is_directed_wherever_it_stands() -> None:
    cart = Cart(Money(Decimal(1), "EUR"), Ring(Money(Decimal(2), "USD")))
    plain = to_plain(cart)
    assert plain == {"total": ["1", "EUR"], "wishes": [["2", "USD"]], "song": None}
    assert from_plain(Cart, plain) == cart


def test_a_registered_class_is_named_where_no_type_directs() -> None:
    value = [Money(Decimal(1), "EUR"), Ring(date.min)]
    plain = to_plain(value)
    assert plain == [
        {"$type": f"{__name__}:Money", "$value": ["1", "EUR"]},
        {"$type": f"{__name__}:Ring", "$value": [{"$date": "0001-01-01"}]},
    ]
    assert from_plain(list, plain) == value


def test_a_subclass_of_a_registered_class_comes_back_as_that_class() -> None:
    again = from_plain(object, to_plain([Tip(Decimal(1), "EUR")]))
    assert [type(each) for each in again] == [Money]  # type: ignore[attr-defined]


def test_what_a_registered_class_refuses_is_refused_at_its_place() -> None:
    with pytest.raises(NotPlain) as caught:
        from_plain(Cart, {"total": ["1", "EURO"], "wishes": []})
    message = (
        "total: found what Money refuses (ValueError: no currency), expected Money"
    )
    assert str(caught.value) == message


def test_what_cannot_be_turned_is_refused_at_its_place() -> None:
    broken = Money(Decimal(1), "EUR")
    del broken.amount
    with pytest.raises(NotPlain, match=r"^total: found a Money \(AttributeError"):
        to_plain(Cart(broken, Ring()))
    with pytest.raises(NotPlain, match="found 1, expected Money"):
        to_plain([1], kind=list[Money | None])


def test_records_of_a_library_have_the_form_of_a_dataclass() -> None:
    song = Song(title="a", day=date.min, next=Song(title="b", day=None, next=None))
    plain = to_plain(song)
    assert plain == {
        "title": "a",
        "day": "0001-01-01",
        "next": {"title": "b", "day": None, "next": None},
    }
    assert from_plain(Song, plain) == song
    assert from_plain(Song, {"title": "c"}) == Song(title="c", day=None, next=None)


def test_records_of_a_library_are_named_where_no_type_directs() -> None:
    song = Song(title="a", day=None, next=None)
    assert from_plain(object, to_plain(song, kind=object)) == song


class Busy(Model):
    title: str


@dataclass
class Shelf:
    busy: Busy
    next: Shelf | None = None


def test_a_codec_is_never_seen_half_made() -> None:
    shelf = Shelf(Busy(title="a"), Shelf(Busy(title="b")))
    whole = {"busy": {"title": "a"}, "next": {"busy": {"title": "b"}, "next": None}}
    seen: list[object] = []

    def describe_busy(kind: type) -> Record:
        # As another thread would, while the codec of Shelf is being made.
        if not seen:
            seen.append("once")
            seen.append(to_plain(shelf))
        return describe(kind)

    register_records(Busy, describe_busy)
    assert to_plain(shelf) == whole
    assert seen == ["once", whole]


def test_a_registration_counts_for_types_that_were_used_before() -> None:
    class Late:
        """Not registered yet."""

    kind = list[Late]
    with pytest.raises(NotPlain):
        to_plain([Late()], kind=kind)
    register_plain(Late, to=lambda _: "late", of=lambda _: Late(), form=str)
    assert to_plain([Late()], kind=kind) == ["late"]


def test_a_class_may_be_registered_anew() -> None:
    class Again:
        """Registered twice."""

    for n in (1, 2):
        register_plain(Again, to=lambda _, n=n: n, of=lambda _: Again(), form=int)  # type: ignore[misc]
        assert to_plain(Again()) == n


def test_a_name_of_ones_own_stays_when_the_class_moves() -> None:
    class Moved:
        def __eq__(self, other: object) -> bool:
            return isinstance(other, Moved)

        __hash__ = None  # type: ignore[assignment]

    register_plain(Moved, to=lambda _: 1, of=lambda _: Moved(), form=int, name="moved")
    assert to_plain([Moved()]) == [{"$type": "moved", "$value": 1}]
    assert from_plain(object, [{"$type": "moved", "$value": 1}]) == [Moved()]


def test_two_classes_cannot_have_one_name() -> None:
    class One:
        """The first."""

    class Two:
        """The second."""

    register_plain(One, to=lambda _: 1, of=lambda _: One(), name="one of two")
    with pytest.raises(NotPlain, match="'one of two'"):
        register_plain(Two, to=lambda _: 1, of=lambda _: Two(), name="one of two")


class Grove:
    """A registered class that contains itself."""

    def __init__(self, trees: list[Grove]) -> None:
        self.trees = trees

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Grove) and self.trees == other.trees

    __hash__ = None  # type: ignore[assignment]


register_plain(Grove, to=lambda grove: grove.trees, of=Grove, form=list[Grove])


def test_a_registered_class_may_contain_itself() -> None:
    grove = Grove([Grove([]), Grove([Grove([])])])
    assert to_plain(grove) == [[], [[]]]
    assert from_plain(Grove, [[], [[]]]) == grove


class Link:
    """A chain of registered objects, with nothing else between."""

    def __init__(self, next_one: Link | None) -> None:
        self.next_one = next_one


register_plain(Link, to=lambda link: link.next_one, of=Link, form=Link | None)


def chain(links: int) -> Link | None:
    link = None
    for _ in range(links):
        link = Link(link)
    return link


def test_a_registered_class_counts_as_a_level() -> None:
    plain = to_plain(chain(100))
    with pytest.raises(NotPlain, match="more than 100 levels"):
        to_plain(chain(101))
    assert isinstance(from_plain(Link, plain), Link)
    with pytest.raises(NotPlain, match="more than 100 levels"):
        from_plain(Link, {"$type": "Link", "$value": plain})


def test_a_registered_class_in_circles_is_refused() -> None:
    grove = Grove([])
    grove.trees.append(grove)
    with pytest.raises(NotPlain):
        to_plain(grove)
    plain: list[object] = []
    for _ in range(100_000):
        plain = [plain]
    with pytest.raises(NotPlain):
        from_plain(Grove, plain)
