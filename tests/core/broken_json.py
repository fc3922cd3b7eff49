"""JSON files that cannot be read, for every test that reads JSON."""

#: Files that are no JSON, or not one that can be stored; and how the sentence begins.
BROKEN = [
    (b"", "line 1, column 1: the file is no JSON"),
    (b"[1, 2,]", "line 1, column 7: the file is no JSON"),
    (b'{\n"a": 1,\n}', "line 3, column 1: the file is no JSON"),
    (b"{'a': 1}", "line 1, column 2: the file is no JSON"),
    (b'{"a": 1} {}', "line 1, column 10: the file is no JSON"),
    (b'["\x01"]', "line 1, column 3: the file is no JSON"),
    (b"[NaN]", "the file is no JSON that can be read: NaN is no number"),
    (b"[-Infinity]", "the file is no JSON that can be read: -Infinity"),
    (b"[1e999]", "the file is no JSON that can be read: 1e999 is too large"),
    (b"[" + b"9" * 5000 + b"]", "the file is no JSON that can be read: a number has 5000 digits"),
    (b'[{"a": 1, "a": 2}]', "the file is no JSON that can be read: the key 'a' stands twice"),
    (b"[" * 100_000, "the file's lists and objects are nested too deeply"),
    (b'{"a":' * 100_000, "the file's lists and objects are nested too deeply"),
    ("[\n'Müll']".encode("latin-1"), "line 2: the file is not UTF-8 (byte 4)"),
    ("[1]".encode("utf-16"), "line 1: the file is not UTF-8 (byte 0)"),
]
