"""``participation poll``: what the board does away from the server, and what anyone can check.

No command here needs the database or settings. What is printed is German, for the people who do it; each
command changes nothing when it fails, and ends with status 2 for bad input.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path

import click

from participation.core.messages import DomainError
from participation.poll_counting import count_file
from participation.polls import keys, opening, standalone, standalone_command, trial_opening
from participation.polls.canonical import lines_of
from participation.polls.sealing import EnvelopeUnreadable
from participation.polls.standalone_command import printable

_BAD_INPUT = 2
_ONLY_MINE = 0o600
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)


class BadInput(click.ClickException):
    """The message is shown, and the exit status is 2."""

    exit_code = _BAD_INPUT


@click.group()
def poll() -> None:
    """Keys, envelopes, counts and checks of polls. Needs no database and no settings."""


poll.add_command(count_file)


@poll.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--title", required=True, help="The poll's title; it stands in every file.")
@click.option("--simple", is_flag=True, help="One key file instead of three shares.")
def keygen(folder: Path, title: str, simple: bool) -> None:
    """Make the key of a poll in FOLDER: a public file, and three shares of the secret key.

    Any two shares open the envelopes. Do this on a computer without a network; only public.json goes
    to the server. Nothing is ever overwritten.
    """
    key = keys.new_key(_checked_title(title))
    mode = keys.Mode.SIMPLE if simple else keys.Mode.SHARES
    documents = {"public.json": keys.public_document(key, mode)}
    if simple:
        documents["key.json"] = keys.key_document(key)
    else:
        for share in keys.split(key):
            documents[f"share-{share.number}.json"] = keys.share_document(share)
    with _named(folder):
        folder.mkdir(parents=True, exist_ok=True)
    _write_new({folder / name: lines_of(document) for name, document in documents.items()})
    click.echo(f"Schlüssel für „{key.poll}“, Fingerabdruck {keys.fingerprint(key.public_key)}")
    for name in documents:
        click.echo(f"  {folder / name}")
    click.echo("An die Stadt geht nur public.json. Alles andere bleibt geheim.")


@poll.command("test-open")
@click.argument("test", type=_FILE)
@click.argument("key_files", type=_FILE, nargs=-1, required=True)
def test_open(test: Path, key_files: tuple[Path, ...]) -> None:
    """Open the TEST envelope with every pair of the shares given, or with the one key file.

    Prints the word of each pair. All words are typed into the poll's page: only then it can open.
    """
    with _named(test):
        trial = trial_opening.read_trial_file(test.read_bytes())
    for pair, key in _keys_by_pair(key_files):
        with _named(test):
            keys.check_public_key(key, trial.public_key)
            word = trial_opening.open_trial(trial, pair, key.private_key)
        name = "Schlüssel" if pair == trial_opening.ONE_KEY else f"Teile {pair}"
        click.echo(f"{name}: {word}")


@poll.command("open")
@click.argument("envelopes", type=_FILE)
@click.argument("key_files", type=_FILE, nargs=-1, required=True)
@click.option("-o", "--output", type=_NEW_FILE, required=True, help="A new file for the votes.")
def open_(envelopes: Path, key_files: tuple[Path, ...], output: Path) -> None:
    """Open the ENVELOPES of a closed poll with two shares, or with the one key file.

    The file of votes goes back to the server. Nobody should look into it before the result is public.
    """
    key = _one_key(key_files)
    with _named(envelopes):
        file = opening.read_envelopes(envelopes.read_bytes())
        keys.check_public_key(key, file.public_key)
    _refuse_existing([output])
    with click.progressbar(length=len(file.envelopes), label="Umschläge") as bar:
        opened = opening.open_all(file, key.private_key, bar.update)
    _write_new({output: opening.ballots_file(opened)})
    click.echo(
        f"„{printable(file.definition['title'])}“: {len(file.envelopes)} Umschläge geöffnet."
    )
    click.echo(f"  {len(opened.ballots)} Stimmen stehen in {output}")
    for envelope_hash, reason in opened.unreadable:
        click.echo(f"  ohne Stimme: {envelope_hash[:16]}… {reason}")


@poll.command()
@click.argument("file", type=_FILE)
@click.option(
    "--head", "heads", multiple=True, help="A head saved earlier, or NUMBER:HEAD; may be repeated."
)
@click.option("--code", "codes", multiple=True, help="Show the vote with this check code.")
def verify(file: Path, heads: tuple[str, ...], codes: tuple[str, ...]) -> None:
    """Check the published FILE of a poll: everything that can be computed again is computed again.

    Ends with 0 if all is right, 1 if faults were found, 2 if the file cannot be read.
    """
    status, lines = standalone_command.verify_file(_content(file), heads, codes)
    click.echo("\n".join(lines), err=status == standalone_command.UNREADABLE)
    click.get_current_context().exit(status)


@poll.command()
@click.option("-o", "--output", type=_NEW_FILE, default=Path(standalone.FILE_NAME))
def verifier(output: Path) -> None:
    """Write the standalone verifier: one file that needs Python only."""
    _write_new({output: standalone.build().encode("utf-8")}, secret=False)
    click.echo(f"{output}")


def _one_key(files: tuple[Path, ...]) -> keys.Key:
    """Return the key from two shares, or from one key file."""
    found = list(_keys_by_pair(files))
    if len(found) != 1:
        raise BadInput("Bitte geben Sie genau zwei Teile an, oder die eine Schlüsseldatei.")
    return found[0][1]


def _keys_by_pair(files: tuple[Path, ...]) -> Iterator[tuple[str, keys.Key]]:
    """Yield each pair's name, and the key it gives."""
    contents = [_content(file) for file in files]
    if keys.kind_of(contents[0]) == keys.KEY_FORMAT:
        if len(files) > 1:
            raise BadInput("Zu einer Schlüsseldatei gehören keine weiteren Dateien.")
        with _named(files[0]):
            yield trial_opening.ONE_KEY, keys.read_key_file(contents[0])
        return
    shares = []
    for file, content in zip(files, contents, strict=True):
        with _named(file):
            shares.append(keys.read_share(content))
    if not keys.NEEDED <= len(shares) <= len(keys.SHARES):
        raise BadInput("Es braucht zwei verschiedene Teile des Schlüssels.")
    for first, second in combinations(zip(files, shares, strict=True), keys.NEEDED):
        with _named(first[0], second[0]):
            key = keys.combine(first[1], second[1])
        yield trial_opening.pair_of(first[1].number, second[1].number), key


