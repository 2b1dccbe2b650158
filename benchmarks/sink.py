"""A mail server that takes everything at once and keeps nothing: the other side of the mail benchmark.

python -m benchmarks.sink    writes its port on one line and ends with its input
"""

import asyncio
import sys

END = b"\r\n.\r\n"
ANSWERS = {b"EHLO": b"250 sink\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}


class Conversation(asyncio.Protocol):
    """One connection: plain SMTP, no extensions, pipelined or not."""

    def __init__(self) -> None:
        self.waiting = b""
        self.in_body = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while self.step():
            pass

    def step(self) -> bool:
        """Take one line or body that has arrived whole; False when there is none."""
        content, end, rest = self.waiting.partition(END if self.in_body else b"\r\n")
        if not end:
            return False
        self.waiting = rest
        if self.in_body:
            self.in_body = False
            self.transport.write(b"250 taken\r\n")
            return True
        verb = content[:4].upper()
        self.in_body = verb == b"DATA"
        self.transport.write(
            b"252 %d\r\n" % Conversation.taken if verb == b"VRFY" else ANSWERS.get(verb, b"250 ok\r\n")
        )
        if verb == b"QUIT":
            self.transport.close()
        return True


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Conversation, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
