"""Verifying a published poll: everything that can be computed again is computed again.

Each fault is a German sentence that says what was changed and where, as near as the file allows. What a
file alone cannot show is said in docs/voting.md: whether each vote is what its voter chose is seen by
the voters, with their check codes. Standard library only: the standalone verifier carries this module.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from participation.polls.board import heads_of
from participation.polls.board_faults import (
    has_signed,
    head_faults,
    order_faults,
    saved_head,
    saved_head_fault,
    short_hash,
)
from participation.polls.canonical import digest
from participation.polls.counting import count
from participation.polls.counting.minutes import RuleDoesNotFit
from participation.polls.ed25519 import NoPublicKey, PublicKey
from participation.polls.profiles import CHOICE_READERS, InvalidChoice, profile_from_choices
from participation.polls.record_reading import check_form, digests_of, seed_of, signed_message

_CODE_FORM = re.compile(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}")
_MOST_OF_ONE_SORT = 10
#: What was changed, if a part is not as the city signed it.
PART_WORDS = {
    "format": "Die Form der Datei",
    "definition": "Der Text der Abstimmung",
    "text_hash": "Die Prüfsumme des Textes",
    "board": "Die Tafel",
    "heads": "Die Liste der Köpfe",
    "final_hashes": "Die Liste der gültigen Umschläge",
    "voters": "Die Zahl der Abstimmenden",
    "ballots": "Die Liste der Stimmen",
    "unreadable": "Die Liste der Umschläge ohne Stimme",
    "results": "Das Ergebnis",
}


@dataclass
class Findings:
    """What verifying found.

    :param faults: a sentence for each; none if all is right
    :param checked: what was found to be right
    :param notes: what a reader should know although it is no fault
    """

    faults: list[str] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing was found."""
        return not self.faults

    def add(self, faults: Sequence[str], right: str) -> None:
        """Note the faults of one check, or what was right if there are none."""
        self.faults += faults[:_MOST_OF_ONE_SORT]
        if len(faults) > _MOST_OF_ONE_SORT:
            self.faults.append(
                f"… und {len(faults) - _MOST_OF_ONE_SORT} weitere Fehler dieser Art."
            )
        if not faults:
            self.checked.append(right)


def verify(record: dict[str, Any], saved_heads: Iterable[str] = ()) -> Findings:
    """Check a published file.

    :param record: as ``read`` returns it
    :param saved_heads: heads that somebody saved earlier: ``HEAD`` or ``NUMBER:HEAD``
    :raises RecordUnreadable: if it is no published file; :raises NoHead:
    """
    check_form(record)
    saved = [saved_head(text) for text in saved_heads]
    findings = Findings()
    findings.add(_text_faults(record), "Der Text der Abstimmung gehört zu seiner Prüfsumme.")
    key = _key(record, findings)
    findings.add(_signature_faults(record, key), "Die Unterschrift der Stadt unter der Datei gilt.")
    if record["definition"]["kind"] == "sealed":
        _check_board(record, key, saved, findings)
        findings.add(_final_faults(record), "Jeder gültige Umschlag steht einmal auf der Tafel.")
    else:
        findings.add(_open_faults(record, saved), "Eine offene Abstimmung hat keine Umschläge.")
    findings.notes += [
        f"Umschlag {short_hash(item)} zählt nicht: {reason[:200]}"
        for item, reason in record["unreadable"]
    ]
    findings.add(_number_faults(record), "Es sind so viele Stimmen wie Abstimmende.")
    findings.add(_code_faults(record["ballots"]), "Jeder Prüfcode steht genau einmal in der Liste.")
    findings.add(_choice_faults(record), "Jede Auswahl passt zu ihrer Frage.")
    _recount(record, findings)
    return findings


def _key(record: dict[str, Any], findings: Findings) -> PublicKey | None:
    try:
        return PublicKey(bytes.fromhex(record["definition"]["signing_key"]))
    except NoPublicKey:
        findings.faults.append("Der Schlüssel für die Unterschriften (signing_key) ist keiner.")
        return None


def _text_faults(record: dict[str, Any]) -> list[str]:
    if digest(record["definition"]) == record["text_hash"]:
        return []
    return [
        "Der Text der Abstimmung (Fragen, Optionen, Fristen, Regeln) ist nicht der, zu dem die "
        "Prüfsumme text_hash gehört: Eines von beiden wurde geändert."
    ]


