"""Which pages every city needs; their texts are templates until staff can edit them on the web."""

#: New ones go to the end: the search knows them by their place.
PAGES = (
    "impressum", "datenschutz", "barrierefreiheit", "leichte-sprache", "hilfe", "regeln", "kontakt",
)  # fmt: skip
