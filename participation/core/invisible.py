"""Characters that nobody sees, and what they do to a text: the one place that takes them out.

They turn the reading direction around (a link that seems to lead elsewhere), hide words from search and
moderation, carry messages to machines, or paint over the lines around them. Pure.
"""

import re
import unicodedata

#: Each is a range of code points and the reason for which it goes.
_REMOVED = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls of terminals and old protocols; tab and line feed stay
    "\u202a-\u202e\u2066-\u2069"  # direction: embeddings, overrides, isolates (Unicode UAX #9)
    "\u200b\u2060-\u2065\u206a-\u206f\ufeff\u180e\u034f"  # no width, or deprecated
    "\u115f\u1160\u3164\uffa0"  # Hangul fillers: letters without a shape
    "\ufff9-\uffff"  # annotations, and what is no character
    "\U000e0000-\U000e0fff"  # tags: a second, hidden alphabet
    "\ud800-\udfff"  # halves of characters
    "]"
)
#: Emoji and Persian need a joiner or a non-joiner, Hebrew and Arabic a mark of direction: one is enough.
_REPEATED = re.compile("([\u200c-\u200f\u061c])[\u200c-\u200f\u061c]+")
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029]")
#: Hebrew with all its points has four signs on a letter; more paint over other lines.
_MOST_MARKS = 4
_MARKS = frozenset({"Mn", "Me"})
_BLANK = "\u2800"


def without_invisible(text: str) -> str:
    """Return the text as people see it: NFC, line feeds, few marks on a letter; empty if all is blank."""
    text = _REMOVED.sub("", _LINE_ENDS.sub("\n", text))
    text = _REPEATED.sub(r"\1", unicodedata.normalize("NFC", text))
    if not text.isascii():
        text = _with_few_marks(text)
    return text.strip() if any(map(_is_seen, text)) else ""


def on_one_line(text: str) -> str:
    """Return the text without line breaks and repeated spaces."""
    return " ".join(text.split())


def _with_few_marks(text: str) -> str:
    kept, marks = [], 0
    for sign in text:
        marks = marks + 1 if unicodedata.category(sign) in _MARKS else 0
        if marks <= _MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


def _is_seen(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LNPS" and sign != _BLANK