def _signature_faults(record: dict[str, Any], key: PublicKey | None) -> list[str]:
    """Return which parts are not as the city signed them."""
    recorded, found = record["digests"], digests_of(record)
    faults = [
        f"{words} ({part}) ist nicht so, wie die Stadt unterschrieben hat: {_how(part, record)}"
        for part, words in PART_WORDS.items()
        if recorded[part] != found[part]
    ]
    if not has_signed(key, signed_message(recorded), record["signature"]):
        faults.append(
            "Die Unterschrift unter der Datei ist falsch: Sie ist nicht von der Stadt, oder an der "
            "Datei wurde nach dem Unterschreiben etwas geändert."
        )
    return faults


def _how(part: str, record: dict[str, Any]) -> str:
    """Say of a changed part, as far as it can be told, what was done to it."""
    if part != "ballots":
        return "Nach dem Unterschreiben wurde hier etwas geändert."
    more = len(record["ballots"]) - _expected_votes(record)
    if more > 0:
        return f"Es wurden Stimmen hinzugefügt ({more} zu viel)."
    if more < 0:
        return f"Es wurden Stimmen entfernt ({-more} zu wenig)."
    return "Eine Auswahl oder ein Prüfcode wurde geändert."


def _expected_votes(record: dict[str, Any]) -> int:
    is_sealed = record["definition"]["kind"] == "sealed"
    envelopes = len(record["final_hashes"]) if is_sealed else record["voters"]
    return int(envelopes) - len(record["unreadable"])


def _check_board(
    record: dict[str, Any],
    key: PublicKey | None,
    saved: Sequence[tuple[int | None, str]],
    findings: Findings,
) -> None:
    heads = heads_of(record["text_hash"], (entry[1] for entry in record["board"]))
    order = order_faults(record)
    findings.add(order, f"Die Tafel hat {len(record['board'])} Einträge, alle an ihrem Platz.")
    faults = head_faults(record, heads, key)
    number = len(record["heads"])
    findings.add(faults, f"Alle {number} unterschriebenen Köpfe ergeben sich aus der Tafel.")
    if saved:
        faults = [fault for one in saved if (fault := saved_head_fault(one, heads))]
        findings.add(faults, "Die früher gespeicherten Köpfe kommen auf der Tafel vor.")


def _final_faults(record: dict[str, Any]) -> list[str]:
    final, shown = record["final_hashes"], {item for _, item in record["board"]}
    faults = [
        f"Der Umschlag {short_hash(item)} steht zweimal in der Liste der gültigen Umschläge."
        for item, times in Counter(final).items()
        if times > 1
    ]
    faults += [
        f"Der gültige Umschlag {short_hash(item)} steht nicht auf der Tafel."
        for item in final
        if item not in shown
    ]
    if final != sorted(final):
        faults.append("Die Liste der gültigen Umschläge ist nicht sortiert.")
    counted = set(final)
    faults += [
        f"Der Umschlag ohne Stimme {short_hash(item)} ist keiner der gültigen Umschläge."
        for item, _ in record["unreadable"]
        if item not in counted
    ]
    return faults


def _open_faults(record: dict[str, Any], saved: Sequence[tuple[int | None, str]]) -> list[str]:
    parts = [part for part in ("board", "heads", "final_hashes", "unreadable") if record[part]]
    faults = [f"Eine offene Abstimmung hat kein „{part}“." for part in parts]
    if saved:
        faults.append("Eine offene Abstimmung hat keine Tafel, auf der ein Kopf stehen könnte.")
    return faults


def _number_faults(record: dict[str, Any]) -> list[str]:
    votes, voters = len(record["ballots"]), record["voters"]
    unreadable, envelopes = len(record["unreadable"]), len(record["final_hashes"])
    faults = []
    if record["definition"]["kind"] == "sealed":
        if envelopes != voters:
            faults.append(
                f"Abgestimmt haben {voters} Menschen, es gibt aber {envelopes} Umschläge."
            )
        difference = votes + unreadable - envelopes
        source = f"Die Liste hat {votes} Stimmen, gültige Umschläge gibt es {envelopes}"
    else:
        difference = votes - voters
        source = f"Die Liste hat {votes} Stimmen, abgestimmt haben {voters} Menschen"
    if unreadable:
        source += f", {unreadable} davon ohne Stimme"
    if difference > 0:
        faults.append(f"{source}: {_votes(difference)} hinzugefügt.")
    elif difference < 0:
        faults.append(f"{source}: {_votes(-difference)} entfernt.")
    return faults


def _votes(number: int) -> str:
    return "Eine Stimme wurde" if number == 1 else f"{number} Stimmen wurden"


