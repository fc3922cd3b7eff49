"""Writing meetings. In this slice they come from a city's list; editing on the web follows."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from participation.core.db import db
from participation.core.importing import Change, apply
from participation.meetings.models import Meeting, MeetingText


def save(slug: str, values: dict[str, Any], titles: dict[str, str]) -> Change:
    """Create the meeting with this slug, or change what differs."""
    meeting = db.session.scalar(
        sa.select(Meeting).where(Meeting.slug == slug).options(selectinload(Meeting.texts))
    )
    if meeting is None:
        texts = [MeetingText(language=code, title=title) for code, title in titles.items()]
        db.session.add(Meeting(slug=slug, texts=texts, **values))
        return Change.CREATED
    changed = apply(meeting, values)
    kept = {text.language: text for text in meeting.texts}
    if {code: text.title for code, text in kept.items()} != titles:
        meeting.texts = [kept.get(code) or MeetingText(language=code) for code in titles]
        for text in meeting.texts:
            text.title = titles[text.language]
        changed = True
    return Change.CHANGED if changed else Change.UNCHANGED
