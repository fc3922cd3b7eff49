"""Shape of what the office types about questions and answers of a poll."""

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from participation.core.forms import Form
from participation.core.languages import gettext
from participation.core.languages import lazy_gettext as _
from participation.files.forms import UploadForm
from participation.polls import draft_rules, rules
from participation.polls.rules import QuestionKind
from participation.polls.staff_forms import TOO_LONG, SeenForm, TextsForm, with_texts

_LONGEST_TEXT = 5000
_NUMBER = _("Geben Sie bitte eine Zahl von %(min)d bis %(max)d an.")


class _QuestionForm(TextsForm):
    """A question: how it is answered, how it is counted, and its words."""

    LABELS = {"text": _("Frage"), "explanation": _("Erklärung")}
    MISSING = _("Bitte schreiben Sie die Frage.")

    kind = SelectField(_("Wie wird geantwortet?"))
    rule = SelectField(_("Wie wird gezählt?"), default="")
    most = IntegerField(
        _("Höchstzahl der Antworten"),
        [Optional(), NumberRange(1, draft_rules.MOST_OPTIONS, _NUMBER)],
        description=_("Nur, wenn mehrere bis zu einer Höchstzahl gewählt werden."),
    )
    seats = IntegerField(
        _("Plätze"),
        [Optional(), NumberRange(1, draft_rules.MOST_SEATS, _NUMBER)],
        default=1,
        description=_("Wie viele Antworten gewinnen. Bei einer Wahl: wie viele gewählt werden."),
    )
    budget = IntegerField(
        _("Betrag in Euro"),
        [Optional(), NumberRange(1, draft_rules.MOST_MONEY, _NUMBER)],
        description=_("Nur, wenn Geld verteilt wird."),
    )

    def offer(self) -> None:
        """Fill in the choices."""
        self.kind.choices = [
            (kind.value, gettext(name)) for kind, name in draft_rules.QUESTION_KIND_NAMES.items()
        ]
        self.rule.choices = [
            ("", gettext("So, wie es bei dieser Art üblich ist")),
            *((rule, gettext(name)) for rule, name in draft_rules.RULE_NAMES.items()),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """The rule has to fit the kind, and numbers that the kind needs have to be there."""
        is_valid = super().validate(extra_validators)
        if not is_valid:
            return False
        kind = QuestionKind(self.kind.data)
        fitting = draft_rules.RULES_OF[kind]
        if self.rule.data and self.rule.data not in fitting:
            names = ", ".join(gettext(draft_rules.RULE_NAMES[rule]) for rule in fitting)
            self.rule.errors = [gettext("Bei dieser Art geht nur: %(rules)s.", rules=names)]
        elif (self.seats.data or 1) > 1 and self._rule() not in draft_rules.SEVERAL_SEATS:
            self.seats.errors = [gettext("Diese Regel kann nur einen Platz füllen.")]
        elif kind is QuestionKind.SEVERAL and not self.most.data:
            self.most.errors = [gettext("Bitte geben Sie die Höchstzahl an.")]
        elif kind is QuestionKind.BUDGET and not self.budget.data:
            self.budget.errors = [gettext("Bitte geben Sie den Betrag an.")]
        return not any(self[name].errors for name in ("rule", "seats", "most", "budget"))

    def _rule(self) -> str:
        return self.rule.data or draft_rules.RULES_OF[QuestionKind(self.kind.data)][0]

    def values(self) -> dict[str, Any]:
        """What the service keeps of the question itself; what its kind does not have is left out."""
        kind = QuestionKind(self.kind.data)
        return {
            "kind": kind,
            "rule": self._rule(),
            "seats": self.seats.data or 1,
            "most": self.most.data if kind is QuestionKind.SEVERAL else None,
            "budget": self.budget.data if kind is QuestionKind.BUDGET else None,
        }

    def show(self, question: Any) -> None:
        """Fill in what is stored."""
        self.kind.data, self.rule.data = question.kind.value, question.rule
        self.most.data, self.seats.data = question.most, question.seats
        self.budget.data = question.budget
        self.show_texts(question.texts)


QuestionForm = with_texts(
    _QuestionForm, {"text": rules.QUESTION_LENGTH, "explanation": _LONGEST_TEXT}
)


class _OptionForm(TextsForm):
    """An answer: its name, what one should know about it, and what it costs."""

    LABELS = {"name": _("Antwort"), "text": _("Erklärung"), "alt": _("Bildbeschreibung")}
    MISSING = _("Bitte geben Sie der Antwort einen Namen.")

    cost = IntegerField(
        _("Kosten in Euro"), [Optional(), NumberRange(1, draft_rules.MOST_MONEY, _NUMBER)]
    )

    def show(self, option: Any) -> None:
        """Fill in what is stored."""
        self.cost.data = option.cost
        self.show_texts(option.texts)


OptionForm = with_texts(
    _OptionForm,
    {"name": rules.OPTION_LENGTH, "text": _LONGEST_TEXT, "alt": rules.ALT_LENGTH},
    {"alt": _("Nur, wenn die Antwort ein Bild hat.")},
)


class NamesForm(SeenForm):
    """Several answers at once, one a line."""

    names = TextAreaField(
        _("Neue Antworten, eine in jeder Zeile"),
        [InputRequired(_("Bitte schreiben Sie mindestens eine Antwort."))],
        render_kw={"rows": 5},
        description=_("Auf Deutsch. Andere Sprachen, Kosten und Bilder tragen Sie danach ein."),
    )

    def validate_names(self, field: Any) -> None:
        """Every line has to fit, and there have to be words in one."""
        for place, line in enumerate((field.data or "").split("\n"), 1):
            if len(line.strip()) > rules.OPTION_LENGTH:
                message = gettext("Zeile %(line)s ist zu lang.", line=place)
                raise ValidationError(message)
        if not self.lines():
            raise ValidationError(gettext("Bitte schreiben Sie mindestens eine Antwort."))

    def lines(self) -> list[str]:
        """The names."""
        lines = ((line.strip()) for line in (self.names.data or "").split("\n"))
        return [line for line in lines if line]


class PictureForm(UploadForm, SeenForm):
    """A picture of an answer, with words for who does not see it."""

    alt = StringField(
        _("Bildbeschreibung"),
        [
            DataRequired(_("Bitte beschreiben Sie das Bild.")),
            Length(max=rules.ALT_LENGTH, message=TOO_LONG),
        ],
        description=_(
            "Was ist zu sehen? Wer das Bild nicht sieht, hört oder liest diesen Text. "
            "Höchstens 300 Zeichen."
        ),
    )


class DocumentForm(Form):
    """A file that the board brings."""

    file = FileField(
        _("Datei"),
        [FileRequired(_("Bitte wählen Sie eine Datei."))],
        render_kw={"accept": ".json,application/json"},
    )


class WordForm(Form):
    """What lay in a test envelope."""

    word = StringField(
        _("Wort aus dem Test-Umschlag"),
        [
            DataRequired(_("Bitte geben Sie das Wort ein.")),
            Length(max=100, message=TOO_LONG),
        ],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
