"""A server that is killed loses nothing that it said was done."""

from flask import Flask

from benchmarks.pages import free_port
from benchmarks.server_kills import Trial
from participation.core import clock


def test_killed_server_loses_no_acknowledged_act(app: Flask) -> None:
    with clock.stopped_at(clock._system_time()):
        trial = Trial(app, free_port(), 60)
        trial.run(3)
        assert trial.lost() == []
        assert trial.failed == []
        supports, comments = trial.acknowledged()
        assert supports > 20
        assert comments > 5
        trial.visitors[0].supported.append(0)
        trial.visitors[0].said.append("never said")
        assert len(trial.lost()) == 2, "an act that is lost is found"
