"""A list of e-mail addresses as somebody pastes it: one a line; what is wrong is told by its line. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from participation.polls.rules import MOST_LISTED

#: More faults than anybody reads at once.
MOST_TOLD = 20


class LineFault(StrEnum):
    """What is wrong with a line."""

    NO_ADDRESS = "no_address"
    TWICE = "twice"


@dataclass(frozen=True)
class Pasted:
    """What was found.

    :param addresses: the good ones, in their order
    :param faults: ``(line, fault, line of the first one)``; the last is 0 unless it stands there twice
    """

    addresses: tuple[str, ...]
    faults: tuple[tuple[int, LineFault, int], ...]

    @property
    def is_too_long(self) -> bool:
        """Whether there are more than a list may have."""
        return len(self.addresses) > MOST_LISTED


def read(
    text: str, address_of: Callable[[str], str | None], mailbox_of: Callable[[str], str]
) -> Pasted:
    """Read a pasted list; empty lines do not matter.

    :param address_of: an address as it is stored, ``None`` if it is none
    :param mailbox_of: what all addresses of one mailbox have in common
    """
    first: dict[str, int] = {}
    found, faults = [], []
    for number, line in enumerate(text.split("\n"), 1):
        typed = line.strip().strip(",;").strip()
        if not typed:
            continue
        address = address_of(typed)
        if address is None:
            faults.append((number, LineFault.NO_ADDRESS, 0))
        elif (mailbox := mailbox_of(address)) in first:
            faults.append((number, LineFault.TWICE, first[mailbox]))
        else:
            first[mailbox] = number
            found.append(address)
    return Pasted(tuple(found), tuple(faults))
