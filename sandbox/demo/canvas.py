"""An SVG file as it grows: a few shapes on an element tree, so that every text is escaped."""

from __future__ import annotations

from xml.etree import ElementTree as ET  # only writes: nothing is parsed

SVG = "http://www.w3.org/2000/svg"


class Canvas:
    """Shapes in the order in which they are painted; coordinates in pixels from the upper left corner."""

    def __init__(self, width: float, height: float, *, title: str, description: str, style: str) -> None:
        """Begin a picture that says in words what it shows, for those who can't see it."""
        self._root = ET.Element(
            "svg",
            {
                "xmlns": SVG,
                "viewBox": f"0 0 {_pixels(width)} {_pixels(height)}",
                "width": _pixels(width),
                "height": _pixels(height),
                "role": "img",
                "aria-labelledby": "title description",
            },
        )
        self._words("title", title)
        self._words("desc", description)
        ET.SubElement(self._root, "style").text = style

    def box(
        self, x: float, y: float, size: tuple[float, float], kind: str, *, radius: float = 0, tip: str = ""
    ) -> None:
        """Paint a rectangle of a class; `tip` is what a pointer over it shows."""
        width, height = size
        shape = {"x": x, "y": y, "width": width, "height": height, "rx": radius}
        element = ET.SubElement(self._root, "rect", {name: _pixels(value) for name, value in shape.items()})
        element.set("class", kind)
        if tip:
            ET.SubElement(element, "title").text = tip

    def line(self, start: tuple[float, float], end: tuple[float, float], kind: str) -> None:
        """Paint a straight line of a class."""
        shape = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
        element = ET.SubElement(self._root, "line", {name: _pixels(value) for name, value in shape.items()})
        element.set("class", kind)

    def text(self, x: float, y: float, words: str, kind: str, anchor: str = "start") -> None:
        """Write words of a class; `y` is their base line."""
        place = {"x": _pixels(x), "y": _pixels(y), "class": kind, "text-anchor": anchor}
        ET.SubElement(self._root, "text", place).text = words

    def written(self) -> str:
        """Return the file's text."""
        ET.indent(self._root)
        return ET.tostring(self._root, encoding="unicode") + "\n"

    def _words(self, tag: str, words: str) -> None:
        ET.SubElement(self._root, tag, {"id": "description" if tag == "desc" else tag}).text = words


def _pixels(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
