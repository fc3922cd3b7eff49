"""What is kept of people, for how long, how they take it along, and what goes with an account.

:data:`TABLES` has a row for every table of the database; a guard (tests/privacy/test_registry.py) finds
a table, or a column about a person, that is missing here. The privacy page, the export, and the job
that deletes are made of it or checked against it.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus

from participation.core.messages import N_, DomainError


class Wish(StrEnum):
    """What becomes of one kind of texts when their author's account is deleted."""

    STAY = "stay"
    GO = "go"


class LastAdministrator(DomainError):
    """Without an administrator nobody could grant roles any more."""

    message = N_(
        "Sie sind die letzte Administration dieser Plattform. Bitte geben Sie die Aufgabe zuerst weiter."
    )


class PasswordChanged(DomainError):
    """The password was changed while the form was on its way."""

    message = N_("Ihr Passwort wurde inzwischen geändert. Bitte versuchen Sie es noch einmal.")


class AlreadyDeleted(DomainError):
    """The account is gone: the button was pressed twice."""

    message = N_("Dieses Konto ist schon gelöscht.")
    status = HTTPStatus.GONE


class TooManyExports(DomainError):
    """One's data was fetched very often within an hour."""

    message = N_("Sie haben Ihre Daten schon oft geladen. Bitte warten Sie eine Weile.")
    status = HTTPStatus.TOO_MANY_REQUESTS


@dataclass(frozen=True)
class Table:
    """What the platform promises about one table.

    :param people: columns that are, or lead to, a person
    :param name: for readers; empty if the table says nothing about people
    :param purpose: why it is there; :param period: how long, with ``%(days)s`` if a setting says so
    :param setting: name of the setting (days)
    :param deletion: what deleting the account does to the rows
    :param section: key of the rows in the export
    :param fields: columns in the export, as ``column=german_name``
    :param left_out: columns that are not in the export, and why
    """

    people: tuple[str, ...] = ()
    name: str = ""
    purpose: str = ""
    period: str = ""
    setting: str = ""
    deletion: str = ""
    section: str = ""
    fields: str = ""
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, str]:
        """Columns of the export with their names there, in order."""
        return dict(pair.split("=") for pair in self.fields.split())


_OWN_SEARCH = "the same text stands in the table of what is found"
_SECRET = "a check value: worth nothing to its owner, something to a thief"  # noqa: S105
_INSIDE = "how the platform works; says nothing about the person"
_STAFF = "written by staff, for staff"
_GOES = N_("Wird gelöscht.")
_BY_CHOICE = N_("Bleibt ohne Bezug zu Ihnen oder wird gelöscht. Sie wählen.")
_NUMBER = N_("Bleibt. Die Nummer Ihres Kontos zeigt dann auf niemanden mehr.")
_STAYS_PUBLIC = N_("Bleibt: Was öffentlich gesagt und beantwortet ist, muss nachzulesen sein.")
_UNTIL_ACCOUNT = N_("Bis Sie Ihr Konto löschen")

