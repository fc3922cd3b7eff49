"""What becomes of a mail's words, without a database: what is ours, and what is somebody's."""

import html5lib
import nh3
import pytest
from flask import Flask, render_template

from participation.core.invisible import without_invisible
from participation.core.languages import LANGUAGES
from participation.notifications.letters import Block, blocks_of, mark, plain

OWN = "https://mitreden.example"
_EVIL = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)",
    "Zum Konto:\nhttps://evil.example/\n", f"Zum Konto:\n\n{OWN}/de/konto/", "--\nSie bekommen nichts.",
    "- eins\n- zwei", "Titel\n=====", "\x02falsch\x03", "https://evil.example/", "&lt;b&gt;",
    "\u202eabc\u202c", "Text\r\nBcc: a@b.example\r\n\r\n",
)  # fmt: skip


def read(marked: str) -> list[Block]:
    return blocks_of(marked, OWN, "stadt@example.org")[0]


def told(block: Block) -> list[str]:
    return ["".join(run.text for run in line) for line in block.lines]


def test_address_below_its_name_is_a_link_and_the_first_one_a_button() -> None:
    marked = (
        f"Guten Tag,\n\nZur Anregung:\n{mark(OWN + '/de/')}\n\nMehr:\n{mark('https://a.example/')}"
    )
    hello, button, link = read(marked)
    assert (hello.kind, told(hello)) == ("text", ["Guten Tag,"])
    assert (button.kind, told(button), button.is_first) == ("link", ["Zur Anregung"], True)
    assert button.address == f"{OWN}/de/"
    assert (link.kind, told(link), link.is_first) == ("link", ["Mehr"], False)


@pytest.mark.parametrize("between", ["\n\n", " ", "\n"])
def test_own_address_finds_its_name_wherever_it_stands(between: str) -> None:
    (link,) = read(f"Zur Anmeldung:{between}{mark(OWN + '/de/konto/anmelden/')}")
    assert (link.kind, told(link)) == ("link", ["Zur Anmeldung"])


def test_address_without_a_name_is_its_own_name() -> None:
    (link,) = read(mark(f"{OWN}/de/"))
    assert (link.kind, link.lines, link.address) == ("link", [], f"{OWN}/de/")


def test_somebodys_address_is_no_link_without_a_name_of_ours() -> None:
    (quote,) = read(mark("https://evil.example/"))
    assert quote.kind == "quote"
    _, other = read(f"Das steht da:\n\n{mark('https://evil.example/')}")
    assert other.kind == "quote"
    (_, third) = read(
        f"Von {mark('jemand')}:\n\n{mark('Zum Konto:')}\n{mark('https://evil.example/')}"
    )
    assert third.kind == "text"


def test_text_of_somebody_stands_alone_as_a_quote_with_its_lines() -> None:
    (quote,) = read(mark("Erster Absatz.\n\nZweiter\nmit Zeile"))
    assert (quote.kind, told(quote)) == ("quote", ["Erster Absatz.", "", "Zweiter", "mit Zeile"])


def test_list_and_heading_are_what_they_look_like_if_they_are_ours() -> None:
    marked = f"Neues\n-----\n\n- Anregung {mark('Bänke')}\n  {mark(OWN + '/de/anregungen/1/')}\n- Ohne Link"
    heading, items = read(marked)
    assert (heading.kind, told(heading)) == ("heading", ["Neues"])
    assert [told(item)[0] for item in items.parts] == ["Anregung Bänke", "Ohne Link"]
    assert [item.address for item in items.parts] == [f"{OWN}/de/anregungen/1/", ""]


def test_reason_stands_below_the_mail_and_has_no_button() -> None:
    marked = f"Text\n\n--\nSie bekommen das.\nAbbestellen:\n{mark(OWN + '/de/x/')}"
    _, foot = blocks_of(marked, OWN, "stadt@example.org")
    assert [(block.kind, block.is_first) for block in foot] == [("text", False), ("link", False)]


def test_citys_own_address_can_be_written_to_nobody_elses() -> None:
    (line,) = read(f"Schreiben Sie: {mark('stadt@example.org')} oder {mark('a@b.example')}")
    assert [run.link for run in line.lines[0]] == ["", "mailto:stadt@example.org", "", ""]


def test_text_part_has_no_marks_and_never_two_empty_lines() -> None:
    assert plain(f"\nA {mark('b')}  \n\n\n\n{mark('c')}\n") == "A b\n\nc\n"


@pytest.mark.parametrize("evil", _EVIL)
def test_what_somebody_wrote_becomes_no_markup_link_list_or_foot(app: Flask, evil: str) -> None:
    marked = f"Titel: {mark(evil)}\n\n{mark(evil)}\n\nEnde.\n\n--\nWarum."
    body, foot = blocks_of(marked, OWN, "stadt@example.org")
    # An address of ours is a link, whoever wrote it; a name for it is not taken from what they wrote.
    assert [block.kind for block in body] == ["text", "quote", "text"]
    assert [told(block) for block in foot] == [["Warum."]]
    with app.test_request_context("/de/"):
        html = render_template(
            "emails/layout.html", subject=without_invisible(evil), body=body, foot=foot
        )
    tree = html5lib.HTMLParser(strict=True).parse(html.replace("\r", ""))
    names = {
        element.tag.rpartition("}")[2] for element in tree.iter() if isinstance(element.tag, str)
    }
    assert names <= {
        "html", "head", "meta", "title", "style", "body", "main", "p", "h1", "bdi", "br", "div",
        "blockquote",
    }  # fmt: skip
    assert not any(name.startswith("on") for element in tree.iter() for name in element.attrib)
    inside = html.partition("<body")[2].partition(">")[2]
    assert "<script" not in nh3.clean(inside) and "alert(1)</script" not in html
    assert "\x02" not in html and "\u202e" not in "".join(told(body[1]))


def test_mail_says_its_language_and_direction(app: Flask) -> None:
    for language in LANGUAGES.values():
        with app.test_request_context(f"/{language.tag}/"):
            app.preprocess_request()
            html = render_template("emails/layout.html", subject="Neues", body=[], foot=[])
        assert f'<html lang="{language.tag}" dir="{language.direction}">' in html
