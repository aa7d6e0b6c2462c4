"""Every mail as it is written, whatever its values are."""

from html.parser import HTMLParser
from typing import Any

import pytest

from adapters.notify.templates import JinjaTemplates, points_text
from application.notices.ports import Letter
from application.notices.templates import MAX_VALUE_LENGTH, NEEDS, MailTemplate, filled
from domain.shared.errors import Invalid
from domain.shared.money import MAX_HOLDING, POINT
from tests.notices.letters import KIND, TITLE, values_for

EVERY = pytest.mark.parametrize("template", MailTemplate)
HOSTILE = "</title><script>alert('x')</script>\" onload=x {{ 7 * 7 }} {% raw %} &amp;"
LINE_ENDS = ["\n", "\r", "\r\n", "\x0b", "\x85", "\u2028", "\0"]
TEXTS = {"handle", "title", "outcome", "reason", "details"}


def write(templates: JinjaTemplates, template: MailTemplate, **changes: Any) -> Letter:
    return templates.write(template, filled(template, values_for(template, **changes)))


class Page(HTMLParser):
    """The elements of a page, and its text; `links` are where its anchors lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str | None] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag == "a":
            self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


@EVERY
def test_every_mail_shows_its_values_in_both_parts(template: MailTemplate, templates: JinjaTemplates) -> None:
    letter = write(templates, template)
    page = Page(letter.html)
    shown = {"points": "12.5 points", "closes_at": "31 January 2027, 18:00 UTC", "details": "first line"}
    for name in NEEDS[template] - {"url"}:
        text = shown.get(name, KIND[name])
        assert text in letter.text or text in letter.subject
        assert text in page.text
    assert page.links == [KIND["url"]]
    assert KIND["url"] in letter.text


@EVERY
def test_hostile_text_is_shown_and_never_understood(template: MailTemplate, templates: JinjaTemplates) -> None:
    kind, letter = Page(write(templates, template).html), write(templates, template, **dict.fromkeys(TEXTS, HOSTILE))
    page = Page(letter.html)
    assert page.elements == kind.elements
    assert page.attributes == kind.attributes
    assert TEXTS.isdisjoint(NEEDS[template]) or HOSTILE in page.text
    assert TEXTS.isdisjoint(NEEDS[template]) or HOSTILE in letter.text or HOSTILE in letter.subject


@EVERY
def test_very_long_text_is_written_whole_under_a_bounded_subject(
    template: MailTemplate, templates: JinjaTemplates
) -> None:
    long = "W" * MAX_VALUE_LENGTH
    letter = write(templates, template, **dict.fromkeys(TEXTS, long))
    assert long in letter.text
    assert long in Page(letter.html).text
    assert len(letter.subject) <= 200
    with pytest.raises(Invalid):
        write(templates, template, **dict.fromkeys(TEXTS, long + "W"))


@pytest.mark.parametrize("end", LINE_ENDS)
@pytest.mark.parametrize(
    ("template", "name"),
    [
        (template, name)
        for template in MailTemplate
        for name in sorted(NEEDS[template] & {"handle", "outcome", "reason"})
    ],
)
def test_no_line_ends_in_what_stands_on_one(template: MailTemplate, name: str, end: str) -> None:
    for given in (f"a{end}Bcc: eve@example.org", f"a{end}", f"{end}a"):
        with pytest.raises(Invalid) as refused:
            filled(template, values_for(template, **{name: given}))
        assert refused.value.code == "MAIL_VALUE"


@EVERY
@pytest.mark.parametrize("end", [*LINE_ENDS[:3], "\u2028", "\n\n"])
def test_a_title_on_several_lines_is_brought_onto_one(
    template: MailTemplate, end: str, templates: JinjaTemplates
) -> None:
    letter = write(templates, template, title=f"Will it{end}Bcc: rain?{end}")
    assert letter.subject.isprintable()
    assert "title" not in NEEDS[template] or "Will it Bcc: rain?" in letter.text + letter.subject


@pytest.mark.parametrize("subject", ["", "a\nBcc: eve@example.org", "a\r", "W" * 201, "a\u2028b"])
def test_a_letter_has_a_subject_of_one_line(subject: str) -> None:
    with pytest.raises(Invalid):
        Letter(subject, "text", "<p>text</p>")


@EVERY
def test_without_an_address_there_is_no_link(template: MailTemplate, templates: JinjaTemplates) -> None:
    letter = write(templates, template, url="")
    assert Page(letter.html).links == []
    assert "None" not in letter.text + letter.html


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//exchange.example",
        "/markets",
        "https://",
        "https://a b/",
        "x",
        " https://a.example",
        "https://a.example/\nx",
        "https://[",
        "JavaScript://a.example/%0aalert(1)",
    ],
)
def test_only_pages_are_linked_to(url: str) -> None:
    with pytest.raises(Invalid):
        filled(MailTemplate.WELCOME, values_for(MailTemplate.WELCOME, url=url))


@pytest.mark.parametrize("template", [each for each in MailTemplate if "points" in NEEDS[each]])
def test_nothing_is_said_of_no_points(template: MailTemplate, templates: JinjaTemplates) -> None:
    said, unsaid = write(templates, template), write(templates, template, points=0)
    for before, after in [(said.text, unsaid.text), (said.html, unsaid.html)]:
        assert "12.5 points" in before
        assert len(after) < len(before)
        assert "0 points" not in after


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0 points"),
        (1, "0.000001 points"),
        (POINT, "1 point"),
        (10 * POINT, "10 points"),
        (1_250_500_000, "1,250.5 points"),
        (MAX_HOLDING, "1,000,000,000,000 points"),
    ],
)
def test_amounts_are_exact(amount: int, text: str) -> None:
    assert points_text(amount) == text


@pytest.mark.parametrize("points", [-1, MAX_HOLDING + 1, "1", 1.5, True, None])
def test_no_other_amounts(points: Any) -> None:
    with pytest.raises(Invalid):
        filled(MailTemplate.WELCOME, values_for(MailTemplate.WELCOME, points=points))


@pytest.mark.parametrize("moment", ["", "soon", "2027-01-31", "2027-01-31T18:00:00", "0001-01-01T00:00:00+10:00", 5])
def test_no_other_times(moment: Any) -> None:
    template = MailTemplate.MARKET_APPROVED
    with pytest.raises(Invalid):
        filled(template, values_for(template, closes_at=moment))


@EVERY
def test_values_that_are_missing_or_too_many(template: MailTemplate) -> None:
    values = values_for(template)
    for wrong in ({}, {**values, "more": "x"}, {name: values[name] for name in list(values)[1:]}):
        with pytest.raises(Invalid) as refused:
            filled(template, wrong)
        assert refused.value.code == "MAIL_VALUES"


@EVERY
def test_a_mail_is_readable_by_mail_programs(template: MailTemplate, templates: JinjaTemplates) -> None:
    letter = write(templates, template, title=TITLE)
    html = letter.html
    assert len(html.encode()) < 100_000, "some mail programs show no more"
    assert not {"script", "link", "img", "iframe", "form"} & Page(html).elements, "nothing is fetched, nothing runs"
    assert '<meta name="color-scheme" content="light dark">' in html
