"""A mail server that keeps what it gets in a folder and sends nothing on."""

import socket
import time
from pathlib import Path
from types import TracebackType

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class _Keeper:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self._count += 1
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        part = self._folder / f"{time.time_ns():020d}-{self._count:06d}.part"
        part.write_bytes(raw)
        part.rename(part.with_suffix(".eml"))
        return "250 kept"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class MailSink:
    """Listens on a free port of this machine while the block runs; mails become ``.eml`` files."""

    def __init__(self, folder: Path) -> None:
        #: The port that mails are to be sent to.
        self.port = _free_port()
        self._controller = Controller(_Keeper(folder), hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> "MailSink":
        self._controller.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._controller.stop()
