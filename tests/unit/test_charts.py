"""Charts show every value, escape every text, and fit the room there is."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from forbear.services.report.charts import SIZES, Series, groups, lines, nice_step, stacked

LABELS = ["2020-01", "2020-02", "2020-03"]
PARTS = [Series("<b>Late</b>", "c-1", [10, 20, 30]), Series("Later & worse", "c-2", [0, None, 5])]


def drawings(html: str) -> list[ElementTree.Element]:
    found = re.findall(r"<svg.*?</svg>", html)
    return [ElementTree.fromstring(text) for text in found]  # noqa: S314  (drawn by ourselves)


@pytest.mark.parametrize("draw", [stacked, lines])
def test_every_value_is_in_a_title_and_no_text_is_markup(draw):
    """Each mark tells its number; names are text and never elements."""
    found = drawings(draw("A <chart>", LABELS, PARTS, str))
    assert len(found) == len(SIZES)
    for svg in found:
        assert svg.get("aria-label") == "A <chart>"
        titles = [title.text for title in svg.iter("title")]
        assert "2020-03 · <b>Late</b>: 30" in titles
        assert "2020-03 · Later & worse: 5" in titles
        assert svg.find(".//b") is None


def test_columns_stand_on_one_another():
    """The parts of a column are stacked without a gap, in proportion to their values."""
    svg = drawings(stacked("A", ["x"], [Series("a", "c-1", [10]), Series("b", "c-2", [30])], str))[0]
    low, high = svg.findall("rect")
    assert float(high.get("y")) + float(high.get("height")) == pytest.approx(float(low.get("y")), abs=0.2)
    assert float(high.get("height")) == pytest.approx(3 * float(low.get("height")), abs=0.2)


def test_groups_write_their_values_where_there_is_room():
    """On a wide page the value stands above its column."""
    wide = drawings(groups("A", ["x"], [Series("a", "c-1", [49.2])], lambda v: f"{v:.0f}%", most=100))[0]
    assert [text.text for text in wide.findall("text[@class='value']")] == ["49%"]


def test_marks_stay_inside_the_drawing():
    """No column leaves the drawing, whatever its width."""
    for svg in drawings(stacked("A", LABELS * 20, [Series("a", "c-1", [7.3] * 60)], str)):
        width = float(svg.get("viewBox").split()[2])
        assert all(float(r.get("x")) + float(r.get("width")) <= width for r in svg.findall("rect"))


@pytest.mark.parametrize(("most", "step"), [(61, 20), (100, 25), (0.04, 0.01), (0, 1.0), (43, 20), (1, 0.25)])
def test_axes_have_round_steps(most, step):
    """At most four round steps reach the highest value."""
    assert nice_step(most) == pytest.approx(step)
    assert nice_step(most) * 4 >= most


def test_an_empty_chart_is_still_a_drawing():
    """Without values there are axes and nothing else."""
    assert drawings(lines("A", [], [], str))[0].findall("circle") == []