def _code_faults(ballots: Sequence[Any]) -> list[str]:
    codes = [code for code, _ in ballots]
    faults = [
        f"Der Prüfcode {code[:40]} steht {times}-mal in der Liste der Stimmen."
        for code, times in Counter(codes).items()
        if times > 1
    ]
    wrong = [code for code in codes if not _CODE_FORM.fullmatch(code)]
    faults += [f"„{code[:40]}“ ist kein Prüfcode." for code in wrong]
    if codes != sorted(codes):
        faults.append("Die Liste der Stimmen ist nicht nach Prüfcodes sortiert.")
    return faults


def _choice_faults(record: dict[str, Any]) -> list[str]:
    questions = record["definition"]["questions"]
    faults = []
    for code, answers in record["ballots"]:
        if len(answers) != len(questions):
            faults.append(
                f"Prüfcode {code[:40]}: Hier stehen {len(answers)} Antworten auf "
                f"{len(questions)} Fragen."
            )
            continue
        for place, (question, choice) in enumerate(zip(questions, answers, strict=True), 1):
            if choice is None or choice in ([], {}):
                continue
            try:
                CHOICE_READERS[question["kind"]](question, choice)
            except InvalidChoice as reason:
                faults.append(f"Prüfcode {code[:40]}, Frage {place}: Die Auswahl {reason}.")
    return faults


def _recount(record: dict[str, Any], findings: Findings) -> None:
    """Count every question again and compare with the results in the file."""
    questions, results = record["definition"]["questions"], record["results"]
    if len(results) != len(questions):
        findings.faults.append(
            f"Die Datei hat {len(results)} Ergebnisse für {len(questions)} Fragen."
        )
    seed = seed_of(record)
    for place, (question, result) in enumerate(zip(questions, results, strict=False)):
        try:
            counted = recounted(question, place, record["ballots"], seed)
        except RuleDoesNotFit as error:
            findings.faults.append(f"Frage {place + 1} lässt sich nicht auszählen: {error}")
            continue
        name = f"Frage {place + 1}"
        faults = [f"{name}: {fault}" for fault in _result_faults(result, counted)]
        winners = ", ".join(counted["winners"]) or "niemand"
        findings.add(faults, f"{name}: nachgezählt, das Ergebnis stimmt ({winners}).")
        if not faults and any(result[key] != counted[key] for key in ("ties", "steps")):
            findings.notes.append(
                f"{name}: Der Rechenweg ist mit anderen Worten beschrieben als in diesem Programm. "
                "Die Zahlen sind dieselben."
            )


def recounted(
    question: dict[str, Any], place: int, ballots: Sequence[Any], seed: bytes
) -> dict[str, Any]:
    """Return the result of one question, counted from the list of votes.

    :param place: of the question, from 0
    :raises RuleDoesNotFit: if its rule cannot count it
    """
    choices = [answers[place] if place < len(answers) else "" for _, answers in ballots]
    profile = profile_from_choices(question, choices)
    return count(profile, question["rule"], question["seats"], seed).as_json()


def _result_faults(result: dict[str, Any], counted: dict[str, Any]) -> list[str]:
    missing = [key for key in counted if key not in result]
    if missing or set(result) - set(counted):
        return ["Das Ergebnis in der Datei hat nicht alle Angaben, oder andere."]
    faults = []
    totals = result["totals"] if isinstance(result["totals"], dict) else {}
    for name in dict.fromkeys([*counted["totals"], *totals]):
        before, now = totals.get(name), counted["totals"].get(name)
        if before != now:
            faults.append(
                f"„{name}“ hat laut Ergebnis {_shown(before)}, nachgezählt aber {_shown(now)}. "
                "Falsch gezählt, oder eine Auswahl wurde geändert."
            )
    words = {
        "winners": "Gewonnen hat laut Ergebnis",
        "ballots": "Stimmzettel sind es laut Ergebnis",
        "blank": "Leer sind laut Ergebnis",
        "invalid": "Ungültig sind laut Ergebnis",
        "rule": "Gezählt wurde laut Ergebnis nach",
        "seats": "Plätze sind es laut Ergebnis",
        "options": "Zur Wahl standen laut Ergebnis",
    }
    for key, said in words.items():
        if result[key] != counted[key]:
            faults.append(f"{said} {_shown(result[key])}, nachgezählt aber {_shown(counted[key])}.")
    return faults


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)[:200] or "niemand"
    return "nichts" if value is None else str(value)[:200]
