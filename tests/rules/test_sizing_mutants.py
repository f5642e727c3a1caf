"""A figure told narrows the size class in whatever place of its row it stands."""

from fractions import Fraction

import pytest
from eligibility_cases import SIZES

from assistant.rules.sizing import CLASSES, rows_for, size_classes

NAMES = ("employees", "revenue", "assets")


@pytest.mark.parametrize(
    ("industry", "told", "expected"),
    [
        ("industry", {"revenue": "299.99"}, {"micro"}),
        ("industry", {"revenue": "1999"}, {"micro", "small"}),
        ("industry", {"revenue": "39999"}, {"micro", "small", "medium"}),
        ("industry", {"revenue": "40000"}, CLASSES),
        ("industry", {"employees": "20"}, {"micro", "small"}),
        ("industry", {"employees": "300"}, {"micro", "small", "medium"}),
        ("construction", {"assets": "299"}, {"micro"}),
        ("construction", {"assets": "4999"}, {"micro", "small"}),
        ("leasing_business", {"assets": "99"}, {"micro"}),
    ],
)
def test_one_figure_alone_rules_out_what_it_can(industry, told, expected):
    amounts = {name: Fraction(told[name]) if name in told else None for name in NAMES}
    assert size_classes((SIZES[industry],), **amounts) == expected


def test_every_bound_of_every_row_is_where_the_class_changes():
    """One figure at a bound, the others beyond all bounds: at it the higher class, a little below the lower one."""
    order = ("micro", "small", "medium", "large")
    for row in SIZES.values():
        for name, bounds in row.indicators.items():
            high = {other: Fraction(10**9) for other in row.indicators}
            for rank, bound in enumerate((bounds.small, bounds.medium, bounds.large), start=1):
                at = size_classes((row,), **{**high, name: Fraction(bound)})
                below = size_classes((row,), **{**high, name: Fraction(bound) - Fraction(1, 100)})
                assert (at, below) == ({order[rank]}, {order[rank - 1]}), (row.id, name, bound)


def test_figures_a_row_does_not_look_at_change_nothing():
    assert size_classes((SIZES["industry"],), assets=Fraction(1)) == CLASSES
    assert size_classes((SIZES["other"],), employees=Fraction(5), revenue=Fraction(10**6)) == {"micro"}


def test_no_row_leaves_every_class_open():
    assert size_classes((), employees=Fraction(5)) == CLASSES


def test_a_row_is_found_by_its_id_and_by_its_label():
    for row in SIZES.values():
        assert rows_for(row.id, SIZES) == (row,)
        assert row in rows_for(f" {row.label} ", SIZES)
