"""Voting: the code of a letter, the ballot, a look at it before it counts, the receipt.

What somebody chose is in the pages' forms only, until it is sealed or kept: never in an address, a cookie
or a session. Nothing here writes more than the one row of ``casting``.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for

from participation.city import queries as city
from participation.core import clock
from participation.core.access import current_actor, public, requires
from participation.core.db import db
from participation.core.forms import clean_text, keeps_input
from participation.core.headers import keep_private
from participation.core.languages import current_language, format_number, gettext
from participation.core.limits import network_of
from participation.core.messages import DomainError, NotFound
from participation.permissions import VISITOR, Actor, Permission
from participation.polls import (
    answer_rules,
    casting,
    draft_rules,
    paper,
    queries,
    rules,
    sealing,
)
from participation.polls.answer_rules import Fault
from participation.polls.ballot_forms import BallotForm, LetterForm
from participation.polls.models import Poll
from participation.polls.paper import Paper
from participation.polls.rules import Declared, Eligible, PollKind, PollState

ballots = Blueprint("ballots", __name__, url_prefix="/<language:lang>/abstimmungen")

_LETTER_KEY = "brief"
#: So long after the code of a letter was typed somebody can vote with it, and read the receipt.
_LETTER_TIME = timedelta(hours=2)
#: Fields of the ballot's form that are no answers.
_BESIDE_ANSWERS = frozenset({"pruefcode", "merkmal", "stand", "old_enough", "district"})


@ballots.route("/<slug:slug>/code/", methods=["GET", "POST"])
@public
@keeps_input
def letter(slug: str) -> Any:
    """Type the code of a letter. Every code that does not fit gets the same answer."""
    poll = _open(slug)
    if poll.eligible is not Eligible.LETTER:
        raise NotFound
    form = LetterForm()
    status = 200
    if form.validate_on_submit():
        now = clock.now()
        try:
            code_id = _redeem(poll, form.code.data, now)
        except DomainError as error:
            form.code.errors = [gettext(error.message)]
            status = int(error.status)
        else:
            session[_LETTER_KEY] = [poll.id, code_id, int(now.timestamp()), False]
            if form.carries_ballot():
                return _vote(poll, VISITOR, code_id)
            return redirect(url_for(".letter_ballot", slug=slug), 303)
    status = 422 if form.errors and status == 200 else status
    return _letter_page(poll, form), status


def _letter_page(poll: Poll, form: LetterForm) -> str:
    """Ask for the code; a ballot that was filled in while the time ran out comes along."""
    kept = [
        (name, clean_text(value))
        for name, value in request.form.items(multi=True)
        if name in _BESIDE_ANSWERS or name in _names(poll)
    ]
    return _page("polls/letter.html", poll, form=form, kept=kept)


def _redeem(poll: Poll, typed: str, now: datetime) -> int:
    """Return the key of a letter's code.

    :raises rules.CodeUnknown: it is counted :raises rules.TooManyTries: nothing was looked up
    """
    key = current_app.extensions["settings"].key_of_fingerprints
    network = network_of(request.remote_addr or "")
    try:
        found = casting.redeem(poll.id, typed, network, now, fingerprint_key=key)
    except rules.TooManyTries:
        db.session.rollback()
        raise
    db.session.commit()
    if found is None:
        raise rules.CodeUnknown
    return found


@ballots.route("/<slug:slug>/stimmzettel/", methods=["GET", "POST"])
@requires(Permission.POLL_VOTE)
@keeps_input
def ballot(slug: str) -> Any:
    """The ballot; then the same in words, to check; then it is cast. Pressing twice casts once."""
    poll = _open(slug)
    if poll.eligible is Eligible.LETTER:
        return redirect(url_for(".letter", slug=slug), 303)
    return _vote(poll, current_actor(), None)


@ballots.route("/<slug:slug>/stimmzettel/brief/", methods=["GET", "POST"])
@public
@keeps_input
def letter_ballot(slug: str) -> Any:
    """The same for who has typed the code of a letter; no account is needed, or asked."""
    poll = _open(slug)
    if poll.eligible is not Eligible.LETTER:
        raise NotFound
    code_id = _letter_of(poll)
    if code_id is not None:
        return _vote(poll, VISITOR, code_id)
    if request.method == "GET":
        return redirect(url_for(".letter", slug=slug), 303)
    form = LetterForm(formdata=None)
    form.code.errors = [
        gettext("Die Zeit ist abgelaufen. Bitte geben Sie den Code noch einmal ein.")
    ]
    return _letter_page(poll, form), 422


def _vote(poll: Poll, actor: Actor, code_id: int | None) -> Any:
    """Show the ballot, check it, or cast it, as the form says."""
    _check_may_vote(poll, actor, code_id)
    form = BallotForm()
    action = url_for(".letter_ballot" if code_id else ".ballot", slug=poll.slug)
    keys = poll.electorate.districts
    form.ask(poll.min_age, [one for one in city.districts() if one.id in keys] if keys else [])
    act = request.form.get("act", "")
    filled = _filled_in(poll)
    voter = f"letter:{code_id}" if code_id else f"person:{actor.person_id}"
    problem = None
    if request.method == "POST":
        if form.stand.data != poll.text_hash:
            filled, problem = Paper(), rules.BallotChanged
        else:
            problem = _code_problem(poll, form, voter)
    _bind(poll, form, voter, anew=request.method == "GET" or problem is not None)
    is_checked = form.validate_on_submit() and problem is None and act in ("check", "cast")
    if not is_checked or not form.check_declarations() or filled.faults:
        said = filled if act in ("check", "cast") else Paper(filled.given, filled.answers)
        has_voted, _hash = queries.own_vote(poll.id, actor.person_id, code_id)
        return _ballot_page(poll, form, said, problem=problem, has_voted=has_voted, action=action)
    if act == "check":
        return _page(
            "polls/check.html", poll, form=form, filled=filled, spoken=_spoken(poll, filled),
            action=action,
        )  # fmt: skip
    try:
        casting.cast(
            poll.id, actor, clock.now(), filled.answers, declared=form.declared(),
            code=form.pruefcode.data or "", code_id=code_id, seen=form.stand.data,
        )  # fmt: skip
    except rules.BallotChanged:
        db.session.rollback()  # between the look above and the lock
        return redirect(request.path, 303)
    poll_id, slug = (
        poll.id,
        poll.slug,
    )  # after the commit they would be read anew, with the whole poll
    db.session.commit()
    if code_id:
        session[_LETTER_KEY] = [poll_id, code_id, int(clock.now().timestamp()), True]
    receipt_page = ".letter_receipt" if code_id else ".receipt"
    return redirect(url_for(receipt_page, slug=slug), 303)


@ballots.get("/<slug:slug>/stimmzettel/abgegeben/")
@requires(Permission.POLL_VOTE)
def receipt(slug: str) -> Any:
    """Say that the vote arrived, and how to check it later; never what it says."""
    poll = _public(slug)
    return _receipt(poll, queries.own_vote(poll.id, current_actor().person_id))


@ballots.get("/<slug:slug>/stimmzettel/brief/abgegeben/")
@public
def letter_receipt(slug: str) -> Any:
    """The same for who has just voted with the code of a letter."""
    poll = _public(slug)
    code_id = _letter_of(poll, to_vote=False)
    vote = queries.own_vote(poll.id, code_id=code_id) if code_id else (False, None)
    return _receipt(poll, vote)


def _receipt(poll: Poll, vote: tuple[bool, str | None]) -> Any:
    has_voted, envelope_hash = vote
    if not has_voted or poll.state is PollState.CANCELLED:
        return redirect(url_for("polls.poll", slug=poll.slug), 303)
    number = queries.on_board(poll.id, envelope_hash) if envelope_hash else None
    return _page("polls/receipt.html", poll, envelope_hash=envelope_hash, number=number)


def _open(slug: str) -> Poll:
    """A poll that takes votes now.

    :raises NotFound: :raises rules.NotOpen: it does not, or not any more
    """
    poll = _public(slug)
    if not rules.is_open(poll.state, poll.opens_at, poll.closes_at, clock.now()):
        raise rules.NotOpen
    return poll


def _public(slug: str) -> Poll:
    keep_private()
    poll = queries.sheet(slug, current_actor())
    if poll is None or poll.state not in rules.PUBLIC_STATES:
        raise NotFound
    return poll


def _letter_of(poll: Poll, *, to_vote: bool = True) -> int | None:
    """The key of the letter's code that was typed for this poll a short while ago.

    :param to_vote: and not voted with since: who comes to this computer next needs the letter
    """
    kept = session.get(_LETTER_KEY)
    if poll.eligible is not Eligible.LETTER or not kept or kept[0] != poll.id:
        return None
    _poll_id, code_id, typed_at, has_voted = kept
    if clock.now() > datetime.fromtimestamp(typed_at, UTC) + _LETTER_TIME:
        return None
    return None if to_vote and has_voted else int(code_id)


def _check_may_vote(poll: Poll, actor: Actor, code_id: int | None) -> None:
    """Check that somebody may vote who will declare what the ballot asks.

    :raises rules.NotEntitled:
    """
    everything = Declared(True, next(iter(poll.electorate.districts), None))
    casting.check_voter(poll, actor, everything, code_id)


def _filled_in(poll: Poll) -> Paper:
    return paper.read(
        _questions(poll),
        lambda name: [clean_text(value) for value in request.form.getlist(name)],
    )


def _questions(poll: Poll) -> Sequence[dict[str, Any]]:
    questions: Sequence[dict[str, Any]] = (poll.definition or {})["questions"]
    return questions


def _names(poll: Poll) -> set[str]:
    """The names of all fields with answers."""
    questions = enumerate(_questions(poll), 1)
    return {name for number, one in questions for name in paper.names_of(number, one)}


def _secret() -> bytes:
    key: str = current_app.extensions["settings"].secret_key
    return key.encode()


def _code_problem(poll: Poll, form: BallotForm, voter: str) -> type[DomainError] | None:
    """What is wrong with the check code that was sent: it must be made for this voter and poll."""
    if poll.kind is not PollKind.SEALED:
        return None
    try:
        sealing.check_code(
            _secret(), poll.id, voter, form.pruefcode.data or "", form.merkmal.data or ""
        )
    except (sealing.CodeInvalid, sealing.CodeOfAnotherForm):
        return sealing.CodeOfAnotherForm
    return None


def _bind(poll: Poll, form: BallotForm, voter: str, *, anew: bool) -> None:
    """Tie the form to what is voted on, and to a fresh check code if it has none that is good."""
    form.stand.data = poll.text_hash
    if poll.kind is PollKind.SEALED and anew:
        form.pruefcode.data = sealing.new_code()
        form.merkmal.data = sealing.bind_code(_secret(), poll.id, voter, form.pruefcode.data)


def _ballot_page(
    poll: Poll,
    form: BallotForm,
    filled: Paper,
    *,
    problem: type[DomainError] | None,
    has_voted: bool,
    action: str,
) -> Any:
    questions = _questions(poll)
    named = [
        (paper.first_field(number, questions[number - 1]), _told(number, len(questions), fault))
        for number, fault in sorted(filled.faults.items())
    ]
    faults = [*form.faults(), *named]
    page = _page(
        "polls/ballot.html",
        poll,
        form=form,
        filled=filled,
        faults=faults,
        fault_words={number: _words(fault) for number, fault in filled.faults.items()},
        problem=problem.message if problem else "",
        has_voted=has_voted,
        action=action,
        sums=_sums(poll, filled) if request.method == "POST" else {},
    )
    return page, 422 if faults or problem else 200


def _told(number: int, count: int, fault: Fault) -> str:
    words = _words(fault)
    return f"{gettext('Frage %(number)s:', number=number)} {words}" if count > 1 else words


def _words(fault: Fault) -> str:
    values = {name: format_number(value) for name, value in fault.values.items()}
    return gettext(fault.text, **values)


def _sums(poll: Poll, filled: Paper) -> dict[int, int]:
    """What was chosen costs together, by the number of each question about money."""
    sums = {}
    for number, question in enumerate(_questions(poll), 1):
        if question["kind"] == rules.QuestionKind.BUDGET:
            options = range(1, len(question["options"]) + 1)
            chosen = [option for option in options if filled.holds(f"q{number}", option)]
            sums[number] = answer_rules.total_cost(question, chosen)
    return sums


def _spoken(poll: Poll, filled: Paper) -> list[Any]:
    """Questions with their choices, and what those cost."""
    return list(
        zip(
            poll.questions,
            filled.answers,
            (_sums(poll, filled).get(question.number) for question in poll.questions),
            strict=True,
        )
    )


def _page(template: str, poll: Poll, **more: Any) -> str:
    chain = current_language().chain
    return render_template(
        template,
        poll=poll,
        words=lambda thing, field: queries.words_of(thing.texts, field, chain),
        rules=rules,
        paper=paper,
        rule_names=draft_rules.RULE_NAMES,
        verdict_names=answer_rules.VERDICT_NAMES,
        best_score=answer_rules.BEST_SCORE,
        pictures=queries.pictures(poll),
        **more,
    )
