"""What was counted: the page with figures, bars and steps, the file, and how anyone checks it."""

from fractions import Fraction
from functools import cache
from typing import Any

from flask import Blueprint, Response, render_template, request

from participation.core.access import current_actor, public
from participation.core.forms import keeps_input
from participation.core.headers import keep_private
from participation.core.languages import current_language, format_number
from participation.core.messages import NotFound
from participation.polls import (
    answer_rules,
    draft_rules,
    queries,
    rules,
    sealing,
    standalone,
)
from participation.polls.ballot_forms import FindForm
from participation.polls.bars import (
    MOST_BARS,
    STEPS_ON_A_PAGE,
    TIES_ON_A_PAGE,
    bars_of,
    figures_of,
    pages_of,
    winners_of,
)
from participation.polls.models import Poll, PollBallot, PollRecord
from participation.polls.rules import PollKind

results = Blueprint("results", __name__, url_prefix="/<language:lang>/abstimmungen")


@results.get("/<slug:slug>/ergebnis/")
@public
def result(slug: str) -> Any:
    """The result; before it is published, only when it can be read."""
    poll = _public(slug)
    found = queries.result(poll)
    if found is None:
        return _page("polls/no_result.html", poll)
    return _page(
        "polls/result.html",
        poll,
        record=found,
        size=queries.size_of_file(poll),
        entitled=queries.entitled(poll),
        overview=[
            (question, winners_of(count))
            for question, count in zip(poll.questions, found.results, strict=True)
        ],
        **_of_question(poll, found),
        amount=_amount,
        rule_names=draft_rules.RULE_NAMES,
        verifier=standalone.FILE_NAME,
    )


@results.route("/<slug:slug>/ergebnis/stimmzettel/", methods=["GET", "POST"])
@public
@keeps_input
def find(slug: str) -> Any:
    """Look up one's own ballot by its check code, which is never part of an address: addresses stay in
    histories and in the logs of servers on the way, and a code tells how somebody voted.
    """
    poll = _public(slug)
    keep_private()
    if poll.kind is not PollKind.SEALED or queries.result(poll) is None:
        raise NotFound
    form = FindForm()
    ballot, searched = None, form.validate_on_submit()
    if searched:
        ballot = _ballot(poll, form.code.data or "")
    page = _page("polls/find.html", poll, form=form, searched=searched, ballot=ballot)
    return page, 422 if form.errors else 200


def _page(template: str, poll: Poll, **more: Any) -> str:
    chain = current_language().chain
    return render_template(
        template,
        poll=poll,
        words=lambda thing, field: queries.words_of(thing.texts, field, chain),
        rules=rules,
        project=queries.project_of(poll, chain),
        verdict_names=answer_rules.VERDICT_NAMES,
        best_score=answer_rules.BEST_SCORE,
        **more,
    )


@results.get("/<slug:slug>/ergebnis.json")
@public
def file(slug: str) -> Response:
    """The published file: everything that is needed to check the count."""
    poll = _public(slug)
    found = queries.result(poll)
    data = queries.file_of(poll)
    if found is None or data is None:
        raise NotFound
    return _download(data, f"{poll.slug}.json", "application/json", found.sha256)


@results.get(f"/{standalone.FILE_NAME}")
@public
def verifier() -> Response:
    """The program that checks a published file: one file that needs nothing but Python."""
    source = _verifier()
    return _download(source, standalone.FILE_NAME, "text/x-python; charset=utf-8", str(len(source)))


@cache
def _verifier() -> bytes:
    return standalone.build().encode()


def _of_question(poll: Poll, found: PollRecord) -> dict[str, Any]:
    """The question that is asked for, otherwise the first, with one page of its steps."""
    place = _chosen("frage", len(found.results))
    count = found.results[place]
    bars = bars_of(count)
    pages = pages_of(count["steps"], STEPS_ON_A_PAGE)
    page = _chosen("schritte", len(pages))
    return {
        "question": poll.questions[place],
        "count": count,
        "bars": bars,
        "shown_bars": bars[:MOST_BARS],
        "figures": dict(figures_of(count)),
        "steps": [(number + 1, count["steps"][number]) for number in pages[page]],
        "ties": [count["ties"][number] for number in pages_of(count["ties"], TIES_ON_A_PAGE)[0]],
        "step_page": page + 1,
        "step_pages": len(pages),
    }


def _chosen(name: str, count: int) -> int:
    """A number from 1 in the address, as a place from 0; the first if it is none of these."""
    text = request.args.get(name, "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 1
    return number - 1 if 1 <= number <= count else 0


def _download(data: bytes, name: str, kind: str, tag: str) -> Response:
    response = Response(data, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.set_etag(tag)
    response.make_conditional(request)
    return response


def _public(slug: str) -> Poll:
    poll = queries.sheet(slug, current_actor())
    if poll is None or poll.state not in rules.PUBLIC_STATES:
        raise NotFound
    return poll


def _ballot(poll: Poll, typed: str) -> PollBallot | None:
    """The ballot that was counted under a check code."""
    try:
        return queries.ballot(poll, sealing.normal_code(typed))
    except sealing.CodeInvalid:
        return None


def _amount(number: Fraction) -> str:
    """Write a number of votes: whole, or cut off after two decimals; the file has it in full."""
    whole, part = divmod(abs(number), 1)
    sign = "−" if number < 0 else ""
    if not part:
        return sign + format_number(int(whole))
    decimals = f"{int(part * 100):02d}".rstrip("0") or "0"
    point = "." if current_language().locale.language == "en" else ","
    return f"{sign}{format_number(int(whole))}{point}{decimals}"
