"""Small charts: where their columns stand."""

from bookkinda.charts import FOOT, HEIGHT, TOP, WIDTH, Column, draw


def test_the_highest_column_fills_the_height_and_the_others_are_in_proportion():
    low, high = draw([Column("a", 5), Column("b", 10)]).columns

    assert high.parts[0].height == HEIGHT - TOP - FOOT
    assert low.parts[0].height * 2 == high.parts[0].height
    assert all(drawn.parts[0].y + drawn.parts[0].height == HEIGHT - FOOT for drawn in (low, high))


def test_what_is_drawn_on_top_lies_above_the_rest_and_is_not_in_the_number():
    (drawn,) = draw([Column("a", 3, more=1)]).columns
    below, above = drawn.parts

    assert (below.kind, above.kind) == ("count", "more")
    assert above.y + above.height < below.y
    assert above.y >= TOP
    assert drawn.number == "3"


def test_no_column_leaves_the_picture():
    chart = draw([Column(str(number), number, number) for number in range(12)])

    for drawn in chart.columns:
        assert drawn.x >= 0
        assert drawn.x + drawn.width <= WIDTH
        assert all(part.height > 0 and part.y >= TOP for part in drawn.parts)


def test_nothing_is_drawn_of_nothing():
    chart = draw([Column("a", 0), Column("b", 0)])

    assert [drawn.parts for drawn in chart.columns] == [[], []]
    assert [drawn.number for drawn in chart.columns] == ["", ""]
    assert draw([]).columns == []


def test_a_number_that_may_be_larger_says_so():
    assert draw([Column("a", 1000, is_least=True)]).columns[0].number == "1000+"
