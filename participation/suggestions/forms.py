"""Shape of what residents and staff type about suggestions. What is allowed stands in rules.py."""

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    URLField,
)
from wtforms.validators import URL, DataRequired, InputRequired, Length, ValidationError
from wtforms.widgets import HiddenInput

from participation.core.forms import Form
from participation.core.languages import gettext
from participation.core.languages import lazy_gettext as _
from participation.suggestions import rules
from participation.suggestions.rules import Need, Transition

WHOLE_CITY = "ganz-mainz"
_MINIMUM = _("Schreiben Sie bitte mindestens %(min)d und höchstens %(max)d Zeichen.")


def _choices(names: dict[Any, str]) -> list[tuple[str, str]]:
    return [(key.value, gettext(name)) for key, name in names.items()]


class _Between(Length):
    """Length with one message that names both ends."""

    def __init__(self, limits: tuple[int, int]) -> None:
        super().__init__(min=limits[0], max=limits[1], message=_MINIMUM)


class SuggestionForm(Form):
    """What a resident suggests."""

    kind = RadioField(_("Was möchten Sie erreichen?"))
    title = StringField(
        _("Titel"),
        [_Between(rules.TITLE_LENGTH)],
        description=_("Ein Satz, 10 bis 120 Zeichen."),
    )
    text = TextAreaField(
        _("Ihre Anregung"),
        [_Between(rules.TEXT_LENGTH)],
        description=_(
            "Was schlagen Sie vor, und wer soll wie beteiligt werden? 40 bis 5.000 Zeichen."
        ),
        render_kw={"rows": 8},
    )
    reason = TextAreaField(
        _("Begründung"),
        [_Between(rules.REASON_LENGTH)],
        description=_("Warum ist das für Mainz wichtig? 20 bis 2.000 Zeichen."),
        render_kw={"rows": 4},
    )
    place = SelectField(
        _("Stadtteil"), [InputRequired(_("Wählen Sie bitte einen Stadtteil oder „Ganz Mainz“."))]
    )
    place_text = StringField(
        _("Ort (freiwillig)"),
        [
            Length(
                max=rules.PLACE_LENGTH, message=_("Schreiben Sie bitte höchstens %(max)d Zeichen.")
            )
        ],
        description=_("Eine Straße, eine Kreuzung oder ein Platz. Keine Adresse einer Wohnung."),
        default="",
    )
    project = SelectField(
        _("Gehört zu einem Vorhaben der Liste (freiwillig)"), default="", validate_choice=True
    )

    def offer(self, districts: Iterable[Any], projects: Iterable[Any]) -> None:
        """Fill in the choices."""
        self.kind.choices = _choices(rules.KIND_NAMES)
        self.place.choices = [
            ("", gettext("Bitte wählen")),
            (WHOLE_CITY, gettext("Ganz Mainz")),
            *((str(district.id), district.name) for district in districts),
        ]
        self.project.choices = [
            ("", gettext("Kein Vorhaben der Liste")),
            *((str(row.id), row.title) for row in projects),
        ]

    def values(self, language: str) -> dict[str, Any]:
        """What the service keeps."""
        whole_city = self.place.data == WHOLE_CITY
        return {
            "kind": rules.Kind(self.kind.data),
            "title": " ".join(self.title.data.split()),
            "text": self.text.data,
            "reason": self.reason.data,
            "place": " ".join((self.place_text.data or "").split()),
            "district_id": None if whole_city else int(self.place.data),
            "project_id": int(self.project.data) if self.project.data else None,
            "language": language,
        }


class ActForm(Form):
    """Nothing but the token against forged requests: for pages with one button."""


class SupportForm(Form):
    """Support, and whether news may be sent."""

    wants_mail = BooleanField(_("Schreiben Sie mir, was aus dieser Anregung wird."))