def _checked_title(title: str) -> str:
    """Return a title with which the files can be read again."""
    title = title.strip()
    if not title or not title.isprintable() or len(title) > keys.LONGEST_TITLE:
        raise BadInput(
            f"Der Titel braucht 1 bis {keys.LONGEST_TITLE} Zeichen, die man drucken kann."
        )
    return title


@contextmanager
def _named(*files: Path) -> Iterator[None]:
    """Turn a refusal into a message that names the files it is about."""
    names = " und ".join(str(file) for file in files)
    try:
        yield
    except opening.FileRefused as error:
        raise BadInput(
            f"{names}: {error.message}\n" + "\n".join(map(printable, error.faults))
        ) from error
    except (DomainError, EnvelopeUnreadable) as error:
        raise BadInput(f"{names}: {error.message}") from error
    except OSError as error:
        raise BadInput(f"{names}: {error.strerror}") from error


def _content(file: Path) -> bytes:
    with _named(file):
        return file.read_bytes()


def _refuse_existing(files: list[Path]) -> None:
    there = [str(file) for file in files if file.exists() or file.is_symlink()]
    if there:
        raise BadInput(f"Es wird nichts überschrieben. Das gibt es schon: {', '.join(there)}")


def _write_new(contents: dict[Path, bytes], *, secret: bool = True) -> None:
    """Write new files, all or none; secret ones can be read by their owner only."""
    _refuse_existing(list(contents))
    written: list[Path] = []
    try:
        for file, content in contents.items():
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            descriptor = os.open(file, flags, _ONLY_MINE if secret else 0o644)
            written.append(file)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
    except OSError as error:
        for file in written:
            file.unlink(missing_ok=True)
        raise BadInput(f"{error.filename or file}: {error.strerror}") from error
