"""A mail server that misbehaves by a seed. What it accepts is on disk, synced, before it answers: the oracle's truth.

python -m benchmarks.chaos.sink FOLDER SEED    writes FOLDER/port, then accepted.jsonl and refused.jsonl
SIGUSR1 begins a total outage, SIGUSR2 ends it.
"""

import asyncio
import json
import os
import random
import re
import signal
import sys
import time
from pathlib import Path
from typing import IO, Any

GONE = "gone"  # an address that begins so is refused for good
STALL_SECONDS = 3.0
LATENCY = 0.010  # of an ordinary answer to a body, at most
CHANCES = {
    "greet": 0.02,
    "sender": 0.01,
    "recipient": 0.02,
    "body": 0.02,
    "full": 0.002,
    "drop": 0.01,
    "accept, drop": 0.02,
    "accept, stall": 0.01,
}
ANSWERS = {
    "greet": "421 4.3.2 not now",
    "sender": "450 4.2.0 wait a little",
    "recipient": "451 4.7.1 greylisted",
    "body": "451 4.3.0 try again later",
    "full": "552 5.2.2 over quota",
}
MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*(<[^>\r\n]+>)")


class Sink:
    """The server's state: its script, its journals, who is connected."""

    def __init__(self, folder: Path, seed: int, chances: dict[str, float]) -> None:
        self.random = random.Random(seed)
        self.chances = chances
        self.accepted = (folder / "accepted.jsonl").open("ab")
        self.refused = (folder / "refused.jsonl").open("ab")
        self.away = False
        self.lines: set[asyncio.StreamWriter] = set()

    def strikes(self, *faults: str) -> str:
        """The fault that happens now, if any."""
        draw, bound = self.random.random(), 0.0
        for fault in faults:
            bound += self.chances.get(fault, 0)
            if draw < bound:
                return fault
        return ""

    def begin_outage(self) -> None:
        self.away = True
        for line in list(self.lines):
            line.transport.abort()

    def end_outage(self) -> None:
        self.away = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines.add(writer)
        try:
            if not self.away:
                await Conversation(self, reader, writer).hold()
        except (OSError, asyncio.IncompleteReadError):
            pass  # the other side was killed
        finally:
            self.lines.discard(writer)
            writer.transport.abort()

    def accept(self, recipients: list[str], content: bytes, then: str) -> None:
        raw = content.decode("latin-1")
        note(self.accepted, t=time.time(), rcpt=recipients, mid=message_id(content), raw=raw, then=then)
        os.fsync(self.accepted.fileno())

    def refuse(self, fault: str, about: str) -> None:
        note(self.refused, t=time.time(), fault=fault, about=about)


class Conversation:
    """One connection: plain SMTP, no extensions."""

    def __init__(self, sink: Sink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.sink, self.reader, self.writer = sink, reader, writer
        self.recipients: list[str] = []

    async def say(self, words: str) -> None:
        self.writer.write(f"{words}\r\n".encode())
        await self.writer.drain()

    async def hold(self) -> None:
        if fault := self.sink.strikes("greet"):
            self.sink.refuse(fault, "")
            return await self.say(ANSWERS[fault])
        await self.say("220 sink")
        while line := await self.reader.readline():
            verb = line[:4].upper()
            if verb == b"QUIT":
                return await self.say("221 bye")
            if verb == b"DATA":
                if not await self.take_body():
                    return None
            else:
                await self.say(self.answer(verb, line.decode(errors="replace")))
        return None

    def answer(self, verb: bytes, line: str) -> str:
        """What to say to MAIL, RCPT and the rest."""
        if verb == b"MAIL":
            self.recipients = []
            return self.refusal("sender", line)
        if verb == b"RCPT":
            address = line.partition("<")[2].partition(">")[0]
            if address.startswith(GONE):
                self.sink.refuse("gone", address)
                return "550 5.1.1 no such mailbox"
            said = self.refusal("recipient", address)
            if said.startswith("250"):
                self.recipients.append(address)
            return said
        return "250 ok"

    def refusal(self, fault: str, about: str) -> str:
        if not self.sink.strikes(fault):
            return "250 ok"
        self.sink.refuse(fault, about)
        return ANSWERS[fault]

    async def take_body(self) -> bool:
        """Read a body and answer, or not; False when the connection ends here."""
        fault = self.sink.strikes("drop", "body", "full", "accept, drop", "accept, stall")
        await self.say("354 go on")
        if fault == "drop":
            await self.reader.read(200)
            self.sink.refuse(fault, "")
            return False
        content = await self.reader.readuntil(b"\r\n.\r\n")
        if fault in ("body", "full"):
            self.sink.refuse(fault, message_id(content))
            await self.say(ANSWERS[fault])
            return True
        self.sink.accept(self.recipients, content[:-3].replace(b"\r\n..", b"\r\n."), fault)
        if fault == "accept, drop":
            return False
        await asyncio.sleep(STALL_SECONDS if fault else self.sink.random.random() * LATENCY)
        await self.say("250 taken")
        return True


def note(journal: IO[bytes], **fact: Any) -> None:
    journal.write(json.dumps(fact).encode() + b"\n")
    journal.flush()


def message_id(content: bytes) -> str:
    found = MESSAGE_ID.search(content)
    return found.group(1).decode() if found else ""


async def main(folder: Path, seed: int) -> None:
    sink = Sink(folder, seed, CHANCES)
    server = await asyncio.start_server(sink.serve, "127.0.0.1", 0, limit=4 * 1024 * 1024)
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, sink.begin_outage)
    loop.add_signal_handler(signal.SIGUSR2, sink.end_outage)
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    ready = folder / "port.new"
    ready.write_text(str(server.sockets[0].getsockname()[1]))
    ready.rename(folder / "port")
    await stop.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