TABLES: dict[str, Table] = {
    "person": Table(
        ("email", "mailbox", "password_hash", "name"),
        N_("Konto"), N_("Damit Sie sich anmelden können und Nachrichten bekommen."),
        N_("Bis Sie Ihr Konto löschen. Nie bestätigt: %(days)s Tage"), "keep_unconfirmed_days", _GOES,
        "konto",
        "id=nummer email=e_mail mailbox=postfach name=name language=sprache_der_nachrichten"
        " created_at=angelegt_am confirmed_at=adresse_bestaetigt_am"
        " residency_declared_at=wohnsitz_und_alter_erklaert_am",
        {"password_hash": _SECRET},
    ),
    "role_grant": Table(
        ("person_id",), N_("Rollen"), N_("Was Beschäftigte der Stadt und der Beirat tun dürfen."),
        _UNTIL_ACCOUNT, "", _GOES, "rollen", "role=rolle granted_at=erteilt_am",
        {"person_id": "the person"},
    ),
    "department_member": Table(
        ("person_id",), N_("Zugehörigkeit zu Ämtern"), N_("Für welches Amt Beschäftigte antworten."),
        _UNTIL_ACCOUNT, "", _GOES, "aemter", "department_id=nummer_des_amts",
        {"person_id": "the person"},
    ),
    "sign_in_session": Table(
        ("person_id", "token_hash"), N_("Anmeldungen"), N_("Damit Sie angemeldet bleiben."),
        N_("Bis zum Abmelden, oder bis die Anmeldung von selbst endet"), "", _GOES,
        "anmeldungen",
        "id=nummer created_at=angemeldet_am expires_at=endet_am browser=browser system=betriebssystem",
        {"token_hash": _SECRET, "person_id": "the person"},
    ),
    "failed_sign_ins": Table(
        (), N_("Falsche Passwörter"),
        N_("Damit niemand Passwörter durchprobiert. Nur Prüfwerte, keine Adressen."),
        N_("Höchstens 25 Stunden"), "", N_("Geht von selbst."),
    ),
    "address_change": Table(
        ("person_id", "old_email", "email"), N_("Neue E-Mail-Adressen"),
        N_("Bis der Wechsel bestätigt ist und die alte Adresse davon weiß."), N_("7 Tage"), "", _GOES,
        "neue_adressen",
        "id=nummer old_email=alte_adresse email=neue_adresse asked_at=gewuenscht_am ended_at=beendet_am",
        {"person_id": "the person"},
    ),
    "follow": Table(
        ("person_id",), N_("Was Sie verfolgen"), N_("Damit Sie von Neuem hören."), _UNTIL_ACCOUNT, "",
        _GOES, "verfolgt",
        "id=nummer project_id=vorhaben suggestion_id=anregung topic_id=thema district_id=stadtteil"
        " is_wanted=erwuenscht since=seit",
        {"person_id": "the person"},
    ),
    "mail_setting": Table(
        ("person_id",), N_("Wie oft Sie Nachrichten wollen"), N_("Damit wir uns daran halten."),
        _UNTIL_ACCOUNT, "", _GOES, "benachrichtigungen",
        "frequency=wie_oft digest_at=naechste_sammel_nachricht_am", {"person_id": "the person"},
    ),
    "news": Table(
        ("person_id",), N_("Neuigkeiten für die Sammel-Nachricht"),
        N_("Damit Sie von allem genau einmal hören."), N_("So lange wie die Nachricht"), "", _GOES,
        "neuigkeiten", "entry_id=eintrag_im_protokoll mail_id=nachricht", {"person_id": "the person"},
    ),
    "barrier_report": Table(
        ("email",), N_("Gemeldete Barrieren"), N_("Damit die Stadt sie abbaut und Ihnen antwortet."),
        N_("183 Tage nach der Antwort"), "", N_("Bleibt ohne Ihre E-Mail-Adresse."),
        "gemeldete_barrieren",
        "id=nummer created_at=am text=text page=seite email=e_mail language=sprache answer=antwort"
        " answered_at=beantwortet_am",
        {"sent_key": _SECRET, "answered_by": "a colleague"},
    ),
    "suggestion": Table(
        ("author_id",), N_("Anregungen"), N_("Was Sie der Stadt vorschlagen."),
        _STAYS_PUBLIC, "", _BY_CHOICE, "anregungen",
        "id=nummer_intern number=nummer state=stand kind=art title=titel text=text reason=begruendung"
        " language=sprache district_id=stadtteil place=ort project_id=vorhaben created_at=angelegt_am"
        " written_at=zuletzt_geschrieben_am warned_at=vor_loeschung_gewarnt_am"
        " text_gone_at=text_geloescht_am submitted_at=eingereicht_am published_at=veroeffentlicht_am"
        " opens_at=frist_beginnt closes_at=frist_endet quorum=quorum supports=unterstuetzungen"
        " department_id=zustaendiges_amt due_on=faellig_am answer_revision=fassung_der_antwort"
        " answered_at=beantwortet_am question_due_on=nachfrage_faellig_am"
        " merged_into_id=zusammengelegt_mit",
        {"author_id": "the person", "version": _INSIDE},
    ),
    "suggestion_topic": Table(
        (), N_("Themen von Anregungen"), N_("Worum es in einer Anregung geht."),
        _STAYS_PUBLIC, "", _STAYS_PUBLIC, "themen_der_anregungen",
        "suggestion_id=anregung topic_id=thema",
    ),
    "suggestion_move": Table(
        ("actor_id",), N_("Schritte einer Anregung"), N_("Wann die Stadt was entschieden hat."),
        _STAYS_PUBLIC, "", N_("Bleibt ohne Bezug zu Ihnen."), "schritte",
        "id=nummer suggestion_id=anregung transition=schritt at=am actor_id=nummer_des_kontos"
        " public_text=oeffentlicher_text reason=grund reference=vorlage meeting_on=sitzung_am link=link"
        " struck=gestrichene_unterstuetzungen",
        {"internal_text": _STAFF},
    ),
    "answer": Table(
        ("author_id",), N_("Antworten der Stadt"), N_("Was die Stadt öffentlich antwortet."),
        _STAYS_PUBLIC, "", N_("Bleibt ohne Bezug zu Ihnen."), "antworten_fuer_die_stadt",
        "id=nummer suggestion_id=anregung revision=fassung department_id=amt status=status text=text"
        " language=sprache published_at=veroeffentlicht_am workdays=arbeitstage",
        {"author_id": "the person"},
    ),
    "suggestion_note": Table(
        ("author_id", "hidden_by_id"), N_("Ergänzungen und Nachfragen"),
        N_("Was Sie zu einer Anregung später dazuschreiben."),
        N_("Öffentlich: bleibt. Ausgeblendet: %(days)s Tage"), "keep_hidden_days", _BY_CHOICE,
        "ergaenzungen_und_nachfragen",
        "id=nummer suggestion_id=anregung kind=art text=text language=sprache at=am"
        " asks_about=fassung_der_antwort department_id=amt until=geplant_bis link=link"
        " read_at=gelesen_am hidden_at=ausgeblendet_am hide_reason=grund text_gone_at=text_geloescht_am",
        {"author_id": "the person", "hidden_by_id": "a colleague", "internal_text": _STAFF},
    ),
    "suggestion_file": Table(
        (), N_("Anhänge"), N_("Bilder und Dokumente zu einer Anregung."),
        N_("So lange wie die Anregung"), "", _BY_CHOICE, "anhaenge",
        "file_id=datei suggestion_id=anregung position=reihenfolge text=beschreibung",
    ),
    "stored_file": Table(
        ("uploaded_by_id",), N_("Dateien"), N_("Was hochgeladen wurde, mit Name und Größe."),
        N_("So lange wie das, wozu sie gehören. Ohne Zugehörigkeit: %(days)s Tage"),
        "keep_unused_file_days", N_("Dateien gelöschter Texte werden gelöscht, andere bleiben ohne Bezug."),
        "dateien",
        "id=nummer name=name media_type=art size=bytes sha256=pruefsumme width=breite height=hoehe"
        " created_at=hochgeladen_am removed_at=entfernt_am",
        {"uploaded_by_id": "the person"},
    ),
    "stored_file_content": Table(
        (), N_("Inhalt der Dateien"), N_("Die Bilder und Dokumente selbst."),
        N_("So lange wie die Datei"), "", N_("Geht mit der Datei."),
    ),
    "support": Table(
        ("person_id", "mailbox", "resident"), N_("Unterstützungen"),
        N_("Damit jede Person genau einmal zählt."),
        N_("Die Zahl bleibt. Prüfwerte: %(days)s Tage nach dem Ende der Frist, oder bis Sie keine "
           "Nachrichten mehr wollen"), "objection_days",
        N_("Zählt weiter, ohne Bezug zu Ihnen. Bis die Frist vorbei ist, verhindert ein Prüfwert, dass "
           "dasselbe Postfach noch einmal zählt."),
        "unterstuetzungen",
        "id=nummer suggestion_id=anregung wants_mail=will_nachrichten given_at=am"
        " struck_by=gestrichen_mit_schritt",
        {"person_id": "the person", "mailbox": _SECRET, "resident": _SECRET},
    ),
    "support_guest": Table(
        ("first_name", "last_name", "street", "postcode", "email", "same_address", "same_name"),
        N_("Angaben beim Unterstützen ohne Konto"),
        N_("Damit nur echte Menschen aus Mainz zählen."),
        N_("Name und Anschrift: %(days)s Tage nach dem Ende der Frist. Die E-Mail-Adresse länger, wenn Sie "
           "Nachrichten wollen"), "objection_days", _GOES, "angaben_ohne_konto",
        "support_id=unterstuetzung first_name=vorname last_name=nachname street=strasse"
        " postcode=postleitzahl email=e_mail language=sprache",
        {"same_address": "the address in another form", "same_name": "the name in another form"},
    ),
    "support_request": Table(
        ("mailbox", "resident", "first_name", "last_name", "street", "postcode", "email"),
        N_("Unbestätigte Unterstützungen"), N_("Bis der Link in der E-Mail bestätigt ist."),
        N_("Höchstens 48 Stunden"), "", _GOES, "unbestaetigte_unterstuetzungen",
        "id=nummer suggestion_id=anregung first_name=vorname last_name=nachname street=strasse"
        " postcode=postleitzahl email=e_mail language=sprache wants_mail=will_nachrichten"
        " created_at=am expires_at=endet_am",
        {"mailbox": _SECRET, "resident": _SECRET},
    ),
    "comment": Table(
        ("author_id",), N_("Stellungnahmen"), N_("Was Sie zu Vorhaben und Anregungen sagen."),
        N_("Öffentlich: bleibt. Ausgeblendete Texte: %(days)s Tage"), "keep_hidden_days", _BY_CHOICE,
        "stellungnahmen",
        "id=nummer thread_id=gespraech parent_id=antwort_auf is_official=fuer_die_stadt"
        " department_id=amt text=text language=sprache created_at=am edited_at=bearbeitet_am"
        " deleted_at=geloescht_am hidden_at=ausgeblendet_am hide_reason=grund"
        " reported_at=gemeldet_am",
        {"author_id": "the person"},
    ),
    "comment_report": Table(
        ("person_id",), N_("Meldungen"), N_("Welche Stellungnahmen Sie gemeldet haben."),
        N_("%(days)s Tage nach der Entscheidung"), "keep_report_days", _GOES, "meldungen",
        "comment_id=stellungnahme reason=grund reported_at=am settled_at=entschieden_am",
        {"person_id": "the person"},
    ),
    "meeting_sign_up": Table(
        ("person_id",), N_("Anmeldungen zu Terminen"), N_("Damit die Plätze reichen."),
        N_("%(days)s Tage nach dem Termin"), "keep_sign_up_days",
        N_("Wird gelöscht. Ihr Platz geht an die nächste Person."), "termine",
        "meeting_id=termin given_at=am number=nummer_in_der_reihe", {"person_id": "the person"},
    ),
    "poll_roll": Table(
        ("person_id",), N_("Abgegebene Stimmen"),
        N_("Damit jede Person genau einmal zählt. Ohne Zeit. Bei versiegelten Abstimmungen ein Umschlag, "
           "den hier niemand öffnen kann; bei offenen Ihre Antworten, bis ausgezählt ist."),
        N_("Bis die Frist für Einsprüche vorbei ist. Der Tag steht bei jeder Abstimmung. Nach einem "
           "Abbruch: 7 Tage"), "",
        N_("Solange die Abstimmung läuft, wird Ihre Stimme zurückgenommen. Danach zählt sie weiter, ohne "
           "Bezug zu Ihnen."),
        "abgegebene_stimmen",
        "poll_id=abstimmung choice=antworten envelope_hash=pruefsumme_des_umschlags"
        " mail_due=nachricht_steht_noch_aus",
        {"key": _INSIDE, "person_id": "the person", "code_id": "never set for a person",
         "envelope": "nobody here can open it; its hash is on the public board"},
    ),
    "poll_entitled": Table(
        ("mailbox",), N_("Listen, wer abstimmen darf"),
        N_("Wenn nur bestimmte Menschen abstimmen, zum Beispiel die Mitglieder eines Gremiums."),
        N_("Bis die Frist für Einsprüche vorbei ist. Der Tag steht bei jeder Abstimmung. Nach einem "
           "Abbruch: 7 Tage"), "",
        N_("Bleibt so lange: Die Liste führt die Stadt, nicht Ihr Konto."),
        "abstimmungslisten", "poll_id=abstimmung mailbox=postfach",
    ),
    "mail": Table(
        ("person_id", "guest_id"), N_("Nachrichten"),
        N_("Damit jede E-Mail genau einmal ankommt. Der Text wird nicht gespeichert."),
        N_("%(days)s Tage nach dem Versand"), "keep_mail_days", _GOES, "nachrichten",
        "id=nummer entry_id=eintrag_im_protokoll template=art message_id=kennung created_at=am"
        " next_try_at=naechster_versuch_am tries=versuche sent_at=gesendet_am last_error=letzter_fehler",
        {"person_id": "the person", "guest_id": "stands with the support"},
    ),
    "journal_entry": Table(
        ("actor_id",), N_("Protokoll"),
        N_("Was wann geschehen ist: nur mit Nummern, ohne Namen und Adressen."),
        N_("Bleibt, damit jede Handlung nachgeprüft werden kann."), "", _NUMBER, "protokoll",
        "id=nummer at=am actor_id=nummer_des_kontos event=ereignis subject=gegenstand"
        " subject_id=nummer_des_gegenstands facts=angaben",
    ),
    "project_version": Table(
        ("actor_id",), N_("Fassungen von Vorhaben"), N_("Was Beschäftigte an Vorhaben geändert haben."),
        _STAYS_PUBLIC, "", _NUMBER, "fassungen_von_vorhaben",
        "project_id=vorhaben number=fassung at=am is_public=oeffentlich note=vermerk",
        {"actor_id": "the person", "snapshot": "the city's sheet, which is public"},
    ),
    "city_page_version": Table(
        ("actor_id",), N_("Fassungen von Seiten der Stadt"),
        N_("Was Beschäftigte an Seiten wie dieser geändert haben."),
        _STAYS_PUBLIC, "", _NUMBER, "fassungen_von_seiten",
        "page_id=seite number=fassung at=am note=vermerk",
        {"actor_id": "the person", "snapshot": "the city's page, which is public"},
    ),
    "search_entry": Table(
        (), N_("Suchverzeichnis"), N_("Damit öffentliche Texte gefunden werden."),
        N_("So lange der Text öffentlich ist"), "", N_("Geht mit dem Text."),
        left_out={"body": _OWN_SEARCH},
    ),
    **dict.fromkeys(
        (
            "city_page", "city_page_text", "comment_thread", "department", "district", "figures",
            "meeting", "meeting_text", "outbox_entry", "poll", "poll_ballot", "poll_board", "poll_code",
            "poll_district", "poll_head", "poll_option", "poll_option_text", "poll_question",
            "poll_question_text", "poll_record", "poll_text", "project", "project_department",
            "project_district", "project_file", "project_file_text", "project_phase",
            "project_phase_begun", "project_text", "project_topic", "suggestion_counter", "topic",
            "topic_text", "worker_beat",
        ),
        Table(),
    ),
}  # fmt: skip
#: Further periods that are shown below the list, by the setting that says how many days.
FURTHER_PERIODS: dict[str, str] = {
    "keep_draft_days": N_("Entwürfe, an denen niemand mehr schreibt: %(days)s Tage. Vier Wochen vorher "
                          "schreiben wir Ihnen."),
    "keep_withdrawn_days": N_("Texte zurückgezogener Anregungen: %(days)s Tage"),
    "keep_hidden_days": N_("Texte und Anhänge verborgener Anregungen: %(days)s Tage"),
    "keep_rejected_days": N_("Texte und Anhänge abgelehnter Anregungen: %(days)s Tage. "
                             "Titel und Grund bleiben."),
    "keep_mail_wish_days": N_("E-Mail-Adressen von Menschen ohne Konto, die Nachrichten zu einer Anregung "
                              "wollen: %(days)s Tage nach dem Ende der Frist"),
}  # fmt: skip
