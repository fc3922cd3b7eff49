"""What browser somebody uses, as roughly as people say it: "Firefox", "Android"; pure.

Only these few words are kept, so that people recognise their own devices. What a browser says of itself
in full would nearly be a name.
"""

#: What a browser says of itself, and what people call it. The first that fits counts: most browsers
#: also give the names of those before them.
_BROWSERS = (
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("samsungbrowser", "Samsung Internet"),
    ("firefox", "Firefox"),
    ("fxios", "Firefox"),
    ("chrome", "Chrome"),
    ("crios", "Chrome"),
    ("chromium", "Chromium"),
    ("safari", "Safari"),
)
_SYSTEMS = (
    ("android", "Android"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("windows", "Windows"),
    ("cros", "ChromeOS"),
    ("mac os", "Mac"),
    ("linux", "Linux"),
)


def browser_and_system(user_agent: str) -> tuple[str, str]:
    """Return rough names of browser and device; empty for what is not known."""
    said = user_agent[:1000].lower()
    return _first(_BROWSERS, said), _first(_SYSTEMS, said)


def _first(names: tuple[tuple[str, str], ...], said: str) -> str:
    return next((name for sign, name in names if sign in said), "")
