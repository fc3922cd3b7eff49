"""Following, the page of settings, and stopping mails without signing in."""

from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for

from participation.core import clock
from participation.core.access import current_actor, public, requires
from participation.core.db import db
from participation.core.forms import keeps_input
from participation.core.headers import keep_private
from participation.core.languages import current_language
from participation.core.origin import open_to_mail_programs
from participation.following import links, queries, service
from participation.following.forms import FrequencyForm
from participation.following.links import Stop, StopAll, StopThings
from participation.following.rules import Followed, Frequency
from participation.permissions import Permission
from participation.suggestions import guest_support
from participation.suggestions import queries as suggestions
from participation.suggestions.links import Link
from participation.suggestions.rules import text_is_public
from participation.suggestions.terms import terms

following = Blueprint("following", __name__, url_prefix="/<language:lang>")
unsubscribing = Blueprint("unsubscribing", __name__, url_prefix="/<language:lang>/abbestellen")

_KINDS = ", ".join(kind.value for kind in Followed)
#: Lists that a topic or a district can be followed from, by the word in the form.
_LISTS = {"vorhaben": "projects.project_list", "anregungen": "suggestions.suggestion_list"}


@following.post(f"/folgen/<any({_KINDS}):kind>/<number:key>/")
@requires(Permission.ACCOUNT_OWN)
def follow(kind: str, key: int) -> Any:
    """Follow a thing; pressing twice is once."""
    service.follow(Followed(kind), key, current_actor(), clock.now())
    db.session.commit()
    return _back(Followed(kind), key, "folge")


@following.post(f"/folgen/<any({_KINDS}):kind>/<number:key>/beenden/")
@requires(Permission.ACCOUNT_OWN)
def unfollow(kind: str, key: int) -> Any:
    """Follow a thing no more."""
    service.unfollow(Followed(kind), key, current_actor(), clock.now())
    db.session.commit()
    return _back(Followed(kind), key, "folge-nicht")


def _back(kind: Followed, key: int, done: str) -> Any:
    """Where the button was: the thing's page, a list, or the page of settings."""
    came_from = request.form.get("von", "")
    address = queries.address_of(kind, key)
    more: dict[str, Any] = {"fertig": done, "_anchor": "folgen"}
    if came_from == "konto" or address is None:
        target = url_for(".settings", fertig=done)
    elif kind is Followed.SUGGESTION:
        target = url_for("suggestions.suggestion", number=address, **more)
    elif kind is Followed.PROJECT:
        target = url_for("projects.project", slug=address, **more)
    else:
        view = _LISTS.get(came_from, _LISTS["anregungen"])
        target = url_for(view, **more, **{kind.value: address})
    return redirect(target, 303)


@following.route("/konto/benachrichtigungen/", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
@keeps_input
def settings() -> Any:
    """How often mails come, and about what."""
    keep_private()
    person_id = current_actor().person_id or 0
    form = FrequencyForm()
    if form.validate_on_submit():
        service.set_frequency(person_id, Frequency(form.frequency.data), clock.now())
        db.session.commit()
        return redirect(url_for(".settings", fertig="gespeichert"), 303)
    if request.method == "GET":
        form.frequency.data = queries.frequency_of(person_id).value
    chain = current_language().chain
    automatic = queries.automatic(person_id)
    page = render_template(
        "following/settings.html",
        form=form,
        page=queries.page_of_person(person_id, request.args.get("seite"), chain),
        thing_of=queries.thing_of,
        automatic=automatic[: queries.MOST_AUTOMATIC],
        has_more=len(automatic) > queries.MOST_AUTOMATIC,
        choices=queries.to_choose(person_id, chain),
        done=request.args.get("fertig", ""),
    )
    return page, 422 if form.errors else 200


@unsubscribing.get("/<token>/")
@public
def page(token: str) -> Any:
    """Say what the link stops. Opening it changes nothing: scanners of mails open links, too."""
    keep_private()
    stop = links.read(_secret(), token)
    return render_template(
        "following/unsubscribe.html",
        token=token,
        what=_names(stop),
        stops_all=isinstance(stop, StopAll),
        done=request.args.get("fertig", ""),
    )


@unsubscribing.post("/<token>/")
@public
@open_to_mail_programs
def one_click(token: str) -> Response:
    """Stop mails with one POST of a mail program (RFC 8058), which has neither session nor token
    against forged requests: the signed link is the proof. It reads and writes no session, and does
    not redirect, as the RFC wants it."""
    if request.form.get("List-Unsubscribe") != "One-Click":
        return Response("List-Unsubscribe=One-Click is missing.\n", 400, mimetype="text/plain")
    _stop(links.read(_secret(), token))
    return Response("OK\n", 200, mimetype="text/plain")


@unsubscribing.post("/<token>/beenden/")
@public
def stop(token: str) -> Any:
    """Stop mails by the button on the page."""
    _stop(links.read(_secret(), token))
    return redirect(url_for(".page", token=token, fertig="beendet"), 303)


@unsubscribing.post("/<token>/wieder/")
@public
def resume(token: str) -> Any:
    """Take the stopping back."""
    wanted = links.read(_secret(), token)
    now = clock.now()
    if isinstance(wanted, StopThings):
        service.resume(wanted.person_id, wanted.things, now)
    elif isinstance(wanted, StopAll):
        if queries.frequency_of(wanted.person_id) is Frequency.NEVER:
            service.set_frequency(wanted.person_id, wanted.frequency, now)
    else:
        guest_support.resume_mails(Link(wanted.suggestion_id, wanted.mailbox))
    db.session.commit()
    return redirect(url_for(".page", token=token, fertig="wieder"), 303)


def _stop(wanted: Stop) -> None:
    now = clock.now()
    if isinstance(wanted, StopThings):
        service.stop(wanted.person_id, wanted.things, now, terms())
    elif isinstance(wanted, StopAll):
        service.set_frequency(wanted.person_id, Frequency.NEVER, now)
    else:
        guest_support.stop_mails(Link(wanted.suggestion_id, wanted.mailbox))
    db.session.commit()


def _names(wanted: Stop) -> list[tuple[Followed, str]]:
    """What the link is about; what is not public any more has no name."""
    if isinstance(wanted, StopAll):
        return []
    if isinstance(wanted, StopThings):
        names = queries.names_of(wanted.things, current_language().chain)
        return [(kind, names.get((kind, key), "")) for kind, key in wanted.things]
    found = suggestions.by_id(wanted.suggestion_id)
    is_public = found is not None and text_is_public(found.facts)
    return [(Followed.SUGGESTION, found.title if found and is_public else "")]


def _secret() -> str:
    return str(current_app.extensions["settings"].secret_key)
