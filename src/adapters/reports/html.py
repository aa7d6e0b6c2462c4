"""A report as one HTML page that needs nothing else: no script, no file from elsewhere."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from adapters.reports.chart import svg
from adapters.reports.document import Chart, Column, Document
from adapters.reports.figures import moment

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What the page may load, wherever it is opened: its own styles."""

CHART, WIDE_CHART = (600.0, 200.0), (850.0, 210.0)

_CELLS = {"n": Markup("<td>"), "t": Markup("<td class=t>"), "l": Markup("<td class=l dir=auto>")}
"""How a cell begins; that it ends goes without saying, which makes a page of many rows much smaller."""


def html(document: Document) -> bytes:
    """The file."""
    return _template().render(document=document, policy=POLICY, made_at=moment(document.made_at)).encode()


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("adapters.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(svg=_svg, form=_form, cell=lambda column: _CELLS[_form(column)])
    return environment.get_template("report.html.j2")


def _svg(chart: Chart, landscape: bool) -> Markup:
    """Of figures and times alone."""
    return Markup(svg(chart, *(WIDE_CHART if landscape else CHART)))


def _form(column: Column) -> str:
    """Its class: figures, text of our own, or whatever people wrote."""
    return "n" if column.numeric else "l" if column.long else "t"
