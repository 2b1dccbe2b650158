"""A real mail server on loopback whose answers a test can script; what it accepted is the oracle."""

import asyncio
from collections import deque
from email import message_from_bytes
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Server:
    """Answers DATA with the next scripted answer; without one it accepts. `accepted` holds what it took."""

    def __init__(self) -> None:
        self.accepted: list[Message] = []
        self.rcpt: deque[str] = deque()
        self.data: deque[str] = deque()
        self.hang_up_after_data = 0

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]):  # noqa: N802
        answer = self.rcpt.popleft() if self.rcpt else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope):  # noqa: N802
        answer = self.data.popleft() if self.data else "250 OK"
        if answer.startswith("250"):
            self.accepted.append(message_from_bytes(envelope.content))
        if self.hang_up_after_data:
            self.hang_up_after_data -= 1
            server.transport.close()
            await asyncio.sleep(0)
        return answer


def start(port: int = 0) -> tuple[Server, Controller]:
    """Start the server on a free port; stop the controller at the end."""
    server = Server()
    controller = Controller(server, hostname="127.0.0.1", port=port or free_port())
    controller.start()
    return server, controller


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
