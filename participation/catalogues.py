"""The catalogues of texts: take new ones in, and check that none is missing.

``python -m participation.catalogues update`` writes ``translations/<code>/…/messages.po``; texts that
are no longer used go, new ones come in empty. ``check`` fails if a catalogue is not what the code
needs. Source texts are German, so German has no catalogue.
"""

import io
import re
import sys
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from participation.config import ROOT
from participation.core.languages import CATALOGUES, LANGUAGES

_METHODS = [("participation/**.py", "python"), ("templates/**.*", "jinja2")]
_KEYWORDS = {"_": None, "gettext": None, "N_": None, "lazy_gettext": None, "ngettext": (1, 2)}
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_TRANSLATED = [code for code in LANGUAGES if code != "de"]
_HEADER = """\
# {name}: texts of the participation platform.
# Review state: {review}
"""
_REVIEW = {
    "de_simple": "draft, not yet read by test readers of easy German.",
    "en": "draft, not yet read by a native speaker.",
}


def extracted() -> Catalog:
    """Return all texts that code and templates use."""
    catalogue = Catalog(project="participation", charset="utf-8")
    found = extract_from_dir(
        ROOT, method_map=_METHODS, keywords=_KEYWORDS, directory_filter=_is_ours
    )
    for file, _line, message, _comments, context in found:
        catalogue.add(message, locations=[(file, 0)], context=context)
    return catalogue


def _is_ours(path: str) -> bool:
    return not any(part.startswith(".") or part in ("vendor", "tests") for part in path.split("/"))


def stored(code: str) -> Catalog:
    """Return a language's catalogue as it is in the repository; empty if there is none."""
    file = CATALOGUES / code / "LC_MESSAGES" / "messages.po"
    if not file.exists():
        return Catalog(locale=LANGUAGES[code].locale)
    return read_po(io.BytesIO(file.read_bytes()), locale=LANGUAGES[code].locale)


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def update() -> None:
    """Write each catalogue with exactly the texts that are used now."""
    wanted = extracted()
    for code in _TRANSLATED:
        old = stored(code)
        new = Catalog(
            locale=LANGUAGES[code].locale,
            project="participation",
            version="",
            header_comment=_HEADER.format(
                name=LANGUAGES[code].name, review=_REVIEW.get(code, "draft.")
            ),
        )
        for message in _messages(wanted):
            known = old.get(message.id)
            files = sorted({(file, 0) for file, _ in message.locations})
            new.add(message.id, known.string if known else "", locations=files)
        target = CATALOGUES / code / "LC_MESSAGES" / "messages.po"
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            write_po(file, new, sort_output=True, include_lineno=False, width=100)
        text = target.read_text()
        target.write_text(re.sub(r'"(POT-Creation-Date|PO-Revision-Date): .*\n', "", text))


def faults_of(code: str, wanted: Catalog, catalogue: Catalog) -> list[str]:
    """Return what is wrong with a catalogue: missing, empty, unused, or other placeholders."""
    faults = []
    ids = {_key(message) for message in _messages(wanted)}
    for message in _messages(catalogue):
        key = _key(message)
        if key not in ids:
            faults.append(f"{code}: no longer used: {key!r}")
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if not all(strings):
            faults.append(f"{code}: not translated: {key!r}")
            continue
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        allowed = set().union(*(_PLACEHOLDER.findall(text) for text in sources))
        for text in strings:
            if extra := (set(_PLACEHOLDER.findall(text)) ^ allowed) - {"num"}:
                faults.append(f"{code}: placeholders differ ({', '.join(sorted(extra))}): {key!r}")
    present = {_key(message) for message in _messages(catalogue)}
    return faults + [f"{code}: missing: {key!r}" for key in sorted(ids - present)]


def _key(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else str(message.id)


def check() -> list[str]:
    """Return the faults of all catalogues."""
    wanted = extracted()
    return [fault for code in _TRANSLATED for fault in faults_of(code, wanted, stored(code))]


def main(arguments: list[str]) -> int:
    """Run ``update`` or ``check``; return the exit status."""
    if arguments == ["update"]:
        update()
    faults = check()
    for fault in faults:
        sys.stderr.write(fault + "\n")
    if faults and arguments == ["check"]:
        sys.stderr.write("Run: make translations, then fill in what is empty.\n")
    return int(bool(faults) and arguments == ["check"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
