"""Files of ballots: each kind of file is read into a profile, or refused with the line of its fault."""

from collections.abc import Callable
from pathlib import Path

from participation.polls.readers.ballot_file import BallotFile as BallotFile
from participation.polls.readers.ballot_file import BallotFileBroken as BallotFileBroken
from participation.polls.readers.ballot_file import decoded
from participation.polls.readers.blt import read_blt
from participation.polls.readers.debian import read_debian
from participation.polls.readers.pabulib import read_pabulib
from participation.polls.readers.preflib import read_preflib

#: What is read, by the end of the file's name.
READERS: dict[str, Callable[[str], BallotFile]] = {
    ".blt": read_blt,
    ".soc": read_preflib,
    ".soi": read_preflib,
    ".toc": read_preflib,
    ".toi": read_preflib,
    ".cat": read_preflib,
    ".pb": read_pabulib,
    ".txt": read_debian,
}


def read_ballots(name: str, content: bytes) -> BallotFile:
    """Read a file of ballots.

    :param name: of the file; its end says what it is
    :raises BallotFileBroken:
    """
    suffix = Path(name).suffix.lower()
    if suffix not in READERS:
        known = ", ".join(READERS)
        raise BallotFileBroken(
            1, f"Dateien mit der Endung „{suffix}“ kennen wir nicht. Wir kennen: {known}"
        )
    return READERS[suffix](decoded(content, latin=suffix == ".txt"))
