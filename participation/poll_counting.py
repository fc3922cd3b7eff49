"""``participation poll count``: counts a file of ballots. Needs no database and no settings."""

import hashlib
import json
from pathlib import Path

import click

from participation.polls.counting import ONE_SEAT_RULES, RULES, UNRANKED, count
from participation.polls.counting.minutes import Count, RuleDoesNotFit, exact
from participation.polls.counting.scottish import ONE_VOTE, five_decimals
from participation.polls.profiles import Number
from participation.polls.readers import BallotFile, BallotFileBroken, read_ballots

_BAD_INPUT = 2
#: Rules for which there are files of ballots. A question with yes and no stands in no such file.
FILE_RULES = [rule for rule in RULES if rule != "verdict"]


class CannotCount(click.ClickException):
    """The file is broken, or the rule does not fit it; the exit status is 2."""

    exit_code = _BAD_INPUT


@click.command("count")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rule", required=True, type=click.Choice(FILE_RULES), help="How to count.")
@click.option(
    "--seats",
    type=click.IntRange(min=1),
    help="How many are elected. Default: what the file says, if the rule can; else 1.",
)
@click.option(
    "--unranked",
    type=click.Choice(UNRANKED),
    default=UNRANKED[0],
    show_default=True,
    help="What it means that a ballot does not name an option.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def count_file(file: Path, rule: str, seats: int | None, unranked: str, as_json: bool) -> None:
    """Count the ballots of a FILE, and print each step, so that a pencil can follow.

    Reads BLT (.blt), PrefLib (.soc, .soi, .toc, .toi, .cat), Pabulib (.pb) and tally sheets of the
    Debian project (.txt). A tie is broken by a lot from the file's SHA-256: the same file always has
    the same result. docs/counting.md describes the rules.
    """
    try:
        content = file.read_bytes()
        ballots = read_ballots(file.name, content)
        if seats is None:
            seats = (ballots.seats if rule not in ONE_SEAT_RULES else None) or 1
        result = count(ballots.profile, rule, seats, hashlib.sha256(content).digest(), unranked)
    except OSError as error:
        raise CannotCount(f"{file}: {error.strerror}") from error
    except (BallotFileBroken, RuleDoesNotFit) as error:
        raise CannotCount(f"{file}: {error}") from error
    if as_json:
        plain = {"file": str(file)} | result.as_json()
        click.echo(json.dumps(plain, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(file, ballots, result)))


def _lines(file: Path, ballots: BallotFile, result: Count) -> list[str]:
    width = max(map(len, result.options))
    shown = _votes if result.rule == "stv-scottish" else exact
    totals = sorted(result.totals.items(), key=lambda total: -total[1])
    return [
        ballots.title or str(file),
        f"Regel: {result.rule}" + (f", Plätze: {result.seats}" if result.seats > 1 else ""),
        "",
        *(f"{number}. {step}" for number, step in enumerate(result.steps, 1)),
        "",
        *(f"{name:{width}}  {shown(total)}" for name, total in totals),
        "",
        f"Ergebnis: {', '.join(result.winners) or 'niemand'}",
    ]


def _votes(total: Number) -> str:
    return five_decimals(int(total * ONE_VOTE))