class AnswerForm(Form):
    """The city's answer."""

    status = RadioField(_("Status der Antwort"))
    text = TextAreaField(
        _("Text, öffentlich"),
        [Length(min=20, max=8000, message=_MINIMUM)],
        description=_("Was macht die Stadt, bis wann, und wer? In einfachen Worten."),
        render_kw={"rows": 6},
    )
    seen_revision = IntegerField(widget=HiddenInput(), default=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.status.choices = _choices(rules.ANSWER_NAMES)


class MergeForm(Form):
    """Which suggestion another one is merged into, and why."""

    target = IntegerField(widget=HiddenInput(), default=0)
    public_text = TextAreaField(
        _("Text, öffentlich"),
        [_Between(rules.PUBLIC_TEXT_LENGTH)],
        description=_("Warum gehören die beiden zusammen? In einfachen Worten. Alle lesen das."),
        render_kw={"rows": 5},
    )


class TopicsForm(Form):
    """What a suggestion is about."""

    topics = SelectMultipleField(_("Themen"), coerce=int)
    #: Keys of the topics that it had when the form was shown.
    seen = HiddenField(default="")

    def show(self, topic_ids: Iterable[int]) -> None:
        """Say which topics it has now; the page shows them beside what was chosen."""
        self.seen.process_data(",".join(str(key) for key in topic_ids))
        self.seen.raw_data = None

    def seen_topics(self) -> set[int]:
        """The topics that it had when the form was shown."""
        return {int(word) for word in (self.seen.data or "").split(",") if word in self._keys()}

    def _keys(self) -> set[str]:
        return {str(key) for key, _name in self.topics.choices or ()}


_NEED_FIELDS: dict[Need, Any] = {
    Need.PUBLIC_TEXT: lambda: TextAreaField(
        _("Text, öffentlich"),
        [_Between(rules.PUBLIC_TEXT_LENGTH)],
        description=_("In einfachen Worten. Alle können das lesen."),
        render_kw={"rows": 5},
    ),
    Need.INTERNAL_TEXT: lambda: TextAreaField(
        _("Vermerk, nur für die Verwaltung"),
        [Length(min=5, max=4000, message=_MINIMUM)],
        render_kw={"rows": 3},
    ),
    Need.REASON: lambda: RadioField(_("Grund")),
    Need.HIDE_REASON: lambda: RadioField(_("Grund")),
    Need.DEPARTMENT: lambda: SelectField(
        _("Zuständig"),
        [InputRequired(_("Wählen Sie bitte, wer zuständig ist."))],
    ),
    Need.DUE_ON: lambda: DateField(
        _("Prüfung fertig bis"),
        [DataRequired(_("Geben Sie bitte einen Tag an."))],
    ),
    Need.REFERENCE: lambda: StringField(
        _("Nummer der Vorlage"),
        [Length(min=1, max=120, message=_("Geben Sie bitte die Nummer der Vorlage an."))],
        description=_("Zum Beispiel 0123/2026."),
    ),
    Need.MEETING_ON: lambda: DateField(
        _("Sitzung des Stadtrats am"),
        [DataRequired(_("Geben Sie bitte den Tag der Sitzung an."))],
    ),
    Need.LINK: lambda: URLField(
        _("Adresse des Beschlusses"),
        [
            Length(max=500, message=_("Die Adresse ist zu lang.")),
            URL(message=_("Geben Sie bitte eine Adresse an, die mit https:// beginnt.")),
        ],
    ),
}
#: Addresses of web pages only; WTForms' URL check alone would let other schemes pass.
_WEB_ADDRESS = ("https://", "http://")


def transition_form(transition: Transition, departments: Sequence[Any], **kwargs: Any) -> Form:
    """Return the form of a transition: one field for each thing that the table says it needs."""
    fields = {need.value: _NEED_FIELDS[need]() for need in transition.needs}
    form: Form = type("TransitionForm", (_TransitionForm,), fields)(
        prefix=transition.name, **kwargs
    )
    if Need.REASON in transition.needs:
        form["reason"].choices = _choices(rules.REASON_NAMES)
    if Need.HIDE_REASON in transition.needs:
        form["hide_reason"].choices = _choices(rules.HIDE_NAMES)
    if Need.DEPARTMENT in transition.needs:
        form["department"].choices = [
            ("", gettext("Bitte wählen")),
            *((str(department.id), department.label) for department in departments),
        ]
    return form


class _TransitionForm(Form):
    def validate_link(self, field: Any) -> None:
        if not (field.data or "").startswith(_WEB_ADDRESS):
            raise ValidationError(
                gettext("Geben Sie bitte eine Adresse an, die mit https:// beginnt.")
            )

    def given(self) -> dict[str, Any]:
        """What comes with the transition, as the service wants it."""
        values = {
            field.short_name: field.data for field in self if field.short_name != "csrf_token"
        }
        if "reason" in values:
            values["reason"] = rules.ReasonCode(values["reason"])
        if "hide_reason" in values:
            values["hide_reason"] = rules.HideCode(values["hide_reason"])
        if "department" in values:
            values["department"] = int(values["department"])
        return values
