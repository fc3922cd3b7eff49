"""Shape of what voters send beside their answers, which ``paper.py`` reads."""

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired

from participation.core.forms import Form
from participation.core.languages import gettext
from participation.core.languages import lazy_gettext as _
from participation.polls.rules import Declared


class BallotForm(Form):
    """What goes along with the answers.

    ``pruefcode`` and ``merkmal`` are the check code and the mark that binds it to the voter and the poll;
    ``stand`` is the hash of the text that the voter saw.
    """

    pruefcode = HiddenField(default="")
    merkmal = HiddenField(default="")
    stand = HiddenField(default="")
    old_enough = BooleanField(default=False)
    district = SelectField(_("In welchem Stadtteil wohnen Sie?"), default="", validate_choice=False)

    def ask(self, min_age: int | None, districts: Iterable[Any]) -> None:
        """Ask only what this poll asks.

        :param districts: those whose people may vote; empty if it does not matter where one lives
        """
        named = [(str(one.id), one.name) for one in districts]
        if named:
            self.district.choices = [("", gettext("Bitte wählen")), *named]
        else:
            del self.district
        if min_age is None:
            del self.old_enough
        else:
            self.old_enough.label.text = gettext(
                "Ich bin mindestens %(age)s Jahre alt.", age=min_age
            )

    def declared(self) -> Declared:
        """What the voter declares."""
        district = self.district.data if "district" in self else ""
        return Declared(
            is_old_enough="old_enough" in self and self.old_enough.data,
            district_id=int(district) if district in self._districts() else None,
        )

    def check_declarations(self) -> bool:
        """Say at each field what is not declared yet; tell whether nothing is missing."""
        missing = False
        if "old_enough" in self and not self.old_enough.data:
            self.old_enough.errors = [
                gettext(
                    "Bitte bestätigen Sie Ihr Alter, wenn es stimmt. Sonst können Sie nicht abstimmen."
                )
            ]
            missing = True
        if "district" in self and self.declared().district_id is None:
            self.district.errors = [
                gettext("Bitte wählen Sie Ihren Stadtteil. Nur wer dort wohnt, kann abstimmen.")
            ]
            missing = True
        return not missing

    def pairs(self) -> list[tuple[str, str]]:
        """Declarations as fields and values, to be sent along by a page that only shows them."""
        found = []
        if "old_enough" in self and self.old_enough.data:
            found.append(("old_enough", "y"))
        if "district" in self and self.district.data:
            found.append(("district", self.district.data))
        return found

    def _districts(self) -> set[str]:
        if "district" not in self:
            return set()
        return {str(key) for key, _name in self.district.choices or () if key}


class LetterForm(Form):
    """The code of a letter."""

    code = StringField(
        _("Code aus Ihrem Brief"),
        [InputRequired(_("Bitte geben Sie den Code aus Ihrem Brief ein."))],
        description=_("12 Zeichen in drei Gruppen. Abstände und kleine Buchstaben sind egal."),
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"},
    )
    #: Of a ballot that was filled in before the code had to be typed again.
    stand = HiddenField(default="")

    def carries_ballot(self) -> bool:
        """Whether a ballot comes along."""
        return bool(self.stand.data)


class FindForm(Form):
    """A check code, to look up one's own ballot among the counted ones."""

    code = StringField(
        _("Ihr Prüfcode"),
        [InputRequired(_("Bitte geben Sie Ihren Prüfcode ein."))],
        description=_("16 Zeichen. Abstände sind egal."),
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"},
    )
